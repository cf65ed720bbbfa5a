//! Every act has one spelling and reads back as itself; what does not fit is told with its column.

mod probe;

use faultlab_core::{AreaId, ClientId, Endpoint, Keep, NodeId, Span, Time};
use faultlab_scenario::text::{Cluster, TimedLine, read_line, read_script, write_action, write_line, write_script};
use faultlab_sim::{Action, PacketName, ScriptedAction, Setting};
use probe::{Probe, Request, Timer, said};

/// A generator whose whole state is one number.
struct Draw(u64);

impl Draw {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }

    fn node(&mut self) -> NodeId {
        NodeId(self.below(9) as u8)
    }

    fn client(&mut self) -> ClientId {
        ClientId(self.below(6) as u8)
    }

    fn link(&mut self) -> (Endpoint, Endpoint) {
        let from = self.below(9) as u8;
        let to = (from + 1 + self.below(8) as u8) % 9;
        let end = |draw: &mut Self, node| {
            if draw.below(5) == 0 { Endpoint::Client(ClientId(node % 6)) } else { Endpoint::Node(NodeId(node)) }
        };
        let (a, b) = (end(self, from), end(self, to));
        if a == b { (Endpoint::Node(NodeId(0)), Endpoint::Node(NodeId(1))) } else { (a, b) }
    }

    fn packet(&mut self) -> PacketName {
        let (from, to) = self.link();
        PacketName { from, to, ordinal: 1 + self.below(5_000) as u32, copy: self.below(3) as u8 }
    }

    fn span(&mut self) -> Span {
        let unit = [1, 10, 1_000, 1_000_000][self.below(4) as usize];
        Span(1_000 + self.below(3_000) * unit)
    }

    fn range(&mut self) -> (Span, Span) {
        let (a, b) = (self.span(), self.span());
        (a.min(b), a.max(b))
    }

    fn ppm(&mut self) -> u32 {
        self.below(1_000_001) as u32
    }

    fn kept(&mut self) -> u16 {
        [0, 0, 1, 7, u16::MAX][self.below(5) as usize]
    }

    fn setting(&mut self, kind: u64) -> Setting {
        let (min, max) = self.range();
        match kind {
            0 => Setting::LossPpm(self.ppm()),
            1 => Setting::DuplicationPpm(self.ppm()),
            2 => Setting::Latency { min, max },
            3 => Setting::InOrder(self.below(2) == 0),
            4 => Setting::SyncTime { min, max },
            5 => Setting::Clients(self.below(101) as u8),
            6 => Setting::Think { min, max },
            7 => Setting::ReadsPpm(self.ppm()),
            8 => Setting::Keys(1 + self.below(1_000_000) as u32),
            9 => Setting::Retry(max),
            10 => Setting::Config { field: 1, value: 1_000 + self.below(1_000_000) },
            11 => Setting::Config { field: 2, value: self.below(2) },
            12 => Setting::Config { field: 3, value: self.below(3) },
            _ => Setting::Rule { rule: self.below(2) as u8, on: self.below(2) == 0 },
        }
    }

    /// One of the 22 kinds of actions and 14 kinds of settings.
    fn action(&mut self, kind: u64) -> Action<Probe> {
        let node = self.node();
        match kind {
            0 => Action::Deliver(self.packet()),
            1 if self.below(2) == 0 => Action::Fire { node, timer: Timer::Beat },
            1 => Action::Fire { node, timer: Timer::Retry(self.node()) },
            2 => Action::Flush { node },
            3 => {
                let (key, value) = (self.below(50) as u32, self.below(50) as u32);
                let request =
                    [Request::Get(key), Request::Put(key, value), Request::Join(node)][self.below(3) as usize].clone();
                Action::Request { client: self.client(), request }
            }
            4 => Action::Retry { client: self.client() },
            5 => Action::Drop(self.packet()),
            6 => Action::Duplicate(self.packet()),
            7 => Action::Delay { packet: self.packet(), by: self.span() },
            8 => Action::Hold(self.packet()),
            9 => Action::Release(self.packet()),
            10 if self.below(4) == 0 => Action::Crash { node, keep: Keep::ALL },
            10 => Action::Crash { node, keep: Keep([self.kept(), self.kept(), 0, 0]) },
            11 => Action::Restart { node },
            12 => Action::Pause { node },
            13 => Action::Resume { node },
            14 => Action::Slow { node, percent: 1 + self.below(100_000) as u32 },
            15 => {
                let (from, to) = self.link();
                Action::Cut { from, to }
            }
            16 => {
                let (from, to) = self.link();
                Action::Heal { from, to }
            }
            17 => Action::Skew { node, ppm: self.below(9_900_001) as i32 - 900_000 },
            18 => Action::CorruptRecord { node, area: AreaId(self.below(2) as u8), at: self.below(1_000) },
            19 => Action::TearRecord { node, area: AreaId(self.below(2) as u8) },
            20 => Action::WipeDisk { node },
            _ => {
                let kind = self.below(14);
                Action::Set(self.setting(kind))
            }
        }
    }
}

fn cluster() -> Cluster {
    Cluster::new(9, 5)
}

#[test]
fn every_action_round_trips() {
    let mut draw = Draw(1);
    for round in 0..20_000 {
        let action = draw.action(round % 22);
        let text = write_action(&action);
        assert!(text.is_ascii(), "{text}");
        assert_eq!(read_script::<Probe>(&text, &cluster()), Ok(vec![action.clone().into()]), "{text}");
        let choosing = vec![ScriptedAction { action, choices: vec![1, 0, 7] }];
        assert_eq!(read_script::<Probe>(&write_script(&choosing), &cluster()), Ok(choosing));
    }
}

