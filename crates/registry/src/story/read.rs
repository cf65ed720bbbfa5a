//! Reads facts into lines.

use faultlab_core::{Answer, Endpoint, NodeId, Protocol, Setup, Unit};
use faultlab_sim::{Fact, FactKind, PacketName, Payload, Position, Setting, Sink};
use faultlab_words::world::{Dial, WorldEvent};
use faultlab_words::{Catalogue, Sentence};

use super::{Line, What};

/// Turns every fact it reads into a line, in the words of the set-up that the step began with: what a sentence may claim depends on
/// the rules that are on.
pub(crate) struct Reader<'a, P: Protocol> {
    pub(crate) words: &'a Catalogue<P>,
    pub(crate) setup: Setup<P>,
    /// The position behind the step whose facts are being read.
    pub(crate) position: Position,
    pub(crate) lines: Vec<Line>,
}

impl<P: Protocol> Sink<P> for Reader<'_, P> {
    fn fact(&mut self, fact: &Fact<'_, P>) {
        let line = Line {
            position: self.position,
            id: fact.id,
            at: fact.at,
            parents: fact.parents,
            what: what::<P>(&fact.kind),
            sentence: self.sentence(&fact.kind),
        };
        self.lines.push(line);
    }
}

impl<P: Protocol> Reader<'_, P> {
    pub(crate) fn begin_step(&mut self, position: Position, setup: &Setup<P>) {
        self.position = position;
        if self.setup != *setup {
            self.setup = setup.clone();
        }
    }

    fn node(&self, node: NodeId) -> String {
        (self.words.node)(&self.setup, node)
    }

    fn endpoint(&self, endpoint: Endpoint) -> String {
        match endpoint {
            Endpoint::Node(node) => self.node(node),
            Endpoint::Client(client) => (self.words.world.client)(client.0),
        }
    }

    fn ends(&self, packet: PacketName) -> (String, String) {
        (self.endpoint(packet.from), self.endpoint(packet.to))
    }

    fn payload(&self, payload: &Payload<P>) -> String {
        payload_words(self.words, &self.setup, payload)
    }

    fn client(&self, id: faultlab_core::RequestId) -> String {
        (self.words.world.client)(id.client.0)
    }

    fn area(&self, area: faultlab_core::AreaId) -> &'static str {
        let slug = P::AREAS.get(usize::from(area.0)).copied().unwrap_or("?");
        (self.words.area)(slug).unwrap_or(slug)
    }

    fn say(&self, event: &WorldEvent<'_>) -> Sentence {
        (self.words.world.sentence)(event)
    }

    fn sentence(&self, kind: &FactKind<'_, P>) -> Sentence {
        match kind {
            FactKind::Emitted { node, event } => (self.words.event)(&self.setup, *node, event),
            FactKind::Sent { .. }
            | FactKind::Lost { .. }
            | FactKind::Duplicated { .. }
            | FactKind::Delivered { .. }
            | FactKind::Queued { .. }
            | FactKind::Delayed { .. }
            | FactKind::Held { .. }
            | FactKind::Released { .. } => self.traffic(kind),
            FactKind::Invoked { id, request } => {
                let request = (self.words.request)(&self.setup, request);
                self.say(&WorldEvent::Invoked { client: &self.client(*id), request: &request })
            }
            FactKind::Retried { id, attempt } => {
                self.say(&WorldEvent::Retried { client: &self.client(*id), attempt: *attempt })
            }
            FactKind::Returned { id, request, response, answer, .. } => {
                let request = (self.words.request)(&self.setup, request);
                let response = (self.words.response)(&self.setup, response);
                let refused = *answer == Answer::Refused;
                let client = self.client(*id);
                self.say(&WorldEvent::Returned { client: &client, request: &request, response: &response, refused })
            }
            FactKind::Set(setting) => self.say(&WorldEvent::Set(self.dial(setting, &mut String::new()))),
            FactKind::Broken { invariant, .. } => {
                self.say(&WorldEvent::Broken { invariant: self.invariant(*invariant) })
            }
            FactKind::Reached { invariant } => self.say(&WorldEvent::Reached { invariant: self.invariant(*invariant) }),
            FactKind::Void(void) => self.say(&WorldEvent::Void(*void)),
            FactKind::Cut { from, to } => {
                self.say(&WorldEvent::Cut { from: &self.endpoint(*from), to: &self.endpoint(*to) })
            }
            FactKind::Healed { from, to } => {
                self.say(&WorldEvent::Healed { from: &self.endpoint(*from), to: &self.endpoint(*to) })
            }
            _ => self.at_node(kind),
        }
    }

    fn traffic(&self, kind: &FactKind<'_, P>) -> Sentence {
        let (packet, message) = match kind {
            FactKind::Sent { packet, payload, .. }
            | FactKind::Lost { packet, payload, .. }
            | FactKind::Delivered { packet, payload } => (*packet, self.payload(payload)),
            FactKind::Duplicated { packet, .. }
            | FactKind::Queued { packet }
            | FactKind::Delayed { packet, .. }
            | FactKind::Held { packet }
            | FactKind::Released { packet, .. } => (*packet, String::new()),
            _ => return Sentence::default(),
        };
        let (from, to) = self.ends(packet);
        let (from, to, message) = (&*from, &*to, &*message);
        self.say(&match kind {
            FactKind::Sent { .. } => WorldEvent::Sent { from, to, message },
            FactKind::Lost { reason, .. } => WorldEvent::Lost { from, to, message, reason: *reason },
            FactKind::Duplicated { .. } => WorldEvent::Duplicated { from, to },
            FactKind::Queued { .. } => WorldEvent::Queued { from, to },
            FactKind::Delayed { .. } => WorldEvent::Delayed { from, to },
            FactKind::Held { .. } => WorldEvent::Held { from, to },
            FactKind::Released { .. } => WorldEvent::Released { from, to },
            _ => WorldEvent::Delivered { from, to, message },
        })
    }

    fn at_node(&self, kind: &FactKind<'_, P>) -> Sentence {
        let Some(node) = node_of(kind) else { return Sentence::default() };
        let name = self.node(node);
        let node = &*name;
        self.say(&match *kind {
            FactKind::Booted { again, .. } => WorldEvent::Booted { node, again },
            FactKind::Fired { timer, .. } => {
                return self.say(&WorldEvent::Fired { node, timer: &(self.words.timer)(&self.setup, timer) });
            }
            FactKind::Synced { .. } => WorldEvent::Synced { node },
            FactKind::Crashed { lost, .. } => WorldEvent::Crashed { node, lost },
            FactKind::Paused { .. } => WorldEvent::Paused { node },
            FactKind::Resumed { .. } => WorldEvent::Resumed { node },
            FactKind::Slowed { percent, .. } => WorldEvent::Slowed { node, percent },
            FactKind::Skewed { ppm, .. } => WorldEvent::Skewed { node, ppm },
            FactKind::Corrupted { area, at, .. } => WorldEvent::Corrupted { node, area: self.area(area), at },
            FactKind::Torn { area, .. } => WorldEvent::Torn { node, area: self.area(area) },
            FactKind::Wiped { .. } => WorldEvent::Wiped { node },
            _ => return Sentence::default(),
        })
    }

    fn invariant(&self, index: u8) -> &'static str {
        let slug = P::invariants().get(usize::from(index)).map_or("?", |invariant| invariant.slug);
        (self.words.invariant)(slug).map_or(slug, |named| named.name)
    }

    fn dial<'s>(&self, setting: &Setting, value_text: &'s mut String) -> Dial<'s> {
        match *setting {
            Setting::LossPpm(ppm) => Dial::LossPpm(ppm),
            Setting::DuplicationPpm(ppm) => Dial::DuplicationPpm(ppm),
            Setting::Latency { min, max } => Dial::Latency { min, max },
            Setting::InOrder(on) => Dial::InOrder(on),
            Setting::Stepwise(on) => Dial::Stepwise(on),
            Setting::SyncTime { min, max } => Dial::SyncTime { min, max },
            Setting::Clients(clients) => Dial::Clients(clients),
            Setting::Think { min, max } => Dial::Think { min, max },
            Setting::ReadsPpm(ppm) => Dial::ReadsPpm(ppm),
            Setting::Keys(keys) => Dial::Keys(keys),
            Setting::Retry(span) => Dial::Retry(span),
            Setting::Config { field, value } => {
                let Some(field) = P::fields().get(usize::from(field)) else {
                    return Dial::Config { name: "?", value: "?" };
                };
                let name = (self.words.field)(field.slug).map_or(field.slug, |named| named.name);
                *value_text = number_text(field.unit, value);
                Dial::Config { name, value: value_text }
            }
            Setting::Rule { rule, on } => {
                let slug = P::rules().get(usize::from(rule)).map_or("?", |rule| rule.slug);
                Dial::Rule { name: (self.words.rule)(slug).map_or(slug, |words| words.name), on }
            }
        }
    }
}

