//! A moment of a tape as plain values.

use faultlab_core::{
    Area, ClientId, Figure, NodeId, Operation, Promise, Protocol, Setup, Span, Spelled, Stored, Time, Violation,
};
use faultlab_scenario::text;
use faultlab_sim::{
    Act, Action, BranchId, Brought, Fact, FactKind, Origin, Packet, Payload, Position, Sink, StepFilter,
};
use faultlab_words::world::Evidence;
use faultlab_words::{Lang, Sentence};

use super::{Figures, Run};
use crate::lab::Lab;
use crate::story::{What, payload_words};
use crate::view::{
    AreaView, BranchView, CheckState, CheckView, ClientView, Moment, NodeView, OperatorRequest, PacketKind, PacketView,
    RecordView, TimerView,
};

/// How many synced records of an area are shown, the newest ones.
const RECORDS_SHOWN: usize = 12;

/// Listens for one invariant to break.
struct BreakListener {
    invariant: usize,
    heard: bool,
}

impl<P: Protocol> Sink<P> for BreakListener {
    fn fact(&mut self, fact: &Fact<'_, P>) {
        self.heard |=
            matches!(fact.kind, FactKind::Broken { invariant, .. } if usize::from(invariant) == self.invariant);
    }
}

impl<P: Protocol> Run<P> {
    pub(super) fn shown_moment(&self, lang: Lang) -> Moment {
        let world = self.tape.world();
        let setup = world.setup();
        let mut packets: Vec<PacketView> = world.packets().map(|packet| self.shown_packet(packet, lang)).collect();
        packets.sort_by_key(|packet| (packet.due, packet.name));
        Moment {
            now: self.tape.now(),
            nodes: NodeId::all(setup.nodes).map(|node| self.shown_node(node, lang)).collect(),
            packets,
            cuts: world.cuts().collect(),
            clients: self.shown_clients(lang),
            network: *world.network(),
            load: *world.load(),
            config: P::fields().iter().map(|field| (field.get)(&setup.config)).collect(),
            rules: (0..P::rules().len()).map(|index| setup.rules.is_on(index)).collect(),
            beyond: setup.exceeded_by(world.faults()),
        }
    }

    fn shown_packet(&self, packet: &Packet<P>, lang: Lang) -> PacketView {
        PacketView {
            name: packet.name,
            kind: match packet.payload {
                Payload::Message(_) => PacketKind::Message,
                Payload::Request { .. } => PacketKind::Request,
                Payload::Response { .. } => PacketKind::Response,
            },
            label: payload_words((self.words)(lang), self.tape.world().setup(), &packet.payload),
            sent: packet.sent,
            due: self.arrival(packet),
            held: packet.held,
            waiting: packet.waiting,
        }
    }

    /// When a packet arrives. While only what is ordered happens, that is when somebody has ordered it to.
    fn arrival(&self, packet: &Packet<P>) -> Time {
        if !self.tape.world().is_stepwise() {
            return packet.due;
        }
        let ordered = |act: &&Act<P>| act.at >= self.tape.now() && act.scripted.action == Action::Deliver(packet.name);
        self.tape.acts().iter().find(ordered).map_or(packet.due, |act| act.at)
    }

    fn shown_node(&self, node: NodeId, lang: Lang) -> NodeView {
        let world = self.tape.world();
        let slot = &world.slots()[node.index()];
        let now = self.tape.now();
        let mut armed: Vec<_> = slot.timers.iter().collect();
        armed.sort_by_key(|armed| armed.deadline);
        let timers = armed.into_iter().map(|armed| {
            let mut slug = String::new();
            armed.timer.spell(&mut slug);
            let name = ((self.words)(lang).timer)(world.setup(), armed.timer);
            TimerView { slug, name, full: armed.max, left: armed.deadline.since(now) }
        });
        let lost = self.lost_of(node);
        let areas = P::AREAS.iter().zip(slot.disk.areas()).enumerate().map(|(index, (slug, area))| {
            let lost = lost.as_ref().and_then(|disk| disk.areas().get(index));
            let lost = lost.map_or_else(Vec::new, |area| self.shown_area(slug, area, lang).unsynced);
            AreaView { lost, ..self.shown_area(slug, area, lang) }
        });
        NodeView {
            id: node,
            name: self.node_name(lang, node.0),
            up: slot.is_up(),
            paused: world.is_paused(node),
            percent: world.slowness_percent(node),
            skew_ppm: world.skew_ppm(node),
            timers: timers.collect(),
            areas: areas.collect(),
            syncing: slot.syncing > 0,
        }
    }

