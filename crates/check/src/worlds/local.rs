//! Everything that one event at one node or client can lead to.

use alloc::vec::Vec;
use faultlab_core::process::{LocalAnswers, LocalInput, Scratch, crash, transition};
use faultlab_core::{
    Answer, Answers, ClientId, Endpoint, Fault, Input, Keep, MAX_AREAS, NodeId, Occasion, Outgoing, Protocol,
    RequestId, Seen, Sent, Setup, Slot, Span, Time,
};
use faultlab_sim::{Client, Payload};

use super::Means;

/// A message on its way, without name or time: equal ones are one.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Parcel<P: Protocol> {
    pub(super) from: Endpoint,
    pub(super) to: Endpoint,
    pub(super) payload: Payload<P>,
    /// After how many ticks it must have arrived, if that is bounded.
    pub(super) ticks_left: Option<u8>,
}

impl<P: Protocol> Parcel<P> {
    /// What it is to the node that it arrives at. None for what no node is sent.
    pub(super) fn input(&self) -> Option<Input<P>> {
        match (self.payload.clone(), self.from) {
            (Payload::Message(message), Endpoint::Node(from)) => Some(Input::Message { from, message }),
            (Payload::Request { id, request }, _) => Some(Input::Request { id, request }),
            (Payload::Message(_), Endpoint::Client(_)) | (Payload::Response { .. }, _) => None,
        }
    }
}

/// Something that observers and checks see.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Sight<P: Protocol> {
    Event {
        node: NodeId,
        event: P::Event,
    },
    Invoked {
        id: RequestId,
        request: P::Request,
    },
    Returned {
        id: RequestId,
        request: P::Request,
        response: P::Response,
    },
    Sent {
        from: NodeId,
        to: NodeId,
        message: P::Message,
    },
    Started {
        node: NodeId,
    },
    Crashed {
        node: NodeId,
    },
    DiskLost {
        node: NodeId,
    },
    DiskChanged {
        node: NodeId,
    },
    /// Not seen but counted: it decides what is still promised.
    Fault(Fault),
}

impl<P: Protocol> Sight<P> {
    /// What it is to observers and checks. None for what is only counted.
    pub(super) fn told<T>(&self, to: impl FnOnce(&Occasion<'_, P>) -> T) -> Option<T> {
        let seen = match self {
            Self::Event { node, event } => Seen::Event { node: *node, event },
            Self::Invoked { id, request } => Seen::Invoked { id: *id, request },
            Self::Returned { id, request, response } => Seen::Returned { id: *id, request, response },
            Self::Started { node } => Seen::Started { node: *node },
            Self::Crashed { node } => Seen::Crashed { node: *node },
            Self::DiskLost { node } => Seen::DiskLost { node: *node },
            Self::Sent { from, to: receiver, message } => {
                return Some(to(&Occasion::Sent(&Sent { from: *from, to: *receiver, message })));
            }
            Self::DiskChanged { node } => return Some(to(&Occasion::DiskChanged { node: *node })),
            Self::Fault(_) => return None,
        };
        Some(to(&Occasion::Seen(&seen)))
    }
}

/// What can happen at a node without anything arriving.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Own<P: Protocol> {
    Fire(P::Timer),
    /// Only where every detail is explored: otherwise a sync is done at once, or a crash comes first.
    Flush,
    Crash(Keep),
    Restart,
    Wipe,
    /// It stands still while time passes: its timers run on but do not fire, its disk completes, nothing arrives or leaves.
    Pause,
    Resume,
}

impl<P: Protocol> Own<P> {
    /// What runs at the node; none if it only goes down or stands still.
    pub(super) fn input(&self, before: Going) -> Option<LocalInput<P>> {
        match self {
            Self::Fire(timer) => Some(LocalInput::Input(Input::Timer(*timer))),
            Self::Flush => Some(LocalInput::Flush { paused: before == Going::Paused }),
            Self::Restart => Some(LocalInput::Boot),
            Self::Resume => Some(LocalInput::Resume),
            Self::Crash(_) | Self::Wipe | Self::Pause => None,
        }
    }

    /// How the node goes on, if it does.
    pub(super) fn going_after(&self, before: Going) -> Going {
        match self {
            Self::Pause => Going::Paused,
            Self::Resume => Going::Late,
            Self::Crash(_) | Self::Restart | Self::Wipe => Going::On,
            Self::Fire(_) | Self::Flush => before,
        }
    }
}

/// Whether a node goes on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Going {
    On,
    Paused,
    /// It was paused, and timers that ran out meanwhile fire before anything arrives.
    Late,
}

/// A node, as far as it matters to what can happen there.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Site<P: Protocol> {
    pub(super) node: NodeId,
    pub(super) going: Going,
    pub(super) slot: Slot<P>,
}

