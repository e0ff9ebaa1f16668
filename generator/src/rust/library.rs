//! `src/lib.rs`: what the crate consists of.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Error;
use super::context::Context;
use super::doc::Doc;
use super::runtime::Module;
use super::unit::{File, Unit};
use crate::model::{Operation, Output, TypeKind};

/// `src/lib.rs`.
pub(crate) fn library(
    cx: &Context<'_>,
    modules: &[(&str, &Module)],
    features: &toml::Table,
    front: &str,
) -> Result<File, Error> {
    let unit = Unit::new(cx, []);
    let doc = Doc::new().markdown(front);
    let declarations: Vec<TokenStream> = declarations(modules);
    let exports = modules.iter().filter(|(_, module)| !module.exports.is_empty()).map(|(name, module)| {
        let (gate, name) = (gate(module), format_ident!("{name}"));
        let items: Vec<Ident> = module.exports.iter().map(|item| format_ident!("{item}")).collect();
        match items.as_slice() {
            [item] => quote!(#gate pub use #name::#item;),
            _ => quote!(#gate pub use #name::{#(#items),*};),
        }
    });
    let own = own_lints(cx, features);
    let items = quote! {
        #(#declarations)*
        #(#exports)*
    };
    unit.finish_with("src/lib.rs", &doc, &own, &items)
}

/// The modules in the order of their names, those of features last: rustdoc lists what they add to a type in this order.
fn declarations(modules: &[(&str, &Module)]) -> Vec<TokenStream> {
    let runtime = modules.iter().map(|(name, module)| {
        let (gate, ident) = (gate(module), format_ident!("{name}"));
        let visibility = if module.public { quote!(pub) } else { quote!() };
        let allow = module
            .partly_used
            .then(|| quote!(#[allow(dead_code, unused_imports, unused_macros, reason = "shared by all products")]));
        (!module.features.is_empty(), (*name).to_owned(), quote!(#gate #allow #visibility mod #ident;))
    });
    let own = [("guide", quote!(pub)), ("product", quote!()), ("resources", quote!(pub)), ("types", quote!(pub))].map(
        |(name, visibility)| {
            let ident = format_ident!("{name}");
            (false, name.to_owned(), quote!(#visibility mod #ident;))
        },
    );
    let mut all: Vec<(bool, String, TokenStream)> = runtime.chain(own).collect();
    all.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
    all.into_iter().map(|(.., tokens)| tokens).collect()
}

fn gate(module: &Module) -> TokenStream {
    let features = &module.features;
    match features.as_slice() {
        [] => TokenStream::new(),
        [feature] => quote!(#[cfg(feature = #feature)]),
        _ => quote!(#[cfg(any(#(feature = #features),*))]),
    }
}

/// Lints of the whole crate.
fn own_lints(cx: &Context<'_>, features: &toml::Table) -> TokenStream {
    let large = has_alternatives(cx)
        .then(|| quote!(#![allow(clippy::large_enum_variant, reason = "a box would be in the way of every match")]));
    let deprecated = has_deprecated(cx)
        .then(|| quote!(#![allow(deprecated, reason = "what is deprecated must still be named here")]));
    // Two features stand for the same part: one of them is enough.
    let optional = features.keys().filter(|name| !matches!(name.as_str(), "default" | "native-tls" | "rustls"));
    quote! {
        #![forbid(unsafe_code)]
        #![warn(missing_docs)]
        #![cfg_attr(docsrs, feature(doc_cfg))]
        #![cfg_attr(
            not(all(#(feature = #optional),*)),
            allow(rustdoc::broken_intra_doc_links, reason = "pages link to items of all features")
        )]
        #large
        #deprecated
    }
}

/// Whether there is an enum with payloads.
fn has_alternatives(cx: &Context<'_>) -> bool {
    cx.api.types.iter().any(|def| matches!(def.kind, TypeKind::Union(_)))
        || cx.api.operations.iter().any(|operation| matches!(operation.output, Output::Many { .. }))
}

fn has_deprecated(cx: &Context<'_>) -> bool {
    let of_type = |def: &crate::model::TypeDef| {
        def.deprecated || matches!(&def.kind, TypeKind::Struct(of) if of.fields.iter().any(|field| field.deprecated))
    };
    let of_operation = |operation: &Operation| {
        operation.deprecated || operation.parameters.iter().any(|parameter| parameter.deprecated)
    };
    cx.api.types.iter().any(of_type) || cx.api.operations.iter().any(of_operation)
}