    fn shown_area(&self, slug: &'static str, area: &Area<P::Record>, lang: Lang) -> AreaView {
        let setup = self.tape.world().setup();
        let record_text = |record: &P::Record| ((self.words)(lang).record)(setup, record);
        let hidden = area.records().len().saturating_sub(RECORDS_SHOWN);
        let synced = |stored: &Stored<P::Record>| {
            let (record, condition) = stored.parts();
            RecordView { text: record_text(record), condition }
        };
        let unsynced = |operation: &Operation<P::Record>| {
            let text = match operation {
                Operation::Append(record) => format!("+ {}", record_text(record)),
                Operation::Write { at, record } => format!("{at} := {}", record_text(record)),
                Operation::Trim { upto } => format!("‹ {upto} ✂"),
                Operation::Truncate { from } => format!("✂ {from} ›"),
            };
            RecordView { text, condition: faultlab_core::Condition::Intact }
        };
        AreaView {
            slug,
            name: ((self.words)(lang).area)(slug).unwrap_or(slug).into(),
            first: area.first() + hidden as u64,
            synced: area.records().skip(hidden).map(synced).collect(),
            unsynced: area.unsynced().iter().map(unsynced).collect(),
            lost: Vec::new(),
        }
    }

    pub(super) fn shown_requests(&self, node: NodeId, lang: Lang) -> Vec<OperatorRequest> {
        let world = self.tape.world();
        if node.0 >= world.setup().nodes {
            return Vec::new();
        }
        let requests = P::requests_on(&world.view(), node).into_iter();
        let shown = requests.filter_map(|request| {
            let verb = ((self.words)(lang).verb)(&request)?.to_owned();
            let act = text::write_action::<P>(&Action::Request { client: ClientId::OPERATOR, request });
            Some(OperatorRequest { verb, act })
        });
        shown.collect()
    }

    fn shown_clients(&self, lang: Lang) -> Vec<ClientView> {
        let world = self.tape.world();
        let clients = world.clients().iter().enumerate();
        let shown = clients.map(|(index, client)| {
            let waiting = client.outstanding.as_ref();
            let words = |request| ((self.words)(lang).request)(world.setup(), request);
            ClientView {
                id: ClientId(index as u8),
                waiting: waiting.map(|waiting| (words(&waiting.request), waiting.asked)),
                since: waiting.map_or(world.now(), |waiting| waiting.invoked),
                queued: client.queue.len(),
            }
        });
        shown.collect()
    }

    pub(super) fn shown_checks(&self, lang: Lang) -> Vec<CheckView> {
        let world = self.tape.world();
        let verdicts = world.verdicts();
        let network_delay = world.network().latency_max;
        let limit = P::tolerates(world.setup()).progress.delay;
        let invariants = P::invariants().iter().zip(&self.about.invariants).enumerate();
        let shown = invariants.map(|(index, (invariant, about))| {
            let broken = verdicts.broken[index].as_ref();
            let state = match invariant.promise {
                _ if broken.is_some() => CheckState::Broken,
                Promise::Within { .. } if network_delay > limit => {
                    CheckState::NotJudged { delay: network_delay, limit }
                }
                Promise::Always(_)
                | Promise::AlwaysOfSends(_)
                | Promise::AlwaysOfCluster(_)
                | Promise::Within { .. } => CheckState::Holds,
                Promise::Sometimes(_) if verdicts.reached[index] => CheckState::Reached,
                Promise::Sometimes(_) => CheckState::NotYet,
                Promise::Figure(figure) => {
                    let figure = self.figure(index, figure);
                    CheckState::Measured { measured_ppm: figure.measured_ppm, bound_ppm: figure.bound_ppm }
                }
            };
            let (heading, facts) = broken.map_or(("", Vec::new()), |violation| self.evidence(index, violation, lang));
            CheckView {
                slug: about.slug,
                kind: about.kind,
                name: about.name(lang),
                meaning: about.meaning(lang),
                state,
                nodes: broken.map_or_else(Vec::new, |violation| violation.nodes.clone()),
                heading,
                facts,
            }
        });
        shown.collect()
    }

