//! `faultlab schema`: the JSON Schema of scenario files.

use std::io::Write;

use crate::{Done, Outcome};

pub(crate) const SCHEMA: &str = include_str!("../schema/scenario.json");

pub(crate) fn schema(out: &mut dyn Write) -> Done {
    out.write_all(SCHEMA.as_bytes())?;
    Ok(Outcome::AsExpected)
}
