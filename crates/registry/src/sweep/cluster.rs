//! The cluster of a swept run, drawn: how many nodes, each number of the configuration, who asks for what.
//!
//! Small numbers and the ends of ranges come more often than others, since what goes wrong goes wrong there. The protocol
//! says what fits: a draw that it calls a misfit, or with which the network is too slow for progress, is drawn again.

use faultlab_core::{Field, Protocol, Setup, Span, Unit};
use faultlab_scenario::Scenario;
use faultlab_sim::{Load, Network, Start};

use super::draws::{Draws, Subject};

/// The numbers of nodes, each as often as it stands here.
const NODES: [u8; 16] = [1, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 9];
/// How often a configuration that does not fit is drawn again before the timeouts stay as they are usually.
const TRIES: usize = 32;
/// By how many eighths a timeout is multiplied.
const EIGHTHS: [u64; 12] = [2, 3, 4, 6, 8, 8, 8, 10, 12, 16, 24, 32];

/// What was drawn for a run, by name. A value stands for all of its bucket.
pub type Drawn = Vec<(&'static str, String)>;

/// What a sweep draws the cluster from: what the scenario says itself stays.
pub(super) struct Choices<P: Protocol> {
    nodes: bool,
    fields: Vec<&'static Field<P::Config>>,
    load: bool,
}

impl<P: Protocol> Choices<P> {
    /// With `nodes_fixed`, or acts that may name nodes, the number of nodes stays as it is.
    pub(super) fn new(scenario: &Scenario, start: &Start<P>, nodes_fixed: bool) -> Self {
        let free = |field: &&'static Field<P::Config>| !scenario.config.contains_key(field.slug);
        Self {
            nodes: !nodes_fixed && start.acts.is_empty(),
            fields: P::fields().iter().filter(free).collect(),
            load: scenario.load.is_default(),
        }
    }

    /// Draws the cluster of a run, and tells what came up.
    pub(super) fn draw(&self, start: &mut Start<P>) -> Drawn {
        let mut draws = Draws::new(start.seed, Subject::Cluster);
        let mut drawn = Drawn::new();
        if self.nodes {
            start.setup.nodes = draws.one_of(&NODES);
            self.use_defaults(&mut start.setup);
        }
        drawn.push(("nodes", start.setup.nodes.to_string()));
        self.draw_config(&mut start.setup, start.network, &mut draws);
        for field in &self.fields {
            drawn.push((field.slug, bucket(field.unit, (field.get)(&start.setup.config))));
        }
        if self.load {
            start.load = draw_load(&mut draws);
        }
        drawn.extend(load_drawn(&start.load));
        drawn
    }

    /// Another number of nodes may have other defaults.
    fn use_defaults(&self, setup: &mut Setup<P>) {
        let usual = P::config(setup.nodes);
        for field in &self.fields {
            (field.set)(&mut setup.config, (field.get)(&usual));
        }
    }

    fn draw_config(&self, setup: &mut Setup<P>, network: Network, draws: &mut Draws) {
        let usual = setup.config.clone();
        for _ in 0..TRIES {
            for field in &self.fields {
                (field.set)(&mut setup.config, draw_number(field, (field.get)(&usual), draws));
            }
            if fits(setup, network) {
                return;
            }
        }
        for field in self.fields.iter().filter(|field| field.unit == Unit::Span) {
            (field.set)(&mut setup.config, (field.get)(&usual));
        }
        if !fits(setup, network) {
            setup.config = usual;
        }
    }
}

/// Whether the protocol can do its work so: all that it promises is judged.
fn fits<P: Protocol>(setup: &Setup<P>, network: Network) -> bool {
    P::misfit(setup).is_none() && P::tolerates(setup).progress.delay >= network.latency_max
}

fn draw_number<C>(field: &Field<C>, usual: u64, draws: &mut Draws) -> u64 {
    let (min, max) = (field.min, field.max);
    let number = match field.unit {
        Unit::Flag | Unit::Choice(_) => draws.between(min, max),
        Unit::Span => usual.saturating_mul(draws.one_of(&EIGHTHS)) / 8,
        Unit::Count => match draws.below(16) {
            0..=2 => min,
            3..=4 => min + 1,
            5..=8 => draws.between(min, min.saturating_add(7)),
            9..=12 => usual,
            // As many small powers of two as large ones.
            13..=14 => max >> draws.below(u64::from((max / min.max(1)).max(1).ilog2()) + 1),
            _ => max,
        },
    };
    number.clamp(min, max)
}

/// Clients that ask often and for few things, so that much happens and much of it meets.
fn draw_load(draws: &mut Draws) -> Load {
    let think_min = if draws.chance(4) { Span::millis(1) } else { draws.millis(2, 60) };
    Load {
        clients: draws.one_of(&[1, 1, 1, 2, 2, 3, 4, 5]),
        think_min,
        think_max: think_min + if draws.chance(4) { Span::ZERO } else { draws.millis(10, 200) },
        reads_ppm: draws.one_of(&[0, 200_000, 400_000, 400_000, 600_000, 600_000, 800_000, 1_000_000]),
        keys: draws.one_of(&[1, 1, 1, 2, 2, 3, 4, 8]),
        retry: draws.millis(50, 800),
    }
}

fn load_drawn(load: &Load) -> [(&'static str, String); 5] {
    [
        ("load.clients", load.clients.to_string()),
        ("load.think", bucket(Unit::Span, load.think_min.0)),
        ("load.reads", format!("{}%", load.reads_ppm / 10_000)),
        ("load.keys", bucket(Unit::Count, load.keys.into())),
        ("load.retry", bucket(Unit::Span, load.retry.0)),
    ]
}

/// The bucket of a number, named by its bounds: small counts are told apart, larger numbers by powers of two.
fn bucket(unit: Unit, number: u64) -> String {
    let powers = |number: u64| {
        let least = 1u64 << number.max(1).ilog2();
        (least, least.saturating_mul(2) - 1)
    };
    match unit {
        Unit::Flag => if number > 0 { "on" } else { "off" }.into(),
        Unit::Choice(names) => names.get(number as usize).copied().unwrap_or_default().into(),
        Unit::Count if number <= 8 => number.to_string(),
        Unit::Count => {
            let (least, most) = powers(number);
            format!("{least}..{most}")
        }
        Unit::Span if number < 2_000 => format!("{number}us"),
        Unit::Span => {
            let (least, most) = powers(number / 1_000);
            format!("{least}ms..{most}ms")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_named_by_their_bounds() {
        assert_eq!(bucket(Unit::Count, 0), "0");
        assert_eq!(bucket(Unit::Count, 8), "8");
        assert_eq!(bucket(Unit::Count, 9), "8..15");
        assert_eq!(bucket(Unit::Count, 64), "64..127");
        assert_eq!(bucket(Unit::Span, 1_500), "1500us");
        assert_eq!(bucket(Unit::Span, 150_000), "128ms..255ms");
        assert_eq!(bucket(Unit::Flag, 1), "on");
        assert_eq!(bucket(Unit::Choice(&["a", "b"]), 1), "b");
    }

    #[test]
    fn numbers_keep_to_their_bounds_and_reach_them() {
        let field = Field::<u64> {
            slug: "number",
            unit: Unit::Count,
            min: 3,
            max: 500,
            live: false,
            get: |config| *config,
            set: |config, value| *config = value,
        };
        let mut draws = Draws::new(7, Subject::Cluster);
        let drawn: Vec<u64> = (0..2_000).map(|_| draw_number(&field, 60, &mut draws)).collect();
        assert!(drawn.iter().all(|number| (3..=500).contains(number)));
        for wanted in [3, 4, 10, 60, 125, 500] {
            assert!(drawn.contains(&wanted), "{wanted}");
        }
        let small = drawn.iter().filter(|number| **number <= 10).count();
        assert!(small > 1_000, "small numbers more often: {small}");
    }
}
