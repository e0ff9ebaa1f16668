//! What a server asks for when it refuses a call.

use http::{HeaderMap, HeaderValue, Response, header};

use super::{builder, client};
use crate::{Challenge, Error, test_util::ScriptedTransport};

fn all(values: &[&str]) -> Vec<Challenge> {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(header::WWW_AUTHENTICATE, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    Challenge::all(&headers)
}

/// A challenge as `scheme:token;name=value`.
fn shown(challenges: &[Challenge]) -> Vec<String> {
    let show = |challenge: &Challenge| {
        let parameters: String = challenge.parameters().map(|(name, value)| format!(";{name}={value}")).collect();
        let token = challenge.token.as_ref().map(|token| format!(":{token}")).unwrap_or_default();
        format!("{}{token}{parameters}", challenge.scheme)
    };
    challenges.iter().map(show).collect()
}

#[test]
fn all_challenges_of_all_headers_are_read() {
    let cases: &[(&[&str], &[&str])] = &[
        (&[], &[]),
        (&["", " , ,", "="], &[]),
        (&["Basic"], &["Basic"]),
        (
            &["Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\""],
            &["Newauth;realm=apps;type=1;title=Login to \"apps\"", "Basic;realm=simple"],
        ),
        (&["Basic realm=\"a\"", "Bearer error=\"invalid_token\""], &["Basic;realm=a", "Bearer;error=invalid_token"]),
        (&["Negotiate, NTLM TlRM==, Bearer"], &["Negotiate", "NTLM:TlRM==", "Bearer"]),
        (&["Bearer realm = \"a, b=c\" , scope=x"], &["Bearer;realm=a, b=c;scope=x"]),
        (&["Bearer realm=\"\", error=\"\""], &["Bearer;realm=;error="]),
        // Beyond the grammar: no comma, a URL without quotes, a quote that does not end.
        (
            &["Bearer error=\"e\" resource_metadata=https://a.example/m?x=y, Basic"],
            &["Bearer;error=e;resource_metadata=https://a.example/m?x=y", "Basic"],
        ),
        (&["Bearer realm=\"open"], &["Bearer;realm=open"]),
        (&["Bearer realm=\"open\\"], &["Bearer;realm=open"]),
        (&["error=\"x\", Bearer"], &["Bearer"]),
        (&["Bearer", "error=\"of no challenge\""], &["Bearer"]),
        (&["Bearer \"x\" {y}, Basic realm=\"\u{e9}\""], &["Bearer", "x", "y", "Basic;realm=\u{e9}"]),
    ];
    for (values, expected) in cases {
        assert_eq!(shown(&all(values)), *expected, "{values:?}");
    }
}

#[test]
fn schemes_and_names_of_parameters_have_no_case() {
    let challenges = all(&["bEARER Error=\"invalid_token\""]);
    assert!(challenges[0].is("Bearer"));
    assert_eq!(challenges[0].parameter("ERROR"), Some("invalid_token"));
    assert_eq!(challenges[0].parameter("realm"), None);
    assert!(!format!("{challenges:?}").contains("invalid_token"));
}

async fn refused(status: u16, challenges: &[&str]) -> Error {
    let script = ScriptedTransport::new();
    let mut response = Response::builder().status(status);
    for challenge in challenges {
        response = response.header(header::WWW_AUTHENTICATE, *challenge);
    }
    script.respond_with(response.body("").unwrap());
    builder(&script).api_key("key").build().unwrap().api().retrieve("1").await.unwrap_err()
}

#[tokio::test]
async fn what_oauth_says_is_found_in_any_challenge() {
    let metadata = "https://a.example/.well-known/oauth-protected-resource";
    let bearer = format!("Bearer realm=\"a\", ERROR=\"invalid_token\", resource_metadata=\"{metadata}\"");
    let together = format!("Basic realm=\"b\", {bearer}");
    for challenges in [vec![bearer.as_str()], vec!["Basic realm=\"b\"", &bearer], vec![&together, "Negotiate"]] {
        let error = refused(401, &challenges).await;
        assert!(error.is_invalid_token() && !error.is_insufficient_scope(), "{challenges:?}");
        assert_eq!(error.as_api().unwrap().resource_metadata(), Some(metadata), "{challenges:?}");
    }
    let error = refused(403, &["Bearer error=insufficient_scope, scope=\"a b\""]).await;
    assert!(error.is_insufficient_scope() && !error.is_invalid_token());
    let error = refused(401, &["Basic realm=\"error=invalid_token\", Bearer error=\"invalid_tokens\""]).await;
    assert!(!error.is_invalid_token());
}

#[tokio::test]
async fn an_answer_without_challenges_has_none() {
    let script = ScriptedTransport::new();
    script.respond(401, "text/plain", "no");
    let error = client(&script).api().introspect("t").await.unwrap_err();
    assert!(error.as_api().unwrap().www_authenticate().is_empty());
}
