//! Where values end up in a URL, a header or a cookie.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{api::ListClients, client};
use crate::{
    Error,
    parameter::{Delimiter, Parameter, Query, set_pair},
    path::{self, PathParameter},
    test_util::ScriptedTransport,
};

async fn path_of(id: &str) -> Result<String, Error> {
    let script = ScriptedTransport::new();
    script.respond_json(200, &json!({"data": {"client_id": "c"}}));
    client(&script).api().retrieve(id).await?;
    Ok(script.request().uri.to_string())
}

#[tokio::test]
async fn a_path_parameter_stays_one_segment() {
    let cases = [
        ("a/b?c#d", "a%2Fb%3Fc%23d"),
        ("..%2f", "..%252f"),
        ("...", "..."),
        ("é \\", "%C3%A9%20%5C"),
        ("{id}", "%7Bid%7D"),
        ("a;b=c:@&+$,!'()*", "a%3Bb%3Dc%3A%40%26%2B%24%2C%21%27%28%29%2A"),
        ("\r\nHost: evil", "%0D%0AHost%3A%20evil"),
    ];
    for (id, segment) in cases {
        assert_eq!(path_of(id).await.unwrap(), format!("https://api.example.com/v2/oauth_clients/{segment}"));
    }
}

#[tokio::test]
async fn a_segment_that_no_encoding_saves_is_an_error_before_anything_is_sent() {
    for id in ["", ".", ".."] {
        let error = path_of(id).await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest { operation: "GetClient", .. }), "{error}");
        assert!(!error.may_have_been_sent());
    }
}

#[tokio::test]
async fn bracketed_query_names_are_encoded_exactly() {
    let script = ScriptedTransport::new();
    script.respond_json(200, &json!({}));
    let params = ListClients {
        page_size: Some(50),
        name_contains: Some("a b&c=d+é".to_owned()),
        ids: Some(vec!["x,y".to_owned(), "z".to_owned()]),
        trace: Some("t-1".to_owned()),
        session: Some("s1".into()),
        ..ListClients::default()
    };
    client(&script).api().list(params).await.unwrap();
    let request = script.request();
    assert_eq!(
        request.uri.query(),
        Some("page%5Bsize%5D=50&filter%5Bname%5D%5Bcontains%5D=a%20b%26c%3Dd%2B%C3%A9&ids=x%2Cy,z")
    );
    assert_eq!(request.header("x-trace"), Some("t-1"));
    assert_eq!(request.header("cookie"), Some("session=s1"));
    assert!(request.headers["cookie"].is_sensitive() && !request.headers["x-trace"].is_sensitive());
}

#[tokio::test]
async fn headers_and_cookies_cannot_be_injected() {
    let script = ScriptedTransport::new();
    let list = |trace: Option<&str>, session: Option<&str>| {
        let trace = trace.map(str::to_owned);
        client(&script).api().list(ListClients { trace, session: session.map(Into::into), ..ListClients::default() })
    };
    for bad in ["a\r\nX: y", "a\nb", "a\0"] {
        assert!(matches!(list(Some(bad), None).await, Err(Error::InvalidRequest { .. })), "{bad:?}");
        assert!(matches!(list(None, Some(bad)).await, Err(Error::InvalidRequest { .. })), "{bad:?}");
        assert!(matches!(list(None, None).header("X-Own", bad).await, Err(Error::InvalidRequest { .. })), "{bad:?}");
        assert!(matches!(list(None, None).header(bad, "x").await, Err(Error::InvalidRequest { .. })), "{bad:?}");
    }
    for bad in ["a; admin=1", "a,\"b\"", "a b", "é"] {
        assert!(matches!(list(None, Some(bad)).await, Err(Error::InvalidRequest { .. })), "{bad:?}");
    }
    assert!(script.requests().is_empty());
}

fn query(parameter: impl Into<Parameter>, value: &Value) -> String {
    let mut query = String::new();
    parameter.into().write_query(&mut query, "p", value);
    query
}

#[test]
fn query_styles_are_those_of_openapi() {
    let list = json!(["a b", "c,d", 3]);
    let object = json!({"k": "v w", "n": null, "x": true});
    assert_eq!(query(Query("p"), &list), "p=a%20b&p=c%2Cd&p=3");
    assert_eq!(query(Query("p").delimited(Delimiter::Comma), &list), "p=a%20b,c%2Cd,3");
    assert_eq!(query(Query("p").delimited(Delimiter::Space), &list), "p=a%20b%20c%2Cd%203");
    assert_eq!(query(Query("p").delimited(Delimiter::Pipe), &list), "p=a%20b%7Cc%2Cd%7C3");
    assert_eq!(query(Query("p").delimited(Delimiter::Pipe).exploded(), &json!([1, 2])), "p=1&p=2");
    assert_eq!(query(Query("p"), &object), "k=v%20w&x=true");
    assert_eq!(query(Query("p").delimited(Delimiter::Comma), &json!({"k": 1})), "p=k,1");
    assert_eq!(
        query(Query("p").deep_object(), &json!({"a": {"b": 1}, "c": [2, 3]})),
        "p%5Ba%5D%5Bb%5D=1&p%5Bc%5D=2&p%5Bc%5D=3"
    );
    assert_eq!(query(Query("p").json(), &json!({"a": 1})), "p=%7B%22a%22%3A1%7D");
    assert_eq!(query(Query("p").allow_reserved(), &json!("a/b?c&d#e+f%20 é")), "p=a/b?c%26d%23e%2Bf%2520%20%C3%A9");
    assert_eq!(query(Query("p"), &Value::Null), "");
    assert_eq!(query(Query("p"), &json!([])), "");
}

