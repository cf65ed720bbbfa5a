//! What the ring store promises and what its clients see agree: a history that is not linearizable shows an anomaly that the store
//! allows, by its name, or the run breaks an invariant. And every scenario of the ring keeps its promises with its rules on.

use std::collections::{BTreeMap, BTreeSet};

use faultlab_check::linear::{Limits, Verdict, judge};
use faultlab_core::hashing::ring::{Event, Key, Outcome, Request, RingStore, Version};
use faultlab_core::{Datum, Protocol, RequestId, Time};
use faultlab_registry::{Played, protocol};
use faultlab_scenario::{Scenario, start};
use faultlab_sim::{Fact, FactKind, Simulation, Sink};
use faultlab_tests::gallery;

/// What a client may see of a key that no linearizable register would show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Anomaly {
    /// A read misses a write that was acknowledged before it was asked.
    StaleRead,
    /// A read returns a write that is not acknowledged yet, and what is asked later is ordered before it.
    UnfinishedWrite,
    /// A write is given two versions, one for each of two tries.
    RepeatedWrite,
}

/// An operation that is over, with the version that it read or wrote, and when it was asked and answered.
struct Ended {
    key: Key,
    version: Option<Version>,
    read: bool,
    asked: u32,
    answered: u32,
}

#[derive(Default)]
struct Witness {
    asked: BTreeMap<RequestId, u32>,
    ended: Vec<Ended>,
    given: BTreeMap<RequestId, BTreeSet<Version>>,
    anomalies: BTreeSet<(Key, Anomaly)>,
    broken: Vec<&'static str>,
}

impl Sink<RingStore> for Witness {
    fn fact(&mut self, fact: &Fact<'_, RingStore>) {
        match &fact.kind {
            FactKind::Invoked { id, .. } => drop(self.asked.insert(*id, fact.id.0)),
            FactKind::Emitted { event: Event::WriteStarted { id, key, version }, .. } => {
                let given = self.given.entry(*id).or_default();
                given.insert(*version);
                if given.len() > 1 {
                    self.anomalies.insert((*key, Anomaly::RepeatedWrite));
                }
            }
            FactKind::Returned { id, request, response, .. } => {
                let (key, read) = match request {
                    Request::Get { key } => (*key, true),
                    Request::Put { key, .. } => (*key, false),
                    Request::Join { .. } | Request::Leave { .. } => return,
                };
                let version = match response.outcome {
                    Outcome::Stored { version } => Some(version),
                    Outcome::Found { item } => Some(item.version),
                    Outcome::Absent => None,
                    _ => return,
                };
                self.end(Ended { key, version, read, asked: self.asked[id], answered: fact.id.0 });
            }
            FactKind::Broken { invariant, .. } => {
                self.broken.push(RingStore::invariants()[usize::from(*invariant)].slug);
            }
            _ => {}
        }
    }
}

impl Witness {
    fn end(&mut self, now: Ended) {
        for earlier in self.ended.iter().filter(|earlier| earlier.key == now.key && earlier.answered < now.asked) {
            if earlier.version > now.version {
                let acknowledged = |write: &&Ended| !write.read && write.version == earlier.version;
                let known = self.ended.iter().find(acknowledged).is_some_and(|write| write.answered < now.asked);
                match (known, now.read) {
                    (true, true) => drop(self.anomalies.insert((now.key, Anomaly::StaleRead))),
                    (false, _) => drop(self.anomalies.insert((now.key, Anomaly::UnfinishedWrite))),
                    // No anomaly that is allowed.
                    (true, false) => {}
                }
            }
        }
        self.ended.push(now);
    }
}

/// What the clients of a run saw of each key, what broke, and the key whose history is not linearizable.
struct Seen {
    anomalies: BTreeSet<(Key, Anomaly)>,
    broken: Vec<&'static str>,
    refuted: Option<Key>,
}

