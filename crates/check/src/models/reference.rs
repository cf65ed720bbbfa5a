//! What is known of a reference model before it is explored, and how it is explored in any size.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use faultlab_core::{Misspelled, RuleSet, Source};

use crate::{Limits, Model, Report, explore};

/// As many bits as a state is kept in at most.
const BITS_MAX: u64 = 1024;
/// No count of nodes, values or the like is larger; states of such sizes would not fit long before.
const SIZE_MAX: u32 = 1000;

/// A reference model: a row of the list. Its words are found by its slugs.
pub struct Reference {
    pub slug: &'static str,
    pub source: Source,
    /// The numbers it is instantiated with, all at least one.
    pub sizes: &'static [Size],
    pub rules: &'static [ModelRule],
    pub invariants: &'static [&'static str],
    /// The names of its steps, and with how many numbers each is told.
    pub actions: &'static [(&'static str, usize)],
    /// Whether some of its nodes are interchangeable.
    pub symmetry: bool,
    /// How many nodes a model of these sizes has.
    pub nodes: fn(&[u32]) -> u32,
    pub(super) explore: fn(&[u32], RuleSet, Limits) -> Result<Report, TooLarge>,
}

/// One of the numbers that a model is instantiated with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    pub slug: &'static str,
    pub usual: u32,
}

/// A guard of a model that can be switched off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ModelRule {
    pub slug: &'static str,
    /// The invariants that break without it.
    pub breaks: &'static [&'static str],
    /// The sizes in which its absence shows, where the usual ones are too small.
    pub witness: &'static [(&'static str, u32)],
}

/// A state would take so many bits, more than are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct TooLarge {
    bits: u64,
}

/// A reference model in chosen sizes and with chosen rules.
#[derive(Clone)]
pub struct Instance {
    pub reference: &'static Reference,
    /// In the order of [`Reference::sizes`].
    pub sizes: Vec<u32>,
    pub rules: RuleSet,
}

impl Reference {
    /// The model in these sizes, the usual ones where nothing is said (or those in which the absence of a rule shows), and with
    /// these rules off.
    ///
    /// # Errors
    /// A name that the model does not have, or a size that is no whole number in range.
    pub fn instance<'a>(
        &'static self,
        sizes: impl IntoIterator<Item = (&'a str, &'a str)>,
        off: impl IntoIterator<Item = &'a str>,
    ) -> Result<Instance, Misspelled> {
        let mut rules = RuleSet::ALL_ON;
        let mut chosen: Vec<u32> = self.sizes.iter().map(|size| size.usual).collect();
        for slug in off {
            let known = self.rules.iter().map(|rule| rule.slug);
            let index = index_of(slug, known, format!("a rule of {}", self.slug))?;
            rules.set(index, false);
            for (slug, least) in self.rules[index].witness {
                let index = self.index_of_size(slug)?;
                chosen[index] = chosen[index].max(*least);
            }
        }
        for (slug, text) in sizes {
            let index = self.index_of_size(slug)?;
            let number = text.parse().ok().filter(|number| (1..=SIZE_MAX).contains(number));
            let expected = || format!("{slug} as a whole number from 1 to {SIZE_MAX}");
            chosen[index] = number.ok_or_else(|| Misspelled { found: text.into(), expected: expected() })?;
        }
        Ok(Instance { reference: self, sizes: chosen, rules })
    }

    fn index_of_size(&self, slug: &str) -> Result<usize, Misspelled> {
        index_of(slug, self.sizes.iter().map(|size| size.slug), format!("a size of {}", self.slug))
    }
}

impl Instance {
    /// # Errors
    /// The sizes, if a state of the model would take more bits than are kept.
    pub fn explore(&self, limits: Limits) -> Result<Report, Misspelled> {
        (self.reference.explore)(&self.sizes, self.rules, limits).map_err(|TooLarge { bits }| Misspelled {
            found: self.to_string(),
            expected: format!("sizes whose states take at most {BITS_MAX} bits, not {bits}"),
        })
    }

    pub fn nodes(&self) -> u32 {
        (self.reference.nodes)(&self.sizes)
    }
}

/// As it is asked for: `two-phase rms=3`.
impl core::fmt::Display for Instance {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.reference.slug)?;
        for (size, number) in self.reference.sizes.iter().zip(&self.sizes) {
            write!(f, " {}={number}", size.slug)?;
        }
        Ok(())
    }
}

pub(super) fn index_of(
    found: &str,
    known: impl Iterator<Item = &'static str> + Clone,
    kind: String,
) -> Result<usize, Misspelled> {
    known.clone().position(|name| name == found).ok_or_else(|| {
        let names: Vec<&str> = known.collect();
        let expected = if names.is_empty() {
            format!("{kind}, but there is none")
        } else {
            format!("{kind}: {}", names.join(", "))
        };
        Misspelled { found: found.into(), expected }
    })
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
