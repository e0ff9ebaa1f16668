//! An open enum: text out of a list, and text that is not in it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::doc::{Doc, code};
use super::format::{IGNORE_CASE, OPEN_ENUM};
use super::ident::{Usage, ident};
use super::struct_item::{deprecation, type_doc};
use super::unit::Unit;
use crate::model::{Enum, TypeDef};

/// Text out of a list.
pub(crate) struct EnumItem<'a> {
    pub(crate) unit: &'a Unit<'a>,
    pub(crate) def: &'a TypeDef,
    pub(crate) ident: Ident,
    pub(crate) of: &'a Enum,
}

impl ToTokens for EnumItem<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (ident, doc, deprecation) = (&self.ident, type_doc(self.def), deprecation(self.def.deprecated));
        if self.of.values.is_empty() {
            // A list of no values says nothing: any text may come.
            tokens.extend(quote! { #doc #deprecation pub type #ident = String; });
            return;
        }
        let variants = self.of.values.iter().map(|value| {
            let doc = Doc::new().paragraph(&format!("{}.", code(&value.wire)));
            let (variant, wire) = (ident_of(value), &value.wire);
            quote! { #doc #variant = #wire, }
        });
        let _ = self.unit.item("crate::open_enum", OPEN_ENUM.trim_end_matches('_'));
        let (body, ignore_case) = (format_ident!("{OPEN_ENUM}"), format_ident!("{IGNORE_CASE}"));
        let visibility = if self.of.ignore_case { quote!(pub(in #ignore_case)) } else { quote!(pub) };
        tokens.extend(quote! {
            mod #body {
                #doc
                #deprecation
                #visibility enum #ident {
                    #(#variants)*
                }
            }
        });
    }
}

fn ident_of(value: &crate::model::EnumValue) -> Ident {
    ident(&value.name, Usage::Variant)
}
