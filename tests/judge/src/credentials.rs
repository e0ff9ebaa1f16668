//! Credentials: what the security requirements want against what the request presents (OpenAPI 3.1, 4.8.27, 4.8.30).

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use serde_json::Value;

use crate::document::{Document, Node};
use crate::fault::{Fault, FaultKind, Place};
use crate::media::MediaType;
use crate::pairs::Pair;
use crate::parameters::Parameters;
use crate::percent;
use crate::request::Request;
use crate::route::Route;

/// Headers that hold a credential whatever the document says of them.
const SECRET_HEADERS: [&str; 8] = [
    "proxy-authorization",
    "x-api-key",
    "api-key",
    "apikey",
    "x-auth-token",
    "x-access-token",
    "x-api-token",
    "x-authorization",
];

/// Query parameters that hold a credential whatever the document says of them.
const SECRET_PARAMETERS: [&str; 6] = ["access_token", "client_secret", "api_key", "apikey", "api-key", "password"];

/// What one security scheme wants.
#[derive(Clone, PartialEq, Eq)]
enum Wanted {
    /// An `Authorization` of this scheme, in lower case.
    Http(String),
    /// A named value in `header`, `query` or `cookie`.
    ApiKey(String, String),
    /// RFC 6749, 2.3.
    Client,
    /// Not visible in a request (`mutualTLS`).
    Invisible,
}

impl Wanted {
    fn read(name: &str, scheme: &Node<'_>, clients: &BTreeSet<String>) -> Option<Self> {
        Some(match scheme.text("type")? {
            "http" => Self::Http(scheme.text("scheme")?.to_ascii_lowercase()),
            "apiKey" => Self::ApiKey(scheme.text("in")?.to_owned(), scheme.text("name")?.to_owned()),
            "oauth2" if clients.contains(name) => Self::Client,
            "oauth2" | "openIdConnect" => Self::Http("bearer".to_owned()),
            "mutualTLS" => Self::Invisible,
            _ => return None,
        })
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(scheme) => write!(f, "HTTP {scheme}"),
            Self::ApiKey(place, name) => write!(f, "{place} `{name}`"),
            Self::Client => f.write_str("client authentication: HTTP basic, or `client_id` in the body"),
            Self::Invisible => f.write_str("mutual TLS"),
        }
    }
}

/// What the request presents.
enum Presented {
    /// An `Authorization` header: the scheme in lower case, and what follows it.
    Authorization(String, String),
    /// A value that a scheme names, or that looks like a credential.
    Named(String, String),
    /// `client_id` or `client_secret` in the body: whether the former is there.
    Client(bool),
}

impl Presented {
    fn fits(&self, wanted: &Wanted) -> bool {
        match (self, wanted) {
            (Self::Authorization(scheme, _), Wanted::Http(wanted)) => scheme == wanted,
            (Self::Authorization(scheme, _), Wanted::Client) => scheme == "basic",
            (Self::Authorization(..), Wanted::ApiKey(place, name)) => {
                place == "header" && name.eq_ignore_ascii_case("authorization")
            }
            (Self::Client(_), Wanted::Client) => true,
            (Self::Named(place, name), Wanted::ApiKey(wanted_place, wanted)) => {
                let same = if place == "header" { name.eq_ignore_ascii_case(wanted) } else { name == wanted };
                place == wanted_place && same
            }
            _ => false,
        }
    }

    fn place(&self) -> Place {
        match self {
            Self::Authorization(..) => Place::Header("authorization".to_owned()),
            Self::Named(place, name) if place == "query" => Place::Query(name.clone()),
            Self::Named(place, name) if place == "cookie" => Place::Cookie(name.clone()),
            Self::Named(_, name) => Place::Header(name.clone()),
            Self::Client(has_id) => Place::Body(if *has_id { "/client_id" } else { "/client_secret" }.to_owned()),
        }
    }

    /// What is wrong with the syntax of a credential of the right scheme.
    fn malformed(&self, wanted: &Wanted) -> Option<&'static str> {
        match (self, wanted) {
            (Self::Authorization(_, token), Wanted::Http(scheme)) if scheme == "bearer" => {
                (!is_token68(token)).then_some("the bearer token is not of the form RFC 6750, 2.1 gives it")
            }
            (Self::Authorization(_, token), Wanted::Http(scheme)) if scheme == "basic" => {
                basic(token).is_none().then_some("HTTP basic is not `user:password` in base64 (RFC 7617)")
            }
            (Self::Authorization(_, token), Wanted::Client) => match basic(token) {
                None => Some("HTTP basic is not `client_id:client_secret` in base64 (RFC 7617)"),
                Some((id, _)) if id.is_empty() => Some("the client identifier is empty"),
                Some((id, secret)) if !is_form_encoded(&id) || !is_form_encoded(&secret) => {
                    Some("client identifier and secret must each be form-encoded (RFC 6749, 2.3.1)")
                }
                Some(_) => None,
            },
            (Self::Client(false), Wanted::Client) => Some("`client_secret` without `client_id` (RFC 6749, 2.3.1)"),
            _ => None,
        }
    }
}

