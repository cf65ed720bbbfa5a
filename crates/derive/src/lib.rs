//! Derives what the parts of a protocol declare, so that each thing is said once, at the field or variant that it is about.
//!
//! | derive | gives | attributes |
//! |---|---|---|
//! | [`Rename`] | `Rename<P>`: every field is renamed, so a field of a type that cannot be renamed does not compile | `#[rename(P)]` at the type, or `#[rename(P: Trait)]` for every protocol that has the trait |
//! | [`Rules`] | the table of rules, and the index of each | `#[rule(source = …, breaks = […], witness = …)]` at each variant |
//! | [`Config`] | the defaults and the table of fields | `#[field(default = …, min = …, max = …, fixed)]` at each field |
//!
//! What is *absent*: anything that runs. `faultlab-core` re-exports the three derives; begin with [`Config`] and [`Rules`].

mod config;
mod rename;
mod rules;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Code;
use syn::{DeriveInput, parse_macro_input};

/// Renames all fields of a structure, or of every variant of an enum. `#[rename(P)]` names the protocol; with `#[rename(P: Trait)]`
/// `P` is every protocol that has the trait. Type parameters must be renamed as well. What is sorted by what
/// names nodes has to be sorted anew, so such a type implements `Rename` by hand.
#[proc_macro_derive(Rename, attributes(rename))]
pub fn rename(input: TokenStream) -> TokenStream {
    finish(rename::derive(&parse_macro_input!(input as DeriveInput)))
}

/// Makes `RULES`, the table of an enum of rules, and their indices. A slug is the variant's name in lower case with underscores.
#[proc_macro_derive(Rules, attributes(rule))]
pub fn rules(input: TokenStream) -> TokenStream {
    finish(rules::derive(&parse_macro_input!(input as DeriveInput)))
}

/// Makes `Config::for_nodes` and `Config::FIELDS` of a configuration. A default may use `nodes`, the number of nodes.
#[proc_macro_derive(Config, attributes(field))]
pub fn config(input: TokenStream) -> TokenStream {
    finish(config::derive(&parse_macro_input!(input as DeriveInput)))
}

fn finish(derived: syn::Result<Code>) -> TokenStream {
    derived.unwrap_or_else(|error| error.to_compile_error()).into()
}

/// `CamelCase` as `camel_case`.
fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn slugs_are_in_snake_case() {
        assert_eq!(super::snake_case("UnanimousVotes"), "unanimous_votes");
        assert_eq!(super::snake_case("SyncLogBeforeAck"), "sync_log_before_ack");
    }
}
