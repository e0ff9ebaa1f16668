//! The flows from their first to their last step, over a socket.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use base64::Engine as _;
use serde_json::{Value, json};

use super::random::challenge;
use super::*;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const REDIRECT: &str = "https://example.com/callback";
const FORM: &str = "application/x-www-form-urlencoded";

struct Answer {
    status: u16,
    location: Option<String>,
    body: Value,
}

impl Answer {
    fn text(&self, pointer: &str) -> String {
        self.body
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("{pointer}: {}", self.body))
            .to_owned()
    }

    fn error(&self) -> (u16, String) {
        (self.status, self.text("/error"))
    }
}

/// The product of this workspace, served.
fn mock() -> Mock {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Mock::start(&Product::of_workspace(&root, "oauth").unwrap(), 0).unwrap()
}

fn send(mock: &Mock, method: &str, path: &str, headers: &[(&str, String)], body: &str) -> Answer {
    let mut stream = TcpStream::connect(mock.url().trim_start_matches("http://")).unwrap();
    let host = mock.url().replace("http://", "");
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let text =
        format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Answer {
        status: head[9..12].parse().unwrap(),
        location: head.lines().find_map(|line| line.strip_prefix("location: ").map(str::to_owned)),
        body: serde_json::from_str(body).unwrap_or(Value::Null),
    }
}

fn basic(id: &str, secret: &str) -> (&'static str, String) {
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}"));
    ("authorization", format!("Basic {pair}"))
}

