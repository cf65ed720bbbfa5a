//! What the author of a scenario says of a moment, as long as it is so.

use faultlab_core::{NodeId, Protocol, Span, Time};
use faultlab_scenario::condition::{Condition, event_place};
use faultlab_scenario::{Caption, Scenario, ScenarioError, Texts, condition};
use faultlab_sim::{BranchId, Fact, FactKind, Position, Sink, World};

use super::Run;

/// The lines of a scenario with what they rest on, and which events they wait for have come.
pub(super) struct Lines {
    lines: Vec<Line>,
    /// The branch that was listened to, as which edit of the tape, and how far.
    heard: (BranchId, u64, Position),
}

struct Line {
    at: Time,
    conditions: Vec<Condition>,
    /// For each condition that is an event: the position behind its first occurrence that counts.
    since: Vec<Option<Position>>,
}

impl Default for Lines {
    fn default() -> Self {
        Self { lines: Vec::new(), heard: (BranchId(0), 0, 0) }
    }
}

impl Lines {
    pub(super) fn of<P: Protocol>(scenario: &Scenario) -> Result<Self, ScenarioError> {
        let conditions = condition::conditions::<P>(scenario)?;
        let line = |(caption, conditions): (&Caption, Vec<Condition>)| {
            let at = moment(caption);
            Line { at, since: vec![None; conditions.len()], conditions }
        };
        let lines = scenario.captions.iter().zip(conditions).map(line).collect();
        Ok(Self { lines, ..Self::default() })
    }

    fn wait_for_events(&self) -> bool {
        self.lines.iter().any(|line| events(line).next().is_some())
    }
}

/// The events that a line waits for, each with the position behind its first occurrence that counts.
fn events(line: &Line) -> impl Iterator<Item = (&Condition, Option<Position>)> {
    let conditions = line.conditions.iter().zip(line.since.iter().copied());
    conditions.filter(|(condition, _)| matches!(condition, Condition::Event { .. }))
}

fn moment(caption: &Caption) -> Time {
    Time(Span::parse(&caption.at).unwrap_or(Span::ZERO).0)
}

/// Listens for the events that lines wait for.
struct EventListener<'a> {
    lines: &'a mut [Line],
    /// Behind the step that is being read.
    position: Position,
}

impl<P: Protocol> Sink<P> for EventListener<'_> {
    fn fact(&mut self, fact: &Fact<'_, P>) {
        let FactKind::Emitted { node, event } = fact.kind else { return };
        let Some(place) = event_place::<P>(event) else { return };
        for line in self.lines.iter_mut().filter(|line| line.at <= fact.at) {
            for (condition, since) in line.conditions.iter().zip(&mut line.since).filter(|(_, since)| since.is_none()) {
                if matches!(condition, Condition::Event { event, node: at } if *event == place && at.is_none_or(|at| at == node))
                {
                    *since = Some(self.position);
                }
            }
        }
    }
}

/// How a line stands at a moment.
enum Standing {
    /// Its moment, or an event that it waits for, has not come.
    NotYet,
    Holds,
    Fails,
}

impl<P: Protocol> Run<P> {
    /// The line that holds now.
    pub(super) fn line_said(&self) -> Option<Texts> {
        self.listen();
        let lines = self.lines.borrow();
        for (line, caption) in lines.lines.iter().zip(&self.scenario.captions).rev() {
            match self.standing(line, self.tape.world(), self.tape.position(), self.tape.now()) {
                Standing::NotYet => {}
                Standing::Holds => return Some(caption.text.clone()).filter(|text| !text.is_empty()),
                // What an earlier line says is over.
                Standing::Fails => return None,
            }
        }
        None
    }

    /// The lines that held when their moment came, each with that moment.
    pub(super) fn lines_so_far(&self) -> Vec<(Time, Texts)> {
        self.listen();
        let lines = self.lines.borrow();
        let told = lines.lines.iter().zip(&self.scenario.captions).filter_map(|(line, caption)| {
            let (position, at) = self.came(line)?;
            let in_time = at <= self.tape.now();
            let holds = || self.standing(line, &self.tape.world_at(position), position, at);
            (in_time && matches!(holds(), Standing::Holds)).then(|| (at, caption.text.clone()))
        });
        told.filter(|(_, text)| !text.is_empty()).collect()
    }

