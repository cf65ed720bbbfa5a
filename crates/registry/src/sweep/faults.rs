//! Fault schedules drawn from a seed.

use std::collections::BTreeSet;

use faultlab_core::{
    AreaId, ClientId, Endpoint, Fault, Keep, Limits, LoadDraw, MAX_AREAS, NodeId, Promise, Protocol, Setup, Span, Time,
};
use faultlab_sim::{Act, Action, Load, Network, Setting, Start};

use super::draws::{Draws, Subject};

/// How many kinds of faults a run suffers at least, if the protocol tolerates so many.
const KINDS_MIN: usize = 3;

/// One run in so many of those with a drawn cluster has no faults: what breaks there breaks by itself.
const CALM_ONE_IN: u64 = 8;

/// One run in so many of those with a drawn cluster stays as busy in the quiet while as before.
const BUSY_ONE_IN: u64 = 8;

/// The furthest that a clock's rate is off, in millionths, where the protocol tolerates so much.
const SKEW_MAX_PPM: u32 = 100_000;

/// How often another moment is tried for a fault that finds no free node.
const TRIES: usize = 8;

/// The kinds of episodes. Their faults are those that the protocol is asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Loss,
    Duplication,
    Reordering,
    Crash,
    Partition,
    Pause,
    Slowness,
    Skew,
    TornRecord,
    DiskLoss,
}

const KINDS: [(Kind, Fault); 10] = [
    (Kind::Loss, Fault::Loss),
    (Kind::Duplication, Fault::Duplication),
    (Kind::Reordering, Fault::Delay),
    (Kind::Crash, Fault::Crash),
    (Kind::Partition, Fault::Partition),
    (Kind::Pause, Fault::Pause),
    (Kind::Slowness, Fault::Slowness),
    (Kind::Skew, Fault::Skew),
    (Kind::TornRecord, Fault::TornRecord),
    (Kind::DiskLoss, Fault::DiskLoss),
];

/// A stormy while with a quiet one behind it.
pub(super) struct Storm<P: Protocol> {
    gestures: Vec<(Time, Vec<Action<P>>)>,
    load: Option<Load>,
    /// When all promises have been judged.
    pub(super) until: Time,
    /// Whether packets overtake each other by more than usual.
    pub(super) reorders: bool,
}

impl<P: Protocol> Storm<P> {
    /// Draws faults that the protocol tolerates, all repaired before the quiet while begins. With `cluster_drawn`, some runs
    /// have none, and the load is what was drawn already.
    pub(super) fn draw(base: &Start<P>, draws_load: bool, cluster_drawn: bool) -> Self {
        let mut draws = Draws::new(base.seed, Subject::Faults);
        let tolerance = P::tolerates(&base.setup);
        let possible = KINDS.into_iter().filter(|(kind, fault)| {
            let enough_disks = *kind != Kind::DiskLoss || tolerance.limits.disks_lost > 0;
            let enough_nodes = *kind != Kind::Partition || base.setup.nodes > 1;
            tolerance.faults.contains(fault) && enough_disks && enough_nodes
        });
        let (tears, certain): (Vec<Kind>, Vec<Kind>) =
            possible.map(|(kind, _)| kind).partition(|kind| *kind == Kind::TornRecord);
        let calm = cluster_drawn && draws.chance(CALM_ONE_IN);
        let mut kinds = if calm { Vec::new() } else { choose(certain, &mut draws) };
        // Whether a record is being written just then is not certain, so a tear is one fault more than the least.
        kinds.extend(tears.into_iter().filter(|_| !calm && draws.chance(3)));
        let load = draws_load.then(|| draw_load(&mut draws));
        let begin = base.left_to_itself_from() + draws.millis(200, 1_500);
        let end = begin + draws.millis(2_500, 6_000);
        let last_act = base.acts.last().map_or(Time::ZERO, |act| act.at);
        let mut planner = Planner {
            nodes: base.setup.nodes,
            network: base.network,
            tolerance: tolerance.limits,
            disks_left: tolerance.limits.disks_lost,
            busy: Vec::new(),
            gestures: Vec::new(),
            begin,
            end,
        };
        let mut reorders = false;
        let extra = if kinds.is_empty() { 0 } else { draws.below(6) as usize };
        for episode in 0..kinds.len() + extra {
            let kind = kinds[if episode < kinds.len() { episode } else { draws.below(kinds.len() as u64) as usize }];
            reorders |= kind == Kind::Reordering;
            planner.plan(kind, &mut draws);
        }
        for _ in 0..draws.below(4) {
            planner.operate(&base.setup, &mut draws);
        }
        let spans = P::invariants().iter().filter_map(|invariant| match invariant.promise {
            Promise::Within { span, .. } => Some(span(&base.setup)),
            _ => None,
        });
        let quiet = spans.max().unwrap_or(Span::ZERO) + Span::millis(500);
        if cluster_drawn && !draws.chance(BUSY_ONE_IN) {
            // Promises with a deadline need somebody who asks, but not many requests.
            let usual = Load::default();
            let think = Setting::Think { min: usual.think_min, max: usual.think_max };
            planner.say(end.max(last_act), vec![Action::Set(think)]);
        }
        Self { gestures: planner.gestures, load, until: end.max(last_act) + quiet, reorders }
    }

