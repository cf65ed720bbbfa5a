//! What the world does to a node: its disk, its pauses, its links, its clients.

mod journal;

use faultlab_core::{AreaId, ClientId, Condition, Endpoint, Fault, Keep, NodeId, Setup, Span, Time, Void};
use faultlab_sim::{
    Act, Action, Fact, FactKind, Keyed, Load, LossReason, Network, NoSink, PacketName, Setting, Simulation, Sink,
    Start, World,
};
use journal::{Beat, Journal, LOG, MARK, Note, at};

const N1: NodeId = NodeId(0);
const N2: NodeId = NodeId(1);
const C1: ClientId = ClientId(1);

/// One word for each fact.
#[derive(Default)]
struct Told(Vec<String>);

impl Sink<Journal> for Told {
    fn fact(&mut self, fact: &Fact<'_, Journal>) {
        self.0.push(match &fact.kind {
            FactKind::Emitted { event, .. } => format!("{event:?}"),
            FactKind::Returned { response, .. } => format!("answered {response}"),
            FactKind::Lost { packet, reason, .. } => format!("lost {packet} {reason:?}"),
            FactKind::Queued { packet } => format!("queued {packet}"),
            FactKind::Crashed { lost, .. } => format!("crashed, {lost} lost"),
            FactKind::Synced { .. } => "synced".into(),
            FactKind::Void(void) => format!("void {void:?}"),
            FactKind::Broken { invariant, .. } => format!("broken {invariant}"),
            FactKind::Fired { .. } => "fired".into(),
            FactKind::Duplicated { copy, .. } => format!("copy {copy}"),
            _ => return,
        });
    }
}

/// A world driven by hand.
struct Bench {
    world: World<Journal>,
    told: Told,
}

impl Bench {
    fn new() -> Self {
        let mut bench =
            Self { world: World::new(Setup::new(2), 3, Network::default(), Load::default()), told: Told::default() };
        bench.apply(Action::Restart { node: N1 });
        bench.apply(Action::Restart { node: N2 });
        bench
    }

    fn apply(&mut self, action: Action<Journal>) -> Vec<String> {
        self.told.0.clear();
        let now = self.world.now() + Span::millis(1);
        self.world.apply(action, now, &mut Keyed { seed: 1 }, &mut self.told);
        self.told.0.clone()
    }

    /// A client's request arrives at `n1`.
    fn note(&mut self, client: ClientId, number: u32) {
        self.apply(Action::Request { client, request: Note(number) });
        let packet = self.world.packets().find(|packet| packet.name.from == Endpoint::Client(client)).map(|p| p.name);
        self.apply(Action::Deliver(packet.expect("the request is on its way")));
    }

    fn log(&self) -> Vec<u32> {
        self.world.slots()[0].disk.area(LOG).intact_prefix().copied().collect()
    }

    fn recovered(&self) -> (Vec<u32>, bool) {
        let memory = self.world.slots()[0].memory.as_ref().expect("n1 is up");
        (memory.recovered.clone(), memory.damaged)
    }
}

#[test]
fn disk_nothing_leaves_before_the_sync() {
    let mut bench = Bench::new();
    bench.note(C1, 7);
    assert_eq!(bench.told.0, Vec::<String>::new());
    assert_eq!(bench.log(), []);
    assert_eq!(bench.apply(Action::Flush { node: N1 }), ["synced", "Noted(7)"]);
    assert_eq!(bench.log(), [7]);
}

#[test]
fn disk_a_sync_covers_what_was_issued_when_it_began() {
    let mut bench = Bench::new();
    for (client, number) in [(1, 1), (2, 2), (0, 3)] {
        bench.note(ClientId(client), number);
    }
    assert_eq!(bench.apply(Action::Flush { node: N1 }), ["synced", "Noted(1)"]);
    assert_eq!(bench.log(), [1]);
    // The second sync began when the first one ended: it covers both that waited (group commit).
    assert_eq!(bench.apply(Action::Flush { node: N1 }), ["synced", "Noted(2)", "Noted(3)"]);
    assert_eq!(bench.log(), [1, 2, 3]);
    assert_eq!(bench.apply(Action::Flush { node: N1 }), ["void NothingToSync"]);
}

