//! What a conforming OAuth client does, operation by operation.

use http::{Response, header};
use serde_json::json;

use super::{
    api::{Audience, Authorized, TokenRequest, TokenType},
    builder, client,
};
use crate::{
    CallbackError, Client, ClientAuth, Credentials, Encoding, Error, TransportErrorKind, pkce::CHALLENGE_METHOD,
    test_util::ScriptedTransport,
};

const VERIFIER: &str = "ver.of-forty-three_characters.at-least~1xyz";

fn token() -> serde_json::Value {
    json!({"access_token": "at", "token_type": "Bearer", "expires_in": 3600})
}

#[tokio::test]
async fn public_operations_carry_no_credential() {
    let script = ScriptedTransport::new();
    let client = client(&script);
    script.respond_json(200, &json!({"issuer": "https://api.example.com"}));
    client.api().metadata().await.unwrap();
    script.respond_json(200, &json!({"keys": []}));
    client.api().jwks().await.unwrap();
    script.respond(200, "text/html", "<html>");
    client.api().authorize("c", "https://a/cb").await.unwrap();
    script.respond_json(201, &json!({"client_id": "c"}));
    client.api().register("n").await.unwrap();
    assert_eq!(script.requests().len(), 4);
    for request in script.requests() {
        request.assert_no_credential();
    }
}

#[tokio::test]
async fn well_known_metadata_is_asked_from_the_root_of_its_own_server() {
    let script = ScriptedTransport::new();
    script.respond_json(200, &json!({}));
    client(&script).api().metadata().await.unwrap();
    assert_eq!(script.request().uri, "https://api.example.com/.well-known/oauth-authorization-server");
}

#[tokio::test]
async fn well_known_metadata_follows_the_origin_of_a_base_url_override() {
    let script = ScriptedTransport::new();
    script.respond_json(200, &json!({}));
    let client = builder(&script).base_url("http://127.0.0.1:9/mock/v9/").build().unwrap();
    client.api().metadata().await.unwrap();
    assert_eq!(script.request().uri, "http://127.0.0.1:9/.well-known/oauth-authorization-server");
    script.respond_json(200, &json!({"keys": []}));
    client.api().jwks().await.unwrap();
    assert_eq!(script.requests()[1].uri, "http://127.0.0.1:9/mock/v9/oauth/jwks");
}