    /// Adds the faults to what a run starts with.
    pub(super) fn join(self, start: &mut Start<P>) {
        let first = start.acts.iter().map(|act| act.gesture + 1).max().unwrap_or(0);
        for (number, (at, actions)) in self.gestures.into_iter().enumerate() {
            let gesture = first + number as u32;
            let acts = actions.into_iter().enumerate().map(|(offset, action)| Act {
                at,
                after: offset as u32,
                scripted: action.into(),
                gesture,
                by_person: false,
            });
            start.acts.extend(acts);
        }
        start.acts.sort_by_key(|act| (act.at, act.gesture, act.after));
        if let Some(load) = self.load {
            start.load = load;
        }
    }
}

/// At least three kinds, in any order, or all there are.
fn choose(mut possible: Vec<Kind>, draws: &mut Draws) -> Vec<Kind> {
    let most = possible.len();
    if most > KINDS_MIN {
        for place in 0..most {
            let other = place + draws.below((most - place) as u64) as usize;
            possible.swap(place, other);
        }
        let room = (most - KINDS_MIN).min(3) as u64;
        possible.truncate(KINDS_MIN + draws.below(room + 1) as usize);
    }
    possible
}

/// Clients that ask often and for few things, so that much happens and much of it meets.
fn draw_load(draws: &mut Draws) -> Load {
    let think_min = draws.millis(2, 60);
    Load {
        clients: 1 + draws.below(4) as u8,
        think_min,
        think_max: think_min + draws.millis(10, 200),
        reads_ppm: [200_000, 400_000, 600_000][draws.below(3) as usize],
        keys: 1 + draws.below(4) as u32,
        retry: draws.millis(150, 800),
    }
}

struct Planner<P: Protocol> {
    nodes: u8,
    network: Network,
    tolerance: Limits,
    disks_left: u32,
    /// When a node is down, paused, slow or skewed already.
    busy: Vec<(NodeId, Time, Time)>,
    gestures: Vec<(Time, Vec<Action<P>>)>,
    begin: Time,
    end: Time,
}

impl<P: Protocol> Planner<P> {
    /// Plans one episode: something breaks, and is repaired before the end.
    fn plan(&mut self, kind: Kind, draws: &mut Draws) {
        for _ in 0..TRIES {
            let room = self.end.since(self.begin).0 / 1_000;
            let from = self.begin + Span::millis(draws.below(room.saturating_sub(100)));
            let left = self.end.since(from);
            let to = from + draws.millis(50, (left.0 / 1_000).clamp(50, 3_000)).min(left);
            if self.plan_between(kind, from, to, draws) {
                return;
            }
        }
    }

    /// False if there is no room for it then.
    fn plan_between(&mut self, kind: Kind, from: Time, to: Time, draws: &mut Draws) -> bool {
        match kind {
            Kind::Loss => {
                let ppm = 10_000 * (1 + draws.below(30) as u32);
                self.dial(from, to, Setting::LossPpm(ppm), Setting::LossPpm(self.network.loss_ppm));
            }
            Kind::Duplication => {
                let ppm = 10_000 * (1 + draws.below(30) as u32);
                self.dial(
                    from,
                    to,
                    Setting::DuplicationPpm(ppm),
                    Setting::DuplicationPpm(self.network.duplication_ppm),
                );
            }
            Kind::Reordering => {
                let wide =
                    Setting::Latency { min: Span::millis(1), max: draws.millis(40, 160).min(self.tolerance.delay) };
                let usual = Setting::Latency { min: self.network.latency_min, max: self.network.latency_max };
                self.dial(from, to, wide, usual);
            }
            Kind::Partition => self.partition(from, to, draws),
            Kind::Crash | Kind::Pause | Kind::Slowness | Kind::Skew | Kind::TornRecord | Kind::DiskLoss => {
                return self.at_a_node(kind, from, to, draws);
            }
        }
        true
    }

