//! Reads a protocol's declarations and words into an [`About`].

use faultlab_core::{Promise, Protocol, Setup};
use faultlab_words::{Catalogue, Lang};

use crate::Listed;

use super::{About, FieldAbout, InvariantAbout, InvariantKind, RuleAbout};

/// All that a protocol declares. What has no words shows its slug; a test sees to it that this never happens.
pub(crate) fn collect<P: Protocol>(listed: Listed, words: &Catalogue<P>) -> About {
    let Listed { family, nodes_default, .. } = listed;
    let setup = Setup::<P>::new(nodes_default);
    About {
        slug: P::SLUG,
        family,
        behaviour: P::BEHAVIOUR,
        nodes_default,
        fields: fields::<P>(&setup, words),
        rules: rules::<P>(words),
        invariants: invariants::<P>(words),
        tolerates: P::tolerates(&setup).faults.to_vec(),
        areas: P::AREAS,
        words: listed.words,
    }
}

fn fields<P: Protocol>(setup: &Setup<P>, words: &Catalogue<P>) -> Vec<FieldAbout> {
    let about = |field: &faultlab_core::Field<P::Config>| FieldAbout {
        slug: field.slug,
        unit: field.unit,
        min: field.min,
        max: field.max,
        default: (field.get)(&setup.config),
        live: field.live,
        names: Lang::ALL.map(|lang| (words.field)(lang, field.slug).map_or(field.slug, |named| named.name)),
        meanings: Lang::ALL.map(|lang| (words.field)(lang, field.slug).map_or("", |named| named.meaning)),
    };
    P::fields().iter().map(about).collect()
}

fn rules<P: Protocol>(words: &Catalogue<P>) -> Vec<RuleAbout> {
    let about = |rule: &'static faultlab_core::Rule| RuleAbout {
        slug: rule.slug,
        source: rule.source,
        breaks: rule.breaks,
        witness: &rule.witness,
        names: Lang::ALL.map(|lang| (words.rule)(lang, rule.slug).map_or(rule.slug, |words| words.name)),
        withouts: Lang::ALL.map(|lang| (words.rule)(lang, rule.slug).map_or("", |words| words.without)),
    };
    P::rules().iter().map(about).collect()
}

fn invariants<P: Protocol>(words: &Catalogue<P>) -> Vec<InvariantAbout> {
    let about = |invariant: &faultlab_core::Invariant<P>| InvariantAbout {
        slug: invariant.slug,
        kind: match invariant.promise {
            Promise::Always(_) => InvariantKind::Always,
            Promise::Sometimes(_) => InvariantKind::Sometimes,
            Promise::Within { .. } => InvariantKind::Within,
            Promise::Figure(_) => InvariantKind::Figure,
        },
        names: Lang::ALL.map(|lang| (words.invariant)(lang, invariant.slug).map_or(invariant.slug, |named| named.name)),
        meanings: Lang::ALL.map(|lang| (words.invariant)(lang, invariant.slug).map_or("", |named| named.meaning)),
    };
    P::invariants().iter().map(about).collect()
}