#[test]
fn disk_a_crash_keeps_a_prefix_of_each_area() {
    for (keep, log, lost) in
        [(Keep::NOTHING, vec![], 6), (Keep::ALL, vec![1, 2, 3], 0), (Keep([2, 0, 0, 0]), vec![1, 2], 4)]
    {
        let mut bench = Bench::new();
        for (client, number) in [(1, 1), (2, 2), (0, 3)] {
            bench.note(ClientId(client), number);
        }
        assert_eq!(bench.apply(Action::Crash { node: N1, keep }), [format!("crashed, {lost} lost")]);
        assert_eq!(bench.log(), log);
        bench.apply(Action::Restart { node: N1 });
        assert_eq!(bench.recovered(), (log, false));
    }
}

#[test]
fn disk_a_torn_record_is_met_at_the_restart() {
    let mut bench = Bench::new();
    bench.note(C1, 1);
    bench.apply(Action::Flush { node: N1 });
    assert_eq!(bench.apply(Action::TearRecord { node: N1, area: LOG }), ["void NothingBeingWritten"]);
    bench.note(ClientId(2), 2);
    assert_eq!(bench.apply(Action::TearRecord { node: N1, area: LOG }), ["crashed, 1 lost"]);
    let torn = bench.world.slots()[0].disk.area(LOG).records().last().map(|stored| stored.read().copied());
    assert_eq!(torn, Some(Err(Condition::Torn)));
    bench.apply(Action::Restart { node: N1 });
    assert_eq!(bench.recovered(), (vec![1], true));
    assert!(bench.world.faults().has(Fault::TornRecord));
}

#[test]
fn disk_corruption_and_loss() {
    let mut bench = Bench::new();
    bench.note(C1, 1);
    bench.apply(Action::Flush { node: N1 });
    assert_eq!(bench.apply(Action::CorruptRecord { node: N1, area: LOG, at: 5 }), ["void NoSuchRecord"]);
    assert_eq!(bench.apply(Action::CorruptRecord { node: N1, area: AreaId(9), at: 0 }), ["void NoSuchArea"]);
    bench.apply(Action::CorruptRecord { node: N1, area: LOG, at: 0 });
    bench.apply(Action::Crash { node: N1, keep: Keep::ALL });
    bench.apply(Action::Restart { node: N1 });
    assert_eq!(bench.recovered(), (vec![], true));
    assert_eq!(bench.apply(Action::WipeDisk { node: N1 }), ["crashed, 0 lost"]);
    bench.apply(Action::Restart { node: N1 });
    assert_eq!(bench.recovered(), (vec![], false));
    assert_eq!(bench.world.slots()[0].disk.area(MARK).records().len(), 0);
    assert_eq!(bench.world.faults().disks_lost, 2);
}

#[test]
fn pause_the_disk_completes_and_nothing_leaves() {
    let mut bench = Bench::new();
    bench.note(C1, 7);
    bench.apply(Action::Pause { node: N1 });
    assert_eq!(bench.apply(Action::Flush { node: N1 }), ["synced"]);
    assert_eq!(bench.log(), [7]);
    assert_eq!(bench.apply(Action::Fire { node: N1, timer: Beat }), ["void NodeIsPaused"]);
    assert_eq!(bench.apply(Action::Pause { node: N1 }), ["void NodeIsPaused"]);
    assert_eq!(bench.apply(Action::Resume { node: N1 }), ["Noted(7)"]);
}

