//! Which packets were lost a moment ago, read from the story of the last steps.

use faultlab_core::{Span, Time};
use faultlab_registry::{Lab, What};
use faultlab_sim::{LossReason, PacketName, Position};
use faultlab_words::Lang;

/// How far back a jump in time looks for losses that are still to be seen.
const LOOK_BACK: Span = Span::millis(40);
/// The most steps that are read for it.
const STEPS_MAX: usize = 400;

/// A packet that died.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Loss {
    pub(crate) packet: PacketName,
    pub(crate) at: Time,
    pub(crate) reason: LossReason,
    /// It was lost in the moment it was sent.
    pub(crate) at_once: bool,
}

/// Follows the run and notices what is lost.
#[derive(Default)]
pub(crate) struct Watch {
    position: Position,
    lost: u64,
    last_fact: Option<u32>,
}

/// What a look at the run found.
pub(crate) enum Found {
    /// The run went on: these died meanwhile.
    More(Vec<Loss>),
    /// The run is elsewhere: only these are still to be seen.
    Instead(Vec<Loss>),
}

impl Watch {
    /// What has died since the last look.
    pub(crate) fn look(&mut self, lab: &dyn Lab, lang: Lang) -> Found {
        let (position, lost) = (lab.position(), lab.meters().lost);
        let before = |position: Position| Some(lab.step_at(position.checked_sub(1)?)?.first_fact.0);
        // The same step under the same number: the run went on from where it was.
        let known = before(self.position);
        let went_on = position >= self.position && lost >= self.lost && (self.position == 0 || known == self.last_fact);
        let from = if went_on { self.position } else { first_within(lab, position) };
        let any = if went_on { lost > self.lost } else { lost > 0 };
        self.position = position;
        self.lost = lost;
        self.last_fact = before(position);
        let from = from.max(position.saturating_sub(STEPS_MAX));
        let losses = if any { read(lab, from, position, lang) } else { Vec::new() };
        if went_on { Found::More(losses) } else { Found::Instead(losses) }
    }
}

/// The first of the steps that are not long past.
fn first_within(lab: &dyn Lab, position: Position) -> Position {
    let since = Time(lab.now().0.saturating_sub(LOOK_BACK.0));
    lab.position_before(since).min(position)
}

fn read(lab: &dyn Lab, from: Position, to: Position, lang: Lang) -> Vec<Loss> {
    let mut losses: Vec<Loss> = Vec::new();
    let mut last_sent: Option<PacketName> = None;
    for line in lab.story(from, to, lang) {
        match line.what {
            What::Sent { packet, .. } => last_sent = Some(packet),
            What::Lost { packet, reason } => {
                let at_once = last_sent == Some(packet);
                losses.push(Loss { packet, at: line.at, reason, at_once });
            }
            _ => {}
        }
    }
    losses
}
