//! Requests to endpoints without a method.

use http::Method;
use serde_json::json;

use super::{builder, client};
use crate::{ClientAuth, Credentials, Encoding, Error, test_util::ScriptedTransport};

#[tokio::test]
async fn no_credentials_are_sent_when_there_are_to_be_none() {
    let script = ScriptedTransport::new();
    let client = client(&script);
    script.respond_json(200, &json!({}));
    client.request(Method::GET, "/open").credentials(Credentials::none()).await.unwrap();
    script.respond_json(200, &json!({}));
    client.with_credentials(Credentials::none()).request(Method::POST, "/open").await.unwrap();
    script.respond_json(200, &json!({}));
    builder(&script).build().unwrap().request(Method::GET, "/open").await.unwrap();
    assert_eq!(script.requests().len(), 3);
    for request in script.requests() {
        request.assert_no_credential();
    }
}

#[tokio::test]
async fn the_usual_credential_is_needed_where_there_are_others() {
    let script = ScriptedTransport::new();
    let client = builder(&script).client_auth(ClientAuth::public("id")).build().unwrap();
    let error = client.request(Method::GET, "/x").await.unwrap_err();
    assert!(matches!(error, Error::MissingCredential { scheme: "bearerAuth", .. }), "{error}");
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn client_authentication_can_be_chosen() {
    let script = ScriptedTransport::new();
    let form = json!({"token": "a b"});
    let revoke = |auth| {
        let client = builder(&script).client_auth(auth).build().unwrap();
        client.request(Method::POST, "/revoke").scheme("clientAuth").json(&form).encoding(Encoding::Form)
    };
    for auth in [ClientAuth::basic("id", "s"), ClientAuth::post("id", "s"), ClientAuth::public("id")] {
        script.respond(200, "text/plain", "");
        revoke(auth).await.unwrap();
    }
    let requests = script.requests();
    // No token was fetched for any of them.
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| request.uri.path() == "/v2/revoke"));
    requests[0].assert_client_basic("id", "s");
    assert_eq!(requests[0].body, "token=a+b");
    assert_eq!(requests[1].body, "client_id=id&client_secret=s&token=a+b");
    assert_eq!(requests[2].body, "client_id=id&token=a+b");
    requests[2].assert_no_credential();
}

#[tokio::test]
async fn a_scheme_that_is_chosen_must_exist_and_have_a_credential() {
    let script = ScriptedTransport::new();
    let client = builder(&script).api_key("key").build().unwrap();
    let error = client.request(Method::GET, "/x").scheme("clientAuth").await.unwrap_err();
    assert!(matches!(error, Error::MissingCredential { scheme: "clientAuth", .. }), "{error}");
    let error = client.request(Method::GET, "/x").scheme("other").await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest { .. }), "{error}");
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn an_operation_takes_another_scheme_too() {
    let script = ScriptedTransport::new();
    script.respond_json(200, &json!({"active": true}));
    client(&script).api().introspect("t").scheme("bearerAuth").await.unwrap();
    script.request().assert_bearer("key-1");
}