#[test]
fn pause_on_resume_expired_timers_fire_first_then_what_waited_arrives() {
    let mut start: Start<Journal> = Start::new(2, 3);
    start.load.clients = 0;
    let act = |millis, action: Action<Journal>| Act {
        at: at(millis),
        after: 0,
        scripted: action.into(),
        gesture: millis as u32,
        by_person: false,
    };
    start.acts = vec![act(40, Action::Pause { node: N2 }), act(200, Action::Resume { node: N2 })];
    let mut simulation = Simulation::new(&start);
    simulation.run(at(199), 10_000, &mut NoSink);
    let mut told = Told::default();
    simulation.run(at(200), 10_000, &mut told);
    let after: Vec<&str> = told.0.iter().map(String::as_str).collect();
    // One overdue beat of n2, with what it sends; only then the three beats of n1 that waited.
    assert_eq!(after[..2], ["fired", "Beat"], "{after:?}");
    assert_eq!(after.iter().filter(|told| **told == "Heard").count(), 3, "{after:?}");
}

#[test]
fn links_a_cut_has_one_direction_and_kills_what_is_on_it() {
    let mut bench = Bench::new();
    bench.apply(Action::Fire { node: N1, timer: Beat });
    let there = PacketName { from: Endpoint::Node(N1), to: Endpoint::Node(N2), ordinal: 1, copy: 0 };
    assert!(bench.world.packet(there).is_some());
    let cut = |from, to| Action::Cut { from: Endpoint::Node(from), to: Endpoint::Node(to) };
    assert_eq!(bench.apply(cut(N1, N2)), ["lost n1->n2#1 Cut"]);
    assert_eq!(bench.apply(cut(N1, N2)), ["void AlreadySo"]);
    let told = bench.apply(Action::Fire { node: N1, timer: Beat });
    assert_eq!(told, ["fired", "Beat", "lost n1->n2#2 Cut"]);
    assert!(!bench.world.is_cut(Endpoint::Node(N2), Endpoint::Node(N1)));
    assert_eq!(bench.apply(Action::Deliver(there)), ["void NoSuchPacket"]);
}

#[test]
fn links_copies_count_up_and_what_is_held_does_not_travel() {
    let mut bench = Bench::new();
    bench.apply(Action::Fire { node: N1, timer: Beat });
    let name = PacketName { from: Endpoint::Node(N1), to: Endpoint::Node(N2), ordinal: 1, copy: 0 };
    assert_eq!(bench.apply(Action::Duplicate(name)), ["copy n1->n2#1+1"]);
    assert_eq!(bench.apply(Action::Duplicate(name)), ["copy n1->n2#1+2"]);
    assert_eq!(bench.apply(Action::Release(name)), ["void NotHeld"]);
    bench.apply(Action::Hold(name));
    assert!(bench.world.packet(name).is_some_and(|packet| packet.held));
    assert_eq!(bench.apply(Action::Drop(name)), [format!("lost {name} {:?}", LossReason::Dropped)]);
    bench.apply(Action::Crash { node: N2, keep: Keep::NOTHING });
    let copy = PacketName { copy: 1, ..name };
    assert_eq!(bench.apply(Action::Deliver(copy)), ["lost n1->n2#1+1 Down"]);
}