#[tokio::test]
async fn token_and_introspection_bodies_are_forms_byte_for_byte() {
    let script = ScriptedTransport::new();
    let client = client(&script);
    script.respond_json(200, &token());
    client.api().token(TokenRequest::authorization_code("c o&d=e", "https://a/cb", VERIFIER)).await.unwrap();
    script.respond_json(200, &json!({"active": true}));
    client.api().introspect("to+ken").await.unwrap();
    let requests = script.requests();
    assert_eq!(requests[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(
        requests[0].body,
        "code=c+o%26d%3De&code_verifier=ver.of-forty-three_characters.at-least%7E1xyz&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fa%2Fcb"
    );
    assert_eq!(requests[1].body, "token=to%2Bken");
}

#[tokio::test]
async fn a_json_body_can_be_chosen_where_the_operation_offers_one() {
    let script = ScriptedTransport::new();
    let client = client(&script);
    script.respond_json(200, &json!({"active": true}));
    client.api().introspect("t").encoding(Encoding::Json).await.unwrap();
    assert_eq!(script.request().json(), json!({"token": "t"}));
    let refused = client.api().register("n").encoding(Encoding::Form).await;
    assert!(matches!(refused, Err(Error::InvalidRequest { .. })));
}

#[tokio::test]
async fn basic_client_authentication_form_encodes_each_half() {
    let script = ScriptedTransport::new();
    let client = builder(&script).client_auth(ClientAuth::basic("i:d", "s&+% é")).build().unwrap();
    script.respond_json(200, &token());
    client.api().token(TokenRequest::client_credentials()).await.unwrap();
    // base64("i%3Ad:s%26%2B%25+%C3%A9")
    assert_eq!(script.request().header("authorization"), Some("Basic aSUzQWQ6cyUyNiUyQiUyNSslQzMlQTk="));
    script.request().assert_client_basic("i:d", "s&+% é");
}

#[tokio::test]
async fn a_request_carries_exactly_one_client_authentication() {
    let script = ScriptedTransport::new();
    let api = |auth| builder(&script).api_key("key").client_auth(auth).build().unwrap();
    let names = |form: Vec<(String, String)>| form.into_iter().map(|(name, _)| name).collect::<Vec<_>>();

    script.respond_json(200, &token());
    api(ClientAuth::basic("id", "s")).api().token(TokenRequest::client_credentials()).await.unwrap();
    script.respond_json(200, &token());
    api(ClientAuth::post("id", "s")).api().token(TokenRequest::client_credentials()).await.unwrap();
    script.respond_json(200, &token());
    api(ClientAuth::public("id")).api().token(TokenRequest::refresh_token("r")).await.unwrap();
    script.respond_json(200, &token());
    let own = TokenRequest { client_secret: Some("own".into()), ..TokenRequest::client_credentials() };
    api(ClientAuth::basic("id", "s")).api().token(own).await.unwrap();

    let requests = script.requests();
    requests[0].assert_client_basic("id", "s");
    assert_eq!(names(requests[0].form()), ["grant_type"]);
    requests[1].assert_no_credential();
    assert_eq!(names(requests[1].form()), ["client_id", "client_secret", "grant_type"]);
    requests[2].assert_no_credential();
    assert_eq!(names(requests[2].form()), ["client_id", "grant_type", "refresh_token"]);
    requests[3].assert_no_credential();
    assert_eq!(names(requests[3].form()), ["client_secret", "grant_type"]);
}

#[tokio::test]
async fn a_missing_credential_is_an_error_before_anything_is_sent() {
    let script = ScriptedTransport::new();
    let client = builder(&script).build().unwrap();
    let error = client.api().retrieve("1").await.unwrap_err();
    let expected = "GetClient needs a credential for `bearerAuth`, and the client has none: give one to the client \
                    (`ClientBuilder`, `Client::from_env`) or to the call (`Request::credentials`)";
    assert_eq!(error.to_string(), expected);
    let error = client.api().introspect("t").await.unwrap_err();
    assert!(matches!(error, Error::MissingCredential { operation: "Introspect", scheme: "oauthClientAuth" }));
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn credentials_of_a_call_or_a_clone_replace_those_of_the_client() {
    let script = ScriptedTransport::new();
    let client = client(&script);
    for _ in 0..3 {
        script.respond_json(200, &json!({"data": {"client_id": "c"}}));
    }
    client.api().retrieve("1").credentials(Credentials::none().api_key("other")).await.unwrap();
    client.with_credentials(crate::AccessToken::from("at-2")).api().retrieve("1").await.unwrap();
    client.api().retrieve("1").header("authorization", "Custom x").await.unwrap();
    let requests = script.requests();
    requests[0].assert_bearer("other");
    requests[1].assert_bearer("at-2");
    assert_eq!(requests[2].header("authorization"), Some("Custom x"));
    let error = client.with_credentials(Credentials::none()).api().retrieve("1").await.unwrap_err();
    assert!(matches!(error, Error::MissingCredential { .. }));
}

#[tokio::test]
async fn an_empty_credential_is_an_error_before_anything_is_sent() {
    let script = ScriptedTransport::new();
    let client = builder(&script).api_key("").client_auth(ClientAuth::basic("", "s")).build().unwrap();
    let keyed = client.api().retrieve("1").await.unwrap_err();
    let named = client.api().introspect("t").await.unwrap_err();
    assert!(keyed.to_string().ends_with("the credential is empty"), "{keyed}");
    assert!(named.to_string().ends_with("the client identifier is empty"), "{named}");
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn keys_go_where_their_schemes_say() {
    let script = ScriptedTransport::new();
    script.respond_json(200, &json!({}));
    script.respond_json(200, &json!({}));
    let client = builder(&script).api_key("k").build().unwrap();
    client.api().keyed().await.unwrap();
    let basic = crate::Credential::basic("user", "p:ss");
    client.with_credentials(Credentials::none().credential("basicAuth", basic)).api().login().await.unwrap();
    let requests = script.requests();
    assert_eq!(requests[0].header("x-key"), Some("k"));
    assert_eq!(requests[0].header("cookie"), Some("key=k"));
    assert_eq!(requests[0].uri.query(), Some("key=k"));
    assert_eq!(requests[1].header("authorization"), Some("Basic dXNlcjpwOnNz"));
}

#[tokio::test]
async fn a_code_exchange_is_sent_once_whatever_the_failure() {
    for status in [408, 409, 429, 500, 503] {
        let script = ScriptedTransport::new();
        script.respond_json(status, &json!({}));
        let exchange = client(&script).api().token(TokenRequest::authorization_code("c", "https://a", VERIFIER)).await;
        assert_eq!(exchange.unwrap_err().status().unwrap(), status);
        assert_eq!(script.requests().len(), 1, "{status}");
    }
    for kind in [TransportErrorKind::Io, TransportErrorKind::Timeout] {
        let script = ScriptedTransport::new();
        script.fail(kind);
        let error = client(&script).api().token(TokenRequest::refresh_token("r")).await.unwrap_err();
        assert!(error.may_have_been_sent());
        assert_eq!(script.requests().len(), 1);
    }
    let script = ScriptedTransport::new();
    script.hang();
    let error = client(&script).api().token(TokenRequest::refresh_token("r")).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn a_code_exchange_is_repeated_when_nothing_was_sent() {
    let script = ScriptedTransport::new();
    script.fail(TransportErrorKind::Connect).respond_json(200, &token());
    client(&script).api().token(TokenRequest::refresh_token("r")).await.unwrap();
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test]
async fn a_redirect_of_the_token_endpoint_is_refused() {
    for status in [301, 302, 303, 307, 308] {
        let script = ScriptedTransport::new();
        let location = "https://evil.example/token?code=leak";
        let redirect = Response::builder().status(status).header(header::LOCATION, location).body("").unwrap();
        script.respond_with(redirect);
        let error = client(&script).api().token(TokenRequest::client_credentials()).await.unwrap_err();
        assert_eq!(script.requests().len(), 1);
        assert!(!format!("{error} {error:?}").contains("leak"));
        let Error::Redirect(refused) = error else { panic!("{error}") };
        assert_eq!(refused.redirect().unwrap().location(), location);
    }
}

#[tokio::test]
async fn introspection_takes_one_audience_or_many_and_insists_on_active() {
    let script = ScriptedTransport::new();
    let client = client(&script);
    script.respond_json(200, &json!({"active": true, "aud": "a", "exp": 1_767_225_600, "sub": "u"}));
    let one = client.api().introspect("t").await.unwrap();
    assert_eq!(one.aud, Some(Audience::One("a".to_owned())));
    assert_eq!(one.exp.unwrap().to_string(), "2026-01-01T00:00:00Z");
    assert_eq!(one.extra["sub"], "u");
    script.respond_json(200, &json!({"active": true, "aud": ["a", "b"], "exp": 1.5}));
    let many = client.api().introspect("t").await.unwrap();
    assert_eq!(many.aud, Some(Audience::Many(vec!["a".to_owned(), "b".to_owned()])));
    script.respond_json(200, &json!({"aud": "secret-audience"}));
    let error = client.api().introspect("t").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the response to Introspect (status 200) is not as documented at `.`: missing field `active`"
    );
    let Error::Decode(error) = error else { panic!("{error}") };
    assert_eq!(error.body(), br#"{"aud":"secret-audience"}"#);
}

#[tokio::test]
async fn key_sets_keep_unknown_kinds_and_members() {
    let script = ScriptedTransport::new();
    let set = json!({"keys": [
        {"kty": "RSA", "n": "AQAB", "e": "AQ", "kid": "1", "x5t#S256": "z"},
        {"kty": "EC", "crv": "P-256", "x": "a", "y": "b"},
        {"kty": "NEW", "z": {"deep": [1, 2.5, null]}},
    ]});
    script.respond_json(200, &set);
    let keys = client(&script).api().jwks().await.unwrap();
    assert_eq!(serde_json::to_value(&keys).unwrap(), set);
}

#[tokio::test]
async fn authorizing_makes_a_url_without_touching_the_network() {
    let script = ScriptedTransport::new();
    let client = builder(&script).build().unwrap();
    let attempt = client.api().authorize_url("c 1", "https://app.example/cb?x=1").unwrap();
    assert!(script.requests().is_empty());
    let url = url::Url::parse(attempt.url()).unwrap();
    let query: std::collections::BTreeMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(url.path(), "/v2/oauth/authorize");
    assert_eq!(query["client_id"], "c 1");
    assert_eq!(query["response_type"], "code");
    assert_eq!(query["redirect_uri"], "https://app.example/cb?x=1");
    assert_eq!(query["state"], attempt.state().expose());
    assert_eq!(query["code_challenge"], attempt.code_verifier().challenge());
    assert_eq!(query["code_challenge_method"], CHALLENGE_METHOD);
    assert_eq!(attempt.redirect_uri(), Some("https://app.example/cb?x=1"));
    assert_eq!(attempt.code_verifier().expose().len(), 43);
    assert!(!attempt.url().contains(attempt.code_verifier().expose()));
}

#[tokio::test]
async fn the_redirect_of_the_authorization_endpoint_is_given_not_followed() {
    let script = ScriptedTransport::new();
    let redirect = Response::builder().status(302).header(header::LOCATION, "https://app/cb?code=1").body("").unwrap();
    script.respond_with(redirect);
    let Authorized::Redirect(redirect) = client(&script).api().authorize("c", "https://app/cb").await.unwrap() else {
        panic!("no redirect");
    };
    assert_eq!(redirect.location(), "https://app/cb?code=1");
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn any_case_of_bearer_is_the_same_token_type() {
    let script = ScriptedTransport::new();
    for kind in ["bearer", "BEARER", "Bearer", "DPoP"] {
        script.respond_json(200, &json!({"access_token": "at", "token_type": kind}));
        let token = client(&script).api().token(TokenRequest::client_credentials()).await.unwrap();
        assert_eq!(token.token_type == TokenType::Bearer, kind != "DPoP");
        assert_eq!(token.token_type.as_str() == "DPoP", kind == "DPoP");
    }
}

#[tokio::test]
async fn every_shape_of_error_body_is_understood() {
    let script = ScriptedTransport::new();
    let client = client(&script);

    let response = Response::builder()
        .status(401)
        .header("www-authenticate", "Basic realm=\"x\"")
        .header("x-request-id", "req-7")
        .body(r#"{"error":"invalid_client","error_description":"no\nsuch client","error_uri":"https://e"}"#);
    script.respond_with(response.unwrap());
    let error = client.api().introspect("t").await.unwrap_err();
    assert!(error.is_invalid_client() && error.is_unauthorized());
    assert_eq!(error.to_string(), "401 invalid_client: no such client");
    let api = error.as_api().unwrap();
    assert_eq!((api.request_id(), api.error_uri()), (Some("req-7"), Some("https://e")));
    let [challenge] = api.www_authenticate() else { panic!("one challenge") };
    assert!(challenge.is("basic"));
    assert_eq!(challenge.parameter("Realm"), Some("x"));

    let fields = json!({"error": "invalid_client_metadata", "invalid_fields": {"redirect_uris": ["is bad"]}});
    script.respond_json(400, &fields);
    let error = client.api().register("n").await.unwrap_err();
    assert!(error.is_validation());
    assert_eq!(error.as_api().unwrap().invalid_fields()["redirect_uris"], ["is bad"]);

    let vendor = json!({"errors": [{"code": "10009", "title": "T", "detail": "D", "source": {"pointer": "/id"}}]});
    script.respond_json(404, &vendor);
    let error = client.api().retrieve("1").await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.to_string(), "404 10009: D");
    assert_eq!(error.as_api().unwrap().errors()[0].pointer.as_deref(), Some("/id"));

    script.respond(422, "text/html", "<html>no</html>");
    let error = client.api().retrieve("1").await.unwrap_err();
    assert_eq!(error.to_string(), "422 Unprocessable Entity");
    assert_eq!(error.as_api().unwrap().body(), "<html>no</html>");

    script.respond(403, "application/json", "");
    assert_eq!(client.api().retrieve("1").await.unwrap_err().to_string(), "403 Forbidden");
}

#[tokio::test]
async fn a_body_that_is_not_json_says_what_it_is() {
    let script = ScriptedTransport::new();
    let client = client(&script);
    script.respond(200, "text/html; charset=utf-8", "<html>");
    let error = client.api().retrieve("1").await.unwrap_err();
    let place = "the response to GetClient (status 200) is not as documented at";
    assert_eq!(error.to_string(), format!("{place} `.`: not JSON (it is text/html)"));
    script.respond_json(200, &json!({"data": {"client_id": 5}}));
    let error = client.api().retrieve("1").await.unwrap_err();
    assert_eq!(error.to_string(), format!("{place} `data.client_id`: expected a string"));
    script.respond_json(200, &json!({"other": 1}));
    let error = client.api().retrieve("1").await.unwrap_err();
    assert_eq!(error.to_string(), format!("{place} `.`: missing field `data`"));
}

fn attempt(client: &Client) -> crate::AuthorizationAttempt {
    client.api().authorize_url("c", "https://app/cb").unwrap().expect_issuer("https://as.example")
}

#[test]
fn a_callback_gives_its_code_once() {
    let client = builder(&ScriptedTransport::new()).build().unwrap();
    let mut attempt = attempt(&client);
    let state = attempt.state().expose().to_owned();
    let callback = format!("https://app/cb?code=c%2B1&state={state}&iss=https%3A%2F%2Fas.example#frag");
    assert_eq!(attempt.accept_callback("state=other&code=x").unwrap_err(), CallbackError::StateMismatch);
    assert_eq!(attempt.accept_callback(&callback).unwrap().expose(), "c+1");
    assert_eq!(attempt.accept_callback(&callback).unwrap_err(), CallbackError::Replayed);
}

#[test]
fn a_callback_that_is_not_the_answer_is_refused() {
    let client = builder(&ScriptedTransport::new()).build().unwrap();
    let cases = [
        ("code=1", CallbackError::StateMismatch),
        ("code=1&state=", CallbackError::StateMismatch),
        ("state=STATE&code=1&iss=https://evil", CallbackError::IssuerMismatch),
        ("state=STATE&error=access_denied&iss=https://evil", CallbackError::IssuerMismatch),
        ("state=STATE&state=STATE&code=1", CallbackError::Repeated),
        ("state=STATE&code=1&code=2", CallbackError::Repeated),
        ("state=STATE", CallbackError::CodeMissing),
        ("", CallbackError::StateMismatch),
    ];
    for (query, expected) in cases {
        let mut attempt = attempt(&client);
        let query = query.replace("STATE", attempt.state().expose());
        assert_eq!(attempt.accept_callback(&query).unwrap_err(), expected, "{query}");
    }
    let mut strict = attempt(&client).require_issuer("https://as.example");
    let query = format!("code=1&state={}", strict.state().expose());
    assert_eq!(strict.accept_callback(&query).unwrap_err(), CallbackError::IssuerMissing);
}

#[test]
fn a_refusal_of_the_user_is_an_error_with_its_code() {
    let client = builder(&ScriptedTransport::new()).build().unwrap();
    let mut attempt = attempt(&client);
    let query = format!("error=access_denied&error_description=no%0Away&state={}", attempt.state().expose());
    let error = Error::from(attempt.accept_callback(&query).unwrap_err());
    assert_eq!(error.to_string(), "authorization was refused: access_denied: no way");
    let source = std::error::Error::source(&error).unwrap().downcast_ref::<CallbackError>().unwrap();
    assert!(matches!(source, CallbackError::Denied(denial) if denial.description.as_deref() == Some("no\nway")));
}

#[test]
fn an_attempt_survives_being_stored() {
    let client = builder(&ScriptedTransport::new()).build().unwrap();
    let kept = attempt(&client);
    let mut attempt = crate::AuthorizationAttempt::from_secret_json(&kept.to_secret_json().unwrap()).unwrap();
    let query = format!("code=1&state={}", kept.state().expose());
    assert_eq!(attempt.accept_callback(&query).unwrap().expose(), "1");
    assert_eq!(attempt.code_verifier().expose(), kept.code_verifier().expose());
    assert_eq!(attempt.url(), kept.url());
}

#[test]
fn the_challenge_is_that_of_rfc_7636_appendix_b() {
    let verifier = crate::CodeVerifier::from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

#[tokio::test]
async fn the_same_operation_works_without_io() {
    let script = ScriptedTransport::new();
    let (request, reader) = client(&script).api().retrieve("a/b").into_http().unwrap();
    assert_eq!(request.uri(), "https://api.example.com/v2/oauth_clients/a%2Fb");
    assert!(request.headers()["authorization"].is_sensitive());
    let answer = crate::test_util::response(http::StatusCode::OK, r#"{"data":{"client_id":"c"}}"#);
    assert_eq!(reader.read(answer).unwrap().client_id, "c");
    let (_, reader) = client(&script).api().retrieve("a").into_http().unwrap();
    let failure = crate::test_util::response(http::StatusCode::NOT_FOUND, "");
    assert!(reader.read(failure).unwrap_err().is_not_found());
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn an_untyped_request_has_the_same_credentials_and_errors() {
    let script = ScriptedTransport::new();
    let client = client(&script);
    script.respond_json(200, &json!({"x": 1}));
    let body = json!({"name": "n"});
    let value = client.request(http::Method::PATCH, "/things/a%20b").query("q[r]", "1 2").json(&body).await.unwrap();
    assert_eq!(value, json!({"x": 1}));
    let request = script.request();
    request.assert_bearer("key-1");
    assert_eq!(request.uri, "https://api.example.com/v2/things/a%20b?q%5Br%5D=1%202");
    assert_eq!(request.json(), body);
    for path in
        ["things", "/a/../b", "/a/%2e%2E/b", "/a?x", "/a#x", "/a b", "//evil.example/x", "/a\r\nb", "/{id}", "/\\evil"]
    {
        let error = client.request(http::Method::GET, path).await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest { .. }), "{path}: {error}");
    }
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn a_header_of_every_request_is_no_credential_and_no_framing() {
    let refused = ["Authorization", "cookie", "Proxy-Authorization", "Host", "Content-Length", "transfer-encoding"];
    for name in refused {
        let error = builder(&ScriptedTransport::new()).default_header(name, "1").build().unwrap_err();
        assert!(matches!(&error, Error::Configuration { message } if message.contains("api_key")), "{name}: {error:?}");
    }
    let script = ScriptedTransport::new();
    for name in ["Host", "content-length", "Transfer-Encoding", "connection"] {
        let error = client(&script).api().jwks().header(name, "1").await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest { .. }), "{name}: {error:?}");
    }
    assert!(script.requests().is_empty());
}

#[test]
fn a_transport_may_be_boxed() {
    let transport: Box<dyn crate::HttpTransport> = Box::new(ScriptedTransport::new());
    assert!(Client::builder().transport(transport).build().is_ok());
}
