//! The set-up in which the absence of a rule shows, as a scenario.

use alloc::string::ToString;
use faultlab_core::{Unit, Witness};

use crate::Scenario;
use crate::start::number;

impl Scenario {
    /// The cluster of a witness and what is done there before one looks, with these rules off besides those that would mask
    /// it. None where the witness names a scenario of the gallery, or a field whose unit is not known.
    pub fn of_witness(
        protocol: &str,
        witness: &Witness,
        rules_off: &[&str],
        unit_of: impl Fn(&str) -> Option<Unit>,
    ) -> Option<Self> {
        let (nodes, config, masks, prefix) = match *witness {
            Witness::Explore { nodes, config, off, prefix, .. } => (nodes, config, off, prefix),
            Witness::Figure { nodes, config } => (nodes, config, &[][..], &[][..]),
            Witness::Sweep { .. } => return None,
        };
        let mut scenario = Self::new(protocol, nodes, 1);
        scenario.load.clients = Some(0);
        for (slug, value) in config {
            scenario.config.insert((*slug).into(), number(unit_of(slug)?, *value));
        }
        scenario.rules_off = rules_off.iter().chain(masks).map(ToString::to_string).collect();
        scenario.schedule = prefix.iter().map(ToString::to_string).collect();
        Some(scenario)
    }
}
