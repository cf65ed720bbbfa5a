//! `faultlab export`: a run as a test, a file or a link.

use std::io::Write;

use faultlab_scenario::{Expect, Scenario};

use crate::args::ExportOptions;
use crate::error::Failure;
use crate::source::{Sourced, find};
use crate::written::{Form, write_file, written};
use crate::{Done, Outcome};

pub(crate) fn export(options: &ExportOptions, out: &mut dyn Write) -> Done {
    let sourced = find(&options.source)?;
    let form = options.form.unwrap_or(Form::Test);
    let scenario = if form == Form::Test { as_shown(&sourced)? } else { sourced.scenario.clone() };
    let text = written(sourced.protocol, &scenario, form).map_err(|error| sourced.failure(error))?;
    match &options.out {
        Some(file) => write_file(file, &text)?,
        None => out.write_all(text.as_bytes())?,
    }
    Ok(Outcome::AsExpected)
}

/// The run up to what it shows: of a link that is its moment.
fn as_shown(sourced: &Sourced) -> Result<Scenario, Failure> {
    let (Some(moment), None) = (sourced.moment, &sourced.scenario.expect) else { return Ok(sourced.scenario.clone()) };
    let mut lab = sourced.protocol.open(&sourced.scenario).map_err(|error| sourced.failure(error))?;
    while (lab.position() as u64) < moment.step && lab.forward() {}
    let expect = Expect { until: moment.at.to_string(), ..Expect::default() };
    Ok(Scenario { expect: Some(expect), ..lab.scenario_so_far() })
}
