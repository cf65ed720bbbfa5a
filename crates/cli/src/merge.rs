//! `faultlab merge`: the parts of a sweep as one.

use std::io::Write;

use faultlab_words::Wanted;

use crate::args::MergeOptions;
use crate::error::Failure;
use crate::sweep::Summary;
use crate::{Done, Outcome};

pub(crate) fn merge(options: &MergeOptions, out: &mut dyn Write) -> Done {
    let mut total: Option<Summary> = None;
    for file in &options.files {
        let text = std::fs::read_to_string(file).map_err(|error| Failure::system(file, &error))?;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let part: Summary = serde_json::from_str(line).map_err(|_| Failure::input(file, "", Wanted::Summary))?;
            total = Some(match total {
                None => part,
                Some(total) => joined(total, part, file)?,
            });
        }
    }
    let total = total.ok_or_else(|| Failure::input(&options.files[0], "", Wanted::Summary))?;
    if options.json {
        let json = serde_json::to_string(&total).map_err(|error| Failure::system("summary", &error))?;
        writeln!(out, "{json}")?;
    } else {
        total.tell(out)?;
    }
    Ok(if total.broken.is_empty() { Outcome::AsExpected } else { Outcome::NotAsExpected })
}

/// Two parts of one sweep. Parts of different sweeps, or with seeds in common, would make a wrong whole.
fn joined(mut total: Summary, part: Summary, file: &str) -> Result<Summary, Failure> {
    let sweep = |summary: &Summary| (summary.scenario.clone(), summary.drawn, summary.behaviour);
    if sweep(&total) != sweep(&part) {
        let found = format!("{} ({})", part.sweep, part.scenario);
        return Err(Failure::input(file, found, Wanted::SameSweep));
    }
    let twice = |(from, to): &(u64, u64)| total.seeds.iter().find(|(other, end)| from < end && other < to);
    if let Some((from, to)) = part.seeds.iter().find_map(twice) {
        return Err(Failure::input(file, format!("{from}..{to}"), Wanted::NewSeeds));
    }
    total.merge(part);
    Ok(total)
}
