//! The query, header and cookie parameters of an operation, as a struct.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::doc::{Doc, code};
use super::member::Member;
use super::request_impl::RequestImpl;
use super::unit::Unit;
use crate::model::{Location, Operation, Parameter, Style};

/// Query, header and cookie parameters.
pub(crate) struct ParametersItem<'a> {
    unit: &'a Unit<'a>,
    operation: &'a Operation,
    ident: Ident,
    parameters: Vec<&'a Parameter>,
    members: Vec<Member<'a>>,
}

impl<'a> ParametersItem<'a> {
    pub(crate) fn new(unit: &'a Unit<'a>, operation: &'a Operation, ident: Ident) -> Self {
        let parameters: Vec<&Parameter> = parameters(operation).collect();
        let members = parameters.iter().map(|parameter| Member::of_parameter(unit, parameter)).collect();
        Self { unit, operation, ident, parameters, members }
    }

    fn definition(&self) -> TokenStream {
        let fields = self.members.iter().map(|member| {
            let (doc, deprecation, field) = (member.doc(), member.deprecation(), &member.field);
            let ty = member.stored_type(self.unit);
            let visibility = if member.is_argument() || !member.is_always_written() { quote!(pub) } else { quote!() };
            quote! { #doc #deprecation #visibility #field: #ty, }
        });
        let sensitive = self.parameters.iter().any(|parameter| self.unit.cx.api.is_sensitive(&parameter.ty));
        let derives = if sensitive { quote!(Clone, Debug) } else { quote!(Clone, Debug, PartialEq) };
        let doc = Doc::new().paragraph(&format!("Parameters of {}.", code(&self.operation.id)));
        let ident = &self.ident;
        quote! {
            #doc
            #[derive(#derives)]
            #[non_exhaustive]
            pub struct #ident {
                #(#fields)*
            }
        }
    }

    fn apply(&self) -> TokenStream {
        let calls = self.parameters.iter().zip(&self.members).map(|(parameter, member)| {
            let (place, field) = (self.place(parameter), &member.field);
            if member.is_always_written() {
                quote!(.parameter(#place, Some(&self.#field)))
            } else {
                quote!(.parameter(#place, self.#field.as_ref()))
            }
        });
        let (ident, request) = (&self.ident, self.unit.runtime("Request"));
        quote! {
            impl #ident {
                pub(crate) fn apply<T>(&self, request: #request<T>) -> #request<T> {
                    request #(#calls)*
                }
            }
        }
    }

    /// Where the parameter goes and how it is written, as far as that differs from what the place implies.
    fn place(&self, parameter: &Parameter) -> TokenStream {
        let item = |name| self.unit.item("crate::parameter", name);
        let (place, exploded) = match parameter.location {
            Location::Header => (item("Header"), false),
            Location::Cookie => (item("Cookie"), false),
            Location::Query | Location::Path => (item("Query"), true),
        };
        let wire = &parameter.wire;
        let delimited = |delimiter: &str| {
            let (ty, delimiter) = (item("Delimiter"), quote::format_ident!("{delimiter}"));
            quote!(.delimited(#ty::#delimiter))
        };
        let style = match (parameter.style, parameter.explode) {
            (Style::Json, _) => quote!(.json()),
            (Style::DeepObject, _) if parameter.location == Location::Query => quote!(.deep_object()),
            (_, explode) if explode == exploded => quote!(),
            (_, true) => quote!(.exploded()),
            (Style::SpaceDelimited, false) => delimited("Space"),
            (Style::PipeDelimited, false) => delimited("Pipe"),
            (_, false) => delimited("Comma"),
        };
        let reserved =
            (parameter.allow_reserved && parameter.location == Location::Query).then(|| quote!(.allow_reserved()));
        quote!(#place(#wire) #style #reserved)
    }
}

impl ToTokens for ParametersItem<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.definition());
        RequestImpl::new(self.unit, &self.ident, &self.members, None).to_tokens(tokens);
        tokens.extend(self.apply());
    }
}

/// The parameters that are not in the path.
pub(crate) fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    operation.parameters.iter().filter(|parameter| parameter.location != Location::Path)
}