impl<P: Protocol> Site<P> {
    /// In the one form for all that behave alike: late is only who has a timer to fire, and who is down is not paused.
    pub(super) fn new(node: NodeId, going: Going, slot: Slot<P>) -> Self {
        let overdue = || slot.timers.iter().any(|armed| armed.max == Span::ZERO);
        let goes_on = !slot.is_up() || going == Going::Late && !overdue();
        Self { node, going: if goes_on { Going::On } else { going }, slot }
    }

    /// Whether it is up and going, and all it knows is on its disk.
    pub(super) fn hears_durably(&self) -> bool {
        let synced = || self.slot.disk.areas().iter().all(|area| area.unsynced().is_empty());
        self.going == Going::On && self.slot.is_up() && synced()
    }
}

/// How an outcome came about, so that it can be done again.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Recipe {
    /// The answers to what the protocol asked, in order.
    pub(super) choices: Vec<u32>,
    /// How many syncs are done at once afterwards.
    pub(super) flushes: u8,
    /// The crash that ends it.
    pub(super) crash: Option<Keep>,
}

/// One thing that an event at a node can lead to.
#[derive(Debug)]
pub(super) struct Outcome<P: Protocol> {
    pub(super) slot: Slot<P>,
    /// What has left.
    pub(super) sent: Vec<Parcel<P>>,
    pub(super) sights: Vec<Sight<P>>,
    /// What the slot was before that, each with how many of the sights had been seen when it changed: for checks over the cluster.
    pub(super) earlier: Vec<(usize, Slot<P>)>,
    pub(super) recipe: Recipe,
}

/// Tries every answer: an odometer over what is asked.
#[derive(Default)]
struct Odometer {
    digits: Vec<(u32, u32)>,
    asked: usize,
}

impl Odometer {
    /// Moves on to the next combination of answers. False when all were tried.
    fn advance(&mut self) -> bool {
        self.digits.truncate(self.asked);
        self.asked = 0;
        while let Some((answer, count)) = self.digits.pop() {
            if answer + 1 < count {
                self.digits.push((answer + 1, count));
                return true;
            }
        }
        false
    }
}

impl Answers for Odometer {
    fn choose(&mut self, count: u32) -> u32 {
        if self.asked == self.digits.len() {
            self.digits.push((0, count));
        }
        let (answer, _) = self.digits[self.asked];
        self.asked += 1;
        answer.min(count - 1)
    }

    fn clock(&mut self) -> Time {
        Time::ZERO
    }
}

impl LocalAnswers for Odometer {
    fn deadline(&mut self, _: Span, _: Span) -> Time {
        Time::ZERO
    }
}

/// Everything that an input can lead to at a node that is up, or a boot at one that is down.
pub(super) fn outcomes<P: Protocol>(
    setup: &Setup<P>,
    slot: &Slot<P>,
    me: NodeId,
    input: &LocalInput<P>,
    means: Means,
) -> Vec<Outcome<P>> {
    let mut found = Vec::new();
    let mut odometer = Odometer::default();
    let mut scratch = Scratch::default();
    loop {
        let mut slot = slot.clone();
        if let LocalInput::Input(Input::Timer(timer)) = input {
            slot.timers.retain(|armed| armed.timer != *timer);
        }
        transition(&mut slot, setup, me, input.clone(), &mut odometer, &mut scratch);
        let choices = odometer.digits[..odometer.asked].iter().map(|(answer, _)| *answer).collect();
        let recipe = Recipe { choices, flushes: 0, crash: None };
        let synced = matches!(input, LocalInput::Flush { .. });
        let paused = matches!(input, LocalInput::Flush { paused: true });
        let started = matches!(input, LocalInput::Boot).then_some(Sight::Started { node: me });
        let sights = started.into_iter().collect();
        let begun = Unfolding { me, means, paused, sent: Vec::new(), sights, earlier: Vec::new(), recipe };
        begun.unfold(slot, setup, &mut scratch, synced, &mut found);
        if !odometer.advance() {
            return found;
        }
    }
}

/// An outcome in the making: what has left so far.
#[derive(Clone)]
struct Unfolding<P: Protocol> {
    me: NodeId,
    means: Means,
    paused: bool,
    sent: Vec<Parcel<P>>,
    sights: Vec<Sight<P>>,
    earlier: Vec<(usize, Slot<P>)>,
    recipe: Recipe,
}

