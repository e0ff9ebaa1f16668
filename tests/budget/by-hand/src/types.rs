//! Requests and responses. Times stay text.

use serde::{Deserialize, Serialize};

/// How a client gets tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    ClientCredentials,
    AuthorizationCode,
    RefreshToken,
    /// One that is not known yet.
    #[serde(other)]
    Other,
}

/// Whether a client can keep a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientType {
    Public,
    Confidential,
    /// One that is not known yet.
    #[serde(other)]
    Other,
}

/// The body of a token request.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "grant_type", rename_all = "snake_case")]
pub enum TokenRequest {
    ClientCredentials {
        #[serde(skip_serializing_if = "Option::is_none")]
        scope: Option<String>,
    },
    AuthorizationCode {
        code: String,
        code_verifier: String,
        redirect_uri: String,
    },
    RefreshToken {
        refresh_token: String,
    },
}

/// One or many.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    One(String),
    Many(Vec<String>),
}

/// A page of a list.
#[derive(Clone, Debug, Deserialize)]
pub struct Page<T> {
    pub data: Vec<T>,
    #[serde(default)]
    pub meta: PageMeta,
}

/// Where a page stands.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PageMeta {
    pub page_number: Option<i64>,
    pub page_size: Option<i64>,
    pub total_pages: Option<i64>,
    pub total_results: Option<i64>,
}

/// A client of the account.
#[derive(Clone, Debug, Deserialize)]
pub struct OAuthClient {
    pub allowed_grant_types: Option<Vec<GrantType>>,
    pub allowed_scopes: Option<Vec<String>>,
    pub client_id: String,
    pub client_secret: Option<String>,
    pub client_type: ClientType,
    pub created_at: String,
    pub logo_uri: Option<String>,
    pub name: String,
    pub org_id: String,
    pub policy_uri: Option<String>,
    pub record_type: String,
    pub redirect_uris: Option<Vec<String>>,
    pub require_pkce: bool,
    pub tos_uri: Option<String>,
    pub updated_at: String,
    pub user_id: String,
}

/// A grant of a user to a client.
#[derive(Clone, Debug, Deserialize)]
pub struct OAuthGrant {
    pub client_id: String,
    pub created_at: String,
    pub id: String,
    pub last_used_at: Option<String>,
    pub record_type: String,
    pub scopes: Vec<String>,
}

/// Tokens.
#[derive(Clone, Debug, Deserialize)]
pub struct Token {
    pub access_token: String,
    pub expires_in: i64,
    pub refresh_token: Option<String>,
    pub scope: Option<String>,
    pub token_type: String,
}

/// What a token is good for.
#[derive(Clone, Debug, Deserialize)]
pub struct Introspection {
    pub active: bool,
    pub aud: Option<Audience>,
    pub client_id: Option<String>,
    pub exp: Option<i64>,
    pub iat: Option<i64>,
    pub iss: Option<String>,
    pub jti: Option<String>,
    pub nbf: Option<i64>,
    pub scope: Option<String>,
    pub sub: Option<String>,
    pub token_type: Option<String>,
    pub username: Option<String>,
}

/// A registered client.
#[derive(Clone, Debug, Deserialize)]
pub struct RegisteredClient {
    pub client_id: String,
    pub client_id_issued_at: i64,
    pub client_name: Option<String>,
    pub client_secret: Option<String>,
    pub client_secret_expires_at: Option<i64>,
    pub grant_types: Option<Vec<String>>,
    pub logo_uri: Option<String>,
    pub policy_uri: Option<String>,
    pub redirect_uris: Option<Vec<String>>,
    pub registration_access_token: Option<String>,
    pub registration_client_uri: Option<String>,
    pub response_types: Option<Vec<String>>,
    pub scope: Option<String>,
    pub token_endpoint_auth_method: Option<String>,
    pub tos_uri: Option<String>,
}

/// The keys of the authorization server.
#[derive(Clone, Debug, Deserialize)]
pub struct JwkSet {
    pub keys: Vec<Jwk>,
}

/// A key.
#[derive(Clone, Debug, Deserialize)]
pub struct Jwk {
    pub alg: Option<String>,
    pub crv: Option<String>,
    pub e: Option<String>,
    pub key_ops: Option<Vec<String>>,
    pub kid: Option<String>,
    pub kty: String,
    pub n: Option<String>,
    #[serde(rename = "use")]
    pub use_: Option<String>,
    pub x: Option<String>,
    pub x5c: Option<Vec<String>>,
    pub x5t: Option<String>,
    #[serde(rename = "x5t#S256")]
    pub x5t_s256: Option<String>,
    pub x5u: Option<String>,
    pub y: Option<String>,
}

