//! A small API in the shape of generated code.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap as _};

use crate::{
    ClientSecret,
    authorization::AuthorizationAttempt,
    body::Body,
    client::Client,
    discovery::{ResourceMetadata, ServerMetadata},
    error::Error,
    extra::Extra,
    multipart::Multipart,
    open_enum::open_enum,
    operation::{Encoding, Operation, Pagination, RetryClass, Scheme, StatusRange},
    page::Page,
    parameter::{Cookie, Delimiter, Header, Query},
    product,
    redirect::Redirect,
    request::Request,
    response::BufferedResponse,
    secret::secret,
    timestamp::Timestamp,
    token_set::{AccessToken, RefreshToken},
    union::{UnknownVariant, try_variants},
    wire::{Wire, Wired, wire_as_serialize},
};
use http::Method;

const BEARER: &[&[Scheme]] = &[&[Scheme::Bearer { name: "bearerAuth" }]];
const CLIENT: &[&[Scheme]] = &[&[Scheme::ClientAuth { name: "oauthClientAuth" }]];

const FORM: &[Encoding] = &[Encoding::Form, Encoding::Json];
const JSON: &[Encoding] = &[Encoding::Json];

/// An operation that is answered with 200 and JSON.
const fn operation(
    id: &'static str,
    method: Method,
    path: &'static str,
    security: &'static [&'static [Scheme]],
    retry: RetryClass,
    bodies: &'static [Encoding],
) -> Operation {
    let (accept, success) = ("application/json", &[StatusRange::Code(200)]);
    Operation { id, method, path, server: None, security, retry, accept, success, bodies, pagination: None }
}

const fn get(id: &'static str, path: &'static str, security: &'static [&'static [Scheme]]) -> Operation {
    operation(id, Method::GET, path, security, RetryClass::Safe, &[])
}

static METADATA: Operation = {
    let mut metadata = get("GetMetadata", "/.well-known/oauth-authorization-server", &[]);
    metadata.server = Some("https://api.example.com");
    metadata
};
static JWKS: Operation = get("GetJWKS", "/oauth/jwks", &[]);
static AUTHORIZE: Operation = {
    let mut authorize = get("Authorize", "/oauth/authorize", &[]);
    authorize.accept = "";
    authorize.success = &[StatusRange::Code(200), StatusRange::Class(3)];
    authorize
};
static CONSENT: Operation = get("GetConsent", "/oauth/consent/{consent_token}", BEARER);
static INTROSPECT: Operation =
    operation("Introspect", Method::POST, "/oauth/introspect", CLIENT, RetryClass::Safe, FORM);
static TOKEN: Operation = operation(
    "ExchangeToken",
    Method::POST,
    "/oauth/token",
    &[&[Scheme::ClientAuth { name: "oauthClientAuth" }], &[]],
    RetryClass::SingleUse,
    FORM,
);
static REGISTER: Operation = operation("Register", Method::POST, "/oauth/register", &[], RetryClass::Once, JSON);
static LIST: Operation = {
    let mut list = get("ListClients", "/oauth_clients", BEARER);
    list.pagination = Some(Pagination { number: "page[number]", first: 1 });
    list
};
static RETRIEVE: Operation = get("GetClient", "/oauth_clients/{id}", BEARER);
static DELETE: Operation =
    operation("DeleteClient", Method::DELETE, "/oauth_clients/{id}", BEARER, RetryClass::Idempotent, &[]);
static CREATE: Operation = operation("CreateClient", Method::POST, "/oauth_clients", BEARER, RetryClass::Once, JSON);
static DOWNLOAD: Operation = get("Download", "/files/{id}/content", BEARER);
static UPLOAD: Operation = operation("Upload", Method::POST, "/files", BEARER, RetryClass::Idempotent, &[]);
static KEYED: Operation = get(
    "Keyed",
    "/keyed",
    &[&[
        Scheme::ApiKeyHeader { name: "header", header: "X-Key" },
        Scheme::ApiKeyQuery { name: "query", parameter: "key" },
        Scheme::ApiKeyCookie { name: "cookie", cookie: "key" },
    ]],
);
static LOGIN: Operation = get("Login", "/login", &[&[Scheme::Basic { name: "basicAuth" }]]);