impl<P: Protocol> Unfolding<P> {
    /// Completes every sync at once, with a crash before each and behind the last as further outcomes.
    fn unfold(
        mut self,
        mut slot: Slot<P>,
        setup: &Setup<P>,
        scratch: &mut Scratch<P>,
        mut synced: bool,
        found: &mut Vec<Outcome<P>>,
    ) {
        let (means, paused) = (self.means, self.paused);
        loop {
            for item in scratch.released.drain(..) {
                self.let_out(item);
            }
            if synced && means.watches.cluster {
                self.sights.push(Sight::DiskChanged { node: self.me });
            }
            if means.full || slot.syncing == 0 {
                break;
            }
            self.keep_earlier(&slot);
            if means.crashes {
                self.crash_here(&slot, found);
            }
            let flush = LocalInput::Flush { paused };
            transition(&mut slot, setup, self.me, flush, &mut Odometer::default(), scratch);
            self.recipe.flushes += 1;
            synced = true;
        }
        canonical(&mut slot, means.beat);
        let Self { sent, sights, earlier, recipe, .. } = self;
        found.push(Outcome { slot, sent, sights, earlier, recipe });
    }

    /// The slot is about to change: what was seen up to here is judged with it as it stands.
    fn keep_earlier(&mut self, slot: &Slot<P>) {
        let before = self.earlier.last().map_or(0, |(seen, _)| *seen);
        if self.means.watches.cluster && self.sights.len() > before {
            self.earlier.push((self.sights.len(), slot.clone()));
        }
    }

    /// Every way to go down with operations that are not synced yet.
    fn crash_here(&self, slot: &Slot<P>, found: &mut Vec<Outcome<P>>) {
        for keep in keeps(slot) {
            let mut outcome = go_down(slot.clone(), self.me, keep, self.means);
            outcome.sent.clone_from(&self.sent);
            outcome.earlier.clone_from(&self.earlier);
            outcome.sights.splice(0..0, self.sights.iter().cloned());
            outcome.recipe = Recipe { crash: Some(keep), ..self.recipe.clone() };
            found.push(outcome);
        }
    }

    fn let_out(&mut self, item: Outgoing<P>) {
        let me = self.me;
        match item {
            Outgoing::Fence(_) => {}
            Outgoing::Send { to, message } => {
                if self.means.watches.sends {
                    self.sights.push(Sight::Sent { from: me, to, message: message.clone() });
                }
                let (from, to) = (Endpoint::Node(me), Endpoint::Node(to));
                let (payload, ticks_left) = (Payload::Message(message), self.means.delay_ticks);
                self.sent.push(Parcel { from, to, payload, ticks_left });
            }
            Outgoing::Reply { to, id, response } => {
                let (from, to) = (Endpoint::Node(me), Endpoint::Client(to));
                let (payload, ticks_left) = (Payload::Response { id, response }, self.means.delay_ticks);
                self.sent.push(Parcel { from, to, payload, ticks_left });
            }
            Outgoing::Emit(event) => self.sights.push(Sight::Event { node: me, event }),
        }
    }
}

/// A node goes down; of what is not synced the disk keeps what it keeps.
pub(super) fn go_down<P: Protocol>(mut slot: Slot<P>, me: NodeId, keep: Keep, means: Means) -> Outcome<P> {
    crash(&mut slot, keep);
    let mut sights = Vec::from([Sight::Fault(Fault::Crash), Sight::Crashed { node: me }]);
    sights.extend(means.watches.cluster.then_some(Sight::DiskChanged { node: me }));
    let recipe = Recipe { crash: Some(keep), ..Recipe::default() };
    Outcome { slot, sent: Vec::new(), sights, earlier: Vec::new(), recipe }
}

/// A node loses its disk, and goes down if it was up.
pub(super) fn lose_disk<P: Protocol>(mut slot: Slot<P>, me: NodeId, means: Means) -> Outcome<P> {
    let mut sights = Vec::from([Sight::Fault(Fault::DiskLoss)]);
    if slot.is_up() {
        sights.extend([Sight::Fault(Fault::Crash), Sight::Crashed { node: me }]);
    }
    sights.push(Sight::DiskLost { node: me });
    sights.extend(means.watches.cluster.then_some(Sight::DiskChanged { node: me }));
    slot.disk.wipe();
    crash(&mut slot, Keep::NOTHING);
    Outcome { slot, sent: Vec::new(), sights, earlier: Vec::new(), recipe: Recipe::default() }
}

/// Every prefix of each area's unsynced operations, in every combination. Operations that change nothing durable by
/// themselves make no difference, but telling which needs no knowledge worth having: tails are short.
pub(super) fn keeps<P: Protocol>(slot: &Slot<P>) -> Vec<Keep> {
    let mut keeps = Vec::from([Keep::NOTHING]);
    for (index, area) in slot.disk.areas().iter().enumerate().take(MAX_AREAS) {
        let shorter = keeps.clone();
        for count in 1..=area.unsynced().len() as u16 {
            keeps.extend(shorter.iter().map(|keep| {
                let mut keep = *keep;
                keep.0[index] = count;
                keep
            }));
        }
    }
    keeps
}