impl fmt::Display for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authorization(scheme, _) => write!(f, "HTTP {scheme}"),
            Self::Named(place, name) => write!(f, "{place} `{name}`"),
            Self::Client(true) => f.write_str("`client_id` in the body"),
            Self::Client(false) => f.write_str("`client_secret` in the body"),
        }
    }
}

/// The security requirements of one operation.
pub(crate) struct Credentials<'a, 'd> {
    parameters: &'a Parameters<'d>,
    /// One of these must hold, all of its members together.
    alternatives: Vec<Vec<(String, Wanted)>>,
    /// Every scheme of the document: a credential of another operation's scheme is a credential too.
    schemes: Vec<Wanted>,
    broken: Vec<String>,
}

impl<'a, 'd> Credentials<'a, 'd> {
    pub(crate) fn new(
        document: &'d Document,
        route: &Route<'d>,
        parameters: &'a Parameters<'d>,
        clients: &BTreeSet<String>,
    ) -> Self {
        let root = document.root();
        let schemes = root.get("components").and_then(|components| components.get("securitySchemes"));
        let (mut alternatives, mut broken) = (Vec::new(), Vec::new());
        let security = route.operation.get("security").or_else(|| root.get("security"));
        for requirement in security.map(|list| list.elements()).unwrap_or_default() {
            let mut alternative = Vec::new();
            for (name, _) in requirement.members() {
                let scheme = schemes.as_ref().and_then(|schemes| schemes.get(name));
                match scheme.and_then(|scheme| Wanted::read(name, &scheme, clients)) {
                    Some(wanted) => alternative.push((name.to_owned(), wanted)),
                    None => broken.push(name.to_owned()),
                }
            }
            alternatives.push(alternative);
        }
        let schemes = schemes.map(|schemes| schemes.members()).unwrap_or_default();
        let schemes = schemes.iter().filter_map(|(name, scheme)| Wanted::read(name, scheme, clients)).collect();
        Self { parameters, alternatives, schemes, broken }
    }

    /// Judges what the request presents, and marks the pairs of the query that it accounts for.
    pub(crate) fn judge(&self, request: &Request, query: &mut [Pair], faults: &mut Vec<Fault>) {
        for name in &self.broken {
            let message = format!("the document has no readable security scheme `{name}`");
            faults.push(Fault::new(FaultKind::Document, Place::Header("authorization".to_owned()), message));
        }
        self.in_url(request, query, faults);
        let presented = self.presented(request, query);
        let fitting = self.alternatives.iter().filter_map(|wanted| Some((wanted, fit(wanted, &presented)?)));
        let Some((wanted, used)) = fitting.max_by_key(|(_, used)| used.len()) else {
            if self.alternatives.is_empty() {
                self.leftover(&[], &presented, &[], faults);
            } else {
                self.unsatisfied(&presented, faults);
            }
            return;
        };
        for (index, (_, wanted)) in used.iter().zip(wanted.iter().filter(|(_, wanted)| *wanted != Wanted::Invisible)) {
            if let Some(presented) = presented.get(*index)
                && let Some(message) = presented.malformed(wanted)
            {
                faults.push(Fault::new(FaultKind::MalformedCredentials, presented.place(), message));
            }
        }
        self.leftover(wanted, &presented, &used, faults);
    }

    fn wants_client(&self) -> bool {
        self.alternatives.iter().flatten().any(|(_, wanted)| *wanted == Wanted::Client)
    }

    /// RFC 6749, 2.3.1 and RFC 6750, 2.3: no credentials in the URL, unless the document declares them there.
    fn in_url(&self, request: &Request, query: &mut [Pair], faults: &mut Vec<Fault>) {
        if request.authority.contains('@') {
            let message = "credentials stand before the host";
            faults.push(Fault::new(FaultKind::CredentialsInUrl, Place::Server, message));
        }
        for pair in query {
            let is_secret = SECRET_PARAMETERS.contains(&pair.name.to_ascii_lowercase().as_str())
                || (pair.name == "client_id" && self.wants_client());
            if is_secret && !self.parameters.declares("query", &pair.name) && !self.names("query", &pair.name) {
                pair.used = true;
                let place = Place::Query(pair.name.clone());
                faults.push(Fault::at(FaultKind::CredentialsInUrl, place, " puts credentials in the URL"));
            }
        }
    }

    /// Whether a scheme of the document has its key there.
    fn names(&self, place: &str, name: &str) -> bool {
        let presented = Presented::Named(place.to_owned(), name.to_owned());
        self.schemes.iter().any(|scheme| presented.fits(scheme))
    }

