//! The judgement of a request, part by part.

use std::collections::BTreeSet;

use crate::body;
use crate::credentials::Credentials;
use crate::dialect;
use crate::document::Document;
use crate::fault::{Fault, FaultKind, Place, Verdict};
use crate::origin::{self, Server};
use crate::pairs;
use crate::parameters::Parameters;
use crate::percent;
use crate::request::Request;
use crate::route::{self, Route};
use crate::schema::Schemas;

/// Judges requests by one document.
pub struct Judge {
    pub(crate) document: Document,
    pub(crate) schemas: Schemas,
    servers: Vec<Server>,
    aliases: Vec<(String, String)>,
    client_authentication: BTreeSet<String>,
}

impl Judge {
    /// A judge by this document, without aliases; every `oauth2` scheme means a bearer token.
    #[must_use]
    pub fn new(mut document: Document) -> Self {
        dialect::prepare(&mut document);
        let schemas = Schemas::new(&document);
        let servers = route::all_servers(&document);
        Self { document, schemas, servers, aliases: Vec::new(), client_authentication: BTreeSet::new() }
    }

    /// Lets one URL stand for another: what follows `local` in a request's URL is judged as following `server`.
    /// Repeated for one `local`, a request is on the right server if it is by one of them.
    #[must_use]
    pub fn alias(mut self, local: &str, server: &str) -> Self {
        let trimmed = |url: &str| origin::normal(url.strip_suffix('/').unwrap_or(url));
        self.aliases.push((trimmed(local), trimmed(server)));
        self
    }

    /// Lets one URL stand for every origin that the document's servers name.
    #[must_use]
    pub fn alias_all(self, local: &str) -> Self {
        let origins: BTreeSet<String> =
            route::all_servers(&self.document).iter().filter_map(|server| server.origin().map(str::to_owned)).collect();
        origins.iter().fold(self, |judge, origin| judge.alias(local, origin))
    }

    /// Says that a security scheme of type `oauth2` means client authentication (RFC 6749, 2.3): HTTP Basic, both
    /// halves form-encoded, or `client_id` and `client_secret` in the body; one of them, and never in the URL.
    #[must_use]
    pub fn client_authentication(mut self, scheme: &str) -> Self {
        self.client_authentication.insert(scheme.to_owned());
        self
    }

    /// Names every way in which the request breaks the document.
    #[must_use]
    pub fn judge(&self, request: &Request) -> Verdict {
        let (route, mut faults) = self.route(request);
        let (url, query) = request.url();
        if let Some(char) = percent::illegal(origin::path(&url)) {
            let message = format_args!(": {char:?} must be percent-encoded");
            faults.push(Fault::at(FaultKind::PercentEncoding, Place::Path, message));
        }
        let Some(route) = route else {
            return Verdict { operation: None, faults };
        };
        let in_query = |name: &str| Place::Query(name.to_owned());
        let mut pairs = pairs::parse(query.unwrap_or_default(), in_query, &mut faults);
        let parameters = Parameters::of(&route);
        parameters.judge_path(&self.schemas, &route, &mut faults);
        let mut of_credentials = Vec::new();
        Credentials::new(&self.document, &route, &parameters, &self.client_authentication).judge(
            request,
            &mut pairs,
            &mut of_credentials,
        );
        parameters.judge_query(&self.schemas, &mut pairs, &mut faults);
        parameters.judge_headers(&self.schemas, request, &mut faults);
        parameters.judge_cookies(&self.schemas, request, &mut faults);
        faults.append(&mut of_credentials);
        body::judge(&self.schemas, &route, request, &mut faults);
        Verdict { operation: Some(route.name()), faults }
    }

    /// The operation a request means, and what is wrong with server, path and method.
    pub(crate) fn route(&self, request: &Request) -> (Option<Route<'_>>, Vec<Fault>) {
        let url = origin::normal(&request.url().0);
        let aliased: Vec<String> = self
            .aliases
            .iter()
            .filter_map(|(local, server)| Some((server, url.strip_prefix(local.as_str())?)))
            .filter(|(_, rest)| rest.starts_with('/'))
            .map(|(server, rest)| format!("{server}{rest}"))
            .collect();
        let urls = if aliased.is_empty() { vec![url] } else { aliased };
        route::find(&self.document, &self.servers, &urls, &request.method)
    }
}
