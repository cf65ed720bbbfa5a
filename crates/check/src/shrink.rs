//! The shrinker, for any run, a person's too: the fewest acts that still break a promise, then the shortest delays between them.

use alloc::vec::Vec;
use faultlab_core::{Protocol, Span, Time};
use faultlab_sim::{Act, Action, NoSink, Setting, Simulation, Start};

/// With fewer acts a promise may break later than it did; so much later at most.
const LATER_MAX: Span = Span::millis(5_000);
/// Delays are shortened to whole milliseconds.
const MILLI: u64 = 1_000;

/// Leaves out items as long as `still` finds what it looks for in the remaining ones, and goes on with what it says is left of it: halves
/// first, then ever smaller pieces (Zeller and Hildebrandt 2002, "Simplifying and Isolating Failure-Inducing Input").
pub(crate) fn fewest<T: Clone>(items: Vec<T>, mut still: impl FnMut(&[T]) -> Option<Vec<T>>) -> Vec<T> {
    let mut items = items;
    let mut piece = items.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        let mut shorter = false;
        while at < items.len() {
            let end = (at + piece).min(items.len());
            let without: Vec<T> = [&items[..at], &items[end..]].concat();
            match still(&without) {
                Some(left) => {
                    items = left;
                    shorter = true;
                }
                None => at = end,
            }
        }
        if piece == 1 && !shorter {
            return items;
        }
        piece = if shorter { piece.min(items.len().max(1)) } else { piece.div_ceil(2) };
    }
}

/// A run that breaks a promise, made smaller.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shrunk<P: Protocol> {
    pub start: Start<P>,
    /// When the promise breaks.
    pub broken_at: Time,
    /// How many runs were tried.
    pub tried: u64,
}

/// Takes away of a run what it does not need to break an invariant, given by slug, by a moment. Whole gestures go first, then single
/// acts, then time between them. No invariant breaks before it that did not do so in the whole run: who runs the smaller one stops
/// at the same violation. What is left is minimal in this sense: without any one of its acts this is not so. None if
/// the run does not break it by then. `told` hears of every run tried and of how many acts are left (see [`acts_counted`]).
pub fn shrink<P: Protocol>(
    start: &Start<P>,
    broken: &str,
    until: Time,
    told: &mut dyn FnMut(u64, usize),
) -> Option<Shrunk<P>> {
    let mut trial = Trial { start: start.clone(), broken, earlier: None, until, tried: 0, told };
    let (at, done) = trial.breaks(&start.acts)?;
    trial.until = at + LATER_MAX;
    let acts = start.acts[..done].to_vec();
    let acts = trial.fewest_gestures(acts);
    let mut acts = fewest(acts, |acts| trial.still(acts));
    loop {
        let needed = acts.len();
        acts = trial.shortest_delays(acts);
        // With shorter delays an act may have become idle, and what comes behind the violation is.
        acts = fewest(acts, |acts| trial.still(acts));
        if acts.len() == needed {
            break;
        }
    }
    let (broken_at, _) = trial.breaks(&acts)?;
    let Trial { start, tried, .. } = trial;
    Some(Shrunk { start: Start { acts, ..start }, broken_at, tried })
}

/// How many things are ordered: acts without the switch that has only what is ordered happen.
pub fn acts_counted<P: Protocol>(acts: &[Act<P>]) -> usize {
    acts.iter().filter(|act| !matches!(act.scripted.action, Action::Set(Setting::Stepwise(_)))).count()
}

struct Trial<'run, P: Protocol> {
    start: Start<P>,
    broken: &'run str,
    /// What broke before it in the whole run, once that is known.
    earlier: Option<Vec<&'static str>>,
    until: Time,
    tried: u64,
    told: &'run mut dyn FnMut(u64, usize),
}

impl<P: Protocol> Trial<'_, P> {
    /// Runs with these acts. When the promise breaks, if it does in time, and how many acts were done by then.
    fn breaks(&mut self, acts: &[Act<P>]) -> Option<(Time, usize)> {
        self.tried += 1;
        (self.told)(self.tried, acts_counted(acts));
        self.start.acts = acts.to_vec();
        let mut simulation = Simulation::new(&self.start);
        let mut earlier = Vec::new();
        while simulation.next_at().is_some_and(|at| at <= self.until) {
            simulation.step(&mut NoSink);
            let violated: Vec<_> = simulation.world().verdicts().violated().collect();
            if violated.contains(&self.broken) {
                self.earlier.get_or_insert(earlier);
                return Some((simulation.world().now(), simulation.acts_done()));
            }
            if self.earlier.as_ref().is_some_and(|known| violated.iter().any(|slug| !known.contains(slug))) {
                return None;
            }
            earlier = violated;
        }
        None
    }

    /// The acts that were needed until the promise broke, if it does.
    fn still(&mut self, acts: &[Act<P>]) -> Option<Vec<Act<P>>> {
        let (_, done) = self.breaks(acts)?;
        Some(acts[..done].to_vec())
    }

    /// A gesture is left out as a whole: half a partition is another thing than one.
    fn fewest_gestures(&mut self, acts: Vec<Act<P>>) -> Vec<Act<P>> {
        let gestures: Vec<Vec<Act<P>>> =
            acts.chunk_by(|act, next| act.gesture == next.gesture).map(<[Act<P>]>::to_vec).collect();
        let fewer = fewest(gestures, |gestures| {
            self.breaks(&gestures.concat())?;
            Some(gestures.to_vec())
        });
        fewer.concat()
    }

    /// Lets each act follow the one before it as soon as it can; all later ones come earlier with it.
    fn shortest_delays(&mut self, acts: Vec<Act<P>>) -> Vec<Act<P>> {
        let mut acts = acts;
        for place in 0..acts.len() {
            let before = place.checked_sub(1).map_or(Time::ZERO, |before| acts[before].at);
            let (mut good, mut bad) = (acts[place].at.since(before).0.div_ceil(MILLI), None::<u64>);
            // Whether a delay suffices need not be monotone, so what is found is a short one that works, tried.
            while good > bad.map_or(0, |bad| bad + 1) {
                let tried = bad.map_or(0, |bad| bad + (good - bad) / 2);
                let moved = with_delay(&acts, place, before, tried * MILLI);
                match self.breaks(&moved) {
                    Some(_) => {
                        acts = moved;
                        good = tried;
                    }
                    None => bad = Some(tried),
                }
            }
        }
        acts
    }
}

/// The same acts, one of them with another delay behind a moment, the later ones as long after it as before.
fn with_delay<P: Protocol>(acts: &[Act<P>], place: usize, before: Time, delay: u64) -> Vec<Act<P>> {
    let earlier = acts[place].at.since(before).0.saturating_sub(delay);
    let mut moved = acts.to_vec();
    for at in place..moved.len() {
        moved[at].at = Time(moved[at].at.0 - earlier);
        // Acts of one instant follow each other.
        let follows = at.checked_sub(1).map(|before| (moved[before].at, moved[before].after));
        if let Some((moment, after)) = follows
            && moment == moved[at].at
        {
            moved[at].after = moved[at].after.max(after + 1);
        }
    }
    moved
}