#[test]
fn every_line_round_trips() {
    let mut draw = Draw(2);
    for _ in 0..5_000 {
        let kinds: Vec<u64> =
            (0..1 + draw.below(6)).map(|_| [15, 16, draw.below(22)][draw.below(3) as usize]).collect();
        let script = kinds.into_iter().map(|kind| draw.action(kind).into()).collect();
        let at = Time(draw.below(3_600_000_000));
        let line = TimedLine { at, after: draw.below(3) as u32 * 5, script };
        let text = write_line(&line);
        let read = read_line::<Probe>(&text, &cluster()).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(read, line, "{text}");
        assert_eq!(write_line(&read), text);
    }
}

/// What a text reads as, written again.
fn again(text: &str, cluster: &Cluster) -> String {
    match read_script::<Probe>(text, cluster) {
        Ok(script) => write_script(&script),
        Err(error) => said(&error),
    }
}

#[test]
fn gestures_of_many_acts_are_told_shortly() {
    let cluster = cluster();
    for text in [
        "partition n1 n2 | n3 n4 n5",
        "partition n1 n4 n7 | n2 n5 n8 | n3 n6 n9",
        "partition n1 n2 c1 | n3 n4 n5 c2",
        "heal n1 n2 | n3 n4 n5",
        "crash n3 keeping log:2 meta:all",
        "crash n3 · cut n1->n2 · drop n1->n2#7",
        "cut n1->n2 · cut n1->n3",
    ] {
        assert_eq!(again(text, &cluster), text);
    }
    assert_eq!(again("isolate n2", &Cluster::new(3, 5)), "partition n1 n3 | n2");
    assert_eq!(again("partition n5 n4 n3 | n2 n1 ; restart n1", &cluster), "partition n1 n2 | n3 n4 n5 · restart n1");
    assert_eq!(again("partition n1 | n2 · heal all", &cluster), "partition n1 | n2 · heal n1 | n2");
    let mut cut = cluster.clone();
    for pair in [(0, 1), (0, 2), (2, 0)] {
        cut.cuts.insert((Endpoint::Node(NodeId(pair.0)), Endpoint::Node(NodeId(pair.1))));
    }
    assert_eq!(again("heal all", &cut), "heal n1->n2 · heal n1->n3 · heal n3->n1");
    assert_eq!(again("heal n2", &cut), "heal n1->n2");
    let partition = read_script::<Probe>("partition n1 n4 n7 | n2 n5 n8 | n3 n6 n9", &cluster);
    assert_eq!(partition.map(|actions| actions.len()), Ok(54));
}

#[test]
fn what_does_not_fit_is_told_with_its_column() {
    let told = [
        ("", "column 1: expected an act: "),
        ("crsh n3", "column 1: expected an act; perhaps crash, found “crsh”"),
        ("crash n10", "column 7: expected a node from n1 to n9, found “n10”"),
        ("crash n0", "column 7: expected a node from n1 to n9, found “n0”"),
        ("crash n3 now", "column 10: expected the end of the act or ·, found “now”"),
        ("crash n3 keeping disk:1", "column 18: expected all, or an area"),
        ("crash n1 · cut n1>n2", "column 16: expected a link such as n1->n2"),
        ("crash n1 · ", "expected an act: "),
        ("cut n1->n1", "column 5: expected a link"),
        ("drop n1->n2#0", "column 6: expected a packet such as n1->n2#7"),
        ("drop n1->n2#+1", "column 6: expected a packet such as n1->n2#7"),
        ("delay n1->n2#1 200", "column 16: expected a span up to an hour"),
        ("heal all", "column 6: expected a cut link, but no link is cut, found “all”"),
        ("partition n1 n2", "expected two groups or more, such as n1 n2 | n3 n4 n5, found nothing"),
        ("partition n1 | n1", "column 16: expected | or a node from n1 to n9 that is in no group yet, found “n1”"),
        ("fire n1 bet", "column 9: expected beat or retry, found “bet”"),
        ("request c9 get 1", "column 9: expected a client from c0 to c5, found “c9”"),
        ("set rule persist_vot off", "column 10: expected a rule; perhaps persist_vote, found “persist_vot”"),
        ("set config voters 3", "column 12: expected a number that may change while it runs: heartbeat_interval"),
        ("set config heartbeat_interval 20s", "expected heartbeat_interval from 1ms to 10s, found “20s”"),
        ("set loss 101%", "column 10: expected a share from 0% to 100%, such as 2.5%, found “101%”"),
        ("skew n1 -95%", "column 9: expected how much faster the clock runs"),
    ];
    for (text, expected) in told {
        let error = read_script::<Probe>(text, &cluster()).expect_err(text);
        let error = said(&error);
        assert!(error.contains(expected), "{text}: {error}");
    }
    for (line, expected) in [
        ("1s crash n1", "column 1: expected at, found “1s”"),
        ("at 1s+ crash n1", "column 4: expected a time up to an hour"),
        ("at 2h crash n1", "column 4: expected a time up to an hour"),
        ("at 1s crash n1 · crush n1", "column 18: expected an act; perhaps crash"),
    ] {
        let error = read_line::<Probe>(line, &cluster()).expect_err(line);
        let error = said(&error);
        assert!(error.contains(expected), "{line}: {error}");
    }
}
