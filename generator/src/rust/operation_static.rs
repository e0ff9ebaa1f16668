//! What the document says about an operation, as a table for the runtime.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::unit::Unit;
use crate::model::{Encoding, Media, Operation, Output, RetryClass, SchemeKind, Status};

/// The table of one operation.
pub(crate) struct OperationStatic<'a> {
    pub(crate) unit: &'a Unit<'a>,
    pub(crate) operation: &'a Operation,
    pub(crate) ident: &'a Ident,
}

impl OperationStatic<'_> {
    fn item(&self, name: &str) -> TokenStream {
        self.unit.item("crate::operation", name)
    }

    fn accept(&self) -> String {
        let successes = self.operation.responses.iter().filter(|response| response.status.is_success());
        let mut types: Vec<&str> = Vec::new();
        for media in successes.flat_map(|response| &response.media) {
            if !types.contains(&media.media_type.as_str()) {
                types.push(&media.media_type);
            }
        }
        types.join(", ")
    }

    fn success(&self) -> Vec<TokenStream> {
        let range = self.item("StatusRange");
        let statuses = self.operation.responses.iter().filter(|response| response.status.is_success());
        let ranges = statuses.filter_map(|response| match response.status {
            Status::Code(code) => Some((quote!(Code), Literal::u16_unsuffixed(code))),
            Status::Class(class) => Some((quote!(Class), Literal::u8_unsuffixed(class))),
            Status::Default => None,
        });
        ranges.map(|(kind, number)| quote!(#range::#kind(#number))).collect()
    }

    fn pagination(&self) -> TokenStream {
        match (&self.operation.pagination, &self.operation.output) {
            (Some(pagination), Output::Page { .. }) => {
                let (ty, number, first) =
                    (self.item("Pagination"), &pagination.number, pagination.first.unsigned_abs());
                let first = Literal::u64_unsuffixed(first);
                quote!(Some(#ty { number: #number, first: #first }))
            }
            _ => quote!(None),
        }
    }
}

impl ToTokens for OperationStatic<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (ident, ty, operation) = (self.ident, self.item("Operation"), self.operation);
        let (id, path, accept) = (&operation.id, &operation.path, self.accept());
        let method = method(self.unit, operation);
        let server = option(operation.server.as_ref());
        let security = security(self.unit, &operation.security);
        let retry = retry_class(self.unit, operation.retry);
        let success = self.success();
        let bodies = offered(operation).map(|media| encoding(self.unit, media));
        let pagination = self.pagination();
        tokens.extend(quote! {
            pub(crate) static #ident: #ty = #ty {
                id: #id,
                method: #method,
                path: #path,
                server: #server,
                security: #security,
                retry: #retry,
                accept: #accept,
                success: &[#(#success),*],
                bodies: &[#(#bodies),*],
                pagination: #pagination,
            };
        });
    }
}

/// The ways to send the body that the method takes: it has one type, and so have they.
fn offered(operation: &Operation) -> impl Iterator<Item = &Media> {
    let media = operation.body.as_ref().map_or(&[][..], |body| &body.media);
    let is_value = |media: &Media| matches!(media.encoding, Encoding::Json | Encoding::Form);
    let (first, others) = media.split_first().unzip();
    let others = others.into_iter().flatten();
    let same = others.filter(move |other| {
        first.is_some_and(|first: &Media| is_value(first) && is_value(other) && first.ty == other.ty)
    });
    first.into_iter().chain(same)
}

fn method(unit: &Unit<'_>, operation: &Operation) -> TokenStream {
    let (ty, method) = (unit.item("http", "Method"), format_ident!("{}", operation.method.as_str()));
    quote!(#ty::#method)
}

fn option(text: Option<&String>) -> TokenStream {
    match text {
        Some(text) => quote!(Some(#text)),
        None => quote!(None),
    }
}

/// Alternatives of sets of schemes.
pub(crate) fn security(unit: &Unit<'_>, alternatives: &[Vec<crate::model::Requirement>]) -> TokenStream {
    let sets = alternatives.iter().map(|set| {
        let schemes = set.iter().filter_map(|requirement| unit.cx.api.scheme(requirement));
        let schemes = schemes.map(|scheme| scheme_tokens(unit, scheme));
        quote!(&[#(#schemes),*])
    });
    quote!(&[#(#sets),*])
}

pub(crate) fn scheme_tokens(unit: &Unit<'_>, scheme: &crate::model::Scheme) -> TokenStream {
    let (ty, name) = (unit.item("crate::operation", "Scheme"), &scheme.key);
    match &scheme.kind {
        SchemeKind::Bearer => quote!(#ty::Bearer { name: #name }),
        SchemeKind::Basic => quote!(#ty::Basic { name: #name }),
        SchemeKind::ApiKeyHeader(header) => quote!(#ty::ApiKeyHeader { name: #name, header: #header }),
        SchemeKind::ApiKeyQuery(parameter) => quote!(#ty::ApiKeyQuery { name: #name, parameter: #parameter }),
        SchemeKind::ApiKeyCookie(cookie) => quote!(#ty::ApiKeyCookie { name: #name, cookie: #cookie }),
        SchemeKind::ClientAuthentication { .. } => quote!(#ty::ClientAuth { name: #name }),
        SchemeKind::MutualTls | SchemeKind::Other(_) => quote!(#ty::Transport { name: #name }),
    }
}

/// What may be repeated.
pub(crate) fn retry_class(unit: &Unit<'_>, class: RetryClass) -> TokenStream {
    let ty = unit.item("crate::operation", "RetryClass");
    let variant = match class {
        RetryClass::Safe => "Safe",
        RetryClass::Idempotent => "Idempotent",
        RetryClass::Once => "Once",
        RetryClass::SingleUse => "SingleUse",
    };
    let variant = format_ident!("{variant}");
    quote!(#ty::#variant)
}

fn encoding(unit: &Unit<'_>, media: &Media) -> TokenStream {
    let (ty, media_type) = (unit.runtime("Encoding"), &media.media_type);
    match media.encoding {
        Encoding::Json => quote!(#ty::Json),
        Encoding::Form => quote!(#ty::Form),
        Encoding::Multipart => quote!(#ty::Multipart),
        Encoding::Text => quote!(#ty::Text),
        Encoding::Binary => quote!(#ty::Binary(#media_type)),
    }
}
