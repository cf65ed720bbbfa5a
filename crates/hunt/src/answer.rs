//! Answers to questions: the work of the page's worker, without the worker.

use std::time::Duration;

use faultlab_scenario::{Scenario, ScenarioError, Texts};

use crate::question::{Allow, Asked, Compared, Find, News, Place, Question, Reach};
use crate::{HuntFrom, HuntOptions, HuntOrder, HuntReport, Hunting, Hunts, RuleWitness};

/// So long a search may take altogether.
const PATIENCE: Duration = Duration::from_secs(10);
/// So long it may take from a person's own moment, if there is a rule's witness to look at instead.
const PATIENCE_WITH_WITNESS: Duration = Duration::from_secs(3);
/// So long a shorter play is looked for before the one that was found is told.
const PATIENCE_TO_SHORTEN: Duration = Duration::from_millis(300);
/// So long after that it is looked for while the play is on the stage already, and among so many worlds.
const PATIENCE_TO_COMPARE: Duration = Duration::from_secs(8);
const WORLDS_TO_COMPARE: u64 = 4_000_000;
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
        let HuntOptions { crashes, duplicates, wipes, requests_max, retries, timers, .. } = witness.elsewhere;
        all.crashes = all.crashes.max(crashes);
        all.duplicates = all.duplicates.max(duplicates);
        all.wipes = all.wipes.max(wipes);
        all.requests_max = all.requests_max.max(requests_max);
        all.retries = all.retries.max(retries);
        all.timers = all.timers.max(timers);
        // One rule that rests on time makes time count for all.
        all.tick = all.tick.or(witness.elsewhere.tick);
        all.ticks_max = all.ticks_max.max(witness.elsewhere.ticks_max);
        all.delay_max = all.delay_max.or(witness.elsewhere.delay_max);
        all.requests.extend(witness.elsewhere.requests);
        for (kind, limit) in witness.elsewhere.timers_of {
            match all.timers_of.iter_mut().find(|(name, _)| *name == kind) {
                Some((_, most)) => *most = limit.max(*most),
                None => all.timers_of.push((kind, limit)),
            }
        }
        all.wanted.extend(witness.elsewhere.wanted);
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

/// Whether a question is asked where a witness begins: in its cluster, after what is done there and nothing else.
fn is_at(witness: &RuleWitness, question: &Question) -> bool {
    // After acts that begin a run step by step, nothing happens by itself.
    let nothing_since = witness.from == HuntFrom::LastAct || question.step <= question.scenario.nodes.into();
    let run = Scenario {
        title: Texts::default(),
        about: Texts::default(),
        captions: Vec::new(),
        expect: None,
        ..question.scenario.clone()
    };
    nothing_since && run == witness.off
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
            steps: found.steps,
            nodes: found.nodes,
            shortest: found.shortest,
            scenario: found.scenario,
            rule: rule.map(str::to_owned),
        })
    }
}

/// A search from the person's moment, and beside it one at the witness of a rule that is off, unless that is the same.
struct Attempt {
    here: Under,
    witness: Option<(String, Under)>,
}

impl Attempt {
    fn new(hunts: Hunts, question: &Question, allow: &Allow, rules_off: &[String]) -> Result<Self, ScenarioError> {
        let in_the_page = |options: &HuntOptions| HuntOptions {
            order: HuntOrder::Portfolio,
            worlds_max: WORLDS_TO_BREAK,
            worlds_to_prove: WORLDS_TO_COMPARE,
            ..options.clone()
        };
        let of_rule = |rule: &String| Some((rule.clone(), hunts.witness(rule)?));
        let mut witness = None;
        if let Some((rule, set_up)) = rules_off.iter().find_map(of_rule) {
            let hunt = hunts.hunt(&set_up.off, set_up.from, &in_the_page(&set_up.options))?;
            let under = Under { hunt, ended: false };
            if *allow == Allow::default() && is_at(&set_up, question) {
                return Ok(Self { here: under, witness: None });
            }
            witness = Some((rule, under));
        }
        let here = from_here(hunts, question, &in_the_page(&budget(hunts, allow, rules_off)))?;
        Ok(Self { here, witness })
    }

    fn run(mut self, clock: &dyn Fn() -> Duration, tell: &mut dyn FnMut(News)) -> News {
        let mut told = Duration::ZERO;
        loop {
            let now = clock();
            // The witness has all the time once it was looked for here long enough, until then the half; none once it has a play.
            if let Some((_, witness)) = &mut self.witness
                && !witness.hunt.has_found()
            {
                witness.advance();
            }
            let waits = self.witness.is_some() && now >= PATIENCE_WITH_WITNESS;
            if !waits {
                self.here.advance();
            }
            if self.here.hunt.has_found() {
                return self.found_here(clock, tell);
            }
            let shown = self.witness.as_ref().is_some_and(|(_, witness)| witness.hunt.has_found());
            if shown && (waits || self.here.ended) {
                return self.found_at_witness(clock, tell);
            }
            if self.has_ended() || now >= PATIENCE {
                return News::Nothing { here: self.here.reach(), witness: self.reach_at_witness() };
            }
            if now >= told + BETWEEN_NEWS {
                told = now;
                tell(News::Looking { here: self.here.reach(), witness: self.reach_at_witness() });
            }
        }
    }

    /// Whether both can go no further.
    fn has_ended(&self) -> bool {
        self.here.ended && self.witness.as_ref().is_none_or(|(_, witness)| witness.ended)
    }

    fn reach_at_witness(&self) -> Option<Reach> {
        self.witness.as_ref().map(|(_, witness)| witness.reach())
    }

    fn found_here(self, clock: &dyn Fn() -> Duration, tell: &mut dyn FnMut(News)) -> News {
        compare(self.here, (Place::Here, None), None, clock, tell)
    }

    fn found_at_witness(self, clock: &dyn Fn() -> Duration, tell: &mut dyn FnMut(News)) -> News {
        let here = self.here.reach();
        match self.witness {
            Some((rule, witness)) => compare(witness, (Place::Witness, Some(&rule)), Some(here), clock, tell),
            None => News::Nothing { here, witness: None },
        }
    }
}

/// Tells of a play that was found, and then whether one is shorter, as far as can be found out.
fn compare(
    mut under: Under,
    (place, rule): (Place, Option<&str>),
    here: Option<Reach>,
    clock: &dyn Fn() -> Duration,
    tell: &mut dyn FnMut(News),
) -> News {
    let advance_until = |under: &mut Under, end: Duration| {
        while !under.ended && clock() < end {
            under.advance();
        }
        under.find(place, rule)
    };
    let now = clock();
    let shown = advance_until(&mut under, now + PATIENCE_TO_SHORTEN);
    let here = here.unwrap_or_else(|| under.reach());
    let Some(shown) = shown else { return News::Nothing { here, witness: None } };
    if shown.steps == 0 {
        return News::BrokenAlready;
    }
    let goes_on = !shown.shortest;
    let found = News::Found { find: Box::new(shown.clone()), here, goes_on };
    if !goes_on {
        return found;
    }
    tell(found);
    let now = clock();
    let last = advance_until(&mut under, now + PATIENCE_TO_COMPARE);
    News::Compared(Compared {
        shortest: last.as_ref().is_some_and(|last| last.shortest),
        shorter: last.filter(|last| last.steps < shown.steps).map(Box::new),
        none_below: under.hunt.report().summary.depth,
    })
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
        Some(find) => News::Found { find: Box::new(find), here: here.reach(), goes_on: false },
        None => News::Nothing { here: here.reach(), witness: None },
    })
}
