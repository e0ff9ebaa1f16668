//! `src/product.rs`: what the runtime must know about the product.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use super::Error;
use super::context::Context;
use super::doc::Doc;
use super::operation_static::{scheme_tokens, security};
use super::unit::{File, Unit};
use crate::model::{Operation, Requirement, SchemeKind};
use crate::product::{Flows, Text};

/// Constants the runtime reads.
struct ProductItem<'a> {
    unit: &'a Unit<'a>,
}

impl ProductItem<'_> {
    fn environment(&self) -> TokenStream {
        let prefix = &self.unit.cx.api.product.product.env_prefix;
        let (base_url, api_key) = (format!("{prefix}_BASE_URL"), format!("{prefix}_API_KEY"));
        let (client_id, client_secret) = (format!("{prefix}_CLIENT_ID"), format!("{prefix}_CLIENT_SECRET"));
        let allow = self.unread();
        quote! {
            /// The variable that overrides the server.
            pub(crate) const ENV_BASE_URL: &str = #base_url;
            /// The variable that holds the API key.
            pub(crate) const ENV_API_KEY: &str = #api_key;
            /// The variable that holds the client identifier.
            #allow
            pub(crate) const ENV_CLIENT_ID: &str = #client_id;
            /// The variable that holds the client secret.
            #allow
            pub(crate) const ENV_CLIENT_SECRET: &str = #client_secret;
        }
    }

    /// What client authentication reads, where there is none: its module can be there all the same, for a secret of its own.
    fn unread(&self) -> Option<TokenStream> {
        let is_read = has_client_authentication(self.unit.cx) || self.flows().token.is_some();
        (!is_read)
            .then(|| quote!(#[allow(dead_code, reason = "read by client authentication, which this API has not")]))
    }

    fn credentials(&self) -> TokenStream {
        let (ty, from_env) = (self.unit.runtime("Credentials"), self.unit.item("crate", "credentials"));
        let client_auth = has_client_authentication(self.unit.cx).then(|| {
            let module = self.unit.item("crate", "client_auth");
            quote!(, #module::from_env)
        });
        quote! {
            /// How credentials are read from the environment: one entry for each kind the product has.
            pub(crate) const CREDENTIALS_FROM_ENV: &[fn(#ty) -> #ty] = &[#from_env::from_env #client_auth];
        }
    }

    fn token_operation(&self) -> TokenStream {
        let ty = self.unit.item("crate::operation", "Operation");
        let value = match operation_table(self.unit.cx, self.flows().token.as_ref()) {
            Some(path) => quote!(Some(&#path)),
            None => quote!(None),
        };
        let allow = self.unread();
        quote! {
            /// The operation that managed tokens come from.
            #allow
            pub(crate) const TOKEN_OPERATION: Option<&'static #ty> = #value;
        }
    }
}

impl ProductItem<'_> {
    fn flows(&self) -> &Flows {
        &self.unit.cx.api.product.flows
    }

    /// Of a product that has one only: what reads it is not there otherwise.
    fn keys_operation(&self) -> Option<TokenStream> {
        let path = operation_table(self.unit.cx, self.flows().keys.as_ref())?;
        let ty = self.unit.item("crate::operation", "Operation");
        Some(quote! {
            /// The operation that the keys of the authorization server come from.
            #[cfg(feature = "verify")]
            pub(crate) const KEYS_OPERATION: &#ty = &#path;
        })
    }
}

impl ToTokens for ProductItem<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let api = self.unit.cx.api;
        let (name, server) = (&api.product.product.crate_name, &api.server);
        let scheme = self.unit.item("crate::operation", "Scheme");
        let security = security(self.unit, &usual_security(self.unit.cx));
        let schemes = api.schemes.iter().map(|known| scheme_tokens(self.unit, known));
        tokens.extend(quote! {
            /// The name in `User-Agent`.
            pub(crate) const NAME: &str = #name;
            /// The version in `User-Agent`.
            pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
            /// The server of the document.
            pub(crate) const BASE_URL: &str = #server;
            /// What untyped requests are given: the credentials that most operations need.
            pub(crate) const SECURITY: &[&[#scheme]] = #security;
            /// The security schemes of the document.
            pub(crate) const SECURITY_SCHEMES: &[#scheme] = &[#(#schemes),*];
        });
        tokens.extend(self.environment());
        tokens.extend(self.credentials());
        tokens.extend(self.token_operation());
        tokens.extend(self.keys_operation());
    }
}

/// Whether some operation is sent with client authentication.
pub(crate) fn has_client_authentication(cx: &Context<'_>) -> bool {
    cx.api.schemes.iter().any(|scheme| matches!(scheme.kind, SchemeKind::ClientAuthentication { .. }))
}

/// The path of the static that describes the operation of a flow.
pub(crate) fn operation_table(cx: &Context<'_>, flow: Option<&Text>) -> Option<TokenStream> {
    let id = flow?.get_ref();
    let index = cx.api.operations.iter().position(|operation| operation.id == *id)?;
    let resource = cx.resources.get(cx.api.operations.get(index)?.resource)?;
    let (module, table) = (&resource.module, &cx.operations.get(index)?.table);
    Some(quote!(crate::resources::#module::#table))
}

/// The security that most operations have, of those that have any; of two as usual, the first.
pub(crate) fn usual_security(cx: &Context<'_>) -> Vec<Vec<Requirement>> {
    let schemes = |operation: &Operation| -> Vec<Vec<usize>> {
        operation.security.iter().map(|set| set.iter().map(|one| one.scheme).collect()).collect()
    };
    let mut counts: BTreeMap<Vec<Vec<usize>>, usize> = BTreeMap::new();
    for operation in &cx.api.operations {
        *counts.entry(schemes(operation)).or_default() += 1;
    }
    let count = |operation: &Operation| counts.get(&schemes(operation)).copied().unwrap_or(0);
    let secured = cx.api.operations.iter().filter(|operation| operation.security.iter().any(|set| !set.is_empty()));
    let usual = secured.rev().max_by_key(|operation| count(operation));
    usual.map(|operation| operation.security.clone()).unwrap_or_default()
}

/// `src/product.rs`.
pub(crate) fn product_file(cx: &Context<'_>) -> Result<File, Error> {
    let unit = Unit::new(cx, []);
    let items = ProductItem { unit: &unit }.into_token_stream();
    let doc = Doc::new().paragraph("The product: its name, its server, its credentials.");
    let mut file = unit.finish("src/product.rs", &doc, &items)?;
    file.modules.insert("credentials".to_owned());
    if has_client_authentication(cx) {
        file.modules.insert("client_auth".to_owned());
    }
    let flows = &cx.api.product.flows;
    let by_flow = [
        (flows.token.is_some(), "managed_token"),
        (flows.token.is_some(), "oauth_error"),
        (operation_table(cx, flows.keys.as_ref()).is_some(), "verify"),
        (flows.authorize.is_some(), "loopback"),
    ];
    file.modules.extend(by_flow.iter().filter(|(on, _)| *on).map(|(_, module)| format_ident!("{module}").to_string()));
    Ok(file)
}
