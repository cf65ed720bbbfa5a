//! Reads facts into lines.

use faultlab_core::{Answer, Endpoint, NodeId, Protocol, Setup, Unit};
use faultlab_sim::{Fact, Happening, PacketName, Payload, Position, Setting, Sink};
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
            what: what::<P>(&fact.happening),
            sentence: self.sentence(&fact.happening),
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

    fn sentence(&self, happening: &Happening<'_, P>) -> Sentence {
        match happening {
            Happening::Emitted { node, event } => (self.words.event)(&self.setup, *node, event),
            Happening::Sent { .. }
            | Happening::Lost { .. }
            | Happening::Duplicated { .. }
            | Happening::Delivered { .. }
            | Happening::Queued { .. }
            | Happening::Delayed { .. }
            | Happening::Held { .. }
            | Happening::Released { .. } => self.traffic(happening),
            Happening::Invoked { id, request } => {
                let request = (self.words.request)(&self.setup, request);
                self.say(&WorldEvent::Invoked { client: &self.client(*id), request: &request })
            }
            Happening::Retried { id, attempt } => {
                self.say(&WorldEvent::Retried { client: &self.client(*id), attempt: *attempt })
            }
            Happening::Returned { id, request, response, answer, .. } => {
                let request = (self.words.request)(&self.setup, request);
                let response = (self.words.response)(&self.setup, response);
                let refused = *answer == Answer::Refused;
                let client = self.client(*id);
                self.say(&WorldEvent::Returned { client: &client, request: &request, response: &response, refused })
            }
            Happening::Set(setting) => self.say(&WorldEvent::Set(self.dial(setting, &mut String::new()))),
            Happening::Broken { invariant, .. } => {
                self.say(&WorldEvent::Broken { invariant: self.invariant(*invariant) })
            }
            Happening::Reached { invariant } => {
                self.say(&WorldEvent::Reached { invariant: self.invariant(*invariant) })
            }
            Happening::Void(void) => self.say(&WorldEvent::Void(*void)),
            Happening::Cut { from, to } => {
                self.say(&WorldEvent::Cut { from: &self.endpoint(*from), to: &self.endpoint(*to) })
            }
            Happening::Healed { from, to } => {
                self.say(&WorldEvent::Healed { from: &self.endpoint(*from), to: &self.endpoint(*to) })
            }
            _ => self.at_node(happening),
        }
    }

    fn traffic(&self, happening: &Happening<'_, P>) -> Sentence {
        let (packet, message) = match happening {
            Happening::Sent { packet, payload, .. }
            | Happening::Lost { packet, payload, .. }
            | Happening::Delivered { packet, payload } => (*packet, self.payload(payload)),
            Happening::Duplicated { packet, .. }
            | Happening::Queued { packet }
            | Happening::Delayed { packet, .. }
            | Happening::Held { packet }
            | Happening::Released { packet, .. } => (*packet, String::new()),
            _ => return Sentence::default(),
        };
        let (from, to) = self.ends(packet);
        let (from, to, message) = (&*from, &*to, &*message);
        self.say(&match happening {
            Happening::Sent { .. } => WorldEvent::Sent { from, to, message },
            Happening::Lost { reason, .. } => WorldEvent::Lost { from, to, message, reason: *reason },
            Happening::Duplicated { .. } => WorldEvent::Duplicated { from, to },
            Happening::Queued { .. } => WorldEvent::Queued { from, to },
            Happening::Delayed { .. } => WorldEvent::Delayed { from, to },
            Happening::Held { .. } => WorldEvent::Held { from, to },
            Happening::Released { .. } => WorldEvent::Released { from, to },
            _ => WorldEvent::Delivered { from, to, message },
        })
    }

    fn at_node(&self, happening: &Happening<'_, P>) -> Sentence {
        let Some(node) = node_of(happening) else { return Sentence::default() };
        let name = self.node(node);
        let node = &*name;
        self.say(&match *happening {
            Happening::Booted { again, .. } => WorldEvent::Booted { node, again },
            Happening::Fired { timer, .. } => {
                return self.say(&WorldEvent::Fired { node, timer: &(self.words.timer)(&self.setup, timer) });
            }
            Happening::Synced { .. } => WorldEvent::Synced { node },
            Happening::Crashed { lost, .. } => WorldEvent::Crashed { node, lost },
            Happening::Paused { .. } => WorldEvent::Paused { node },
            Happening::Resumed { .. } => WorldEvent::Resumed { node },
            Happening::Slowed { percent, .. } => WorldEvent::Slowed { node, percent },
            Happening::Skewed { ppm, .. } => WorldEvent::Skewed { node, ppm },
            Happening::Corrupted { area, at, .. } => WorldEvent::Corrupted { node, area: self.area(area), at },
            Happening::Torn { area, .. } => WorldEvent::Torn { node, area: self.area(area) },
            Happening::Wiped { .. } => WorldEvent::Wiped { node },
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

fn node_of<P: Protocol>(happening: &Happening<'_, P>) -> Option<NodeId> {
    match happening {
        Happening::Booted { node, .. }
        | Happening::Fired { node, .. }
        | Happening::Synced { node }
        | Happening::Emitted { node, .. }
        | Happening::Crashed { node, .. }
        | Happening::Paused { node }
        | Happening::Resumed { node }
        | Happening::Slowed { node, .. }
        | Happening::Skewed { node, .. }
        | Happening::Corrupted { node, .. }
        | Happening::Torn { node, .. }
        | Happening::Wiped { node } => Some(*node),
        _ => None,
    }
}

fn what<P: Protocol>(happening: &Happening<'_, P>) -> What {
    match *happening {
        Happening::Booted { node, again } => What::Booted { node, again },
        Happening::Sent { packet, due, .. } => What::Sent { packet, due },
        Happening::Lost { packet, reason, .. } => What::Lost { packet, reason },
        Happening::Duplicated { packet, copy, due } => What::Duplicated { packet, copy, due },
        Happening::Delivered { packet, .. } => What::Delivered { packet },
        Happening::Queued { packet } => What::Queued { packet },
        Happening::Delayed { packet, due } => What::Delayed { packet, due },
        Happening::Held { packet } => What::Held { packet },
        Happening::Released { packet, due } => What::Released { packet, due },
        Happening::Fired { node, .. } => What::Fired { node },
        Happening::Synced { node } => What::Synced { node },
        Happening::Emitted { node, event } => What::Emitted { node, mark: P::mark(event) },
        Happening::Invoked { id, .. } => What::Invoked { id },
        Happening::Retried { id, attempt } => What::Retried { id, attempt },
        Happening::Returned { id, answer, .. } => What::Returned { id, answer },
        Happening::Crashed { node, lost } => What::Crashed { node, lost },
        Happening::Paused { node } => What::Paused { node },
        Happening::Resumed { node } => What::Resumed { node },
        Happening::Slowed { node, percent } => What::Slowed { node, percent },
        Happening::Cut { from, to } => What::Cut { from, to },
        Happening::Healed { from, to } => What::Healed { from, to },
        Happening::Skewed { node, ppm } => What::Skewed { node, ppm },
        Happening::Corrupted { node, area, at } => What::Corrupted { node, area, at },
        Happening::Torn { node, area } => What::Torn { node, area },
        Happening::Wiped { node } => What::Wiped { node },
        Happening::Set(setting) => What::Set(setting),
        Happening::Broken { invariant, .. } => What::Broken { invariant },
        Happening::Reached { invariant } => What::Reached { invariant },
        Happening::Void(void) => What::Void(void),
    }
}
