//! Answers to questions: the work of the page's worker, without the worker.

use std::time::Duration;

use faultlab_scenario::ScenarioError;

use crate::question::{Allow, Asked, Find, News, Place, Question, Reach};
use crate::{HuntFrom, HuntOptions, HuntOrder, HuntReport, Hunting, Hunts};

/// So long a search from a person's own moment may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// So long it may take once there is a play from the witness to show instead.
const PATIENCE_WITH_WITNESS: Duration = Duration::from_secs(3);
/// So long a shorter play is looked for before the one that was found is told.
const PATIENCE_TO_SHORTEN: Duration = Duration::from_millis(300);
/// How often is told how far it has come.
const BETWEEN_NEWS: Duration = Duration::from_millis(100);
/// So long a proof may take, and so many worlds it may visit.
const PATIENCE_TO_PROVE: Duration = Duration::from_secs(60);
const WORLDS_TO_PROVE: u64 = 3_000_000;
/// What a search to break something visits breadth-first at most.
const WORLDS_TO_BREAK: u64 = 1_000_000;

/// Answers a question. `clock` tells how long it has been at it, `tell` hears the news; the last of them is the answer.
pub fn answer(hunts: Hunts, question: &Question, clock: &dyn Fn() -> Duration, tell: &mut dyn FnMut(News)) {
    let answered = match &question.asked {
        Asked::Break { allow, rules_off } => {
            Attempt::new(hunts, question, allow, rules_off).map(|attempt| attempt.run(clock, tell))
        }
        Asked::Prove { allow, rules_off } => prove(hunts, question, &budget(hunts, allow, rules_off), clock, tell),
        Asked::Shrink { broken } => hunts.shrink(question, broken, tell),
    };
    tell(answered.unwrap_or_else(|error| News::Refused {
        path: error.place.path,
        line: error.place.line,
        column: error.place.column,
        found: error.found,
        expected: error.expected,
    }));
}

impl From<HuntReport> for Reach {
    fn from(report: HuntReport) -> Self {
        let HuntReport { summary, round_steps, exhausted, reduced, .. } = report;
        Self {
            worlds: summary.worlds,
            depth: summary.depth,
            round_steps,
            exhausted,
            reduced,
            collision_odds_e18: summary.collision_odds_e18(),
            bytes: summary.bytes,
        }
    }
}

/// What may happen in a search from a person's moment, and what it looks for: what the witnesses of all rules that are off allow
/// and name, unless something else is said.
fn budget(hunts: Hunts, allow: &Allow, rules_off: &[String]) -> HuntOptions {
    let mut all = HuntOptions { seed: 1, ..HuntOptions::default() };
    for witness in rules_off.iter().filter_map(|rule| hunts.witness(rule)) {
        let HuntOptions { crashes, duplicates, wipes, requests_max, retries, timers, .. } = witness.options;
        all.crashes = all.crashes.max(crashes);
        all.duplicates = all.duplicates.max(duplicates);
        all.wipes = all.wipes.max(wipes);
        all.requests_max = all.requests_max.max(requests_max);
        all.retries = all.retries.max(retries);
        all.timers = all.timers.max(timers);
        all.requests.extend(witness.options.requests);
        all.timers_of.extend(witness.options.timers_of);
        all.wanted.extend(witness.options.wanted);
    }
    if all.wanted.is_empty() {
        // Nothing is off that a search could show: a little of what commonly happens, and no promise may break.
        all = HuntOptions { crashes: 1, requests_max: 1, timers: 1, ..all };
    }
    if let Some(timers) = allow.timers {
        all.timers_of = Vec::new();
        all.timers = timers;
    }
    all.crashes = allow.crashes.unwrap_or(all.crashes);
    all.duplicates = allow.duplicates.unwrap_or(all.duplicates);
    all.wipes = allow.wipes.unwrap_or(all.wipes);
    all.requests_max = allow.requests.unwrap_or(all.requests_max);
    all.retries = allow.retries.unwrap_or(all.retries);
    all
}

/// Prepares a search from the moment of a question.
fn from_here(hunts: Hunts, question: &Question, options: &HuntOptions) -> Result<Under, ScenarioError> {
    let from = HuntFrom::Step(question.step);
    let hunt = hunts.hunt(&question.scenario, from, options).or_else(|_| {
        // What clients ask at a witness need not make sense in this cluster; then they ask what its load asks.
        hunts.hunt(&question.scenario, from, &HuntOptions { requests: Vec::new(), ..options.clone() })
    })?;
    Ok(Under { hunt, ended: false })
}

