//! Answers to questions: the work of the page's worker, without the worker.
//!
//! A search from the person's own moment and one at the witness of a rule that is off take turns for three seconds,
//! then the witness has all the time; asked where the witness begins, there is nothing to share; and where only a
//! statistic shows what the rules are for, that is said at once. The first counterexample is told at once, what came of
//! looking for a shorter one later (`Compared`). It is brought to the stage (`www/src/explore/session.rs`): as a branch
//! if it begins in the person's run, else in its own cluster with the person's run kept behind it.

use std::time::Duration;

use faultlab_scenario::ScenarioError;

use crate::question::{Allow, Asked, Compared, Find, News, Place, Question, Reach};
use crate::{HuntFrom, HuntOptions, HuntOrder, HuntReport, Hunting, Hunts, RuleWitness};

/// So long a search may take altogether.
const PATIENCE: Duration = Duration::from_secs(10);
/// So long it may take from a person's own moment, if there is a rule's witness to look at instead.
const PATIENCE_WITH_WITNESS: Duration = Duration::from_secs(3);
/// So long a shorter counterexample is looked for before the one that was found is told.
const PATIENCE_TO_SHORTEN: Duration = Duration::from_millis(300);
/// So long after that it is looked for while the counterexample is on the stage already, and among so many worlds.
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
        Asked::Break { allow, rules_off, .. } if *allow == Allow::default() && no_search_shows(hunts, rules_off) => {
            Ok(News::NoSearchShows)
        }
        Asked::Break { allow, rules_off, compare } => {
            Attempt::new(hunts, question, allow, rules_off).map(|attempt| attempt.run(*compare, clock, tell))
        }
        Asked::Prove { allow, rules_off } => prove(hunts, question, &budget(hunts, allow, rules_off), clock, tell),
        Asked::Shrink { broken } => hunts.shrink(question, broken, tell),
    };
    tell(answered.unwrap_or_else(News::Refused));
}

/// Whether rules are off, and only many runs or a statistic show what any of them is for.
fn no_search_shows(hunts: Hunts, rules_off: &[String]) -> bool {
    !rules_off.is_empty() && rules_off.iter().all(|rule| hunts.witness(rule).is_none())
}

impl From<HuntReport> for Reach {
    fn from(report: HuntReport) -> Self {
        let HuntReport { summary, random_steps, exhausted, reduced, .. } = report;
        Self {
            worlds: summary.worlds,
            depth: summary.depth,
            random_steps,
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
    if all.tick.is_none()
        && let Some((_, own)) = hunts.exploring()
    {
        // A protocol that promises nothing where time does not pass is looked at with time.
        (all.tick, all.ticks_max, all.delay_max) = (own.tick, own.ticks_max, own.delay_max);
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
fn is_at(hunts: Hunts, witness: &RuleWitness, question: &Question) -> bool {
    // After acts that begin a run step by step, nothing happens by itself.
    let nothing_since = witness.from == HuntFrom::LastAct || question.step <= question.scenario.nodes.into();
    nothing_since && hunts.as_run(&question.scenario).is_ok_and(|run| run == witness.off)
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

    /// What came of it if nothing did; beside it, a search at a witness.
    fn nothing(&self, witness: Option<&Self>) -> News {
        let in_neither = |slug: &&str| witness.is_none_or(|under| under.hunt.report().unjudged.contains(slug));
        let unjudged = self.hunt.report().unjudged.into_iter().filter(in_neither).map(str::to_owned).collect();
        let HuntReport { reached, not_reached, .. } = self.hunt.report();
        let [reached, not_reached] =
            [reached, not_reached].map(|slugs| slugs.into_iter().map(str::to_owned).collect::<Vec<_>>());
        News::Nothing { here: self.reach(), witness: witness.map(Self::reach), unjudged, reached, not_reached }
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
    at_witness: bool,
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
            if *allow == Allow::default() && is_at(hunts, &set_up, question) {
                return Ok(Self { here: under, witness: None, at_witness: true });
            }
            witness = Some((rule, under));
        }
        let here = from_here(hunts, question, &in_the_page(&budget(hunts, allow, rules_off)))?;
        Ok(Self { here, witness, at_witness: false })
    }

    fn run(mut self, compares: bool, clock: &dyn Fn() -> Duration, tell: &mut dyn FnMut(News)) -> News {
        let mut told = Duration::ZERO;
        loop {
            let now = clock();
            // The witness has all the time once it was looked for here long enough, until then the half; none once it has a counterexample.
            if let Some((_, witness)) = &mut self.witness
                && !witness.hunt.has_found()
            {
                witness.advance();
            }
            let waits = self.witness.is_some() && now >= PATIENCE_WITH_WITNESS;
            if !waits {
                self.here.advance();
            }
            let here = self.here.reach();
            let reach_at_witness = self.witness.as_ref().map(|(_, witness)| witness.reach());
            if self.here.hunt.has_found() {
                // A rule may be broken as soon as the nodes have started; elsewhere, what is broken already needs no counterexample.
                if !self.at_witness && self.here.find(Place::Here, None).is_some_and(|find| find.steps == 0) {
                    return News::BrokenAlready;
                }
                return FoundBy { under: self.here, rule: None }.shown(compares, None, clock, tell);
            }
            let may_show = waits || self.here.ended;
            if let Some((rule, under)) = self.witness.take_if(|(_, witness)| may_show && witness.hunt.has_found()) {
                return FoundBy { under, rule: Some(rule) }.shown(compares, Some(here), clock, tell);
            }
            let ended = self.here.ended && self.witness.as_ref().is_none_or(|(_, witness)| witness.ended);
            if ended || now >= PATIENCE {
                return self.here.nothing(self.witness.as_ref().map(|(_, witness)| witness));
            }
            if now >= told + BETWEEN_NEWS {
                told = now;
                tell(News::Looking { here, witness: reach_at_witness });
            }
        }
    }
}

/// A search that has found a counterexample; the rule, if it was the one at its witness.
struct FoundBy {
    under: Under,
    rule: Option<String>,
}

impl FoundBy {
    fn find(&self) -> Option<Find> {
        let place = if self.rule.is_some() { Place::Witness } else { Place::Here };
        self.under.find(place, self.rule.as_deref())
    }

    /// Looks for a shorter counterexample until then.
    fn shorten(&mut self, until: Duration, clock: &dyn Fn() -> Duration) -> Option<Find> {
        while !self.under.ended && clock() < until {
            self.under.advance();
        }
        self.find()
    }

    /// Tells of the counterexample, and then, if that is wanted, whether one is shorter, as far as can be found out.
    fn shown(
        mut self,
        compares: bool,
        here: Option<Reach>,
        clock: &dyn Fn() -> Duration,
        tell: &mut dyn FnMut(News),
    ) -> News {
        let shown = self.shorten(clock() + PATIENCE_TO_SHORTEN, clock);
        let here = here.unwrap_or_else(|| self.under.reach());
        let Some(shown) = shown else { return self.under.nothing(None) };
        let goes_on = compares && !shown.shortest;
        let found = News::Found { find: Box::new(shown.clone()), here, goes_on };
        if !goes_on {
            return found;
        }
        tell(found);
        let last = self.shorten(clock() + PATIENCE_TO_COMPARE, clock);
        News::Compared(Compared {
            shortest: last.as_ref().is_some_and(|last| last.shortest),
            shorter: last.filter(|last| last.steps < shown.steps).map(Box::new),
            none_below: self.under.hunt.report().summary.depth,
        })
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
        Some(find) => News::Found { find: Box::new(find), here: here.reach(), goes_on: false },
        None => here.nothing(None),
    })
}
