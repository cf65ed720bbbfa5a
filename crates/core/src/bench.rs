//! A small cluster for unit tests, driven by hand: processes with real slots, disks, fences and timers, and messages on one queue.
//! Nothing happens that the test does not ask for. What a run over simulated time does is the matter of `faultlab-sim`.

use crate::process::{LocalAnswers, LocalInput, Scratch, crash, transition};
use crate::{
    Answers, ClientId, Input, Keep, NodeId, Occasion, Outgoing, Protocol, RequestId, Seen, Setup, Slot, Span, Time,
};
use alloc::collections::{BTreeSet, VecDeque};
use alloc::vec::Vec;

/// The first choice, and a clock that stands.
struct Still;

impl Answers for Still {
    fn choose(&mut self, _count: u32) -> u32 {
        0
    }

    fn clock(&mut self) -> Time {
        Time::ZERO
    }
}

impl LocalAnswers for Still {
    fn deadline(&mut self, _min: Span, _max: Span) -> Time {
        Time::ZERO
    }
}

/// How many deliveries a cluster may need to come to rest.
const STEPS_MAX: usize = 100_000;

/// A cluster of one protocol.
pub(crate) struct Bench<P: Protocol> {
    pub(crate) setup: Setup<P>,
    pub(crate) slots: Vec<Slot<P>>,
    /// Whether each sync is done at once. Otherwise [`Self::flush`] does it.
    pub(crate) syncs_at_once: bool,
    /// What is on its way, in the order in which it was sent.
    pub(crate) queue: VecDeque<(NodeId, NodeId, P::Message)>,
    /// Links that lose everything.
    pub(crate) cut: BTreeSet<(NodeId, NodeId)>,
    /// Messages that were lost on the way, to be delivered late.
    pub(crate) lost: Vec<(NodeId, NodeId, P::Message)>,
    pub(crate) events: Vec<(NodeId, P::Event)>,
    pub(crate) replies: Vec<(RequestId, P::Response)>,
    pub(crate) ghost: P::Ghost,
}

impl<P: Protocol> Bench<P> {
    /// All processes run, with empty disks.
    pub(crate) fn with(setup: Setup<P>) -> Self {
        let blank = NodeId::all(setup.nodes).map(|_| Slot::blank()).collect();
        let mut bench = Self::down(setup, blank);
        NodeId::all(bench.setup.nodes).for_each(|node| bench.restart(node));
        bench
    }

    /// No process runs yet; the slots may hold disks with records.
    pub(crate) fn down(setup: Setup<P>, slots: Vec<Slot<P>>) -> Self {
        Self {
            setup,
            slots,
            syncs_at_once: true,
            queue: VecDeque::new(),
            cut: BTreeSet::new(),
            lost: Vec::new(),
            events: Vec::new(),
            replies: Vec::new(),
            ghost: P::Ghost::default(),
        }
    }

    /// The process of a node that is up.
    pub(crate) fn node(&self, node: NodeId) -> &P {
        self.slots[node.index()].memory.as_ref().expect("the node is up")
    }

    fn local(&mut self, node: NodeId, input: LocalInput<P>) {
        let mut scratch = Scratch::default();
        transition(&mut self.slots[node.index()], &self.setup, node, input, &mut Still, &mut scratch);
        for outgoing in scratch.released {
            match outgoing {
                Outgoing::Send { to, message } => self.queue.push_back((node, to, message)),
                Outgoing::Reply { id, response, .. } => self.replies.push((id, response)),
                Outgoing::Emit(event) => {
                    self.see(&Seen::Event { node, event: &event });
                    self.events.push((node, event));
                }
                Outgoing::Fence(_) => {}
            }
        }
        if self.syncs_at_once && self.slots[node.index()].syncing > 0 {
            self.flush(node);
        }
    }

