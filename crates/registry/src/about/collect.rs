//! Reads a protocol's declarations and words into an [`About`].

use std::sync::Arc;

use faultlab_core::{Promise, Protocol, Setup};
use faultlab_words::Spoken;

use crate::Listed;

use super::{About, FieldAbout, InvariantAbout, InvariantKind, RuleAbout, Texts};

/// All that a protocol declares. What has no words shows its slug; a test sees to it that this never happens.
pub(crate) fn collect<P: Protocol>(listed: Listed, words: Spoken<P>) -> About {
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
        expected: Arc::new(move |lang, slug| (words(lang).expected)(slug)),
    }
}

fn fields<P: Protocol>(setup: &Setup<P>, words: Spoken<P>) -> Vec<FieldAbout> {
    let about = |field: &faultlab_core::Field<P::Config>| FieldAbout {
        slug: field.slug,
        unit: field.unit,
        min: field.min,
        max: field.max,
        default: (field.get)(&setup.config),
        live: field.live,
        words: Texts::new(field.slug, move |lang, slug| {
            (words(lang).field)(slug).map(|named| [named.name, named.meaning])
        }),
    };
    P::fields().iter().map(about).collect()
}

fn rules<P: Protocol>(words: Spoken<P>) -> Vec<RuleAbout> {
    let about = |rule: &'static faultlab_core::Rule| RuleAbout {
        slug: rule.slug,
        source: rule.source,
        breaks: rule.breaks,
        witness: &rule.witness,
        words: Texts::new(rule.slug, move |lang, slug| (words(lang).rule)(slug).map(|rule| [rule.name, rule.without])),
    };
    P::rules().iter().map(about).collect()
}

fn invariants<P: Protocol>(words: Spoken<P>) -> Vec<InvariantAbout> {
    let about = |invariant: &faultlab_core::Invariant<P>| InvariantAbout {
        slug: invariant.slug,
        kind: match invariant.promise {
            Promise::Always(_) | Promise::AlwaysOfSends(_) | Promise::AlwaysOfCluster(_) => InvariantKind::Always,
            Promise::Sometimes(_) => InvariantKind::Sometimes,
            Promise::Within { .. } => InvariantKind::Within,
            Promise::Figure(_) => InvariantKind::Figure,
        },
        words: Texts::new(invariant.slug, move |lang, slug| {
            (words(lang).invariant)(slug).map(|named| [named.name, named.meaning])
        }),
    };
    P::invariants().iter().map(about).collect()
}