#[test]
fn clients_ask_one_thing_at_a_time_and_retry() {
    let mut bench = Bench::new();
    bench.apply(Action::Request { client: C1, request: Note(4) });
    bench.apply(Action::Request { client: C1, request: Note(5) });
    assert_eq!(bench.world.clients()[1].queue.len(), 1);
    bench.apply(Action::Retry { client: C1 });
    let waiting = bench.world.clients()[1].outstanding.clone().expect("it waits");
    assert_eq!((waiting.sequence, waiting.attempt), (1, 1));
    // Both tries arrive and both are answered; the second answer says nothing new.
    for ordinal in [1, 2] {
        let name = PacketName { from: Endpoint::Client(C1), to: Endpoint::Node(N1), ordinal, copy: 0 };
        bench.apply(Action::Deliver(name));
        bench.apply(Action::Flush { node: N1 });
    }
    let answer = |ordinal| PacketName { from: Endpoint::Node(N1), to: Endpoint::Client(C1), ordinal, copy: 0 };
    assert_eq!(bench.apply(Action::Deliver(answer(1))), ["answered 4"]);
    assert_eq!(bench.world.clients()[1].sequence, 2);
    assert_eq!(bench.apply(Action::Deliver(answer(2))), Vec::<String>::new());
    assert_eq!(bench.apply(Action::Retry { client: ClientId(2) }), ["void NothingOutstanding"]);
    assert_eq!(bench.apply(Action::Request { client: ClientId(9), request: Note(1) }), ["void NoSuchClient"]);
    for number in 0..17 {
        let told = bench.apply(Action::Request { client: C1, request: Note(number) });
        assert_eq!(told.is_empty(), number < 16, "{told:?}");
    }
}

#[test]
fn settings_keep_their_bounds() {
    let mut bench = Bench::new();
    for setting in [
        Setting::Config { field: 0, value: 7 },
        Setting::Config { field: 1, value: 2_000 },
        Setting::Rule { rule: 1, on: false },
    ] {
        assert_eq!(bench.apply(Action::Set(setting)), [format!("void {:?}", Void::OutOfRange)]);
    }
    bench.apply(Action::Set(Setting::Config { field: 0, value: 2_000 }));
    assert_eq!(bench.world.setup().config.0, 2_000);
    bench.apply(Action::Set(Setting::LossPpm(9_000_000)));
    assert_eq!(bench.world.network().loss_ppm, 1_000_000);
}

#[test]
fn checks_a_rule_switched_off_breaks_its_invariant() {
    let mut bench = Bench::new();
    bench.note(C1, 1);
    assert_eq!(bench.apply(Action::Flush { node: N1 }), ["synced", "Noted(1)"]);
    bench.apply(Action::Set(Setting::Rule { rule: 0, on: false }));
    bench.note(ClientId(2), 2);
    assert_eq!(bench.told.0, ["Noted(2)", "broken 0"]);
}

#[test]
fn checks_within_is_judged_after_quiet_only() {
    let run = |acts: Vec<(u64, Action<Journal>)>, until| {
        let mut start: Start<Journal> = Start::new(2, 3);
        start.load.clients = 0;
        let act = |(gesture, (millis, action)): (usize, (u64, Action<Journal>))| Act {
            at: at(millis),
            after: 0,
            scripted: action.into(),
            gesture: gesture as u32,
            by_person: false,
        };
        start.acts = acts.into_iter().enumerate().map(act).collect();
        let mut told = Told::default();
        Simulation::new(&start).run(at(until), 100_000, &mut told);
        told.0.iter().any(|told| told == "broken 1")
    };
    let never_answered = (100, Action::Request { client: C1, request: Note(0) });
    let cut = (1_000, Action::Cut { from: Endpoint::Node(N2), to: Endpoint::Node(N1) });
    let heal = (9_000, Action::Heal { from: Endpoint::Node(N2), to: Endpoint::Node(N1) });
    assert!(run(vec![never_answered.clone()], 5_000));
    assert!(!run(vec![(100, Action::Request { client: C1, request: Note(3) })], 5_000));
    assert!(!run(vec![never_answered.clone(), cut.clone()], 20_000), "while a link is cut nothing is promised");
    assert!(!run(vec![never_answered.clone(), cut.clone(), heal.clone()], 10_500));
    assert!(run(vec![never_answered, cut, heal], 11_500));
}

#[test]
fn time_never_runs_backwards() {
    let mut bench = Bench::new();
    bench.world.apply(Action::Pause { node: N1 }, Time::ZERO, &mut Keyed { seed: 1 }, &mut NoSink);
    assert!(bench.world.now() > Time::ZERO);
}