    /// A figure of the set-up, which changes only when a person turns a dial or switches a rule.
    fn figure(&self, index: usize, measure: fn(&Setup<P>) -> Figure) -> Figure {
        let setup = self.tape.world().setup();
        let mut figures = self.figures.borrow_mut();
        if figures.setup.as_ref() != Some(setup) {
            *figures = Figures { setup: Some(setup.clone()), measured: Vec::new() };
        }
        if let Some((_, figure)) = figures.measured.iter().find(|(place, _)| *place == index) {
            return *figure;
        }
        let figure = measure(setup);
        figures.measured.push((index, figure));
        figure
    }

    /// What broke a property: the events that it was judged by and the answer that a client took just then, else the nodes.
    fn evidence(&self, invariant: usize, violation: &Violation<P>, lang: Lang) -> (&'static str, Vec<String>) {
        let words = (self.words)(lang);
        let position = self.broken_at(invariant);
        let before = position.map(|position| self.tape.world_at(position.saturating_sub(1)));
        let setup = before.as_ref().unwrap_or(self.tape.world()).setup();
        let text = |sentence: Sentence| format!("{}{}", sentence.head, sentence.rest);
        let events = violation.events.iter().map(|(node, event)| text((words.event)(setup, *node, event)));
        let step = position.map_or_else(Vec::new, |position| self.story(position - 1, position, lang));
        let is_judged = |what: &What| matches!(what, What::Returned { id, .. } if violation.requests.contains(id));
        let answers = step.into_iter().filter(|line| is_judged(&line.what)).map(|line| text(line.sentence));
        let facts: Vec<String> = events.chain(answers).collect();
        match facts.len() {
            0 => {
                let nodes = violation.nodes.iter().map(|node| (words.node)(setup, *node)).collect();
                ((words.world.evidence)(Evidence::Nodes), nodes)
            }
            1 => ((words.world.evidence)(Evidence::Fact), facts),
            _ => ((words.world.evidence)(Evidence::Facts), facts),
        }
    }

    /// The position behind the step in which an invariant broke.
    fn broken_at(&self, invariant: usize) -> Option<Position> {
        let positions = self.tape.positions(StepFilter::Broken, self.tape.position());
        positions.into_iter().find(|position| {
            let mut listener = BreakListener { invariant, heard: false };
            self.tape.reread(position - 1, *position, &mut listener);
            listener.heard
        })
    }

    /// An act with the nodes as people call them, and messages by their links: `drop S4→S2`.
    fn named(&self, act: &str, lang: Lang) -> String {
        let nodes = self.tape.world().setup().nodes;
        let name = |word: &str| {
            let number: Option<u8> = word.strip_prefix('n').and_then(|digits| digits.parse().ok());
            let node = number.filter(|number| (1..=nodes).contains(number));
            node.map_or_else(|| word.to_owned(), |number| self.node_name(lang, number - 1))
        };
        let words = act.split(' ').map(|word| match word.split_once("->") {
            Some((from, to)) => {
                let to = to.split_once('#').map_or(to, |(to, _)| to);
                format!("{}→{}", name(from), name(to))
            }
            None => name(word),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    pub(super) fn shown_branches(&self, lang: Lang) -> Vec<BranchView> {
        let words = (self.words)(lang).world;
        let branches = self.tape.branches().iter().enumerate();
        let shown = branches.map(|(index, branch)| {
            let at = Span(branch.forked_at.0);
            let name = match &branch.origin {
                Origin::Opened => words.first_run.into(),
                Origin::Act(_) => (words.act_at)(&self.named(&text::write_script(&branch.begun_by()), lang), at),
                Origin::Brought(Brought::Found) => (words.found_branch)(at),
                Origin::Brought(Brought::Shrunk) => (words.shrunk_branch)(at),
            };
            let parent: Option<(BranchId, Position)> = branch.parent;
            let id = BranchId(index);
            BranchView { id, name, parent, current: id == self.tape.current(), steps: branch.len() }
        });
        shown.collect()
    }
}