#[derive(Clone, Copy, Debug)]
pub(super) struct Api<'a>(&'a Client);

impl Client {
    pub(super) fn with_server(&self, metadata: &ServerDescription) -> Result<Self, Error> {
        crate::discovery::with_server(self, metadata)
    }

    pub(super) fn api(&self) -> Api<'_> {
        Api(self)
    }
}

impl Api<'_> {
    pub(super) fn metadata(&self) -> Request<Extra> {
        Request::new(self.0, &METADATA, BufferedResponse::json)
    }

    pub(super) fn jwks(&self) -> Request<JwkSet> {
        Request::new(self.0, &JWKS, BufferedResponse::json)
    }

    pub(super) fn authorize(&self, client_id: &str, redirect_uri: &str) -> Request<Authorized> {
        Request::new(self.0, &AUTHORIZE, |response| match response.status().as_u16() {
            200 => response.text().map(Authorized::Page),
            302 => response.redirect().map(Authorized::Redirect),
            _ => Err(response.unexpected()),
        })
        .parameter(Query("client_id"), Some(client_id))
        .parameter(Query("redirect_uri"), Some(redirect_uri))
    }

    pub(super) fn authorize_url(&self, client_id: &str, redirect_uri: &str) -> Result<AuthorizationAttempt, Error> {
        AuthorizationAttempt::new(self.authorize(client_id, redirect_uri))
    }

    pub(super) fn consent(&self, token: impl Into<ConsentToken>) -> Request<Extra> {
        Request::new(self.0, &CONSENT, |response| response.json_member("data")).path("consent_token", &token.into())
    }

    pub(super) fn introspect(&self, token: impl Into<AccessToken>) -> Request<Introspection> {
        Request::new(self.0, &INTROSPECT, BufferedResponse::json).body(Introspect { token: token.into() })
    }

    pub(super) fn token(&self, request: TokenRequest) -> Request<TokenResponse> {
        let class = match request.grant_type {
            GrantType::ClientCredentials => RetryClass::Safe,
            _ => RetryClass::SingleUse,
        };
        let needs_client = matches!(request.grant_type, GrantType::ClientCredentials);
        let request = Request::new(self.0, &TOKEN, BufferedResponse::json).body(request);
        request.retry_class(class).credential_required(needs_client)
    }

    pub(super) fn exchange_code(&self, attempt: &AuthorizationAttempt, code: &str) -> Request<TokenResponse> {
        let (redirect_uri, verifier) = (attempt.redirect_uri().unwrap_or_default(), attempt.code_verifier());
        attempt.exchange(self.token(TokenRequest::authorization_code(code, redirect_uri, verifier.expose())))
    }

    pub(super) fn register(&self, name: &str) -> Request<RegisteredClient> {
        Request::new(self.0, &REGISTER, BufferedResponse::json).body(NewClient { name: name.to_owned() })
    }

    pub(super) fn list(&self, params: ListClients) -> Request<Page<ApiClient>> {
        let request = Request::new(self.0, &LIST, |response| {
            let body: ListResponse = response.json()?;
            let meta = body.meta.unwrap_or_default();
            Ok(Page::new(body.data.unwrap_or_default())
                .number(meta.page_number)
                .total_pages(meta.total_pages)
                .size(meta.page_size)
                .total_items(meta.total_results))
        });
        params.apply(request)
    }

    pub(super) fn retrieve(&self, id: impl AsRef<str>) -> Request<ApiClient> {
        Request::new(self.0, &RETRIEVE, |response| response.json_member("data")).path("id", id.as_ref())
    }

    pub(super) fn delete(&self, id: impl AsRef<str>) -> Request<()> {
        Request::new(self.0, &DELETE, BufferedResponse::nothing).path("id", id.as_ref())
    }

    pub(super) fn create(&self, name: &str) -> Request<ApiClient> {
        Request::new(self.0, &CREATE, |response| response.json_member("data")).body(NewClient { name: name.to_owned() })
    }

    pub(super) fn download(&self, id: &str) -> Request<Body> {
        Request::streaming(self.0, &DOWNLOAD).path("id", id)
    }

    pub(super) fn upload(&self, content: impl Into<Body>) -> Request<()> {
        Request::new(self.0, &UPLOAD, BufferedResponse::nothing).raw_body("application/octet-stream", content)
    }

    pub(super) fn upload_parts(&self, parts: Multipart) -> Request<()> {
        Request::new(self.0, &UPLOAD, BufferedResponse::nothing).multipart(parts)
    }

    pub(super) fn keyed(&self) -> Request<()> {
        Request::new(self.0, &KEYED, BufferedResponse::nothing)
    }

    pub(super) fn login(&self) -> Request<()> {
        Request::new(self.0, &LOGIN, BufferedResponse::nothing)
    }
}

