//! What a callback is, and what an attempt may say.

use std::{collections::HashSet, time::Duration};

use super::{api::TokenRequest, builder, client, new_year};
use crate::{
    AuthorizationAttempt, CallbackError, ClientSecret, CodeVerifier, Error, State, secret::secret,
    test_util::ScriptedTransport,
};

const REDIRECT_URI: &str = "https://app.example/callback";

fn attempt() -> AuthorizationAttempt {
    client(&ScriptedTransport::new()).api().authorize_url("c", REDIRECT_URI).unwrap()
}

/// The answer of the attempt, in whose text `STATE` stands for its state.
fn accept(attempt: &mut AuthorizationAttempt, text: &str) -> Result<String, CallbackError> {
    let callback = text.replace("STATE", attempt.state().expose());
    attempt.accept_callback(&callback).map(|code| code.expose().to_owned())
}

#[test]
fn a_query_may_hold_question_marks() {
    for (text, code) in [
        ("code=ab?cd&state=STATE", "ab?cd"),
        ("state=STATE&code=ab?cd", "ab?cd"),
        ("code=https://a?b&state=STATE", "https://a?b"),
        ("https://app.example/callback?code=ab?cd&state=STATE", "ab?cd"),
        ("https://app.example/a=b?code=x&state=STATE", "x"),
        ("/a&b?code=x&state=STATE", "x"),
        ("?code=x&state=STATE", "x"),
        ("code=x&state=STATE", "x"),
    ] {
        assert_eq!(accept(&mut attempt(), text).as_deref(), Ok(code), "{text}");
    }
}

#[test]
fn empty_parameters_count_as_left_out() {
    for (text, expected) in [
        ("code=&state=STATE", Err(CallbackError::CodeMissing)),
        ("code=x&error=&state=STATE", Ok("x".to_owned())),
        ("code=&code=x&state=STATE", Ok("x".to_owned())),
        ("code=x&state=STATE&state=", Ok("x".to_owned())),
    ] {
        assert_eq!(accept(&mut attempt(), text), expected, "{text}");
    }
    let mut strict = attempt().require_issuer("https://as.example");
    assert_eq!(accept(&mut strict, "code=x&state=STATE&iss="), Err(CallbackError::IssuerMissing));
}

#[test]
fn an_answer_without_a_code_does_not_use_up_the_attempt() {
    let mut attempt = attempt();
    assert_eq!(accept(&mut attempt, "state=STATE"), Err(CallbackError::CodeMissing));
    assert_eq!(accept(&mut attempt, "state=STATE&code=x").as_deref(), Ok("x"));
    assert_eq!(accept(&mut attempt, "state=STATE&code=x"), Err(CallbackError::Replayed));
}

secret! {
    /// A redirect with a code.
    pub struct GrantRedirect;
}

#[test]
fn a_callback_may_be_a_secret() {
    let mut attempt = attempt();
    let redirect = GrantRedirect::from(format!("{REDIRECT_URI}?code=x&state={}", attempt.state().expose()));
    assert_eq!(attempt.accept_callback(&redirect).unwrap().expose(), "x");
}

#[test]
fn an_attempt_takes_the_parameters_of_extensions() {
    let attempt = attempt().parameter("prompt", "log in&now").unwrap().parameter("login_hint", "a@b").unwrap();
    let url = url::Url::parse(attempt.url()).unwrap();
    let value = |wanted: &str| url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
    assert_eq!((value("prompt").as_deref(), value("login_hint").as_deref()), (Some("log in&now"), Some("a@b")));
    let kept = AuthorizationAttempt::from_secret_json(&attempt.to_secret_json().unwrap()).unwrap();
    for name in ["state", "code_challenge", "client_id", "redirect_uri", "scope", "resource", "response_type", "prompt"]
    {
        let attempt = AuthorizationAttempt::from_secret_json(&kept.to_secret_json().unwrap()).unwrap();
        assert!(matches!(attempt.parameter(name, "x"), Err(Error::Configuration { .. })), "{name}");
    }
}

#[test]
fn a_redirect_uri_is_absolute_and_leads_back_to_the_client() {
    let client = client(&ScriptedTransport::new());
    let wrong = [
        "",
        "/callback",
        "callback",
        "//app.example/callback",
        "https:app.example",
        "https:///app.example",
        " https://app.example/",
        "https://app.example/\n",
        "https://app.example/#",
        "https://app.example/#part",
        "https://app.example\\callback",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
    ];
    for uri in wrong {
        let error = client.api().authorize_url("c", uri).unwrap_err();
        assert!(matches!(error, Error::InvalidRequest { .. }), "{uri:?}: {error:?}");
    }
    let right =
        [REDIRECT_URI, "http://127.0.0.1:4000/cb", "http://[::1]:4000/cb", "com.example.app:/cb", "https://a/?b=%20"];
    for uri in right {
        assert_eq!(client.api().authorize_url("c", uri).unwrap().redirect_uri(), Some(uri));
    }
}

#[tokio::test]
async fn a_code_or_verifier_that_is_none_is_not_sent() {
    let script = ScriptedTransport::new();
    let client = client(&script);
    let good = "verifier-of-at-least-forty-three-characters";
    for (code, verifier) in [
        ("", good),
        ("c", ""),
        ("c", "short"),
        ("c", "verifier of at least forty three characters"),
        ("c", &"v".repeat(129)),
    ] {
        let request = TokenRequest::authorization_code(code, REDIRECT_URI, verifier);
        let error = client.api().token(request).await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest { .. }), "{code} {verifier}: {error:?}");
        assert!(verifier.is_empty() || !error.to_string().contains(verifier));
    }
    assert!(script.requests().is_empty());
}

#[test]
fn a_resource_is_taken_as_it_is_or_refused() {
    for wrong in [" https://a.example", "https://a.example\t", "https://a.example/ü", "https:a.example", "https:\\\\a"]
    {
        assert!(attempt().resource(wrong).is_err(), "{wrong:?}");
    }
    assert_eq!(attempt().resource("https://a.example/%C3%BC").unwrap().resources(), ["https://a.example/%C3%BC"]);
}

#[test]
fn an_attempt_says_when_it_began_and_may_expire() {
    let limit = Duration::from_secs(600);
    let attempt = attempt().valid_for(limit);
    assert_eq!(attempt.created_at(), new_year().into());
    let text = attempt.to_secret_json().unwrap();
    let callback = format!("code=x&state={}", attempt.state().expose());
    let at = |now| {
        let mut attempt = AuthorizationAttempt::from_secret_json(&text).unwrap();
        attempt.accept_callback_at(&callback, now).map(|code| code.expose().to_owned())
    };
    assert_eq!(at(new_year() + limit - Duration::from_secs(1)).as_deref(), Ok("x"));
    assert_eq!(at(new_year() + limit), Err(CallbackError::Expired));
}

#[test]
fn states_find_their_attempts() {
    let (one, other) = (State::from("one"), State::from("other"));
    let known = HashSet::from([one.clone(), other.clone()]);
    assert!(one != other && known.contains(&State::from("one")) && !known.contains(&State::from("third")));
}

#[test]
fn secrets_are_made_of_and_compared_with_texts_and_secrets() {
    let text = "a secret".to_owned();
    let secret = ClientSecret::from(&text);
    assert!(secret.ct_eq(&text) && secret.ct_eq("a secret") && secret.ct_eq(&ClientSecret::from("a secret")));
    assert!(!secret.ct_eq(&CodeVerifier::from("another")) && !secret.ct_eq(""));
    assert!(builder(&ScriptedTransport::new()).api_key(&text).build().is_ok());
}
