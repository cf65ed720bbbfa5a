//! `#[derive(Rules)]`.

use crate::snake_case;
use proc_macro2::TokenStream as Code;
use quote::quote;
use syn::{Data, DeriveInput, Error, Expr, Result, Variant};

/// What `#[rule(…)]` says of a variant.
struct Declared {
    source: Expr,
    breaks: Expr,
    witness: Expr,
}

pub(crate) fn derive(input: &DeriveInput) -> Result<Code> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "expected an enum of rules"));
    };
    let rows = data.variants.iter().map(|variant| {
        let slug = snake_case(&variant.ident.to_string());
        let Declared { source, breaks, witness } = declared(variant)?;
        Ok(quote! { ::faultlab_core::Rule { slug: #slug, source: #source, breaks: &#breaks, witness: #witness } })
    });
    let rows: Vec<Code> = rows.collect::<Result<_>>()?;
    let name = &input.ident;
    Ok(quote! {
        /// The rules, in the order of their enum.
        pub const RULES: &[::faultlab_core::Rule] = &[#(#rows),*];

        impl From<#name> for usize {
            fn from(rule: #name) -> Self {
                rule as Self
            }
        }
    })
}

fn declared(variant: &Variant) -> Result<Declared> {
    let missing = |what: &str| Error::new_spanned(variant, format!("expected {what}"));
    let attribute = variant.attrs.iter().find(|attribute| attribute.path().is_ident("rule"));
    let attribute = attribute.ok_or_else(|| missing("#[rule(source = …, breaks = […], witness = …)]"))?;
    let (mut source, mut breaks, mut witness) = (None, None, None);
    attribute.parse_nested_meta(|meta| {
        let place = if meta.path.is_ident("source") {
            &mut source
        } else if meta.path.is_ident("breaks") {
            &mut breaks
        } else if meta.path.is_ident("witness") {
            &mut witness
        } else {
            return Err(meta.error("expected source, breaks or witness"));
        };
        *place = Some(meta.value()?.parse::<Expr>()?);
        Ok(())
    })?;
    Ok(Declared {
        source: source.ok_or_else(|| missing("source = …"))?,
        breaks: breaks.ok_or_else(|| missing("breaks = […]"))?,
        witness: witness.ok_or_else(|| missing("witness = …"))?,
    })
}
