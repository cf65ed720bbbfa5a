//! What the commands of a transcript do: a run that is driven step by step, or left to time.

use faultlab_cli::fact_columns;
use faultlab_core::{NodeId, Span, Time};
use faultlab_registry::{CheckState, Lab, Line, Played, protocol};
use faultlab_scenario::{Number, Scenario};
use faultlab_words::Lang;
use std::fmt::Write;

/// More steps than this, and a command is taken never to end.
const STEPS_MAX: usize = 200_000;

/// A run and how far its story has been told.
pub(crate) struct Session {
    scenario: Scenario,
    lab: Option<Box<dyn Lab>>,
    told: usize,
    /// Whether only what is told happens.
    stepwise: bool,
}

type Told = Result<String, String>;

impl Session {
    pub(crate) fn new(protocol: &str) -> Self {
        Self { scenario: Scenario::new(protocol, 3, 1), lab: None, told: 0, stepwise: false }
    }

    /// Does what a command says and tells what happened.
    pub(crate) fn obey(&mut self, command: &[String]) -> Told {
        let (head, input) = command.split_first().ok_or("an empty command")?;
        let (verb, rest) = head.split_once(' ').unwrap_or((head, ""));
        match verb {
            "open" => self.open(rest, input),
            "do" => self.exactly(rest, input),
            "stabilize" => self.exactly("", std::slice::from_ref(head)),
            "act" => {
                self.act(rest)?;
                self.tell("", true)
            }
            "until" => self.until(rest),
            "checks" => self.checks(),
            "packets" => self.packets(),
            "inspect" => self.inspect(rest),
            "disk" => self.disk(rest),
            _ => Err(format!("no command {verb:?}")),
        }
    }

    fn lab(&mut self) -> Result<&mut Box<dyn Lab>, String> {
        self.lab.as_mut().ok_or_else(|| "nothing is open".into())
    }

    /// `open nodes=5 seed=7 clients=0 off=rule latency=10ms config.slug=150ms`, with a schedule below.
    fn open(&mut self, rest: &str, schedule: &[String]) -> Told {
        let row = protocol(&self.scenario.protocol).ok_or("no such protocol")?;
        self.scenario = Scenario::new(&self.scenario.protocol, row.about.nodes_default, 1);
        self.scenario.load.clients = Some(0);
        self.scenario.schedule = schedule.to_vec();
        for word in rest.split_ascii_whitespace() {
            let (key, value) = word.split_once('=').ok_or_else(|| format!("expected key=value, found {word:?}"))?;
            self.set(key, value)?;
        }
        (self.told, self.stepwise) = (0, false);
        self.lab = Some(row.open_as_facts(&self.scenario).map_err(|error| error.to_string())?);
        let boots = usize::from(self.scenario.nodes);
        for _ in 0..boots {
            self.lab()?.forward();
        }
        self.tell("", true)
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let number = |value: &str| value.parse::<u64>().map_err(|error| format!("{key}: {error}"));
        let small = |value: &str| value.parse::<u8>().map_err(|error| format!("{key}: {error}"));
        let scenario = &mut self.scenario;
        let text = Some(value.to_owned());
        match key {
            "nodes" => scenario.nodes = small(value)?,
            "seed" => scenario.seed = number(value)?,
            "off" => scenario.rules_off.push(value.into()),
            "clients" => scenario.load.clients = Some(small(value)?),
            "think" => scenario.load.think = text,
            "reads" => scenario.load.reads = text,
            "retry" => scenario.load.retry = text,
            "latency" => scenario.network.latency = text,
            "loss" => scenario.network.loss = text,
            "sync" => scenario.network.sync = text,
            _ => {
                let slug = key.strip_prefix("config.").ok_or_else(|| format!("no setting {key:?}"))?;
                let number = match value {
                    "true" => Number::Flag(true),
                    "false" => Number::Flag(false),
                    _ => value.parse().map_or_else(|_| Number::Word(value.into()), Number::Count),
                };
                scenario.config.insert(slug.into(), number);
            }
        }
        Ok(())
    }

    /// Exact steps, one a line: nothing else happens. `stabilize` may stand among them.
    fn exactly(&mut self, filter: &str, steps: &[String]) -> Told {
        self.let_only_happen_what_is_told(true)?;
        for step in steps {
            match step.strip_prefix("stabilize") {
                Some(nodes) => self.settle(nodes)?,
                None => self.step(step)?,
            }
        }
        self.tell(filter, false)
    }

    /// One exact step, a millisecond after the last one.
    fn step(&mut self, step: &str) -> Result<(), String> {
        let later = self.lab()?.now() + Span::millis(1);
        self.lab()?.play(later, 1);
        self.act(step)
    }

    fn act(&mut self, text: &str) -> Result<(), String> {
        self.lab()?.act(text).map_err(|error| error.to_string())
    }

    fn let_only_happen_what_is_told(&mut self, only: bool) -> Result<(), String> {
        if std::mem::replace(&mut self.stepwise, only) == only {
            return Ok(());
        }
        self.act(if only { "set stepwise on" } else { "set stepwise off" })
    }

