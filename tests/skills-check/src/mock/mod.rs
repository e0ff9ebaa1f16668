//! A server to try samples and flows against, without an account.
//!
//! It answers from the document's examples, refuses what violates the document, and remembers what the OAuth flows
//! need: clients, pending consents, authorization codes with their PKCE challenges, tokens, grants, and whatever was
//! created. The user is whoever answers on the consent page, or through the operations for it. A client it does not know
//! is taken in at first sight, with the secret it shows then; so samples run with any identifier.

mod authorize;
mod client;
mod collection;
mod consent;
mod introspect;
mod message;
mod metadata;
mod page;
mod random;
mod refusal;
mod register;
mod store;
mod token;

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use judge::server::{Call, Response, Server};
use serde_json::Value;

use crate::api::Api;
use crate::product::Product;
use message::Message;
use store::Store;

/// What the handlers know.
struct Context {
    api: Api,
    root: Value,
    /// Operations by the part they play (`[flows]` of `product.toml`).
    roles: BTreeMap<String, String>,
    /// The path of the document's first server.
    prefix: String,
    /// The names of what lists are paged by (`[pagination]` of `product.toml`).
    pagination: BTreeMap<String, String>,
    store: Mutex<Store>,
    log: Mutex<Vec<Answered>>,
}

/// A request and what it got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// In capitals.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// Why it was refused, if it was.
    pub refusal: Option<String>,
}

/// A running server; it stops when dropped.
pub struct Mock {
    server: Server,
    context: Arc<Context>,
    prefix: String,
}

impl Mock {
    /// Starts on this port of 127.0.0.1; 0 takes a free one.
    ///
    /// # Errors
    ///
    /// The port cannot be bound.
    pub fn start(product: &Product, port: u16) -> io::Result<Self> {
        let url = product.root.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or_default();
        let after = url.split_once("://").map_or(url, |(_, after)| after);
        let prefix = after.find('/').and_then(|at| after.get(at..)).unwrap_or_default().trim_end_matches('/');
        let context = Arc::new(Context {
            api: product.api.clone(),
            root: product.root.clone(),
            roles: product.flows.clone(),
            prefix: prefix.to_owned(),
            pagination: product.pagination.clone(),
            store: Mutex::new(Store::default()),
            log: Mutex::new(Vec::new()),
        });
        let answering = Arc::clone(&context);
        let server = Server::start_on(port, product.judge(), move |call| answering.logged(call))?;
        Ok(Self { server, context, prefix: prefix.to_owned() })
    }

    /// The base URL, with the path of the document's first server, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("{}{}", self.server.url(), self.prefix)
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Every request so far, in the order in which they were answered.
    #[must_use]
    pub fn answered(&self) -> Vec<Answered> {
        self.context.log().clone()
    }

    /// Every secret it has issued: tokens, codes, client secrets.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let store = self.context.store();
        let issued = store.access.keys().chain(store.refresh.keys()).chain(store.codes.keys());
        let clients = store.clients.values().filter_map(|client| client.secret.as_ref());
        issued.chain(clients).cloned().collect()
    }

    /// The path of the operation that takes a user's answer, if the document has one.
    #[must_use]
    pub fn decides(&self) -> Option<&str> {
        self.context.path("decide")
    }

    /// Answers as a user who allows what a consent page asks, given by its address: where the browser goes then.
    #[must_use]
    pub fn consent(&self, address: &str) -> Option<String> {
        let token = consent::token_of(address)?;
        consent::decide(&mut self.context.store(), token, true).ok()
    }

    /// Whether a target is the consent page: it is no operation of the document.
    #[must_use]
    pub fn is_page(&self, target: &str) -> bool {
        is_page(target)
    }

    /// Takes the requests so far, and forgets them: for a server that runs for long.
    #[must_use]
    pub fn drain(&self) -> Vec<Answered> {
        self.server.forget();
        std::mem::take(&mut self.context.log())
    }

    /// The server, for what it recorded.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }
}

impl Context {
    fn logged(&self, call: &Call<'_>) -> Response {
        let response = self.answer(call);
        let request = call.request();
        let answered = Answered {
            method: request.method.clone(),
            path: request.target.split('?').next().unwrap_or_default().to_owned(),
            status: response.status,
            refusal: (response.status >= 400).then(|| refusal::reason(&response)),
        };
        self.log().push(answered);
        response
    }

    fn log(&self) -> MutexGuard<'_, Vec<Answered>> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, call: &Call<'_>) -> Response {
        let request = call.request();
        if is_page(&request.target) && matches!(request.method.as_str(), "GET" | "POST") {
            return consent::page(&mut self.store(), &Message::read(request));
        }
        let is_known = call.operation().is_some();
        if !is_known || !call.verdict().is_right() {
            return refusal::by_document(call, &self.api.operations, self.role(call) == Some("token"));
        }
        let message = Message::read(request);
        let mut store = self.store();
        if let Some(token) = message.bearer()
            && store.is_dead(token)
        {
            return refusal::error(401, "invalid_token", "the access token is expired or revoked (RFC 6750 3.1)")
                .header("www-authenticate", "Bearer error=\"invalid_token\"");
        }
        match self.role(call) {
            Some("authorize") => authorize::answer(&mut store, &message),
            Some("token") => token::answer(&mut store, &message, &call.example()),
            Some("introspect") => introspect::answer(&mut store, &message),
            Some("consent") => consent::show(&store, &message, call),
            Some("decide") => consent::answer(&mut store, &message, call),
            Some("register") => register::answer(&mut store, &message, call, self),
            Some("server_metadata") => metadata::server(call, &message, self),
            Some("resource_metadata") => metadata::resource(call, &message, self),
            _ => collection::answer(&mut store, &message, call, self),
        }
    }

    /// The part that the operation plays.
    fn role(&self, call: &Call<'_>) -> Option<&str> {
        let id = call.operation()?;
        self.roles.iter().find(|(_, operation)| *operation == id).map(|(role, _)| role.as_str())
    }

    /// The path of the operation that plays a part, below the document's first server.
    fn path(&self, role: &str) -> Option<&str> {
        let id = self.roles.get(role)?;
        self.api.operations.iter().find(|operation| operation.id == *id).map(|operation| operation.path.as_str())
    }
}

/// Whether a target is the consent page.
fn is_page(target: &str) -> bool {
    target.split('?').next() == Some(consent::PAGE)
}

#[cfg(test)]
mod tests;