fn number_text(unit: Unit, value: u64) -> String {
    match unit {
        Unit::Count => value.to_string(),
        Unit::Span => faultlab_core::Span(value).to_string(),
        Unit::Flag => (value != 0).to_string(),
        Unit::Choice(names) => names.get(value as usize).map_or_else(|| value.to_string(), ToString::to_string),
    }
}

/// A packet's content in a few words.
pub(crate) fn payload_words<P: Protocol>(words: &Catalogue<P>, setup: &Setup<P>, payload: &Payload<P>) -> String {
    match payload {
        Payload::Message(message) => (words.message)(setup, message),
        Payload::Request { request, .. } => (words.request)(setup, request),
        Payload::Response { response, .. } => (words.response)(setup, response),
    }
}

fn node_of<P: Protocol>(kind: &FactKind<'_, P>) -> Option<NodeId> {
    match kind {
        FactKind::Booted { node, .. }
        | FactKind::Fired { node, .. }
        | FactKind::Synced { node }
        | FactKind::Emitted { node, .. }
        | FactKind::Crashed { node, .. }
        | FactKind::Paused { node }
        | FactKind::Resumed { node }
        | FactKind::Slowed { node, .. }
        | FactKind::Skewed { node, .. }
        | FactKind::Corrupted { node, .. }
        | FactKind::Torn { node, .. }
        | FactKind::Wiped { node } => Some(*node),
        _ => None,
    }
}

