//! Tests of the generated crate against the document it was made from: see `tests/`.

pub mod raw;

/// The example of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;

/// Number 18 of the conformance list: what is wrong does not compile. Each of these is the one before it with one fault.
///
/// # Required arguments cannot be left out
///
/// ```
/// use telnyx_oauth::types::{AuthorizeOAuth, ClientType, CreateOAuthClient, GrantType, TokenRequest};
/// AuthorizeOAuth::new("client", "https://app.example/callback");
/// TokenRequest::authorization_code("code", "verifier", "https://app.example/callback");
/// CreateOAuthClient::new([GrantType::RefreshToken], ["admin"], ClientType::Public, "name");
/// ```
///
/// ```compile_fail
/// use telnyx_oauth::types::AuthorizeOAuth;
/// AuthorizeOAuth::new("client");
/// ```
///
/// ```compile_fail
/// use telnyx_oauth::types::TokenRequest;
/// TokenRequest::authorization_code("code", "verifier");
/// ```
///
/// ```compile_fail
/// use telnyx_oauth::types::{ClientType, CreateOAuthClient, GrantType};
/// CreateOAuthClient::new([GrantType::RefreshToken], ["admin"], ClientType::Public);
/// ```
///
/// # Arguments cannot be swapped, since text is no kind of client and no grant
///
/// ```compile_fail
/// use telnyx_oauth::types::CreateOAuthClient;
/// CreateOAuthClient::new(["admin"], ["refresh_token"], "name", "public");
/// ```
///
/// # A grant takes what belongs to it and nothing else
///
/// ```
/// use telnyx_oauth::types::TokenRequest;
/// TokenRequest::client_credentials().scope("admin");
/// TokenRequest::refresh_token("refresh").scope("admin");
/// ```
///
/// ```compile_fail
/// use telnyx_oauth::types::TokenRequest;
/// TokenRequest::client_credentials().code("code");
/// ```
///
/// ```compile_fail
/// use telnyx_oauth::types::TokenRequest;
/// TokenRequest::authorization_code("code", "verifier", "https://app.example/callback").scope("admin");
/// ```
///
/// ```compile_fail
/// use telnyx_oauth::types::TokenRequest;
/// TokenRequest::refresh_token("refresh").redirect_uri("https://app.example/callback");
/// ```
///
/// # One secret is not taken for another
///
/// ```
/// use telnyx_oauth::{RefreshToken, types::TokenRequest};
/// TokenRequest::refresh_token(RefreshToken::from("refresh"));
/// ```
///
/// ```compile_fail
/// use telnyx_oauth::{AccessToken, types::TokenRequest};
/// TokenRequest::refresh_token(AccessToken::from("access"));
/// ```
///
/// # Secrets are written by nothing but the wire
///
/// ```
/// use telnyx_oauth::{AccessToken, TokenSet, types::{ClientCredentialsGrant, TokenRequest}};
/// serde_json::to_string(&TokenRequest::client_credentials())?;
/// format!("{:?}", AccessToken::from("access"));
/// AccessToken::from("access").ct_eq("access");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// ```compile_fail
/// use telnyx_oauth::AccessToken;
/// serde_json::to_string(&AccessToken::from("access"))?;
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// ```compile_fail
/// use telnyx_oauth::types::TokenRequest;
/// serde_json::to_string(&TokenRequest::refresh_token("refresh"))?;
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// ```compile_fail
/// use telnyx_oauth::TokenSet;
/// serde_json::to_string(&TokenSet::new("access"))?;
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// ```compile_fail
/// use telnyx_oauth::AccessToken;
/// format!("{}", AccessToken::from("access"));
/// ```
///
/// ```compile_fail
/// use telnyx_oauth::AccessToken;
/// let _ = AccessToken::from("access") == AccessToken::from("access");
/// ```
#[cfg(doctest)]
pub struct DoesNotCompile;