/// A search and whether it has ended.
struct Under {
    hunt: Box<dyn Hunting>,
    ended: bool,
}

impl Under {
    fn advance(&mut self) {
        self.ended = self.ended || self.hunt.advance();
    }

    fn reach(&self) -> Reach {
        self.hunt.report().into()
    }

    fn find(&self, place: Place, rule: Option<&str>) -> Option<Find> {
        let found = self.hunt.found()?;
        Some(Find {
            place,
            broken: found.broken.iter().map(|slug| (*slug).to_owned()).collect(),
            steps: found.deeds.len(),
            nodes: found.nodes,
            shortest: found.shortest,
            scenario: found.scenario,
            rule: rule.map(str::to_owned),
        })
    }
}

/// A search from the person's moment, and beside it one at the witness of a rule that is off.
struct Attempt {
    here: Under,
    witness: Option<(String, Under)>,
}

impl Attempt {
    fn new(hunts: Hunts, question: &Question, allow: &Allow, rules_off: &[String]) -> Result<Self, ScenarioError> {
        let options = budget(hunts, allow, rules_off);
        let options = HuntOptions { order: HuntOrder::Portfolio, worlds_max: WORLDS_TO_BREAK, ..options };
        let here = from_here(hunts, question, &options)?;
        let mut witness = None;
        for rule in rules_off {
            if let Some(set_up) = hunts.witness(rule).filter(|witness| !witness.timed) {
                let hunt = hunts.hunt(&set_up.off, set_up.from, &set_up.options)?;
                witness = Some((rule.clone(), Under { hunt, ended: false }));
                break;
            }
        }
        Ok(Self { here, witness })
    }

    fn run(mut self, clock: &dyn Fn() -> Duration, tell: &mut dyn FnMut(News)) -> News {
        let mut told = Duration::ZERO;
        let mut here_found = None;
        loop {
            self.here.advance();
            let now = clock();
            if self.here.hunt.has_found() {
                let since = *here_found.get_or_insert(now);
                if !self.here.ended && now < since + PATIENCE_TO_SHORTEN {
                    continue;
                }
                if let Some(find) = self.here.find(Place::Here, None) {
                    return if find.steps == 0 { News::BrokenAlready } else { self.found(find) };
                }
            }
            if let Some((_, witness)) = &mut self.witness {
                witness.advance();
            }
            let shown = self.witness.as_ref().filter(|(_, witness)| witness.hunt.has_found());
            match shown {
                Some((rule, witness)) if self.here.ended || now >= PATIENCE_WITH_WITNESS => {
                    if let Some(find) = witness.find(Place::Witness, Some(rule)) {
                        return self.found(find);
                    }
                }
                None if self.has_ended() || now >= PATIENCE => return self.nothing(),
                _ => {}
            }
            if now >= told + BETWEEN_NEWS {
                told = now;
                tell(News::Looking { here: self.here.reach(), witness: self.reach_at_witness() });
            }
        }
    }

    fn has_ended(&self) -> bool {
        self.here.ended && self.witness.as_ref().is_none_or(|(_, witness)| witness.ended)
    }

    fn reach_at_witness(&self) -> Option<Reach> {
        self.witness.as_ref().map(|(_, witness)| witness.reach())
    }

    fn found(&self, find: Find) -> News {
        News::Found { find: Box::new(find), here: self.here.reach() }
    }

    fn nothing(&self) -> News {
        News::Nothing { here: self.here.reach(), witness: self.reach_at_witness() }
    }
}

/// Looks at everything within the budget, if that can be done in time.
fn prove(
    hunts: Hunts,
    question: &Question,
    options: &HuntOptions,
    clock: &dyn Fn() -> Duration,
    tell: &mut dyn FnMut(News),
) -> Result<News, ScenarioError> {
    let options = HuntOptions { order: HuntOrder::Breadth, worlds_max: WORLDS_TO_PROVE, ..options.clone() };
    let mut here = from_here(hunts, question, &options)?;
    let mut told = Duration::ZERO;
    while !here.ended && clock() < PATIENCE_TO_PROVE {
        here.advance();
        if clock() >= told + BETWEEN_NEWS {
            told = clock();
            tell(News::Looking { here: here.reach(), witness: None });
        }
    }
    Ok(match here.find(Place::Here, None) {
        Some(find) if find.steps == 0 => News::BrokenAlready,
        Some(find) => News::Found { find: Box::new(find), here: here.reach() },
        None => News::Nothing { here: here.reach(), witness: None },
    })
}