#[test]
fn path_styles_are_those_of_openapi() {
    let fill = |parameter, value: &Value| path::fill("/x/{p}/y", parameter, value).unwrap();
    let plain = PathParameter::from("p");
    let (list, object) = (json!(["a/", "b"]), json!({"k": 1, "l": 2}));
    assert_eq!(fill(plain, &list), "/x/a%2F,b/y");
    assert_eq!(fill(plain, &object), "/x/k,1,l,2/y");
    assert_eq!(fill(plain.exploded(), &object), "/x/k=1,l=2/y");
    assert_eq!(fill(plain.label(), &json!("v")), "/x/.v/y");
    assert_eq!(fill(plain.label(), &list), "/x/.a%2F,b/y");
    assert_eq!(fill(plain.label().exploded(), &list), "/x/.a%2F.b/y");
    assert_eq!(fill(plain.label().exploded(), &object), "/x/.k=1.l=2/y");
    assert_eq!(fill(plain.matrix(), &json!("v")), "/x/;p=v/y");
    assert_eq!(fill(plain.matrix(), &list), "/x/;p=a%2F,b/y");
    assert_eq!(fill(plain.matrix().exploded(), &list), "/x/;p=a%2F;p=b/y");
    assert_eq!(fill(plain.matrix(), &object), "/x/;p=k,1,l,2/y");
    assert_eq!(fill(plain.matrix().exploded(), &object), "/x/;k=1;l=2/y");
    assert!(path::fill("/x", plain, &list).is_err());
    assert!(path::check("/x/{p}{q}", "/x/..").is_err());
    assert!(path::check("/x/{p}", "/x/{p}").is_err());
    assert!(path::check("/x/", "/x/").is_ok());
    assert!(path::check("/x//{p}", "/x//1").is_ok());
    assert!(path::check("/x//{p}", "/x//").is_err());
    assert!(path::check("", "/x/").is_ok());
    assert!(path::check("", "/x//y").is_err());
}

#[test]
fn a_pair_takes_the_place_of_pairs_of_the_same_name_only() {
    let mut query = "a=1&page%5Bnumber%5D=1&ab=2&page%5Bnumber%5D=2".to_owned();
    set_pair(&mut query, "page[number]", "3");
    assert_eq!(query, "a=1&ab=2&page%5Bnumber%5D=3");
}

#[test]
fn maps_and_lists_of_wire_values_are_parameters() {
    let map = BTreeMap::from([("k".to_owned(), vec![Some(1_i64), None])]);
    let json = serde_json::to_value(crate::wire::Wired(&map)).unwrap();
    assert_eq!(json, json!({"k": [1, null]}));
}

/// Texts of characters that have a meaning somewhere in a URL, the same in every run.
fn hostile_texts() -> impl Iterator<Item = String> {
    let alphabet: Vec<char> = "./\\%2eE?#&=+;:@[]{}|^`\"'<> \r\n\t\0a~é\u{202e}😀".chars().collect();
    let mut seed = 1_u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    (0..20_000).map(move |_| (0..random(6)).map(|_| alphabet[random(alphabet.len())]).collect())
}

#[test]
fn any_text_is_one_path_segment_and_one_query_value_or_an_error() {
    let client = client(&ScriptedTransport::new());
    for text in hostile_texts() {
        let built = client.api().retrieve(&text).query("q", &text).into_http();
        if ["", ".", ".."].contains(&text.as_str()) {
            assert!(built.is_err(), "{text:?}");
            continue;
        }
        // The parser that HTTP stacks use resolves dot segments, also encoded ones, and takes `\` for `/`.
        let url = url::Url::parse(&built.unwrap().0.uri().to_string()).unwrap();
        let segments: Vec<&str> = url.path_segments().unwrap().collect();
        let [version, route, id] = segments.as_slice() else { panic!("{text:?}: {url}") };
        assert_eq!(
            (*version, *route, url.host_str(), url.fragment()),
            ("v2", "oauth_clients", Some("api.example.com"), None)
        );
        let form = id.replace('+', "%2B");
        let decoded = url::form_urlencoded::parse(form.as_bytes()).next().unwrap().0.into_owned();
        assert_eq!(decoded, text);
        assert_eq!(url.query_pairs().collect::<Vec<_>>(), [("q".into(), text.into())]);
    }
}

#[test]
fn any_text_is_one_header_value_or_an_error() {
    let client = client(&ScriptedTransport::new());
    for text in hostile_texts() {
        match client.api().retrieve("1").header("x-own", &text).into_http() {
            Ok((request, _)) => {
                assert_eq!(request.headers()["x-own"].as_bytes(), text.as_bytes());
                assert!(!text.contains(['\r', '\n', '\0']));
            }
            Err(error) => assert!(matches!(error, Error::InvalidRequest { .. }), "{text:?}"),
        }
    }
}