    /// The operator asks for something, if the protocol has anything to be asked for.
    fn operate(&mut self, setup: &Setup<P>, draws: &mut Draws) {
        let at = self.begin + draws.millis(0, (self.end.since(self.begin).0 / 1_000).max(1));
        let bits = draws.below(u64::MAX);
        let draw = LoadDraw { read: bits & 1 == 0, key: 0, unique: (bits >> 32) as u32, bits };
        if let Some(request) = P::operate(setup, draw) {
            self.say(at, vec![Action::Request { client: ClientId::OPERATOR, request }]);
        }
    }

    fn say(&mut self, at: Time, actions: Vec<Action<P>>) {
        self.gestures.push((at, actions));
    }

    fn dial(&mut self, from: Time, to: Time, broken: Setting, usual: Setting) {
        self.say(from, vec![Action::Set(broken)]);
        self.say(to, vec![Action::Set(usual)]);
    }

    /// A node to which nothing else happens in that while.
    fn free_node(&self, from: Time, to: Time, draws: &mut Draws) -> Option<NodeId> {
        let taken = |node: NodeId| {
            self.busy.iter().any(|(other, since, until)| *other == node && *since <= to && from <= *until)
        };
        let free: Vec<NodeId> = NodeId::all(self.nodes).filter(|node| !taken(*node)).collect();
        if free.is_empty() { None } else { Some(free[draws.below(free.len() as u64) as usize]) }
    }

    fn at_a_node(&mut self, kind: Kind, from: Time, to: Time, draws: &mut Draws) -> bool {
        let Some(node) = self.free_node(from, to, draws) else { return false };
        if kind == Kind::DiskLoss {
            if self.disks_left == 0 {
                return false;
            }
            self.disks_left -= 1;
        }
        let (begins, ends) = match kind {
            Kind::Pause => (Action::Pause { node }, Action::Resume { node }),
            Kind::Slowness => {
                let percent = (200 + 100 * draws.below(9) as u32).min(self.tolerance.slowness_percent);
                (Action::Slow { node, percent }, Action::Slow { node, percent: 100 })
            }
            Kind::Skew => {
                let most = self.tolerance.skew_ppm.min(SKEW_MAX_PPM) as i32;
                let tenths = draws.below(21) as i32 - 10;
                let ppm = most / 10 * if tenths == 0 { 5 } else { tenths };
                (Action::Skew { node, ppm }, Action::Skew { node, ppm: 0 })
            }
            Kind::DiskLoss => (Action::WipeDisk { node }, Action::Restart { node }),
            Kind::TornRecord => {
                let area = AreaId(draws.below(P::AREAS.len().max(1) as u64) as u8);
                (Action::TearRecord { node, area }, Action::Restart { node })
            }
            Kind::Crash | Kind::Loss | Kind::Duplication | Kind::Reordering | Kind::Partition => {
                (Action::Crash { node, keep: draw_keep(draws) }, Action::Restart { node })
            }
        };
        self.busy.push((node, from, to));
        self.say(from, vec![begins]);
        self.say(to, vec![ends]);
        true
    }

    /// Two groups or three, or single directions, which is worse.
    fn partition(&mut self, from: Time, to: Time, draws: &mut Draws) {
        let mut cuts = BTreeSet::new();
        if draws.chance(3) {
            for _ in 0..1 + draws.below(u64::from(self.nodes)) {
                let (a, b) = (draws.below(self.nodes.into()) as u8, draws.below(self.nodes.into()) as u8);
                if a != b {
                    cuts.insert((NodeId(a), NodeId(b)));
                }
            }
        }
        if cuts.is_empty() {
            let groups = 2 + u64::from(self.nodes > 3 && draws.chance(4));
            let mut group: Vec<u64> = (0..self.nodes).map(|_| draws.below(groups)).collect();
            // Somebody stands apart in any case.
            group[0] = 0;
            let apart = 1 + draws.below(u64::from(self.nodes) - 1) as usize;
            group[apart] = 1;
            for a in NodeId::all(self.nodes) {
                cuts.extend(NodeId::all(self.nodes).filter(|b| group[a.index()] != group[b.index()]).map(|b| (a, b)));
            }
        }
        let ends = |(a, b): &(NodeId, NodeId)| (Endpoint::Node(*a), Endpoint::Node(*b));
        let cut = cuts.iter().map(ends).map(|(from, to)| Action::Cut { from, to }).collect();
        let heal = cuts.iter().map(ends).map(|(from, to)| Action::Heal { from, to }).collect();
        self.say(from, cut);
        self.say(to, heal);
    }
}

/// What a crash keeps: mostly nothing, sometimes all, sometimes a bit of each area.
fn draw_keep(draws: &mut Draws) -> Keep {
    match draws.below(4) {
        0 => Keep::ALL,
        1 => {
            let mut keep = [0; MAX_AREAS];
            for kept in &mut keep {
                *kept = draws.below(4) as u16;
            }
            Keep(keep)
        }
        _ => Keep::NOTHING,
    }
}
