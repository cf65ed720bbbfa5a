//! Accessibility, judged by axe-core.

use super::Browser;
use std::fmt;

const AXE: &str = include_str!("../../vendor/axe.min.js");

/// A rule of axe that the page breaks, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub rule: String,
    pub help: String,
    /// A selector and a summary for each place.
    pub places: Vec<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.rule, self.help)?;
        self.places.iter().try_for_each(|place| write!(out, "\n  {place}"))
    }
}

impl Browser {
    /// What axe finds on the page as it is now (WCAG 2.2 A and AA and its best practices), open shadow roots included.
    #[track_caller]
    pub fn axe(&self) -> Vec<Violation> {
        const RUN: &str = "
            const done = arguments[arguments.length - 1];
            const flat = (violation) => ({
                rule: violation.id,
                help: violation.help,
                places: violation.nodes.map((node) => `${node.target.flat().join(' ')} – ${node.failureSummary}`),
            });
            window.axe.run(document).then((result) => done(result.violations.map(flat)), (error) => done(String(error)));";
        // Once per page is enough: half a megabyte is not nothing.
        if self.execute("return !window.axe", &[]) == true {
            self.execute(AXE, &[]);
        }
        let found = self.execute_async(RUN, &[]);
        let violations = found.as_array().unwrap_or_else(|| panic!("axe failed: {found}"));
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        violations
            .iter()
            .map(|violation| Violation {
                rule: text(&violation["rule"]),
                help: text(&violation["help"]),
                places: violation["places"].as_array().into_iter().flatten().map(text).collect(),
            })
            .collect()
    }
}
