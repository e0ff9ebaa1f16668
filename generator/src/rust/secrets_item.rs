//! The kinds of secret text that the runtime does not have.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use super::doc::Doc;
use super::format::SECRET;
use super::unit::Unit;

/// Secrets of this product.
pub(crate) struct SecretsItem<'a> {
    pub(crate) unit: &'a Unit<'a>,
}

impl ToTokens for SecretsItem<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let _ = self.unit.item("crate::secret", SECRET.trim_end_matches('_'));
        let body = format_ident!("{SECRET}");
        let structs = self.unit.cx.own_secrets().map(|(ident, secret)| {
            let doc = Doc::new().maybe(secret.description.as_deref()).or("Text that must not be seen.");
            quote! { #doc pub struct #ident; }
        });
        tokens.extend(quote! { mod #body { #(#structs)* } });
    }
}
