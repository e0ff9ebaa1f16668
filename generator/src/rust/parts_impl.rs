//! How a struct becomes a body of several parts.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::member::{Member, Role};
use super::request_impl::is_file;
use super::struct_item::Extra;
use super::unit::Unit;
use crate::model::Type;

/// `From` a struct for `Multipart`.
pub(crate) struct PartsImpl<'a> {
    pub(crate) unit: &'a Unit<'a>,
    pub(crate) ident: &'a Ident,
    pub(crate) members: &'a [Member<'a>],
    pub(crate) extra: Option<&'a Extra<'a>>,
}

impl PartsImpl<'_> {
    fn part(&self, member: &Member<'_>) -> TokenStream {
        let field = &member.field;
        match member.role {
            Role::Filled(_) | Role::Required { nullable: false } => add(member.wire, member.ty, &quote!(body.#field)),
            Role::Optional if member.read_only => TokenStream::new(),
            Role::Required { nullable: true } | Role::Optional => {
                let add = add(member.wire, member.ty, &quote!(value));
                quote!(if let Some(value) = body.#field { #add })
            }
            // A part cannot say `null`.
            Role::Nullable => {
                let (nullable, add) = (self.unit.runtime("Nullable"), add(member.wire, member.ty, &quote!(value)));
                quote!(if let #nullable::Value(value) = body.#field { #add })
            }
        }
    }
}

/// Adds a value as a part, or as one part for each of its items.
fn add(wire: &str, ty: &Type, value: &TokenStream) -> TokenStream {
    match ty {
        Type::File => quote!(parts.file(#wire, #value);),
        ty if is_file(ty) => quote!(#value.into_iter().for_each(|file| parts.file(#wire, file));),
        _ => quote!(parts.value(#wire, &#value);),
    }
}

impl ToTokens for PartsImpl<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (multipart, ident) = (self.unit.runtime("Multipart"), self.ident);
        let parts = self.members.iter().map(|member| self.part(member));
        let extra = self.extra.map(|extra| {
            let (field, add) = (
                &extra.field,
                match extra.ty {
                    Type::File => quote!(parts.file(&name, value);),
                    _ => quote!(parts.value(&name, &value);),
                },
            );
            quote!(for (name, value) in body.#field { #add })
        });
        tokens.extend(quote! {
            impl From<#ident> for #multipart {
                fn from(body: #ident) -> Self {
                    let mut parts = Self::new();
                    #(#parts)*
                    #extra
                    parts
                }
            }
        });
    }
}
