//! `faultlab export`: a run as a test, a file or a link.

use std::io::Write;

use faultlab_scenario::{Expect, Scenario, link};

use crate::args::{ExportAs, ExportOptions};
use crate::error::Failure;
use crate::source::{Sourced, find};
use crate::{Done, Outcome};

pub(crate) fn export(options: &ExportOptions, out: &mut dyn Write) -> Done {
    let sourced = find(&options.source)?;
    let text = written(&sourced, options.form)?;
    match &options.out {
        Some(file) => std::fs::write(file, text).map_err(|error| Failure::input(file, error.to_string()))?,
        None => out.write_all(text.as_bytes())?,
    }
    Ok(Outcome::AsExpected)
}

fn written(sourced: &Sourced, form: ExportAs) -> Result<String, Failure> {
    let scenario = &sourced.scenario;
    match form {
        ExportAs::Test => {
            let run = match (sourced.moment, &scenario.expect) {
                // What a link shows is its moment.
                (Some(moment), None) => {
                    let mut lab = sourced.protocol.open(scenario).map_err(|error| sourced.failure(error))?;
                    while (lab.position() as u64) < moment.step && lab.forward() {}
                    let expect = Expect { until: moment.at.to_string(), ..Expect::default() };
                    Scenario { expect: Some(expect), ..lab.scenario_so_far() }
                }
                _ => scenario.clone(),
            };
            sourced.protocol.as_test(&run).map_err(|error| sourced.failure(error))
        }
        ExportAs::Toml => scenario.to_toml().map_err(|error| sourced.failure(error)),
        ExportAs::Json => Ok(scenario.to_json_lines() + "\n"),
        ExportAs::Link => Ok(link::encode(scenario, None) + "\n"),
    }
}
