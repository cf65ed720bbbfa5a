//! `#[derive(Config)]`.

use proc_macro2::TokenStream as Code;
use quote::quote;
use syn::{Data, DeriveInput, Error, Expr, Field, Fields, Result};

/// What `#[field(…)]` says of a field.
struct Declared {
    default: Expr,
    min: Option<Expr>,
    max: Option<Expr>,
    fixed: bool,
}

pub(crate) fn derive(input: &DeriveInput) -> Result<Code> {
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(named) => &named.named,
            Fields::Unnamed(_) | Fields::Unit => return Err(Error::new_spanned(input, "expected named fields")),
        },
        Data::Enum(_) | Data::Union(_) => return Err(Error::new_spanned(input, "expected a structure")),
    };
    let (mut defaults, mut rows) = (Vec::new(), Vec::new());
    for field in fields {
        let Declared { default, min, max, fixed } = declared(field)?;
        let (name, kind) = (&field.ident, &field.ty);
        let slug = name.as_ref().map(ToString::to_string).unwrap_or_default();
        let min =
            min.map_or_else(|| quote! { <#kind as ::faultlab_core::FieldValue>::MIN }, |min| quote! { (#min) as u64 });
        let max =
            max.map_or_else(|| quote! { <#kind as ::faultlab_core::FieldValue>::MAX }, |max| quote! { (#max) as u64 });
        let live = !fixed;
        defaults.push(quote! { #name: #default });
        rows.push(quote! {
            ::faultlab_core::Field {
                slug: #slug,
                unit: <#kind as ::faultlab_core::FieldValue>::UNIT,
                min: #min,
                max: #max,
                live: #live,
                get: |config| ::faultlab_core::FieldValue::to_number(config.#name),
                set: |config, number| config.#name = ::faultlab_core::FieldValue::from_number(number),
            }
        });
    }
    let name = &input.ident;
    Ok(quote! {
        impl #name {
            /// Every number of the configuration.
            pub const FIELDS: &'static [::faultlab_core::Field<Self>] = &[#(#rows),*];

            /// The defaults for a number of nodes.
            pub fn for_nodes(nodes: u8) -> Self {
                let _ = nodes;
                Self { #(#defaults),* }
            }
        }
    })
}

fn declared(field: &Field) -> Result<Declared> {
    let missing = |what: &str| Error::new_spanned(field, format!("expected {what}"));
    let attribute = field.attrs.iter().find(|attribute| attribute.path().is_ident("field"));
    let attribute = attribute.ok_or_else(|| missing("#[field(default = …)]"))?;
    let (mut default, mut min, mut max, mut fixed) = (None, None, None, false);
    attribute.parse_nested_meta(|meta| {
        if meta.path.is_ident("fixed") {
            fixed = true;
            return Ok(());
        }
        let place = if meta.path.is_ident("default") {
            &mut default
        } else if meta.path.is_ident("min") {
            &mut min
        } else if meta.path.is_ident("max") {
            &mut max
        } else {
            return Err(meta.error("expected default, min, max or fixed"));
        };
        *place = Some(meta.value()?.parse::<Expr>()?);
        Ok(())
    })?;
    let default = default.ok_or_else(|| missing("default = …"))?;
    Ok(Declared { default, min, max, fixed })
}
