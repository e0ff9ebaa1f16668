//! No request makes the judge panic, and every message is one line.

use judge::{Document, Judge, Request};
use proptest::prelude::*;
use serde_json::json;

/// A document with every style, every kind of body and every scheme.
fn judge() -> Judge {
    let object =
        json!({"type": "object", "properties": {"n": {"type": "integer"}, "a": {"type": "array", "items": {}}}});
    let array = json!({"type": "array", "items": {"type": ["integer", "null"]}});
    let parameter = |place: &str, name: &str, style: &str, explode: bool, schema: &serde_json::Value| json!({"name": name, "in": place, "style": style, "explode": explode, "schema": schema});
    let document = json!({
        "openapi": "3.1.0",
        "servers": [{"url": "https://{h}.example/{p}", "variables": {"h": {"default": "a"}, "p": {"default": "b"}}}],
        "paths": {"/x/{l}/{m}-{s}.{t}": {"post": {
            "parameters": [
                parameter("path", "l", "label", true, &object),
                parameter("path", "m", "matrix", true, &array),
                parameter("path", "s", "simple", true, &object),
                parameter("path", "t", "matrix", false, &object),
                parameter("query", "d", "deepObject", true, &object),
                parameter("query", "f", "form", true, &object),
                parameter("query", "p", "pipeDelimited", false, &array),
                parameter("query", "b", "spaceDelimited", false, &object),
                parameter("header", "h", "simple", true, &object),
                parameter("cookie", "c", "form", false, &array),
            ],
            "requestBody": {"content": {
                "application/json": {"schema": object},
                "application/x-www-form-urlencoded": {"schema": object},
                "multipart/form-data": {"schema": object},
                "text/*": {"schema": {"type": "integer"}},
            }},
            "security": [{"client": []}, {"basic": []}, {}],
        }}},
        "components": {"securitySchemes": {
            "client": {"type": "oauth2"}, "basic": {"type": "http", "scheme": "basic"}}},
    });
    Judge::new(Document::from_value(document).unwrap()).client_authentication("client")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_request_is_too_strange(
        values in prop::array::uniform4("[.;,=%{}n1a\u{e9}\\[\\]-]{0,8}"),
        query in "[dfpb&=%|+,n1\u{e9}\\[\\]]{0,24}",
        header in any::<Vec<u8>>(),
        media_type in prop::sample::select(vec![
            "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/a", ";", "a/\"",
        ]),
        body in "(--b|--|\r\n|Content-Disposition: form-data; name=n|[{}\"\\[\\]na1&=%:]|client_id=|\\PC){0,16}",
    ) {
        let [l, m, s, t] = values;
        let mut request = Request::new("POST", "https://a.example")
            .header("h", &header)
            .header("cookie", &header)
            .header("authorization", [b"Basic ".as_slice(), &header].concat())
            .body(media_type, body);
        request.target = format!("/b/x/{l}/{m}-{s}.{t}?{query}");
        let verdict = judge().judge(&request);
        for fault in &verdict.faults {
            prop_assert!(!fault.message().contains(['\n', '\r']), "{:?}", fault);
        }
    }

    #[test]
    fn no_target_is_too_strange(target in "\\PC*", authority in "\\PC*") {
        let mut request = Request::new("GET", "https://a.example");
        (request.target, request.authority) = (target, authority);
        let _ = judge().judge(&request);
    }
}