    /// When the scenario has said everything: its last line has come. What the last act does must be seen, too, so without a line
    /// after it, as for a line that waits or where something is to break, it is the end that the file gives. None where nothing is
    /// said, where a person has made another run of it, or where the file gives no end.
    pub(super) fn lines_end(&self) -> Option<Time> {
        if self.scenario.captions.is_empty() || self.tape.can_undo() {
            return None;
        }
        self.listen();
        let lines = self.lines.borrow();
        let came: Option<Vec<Time>> = lines.lines.iter().map(|line| Some(self.came(line)?.1)).collect();
        let last_act = self.tape.acts().iter().map(|act| act.at).max();
        let last_line =
            came.and_then(|came| came.into_iter().max()).filter(|line| last_act.is_none_or(|act| act < *line));
        let expect = self.scenario.expect.as_ref();
        let stated = expect.and_then(|expect| Some(Time(Span::parse(&expect.until)?.0)));
        last_line.filter(|_| expect.is_none_or(|expect| expect.violates.is_empty())).or(stated)
    }

    /// Where the moment of a line, and every event that it waits for, has come: the position behind it, and when.
    fn came(&self, line: &Line) -> Option<(Position, Time)> {
        let mut last = (self.tape.position_at(line.at), line.at);
        for (_, since) in events(line) {
            let position = since?;
            if position > last.0 {
                last = (position, self.tape.step_at(position - 1)?.at);
            }
        }
        Some(last)
    }

    fn standing(&self, line: &Line, world: &World<P>, position: Position, now: Time) -> Standing {
        if line.at > now || events(line).any(|(_, since)| since.is_none_or(|since| since > position)) {
            return Standing::NotYet;
        }
        let holds = line.conditions.iter().all(|condition| self.holds(condition, world));
        if holds { Standing::Holds } else { Standing::Fails }
    }

    fn holds(&self, condition: &Condition, world: &World<P>) -> bool {
        let slot = |node: &NodeId| &world.slots()[node.index()];
        match condition {
            Condition::Unchanged => self.differs_at().is_none_or(|at| at > world.now()),
            // Whether it has come is asked before.
            Condition::Event { .. } => true,
            Condition::Up(node) => slot(node).is_up(),
            Condition::Down(node) => !slot(node).is_up(),
            Condition::Paused(node) => world.is_paused(*node),
            Condition::Cut(from, to) => world.cuts().any(|cut| cut == (*from, *to)),
            Condition::Healed => world.cuts().next().is_none(),
            Condition::Broken(invariant) => world.verdicts().broken[*invariant].is_some(),
            Condition::Reached(invariant) => world.verdicts().reached[*invariant],
            Condition::Rule { rule, on } => world.setup().rules.is_on(*rule) == *on,
        }
    }

    /// When this branch first does something else than the file says, or not what it says.
    pub(super) fn differs_at(&self) -> Option<Time> {
        let (written, done) = (&self.tape.start().acts, self.tape.acts());
        let same = written
            .iter()
            .zip(done)
            .take_while(|(one, other)| (one.at, one.after, &one.scripted) == (other.at, other.after, &other.scripted));
        let common = same.count();
        [written.get(common), done.get(common)].into_iter().flatten().map(|act| act.at).min()
    }

    /// Reads what has not been read of this branch yet for events that lines wait for.
    fn listen(&self) {
        let mut lines = self.lines.borrow_mut();
        if !lines.wait_for_events() {
            return;
        }
        let (current, position) = (self.tape.current(), self.tape.position());
        let edits = self.tape.edits();
        if (lines.heard.0, lines.heard.1) != (current, edits) {
            let shared = match self.tape.branches()[current.0].parent {
                Some((parent, at)) if (parent, edits) == (lines.heard.0, lines.heard.1) => at.min(lines.heard.2),
                _ => 0,
            };
            let stays = |since: &mut Option<Position>| *since = since.filter(|since| *since <= shared);
            lines.lines.iter_mut().flat_map(|line| &mut line.since).for_each(stays);
            lines.heard = (current, edits, shared);
        }
        let from = lines.heard.2;
        if from < position {
            let mut listener = EventListener { lines: &mut lines.lines, position: from };
            let tell = |listener: &mut EventListener<'_>, position, _: &World<P>| listener.position = position;
            self.tape.reread_steps(from, position, &mut listener, tell);
            lines.heard.2 = position;
        }
    }

    /// Leaves out what was said of the run as the file had it from the moment on where this one differs.
    pub(super) fn leave_out_untrue(&self, scenario: &mut Scenario) {
        let Some(differs) = self.differs_at() else { return };
        scenario.captions.retain(|caption| !caption.rests_on_the_run() || moment(caption) < differs);
        let end = scenario.captions.partition_point(|caption| moment(caption) < differs);
        if scenario.captions[..end].last().is_some_and(Caption::rests_on_the_run) {
            let at = Span(differs.0).to_string();
            scenario.captions.insert(end, Caption { at, holds: String::new(), text: Texts::default() });
        }
    }
}
