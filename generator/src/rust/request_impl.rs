//! What a caller builds a struct with: `new`, setters, conversions from its one value.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::context::Context;
use super::doc::{Doc, code};
use super::member::{Member, Role};
use super::struct_item::{Extra, extra_type};
use super::unit::Unit;
use crate::model::Type;

/// Arguments that `new` takes at most; more of them go into a struct of their own.
const MOST_ARGUMENTS: usize = 4;

/// `new` and the setters of a struct.
pub(crate) struct RequestImpl<'a> {
    unit: &'a Unit<'a>,
    ident: &'a Ident,
    members: &'a [Member<'a>],
    extra: Option<&'a Extra<'a>>,
    /// Required members, ordered by name.
    required: Vec<&'a Member<'a>>,
}

impl<'a> RequestImpl<'a> {
    pub(crate) fn new(
        unit: &'a Unit<'a>,
        ident: &'a Ident,
        members: &'a [Member<'a>],
        extra: Option<&'a Extra<'a>>,
    ) -> Self {
        Self { unit, ident, members, extra, required: required(members) }
    }

    fn constructor(&self) -> TokenStream {
        if self.required.len() > MOST_ARGUMENTS {
            return self.constructor_of_struct();
        }
        let arguments = self.required.iter().map(|member| {
            let (name, (ty, _)) = (&member.field, member.argument(self.unit));
            quote!(#name: #ty)
        });
        let values = self.members.iter().map(|member| {
            let (name, value) = (
                &member.field,
                if member.is_argument() { member.argument(self.unit).1 } else { member.unset(self.unit) },
            );
            if *name == value.to_string() { quote!(#name) } else { quote!(#name: #value) }
        });
        let doc = self.constructor_doc();
        let extra = self.extra_value();
        quote! {
            #doc
            #[must_use]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values,)* #extra }
            }
        }
    }

    fn constructor_of_struct(&self) -> TokenStream {
        let values = self.members.iter().map(|member| {
            let name = &member.field;
            match (member.is_argument(), member.boxed) {
                (true, true) => quote!(#name: Box::new(required.#name)),
                (true, false) => quote!(#name: required.#name),
                (false, _) => {
                    let value = member.unset(self.unit);
                    quote!(#name: #value)
                }
            }
        });
        let (required, doc, extra) =
            (required_ident(self.unit.cx, self.ident), self.constructor_doc(), self.extra_value());
        quote! {
            #doc
            #[must_use]
            pub fn new(required: #required) -> Self {
                Self { #(#values,)* #extra }
            }
        }
    }

    fn extra_value(&self) -> Option<TokenStream> {
        let extra = self.extra?;
        let (field, ty) = (&extra.field, extra_type(self.unit, extra.ty));
        Some(match extra.ty {
            Type::Any => quote!(#field: #ty::default(),),
            _ => {
                let map = self.unit.item("std::collections", "BTreeMap");
                quote!(#field: #map::new(),)
            }
        })
    }

    fn constructor_doc(&self) -> Doc {
        match self.required.as_slice() {
            [] => Doc::new().paragraph("Nothing set yet; nothing has to be."),
            [one] => Doc::new().paragraph(&format!("With {}, all that is required.", code(&one.field.to_string()))),
            _ => Doc::new().paragraph("With what is required."),
        }
    }

    fn setters(&self) -> TokenStream {
        let settable = self.members.iter().filter(|member| {
            matches!(member.role, Role::Nullable) || (matches!(member.role, Role::Optional) && !member.read_only)
        });
        let mut setters: TokenStream = settable.map(|member| self.setter(member)).collect();
        if let Some(extra) = self.extra {
            self.extra_setter(extra).to_tokens(&mut setters);
        }
        setters
    }

    fn setter(&self, member: &Member<'_>) -> TokenStream {
        let (field, setter, doc, deprecation) = (&member.field, &member.setter, member.doc(), member.deprecation());
        let (ty, value) = member.argument(self.unit);
        let value = member.wrap(self.unit, &value);
        let clear = member.clear.as_ref().map(|clear| self.clear(member, clear));
        quote! {
            #doc
            #deprecation
            #[must_use]
            pub fn #setter(mut self, #field: #ty) -> Self {
                self.#field = #value;
                self
            }
            #clear
        }
    }

    fn clear(&self, member: &Member<'_>, clear: &Ident) -> TokenStream {
        let (field, deprecation, nullable) = (&member.field, member.deprecation(), self.unit.runtime("Nullable"));
        let doc = Doc::new().paragraph(&format!("Sends {} as `null`.", code(member.wire)));
        quote! {
            #doc
            #deprecation
            #[must_use]
            pub fn #clear(mut self) -> Self {
                self.#field = #nullable::Null;
                self
            }
        }
    }

    fn extra_setter(&self, extra: &Extra<'_>) -> TokenStream {
        let (field, ty) = (&extra.field, self.unit.ty(extra.ty));
        let arguments = match extra.ty {
            Type::Any => quote!(name, value),
            _ => quote!(name.into(), value.into()),
        };
        quote! {
            /// Sets a member that this crate has no field for.
            #[must_use]
            pub fn #field(mut self, name: impl Into<String>, value: impl Into<#ty>) -> Self {
                self.#field.insert(#arguments);
                self
            }
        }
    }

    /// The required values, where they are too many to be told apart by their place.
    fn required_struct(&self) -> Option<TokenStream> {
        if self.required.len() <= MOST_ARGUMENTS {
            return None;
        }
        let fields = self.required.iter().map(|member| {
            let (doc, name, ty) = (member.doc(), &member.field, self.unit.ty(member.ty));
            let ty = if matches!(member.role, Role::Required { nullable: true }) { quote!(Option<#ty>) } else { ty };
            quote! { #doc pub #name: #ty, }
        });
        let ident = required_ident(self.unit.cx, self.ident);
        let doc = Doc::new().paragraph(&format!("What is required of [`{}`].", self.ident));
        // Files may be streams, which are read once.
        let holds_file = self.required.iter().any(|member| is_file(member.ty));
        let clone = (!holds_file).then(|| quote!(Clone,));
        Some(quote! {
            #doc
            #[derive(#clone Debug)]
            pub struct #ident {
                #(#fields)*
            }
        })
    }

    fn default(&self) -> Option<TokenStream> {
        let ident = self.ident;
        self.required.is_empty().then(|| {
            quote! {
                impl Default for #ident {
                    fn default() -> Self {
                        Self::new()
                    }
                }
            }
        })
    }

    /// Conversions from the only value there is to set.
    fn conversions(&self) -> TokenStream {
        let settable = self.members.iter().filter(|member| !matches!(member.role, Role::Filled(_))).count();
        let (&[only], 1, None) = (self.required.as_slice(), settable, self.extra) else { return TokenStream::new() };
        let resolved = self.unit.cx.resolve(only.ty);
        let own = self.unit.ty(only.ty);
        let (ident, name) = (self.ident, &only.field);
        if matches!(resolved, Type::Secret(_)) && matches!(only.role, Role::Required { nullable: false }) {
            // Every kind of secret that is one of this kind too.
            return quote! {
                impl<T: Into<#own>> From<T> for #ident {
                    fn from(#name: T) -> Self {
                        Self::new(#name)
                    }
                }
            };
        }
        let sources = match resolved {
            _ if !matches!(only.role, Role::Required { nullable: false }) => vec![],
            Type::Text => vec![quote!(&str), quote!(String)],
            Type::Any | Type::Secret(_) | Type::Named(_) | Type::Nullable(_) => vec![],
            _ => vec![own],
        };
        let conversions = sources.into_iter().map(|source| {
            quote! {
                impl From<#source> for #ident {
                    fn from(#name: #source) -> Self {
                        Self::new(#name)
                    }
                }
            }
        });
        conversions.collect()
    }
}

impl ToTokens for RequestImpl<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (ident, constructor, setters) = (self.ident, self.constructor(), self.setters());
        let (required, default, conversions) = (self.required_struct(), self.default(), self.conversions());
        tokens.extend(quote! {
            impl #ident {
                #constructor
                #setters
            }
            #default
            #conversions
            #required
        });
    }
}

/// Whether values of a type are files.
pub(crate) fn is_file(ty: &Type) -> bool {
    match ty {
        Type::Array(item) => **item == Type::File,
        ty => *ty == Type::File,
    }
}

/// The members a caller must pass, ordered by name.
pub(crate) fn required<'m, 'a>(members: &'m [Member<'a>]) -> Vec<&'m Member<'a>> {
    let mut required: Vec<_> = members.iter().filter(|member| member.is_argument()).collect();
    required.sort_by_key(|member| member.field.to_string());
    required
}

/// Whether the required members have a struct of their own.
pub(crate) fn has_required_struct(required: &[&Member<'_>]) -> bool {
    required.len() > MOST_ARGUMENTS
}

/// The struct of the required members.
pub(crate) fn required_ident(cx: &Context<'_>, ident: &Ident) -> Ident {
    let mut required = format_ident!("{ident}Required");
    while cx.is_taken(&required.to_string()) {
        required = format_ident!("{required}_");
    }
    required
}