secret! {
    /// A consent token.
    pub struct ConsentToken;
}

open_enum! {
    /// A grant.
    pub enum GrantType {
        /// Of the client itself.
        ClientCredentials = "client_credentials",
        /// Of a user.
        AuthorizationCode = "authorization_code",
        /// Of a user, again.
        RefreshToken = "refresh_token",
    }
}

open_enum! {
    /// The kind of a token.
    pub ignore_case enum TokenType {
        /// Whoever bears it may use it.
        Bearer = "Bearer",
    }
}

#[derive(Debug)]
pub(super) enum Authorized {
    Page(String),
    Redirect(Redirect),
}

#[derive(Clone, Debug)]
pub(super) struct TokenRequest {
    pub(super) grant_type: GrantType,
    pub(super) code: Option<crate::AuthorizationCode>,
    pub(super) redirect_uri: Option<String>,
    pub(super) code_verifier: Option<crate::CodeVerifier>,
    pub(super) refresh_token: Option<RefreshToken>,
    pub(super) client_secret: Option<ClientSecret>,
    pub(super) scope: Option<String>,
}

impl TokenRequest {
    fn of(grant_type: GrantType) -> Self {
        Self {
            grant_type,
            code: None,
            redirect_uri: None,
            code_verifier: None,
            refresh_token: None,
            client_secret: None,
            scope: None,
        }
    }

    pub(super) fn client_credentials() -> Self {
        Self::of(GrantType::ClientCredentials)
    }

    pub(super) fn authorization_code(code: &str, redirect_uri: &str, verifier: &str) -> Self {
        Self {
            code: Some(code.into()),
            redirect_uri: Some(redirect_uri.to_owned()),
            code_verifier: Some(verifier.into()),
            ..Self::of(GrantType::AuthorizationCode)
        }
    }

    pub(super) fn refresh_token(token: &str) -> Self {
        Self { refresh_token: Some(token.into()), ..Self::of(GrantType::RefreshToken) }
    }
}

impl Wire for TokenRequest {
    const SECRET: bool = true;

    fn wire<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("grant_type", &Wired(&self.grant_type))?;
        if let Some(value) = &self.code {
            object.serialize_entry("code", &Wired(value))?;
        }
        if let Some(value) = &self.redirect_uri {
            object.serialize_entry("redirect_uri", &Wired(value))?;
        }
        if let Some(value) = &self.code_verifier {
            object.serialize_entry("code_verifier", &Wired(value))?;
        }
        if let Some(value) = &self.refresh_token {
            object.serialize_entry("refresh_token", &Wired(value))?;
        }
        if let Some(value) = &self.client_secret {
            object.serialize_entry("client_secret", &Wired(value))?;
        }
        if let Some(value) = &self.scope {
            object.serialize_entry("scope", &Wired(value))?;
        }
        object.end()
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct TokenResponse {
    pub(super) access_token: AccessToken,
    pub(super) token_type: TokenType,
    #[serde(default)]
    pub(super) refresh_token: Option<RefreshToken>,
    #[serde(flatten)]
    pub(super) extra: Extra,
}

struct Introspect {
    token: AccessToken,
}

impl Wire for Introspect {
    const SECRET: bool = true;

