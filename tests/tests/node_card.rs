//! What the Node card says of a node's memory is for people: sentences or values in the reader's language, and never a value as the
//! program prints it for programmers.

use std::collections::BTreeSet;

use faultlab_core::{NodeId, Time};
use faultlab_registry::{Played, protocol};
use faultlab_tests::gallery;
use faultlab_words::Lang;

/// Looked at so often in a run.
const STEPS: usize = 7;
const UNTIL: Time = Time(6_000_000);

/// Words of the code or of the other language: in Chinese, Latin words of more letters than a name or a unit has; in both, brackets
/// in brackets and names as the code spells them.
fn is_for_programmers(text: &str, lang: Lang) -> bool {
    let words = text.split(|letter: char| !letter.is_ascii_alphabetic() && letter != '_');
    let is_code = |word: &str| word.contains('_') || word.chars().skip(1).any(|letter| letter.is_ascii_uppercase());
    let is_foreign = |word: &str| lang == Lang::Zh && word.len() > 2;
    let mut words = words.filter(|word| !word.is_empty());
    words.any(|word| is_code(word) || is_foreign(word)) || text.contains("((") || text.starts_with('(')
}

#[test]
fn no_field_is_printed_for_programmers() {
    let mut wrong = BTreeSet::new();
    for (name, scenario) in gallery() {
        let row = protocol(&scenario.protocol).expect("listed");
        let mut lab = row.open(&scenario).unwrap_or_else(|error| panic!("{name}: {error}"));
        while lab.play(UNTIL, 4_000) == Played::Broken {}
        for position in (0..lab.position().min(4_000)).step_by(STEPS) {
            lab.seek(position);
            for node in NodeId::all(scenario.nodes) {
                for lang in Lang::ALL {
                    for field in lab.inspect(node, lang) {
                        for text in [&field.value, &field.name] {
                            if is_for_programmers(text, lang) {
                                wrong.insert(format!("{} {} in {lang:?}: {text}", row.about.slug, field.slug));
                            }
                        }
                    }
                }
            }
        }
    }
    let shown: Vec<&String> = wrong.iter().take(40).collect();
    assert!(wrong.is_empty(), "{} of these: {shown:#?}", wrong.len());
}
