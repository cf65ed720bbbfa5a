//! What the handles of a player share, and what the frame loop does with it.

use faultlab_core::Time;
use faultlab_registry::{Lab, Played};
use faultlab_words::page::page_words;

use super::{Inner, Notice};

impl Inner {
    /// The run itself changed: the moment is computed anew.
    pub(super) fn run_changed(&self) {
        self.frames.set_clock(self.lab.borrow().now());
        *self.chain.borrow_mut() = None;
        self.run_moved();
    }

    pub(super) fn run_moved(&self) {
        *self.moment.borrow_mut() = None;
        *self.checks.borrow_mut() = None;
        self.run_revision.set(self.run_revision.get() + 1);
        self.changed();
    }

    /// Something that shows changed.
    pub(super) fn changed(&self) {
        self.revision.set(self.revision.get() + 1);
        let listener = self.on_change.borrow().clone();
        if let Some(listener) = listener {
            listener(self.revision.get());
        }
        self.frames.wake();
    }

    /// Plays on to a moment, with so many steps at most. Tells whether it may go on.
    pub(super) fn play_to(&self, until: Time, steps_max: usize) -> Advance {
        let mut lab = self.lab.borrow_mut();
        let (before, began) = (lab.position(), lab.now());
        let end = |lab: &dyn Lab, until| lab.end_of_lines().filter(|end| began < *end && *end <= until);
        let nothing_left = lab.next_at().is_none();
        let target = end(&**lab, until).unwrap_or(until);
        let played = if nothing_left { Played::There } else { lab.play(target, steps_max) };
        // The event that the last line waits for may have come on the way.
        let end = end(&**lab, lab.now());
        if let Some(end) = end {
            lab.seek_time(end);
        } else if !nothing_left && lab.next_at().is_none() {
            // The last step of the run was among these: time does not run on to where nothing happens.
            let last = lab.last_step().map_or(began, |step| step.at);
            lab.seek_time(last.max(began));
        }
        let stop = match played {
            Played::There if nothing_left => Some(Stop::NothingLeft),
            Played::Broken => Some(Stop::Broken),
            _ if end.is_some() => Some(Stop::Lesson),
            Played::There | Played::NotYet => None,
        };
        Advance { played, stop, moved: lab.position() != before, now: lab.now() }
    }

    /// When the next step is.
    pub(super) fn next_at(&self) -> Option<Time> {
        self.lab.borrow_mut().next_at()
    }

    /// Whether a message is on its way, as far as has been shown.
    pub(super) fn any_travels(&self) -> bool {
        let moment = self.moment.borrow();
        moment.as_ref().is_none_or(|moment| moment.packets.iter().any(|packet| !packet.held && !packet.waiting))
    }

    /// The pause between two renderings that a crowd of nodes asks for, in milliseconds: each costs its share, and nobody can
    /// read a hundred at once.
    pub(super) fn crowd_pause(&self) -> f64 {
        let nodes = self.moment.borrow().as_ref().map_or(0, |moment| moment.nodes.len());
        if nodes <= 12 { 0.0 } else { nodes as f64 * 2.4 }
    }

    /// Tells why playing has ended, where it cannot be seen.
    pub(super) fn tell_stop(&self, stop: Stop) {
        if stop == Stop::NothingLeft {
            let text = page_words(self.lang.get()).transport.nothing_left.to_owned();
            *self.notice.borrow_mut() = Some(Notice { text, grave: false });
        }
    }

    /// Playing has gone past some steps and it is time to show it.
    pub(super) fn show_progress(&self) {
        *self.chain.borrow_mut() = None;
        self.run_moved();
    }
}

/// Why playing ends by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stop {
    Broken,
    /// The lesson has told all it tells.
    Lesson,
    /// Nothing is left to happen.
    NothingLeft,
}

/// What playing on did.
pub(super) struct Advance {
    pub(super) stop: Option<Stop>,
    pub(super) played: Played,
    /// Steps were taken.
    pub(super) moved: bool,
    pub(super) now: Time,
}
