//! What is promised, as observers outside the protocol judge it: from events that left their nodes.

use super::{Event, GIVER, SkeletonName};
use crate::{Invariant, RequestId, Seen, View, Violation};
use alloc::vec;
use serde::{Deserialize, Serialize};

/// What the observers remember.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Ghost {
    /// The greatest number given, with its request.
    greatest: Option<(u64, RequestId)>,
    /// The same before the newest event.
    before: Option<(u64, RequestId)>,
}

impl Ghost {
    pub(super) fn observe(&mut self, seen: &Seen<'_, SkeletonName>) {
        if let Some(Event::Given { number, id }) = seen.event() {
            self.before = self.greatest;
            if self.greatest.is_none_or(|(greatest, _)| *number > greatest) {
                self.greatest = Some((*number, *id));
            }
        }
    }
}

/// A number is greater than all that other requests were given before.
fn numbers_rise(view: &View<'_, SkeletonName>, seen: &Seen<'_, SkeletonName>) -> Result<(), Violation<SkeletonName>> {
    let (Some(Event::Given { number, id }), Some((before, earlier))) = (seen.event(), view.ghost.before) else {
        return Ok(());
    };
    if *number > before || *id == earlier {
        return Ok(());
    }
    let given = |number, id| (GIVER, Event::Given { number, id });
    Err(Violation::between(vec![given(before, earlier), given(*number, *id)]))
}

/// The promises.
pub const INVARIANTS: &[Invariant<SkeletonName>] = &[
    Invariant::always("numbers_rise", numbers_rise),
    Invariant::sometimes("a_number_is_given", |_, seen| matches!(seen.event(), Some(Event::Given { .. }))),
];
