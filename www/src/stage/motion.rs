//! Where a packet is at a moment of simulated time. Pure: times are simulated microseconds, places are shares of the way.

/// A stretch of a packet's way that is travelled without a halt.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Leg {
    /// Shares of the way.
    pub(crate) from: f64,
    pub(crate) to: f64,
    /// Later than the beginning.
    pub(crate) begin: f64,
    pub(crate) end: f64,
}

impl Leg {
    /// The share of the way behind it after a share of the leg's time.
    pub(crate) fn share_after(&self, passed: f64) -> f64 {
        self.from + (self.to - self.from) * passed
    }

    /// The share of the way behind it, while the leg lasts.
    pub(crate) fn share(&self, now: f64) -> Option<f64> {
        (self.begin..self.end).contains(&now).then(|| self.share_after((now - self.begin) / (self.end - self.begin)))
    }
}

/// How a packet that will arrive travels.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Flight {
    /// The share of the way behind it when this leg began.
    from: f64,
    start: f64,
    due: f64,
    /// Held by a person: it stands where it was.
    held: bool,
    /// It waits at a paused node.
    waiting: bool,
}

/// What a flight is known by at a moment of the run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Known {
    pub(crate) sent: f64,
    pub(crate) due: f64,
    pub(crate) held: bool,
    pub(crate) waiting: bool,
}

impl Flight {
    /// A packet seen for the first time. One that is held already stands where it would have been, half-way at most.
    pub(crate) fn new(known: Known, now: f64) -> Self {
        let flight = Self { from: 0.0, start: known.sent, due: known.due, held: false, waiting: known.waiting };
        let from = if known.held { flight.share(now).min(0.5) } else { 0.0 };
        Self { from, held: known.held, ..flight }
    }

    /// Somebody meddled, or time went on. A new due time begins a new leg from where the packet is: it never jumps.
    pub(crate) fn update(&mut self, known: Known, now: f64) {
        let meddled = (known.due - self.due).abs() > 0.5 || known.held != self.held;
        if meddled {
            *self =
                Self { from: self.share(now), start: now, due: known.due, held: known.held, waiting: known.waiting };
        }
        self.waiting = known.waiting;
    }

    /// The share of the way behind it, from 0 to 1.
    pub(crate) fn share(&self, now: f64) -> f64 {
        if self.waiting {
            return 1.0;
        }
        if self.held {
            return self.from;
        }
        let left = self.due - self.start;
        let passed = if left > 0.0 { ((now - self.start) / left).clamp(0.0, 1.0) } else { 1.0 };
        self.from + (1.0 - self.from) * passed
    }

    /// What it travels, unless it stands or is there already.
    pub(crate) fn leg(&self) -> Option<Leg> {
        let travels = !self.waiting && !self.held && self.due > self.start;
        travels.then_some(Leg { from: self.from, to: 1.0, begin: self.start, end: self.due })
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.waiting
    }

    /// It has arrived, though nothing has been shown of that yet.
    pub(crate) fn is_over(&self, now: f64) -> bool {
        !self.waiting && !self.held && now >= self.due
    }
}

/// How a packet that is lost travels on until it bursts.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Doom {
    /// What it still travels; nothing if its end is its beginning.
    pub(crate) leg: Leg,
}

impl Doom {
    /// How far its burst has faded: from 0, just burst, to 1, gone after `fade`. None at any other time.
    pub(crate) fn faded(&self, now: f64, fade: f64) -> Option<f64> {
        let since = now - self.leg.end;
        (0.0..fade).contains(&since).then(|| since / fade)
    }

    /// Whether there is still something of it to be seen.
    pub(crate) fn is_seen(&self, now: f64, fade: f64) -> bool {
        now >= self.leg.begin && now <= self.leg.end + fade
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: Known = Known { sent: 100.0, due: 200.0, held: false, waiting: false };

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn a_packet_travels_from_its_sending_to_its_due_time() {
        let flight = Flight::new(KNOWN, 120.0);
        assert!(near(flight.share(100.0), 0.0) && near(flight.share(150.0), 0.5) && near(flight.share(999.0), 1.0));
        assert!(!flight.is_over(199.0) && flight.is_over(200.0));
    }

    #[test]
    fn delayed_held_and_released_it_never_jumps() {
        let mut flight = Flight::new(KNOWN, 100.0);
        flight.update(Known { due: 400.0, ..KNOWN }, 150.0);
        assert!(near(flight.share(150.0), 0.5) && near(flight.share(275.0), 0.75) && near(flight.share(400.0), 1.0));
        flight.update(Known { due: 400.0, held: true, ..KNOWN }, 275.0);
        assert!(near(flight.share(275.0), 0.75) && near(flight.share(9_000.0), 0.75) && !flight.is_over(9_000.0));
        flight.update(Known { due: 9_100.0, ..KNOWN }, 9_000.0);
        assert!(near(flight.share(9_000.0), 0.75) && near(flight.share(9_100.0), 1.0));
    }

    #[test]
    fn first_seen_while_held_it_stands_on_the_way() {
        let flight = Flight::new(Known { held: true, ..KNOWN }, 5_000.0);
        assert!(near(flight.share(5_000.0), 0.5) && flight.held);
        let waiting = Flight::new(Known { waiting: true, ..KNOWN }, 5_000.0);
        assert!(near(waiting.share(5_000.0), 1.0) && waiting.is_waiting() && !waiting.is_over(5_000.0));
    }

    #[test]
    fn a_packet_without_a_way_is_there_at_once() {
        let flight = Flight::new(Known { due: 100.0, ..KNOWN }, 100.0);
        assert!(near(flight.share(100.0), 1.0));
    }

    #[test]
    fn a_leg_lasts_from_its_beginning_to_its_end() {
        let leg = Flight::new(KNOWN, 100.0).leg().expect("it travels");
        assert_eq!((leg.share(99.0), leg.share(125.0), leg.share(200.0)), (None, Some(0.25), None));
        assert_eq!(Flight::new(Known { held: true, ..KNOWN }, 150.0).leg(), None, "it stands");
        assert_eq!(Flight::new(Known { due: 100.0, ..KNOWN }, 100.0).leg(), None, "it is there");
    }

    #[test]
    fn a_doomed_packet_flies_bursts_and_is_gone() {
        let leg = Leg { from: 0.2, to: 0.6, begin: 100.0, end: 200.0 };
        let doom = Doom { leg };
        assert_eq!((doom.is_seen(99.0, 50.0), leg.share(99.0)), (false, None));
        assert_eq!((doom.faded(150.0, 50.0), leg.share(150.0)), (None, Some(0.4)));
        assert_eq!((doom.faded(225.0, 50.0), leg.share(225.0)), (Some(0.5), None));
        assert_eq!((doom.faded(250.0, 50.0), doom.is_seen(251.0, 50.0)), (None, false));
        let at_once = Doom { leg: Leg { begin: 200.0, ..leg } };
        assert_eq!(at_once.faded(200.0, 50.0), Some(0.0));
    }
}
