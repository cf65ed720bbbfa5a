//! What the clients saw, judged.

use std::collections::BTreeSet;

use faultlab_check::history::{History, Operation};
use faultlab_check::linear::{Judgement, Limits, Point, Verdict};
use faultlab_core::{Access, Accessed, Datum, Reply};

use super::points::moments;
use super::seen::Version;

/// When the judge gives up: after some seconds, all in all, of a quarter of the page's time.
pub(super) const LIMITS: Limits = Limits { steps: 3_000_000, bytes: 32 << 20 };

/// How the operations stand to one another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Finding {
    /// There is an order.
    Ordered,
    /// The operations of this key contradict one another.
    Contradiction {
        key: Datum,
        contradict: Vec<usize>,
        explain: Vec<usize>,
    },
    /// It took too long to find out.
    CutOff,
    TooMany,
}

/// What one operation is to the finding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    Plain,
    Contradicts,
    Explains,
}

/// A judged history.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Judged {
    pub(super) version: Version,
    pub(in crate::spacetime) operations: Vec<Operation>,
    pub(super) finding: Finding,
    /// When each operation takes effect, in simulated microseconds; none for one that need not have happened.
    pub(in crate::spacetime) points: Vec<Option<f64>>,
    /// The operations of each key in their order.
    pub(in crate::spacetime) orders: Vec<(Datum, Vec<usize>)>,
    /// The clients, a row each.
    pub(in crate::spacetime) processes: Vec<u32>,
}

impl Judged {
    /// The judgement is none if there were too many operations. Clients that have asked nothing yet have a row all the same.
    pub(super) fn new(version: Version, history: History, judgement: Option<Judgement>, clients: u8) -> Self {
        let operations = history.operations;
        let seen = operations.iter().map(|operation| operation.process);
        let processes: BTreeSet<u32> = seen.chain((1..=clients).map(u32::from)).collect();
        let mut judged = Self {
            version,
            finding: Finding::TooMany,
            points: vec![None; operations.len()],
            orders: Vec::new(),
            processes: processes.into_iter().collect(),
            operations,
        };
        match judgement.map(|judgement| judgement.verdict) {
            None => {}
            Some(Verdict::CutOff) => judged.finding = Finding::CutOff,
            Some(Verdict::Linearizable(points)) => {
                judged.finding = Finding::Ordered;
                judged.place(&points);
            }
            Some(Verdict::NotLinearizable(found)) => {
                let faultlab_check::linear::Part { contradict, explain, .. } = found.part;
                judged.finding = Finding::Contradiction { key: found.key, contradict, explain };
            }
        }
        judged
    }

    fn place(&mut self, points: &[Option<Point>]) {
        let mut orders: Vec<(Datum, Vec<usize>)> = self.keys().into_iter().map(|key| (key, Vec::new())).collect();
        let ranked = points.iter().enumerate().filter_map(|(number, point)| Some((point.as_ref()?.rank, number)));
        for (_, number) in ranked.collect::<BTreeSet<_>>() {
            let key = &self.operations[number].accessed.key;
            if let Some((_, order)) = orders.iter_mut().find(|(other, _)| other == key) {
                order.push(number);
            }
        }
        let last = self.operations.iter().map(|operation| end_of(operation).unwrap_or(call_of(operation)));
        let last = last.fold(0.0, f64::max);
        for (_, order) in &orders {
            let spans = order.iter().map(|number| {
                let operation = &self.operations[*number];
                (call_of(operation), end_of(operation).unwrap_or(last))
            });
            for (number, moment) in order.iter().zip(moments(&spans.collect::<Vec<_>>())) {
                self.points[*number] = Some(moment);
            }
        }
        self.orders = orders;
    }

    /// The keys, in order.
    pub(in crate::spacetime) fn keys(&self) -> Vec<Datum> {
        let keys: BTreeSet<&Datum> = self.operations.iter().map(|operation| &operation.accessed.key).collect();
        keys.into_iter().cloned().collect()
    }

    pub(in crate::spacetime) fn part(&self, number: usize) -> Part {
        match &self.finding {
            Finding::Contradiction { contradict, .. } if contradict.contains(&number) => Part::Contradicts,
            Finding::Contradiction { explain, .. } if explain.contains(&number) => Part::Explains,
            Finding::Contradiction { .. } | Finding::Ordered | Finding::CutOff | Finding::TooMany => Part::Plain,
        }
    }

    /// Where to go to see an operation: its point, else its end, else its call.
    pub(super) fn moment(&self, number: usize) -> Option<f64> {
        let operation = self.operations.get(number)?;
        Some(self.points[number].or_else(|| end_of(operation)).unwrap_or_else(|| call_of(operation)))
    }

    /// The row of an operation's client.
    pub(in crate::spacetime) fn row(&self, operation: &Operation) -> usize {
        self.processes.partition_point(|process| *process < operation.process)
    }

    /// The operation in a row nearest to a moment, within reach.
    pub(super) fn hit(&self, row: usize, micros: f64, reach: f64) -> Option<usize> {
        let process = *self.processes.get(row)?;
        let of_row = self.operations.iter().enumerate().filter(|(_, operation)| operation.process == process);
        let distances = of_row.map(|(number, operation)| {
            let end = end_of(operation).unwrap_or(f64::INFINITY);
            ((call_of(operation) - micros).max(micros - end).max(0.0), number)
        });
        let near = distances.filter(|(distance, _)| *distance <= reach);
        near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, number)| number)
    }
}

pub(in crate::spacetime) fn call_of(operation: &Operation) -> f64 {
    operation.call.time.map_or(0.0, |time| time.0 as f64)
}

pub(in crate::spacetime) fn end_of(operation: &Operation) -> Option<f64> {
    Some(operation.end?.time?.0 as f64)
}

/// An operation in few letters: `x ← 5`, `x → 5`.
pub(in crate::spacetime) fn notation(accessed: &Accessed) -> String {
    let Accessed { key, access, reply } = accessed;
    let key = match key {
        Datum::Nil => String::new(),
        key => format!("{key} "),
    };
    let asked = match access {
        Access::Read => String::new(),
        Access::Write(value) => format!("← {value}"),
        Access::Cas { old, new } => format!("{old} ⇒ {new}"),
        Access::Append(text) => format!("+= {text}"),
        Access::Add { amount, .. } => format!("+{amount}"),
    };
    let answered = match reply {
        None => "?".to_owned(),
        Some(Reply::Done) => String::new(),
        Some(Reply::Holds(value)) => format!("→ {value}"),
        Some(Reply::Unchanged(Some(value))) => format!("≠ {value}"),
        Some(Reply::Unchanged(None)) => "≠".to_owned(),
    };
    let words = [asked, answered].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>();
    format!("{key}{}", words.join(" "))
}
