//! Credentials and server of the environment.

use std::process::Command;

use serde_json::json;

use super::{api::TokenRequest, builder};
use crate::test_util::ScriptedTransport;

/// Runs one of the ignored tests below in a process with these variables: those of this process are shared by all
/// tests.
fn run(test: &str, variables: &[(&str, &str)]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "--ignored", &format!("tests::environment::{test}")]).env_clear();
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
fn the_environment_holds_key_client_and_server() {
    let client = [("SAMPLE_CLIENT_ID", "id"), ("SAMPLE_CLIENT_SECRET", "secret")];
    let server = [("SAMPLE_API_KEY", "key"), ("SAMPLE_BASE_URL", "http://localhost:1/x")];
    run("everything_is_set", &[client, server].concat());
    run("only_the_client_identifier_is_set", &[("SAMPLE_CLIENT_ID", "id"), ("SAMPLE_API_KEY", "")]);
}

#[tokio::test]
#[ignore = "runs in a process of its own"]
async fn everything_is_set() {
    let script = ScriptedTransport::new();
    let client = builder(&script).from_env().build().unwrap();
    script.respond_json(200, &json!({"data": {"client_id": "c"}}));
    client.api().retrieve("1").await.unwrap();
    script.respond_json(200, &json!({"active": true}));
    client.api().introspect("t").await.unwrap();
    let requests = script.requests();
    assert_eq!(requests[0].uri, "http://localhost:1/x/oauth_clients/1");
    requests[0].assert_bearer("key");
    requests[1].assert_client_basic("id", "secret");
}

#[tokio::test]
#[ignore = "runs in a process of its own"]
async fn only_the_client_identifier_is_set() {
    let script = ScriptedTransport::new();
    let client = builder(&script).from_env().build().unwrap();
    script.respond_json(200, &json!({"access_token": "a", "token_type": "bearer"}));
    client.api().token(TokenRequest::refresh_token("r")).await.unwrap();
    assert_eq!(script.request().body, "client_id=id&grant_type=refresh_token&refresh_token=r");
    assert!(client.api().retrieve("1").await.is_err());
}
