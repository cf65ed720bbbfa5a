//! What is known of a reference model before it is explored, and how it is explored in any size.

use alloc::string::ToString;
use alloc::vec::Vec;

use faultlab_core::{Expected, Kind, Misspelled, RuleSet, Source, Takes};

use crate::{Limits, Model, Report, explore};

/// As many bits as a state is kept in at most.
const BITS_MAX: u64 = 1024;
/// No parameter is larger; states would not fit long before.
const PARAMETER_MAX: u32 = 1000;

/// A reference model: a row of the list. Its words are found by its slugs.
pub struct Reference {
    pub slug: &'static str,
    pub source: Source,
    /// The numbers it is instantiated with, all at least one.
    pub parameters: &'static [Parameter],
    pub rules: &'static [ModelRule],
    pub invariants: &'static [&'static str],
    /// The names of its steps, and with how many numbers each is told.
    pub actions: &'static [(&'static str, usize)],
    /// Whether some of its nodes are interchangeable.
    pub symmetry: bool,
    /// How many nodes a model with these parameters has.
    pub nodes: fn(&[u32]) -> u32,
    pub(super) explore: fn(&[u32], RuleSet, Limits) -> Result<Report, TooLarge>,
}

/// One of the numbers that a model is instantiated with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parameter {
    pub slug: &'static str,
    pub usual: u32,
}

/// A guard of a model that can be switched off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ModelRule {
    pub slug: &'static str,
    /// The invariants that break without it.
    pub breaks: &'static [&'static str],
    /// The parameters with which its absence shows, where the usual ones are too small.
    pub witness: &'static [(&'static str, u32)],
}

/// A state would take so many bits, more than are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct TooLarge {
    bits: u64,
}

/// A reference model with chosen parameters and with chosen rules.
#[derive(Clone)]
pub struct Instance {
    pub reference: &'static Reference,
    /// In the order of [`Reference::parameters`].
    pub parameters: Vec<u32>,
    pub rules: RuleSet,
}

impl Reference {
    /// The model with these parameters and with these rules off. Parameters that are not named are the usual ones, or large
    /// enough that the absence of the rules shows.
    ///
    /// # Errors
    /// A name that the model does not have, or a parameter that is no whole number in range.
    pub fn instance<'a>(
        &'static self,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
        off: impl IntoIterator<Item = &'a str>,
    ) -> Result<Instance, Misspelled> {
        let mut rules = RuleSet::ALL_ON;
        let mut chosen: Vec<u32> = self.parameters.iter().map(|parameter| parameter.usual).collect();
        for slug in off {
            let known = self.rules.iter().map(|rule| rule.slug);
            let index = index_of(slug, known, Kind::ModelRule(self.slug.into()))?;
            rules.set(index, false);
            for (slug, least) in self.rules[index].witness {
                let index = self.index_of_parameter(slug)?;
                chosen[index] = chosen[index].max(*least);
            }
        }
        for (slug, text) in parameters {
            let index = self.index_of_parameter(slug)?;
            let number = text.parse().ok().filter(|number| (1..=PARAMETER_MAX).contains(number));
            let takes = || Takes::Range { min: "1".into(), max: PARAMETER_MAX.to_string() };
            let expected = || Expected::Field { slug: self.parameters[index].slug.into(), takes: takes() };
            chosen[index] = number.ok_or_else(|| Misspelled::new(text, expected()))?;
        }
        Ok(Instance { reference: self, parameters: chosen, rules })
    }

    fn index_of_parameter(&self, slug: &str) -> Result<usize, Misspelled> {
        index_of(slug, self.parameters.iter().map(|parameter| parameter.slug), Kind::ModelParameter(self.slug.into()))
    }
}

impl Instance {
    /// # Errors
    /// The parameters, if a state would take more bits than are kept.
    pub fn explore(&self, limits: Limits) -> Result<Report, Misspelled> {
        (self.reference.explore)(&self.parameters, self.rules, limits).map_err(|TooLarge { bits }| Misspelled {
            found: self.to_string(),
            expected: Expected::StateBits { most: BITS_MAX, needed: bits },
        })
    }

    pub fn nodes(&self) -> u32 {
        (self.reference.nodes)(&self.parameters)
    }
}

/// As it is asked for: `two-phase rms=3`.
impl core::fmt::Display for Instance {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.reference.slug)?;
        for (parameter, number) in self.reference.parameters.iter().zip(&self.parameters) {
            write!(f, " {}={number}", parameter.slug)?;
        }
        Ok(())
    }
}

pub(super) fn index_of(
    found: &str,
    known: impl Iterator<Item = &'static str> + Clone,
    kind: Kind,
) -> Result<usize, Misspelled> {
    let place = known.clone().position(|name| name == found);
    place.ok_or_else(|| Misspelled::new(found, Expected::listed(kind, known)))
}

/// A model whose states can be packed into any number of words that has room for its bits.
pub(super) trait Packed: Model<1> + Model<4> + Model<16> {
    /// How many bits a state takes.
    fn bits(&self) -> u64;
}

/// Explores the model with states of as many words as they need.
pub(super) fn explore_packed(model: &impl Packed, limits: Limits) -> Result<Report, TooLarge> {
    match model.bits() {
        0..=64 => Ok(explore::<1>(model, limits)),
        65..=256 => Ok(explore::<4>(model, limits)),
        257..=BITS_MAX => Ok(explore::<16>(model, limits)),
        bits => Err(TooLarge { bits }),
    }
}
