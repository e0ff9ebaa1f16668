//! A sample of what the generator writes for a product.

use crate::{
    client_auth,
    credentials::{self, Credentials},
    operation::{Operation, Scheme},
};

/// The name in `User-Agent`.
pub(crate) const NAME: &str = "sample";
/// The version in `User-Agent`.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The server of the document.
pub(crate) const BASE_URL: &str = "https://api.example.com/v2";
/// The security of the whole document: what untyped requests are given.
pub(crate) const SECURITY: &[&[Scheme]] = &[&[Scheme::Bearer { name: "bearerAuth" }]];

/// The security schemes of the document.
pub(crate) const SECURITY_SCHEMES: &[Scheme] =
    &[Scheme::Bearer { name: "bearerAuth" }, Scheme::ClientAuth { name: "clientAuth" }];

/// The variable that overrides the server.
pub(crate) const ENV_BASE_URL: &str = "SAMPLE_BASE_URL";
/// The variable that holds the API key.
pub(crate) const ENV_API_KEY: &str = "SAMPLE_API_KEY";
/// The variable that holds the client identifier.
pub(crate) const ENV_CLIENT_ID: &str = "SAMPLE_CLIENT_ID";
/// The variable that holds the client secret.
pub(crate) const ENV_CLIENT_SECRET: &str = "SAMPLE_CLIENT_SECRET";
/// How credentials are read from the environment: one entry for each kind the product has.
pub(crate) const CREDENTIALS_FROM_ENV: &[fn(Credentials) -> Credentials] =
    &[credentials::from_env, client_auth::from_env];

/// The operation that managed tokens come from.
pub(crate) const TOKEN_OPERATION: Option<&'static Operation> = Some(&TOKEN);

/// The operation that the keys of the authorization server come from.
pub(crate) const KEYS_OPERATION: &Operation = &KEYS;

static KEYS: Operation = Operation {
    id: "GetKeys",
    method: http::Method::GET,
    path: "/oauth/jwks",
    server: None,
    security: &[],
    retry: crate::operation::RetryClass::Safe,
    accept: "application/json",
    success: &[crate::operation::StatusRange::Code(200)],
    bodies: &[],
    pagination: None,
};

static TOKEN: Operation = Operation {
    id: "ExchangeToken",
    method: http::Method::POST,
    path: "/oauth/token",
    server: None,
    security: &[&[Scheme::ClientAuth { name: "clientAuth" }], &[]],
    retry: crate::operation::RetryClass::SingleUse,
    accept: "application/json",
    success: &[crate::operation::StatusRange::Code(200)],
    bodies: &[crate::operation::Encoding::Form, crate::operation::Encoding::Json],
    pagination: None,
};