    /// Completes syncs and delivers packets, the oldest first, until there are none; of these nodes only, if any are named.
    fn settle(&mut self, nodes: &str) -> Result<(), String> {
        let only: Vec<&str> = nodes.split_ascii_whitespace().collect();
        let concerned = |name: String| only.is_empty() || only.iter().any(|other| *other == name);
        for _ in 0..STEPS_MAX {
            let moment = self.lab()?.moment(Lang::En);
            let syncs = moment.nodes.iter().find(|node| node.syncing && concerned(node.id.to_string()));
            let oldest = |packet: &&faultlab_registry::PacketView| (packet.sent, packet.name);
            let ready = moment.packets.iter().filter(|packet| !packet.held && !packet.waiting);
            let packet = ready.filter(|packet| concerned(packet.name.to.to_string())).min_by_key(oldest);
            let step = match (syncs, packet) {
                (Some(node), _) => format!("flush {}", node.id),
                (None, Some(packet)) => format!("deliver {}", packet.name),
                (None, None) => return Ok(()),
            };
            self.step(&step)?;
        }
        Err(format!("no end after {STEPS_MAX} steps"))
    }

    /// `until 2s`, or `until 2s only event crash` to be told of these kinds of facts only.
    fn until(&mut self, rest: &str) -> Told {
        let (moment, filter) = rest.split_once(' ').unwrap_or((rest, ""));
        let until = Span::parse(moment).map(|span| Time(span.0)).ok_or("expected a time such as 2s")?;
        self.let_only_happen_what_is_told(false)?;
        let lab = self.lab()?;
        while lab.play(until, STEPS_MAX) != Played::There {
            if lab.position() > STEPS_MAX {
                return Err(format!("more than {STEPS_MAX} steps"));
            }
        }
        self.tell(filter, true)
    }

    /// The facts since the last command.
    fn tell(&mut self, filter: &str, timed: bool) -> Told {
        let kinds: Vec<&str> = match filter.strip_prefix("only ") {
            Some(kinds) => kinds.split_ascii_whitespace().collect(),
            None if filter.is_empty() => Vec::new(),
            None => return Err(format!("expected only with kinds of facts, found {filter:?}")),
        };
        let from = self.told;
        let lab = self.lab()?;
        let end = lab.position();
        let lines = lab.story(from, end, Lang::En);
        self.told = end;
        let mut out = String::new();
        for line in &lines {
            let (kind, _, _) = fact_columns(line);
            // A step that did not apply is always told: it is a mistake in the transcript more often than not.
            if kinds.is_empty() || kinds.contains(&kind) || kind == "void" {
                write_fact(&mut out, line, timed);
            }
        }
        if out.is_empty() {
            out.push_str("nothing\n");
        }
        Ok(out)
    }

    fn checks(&mut self) -> Told {
        let mut out = String::new();
        for check in self.lab()?.checks(Lang::En) {
            let state = match check.state {
                CheckState::Holds => "holds",
                CheckState::Broken => "BROKEN",
                CheckState::Reached => "reached",
                CheckState::NotYet => "not reached",
                CheckState::NotJudged { .. } => "not judged",
                CheckState::Measured { measured_ppm, bound_ppm } if measured_ppm > bound_ppm => "too much",
                CheckState::Measured { .. } => "within its bound",
            };
            let _ = writeln!(out, "{:<32} {state}", check.slug);
            for contradiction in &check.facts {
                let _ = writeln!(out, "  {contradiction}");
            }
        }
        Ok(out)
    }

    fn packets(&mut self) -> Told {
        let mut packets = self.lab()?.moment(Lang::En).packets;
        packets.sort_by_key(|packet| packet.name);
        let mut out = String::new();
        for packet in &packets {
            let _ = writeln!(
                out,
                "{:<14} {}{}",
                packet.name.to_string(),
                packet.label,
                if packet.held { " (held)" } else { "" }
            );
        }
        Ok(if out.is_empty() { "none\n".into() } else { out })
    }

    fn node(&mut self, rest: &str) -> Result<NodeId, String> {
        let nodes = self.scenario.nodes;
        NodeId::all(nodes).find(|node| node.to_string() == rest).ok_or_else(|| format!("no node {rest:?}"))
    }

    fn inspect(&mut self, rest: &str) -> Told {
        let node = self.node(rest)?;
        let fields = self.lab()?.inspect(node, Lang::En);
        let mut out = String::new();
        for field in &fields {
            let _ = writeln!(out, "{:<24} {}", field.slug, field.value);
        }
        Ok(if out.is_empty() { "down\n".into() } else { out })
    }

    fn disk(&mut self, rest: &str) -> Told {
        let node = self.node(rest)?;
        let moment = self.lab()?.moment(Lang::En);
        let view = moment.nodes.iter().find(|view| view.id == node).ok_or("no such node")?;
        let mut out = String::new();
        for area in &view.areas {
            let _ = writeln!(out, "{} from {}", area.slug, area.first);
            let synced = area.synced.iter().map(|record| (" ", record));
            for (sign, record) in synced.chain(area.unsynced.iter().map(|record| ("┊", record))) {
                let _ = match record.condition {
                    faultlab_core::Condition::Intact => writeln!(out, "{sign} {}", record.text),
                    damaged => writeln!(out, "{sign} {} ({damaged:?})", record.text),
                };
            }
        }
        Ok(out)
    }
}

/// `f12  f3,f7  event  n1  voted_yes txn=T1`, with the time in front of a run that is left to time.
fn write_fact(out: &mut String, line: &Line, timed: bool) {
    let (kind, place, from) = fact_columns(line);
    if timed {
        let _ = write!(out, "{:>10} ", line.at.to_string());
    }
    let id = format!("f{}", line.id.0);
    let text = format!("{id:<5} {from:<9} {kind:<9} {place:<11} {}{}", line.sentence.head, line.sentence.rest);
    let _ = writeln!(out, "{}", text.trim_end());
}
