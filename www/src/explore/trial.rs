//! Trials of rules: the worker breaks one after the other at its witness.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use faultlab_hunt::{Allow, Asked, Find, News, Question};
use faultlab_scenario::Scenario;
use faultlab_words::{explorer, matrix};
use js_sys::Date;
use yew::Callback;

use super::hired::Hired;
use crate::run::player::Player;

/// A protocol and a rule of it, by their slugs.
pub(super) type Key = (&'static str, &'static str);

/// A rule to break, and the set-up without it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Trial {
    pub(super) key: Key,
    pub(super) scenario: Scenario,
}

/// What came of it.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Outcome {
    Looking,
    /// After so many milliseconds.
    Broke(Box<Find>, u64),
    /// After so many worlds.
    Nothing(u64),
    Failed(String),
}

/// The rules that are tried and what came of those that were.
#[derive(Default)]
pub(super) struct Trials {
    pub(super) outcomes: BTreeMap<Key, Outcome>,
    waiting: VecDeque<Trial>,
    under_way: Option<Key>,
    begun: f64,
    hired: Option<Hired>,
}

pub(super) type Shared = Rc<RefCell<Trials>>;

/// The trials of this player. What came of them stays when the panel is closed, and is there when it is opened again.
pub(super) fn all(player: &Player) -> Shared {
    player.attached()
}

impl Trials {
    pub(super) fn is_under_way(&self) -> bool {
        self.under_way.is_some()
    }

    /// Rules that broke, and rules that were tried.
    pub(super) fn tally(&self) -> (usize, usize) {
        let tried = self.outcomes.values().filter(|outcome| **outcome != Outcome::Looking);
        let broke = self.outcomes.values().filter(|outcome| matches!(outcome, Outcome::Broke(..)));
        (broke.count(), tried.count())
    }

    /// Ends what is under way; what came of others stays.
    pub(super) fn stop(&mut self) {
        self.waiting.clear();
        self.hired = None;
        if let Some(key) = self.under_way.take() {
            self.outcomes.remove(&key);
        }
    }

    fn ask_next(&mut self) {
        self.under_way = None;
        let Some(Trial { key, scenario }) = self.waiting.pop_front() else { return };
        let rules_off = vec![key.1.to_owned()];
        let question =
            Question { scenario, step: 0, asked: Asked::Break { allow: Allow::default(), rules_off, compare: false } };
        if let Some(hired) = &self.hired {
            hired.ask(&question);
            (self.under_way, self.begun) = (Some(key), Date::now());
            self.outcomes.insert(key, Outcome::Looking);
        }
    }

    fn take(&mut self, outcome: Outcome) {
        if let Some(key) = self.under_way.take() {
            self.outcomes.insert(key, outcome);
        }
    }
}

/// Has the worker break these, one after the other.
pub(super) fn begin(trials: &Shared, wanted: Vec<Trial>, player: &Player, changed: &Callback<()>) {
    let hired = trials.borrow_mut().hired.take();
    let hired = hired.map_or_else(|| hire(trials, player, changed), Ok);
    let mut now = trials.borrow_mut();
    match hired {
        Ok(hired) => {
            now.hired = Some(hired);
            now.waiting.extend(wanted);
            if !now.is_under_way() {
                now.ask_next();
            }
        }
        Err(reason) => {
            now.outcomes.extend(wanted.into_iter().map(|trial| (trial.key, Outcome::Failed(reason.clone()))));
        }
    }
    drop(now);
    changed.emit(());
}

fn hire(trials: &Shared, player: &Player, changed: &Callback<()>) -> Result<Hired, String> {
    let hear = {
        let (trials, player, changed) = (Rc::clone(trials), player.clone(), changed.clone());
        move |news: News| {
            let begun = trials.borrow().begun;
            let Some(outcome) = outcome_of(news, begun, &player) else { return };
            {
                let mut now = trials.borrow_mut();
                now.take(outcome);
                now.ask_next();
            }
            changed.emit(());
        }
    };
    let fail = {
        let (trials, player, changed) = (Rc::clone(trials), player.clone(), changed.clone());
        move || {
            let mut now = trials.borrow_mut();
            now.take(Outcome::Failed(explorer::words(player.lang()).worker_failed.to_owned()));
            now.stop();
            drop(now);
            changed.emit(());
        }
    };
    Hired::new(hear, fail).map_err(|_| matrix::words(player.lang()).no_worker.to_owned())
}

/// What news mean for the rule that is tried; none while it is looked for.
fn outcome_of(news: News, begun: f64, player: &Player) -> Option<Outcome> {
    Some(match news {
        News::Found { find, .. } => Outcome::Broke(find, (Date::now() - begun).max(0.0) as u64),
        News::Nothing { here, .. } => Outcome::Nothing(here.worlds),
        News::Refused(error) => Outcome::Failed(player.refused(&error)),
        News::NotFetched => Outcome::Failed(player.words().share.not_fetched.to_owned()),
        News::BrokenAlready => Outcome::Failed(explorer::words(player.lang()).broken_already.to_owned()),
        // Only rules that a search shows are tried.
        News::NoSearchShows
        | News::Ready
        | News::Looking { .. }
        | News::Compared(_)
        | News::Shrinking { .. }
        | News::Shrunk { .. } => return None,
    })
}
