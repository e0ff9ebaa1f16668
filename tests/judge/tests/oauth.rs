//! The published curl samples of the OAuth product, written as requests, against the document they are for.

use std::path::Path;

use judge::FaultKind::{
    InvalidParameter, MissingBody, MissingParameter, Placeholder, UnexpectedCredentials, WrongCredentials, WrongServer,
};
use judge::{Document, FaultKind, Judge, Request};

/// The document, if the folder with the upstream history lies beside the workspace.
fn document() -> Option<Document> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/upstream/history/oauth-2026-07-16.yml");
    if !path.exists() {
        println!("skipped: ../shared/upstream/history/oauth-2026-07-16.yml is not beside the workspace");
        return None;
    }
    Some(Document::load(path).unwrap())
}

fn with_key(method: &str, path: &str) -> Request {
    Request::new(method, &format!("https://api.telnyx.com/v2{path}")).header("Authorization", "Bearer KEY0123456789")
}

fn with_json(method: &str, path: &str, body: &str) -> Request {
    with_key(method, path).body("application/json", body)
}

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";
const TOKEN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.example";

/// Operation, request as the sample sends it, faults.
fn samples() -> Vec<(&'static str, Request, Vec<FaultKind>)> {
    let client = format!("/oauth_clients/{ID}");
    let grant = format!("/oauth_grants/{ID}");
    let consent = format!(r#"{{"allowed": true, "consent_token": "{TOKEN}"}}"#);
    let introspect = format!(r#"{{"token": "{TOKEN}"}}"#);
    let create = r#"{"name": "My OAuth client", "allowed_scopes": ["admin"], "client_type": "public",
        "allowed_grant_types": ["client_credentials"]}"#;
    vec![
        (
            "GetOAuthAuthorizationServerMetadata",
            with_key("GET", "/.well-known/oauth-authorization-server"),
            vec![WrongServer, UnexpectedCredentials],
        ),
        (
            "GetOAuthProtectedResourceMetadata",
            with_key("GET", "/.well-known/oauth-protected-resource"),
            vec![WrongServer, UnexpectedCredentials],
        ),
        (
            "AuthorizeOAuth",
            with_key("GET", "/oauth/authorize?scope=admin"),
            vec![MissingParameter, MissingParameter, MissingParameter, UnexpectedCredentials],
        ),
        ("GetOAuthConsentToken", with_key("GET", "/oauth/consent/{consent_token}"), vec![Placeholder]),
        ("CreateOAuthGrant", with_json("POST", "/oauth/grants", &consent), vec![]),
        ("IntrospectOAuthToken", with_json("POST", "/oauth/introspect", &introspect), vec![WrongCredentials]),
        ("GetOAuthJWKS", with_key("GET", "/oauth/jwks"), vec![UnexpectedCredentials]),
        ("RegisterOAuthClient", with_json("POST", "/oauth/register", ""), vec![UnexpectedCredentials, MissingBody]),
        (
            "ExchangeOAuthToken",
            with_json("POST", "/oauth/token", r#"{"grant_type": "client_credentials"}"#),
            vec![WrongCredentials],
        ),
        ("ListOAuthClients", with_key("GET", "/oauth_clients"), vec![]),
        ("CreateOAuthClient", with_json("POST", "/oauth_clients", create), vec![]),
        ("GetOAuthClient", with_key("GET", &client), vec![]),
        ("UpdateOAuthClient", with_json("PUT", &client, ""), vec![MissingBody]),
        ("DeleteOAuthClient", with_key("DELETE", &client), vec![]),
        ("ListOAuthGrants", with_key("GET", "/oauth_grants"), vec![]),
        ("GetOAuthGrant", with_key("GET", &grant), vec![]),
        ("RevokeOAuthGrant", with_key("DELETE", &grant), vec![]),
    ]
}

#[test]
fn of_the_published_curl_samples_8_of_17_are_right() {
    let Some(document) = document() else { return };
    let judge = Judge::new(document).client_authentication("oauthClientAuth");
    let samples = samples();
    assert_eq!(samples.len(), 17);
    let mut right = 0;
    for (operation, request, kinds) in samples {
        let verdict = judge.judge(&request);
        assert_eq!(verdict.operation.as_deref(), Some(operation));
        assert_eq!(verdict.kinds(), kinds, "{operation}: {:#?}", verdict.faults);
        right += usize::from(verdict.is_right());
    }
    assert_eq!(right, 8);
}

#[test]
fn braces_that_curl_took_away_are_still_a_placeholder() {
    let Some(document) = document() else { return };
    let verdict = Judge::new(document).judge(&with_key("GET", "/oauth/consent/consent_token"));
    assert_eq!(verdict.kinds(), [Placeholder]);
}

#[test]
fn messages_name_the_place_and_the_way_out() {
    let Some(document) = document() else { return };
    let judge = Judge::new(document).client_authentication("oauthClientAuth");
    let first = |request: &Request| judge.judge(request).faults.first().map(ToString::to_string).unwrap_or_default();
    assert_eq!(
        first(&with_key("GET", "/.well-known/oauth-protected-resource")),
        "no such path on server https://api.telnyx.com/v2; the operation lives on https://api.telnyx.com"
    );
    assert_eq!(first(&with_key("GET", "/oauth/authorize")), "query parameter `response_type` is required");
    assert_eq!(
        first(&with_json("POST", "/oauth/introspect", r#"{"token": "t"}"#)),
        "the request presents HTTP bearer; the operation wants oauthClientAuth (client authentication: HTTP basic, or \
         `client_id` in the body)"
    );
}

#[test]
fn right_requests_are_right() {
    let Some(document) = document() else { return };
    let judge = Judge::new(document).client_authentication("oauthClientAuth");
    let url = |path: &str| format!("https://api.telnyx.com{path}");
    let form = "application/x-www-form-urlencoded";
    for request in [
        Request::new("GET", &url("/.well-known/oauth-authorization-server")),
        Request::new(
            "GET",
            &url(
                "/v2/oauth/authorize?response_type=code&client_id=a&redirect_uri=https%3A%2F%2Fa.example%2Fcb&scope=a+b",
            ),
        ),
        Request::new("POST", &url("/v2/oauth/introspect"))
            .header("authorization", "Basic YWJjOmRlZg==")
            .body(form, "token=abc"),
        Request::new("POST", &url("/v2/oauth/token"))
            .body(form, "grant_type=client_credentials&client_id=a&client_secret=b"),
        Request::new("POST", &url("/v2/oauth/token")).body(form, "grant_type=refresh_token&refresh_token=r"),
        Request::new("POST", &url("/v2/oauth/register")).body("application/json; charset=utf-8", "{}"),
        with_key("GET", "/oauth_clients?page%5Bsize%5D=5&filter[name][contains]=x&filter[verified]=true"),
    ] {
        let verdict = judge.judge(&request);
        assert!(verdict.is_right(), "{request:?}: {:#?}", verdict.faults);
    }
}

#[test]
fn identifiers_must_be_uuids() {
    let Some(document) = document() else { return };
    let verdict = Judge::new(document).judge(&with_key("DELETE", "/oauth_grants/1"));
    assert_eq!(verdict.kinds(), [InvalidParameter]);
}