/// What a user is asked to consent to.
#[derive(Clone, Debug, Deserialize)]
pub struct Consent {
    pub client_id: Option<String>,
    pub logo_uri: Option<String>,
    pub name: Option<String>,
    pub policy_uri: Option<String>,
    pub redirect_uri: Option<String>,
    pub requested_scopes: Option<Vec<RequestedScope>>,
    pub tos_uri: Option<String>,
    pub verified: Option<bool>,
}

/// A scope that is asked for.
#[derive(Clone, Debug, Deserialize)]
pub struct RequestedScope {
    pub description: Option<String>,
    pub id: Option<String>,
    pub name: Option<String>,
}

/// Where the user is sent after consenting.
#[derive(Clone, Debug, Deserialize)]
pub struct GrantRedirect {
    pub redirect_uri: String,
}

/// Endpoints and capabilities of the authorization server.
#[derive(Clone, Debug, Deserialize)]
pub struct AuthorizationServerMetadata {
    pub authorization_endpoint: Option<String>,
    pub authorization_response_iss_parameter_supported: Option<bool>,
    pub code_challenge_methods_supported: Option<Vec<String>>,
    pub grant_types_supported: Option<Vec<String>>,
    pub introspection_endpoint: Option<String>,
    pub introspection_endpoint_auth_methods_supported: Option<Vec<String>>,
    pub issuer: String,
    pub jwks_uri: Option<String>,
    pub registration_endpoint: Option<String>,
    pub response_modes_supported: Option<Vec<String>>,
    pub response_types_supported: Option<Vec<String>>,
    pub revocation_endpoint: Option<String>,
    pub revocation_endpoint_auth_methods_supported: Option<Vec<String>>,
    pub scopes_supported: Option<Vec<String>>,
    pub service_documentation: Option<String>,
    pub token_endpoint: Option<String>,
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// What the resource server says of itself.
#[derive(Clone, Debug, Deserialize)]
pub struct ProtectedResourceMetadata {
    pub authorization_servers: Option<Vec<String>>,
    pub bearer_methods_supported: Option<Vec<String>>,
    pub jwks_uri: Option<String>,
    pub resource: String,
    pub resource_documentation: Option<String>,
    pub resource_name: Option<String>,
    pub scopes_supported: Option<Vec<String>>,
}

/// The query of an authorization request.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Authorize {
    pub response_type: &'static str,
    pub client_id: String,
    pub redirect_uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge_method: Option<String>,
}

/// The answer of a user.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CreateGrant {
    pub allowed: bool,
    pub consent_token: String,
}

/// A client to register.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RegisterClient {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_types: Option<Vec<GrantType>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uris: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_types: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
}

/// A client to create.
#[derive(Clone, Debug, Serialize)]
pub struct CreateClient {
    pub allowed_grant_types: Vec<GrantType>,
    pub allowed_scopes: Vec<String>,
    pub client_type: ClientType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uris: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_pkce: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
}

/// What to change of a client.
#[derive(Clone, Debug, Default, Serialize)]
pub struct UpdateClient {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_grant_types: Option<Vec<GrantType>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_scopes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uris: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_pkce: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
}

/// Which clients to list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListClients {
    #[serde(rename = "page[size]", skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
    #[serde(rename = "page[number]", skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    #[serde(rename = "filter[client_type]", skip_serializing_if = "Option::is_none")]
    pub filter_client_type: Option<ClientType>,
    #[serde(rename = "filter[verified]", skip_serializing_if = "Option::is_none")]
    pub filter_verified: Option<bool>,
    #[serde(rename = "filter[allowed_grant_types][contains]", skip_serializing_if = "Option::is_none")]
    pub filter_grant_type: Option<GrantType>,
    #[serde(rename = "filter[name]", skip_serializing_if = "Option::is_none")]
    pub filter_name: Option<String>,
    #[serde(rename = "filter[name][contains]", skip_serializing_if = "Option::is_none")]
    pub filter_name_contains: Option<String>,
    #[serde(rename = "filter[client_id]", skip_serializing_if = "Option::is_none")]
    pub filter_client_id: Option<String>,
}

/// Which grants to list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListGrants {
    #[serde(rename = "page[size]", skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
    #[serde(rename = "page[number]", skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
}