/// A node stands still.
pub(super) fn pause<P: Protocol>(slot: Slot<P>) -> Outcome<P> {
    let sights = Vec::from([Sight::Fault(Fault::Pause)]);
    Outcome { slot, sent: Vec::new(), sights, earlier: Vec::new(), recipe: Recipe::default() }
}

/// Brings a slot into the one form that stands for all that behave alike: what waits behind one fence is in a fixed order,
/// since a network without order would shuffle it anyway, and timers have no ranges unless there are ticks, each so long on
/// the node's own clock. A timer then fires at a whole tick of its range, or at the first one behind a range without any.
pub(super) fn canonical<P: Protocol>(slot: &mut Slot<P>, beat: Option<Span>) {
    for armed in &mut slot.timers {
        armed.deadline = Time::ZERO;
        (armed.min, armed.max) = match beat {
            None => (Span::ZERO, Span::ZERO),
            Some(beat) => {
                let min = beat.times(armed.min.0.div_ceil(beat.0));
                (min, min.max(beat.times(armed.max.0 / beat.0)))
            }
        };
    }
    if slot.outgoing.len() > 1 {
        let queue = slot.outgoing.make_contiguous();
        for part in queue.split_mut(|item| matches!(item, Outgoing::Fence(_))) {
            // A stable sort: events keep their order among themselves.
            part.sort_by(|a, b| match (a, b) {
                (Outgoing::Send { to, message }, Outgoing::Send { to: other_to, message: other }) => {
                    (to, message).cmp(&(other_to, other))
                }
                (Outgoing::Reply { id, .. }, Outgoing::Reply { id: other, .. }) => id.cmp(other),
                _ => rank(a).cmp(&rank(b)),
            });
        }
    }
}

fn rank<P: Protocol>(item: &Outgoing<P>) -> u8 {
    match item {
        Outgoing::Fence(_) => 0,
        Outgoing::Emit(_) => 1,
        Outgoing::Send { .. } => 2,
        Outgoing::Reply { .. } => 3,
    }
}

/// The node one tick later, which is so long on its own clock. None if it has something to do first: a timer at the upper end
/// of its range, or a sync, which takes less than a tick.
pub(super) fn later<P: Protocol>(site: &Site<P>, beat: Span) -> Option<Site<P>> {
    let mut site = site.clone();
    if site.slot.syncing > 0 {
        return None;
    }
    for armed in &mut site.slot.timers {
        if armed.max == Span::ZERO && site.going != Going::Paused {
            return None;
        }
        (armed.min, armed.max) = (armed.min - beat, armed.max - beat);
    }
    Some(site)
}

/// What an event at a client leads to: clients are asked nothing, so it is one thing.
#[derive(Debug)]
pub(super) struct ClientOutcome<P: Protocol> {
    pub(super) client: Client<P>,
    pub(super) sent: Vec<Parcel<P>>,
    pub(super) sights: Vec<Sight<P>>,
}

/// A response arrives. None if it says nothing new.
pub(super) fn respond<P: Protocol>(
    setup: &Setup<P>,
    me: ClientId,
    client: &Client<P>,
    from: NodeId,
    id: RequestId,
    response: &P::Response,
    delay_ticks: Option<u8>,
) -> Option<ClientOutcome<P>> {
    let mut client = client.clone();
    let answer = client.read(from, id.sequence, response)?;
    let (mut sent, mut sights) = (Vec::new(), Vec::new());
    match answer {
        Answer::Later => {}
        Answer::Again => {
            if let Some(waiting) = &mut client.outstanding {
                waiting.attempt += 1;
            }
            sent.extend(question(setup, me, &client, delay_ticks));
        }
        Answer::Done | Answer::Refused => {
            let settled = client.outstanding.take()?;
            sights.push(Sight::Returned { id, request: settled.request, response: response.clone() });
        }
    }
    Some(ClientOutcome { client, sent, sights })
}

/// The request under way, on its way to the node that the client would put it to now.
pub(super) fn question<P: Protocol>(
    setup: &Setup<P>,
    me: ClientId,
    client: &Client<P>,
    delay_ticks: Option<u8>,
) -> Option<Parcel<P>> {
    let node = client.address(setup).filter(|node| node.0 < setup.nodes)?;
    let waiting = client.outstanding.as_ref()?;
    let id = RequestId { client: me, sequence: waiting.sequence };
    let payload = Payload::Request { id, request: waiting.request.clone() };
    Some(Parcel { from: Endpoint::Client(me), to: Endpoint::Node(node), payload, ticks_left: delay_ticks })
}