fn token(mock: &Mock, client: (&'static str, String), form: &str) -> Answer {
    send(mock, "POST", "/v2/oauth/token", &[client, ("content-type", FORM.to_owned())], form)
}

fn introspect(mock: &Mock, token: &str) -> Value {
    let headers = [basic("someone", "s"), ("content-type", FORM.to_owned())];
    send(mock, "POST", "/v2/oauth/introspect", &headers, &format!("token={token}")).body
}

fn bearer() -> (&'static str, String) {
    ("authorization", "Bearer KEY".to_owned())
}

fn json_type() -> (&'static str, String) {
    ("content-type", "application/json".to_owned())
}

/// A registered client: identifier and secret.
fn registered(mock: &Mock) -> (String, String) {
    let body =
        json!({"redirect_uris": [REDIRECT], "grant_types": ["authorization_code", "refresh_token"], "scope": "admin"});
    let answer = send(mock, "POST", "/v2/oauth/register", &[json_type()], &body.to_string());
    assert_eq!(answer.status, 201, "{}", answer.body);
    (answer.text("/client_id"), answer.text("/client_secret"))
}

/// The token that a consent page is called with.
fn asked(mock: &Mock, client: &str) -> String {
    let query = format!(
        "response_type=code&client_id={client}&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback&scope=admin&state=s1\
         &code_challenge={}&code_challenge_method=S256",
        challenge(VERIFIER)
    );
    let answer = send(mock, "GET", &format!("/v2/oauth/authorize?{query}"), &[], "");
    let location = answer.location.unwrap();
    let page = format!("{}/consent?consent_token=", mock.url());
    assert!(answer.status == 302 && location.starts_with(&page), "{location}");
    location.replace(&page, "")
}

/// The operation that takes the user's answer.
fn answered(mock: &Mock, token: &str, allowed: bool) -> Answer {
    let body = json!({"consent_token": token, "allowed": allowed}).to_string();
    send(mock, "POST", "/v2/oauth/grants", &[bearer(), json_type()], &body)
}

fn authorized(mock: &Mock, client: &str) -> String {
    let redirect = answered(mock, &asked(mock, client), true).text("/redirect_uri");
    assert!(
        redirect.starts_with("https://example.com/callback?code=") && redirect.ends_with("&state=s1"),
        "{redirect}"
    );
    redirect.split(['=', '&']).nth(1).unwrap().to_owned()
}

fn redeemed(mock: &Mock, client: &(String, String), code: &str, verifier: &str) -> Answer {
    let form = format!(
        "grant_type=authorization_code&code={code}&code_verifier={verifier}\
         &redirect_uri=https%3A%2F%2Fexample.com%2Fcallback"
    );
    token(mock, basic(&client.0, &client.1), &form)
}

#[test]
fn a_code_is_redeemed_once_and_its_second_use_kills_its_tokens() {
    let mock = mock();
    let client = registered(&mock);
    let code = authorized(&mock, &client.0);
    let first = redeemed(&mock, &client, &code, VERIFIER);
    assert_eq!(first.status, 200, "{}", first.body);
    let access = first.text("/access_token");
    assert_eq!(introspect(&mock, &access)["active"], true);
    assert_eq!(introspect(&mock, &access)["client_id"], json!(client.0));
    assert_eq!(redeemed(&mock, &client, &code, VERIFIER).error(), (400, "invalid_grant".to_owned()));
    assert_eq!(introspect(&mock, &access), json!({"active": false}));
}

#[test]
fn a_wrong_verifier_gets_nothing() {
    let mock = mock();
    let client = registered(&mock);
    let code = authorized(&mock, &client.0);
    let answer = redeemed(&mock, &client, &code, &VERIFIER.replace('d', "e"));
    assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
}

#[test]
fn a_refresh_token_rotates_and_its_reuse_kills_the_family() {
    let mock = mock();
    let client = registered(&mock);
    let first = redeemed(&mock, &client, &authorized(&mock, &client.0), VERIFIER);
    let refresh = |with: &str| {
        token(&mock, basic(&client.0, &client.1), &format!("grant_type=refresh_token&refresh_token={with}"))
    };
    let second = refresh(&first.text("/refresh_token"));
    assert_eq!(second.status, 200, "{}", second.body);
    assert_eq!(refresh(&first.text("/refresh_token")).error(), (400, "invalid_grant".to_owned()));
    assert_eq!(refresh(&second.text("/refresh_token")).error(), (400, "invalid_grant".to_owned()));
    assert_eq!(introspect(&mock, &second.text("/access_token")), json!({"active": false}));
}

#[test]
fn client_credentials_need_the_right_secret() {
    let mock = mock();
    let form = "grant_type=client_credentials&scope=admin";
    let first = token(&mock, basic("me", "right"), form);
    assert_eq!((first.status, first.body.get("refresh_token")), (200, None));
    assert_eq!(token(&mock, basic("me", "wrong"), form).error(), (401, "invalid_client".to_owned()));
}

#[test]
fn a_redirect_uri_nobody_registered_is_not_followed() {
    let mock = mock();
    let (client, _) = registered(&mock);
    let path =
        format!("/v2/oauth/authorize?response_type=code&client_id={client}&redirect_uri=https%3A%2F%2Fevil.example");
    let answer = send(&mock, "GET", &path, &[], "");
    assert_eq!((answer.status, answer.location), (400, None));
}

#[test]
fn a_created_client_is_read_changed_listed_and_deleted() {
    let mock = mock();
    let body = json!({"name": "Mine", "allowed_scopes": ["admin"], "client_type": "confidential",
        "allowed_grant_types": ["client_credentials"]});
    let made = send(&mock, "POST", "/v2/oauth_clients", &[bearer(), json_type()], &body.to_string());
    assert_eq!(made.status, 201, "{}", made.body);
    let (id, secret) = (made.text("/data/client_id"), made.text("/data/client_secret"));
    let path = format!("/v2/oauth_clients/{id}");
    let update = json!({"name": "Ours"}).to_string();
    assert_eq!(send(&mock, "PUT", &path, &[bearer(), json_type()], &update).text("/data/name"), "Ours");
    let read = send(&mock, "GET", &path, &[bearer()], "");
    assert_eq!((read.text("/data/name"), read.body["data"]["client_secret"].clone()), ("Ours".to_owned(), Value::Null));
    assert_eq!(send(&mock, "GET", "/v2/oauth_clients", &[bearer()], "").text("/data/0/client_id"), id);
    assert_eq!(token(&mock, basic(&id, &secret), "grant_type=client_credentials").status, 200);
    assert_eq!(send(&mock, "DELETE", &path, &[bearer()], "").status, 204);
    assert_eq!(send(&mock, "GET", &path, &[bearer()], "").status, 404);
}

#[test]
fn discovery_leads_to_this_server() {
    let mock = mock();
    let answer = send(&mock, "GET", "/.well-known/oauth-authorization-server", &[], "");
    assert_eq!(answer.text("/token_endpoint"), format!("{}/oauth/token", mock.base_url()));
    assert_eq!(answer.text("/issuer"), mock.url());
}

#[test]
fn a_request_that_breaks_the_document_is_told_what_and_where() {
    let mock = mock();
    let answer = send(&mock, "GET", "/v2/oauth_clients?page%5Bsize%5D=500", &[bearer()], "");
    assert_eq!(answer.error(), (400, "invalid_request".to_owned()));
    assert_eq!(
        answer.text("/error_description"),
        "query parameter `page[size]`: 500 is greater than the maximum of 100"
    );
    assert_eq!(send(&mock, "GET", "/v2/oauth_clients", &[], "").error(), (401, "invalid_token".to_owned()));
}

#[test]
fn a_consent_is_shown_given_once_and_listed() {
    let mock = mock();
    let client = registered(&mock);
    let token = asked(&mock, &client.0);
    let path = format!("/v2/oauth/consent/{token}");
    let shown = send(&mock, "GET", &path, &[bearer()], "");
    assert_eq!(
        (shown.text("/data/client_id"), shown.text("/data/redirect_uri")),
        (client.0.clone(), REDIRECT.to_owned())
    );
    assert_eq!(shown.text("/data/requested_scopes/0/id"), "admin");
    assert_eq!(answered(&mock, &token, true).status, 200);
    assert_eq!(answered(&mock, &token, true).status, 422);
    assert_eq!(send(&mock, "GET", &path, &[bearer()], "").status, 422);
    let grants = send(&mock, "GET", "/v2/oauth_grants", &[bearer()], "");
    assert_eq!((grants.text("/data/0/client_id"), grants.body["meta"]["total_results"].clone()), (client.0, json!(1)));
}

#[test]
fn a_denial_is_told_to_the_client() {
    let mock = mock();
    let redirect = answered(&mock, &asked(&mock, "anyone"), false).text("/redirect_uri");
    assert!(redirect.contains("?error=access_denied&") && redirect.ends_with("&state=s1"), "{redirect}");
}

#[test]
fn the_page_for_browsers_asks_and_sends_them_on() {
    let mock = mock();
    let token = asked(&mock, "anyone");
    assert_eq!(send(&mock, "GET", &format!("/consent?consent_token={token}"), &[], "").status, 200);
    let form = format!("consent_token={token}&allowed=true");
    let sent = send(&mock, "POST", "/consent", &[("content-type", FORM.to_owned())], &form);
    assert_eq!((sent.status, sent.location.unwrap().starts_with("https://example.com/callback?code=")), (303, true));
    assert_eq!(send(&mock, "GET", "/consent?consent_token=consent-none", &[], "").status, 422);
}

#[test]
fn a_grant_that_is_taken_back_ends_its_tokens() {
    let mock = mock();
    let client = registered(&mock);
    let tokens = redeemed(&mock, &client, &authorized(&mock, &client.0), VERIFIER);
    let access = tokens.text("/access_token");
    let grant = send(&mock, "GET", "/v2/oauth_grants", &[bearer()], "").text("/data/0/id");
    assert_eq!(send(&mock, "DELETE", &format!("/v2/oauth_grants/{grant}"), &[bearer()], "").status, 200);
    assert_eq!(introspect(&mock, &access), json!({"active": false}));
    let refresh = format!("grant_type=refresh_token&refresh_token={}", tokens.text("/refresh_token"));
    assert_eq!(token(&mock, basic(&client.0, &client.1), &refresh).error(), (400, "invalid_grant".to_owned()));
    let own = ("authorization", format!("Bearer {access}"));
    assert_eq!(send(&mock, "GET", "/v2/oauth_clients", &[own], "").error(), (401, "invalid_token".to_owned()));
    assert_eq!(send(&mock, "GET", "/v2/oauth_grants", &[bearer()], "").body["data"], json!([]));
}

#[test]
fn a_registered_client_is_listed_changed_and_gone_when_deleted() {
    let mock = mock();
    let client = registered(&mock);
    assert_eq!(send(&mock, "GET", "/v2/oauth_clients", &[bearer()], "").text("/data/0/client_id"), client.0);
    let path = format!("/v2/oauth_clients/{}", client.0);
    let update = json!({"redirect_uris": ["https://example.com/other"]}).to_string();
    assert_eq!(send(&mock, "PUT", &path, &[bearer(), json_type()], &update).status, 200);
    let authorize = format!("/v2/oauth/authorize?response_type=code&client_id={}&redirect_uri=", client.0);
    assert_eq!(send(&mock, "GET", &format!("{authorize}https%3A%2F%2Fexample.com%2Fcallback"), &[], "").status, 400);
    assert_eq!(send(&mock, "GET", &format!("{authorize}https%3A%2F%2Fexample.com%2Fother"), &[], "").status, 302);
    assert_eq!(send(&mock, "DELETE", &path, &[bearer()], "").status, 204);
    let refused = token(&mock, basic(&client.0, &client.1), "grant_type=refresh_token&refresh_token=x");
    assert_eq!(refused.error(), (401, "invalid_client".to_owned()));
}