    fn presented(&self, request: &Request, query: &mut [Pair]) -> Vec<Presented> {
        let mut presented = Vec::new();
        for value in request.values("authorization") {
            let (scheme, rest) = value.split_once(' ').unwrap_or((&value, ""));
            presented.push(Presented::Authorization(scheme.to_ascii_lowercase(), rest.trim().to_owned()));
        }
        for (name, _) in &request.headers {
            let name = name.to_ascii_lowercase();
            let is_secret = SECRET_HEADERS.contains(&name.as_str()) || self.names("header", &name);
            if is_secret && name != "authorization" && !self.parameters.declares("header", &name) {
                presented.push(Presented::Named("header".to_owned(), name));
            }
        }
        for pair in query.iter_mut().filter(|pair| !pair.used) {
            if self.names("query", &pair.name) && !self.parameters.declares("query", &pair.name) {
                pair.used = true;
                presented.push(Presented::Named("query".to_owned(), pair.name.clone()));
            }
        }
        for (name, _) in request.cookies() {
            if !self.parameters.declares("cookie", &name) {
                presented.push(Presented::Named("cookie".to_owned(), name));
            }
        }
        if self.wants_client() {
            let (has_id, has_secret) = client_in_body(request);
            if has_id || has_secret {
                presented.push(Presented::Client(has_id));
            }
        }
        presented
    }

    /// No alternative holds.
    fn unsatisfied(&self, presented: &[Presented], faults: &mut Vec<Fault>) {
        let wanted: Vec<String> = self.alternatives.iter().map(|alternative| shown(alternative)).collect();
        let wanted = wanted.join(", or ");
        match presented.first() {
            None => {
                let place = Place::Header("authorization".to_owned());
                let message = format!("credentials are missing; the operation wants {wanted}");
                faults.push(Fault::new(FaultKind::MissingCredentials, place, message));
            }
            Some(first) => {
                let shown: Vec<String> = presented.iter().map(ToString::to_string).collect();
                let message = format!("the request presents {}; the operation wants {wanted}", shown.join(" and "));
                faults.push(Fault::new(FaultKind::WrongCredentials, first.place(), message));
            }
        }
    }

    /// What is presented beyond the alternative that holds.
    fn leftover(&self, wanted: &[(String, Wanted)], presented: &[Presented], used: &[usize], faults: &mut Vec<Fault>) {
        for (_, extra) in presented.iter().enumerate().filter(|(index, _)| !used.contains(index)) {
            let others: Vec<String> =
                self.alternatives.iter().filter(|other| !other.is_empty()).map(|other| shown(other)).collect();
            let (kind, message) = if others.is_empty() {
                (FaultKind::UnexpectedCredentials, format!("{extra} is presented; the operation wants no credentials"))
            } else if wanted.is_empty() {
                let others = others.join(", or ");
                (FaultKind::WrongCredentials, format!("{extra} is presented; the operation wants {others}, or none"))
            } else {
                let wanted = shown(wanted);
                (FaultKind::SeveralCredentials, format!("{extra} is presented beside {wanted}; one is to be sent"))
            };
            faults.push(Fault::new(kind, extra.place(), message));
        }
    }
}

/// The index of what is presented for each member that can be seen; `None` if one is not presented.
fn fit(wanted: &[(String, Wanted)], presented: &[Presented]) -> Option<Vec<usize>> {
    let mut used = Vec::new();
    for (_, wanted) in wanted.iter().filter(|(_, wanted)| *wanted != Wanted::Invisible) {
        let index = (0..presented.len())
            .find(|index| !used.contains(index) && presented.get(*index).is_some_and(|it| it.fits(wanted)))?;
        used.push(index);
    }
    Some(used)
}

fn shown(alternative: &[(String, Wanted)]) -> String {
    let members: Vec<String> = alternative.iter().map(|(name, wanted)| format!("{name} ({wanted})")).collect();
    if members.is_empty() { "none".to_owned() } else { members.join(" and ") }
}

/// Whether the body, form or JSON, holds `client_id` and `client_secret`.
fn client_in_body(request: &Request) -> (bool, bool) {
    let media_type = request.values("content-type").first().and_then(|value| MediaType::parse(value));
    let names: Vec<String> = match media_type {
        Some(media_type) if media_type.is_json() => match serde_json::from_slice(&request.body) {
            Ok(Value::Object(members)) => members.keys().cloned().collect(),
            _ => Vec::new(),
        },
        Some(media_type) if media_type.is("application/x-www-form-urlencoded") => {
            let text = String::from_utf8_lossy(&request.body);
            text.split('&').filter_map(|pair| percent::decode_form(pair.split('=').next()?).ok()).collect()
        }
        _ => Vec::new(),
    };
    let has = |name: &str| names.iter().any(|other| other == name);
    (has("client_id"), has("client_secret"))
}

fn is_token68(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    !body.is_empty() && body.chars().all(|char| char.is_ascii_alphanumeric() || "-._~+/".contains(char))
}

fn basic(token: &str) -> Option<(String, String)> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(token).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()))
}

/// Text as `application/x-www-form-urlencoded` writes it; `~` passes, encoders differ on it.
fn is_form_encoded(text: &str) -> bool {
    text.chars().all(|char| char.is_ascii_alphanumeric() || "*-._+%~".contains(char))
        && percent::decode_form(text).is_ok()
}
