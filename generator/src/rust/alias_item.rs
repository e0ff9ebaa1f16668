//! Another name for a type, and a type of its own where the name would never end.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::constraints;
use super::struct_item::{deprecation, type_doc};
use super::unit::Unit;
use crate::model::{Alias, TypeDef};

/// Another name for a type.
pub(crate) struct AliasItem<'a> {
    pub(crate) unit: &'a Unit<'a>,
    pub(crate) def: &'a TypeDef,
    pub(crate) ident: Ident,
    pub(crate) of: &'a Alias,
}

impl AliasItem<'_> {
    /// A list of itself needs a struct around it.
    fn newtype(&self) -> TokenStream {
        let (ident, ty, doc) = (&self.ident, self.unit.ty(&self.of.ty), type_doc(self.def));
        let deprecation = deprecation(self.def.deprecated);
        let (serialize, deserialize) = (self.unit.item("serde", "Serialize"), self.unit.item("serde", "Deserialize"));
        let wire = self.def.usage.request.then(|| {
            let mac = self.unit.item("crate::wire", "wire_as_serialize");
            quote!(#mac!(#ident);)
        });
        quote! {
            #doc
            #deprecation
            #[derive(Clone, Debug, PartialEq, #serialize, #deserialize)]
            #[serde(transparent)]
            pub struct #ident(pub #ty);

            impl From<#ty> for #ident {
                fn from(value: #ty) -> Self {
                    Self(value)
                }
            }

            #wire
        }
    }

    /// As [`Self::newtype`], of something with a secret inside.
    fn sensitive_newtype(&self) -> TokenStream {
        let (ident, ty, doc) = (&self.ident, self.unit.ty(&self.of.ty), type_doc(self.def));
        let deserialize = self.unit.item("serde", "Deserialize");
        let (wire, serializer) = (self.unit.item("crate::wire", "Wire"), self.unit.item("serde", "Serializer"));
        quote! {
            #doc
            #[derive(Clone, Debug, #deserialize)]
            #[serde(transparent)]
            pub struct #ident(pub #ty);

            impl #wire for #ident {
                fn wire<S: #serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    self.0.wire(serializer)
                }
            }
        }
    }
}

impl ToTokens for AliasItem<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if self.of.recursive && self.def.sensitive {
            return self.sensitive_newtype().to_tokens(tokens);
        }
        if self.of.recursive {
            return self.newtype().to_tokens(tokens);
        }
        let (ident, ty, doc) = (&self.ident, self.unit.ty(&self.of.ty), type_doc(self.def));
        let doc = match constraints::sentence(&self.of.constraints, &self.of.ty) {
            Some(sentence) => doc.paragraph(&sentence),
            None => doc,
        };
        let deprecation = deprecation(self.def.deprecated);
        tokens.extend(quote! { #doc #deprecation pub type #ident = #ty; });
    }
}
