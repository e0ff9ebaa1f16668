//! What ties the steps of a flow together.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{api::TokenRequest, builder, client, new_year};
use crate::{
    AccessToken, AnyToken, AuthorizationAttempt, BoxFuture, ClientAuth, ClientAuthError, ClientSecret, Credentials,
    Error, ManagedToken, RefreshToken, TokenSet, TokenStore, TokenStoreError, resource_indicator::ask_for,
    test_util::ScriptedTransport, token_set::TokenAnswer,
};

fn token(lifetime: impl Into<Value>) -> Value {
    let lifetime = lifetime.into();
    json!({"access_token": "at", "token_type": "bearer", "expires_in": lifetime})
}

#[tokio::test]
async fn the_client_credentials_grant_needs_a_client() {
    let script = ScriptedTransport::new();
    let request = TokenRequest::client_credentials();
    let error = builder(&script).api_key("key").build().unwrap().api().token(request).await.unwrap_err();
    assert!(matches!(error, Error::MissingCredential { operation: "ExchangeToken", scheme: "oauthClientAuth" }));
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn a_lifetime_is_read_in_every_form() {
    let forms = [json!(3600), json!(3600.0), json!("3600"), json!(3600.9), json!("3600.5"), json!(3.6e3)];
    for lifetime in forms {
        let script = ScriptedTransport::new();
        script.respond_json(200, &token(lifetime.clone()));
        let client = client(&script);
        let tokens = ManagedToken::new(ClientAuth::basic("id", "s")).get(&client).await.unwrap();
        let expires_at = new_year() + Duration::from_secs(3600);
        assert_eq!(tokens.expires_at, Some(expires_at.into()), "{lifetime}");
    }
}

#[derive(Debug, PartialEq, Deserialize)]
struct Times {
    #[serde(deserialize_with = "crate::seconds::required")]
    exp: i64,
    #[serde(default, deserialize_with = "crate::seconds::optional")]
    iat: Option<u64>,
}

#[test]
fn seconds_that_are_none_are_an_error() {
    let read = |json: Value| serde_json::from_value::<Times>(json).map_err(|error| error.to_string());
    assert_eq!(read(json!({"exp": "-5", "iat": null})), Ok(Times { exp: -5, iat: None }));
    assert_eq!(read(json!({"exp": -0.5, "iat": 7.0})), Ok(Times { exp: -1, iat: Some(7) }));
    assert_eq!(read(json!({})).unwrap_err(), "missing field `exp`");
    assert!(read(json!({"exp": null})).is_err());
    for text in ["", " 1", "1 ", "soon", "NaN", "inf", "1e999", "0x10", "+1"] {
        let error = read(json!({"exp": text})).unwrap_err();
        assert!(text.is_empty() || !error.contains("soon"), "{text}: {error}");
    }
    for number in [json!(1e300), json!(u64::MAX), json!(true), json!([1]), json!({})] {
        assert!(read(json!({"exp": number})).is_err(), "{number}");
    }
    assert!(read(json!({"exp": 1, "iat": -1})).is_err());
}

fn answer(scope: Option<&str>, kind: &str) -> TokenAnswer {
    serde_json::from_value(json!({"access_token": "at", "token_type": kind, "scope": scope})).unwrap()
}

#[test]
fn tokens_have_the_scope_that_was_granted_or_asked_for() {
    let scope = |granted, asked| answer(granted, "BEARER").into_tokens(new_year(), asked).unwrap().scope;
    assert_eq!(scope(Some("a"), Some("a b")).as_deref(), Some("a"));
    assert_eq!(scope(None, Some("a b")).as_deref(), Some("a b"));
    assert_eq!(scope(None, None), None);
    assert!(answer(None, "DPoP").into_tokens(new_year(), None).is_err());
}

#[tokio::test]
async fn a_refresh_that_names_no_scope_keeps_the_scope() {
    let script = ScriptedTransport::new();
    script.respond_json(200, &token(60));
    let old = TokenSet::new("old").refresh_token("r").scope("a b").expires_at(new_year());
    let tokens = ManagedToken::of_user(ClientAuth::public("id"), old, new_year()).get(&client(&script)).await.unwrap();
    assert_eq!(tokens.scope.as_deref(), Some("a b"));
}

#[test]
fn a_registration_says_how_the_client_authenticates() {
    let secret = ClientSecret::from("s");
    let auth = |secret, method| ClientAuth::registered("id", secret, method).map(|auth| format!("{auth:?}"));
    let same = |auth: ClientAuth| format!("{auth:?}");
    let basic = same(ClientAuth::basic("id", "s"));
    assert_eq!(auth(Some(&secret), None).unwrap(), basic);
    assert_eq!(auth(Some(&secret), Some("client_secret_basic")).unwrap(), basic);
    assert_eq!(auth(Some(&secret), Some("client_secret_post")).unwrap(), same(ClientAuth::post("id", "s")));
    assert_eq!(auth(Some(&secret), Some("none")).unwrap(), same(ClientAuth::public("id")));
    assert_eq!(auth(None, None).unwrap(), same(ClientAuth::public("id")));
    for (secret, method, expected) in [
        (None, "client_secret_basic", ClientAuthError::SecretMissing),
        (None, "client_secret_post", ClientAuthError::SecretMissing),
        (Some(&secret), "private_key_jwt", ClientAuthError::UnknownMethod),
        (None, "", ClientAuthError::UnknownMethod),
    ] {
        let error = auth(secret, Some(method)).unwrap_err();
        let source = std::error::Error::source(&error).unwrap();
        assert_eq!(source.downcast_ref(), Some(&expected), "{method}");
    }
}

#[test]
fn client_authentication_can_be_kept() {
    let all = [
        (ClientAuth::basic("id", "s"), "client_secret_basic"),
        (ClientAuth::basic_raw("id", "s"), "client_secret_basic"),
        (ClientAuth::post("id", "s"), "client_secret_post"),
        (ClientAuth::public("id"), "none"),
    ];
    for (auth, method) in all {
        assert_eq!(auth.method(), method);
        let text = auth.to_secret_json().unwrap();
        assert_eq!(text.contains("\"s\""), auth.is_confidential());
        let kept = ClientAuth::from_secret_json(&text).unwrap();
        assert_eq!(format!("{kept:?}"), format!("{auth:?}"));
        assert_eq!(kept.to_secret_json().unwrap(), text);
    }
    let registered = r#"{"client_id": "id", "client_secret": "s", "client_name": "An app"}"#;
    assert_eq!(ClientAuth::from_secret_json(registered).unwrap().method(), "client_secret_basic");
    assert!(ClientAuth::from_secret_json(r#"{"client_id": "id", "token_endpoint_auth_method": "x"}"#).is_err());
}

#[tokio::test]
async fn any_token_can_be_introspected() {
    let script = ScriptedTransport::new();
    let (access, refresh) = (AccessToken::from("at"), RefreshToken::from("rt"));
    let tokens: [AnyToken; 4] = [(&access).into(), access.into(), (&refresh).into(), refresh.into()];
    let texts: Vec<&str> = tokens.iter().map(AnyToken::expose).collect();
    assert_eq!(texts, ["at", "at", "rt", "rt"]);
    assert_eq!(format!("{:?}", tokens[2]), "AnyToken([redacted])");
    assert!(script.requests().is_empty());
}

#[test]
fn an_attempt_names_its_resources_and_its_scope() {
    let client = builder(&ScriptedTransport::new()).build().unwrap();
    let attempt = client.api().authorize_url("c", "https://app/cb").unwrap();
    let attempt = attempt.resource("https://api.example/a?b=c").unwrap().resource("urn:x:y").unwrap();
    let url = url::Url::parse(attempt.url()).unwrap();
    let named = url.query_pairs().filter(|(name, _)| name == "resource").map(|(_, value)| value.into_owned());
    assert_eq!(named.collect::<Vec<_>>(), ["https://api.example/a?b=c", "urn:x:y"]);
    assert_eq!(url.query_pairs().filter(|(name, _)| name == "state").count(), 1);
    let kept = AuthorizationAttempt::from_secret_json(&attempt.to_secret_json().unwrap()).unwrap();
    assert_eq!(kept.resources(), attempt.resources());
    assert_eq!(kept.scope(), attempt.scope());
    for bad in ["", "relative/path", "https://api.example/#part", "https://api.example/#"] {
        let attempt = client.api().authorize_url("c", "https://app/cb").unwrap();
        assert!(matches!(attempt.resource(bad), Err(Error::Configuration { .. })), "{bad}");
    }
}

#[tokio::test]
async fn a_token_request_names_its_resources() {
    let script = ScriptedTransport::new();
    let client = client(&script);
    script.respond_json(200, &token(60));
    let request = client.api().token(TokenRequest::client_credentials());
    ask_for(ask_for(request, "https://a.example"), "https://b.example").await.unwrap();
    let form = script.request().form();
    let resources: Vec<&str> =
        form.iter().filter(|(name, _)| name == "resource").map(|(_, value)| value.as_str()).collect();
    assert_eq!(resources, ["https://a.example", "https://b.example"]);
    let request = ask_for(client.api().token(TokenRequest::client_credentials()), "not a URI");
    assert!(matches!(request.await, Err(Error::InvalidRequest { .. })));
    let managed = ManagedToken::new(ClientAuth::basic("id", "s")).resource("https://a.example/#x");
    assert!(managed.get(&client).await.is_err());
    assert_eq!(script.requests().len(), 1);
}

#[derive(Clone, Default)]
struct Store(Arc<Mutex<Vec<String>>>);

impl TokenStore for Store {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenSet>, TokenStoreError>> {
        Box::pin(async { Ok(None) })
    }

    fn save<'a>(&'a self, tokens: &'a TokenSet) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        self.0.lock().unwrap().push(tokens.access_token.expose().to_owned());
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn the_store_of_the_builder_keeps_the_managed_token() {
    for store_first in [true, false] {
        let (script, store) = (ScriptedTransport::new(), Store::default());
        script.respond_json(200, &token(60)).respond_json(200, &json!({"data": {"client_id": "c"}}));
        let auth = ClientAuth::basic("id", "s");
        let builder = builder(&script);
        let builder = if store_first {
            builder.token_store(store.clone()).client_auth(auth)
        } else {
            builder.client_auth(auth).token_store(store.clone())
        };
        builder.build().unwrap().api().retrieve("1").await.unwrap();
        assert_eq!(*store.0.lock().unwrap(), ["at"]);
    }
}

#[tokio::test]
async fn a_store_of_the_token_itself_stays() {
    let (script, own, other) = (ScriptedTransport::new(), Store::default(), Store::default());
    script.respond_json(200, &token(60)).respond_json(200, &json!({"data": {"client_id": "c"}}));
    let token = ManagedToken::new(ClientAuth::basic("id", "s")).store(own.clone());
    let client = builder(&script).managed_token(token).token_store(other.clone()).build().unwrap();
    client.api().retrieve("1").await.unwrap();
    assert_eq!((own.0.lock().unwrap().len(), other.0.lock().unwrap().len()), (1, 0));
}

const REDIRECT_URI: &str = "https://app.example/callback";

#[tokio::test]
async fn a_code_is_exchanged_by_the_client_of_the_attempt() {
    let script = ScriptedTransport::new();
    let bare = builder(&script).api_key("key").build().unwrap();
    let attempt = bare.api().authorize_url("my client", REDIRECT_URI).unwrap();
    let attempt = AuthorizationAttempt::from_secret_json(&attempt.to_secret_json().unwrap()).unwrap();
    assert_eq!(attempt.client_id(), Some("my client"));
    let request = || bare.api().exchange_code(&attempt, "c");
    let own = [request(), request().credentials(ClientAuth::public("my client"))];
    for request in own.into_iter().chain([request().credentials(Credentials::none().api_key("key"))]) {
        script.respond_json(200, &token(60));
        request.await.unwrap();
        let sent = script.requests().pop().unwrap();
        assert_eq!(sent.form().iter().filter(|pair| *pair == &("client_id".into(), "my client".into())).count(), 1);
        sent.assert_no_credential();
    }
    script.respond_json(200, &token(60));
    request().credentials(ClientAuth::basic("my client", "s")).await.unwrap();
    let sent = script.requests().pop().unwrap();
    assert!(sent.header("authorization").is_some() && sent.form().iter().all(|(name, _)| name != "client_id"));
}

#[tokio::test]
async fn a_code_is_not_exchanged_by_another_client() {
    let script = ScriptedTransport::new();
    for auth in [ClientAuth::public("other"), ClientAuth::basic("other", "s"), ClientAuth::post("other", "s")] {
        let client = builder(&script).client_auth(auth).build().unwrap();
        let attempt = client.api().authorize_url("my-client", REDIRECT_URI).unwrap();
        let error = client.api().exchange_code(&attempt, "c").await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest { .. }), "{error:?}");
    }
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn a_code_or_a_refresh_token_is_not_sent_by_nobody() {
    let code = TokenRequest::authorization_code("c", REDIRECT_URI, "verifier-of-at-least-forty-three-characters-x");
    for request in [code, TokenRequest::refresh_token("r")] {
        let script = ScriptedTransport::new();
        let client = builder(&script).api_key("key").build().unwrap();
        let error = client.api().token(request.clone()).await.unwrap_err();
        assert!(matches!(error, Error::MissingCredential { scheme: "oauthClientAuth", .. }), "{error:?}");
        assert!(script.requests().is_empty());
        script.respond_json(200, &token(60));
        client.with_credentials(ClientAuth::public("id")).api().token(request).await.unwrap();
        assert!(script.request().form().contains(&("client_id".into(), "id".into())));
    }
}

#[tokio::test]
async fn credentials_that_are_none_send_a_token_request_without_a_client() {
    let script = ScriptedTransport::new();
    script.respond_json(200, &token(60));
    let request = client(&script).api().token(TokenRequest::refresh_token("r"));
    request.credentials(Credentials::none()).await.unwrap();
    let sent = script.request();
    sent.assert_no_credential();
    assert!(sent.form().iter().all(|(name, _)| name != "client_id"));
}

#[tokio::test]
async fn a_public_client_cannot_introspect() {
    let script = ScriptedTransport::new();
    let client = builder(&script).client_auth(ClientAuth::public("id")).build().unwrap();
    let error = client.api().introspect("t").await.unwrap_err();
    assert!(matches!(error, Error::MissingCredential { scheme: "oauthClientAuth", .. }), "{error:?}");
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn a_body_takes_fields_that_are_not_known() {
    let script = ScriptedTransport::new();
    let client = client(&script);
    script.respond_json(200, &token(60)).respond_json(200, &json!({"data": {"client_id": "c"}}));
    let request = client.api().token(TokenRequest::client_credentials());
    request
        .body_field("audience", "https://a.example")
        .body_field("scope", "x")
        .body_field("none", Value::Null)
        .await
        .unwrap();
    client.api().create("name").body_field("logo_uri", Value::Null).body_field("name", "other").await.unwrap();
    let requests = script.requests();
    assert_eq!(requests[0].body, "audience=https%3A%2F%2Fa.example&grant_type=client_credentials&scope=x");
    assert_eq!(requests[1].json(), json!({"logo_uri": null, "name": "other"}));
    let error = client.api().delete("1").body_field("x", 1).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest { .. }), "{error:?}");
}

#[tokio::test]
async fn an_assertion_in_the_body_is_the_client_authentication() {
    let script = ScriptedTransport::new();
    script.respond_json(200, &token(60));
    let request = client(&script).api().token(TokenRequest::refresh_token("r"));
    request.body_field("client_assertion", "jwt").await.unwrap();
    script.request().assert_no_credential();
}