    fn wire<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("token", &Wired(&self.token))?;
        object.end()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Introspection {
    pub(super) active: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) aud: Option<Audience>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) exp: Option<Timestamp>,
    #[serde(flatten)]
    pub(super) extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Audience {
    One(String),
    Many(Vec<String>),
    Unknown(UnknownVariant),
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        try_variants!(value; One, Many)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct JwkSet {
    pub(super) keys: Vec<Jwk>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Jwk {
    pub(super) kty: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) n: Option<String>,
    #[serde(flatten)]
    pub(super) extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct NewClient {
    pub(super) name: String,
}

wire_as_serialize!(NewClient);

#[derive(Clone, Debug, Deserialize)]
pub(super) struct ResourceDescription {
    pub(super) resource: String,
    #[serde(default)]
    authorization_servers: Vec<String>,
}

impl ResourceMetadata for ResourceDescription {
    fn resource(&self) -> &str {
        &self.resource
    }

    fn authorization_servers(&self) -> &[String] {
        &self.authorization_servers
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct ServerDescription {
    pub(super) issuer: String,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    introspection_endpoint: Option<String>,
    registration_endpoint: Option<String>,
    jwks_uri: Option<String>,
    authorization_response_iss_parameter_supported: Option<bool>,
}

impl ServerMetadata for ServerDescription {
    fn issuer(&self) -> &str {
        &self.issuer
    }

    fn endpoints(&self) -> Vec<(&'static Operation, Option<&str>)> {
        vec![
            (&AUTHORIZE, self.authorization_endpoint.as_deref()),
            (&TOKEN, self.token_endpoint.as_deref()),
            (&INTROSPECT, self.introspection_endpoint.as_deref()),
            (&REGISTER, self.registration_endpoint.as_deref()),
            (&JWKS, self.jwks_uri.as_deref()),
            (product::KEYS_OPERATION, self.jwks_uri.as_deref()),
        ]
        .into_iter()
        .chain(product::TOKEN_OPERATION.map(|operation| (operation, self.token_endpoint.as_deref())))
        .collect()
    }

    fn names_itself(&self) -> bool {
        self.authorization_response_iss_parameter_supported == Some(true)
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct RegisteredClient {
    pub(super) client_id: String,
    pub(super) client_secret: Option<ClientSecret>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ApiClient {
    pub(super) client_id: String,
}

#[derive(Deserialize)]
struct ListResponse {
    data: Option<Vec<ApiClient>>,
    meta: Option<Meta>,
}

#[derive(Default, Deserialize)]
struct Meta {
    page_number: Option<i64>,
    total_pages: Option<i64>,
    page_size: Option<i64>,
    total_results: Option<i64>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct ListClients {
    pub(super) page_size: Option<i64>,
    pub(super) page_number: Option<i64>,
    pub(super) name_contains: Option<String>,
    pub(super) ids: Option<Vec<String>>,
    pub(super) trace: Option<String>,
    pub(super) session: Option<ConsentToken>,
}

impl ListClients {
    fn apply<T>(self, request: Request<T>) -> Request<T> {
        request
            .parameter(Query("page[size]"), self.page_size.as_ref())
            .parameter(Query("page[number]"), self.page_number.as_ref())
            .parameter(Query("filter[name][contains]"), self.name_contains.as_ref())
            .parameter(Query("ids").delimited(Delimiter::Comma), self.ids.as_ref())
            .parameter(Header("X-Trace"), self.trace.as_ref())
            .parameter(Cookie("session"), self.session.as_ref())
    }
}
