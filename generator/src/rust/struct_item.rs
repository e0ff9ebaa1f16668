//! A struct: its definition and how it is written to the wire.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::doc::Doc;
use super::member::{Member, Role};
use super::parts_impl::PartsImpl;
use super::request_impl::RequestImpl;
use super::unit::Unit;
use crate::model::{Additional, Output, Struct, Type, TypeDef};

/// An object with known members.
pub(crate) struct StructItem<'a> {
    unit: &'a Unit<'a>,
    def: &'a TypeDef,
    ident: Ident,
    members: Vec<Member<'a>>,
    extra: Option<Extra<'a>>,
}

/// Where members that are not known are kept.
#[derive(Clone)]
pub(crate) struct Extra<'a> {
    pub(crate) field: Ident,
    pub(crate) ty: &'a Type,
}

impl<'a> StructItem<'a> {
    pub(crate) fn new(unit: &'a Unit<'a>, def: &'a TypeDef, ident: Ident, of: &'a Struct) -> Self {
        let members = Member::of_struct(unit, &of.fields, def.usage);
        let extra = match &of.additional {
            Additional::Kept(ty) => Some(Extra { field: free_field("extra", &members), ty }),
            _ => None,
        };
        Self { unit, def, ident, members, extra }
    }

    fn fields(&self) -> TokenStream {
        let fields = self.members.iter().map(|member| {
            let (doc, deprecation) = (member.doc(), member.deprecation());
            let serde = (!self.def.usage.parts).then(|| member.serde_attributes(self.unit, !self.def.sensitive));
            // What is filled in for the caller is not the caller's to change.
            let visibility = if matches!(member.role, Role::Filled(_)) { quote!() } else { quote!(pub) };
            let (field, ty) = (&member.field, member.stored_type(self.unit));
            quote! { #doc #deprecation #serde #visibility #field: #ty, }
        });
        let fields: TokenStream = fields.collect();
        let extra = self.extra.as_ref().map(|extra| {
            let (field, ty) = (&extra.field, extra_type(self.unit, extra.ty));
            let serde = (!self.def.usage.parts).then(|| quote!(#[serde(flatten)]));
            quote! {
                /// Members this version of the crate does not know.
                #serde
                pub #field: #ty,
            }
        });
        quote!(#fields #extra)
    }

    fn derives(&self) -> TokenStream {
        if self.def.usage.parts {
            return quote!(#[derive(Debug)]);
        }
        let deserialize = self.unit.item("serde", "Deserialize");
        if self.def.sensitive {
            return quote!(#[derive(Clone, Debug, #deserialize)]);
        }
        let serialize = self.unit.item("serde", "Serialize");
        quote!(#[derive(Clone, Debug, PartialEq, #serialize, #deserialize)])
    }

    /// The way to the wire. Secrets have no other: not `serde::Serialize`, which every logger can call.
    fn wire(&self) -> TokenStream {
        if self.def.usage.request && self.def.usage.parts {
            let (unit, ident) = (self.unit, &self.ident);
            return PartsImpl { unit, ident, members: &self.members, extra: self.extra.as_ref() }.into_token_stream();
        }
        if self.def.sensitive && (self.def.usage.request || !self.is_page_body()) {
            let wire =
                WireImpl { unit: self.unit, ident: &self.ident, members: &self.members, extra: self.extra.as_ref() };
            let kept = (!self.def.usage.request).then(|| self.secret_json());
            return quote!(#wire #kept);
        }
        if !self.def.usage.request {
            return TokenStream::new();
        }
        let (mac, ident) = (self.unit.item("crate::wire", "wire_as_serialize"), &self.ident);
        quote!(#mac!(#ident);)
    }
}

impl StructItem<'_> {
    /// Whether callers never see it: they get a page in its place.
    fn is_page_body(&self) -> bool {
        self.unit.cx.api.operations.iter().any(|operation| match &operation.output {
            Output::Page { body, .. } => {
                self.unit.cx.definition(body).is_some_and(|(_, def)| std::ptr::eq(def, self.def))
            }
            _ => false,
        })
    }

    /// What a server answers with secrets inside may have to be kept: it is not answered twice.
    fn secret_json(&self) -> TokenStream {
        let (ident, wired) = (&self.ident, self.unit.item("crate::wire", "Wired"));
        self.unit.reach("serde_json");
        quote! {
            impl #ident {
                /// The value as JSON, secrets included: keep it as safe as a password.
                ///
                /// # Errors
                ///
                /// Never, as far as is known; encoding is fallible by its type.
                pub fn to_secret_json(&self) -> serde_json::Result<String> {
                    serde_json::to_string(&#wired(self))
                }

                /// Reads what [`Self::to_secret_json`] wrote, or the server's own JSON.
                ///
                /// # Errors
                ///
                /// When the text is something else.
                pub fn from_secret_json(text: &str) -> serde_json::Result<Self> {
                    serde_json::from_str(text)
                }
            }
        }
    }
}

impl ToTokens for StructItem<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (ident, fields, derives) = (&self.ident, self.fields(), self.derives());
        let doc = type_doc(self.def);
        let deprecation = deprecation(self.def.deprecated);
        tokens.extend(quote! {
            #doc
            #deprecation
            #derives
            #[non_exhaustive]
            pub struct #ident {
                #fields
            }
        });
        if self.def.usage.request {
            RequestImpl::new(self.unit, &self.ident, &self.members, self.extra.as_ref()).to_tokens(tokens);
        }
        self.wire().to_tokens(tokens);
    }
}

/// What a type is, in the document's words.
pub(crate) fn type_doc(def: &TypeDef) -> Doc {
    let text = def.description.as_deref().or(def.title.as_deref());
    let name = super::doc::code(def.component.as_deref().unwrap_or(&def.name.pascal()));
    Doc::new().maybe(text).or(&format!("The type {name} of the API."))
}

pub(crate) fn deprecation(deprecated: bool) -> TokenStream {
    if deprecated { quote!(#[deprecated]) } else { TokenStream::new() }
}

/// The type that keeps unknown members.
pub(crate) fn extra_type(unit: &Unit<'_>, ty: &Type) -> TokenStream {
    if matches!(ty, Type::Any) { unit.runtime("Extra") } else { unit.ty(&Type::Map(Box::new(ty.clone()))) }
}

/// A name that no member has.
fn free_field(name: &str, members: &[Member<'_>]) -> Ident {
    let mut ident = Ident::new(name, proc_macro2::Span::call_site());
    while members.iter().any(|member| member.field == ident || member.setter == ident) {
        ident = quote::format_ident!("{ident}_");
    }
    ident
}

/// `Wire` for a struct that holds a secret.
pub(crate) struct WireImpl<'a> {
    pub(crate) unit: &'a Unit<'a>,
    pub(crate) ident: &'a Ident,
    pub(crate) members: &'a [Member<'a>],
    pub(crate) extra: Option<&'a Extra<'a>>,
}

impl WireImpl<'_> {
    fn entry(&self, member: &Member<'_>) -> TokenStream {
        let (wire, field) = (member.wire, &member.field);
        match member.role {
            Role::Filled(_) | Role::Required { .. } => {
                let value = self.value(member.ty, &quote!(&self.#field));
                quote!(object.serialize_entry(#wire, #value)?;)
            }
            Role::Optional if member.read_only => TokenStream::new(),
            Role::Optional => {
                let value = self.value(member.ty, &quote!(value));
                quote! {
                    if let Some(value) = &self.#field {
                        object.serialize_entry(#wire, #value)?;
                    }
                }
            }
            Role::Nullable => {
                let value = self.value(member.ty, &quote!(&self.#field));
                quote! {
                    if !self.#field.is_absent() {
                        object.serialize_entry(#wire, #value)?;
                    }
                }
            }
        }
    }

    /// What is no secret is written as it always is.
    fn value(&self, ty: &Type, reference: &TokenStream) -> TokenStream {
        if !self.unit.cx.api.is_sensitive(ty) {
            return reference.clone();
        }
        let wired = self.unit.item("crate::wire", "Wired");
        quote!(&#wired(#reference))
    }
}

impl ToTokens for WireImpl<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (wire, serializer) = (self.unit.item("crate::wire", "Wire"), self.unit.item("serde", "Serializer"));
        let (ident, entries) = (self.ident, self.members.iter().map(|member| self.entry(member)));
        let map = self.unit.item("serde::ser", "SerializeMap");
        let extra = self.extra.map(|extra| {
            let (field, value) = (&extra.field, self.value(extra.ty, &quote!(value)));
            quote! {
                for (name, value) in self.#field.iter() {
                    object.serialize_entry(name, #value)?;
                }
            }
        });
        tokens.extend(quote! {
            impl #wire for #ident {
                fn wire<S: #serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let mut object = serializer.serialize_map(None)?;
                    #(#entries)*
                    #extra
                    #map::end(object)
                }
            }
        });
    }
}
