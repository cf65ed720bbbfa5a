//! `#[derive(Rename)]`.

use proc_macro2::TokenStream as Code;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Data, DeriveInput, Error, Fields, Ident, Path, Result, Token};

/// What `#[rename(…)]` names: one protocol, or all that have a trait.
struct Protocols {
    named: Path,
    having: Option<Path>,
}

impl Parse for Protocols {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let named = input.call(Path::parse_mod_style)?;
        let having = if input.parse::<Option<Token![:]>>()?.is_some() { Some(input.parse()?) } else { None };
        Ok(Self { named, having })
    }
}

pub(crate) fn derive(input: &DeriveInput) -> Result<Code> {
    let missing = || Error::new_spanned(&input.ident, "expected #[rename(PROTOCOL)]");
    let attribute = input.attrs.iter().find(|attribute| attribute.path().is_ident("rename")).ok_or_else(missing)?;
    let Protocols { named: protocol, having } = attribute.parse_args()?;
    let body = match &input.data {
        Data::Struct(data) => {
            let (pattern, renames) = fields(&data.fields);
            quote! { let Self #pattern = self; #renames }
        }
        Data::Enum(data) => {
            let arms = data.variants.iter().map(|variant| {
                let name = &variant.ident;
                let (pattern, renames) = fields(&variant.fields);
                quote! { Self::#name #pattern => { #renames } }
            });
            quote! { match self { #(#arms)* } }
        }
        Data::Union(_) => return Err(Error::new_spanned(&input.ident, "expected a structure or an enum")),
    };
    let name = &input.ident;
    let parameters: Vec<&Ident> = input.generics.type_params().map(|parameter| &parameter.ident).collect();
    let any = having.map(|having| quote! { #protocol: #having, });
    Ok(quote! {
        impl<#any #(#parameters: ::faultlab_core::Rename<#protocol>),*> ::faultlab_core::Rename<#protocol>
            for #name<#(#parameters),*>
        {
            fn rename(&mut self, by: &::faultlab_core::Renaming<'_, #protocol>) {
                let _ = by;
                #body
            }
        }
    })
}

/// The pattern that binds all fields, and a renaming of each.
fn fields(fields: &Fields) -> (Code, Code) {
    match fields {
        Fields::Named(named) => {
            let names: Vec<_> = named.named.iter().filter_map(|field| field.ident.as_ref()).collect();
            (quote! { { #(#names),* } }, quote! { #(::faultlab_core::Rename::rename(#names, by);)* })
        }
        Fields::Unnamed(unnamed) => {
            let names: Vec<_> = (0..unnamed.unnamed.len()).map(|at| format_ident!("field_{at}")).collect();
            (quote! { ( #(#names),* ) }, quote! { #(::faultlab_core::Rename::rename(#names, by);)* })
        }
        Fields::Unit => (Code::new(), Code::new()),
    }
}
