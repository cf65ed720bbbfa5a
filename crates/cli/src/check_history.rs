//! `faultlab check-history`: whether a history is linearizable.

use std::io::{Read, Write};

use faultlab_check::history::{Format, HISTORY_MAX, History, Moment, Operation, described, json_of, read};
use faultlab_check::linear::{Judgement, KeyedPart, Limits, Point, Verdict, judge};
use faultlab_words::Wanted;
use faultlab_words::linear::{LinearWords, words};
use serde_json::{Value, json};

use crate::args::CheckHistoryOptions;
use crate::error::Failure;
use crate::{Done, Outcome};

/// Longer lists are for programs.
const LISTED_MAX: usize = 100;

pub(crate) fn check_history(options: &CheckHistoryOptions, out: &mut dyn Write) -> Done {
    let text = text_of(&options.file)?;
    let format = options.format.or_else(|| Format::of_file(&options.file));
    let history = read(&text, format, options.model, options.initial.clone())
        .map_err(|error| Failure::History { name: options.file.clone(), error })?;
    let usual = Limits::default();
    let limits = Limits { steps: options.steps_max.unwrap_or(usual.steps), ..usual };
    let judgement = judge(&history, limits);
    let words = words(options.lang);
    if judgement.verdict == Verdict::CutOff {
        return Err(Failure::system(&options.file, &(words.cut_off)(judgement.steps, limits.bytes >> 20)));
    }
    let judged = Judged { history, judgement, model: options.model.slug() };
    if options.json {
        writeln!(out, "{}", judged.json())?;
    } else {
        judged.text(words, out)?;
    }
    Ok(match judged.judgement.verdict {
        Verdict::Linearizable(_) => Outcome::AsExpected,
        Verdict::NotLinearizable(_) | Verdict::CutOff => Outcome::NotAsExpected,
    })
}

fn text_of(file: &str) -> Result<String, Failure> {
    let failed = |error: std::io::Error| Failure::system(file, &error);
    let mut bytes = Vec::new();
    let limit = HISTORY_MAX as u64 + 1;
    let _ = match file {
        "-" => std::io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(failed)?,
        file => std::fs::File::open(file).map_err(failed)?.take(limit).read_to_end(&mut bytes).map_err(failed)?,
    };
    String::from_utf8(bytes).map_err(|_| Failure::input(file, "", Wanted::Utf8))
}

struct Judged {
    history: History,
    judgement: Judgement,
    model: &'static str,
}

