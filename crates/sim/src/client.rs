//! Clients: a session each, one request at a time, retried until answered.

use alloc::collections::VecDeque;
use faultlab_core::{Answer, NodeId, Protocol, Setup, Time};

use crate::FactId;

/// How many requests may wait behind the one under way.
pub(crate) const QUEUE_MAX: usize = 16;

/// A request that waits for its answer.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Outstanding<P: Protocol> {
    pub request: P::Request,
    /// The number within the session.
    pub sequence: u32,
    /// How often it was asked, less one.
    pub attempt: u32,
    pub invoked: Time,
    pub invoked_by: FactId,
    /// Whom it was last put to.
    pub asked: NodeId,
    /// When the client loses patience.
    pub retry_at: Time,
}

/// One client.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Client<P: Protocol> {
    pub route: P::Route,
    pub outstanding: Option<Outstanding<P>>,
    pub queue: VecDeque<P::Request>,
    /// The number of the newest request.
    pub sequence: u32,
    pub(crate) last_fact: FactId,
}

impl<P: Protocol> Client<P> {
    /// The same client without what only a run in time knows: equal ones behave equally for ever.
    pub fn timeless(&self) -> Self {
        let outstanding = self.outstanding.as_ref().map(|waiting| Outstanding {
            invoked: Time::ZERO,
            invoked_by: FactId::NONE,
            asked: NodeId(0),
            retry_at: Time::ZERO,
            ..waiting.clone()
        });
        Self { outstanding, last_fact: FactId::NONE, ..self.clone() }
    }

    /// A new request becomes the one under way; gives its number within the session.
    pub fn begin(&mut self, request: P::Request, now: Time, invoked_by: FactId) -> u32 {
        self.sequence += 1;
        self.outstanding = Some(Outstanding {
            request,
            sequence: self.sequence,
            attempt: 0,
            invoked: now,
            invoked_by,
            asked: NodeId(0),
            retry_at: Time::ZERO,
        });
        self.sequence
    }

    /// The node that the request under way is put to now, by the route and the number of tries.
    pub fn address(&self, setup: &Setup<P>) -> Option<NodeId> {
        let waiting = self.outstanding.as_ref()?;
        Some(P::route(setup, &self.route, &waiting.request, waiting.attempt))
    }

    /// Reads a response and learns from it. None if the request is settled already: then it says nothing new.
    pub fn read(&mut self, from: NodeId, sequence: u32, response: &P::Response) -> Option<Answer> {
        let waiting = self.outstanding.as_ref().filter(|waiting| waiting.sequence == sequence)?;
        Some(P::answer(&mut self.route, from, &waiting.request, response))
    }
}

impl<P: Protocol> Default for Client<P> {
    fn default() -> Self {
        Self {
            route: P::Route::default(),
            outstanding: None,
            queue: VecDeque::new(),
            sequence: 0,
            last_fact: FactId::NONE,
        }
    }
}
