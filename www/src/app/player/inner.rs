//! What the handles of a player share, and what the frame loop does with it.

use faultlab_core::{Span, Time};
use faultlab_registry::{Lab, Played};
use faultlab_words::page::page_words;

use super::{Inner, NEVER, Notice};

impl Inner {
    /// The run itself changed: the moment is computed anew.
    pub(super) fn run_changed(&self) {
        self.frames.set_clock(self.lab.borrow().now());
        *self.chain.borrow_mut() = None;
        self.note_lesson_end();
        self.run_moved();
    }

    pub(super) fn note_lesson_end(&self) {
        self.lesson_end.set(lesson_end(&**self.lab.borrow()).unwrap_or(NEVER));
    }

    pub(super) fn run_moved(&self) {
        *self.moment.borrow_mut() = None;
        *self.faces.borrow_mut() = None;
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
    pub(in crate::app) fn play_to(&self, until: Time, steps_max: usize) -> Advance {
        let mut lab = self.lab.borrow_mut();
        let (before, end) = (lab.position(), self.lesson_end.get());
        let ends = lab.now() < end && end <= until;
        let nothing_left = lab.next_at().is_none();
        let played =
            if nothing_left { Played::There } else { lab.play(until.min(if ends { end } else { until }), steps_max) };
        let stop = match played {
            Played::There if nothing_left => Some(Stop::NothingLeft),
            Played::There if ends => Some(Stop::Lesson),
            Played::Broken => Some(Stop::Broken),
            Played::There | Played::NotYet => None,
        };
        Advance { played, stop, moved: lab.position() != before, now: lab.now() }
    }

    /// When the next step is.
    pub(in crate::app) fn next_at(&self) -> Option<Time> {
        self.lab.borrow_mut().next_at()
    }

    /// Whether a message is on its way, as far as has been shown.
    pub(in crate::app) fn any_travels(&self) -> bool {
        let moment = self.moment.borrow();
        moment.as_ref().is_none_or(|moment| moment.packets.iter().any(|packet| !packet.held && !packet.waiting))
    }

    /// The pause between two renderings that a crowd of nodes asks for, in milliseconds: each costs its share, and nobody can
    /// read a hundred at once.
    pub(in crate::app) fn crowd_pause(&self) -> f64 {
        let nodes = self.moment.borrow().as_ref().map_or(0, |moment| moment.nodes.len());
        if nodes <= 12 { 0.0 } else { nodes as f64 * 2.4 }
    }

    /// Tells why playing has ended, where it cannot be seen.
    pub(in crate::app) fn tell_stop(&self, stop: Stop) {
        if stop == Stop::NothingLeft {
            let text = page_words(self.lang.get()).transport.nothing_left.to_owned();
            *self.notice.borrow_mut() = Some(Notice { text, grave: false });
        }
    }

    /// Playing has gone past some steps and it is time to show it.
    pub(in crate::app) fn show_progress(&self) {
        *self.chain.borrow_mut() = None;
        self.run_moved();
    }
}

/// Why playing ends by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::app) enum Stop {
    Broken,
    /// The lesson has told all it tells.
    Lesson,
    /// Nothing is left to happen.
    NothingLeft,
}

/// What playing on did.
pub(in crate::app) struct Advance {
    pub(in crate::app) stop: Option<Stop>,
    pub(in crate::app) played: Played,
    /// Steps were taken.
    pub(in crate::app) moved: bool,
    pub(in crate::app) now: Time,
}

/// When a scenario has told all it tells: its last caption and its last act are past, and if something is to break in it or a caption
/// waits for an event, also the time in which it comes. None where nothing is told, or where a person has made another run of it.
fn lesson_end(lab: &dyn Lab) -> Option<Time> {
    let scenario = lab.scenario();
    if lab.can_undo() {
        return None;
    }
    let moment = |text: &str| Some(Time(Span::parse(text)?.0));
    let said = scenario.captions.iter().filter_map(|caption| moment(&caption.at)).max()?;
    let done =
        scenario.schedule.iter().filter_map(|line| moment(line.strip_prefix("at ")?.split([' ', '+']).next()?)).max();
    let waits = scenario.captions.iter().any(|caption| caption.holds.contains("event "));
    let breaks = scenario.expect.as_ref().filter(|expect| waits || !expect.violates.is_empty());
    [Some(said), done, breaks.and_then(|expect| moment(&expect.until))].into_iter().flatten().max()
}