impl Judged {
    /// The operations with their points, in the order of these.
    fn ordered<'a>(&'a self, points: &'a [Option<Point>]) -> Vec<(&'a Operation, Point)> {
        let operations = self.history.operations.iter().zip(points);
        let mut ordered: Vec<_> = operations.filter_map(|(operation, point)| Some((operation, (*point)?))).collect();
        ordered.sort_by_key(|(operation, point)| (point.behind, point.rank, operation.call.place));
        ordered
    }

    fn listed(&self, numbers: &[usize]) -> Vec<&Operation> {
        numbers.iter().map(|number| &self.history.operations[*number]).collect()
    }

    fn json(&self) -> Value {
        let mut json = json!({
            "linearizable": matches!(self.judgement.verdict, Verdict::Linearizable(_)),
            "model": self.model,
            "initial": self.history.initial.as_ref().map(|initial| json!({ "value": json_of(initial) })),
            "operations": self.history.operations.len(),
            "keys": self.judgement.keys,
            "order": null,
            "part": null,
            "steps": self.judgement.steps,
        });
        let without_point = |operations: Vec<&Operation>| {
            operations.into_iter().map(|operation| self.operation_json(operation, &Value::Null)).collect::<Vec<_>>()
        };
        match &self.judgement.verdict {
            Verdict::Linearizable(points) => {
                let ordered = self.ordered(points).into_iter();
                let moments = self.moments();
                let order =
                    ordered.map(|(operation, point)| self.operation_json(operation, &moments[point.behind as usize]));
                json["order"] = order.collect();
            }
            Verdict::NotLinearizable(KeyedPart { key, part }) => {
                json["part"] = json!({
                    "key": json_of(key),
                    "smallest": part.smallest,
                    "contradict": without_point(self.listed(&part.contradict)),
                    "explain": without_point(self.listed(&part.explain)),
                });
            }
            Verdict::CutOff => {}
        }
        json
    }

    /// The moment of each place.
    fn moments(&self) -> Vec<Value> {
        let mut moments = Vec::new();
        for moment in self.history.operations.iter().flat_map(|one| [Some(one.call), one.end]).flatten() {
            let place = moment.place as usize;
            if moments.len() <= place {
                moments.resize(place + 1, Value::Null);
            }
            moments[place] = moment_json(moment);
        }
        moments
    }

    fn text(&self, words: &LinearWords, out: &mut dyn Write) -> std::io::Result<()> {
        let History { initial, operations, .. } = &self.history;
        writeln!(out, "{}", (words.about)(self.model, operations.len(), self.judgement.keys, initial.as_ref()))?;
        match &self.judgement.verdict {
            Verdict::Linearizable(points) => {
                let ordered: Vec<_> = self.ordered(points).into_iter().map(|(operation, _)| operation).collect();
                writeln!(out, "{}", words.linearizable)?;
                if ordered.len() > LISTED_MAX {
                    return writeln!(out, "{}", (words.long_order)(ordered.len()));
                }
                if !ordered.is_empty() {
                    writeln!(out, "{}", words.order)?;
                }
                self.list(&ordered, words, out)
            }
            Verdict::NotLinearizable(KeyedPart { key, part }) => {
                writeln!(out, "{}", (words.not_linearizable)(key))?;
                if part.contradict.len() > LISTED_MAX {
                    writeln!(out, "{}", (words.long_part)(part.contradict.len()))?;
                    return writeln!(out, "{}", words.perhaps_smaller);
                }
                writeln!(out, "{}", words.contradict)?;
                self.list(&self.listed(&part.contradict), words, out)?;
                if !part.explain.is_empty() {
                    writeln!(out, "{}", words.explain)?;
                    self.list(&self.listed(&part.explain), words, out)?;
                }
                if part.smallest { Ok(()) } else { writeln!(out, "{}", words.perhaps_smaller) }
            }
            Verdict::CutOff => Ok(()),
        }
    }

    fn operation_json(&self, operation: &Operation, point: &Value) -> Value {
        let described = described(&operation.accessed, operation.end.is_some());
        json!({
            "process": self.history.process_json(operation.process),
            "f": described["f"],
            "value": described["value"],
            "found": described["found"],
            "call": moment_json(operation.call),
            "end": operation.end.map(moment_json),
            "point": point,
        })
    }

    /// One line an operation, in columns.
    fn list(&self, operations: &[&Operation], words: &LinearWords, out: &mut dyn Write) -> std::io::Result<()> {
        let moment = |moment: Moment| moment.time.map_or_else(|| (words.event)(moment.place), |time| time.to_string());
        let columns = |operation: &&Operation| {
            let end = operation.end.map(moment);
            let interval = (words.interval)(&moment(operation.call), end.as_deref());
            let accessed = &operation.accessed;
            let process = (words.process)(&self.history.process(operation.process));
            [process, accessed.key.to_string(), (words.operation)(accessed), interval]
        };
        let rows: Vec<_> = operations.iter().map(columns).collect();
        let keyed = operations.iter().any(|operation| operation.accessed.key != faultlab_core::Datum::Nil);
        let width = |column: usize| rows.iter().map(|row| columns_of(&row[column])).max().unwrap_or(0);
        let widths = [width(0), width(1), width(2)];
        for row in &rows {
            write!(out, " ")?;
            for (column, text) in row[..3].iter().enumerate().filter(|(column, _)| keyed || *column != 1) {
                write!(out, " {text}{:blanks$} ", "", blanks = widths[column] - columns_of(text))?;
            }
            writeln!(out, " {}", row[3])?;
        }
        Ok(())
    }
}

fn moment_json(moment: Moment) -> Value {
    json!({ "event": moment.place, "micros": moment.time.map(|time| time.0) })
}

/// How many columns a terminal gives a text: Chinese takes two a letter.
fn columns_of(text: &str) -> usize {
    text.chars().map(|letter| if letter < '\u{2e80}' { 1 } else { 2 }).sum()
}