fn observe(scenario: &Scenario, until: Time) -> Seen {
    let begun = start::<RingStore>(scenario).unwrap_or_else(|error| panic!("{error}"));
    let mut witness = Witness::default();
    Simulation::new(&begun).run(until, 1_000_000, &mut witness);
    let opened = protocol("ring").expect("it is listed").open(scenario);
    let mut lab = opened.unwrap_or_else(|error| panic!("{error}"));
    while lab.play(until, 1_000_000) != Played::There {}
    let history = lab.history().expect("the store is made of registers");
    let refuted = match judge(&history, Limits::default()).verdict {
        Verdict::NotLinearizable(found) => match &found.key {
            Datum::Text(name) => Key::parse(name),
            other => panic!("{other:?} is no key"),
        },
        Verdict::Linearizable(_) => None,
        Verdict::CutOff => panic!("seed {}: too long a history", scenario.seed),
    };
    Seen { anomalies: witness.anomalies, broken: witness.broken, refuted }
}

/// Clients that all want the same two keys, while nodes come, go, crash, lose a disk and messages.
fn rough(seed: u64, (read_quorum, write_quorum): (u8, u8), rules_off: &str) -> Scenario {
    let wiped = 2 + seed % 4;
    let wipe = if write_quorum > 1 {
        format!("\"at 4s wipe n{wiped}\", \"at 4500ms restart n{wiped}\",")
    } else {
        String::new()
    };
    let text = format!(
        "format = 1\nprotocol = \"ring\"\nnodes = 6\nseed = {seed}\nrules_off = [{rules_off}]\n\
         schedule = [\"at 500ms request c0 join n6\", \"at 1s isolate n2\", \"at 1700ms heal all\",\n\
         \"at 2s crash n3\", \"at 3500ms restart n3\", {wipe} \"at 5s request c0 leave n4\",\n\
         \"at 5200ms pause n5\", \"at 5900ms resume n5\"]\n\
         [config]\nread_quorum = {read_quorum}\nwrite_quorum = {write_quorum}\n\
         [network]\nloss = \"4%\"\nduplication = \"2%\"\n\
         [load]\nclients = 4\nthink = \"10ms\"\nreads = \"50%\"\nkeys = 2\nretry = \"200ms\"\n"
    );
    Scenario::from_toml(&text).unwrap_or_else(|error| panic!("{error}"))
}

const UNTIL: Time = Time(6_500_000);

#[test]
fn a_history_that_is_not_linearizable_shows_an_anomaly_that_is_allowed() {
    let mut explained = BTreeSet::new();
    for (quorums, meet) in [((2, 2), true), ((1, 1), false), ((1, 3), true), ((1, 2), false)] {
        for seed in 0..25 {
            let seen = observe(&rough(seed, quorums, ""), UNTIL);
            let name = format!("R, W = {quorums:?}, seed {seed}");
            assert_eq!(seen.broken, [""; 0], "{name}");
            let stale = seen.anomalies.iter().any(|(_, anomaly)| *anomaly == Anomaly::StaleRead);
            assert!(!(meet && stale), "{name}: every read meets every acknowledged write");
            if let Some(key) = seen.refuted {
                let of_key: BTreeSet<_> = seen.anomalies.iter().filter(|(other, _)| *other == key).collect();
                assert!(!of_key.is_empty(), "{name}: {key} is not linearizable, and nothing that is allowed shows");
                explained.extend(of_key.into_iter().map(|(_, anomaly)| *anomaly));
            }
        }
    }
    let all = [Anomaly::StaleRead, Anomaly::UnfinishedWrite, Anomaly::RepeatedWrite];
    assert!(all.iter().all(|anomaly| explained.contains(anomaly)), "only {explained:?} were seen");
}

/// Without its rules, what is lost is either told by the invariants or has a name.
#[test]
fn without_a_rule_the_invariants_see_what_the_judge_of_histories_sees() {
    let mut broken = BTreeSet::new();
    for rule in ["joint_quorums", "ask_versions", "recall_lost_disk", "version_by_request"] {
        for seed in 0..25 {
            let seen = observe(&rough(seed, (2, 2), &format!("\"{rule}\"")), UNTIL);
            if let Some(key) = seen.refuted.filter(|_| seen.broken.is_empty()) {
                let stale = seen.anomalies.contains(&(key, Anomaly::StaleRead));
                assert!(!stale, "{rule}, seed {seed}: {key} was read as it had been, and no invariant says so");
                assert!(seen.anomalies.iter().any(|(other, _)| *other == key), "{rule}, seed {seed}: {key}");
            }
            broken.extend(seen.broken);
        }
    }
    assert!(["write_order", "one_value"].iter().all(|slug| broken.contains(slug)), "only {broken:?} broke");
}

