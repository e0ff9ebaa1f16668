//! The authorization code flow up to its tokens, for tests of what comes after.

use telnyx_oauth::types::{AuthorizationCodeGrant, AuthorizeOAuth, TokenRequest, TokenResponse};
use telnyx_oauth::{AuthorizationAttempt, Client, RefreshToken};

use crate::browser::{Browser, Consent};

/// The redirect URI of the confidential client; its query must survive.
pub const WEB_REDIRECT: &str = "http://127.0.0.1/callback?keep=a%20b";
/// The redirect URI of the public client: the port is not part of what is registered (RFC 8252 section 7.3).
pub const DESKTOP_REDIRECT: &str = "http://127.0.0.1:49152/callback";

/// An attempt of the user to authorize the client `id`.
pub fn begin(client: &Client, id: &str, redirect: &str) -> AuthorizationAttempt {
    let request = AuthorizeOAuth::new(id, redirect).scope("admin read");
    client.oauth().authorize_url(request).expect("the URL can be built")
}

/// The code the user's consent gives to the attempt, ready to be exchanged.
pub async fn consent(attempt: &mut AuthorizationAttempt) -> AuthorizationCodeGrant {
    let callback = Browser::new().authorize(attempt.url(), Consent::Given).await;
    let code = attempt.accept_callback(&callback).expect("the callback answers the attempt");
    let redirect = attempt.redirect_uri().expect("the attempt has a redirect URI");
    TokenRequest::authorization_code(code, attempt.code_verifier(), redirect)
}

/// The code of the client `id`, ready to be exchanged.
pub async fn code(client: &Client, id: &str, redirect: &str) -> AuthorizationCodeGrant {
    consent(&mut begin(client, id, redirect)).await
}

/// Tokens of a user for the client `id`.
pub async fn tokens(client: &Client, id: &str, redirect: &str) -> TokenResponse {
    let code = code(client, id, redirect).await;
    client.oauth().token(code).await.expect("the code is good")
}

/// The refresh token of an answer.
pub fn refresh_token(tokens: &TokenResponse) -> &RefreshToken {
    tokens.refresh_token.as_ref().expect("the server gives a refresh token")
}
