//! A union: one of several types, or something that is none of them.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::doc::Doc;
use super::ident::{Usage, ident};
use super::member::Member;
use super::request_impl::{has_required_struct, required, required_ident};
use super::struct_item::{deprecation, type_doc};
use super::unit::Unit;
use crate::model::{Tagging, Type, TypeDef, TypeKind, Union, Variant};

/// One of several types.
pub(crate) struct UnionItem<'a> {
    pub(crate) unit: &'a Unit<'a>,
    pub(crate) def: &'a TypeDef,
    pub(crate) ident: Ident,
    pub(crate) of: &'a Union,
}

impl UnionItem<'_> {
    fn definition(&self) -> TokenStream {
        let variants = self.of.variants.iter().map(|variant| {
            let doc = Doc::new().maybe(variant.description.as_deref()).or(&self.variant_sentence(variant));
            let (name, ty) = (variant_ident(variant), self.payload(variant));
            quote! { #doc #name(#ty), }
        });
        let (ident, doc, deprecation) = (&self.ident, type_doc(self.def), deprecation(self.def.deprecated));
        let derives = if self.def.sensitive { quote!(Clone, Debug) } else { quote!(Clone, Debug, PartialEq) };
        let unknown = self.unit.runtime("UnknownVariant");
        quote! {
            #doc
            #deprecation
            #[derive(#derives)]
            #[non_exhaustive]
            pub enum #ident {
                #(#variants)*
                /// Something this version of the crate has no type for; it survives a round trip.
                Unknown(#unknown),
            }
        }
    }

    fn variant_sentence(&self, variant: &Variant) -> String {
        match (&self.of.tagging, variant.tags.first()) {
            (Tagging::Property(member), Some(tag)) => {
                format!("{} is {}.", super::doc::code(member), super::doc::code(tag))
            }
            _ => format!("{}.", super::doc::code(&self.unit.ty(&variant.ty).to_string().replace(' ', ""))),
        }
    }

    fn payload(&self, variant: &Variant) -> TokenStream {
        let ty = self.unit.ty(&variant.ty);
        if variant.boxed { quote!(Box<#ty>) } else { ty }
    }

    fn deserialize(&self) -> TokenStream {
        let deserialize = self.unit.item("serde", "Deserialize");
        let deserializer = self.unit.item("serde", "Deserializer");
        let (ident, value) = (&self.ident, self.unit.item("serde_json", "Value"));
        let choice = self.choice();
        quote! {
            impl<'de> #deserialize<'de> for #ident {
                fn deserialize<D: #deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let value = #value::deserialize(deserializer)?;
                    #choice
                }
            }
        }
    }

    fn choice(&self) -> TokenStream {
        let variants = self.of.variants.iter();
        match &self.of.tagging {
            Tagging::Property(member) if self.of.variants.iter().any(|variant| !variant.tags.is_empty()) => {
                let mac = self.unit.item("crate::union", "by_tag");
                let cases = variants.flat_map(|variant| {
                    let name = variant_ident(variant);
                    variant.tags.iter().map(move |tag| quote!(#tag => #name))
                });
                quote!(#mac!(value, #member; #(#cases),*))
            }
            _ if self.of.variants.is_empty() => {
                let unknown = self.unit.runtime("UnknownVariant");
                quote!(Ok(Self::Unknown(#unknown::new(value))))
            }
            _ => {
                let (mac, names) = (self.unit.item("crate::union", "try_variants"), variants.map(variant_ident));
                quote!(#mac!(value; #(#names),*))
            }
        }
    }

    fn serialize(&self) -> TokenStream {
        let serializer = self.unit.item("serde", "Serializer");
        let (ident, names) = (&self.ident, self.of.variants.iter().map(variant_ident));
        let serialize = self.unit.item("serde", "Serialize");
        quote! {
            impl #serialize for #ident {
                fn serialize<S: #serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    match self {
                        #(Self::#names(value) => value.serialize(serializer),)*
                        Self::Unknown(value) => value.serialize(serializer),
                    }
                }
            }
        }
    }

    fn wire(&self) -> TokenStream {
        let ident = &self.ident;
        match (self.def.usage.request, self.def.sensitive) {
            (false, false) => TokenStream::new(),
            (true, false) => {
                let mac = self.unit.item("crate::wire", "wire_as_serialize");
                quote!(#mac!(#ident);)
            }
            (_, true) => {
                let (wire, serializer) = (self.unit.item("crate::wire", "Wire"), self.unit.item("serde", "Serializer"));
                let arms = self.of.variants.iter().map(|variant| {
                    let name = variant_ident(variant);
                    if self.def.usage.request || self.unit.cx.api.is_sensitive(&variant.ty) {
                        quote!(Self::#name(value) => value.wire(serializer),)
                    } else {
                        let serialize = self.unit.item("serde", "Serialize");
                        quote!(Self::#name(value) => #serialize::serialize(value, serializer),)
                    }
                });
                quote! {
                    impl #wire for #ident {
                        fn wire<S: #serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                            match self {
                                #(#arms)*
                                Self::Unknown(value) => value.wire(serializer),
                            }
                        }
                    }
                }
            }
        }
    }

    /// `From` for each payload that only one variant has.
    fn conversions(&self) -> TokenStream {
        // Two types of the document can be one type of Rust. What is only compared is not to be imported.
        let scratch = Unit::new(self.unit.cx, []);
        let rust_type = |variant: &Variant| scratch.ty(&scratch.cx.resolve(&variant.ty)).to_string();
        let types: Vec<String> = self.of.variants.iter().map(rust_type).collect();
        let is_single = |ty: &String| types.iter().filter(|other| *other == ty).count() == 1;
        let single = self.of.variants.iter().zip(&types).filter(|(_, ty)| is_single(ty)).map(|(variant, _)| variant);
        let conversions = single.map(|variant| {
            let (ident, name, ty) = (&self.ident, variant_ident(variant), self.unit.ty(&variant.ty));
            let value = if variant.boxed { quote!(Box::new(value)) } else { quote!(value) };
            let from_text = matches!(self.unit.cx.resolve(&variant.ty), Type::Text).then(|| {
                quote! {
                    impl From<&str> for #ident {
                        fn from(value: &str) -> Self {
                            Self::#name(value.to_owned())
                        }
                    }
                }
            });
            quote! {
                impl From<#ty> for #ident {
                    fn from(value: #ty) -> Self {
                        Self::#name(#value)
                    }
                }
                #from_text
            }
        });
        conversions.collect()
    }

    /// A constructor for each alternative of a tagged union that is a struct a caller builds.
    fn constructors(&self) -> Option<TokenStream> {
        if !matches!(self.of.tagging, Tagging::Property(_)) || !self.def.usage.request {
            return None;
        }
        let constructors: Vec<TokenStream> =
            self.of.variants.iter().filter_map(|variant| self.constructor(variant)).collect();
        if constructors.is_empty() {
            return None;
        }
        let ident = &self.ident;
        Some(quote!(impl #ident { #(#constructors)* }))
    }

    fn constructor(&self, variant: &Variant) -> Option<TokenStream> {
        let (id, def) = self.unit.cx.definition(&variant.ty)?;
        let TypeKind::Struct(of) = &def.kind else { return None };
        if !def.usage.request {
            return None;
        }
        let members = Member::of_struct(self.unit, &of.fields, def.usage);
        let required = required(&members);
        let payload = self.unit.named(id);
        let (arguments, names) = if has_required_struct(&required) {
            let ty = self.unit.in_types(required_ident(self.unit.cx, &payload));
            (vec![quote!(required: #ty)], vec![quote!(required)])
        } else {
            let pairs = required.iter().map(|member| {
                let (name, (ty, _)) = (&member.field, member.argument(self.unit));
                (quote!(#name: #ty), quote!(#name))
            });
            pairs.unzip()
        };
        let doc = Doc::new().maybe(variant.description.as_deref()).or(&self.variant_sentence(variant));
        let method = ident(&variant.name, Usage::Setter);
        Some(quote! {
            #doc
            #[must_use]
            pub fn #method(#(#arguments),*) -> #payload {
                #payload::new(#(#names),*)
            }
        })
    }
}

impl ToTokens for UnionItem<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let serialize = (!self.def.sensitive).then(|| self.serialize());
        tokens.extend(self.definition());
        tokens.extend(self.constructors());
        tokens.extend(self.conversions());
        tokens.extend(serialize);
        tokens.extend(self.deserialize());
        tokens.extend(self.wire());
    }
}

/// The identifier of a variant.
pub(crate) fn variant_ident(variant: &Variant) -> Ident {
    ident(&variant.name, Usage::Variant)
}