#[test]
fn what_a_scenario_shows_without_a_rule_is_kept_with_it() {
    for (name, scenario) in gallery().into_iter().filter(|(_, scenario)| scenario.protocol == RingStore::SLUG) {
        let judged = faultlab_registry::judge(&Scenario { rules_off: Vec::new(), ..scenario });
        assert_eq!(judged.unwrap_or_else(|error| panic!("{name}: {error}")).broken, [""; 0], "{name} with all rules");
    }
}

fn judged(text: &str) -> faultlab_registry::Judged {
    let text = format!("format = 1\nprotocol = \"ring\"\nseed = 1\n{text}");
    let scenario = Scenario::from_toml(&text).unwrap_or_else(|error| panic!("{error}"));
    faultlab_registry::judge(&scenario).unwrap_or_else(|error| panic!("{error}"))
}

/// What is on its way when a run is judged is not missing: a write acknowledged just now, by fewer disks than there are owners.
#[test]
fn a_copy_on_its_way_is_not_missing() {
    for (copies, clients, think) in [(2, 1, "5ms..20ms"), (3, 1, "10s"), (3, 12, "1ms")] {
        let text = format!(
            "nodes = 5\n[config]\ncopies = {copies}\nread_quorum = 1\nwrite_quorum = 1\n\
             [load]\nclients = {clients}\nthink = \"{think}\"\nreads = \"0%\"\nkeys = 1\n[expect]\nuntil = \"40s\"\n"
        );
        assert_eq!(judged(&text).broken, [""; 0], "{copies} copies, {clients} clients");
    }
}

/// A quorum that can never be had is refused, with the reason, and the run keeps its promises.
#[test]
fn a_quorum_larger_than_the_ring_is_refused() {
    let text = "nodes = 1\n[load]\nclients = 1\n[expect]\nuntil = \"30s\"\n";
    assert_eq!(judged(text).broken, [""; 0]);
    let text = format!("format = 1\nprotocol = \"ring\"\nseed = 1\n{text}");
    let scenario = Scenario::from_toml(&text).unwrap_or_else(|error| panic!("{error}"));
    let opened = protocol("ring").expect("it is listed").open(&scenario);
    let mut lab = opened.unwrap_or_else(|error| panic!("{error}"));
    while lab.play(Time(2_000_000), 100_000) != Played::There {}
    let mut refused = 0;
    for line in lab.story(0, lab.position(), faultlab_words::Lang::En) {
        refused += u32::from(line.sentence.rest.contains("it needs 2 owners, and the key has only 1"));
    }
    assert!(refused > 0);
}

/// The acts that the sweep of an older ring found, behaviour 1: they are read, and the answer says that the run is another one.
const RECORDED_BY_BEHAVIOUR_1: &str = "1.HY5BbsMgEEWvgv6ahV3jpOUqVWVRPG5QbMaFoY0U-e4Br-e_N--J7Cm6FBj2iYXT5gS219gTC3teYZFC_IFG5Jky7KCRieZzlMpKeeJlgf2E8_fJLUJp-seXxspubk6_BopSwe6opL_RXKFzL6rPKtFvoSzK92ovou6jMm8Np8dOXpqgRAktY8g4qmLjrfraIQvtsKPROJu7_nI1ncY33dxf4JLOREnO13fXj3fTmcswHscL";

#[test]
fn a_link_of_an_older_ring_opens_and_says_so() {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    faultlab_cli::main(&["run", RECORDED_BY_BEHAVIOUR_1].map(std::ffi::OsString::from), &mut out, &mut err);
    let said = String::from_utf8_lossy(&out).into_owned() + &String::from_utf8_lossy(&err);
    assert!(said.contains("Durability (durability): BROKEN"), "{said}");
    assert!(said.contains("behaviour 1 then, 2 now"), "{said}");
}