fn what<P: Protocol>(kind: &FactKind<'_, P>) -> What {
    match *kind {
        FactKind::Booted { node, again } => What::Booted { node, again },
        FactKind::Sent { packet, due, .. } => What::Sent { packet, due },
        FactKind::Lost { packet, reason, .. } => What::Lost { packet, reason },
        FactKind::Duplicated { packet, copy, due } => What::Duplicated { packet, copy, due },
        FactKind::Delivered { packet, .. } => What::Delivered { packet },
        FactKind::Queued { packet } => What::Queued { packet },
        FactKind::Delayed { packet, due } => What::Delayed { packet, due },
        FactKind::Held { packet } => What::Held { packet },
        FactKind::Released { packet, due } => What::Released { packet, due },
        FactKind::Fired { node, .. } => What::Fired { node },
        FactKind::Synced { node } => What::Synced { node },
        FactKind::Emitted { node, event } => What::Emitted { node, mark: P::mark(event) },
        FactKind::Invoked { id, .. } => What::Invoked { id },
        FactKind::Retried { id, attempt } => What::Retried { id, attempt },
        FactKind::Returned { id, answer, .. } => What::Returned { id, answer },
        FactKind::Crashed { node, lost } => What::Crashed { node, lost },
        FactKind::Paused { node } => What::Paused { node },
        FactKind::Resumed { node } => What::Resumed { node },
        FactKind::Slowed { node, percent } => What::Slowed { node, percent },
        FactKind::Cut { from, to } => What::Cut { from, to },
        FactKind::Healed { from, to } => What::Healed { from, to },
        FactKind::Skewed { node, ppm } => What::Skewed { node, ppm },
        FactKind::Corrupted { node, area, at } => What::Corrupted { node, area, at },
        FactKind::Torn { node, area } => What::Torn { node, area },
        FactKind::Wiped { node } => What::Wiped { node },
        FactKind::Set(setting) => What::Set(setting),
        FactKind::Broken { invariant, .. } => What::Broken { invariant },
        FactKind::Reached { invariant } => What::Reached { invariant },
        FactKind::Void(void) => What::Void(void),
    }
}