    /// Observers take note.
    fn see(&mut self, seen: &Seen<'_, P>) {
        Occasion::Seen(seen).observe(&mut self.ghost, &self.setup);
    }

    pub(crate) fn step(&mut self, node: NodeId, input: Input<P>) {
        if self.slots[node.index()].is_up() {
            self.local(node, LocalInput::Input(input));
        }
    }

    /// The sync under way completes.
    pub(crate) fn flush(&mut self, node: NodeId) {
        self.local(node, LocalInput::Flush { paused: false });
    }

    /// Starts the process from what its disk holds.
    pub(crate) fn restart(&mut self, node: NodeId) {
        self.local(node, LocalInput::Boot);
    }

    /// Loses memory, timers, and all that is not synced.
    pub(crate) fn crash(&mut self, node: NodeId) {
        self.crash_keeping(node, Keep::NOTHING);
    }

    /// The same, but some of what is not synced happens to reach the medium.
    pub(crate) fn crash_keeping(&mut self, node: NodeId, keep: Keep) {
        crash(&mut self.slots[node.index()], keep);
    }

    pub(crate) fn is_armed(&self, node: NodeId, timer: P::Timer) -> bool {
        self.slots[node.index()].timers.iter().any(|armed| armed.timer == timer)
    }

    /// Fires an armed timer.
    pub(crate) fn fire(&mut self, node: NodeId, timer: P::Timer) {
        let timers = &mut self.slots[node.index()].timers;
        let place = timers.iter().position(|armed| armed.timer == timer);
        let place = place.unwrap_or_else(|| panic!("{node} has no timer {timer:?}: {timers:?}"));
        timers.remove(place);
        self.step(node, Input::Timer(timer));
    }

    pub(crate) fn deliver(&mut self, from: NodeId, to: NodeId, message: P::Message) {
        self.step(to, Input::Message { from, message });
    }

    /// Delivers until nothing is on its way; what goes over a cut link is lost.
    pub(crate) fn settle(&mut self) {
        self.settle_only(|_| true);
    }

    /// The same for some messages only. The others vanish.
    pub(crate) fn settle_only(&mut self, wanted: impl Fn(&P::Message) -> bool) {
        let mut steps = 0;
        while let Some((from, to, message)) = self.queue.pop_front() {
            if self.cut.contains(&(from, to)) {
                self.lost.push((from, to, message));
            } else if wanted(&message) {
                self.deliver(from, to, message);
            }
            steps += 1;
            assert!(steps < STEPS_MAX, "the cluster never comes to rest");
        }
    }

    /// A client asks, and all that follows happens.
    pub(crate) fn invoke(&mut self, node: NodeId, client: u8, sequence: u32, request: P::Request) -> RequestId {
        let id = RequestId { client: ClientId(client), sequence };
        self.see(&Seen::Invoked { id, request: &request });
        self.step(node, Input::Request { id, request });
        self.settle();
        id
    }

    /// Asks and lets the client take the first response.
    pub(crate) fn ask(&mut self, node: NodeId, client: u8, sequence: u32, request: P::Request) -> Option<P::Response> {
        let id = self.invoke(node, client, sequence, request.clone());
        let response = self.replies.iter().find(|(of, _)| *of == id)?.1.clone();
        self.see(&Seen::Returned { id, request: &request, response: &response });
        Some(response)
    }

    /// Cuts every link between the groups, whose members are counted from one.
    pub(crate) fn partition(&mut self, groups: &[&[u8]]) {
        self.cut.clear();
        let group = |node: NodeId| groups.iter().position(|group| group.contains(&(node.0 + 1)));
        for a in NodeId::all(self.setup.nodes) {
            for b in NodeId::all(self.setup.nodes) {
                if a != b && (group(a) != group(b) || group(a).is_none()) {
                    self.cut.insert((a, b));
                }
            }
        }
    }

    pub(crate) fn heal(&mut self) {
        self.cut.clear();
        self.lost.clear();
    }
}
