//! Clients: a session each, one request at a time, retried until answered.

use alloc::collections::VecDeque;
use faultlab_core::{NodeId, Protocol, Time};

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
