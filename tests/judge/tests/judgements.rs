//! One small document for each rule.

use judge::FaultKind::{
    CredentialsInUrl, InvalidBody, InvalidParameter, MalformedCredentials, MalformedParameter, MediaType, MissingBody,
    MissingCredentials, MissingParameter, PercentEncoding, Placeholder, RepeatedParameter, ReservedCharacter,
    SeveralCredentials, UnexpectedBody, UnexpectedCredentials, UnknownParameter, WrongCredentials, WrongServer,
};
use judge::{Document, FaultKind, Judge, Place, Request, Verdict};
use serde_json::{Value, json};

const URL: &str = "https://api.example.com/v2";

/// A judge by a document with this one operation at `/x/{...}` or wherever `path` says.
fn judge_of(version: &str, path: &str, method: &str, operation: &Value) -> Judge {
    let document = json!({
        "openapi": version,
        "servers": [{"url": URL}],
        "paths": {path: {method: operation}},
        "components": {"securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer"},
            "basic": {"type": "http", "scheme": "Basic"},
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "query_key": {"type": "apiKey", "in": "query", "name": "key"},
            "cookie_key": {"type": "apiKey", "in": "cookie", "name": "sid"},
            "client": {"type": "oauth2", "flows": {}},
        }},
    });
    Judge::new(Document::from_value(document).unwrap()).client_authentication("client")
}

fn get(path: &str) -> Request {
    Request::new("GET", &format!("{URL}{path}"))
}

fn messages(verdict: &Verdict) -> Vec<&str> {
    verdict.faults.iter().map(judge::Fault::message).collect()
}

/// The kinds of the faults of a query by these parameters.
fn query(parameters: &Value, query: &str) -> Vec<FaultKind> {
    let judge = judge_of("3.1.0", "/x", "get", &json!({"parameters": parameters}));
    judge.judge(&get(&format!("/x?{query}"))).kinds()
}

fn one(name: &str, schema: &Value) -> Value {
    json!([{"name": name, "in": "query", "schema": schema}])
}

#[test]
fn unknown_paths_methods_and_hosts_are_faults() {
    let judge = judge_of("3.1.0", "/x", "get", &json!({}));
    assert_eq!(messages(&judge.judge(&get("/y"))), ["no such path: /v2/y"]);
    let verdict = judge.judge(&Request::new("DELETE", &format!("{URL}/x")));
    assert_eq!(messages(&verdict), ["DELETE is not offered by /x; offered: GET"]);
    assert_eq!(verdict.faults[0].place(), &Place::Method);
    let verdict = judge.judge(&Request::new("GET", "https://other.example/v2/x"));
    assert_eq!(
        messages(&verdict),
        ["no such path on server https://other.example; the operation lives on https://api.example.com/v2"]
    );
}

#[test]
fn servers_of_the_operation_win_over_those_of_the_path_and_the_document() {
    let servers = |url: &str| json!([{"url": url}]);
    let document = json!({"openapi": "3.1.0", "servers": servers("https://a.example"), "paths": {"/x": {
        "servers": servers("https://b.example"),
        "get": {"servers": servers("https://c.example")},
        "put": {},
    }}});
    let judge = Judge::new(Document::from_value(document).unwrap());
    let is_right = |method: &str, url: &str| judge.judge(&Request::new(method, url)).is_right();
    assert!(is_right("GET", "https://c.example/x") && is_right("PUT", "https://b.example/x"));
    assert!(!is_right("GET", "https://b.example/x") && !is_right("PUT", "https://a.example/x"));
}

#[test]
fn concrete_paths_beat_templated_ones() {
    let parameters = json!([{"name": "id", "in": "path", "required": true, "schema": {}}]);
    let document = json!({"openapi": "3.1.0", "paths": {
        "/x/{id}": {"get": {"operationId": "one", "parameters": parameters}},
        "/x/all": {"get": {"operationId": "all"}},
    }});
    let judge = Judge::new(Document::from_value(document).unwrap());
    let operation = |url: &str| judge.judge(&Request::new("GET", url)).operation;
    assert_eq!(operation("https://h.example/x/all").as_deref(), Some("all"));
    assert_eq!(operation("https://h.example/x/1").as_deref(), Some("one"));
}

#[test]
fn an_alias_keeps_the_path_prefix() {
    let judge = judge_of("3.1.0", "/x", "get", &json!({})).alias("http://127.0.0.1:80", "https://api.example.com");
    assert!(judge.judge(&Request::new("GET", "http://127.0.0.1/v2/x")).is_right());
    assert_eq!(judge.judge(&Request::new("GET", "http://127.0.0.1:8080/v2/x")).kinds(), [WrongServer]);
}

#[test]
fn path_values_are_judged_by_their_schema() {
    let parameters = json!([{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}]);
    let judge = judge_of("3.1.0", "/x/{id}", "get", &json!({"parameters": parameters}));
    assert!(judge.judge(&get("/x/5")).is_right());
    assert_eq!(judge.judge(&get("/x/five")).kinds(), [InvalidParameter]);
    assert_eq!(judge.judge(&get("/x/")).kinds(), [MissingParameter]);
    assert_eq!(judge.judge(&get("/x/%7Bid%7D")).kinds(), [Placeholder]);
    assert_eq!(judge.judge(&get("/x/%5")).kinds(), [PercentEncoding]);
}

#[test]
fn parameters_of_the_operation_replace_those_of_the_path() {
    let parameter = |schema: Value| json!([{"name": "a", "in": "query", "schema": schema}]);
    let document = json!({"openapi": "3.1.0", "paths": {"/x": {
        "parameters": parameter(json!({"type": "integer"})),
        "get": {"parameters": parameter(json!({"type": "boolean"}))},
        "put": {},
    }}});
    let judge = Judge::new(Document::from_value(document).unwrap());
    assert!(judge.judge(&Request::new("GET", "https://h.example/x?a=true")).is_right());
    assert_eq!(judge.judge(&Request::new("PUT", "https://h.example/x?a=true")).kinds(), [InvalidParameter]);
}

#[test]
fn query_parameters_are_required_known_and_given_once() {
    let parameters = json!([{"name": "a", "in": "query", "required": true, "schema": {"type": "string"}}]);
    assert_eq!(query(&parameters, "a=1"), []);
    assert_eq!(query(&parameters, ""), [MissingParameter]);
    assert_eq!(query(&parameters, "a=1&b=2"), [UnknownParameter]);
    assert_eq!(query(&parameters, "a=1&a=2"), [RepeatedParameter]);
    assert_eq!(query(&parameters, "a=%"), [PercentEncoding]);
    assert_eq!(query(&parameters, "a=\u{e9}"), [PercentEncoding]);
}

#[test]
fn reserved_characters_need_allow_reserved() {
    assert_eq!(query(&one("u", &json!({"type": "string"})), "u=a%3A/b"), [ReservedCharacter]);
    let allowed = json!([{"name": "u", "in": "query", "allowReserved": true, "schema": {"type": "string"}}]);
    assert_eq!(query(&allowed, "u=https://a.example/"), []);
}

#[test]
fn query_arrays_follow_style_and_explode() {
    let parameter = |style: &str, explode: bool| {
        let schema = json!({"type": "array", "items": {"type": "integer"}, "maxItems": 2});
        json!([{"name": "a", "in": "query", "style": style, "explode": explode, "schema": schema}])
    };
    assert_eq!(query(&parameter("form", true), "a=1&a=2"), []);
    assert_eq!(query(&parameter("form", true), "a=1,2"), [InvalidParameter]);
    assert_eq!(query(&parameter("form", true), "a=1&a=2&a=3"), [InvalidParameter]);
    assert_eq!(query(&parameter("form", false), "a=1,2"), []);
    assert_eq!(query(&parameter("form", false), "a=1&a=2"), [RepeatedParameter]);
    assert_eq!(query(&parameter("spaceDelimited", false), "a=1+2"), []);
    assert_eq!(query(&parameter("pipeDelimited", false), "a=1%7C2"), []);
}

#[test]
fn query_objects_follow_style_and_explode() {
    let parameter = |style: &str, explode: bool| {
        let nested = json!({"type": "object", "properties": {"gt": {"type": "integer"}}});
        let schema = json!({"type": "object", "additionalProperties": false,
            "properties": {"n": {"type": "integer"}, "at": nested, "ids": {"type": "array", "items": {"type": "integer"}}}});
        json!([{"name": "f", "in": "query", "style": style, "explode": explode, "schema": schema}])
    };
    assert_eq!(query(&parameter("deepObject", true), "f[n]=1&f%5Bat%5D[gt]=2&f[ids]=1&f[ids]=2"), []);
    assert_eq!(query(&parameter("deepObject", true), "f[n]=one"), [InvalidParameter]);
    assert_eq!(query(&parameter("deepObject", true), "f[m]=1"), [InvalidParameter]);
    assert_eq!(query(&parameter("deepObject", true), "f[n=1"), [MalformedParameter]);
    assert_eq!(query(&parameter("form", true), "n=1"), []);
    assert_eq!(query(&parameter("form", true), "m=1"), [UnknownParameter]);
    assert_eq!(query(&parameter("form", false), "f=n,1"), []);
    assert_eq!(query(&parameter("form", false), "f=n"), [MalformedParameter]);
}

#[test]
fn a_name_with_brackets_is_a_name() {
    let parameters = json!([
        {"name": "page[size]", "in": "query", "schema": {"type": "integer", "maximum": 100}},
        {"name": "page", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
    ]);
    assert_eq!(query(&parameters, "page%5Bsize%5D=5&page[after]=x"), []);
    assert_eq!(query(&parameters, "page[size]=500"), [InvalidParameter]);
}

#[test]
fn a_parameter_with_content_is_json() {
    let content = json!({"application/json": {"schema": {"type": "object", "required": ["a"]}}});
    let parameters = json!([{"name": "q", "in": "query", "content": content}]);
    assert_eq!(query(&parameters, "q=%7B%22a%22%3A1%7D"), []);
    assert_eq!(query(&parameters, "q=%7B%7D"), [InvalidParameter]);
    assert_eq!(query(&parameters, "q=%7B"), [MalformedParameter]);
}

#[test]
fn headers_and_cookies_are_parameters_too() {
    let parameters = json!([
        {"name": "X-Count", "in": "header", "required": true, "schema": {"type": "array", "items": {"type": "integer"}}},
        {"name": "lang", "in": "cookie", "schema": {"enum": ["de", "en"]}},
        {"name": "Authorization", "in": "header", "required": true, "schema": {"type": "string"}},
    ]);
    let judge = judge_of("3.1.0", "/x", "get", &json!({"parameters": parameters}));
    assert!(judge.judge(&get("/x").header("x-count", "1, 2").header("Cookie", "lang=de")).is_right());
    assert_eq!(judge.judge(&get("/x")).kinds(), [MissingParameter]);
    let verdict = judge.judge(&get("/x").header("x-count", "one").header("Cookie", "lang=fr"));
    assert_eq!(verdict.kinds(), [InvalidParameter, InvalidParameter]);
    assert_eq!(verdict.faults[1].place(), &Place::Cookie("lang".to_owned()));
}

/// The faults of a body of this media type by this content.
fn body(content: &Value, media_type: &str, body: &str) -> Vec<String> {
    let judge = judge_of("3.1.0", "/x", "post", &json!({"requestBody": {"required": true, "content": content}}));
    let request = Request::new("POST", &format!("{URL}/x")).body(media_type, body);
    messages(&judge.judge(&request)).into_iter().map(str::to_owned).collect()
}

#[test]
fn bodies_are_required_or_not_and_expected_or_not() {
    let post = || Request::new("POST", &format!("{URL}/x"));
    let content = json!({"application/json": {}});
    let required = json!({"requestBody": {"required": true, "content": content}});
    assert_eq!(judge_of("3.1.0", "/x", "post", &required).judge(&post()).kinds(), [MissingBody]);
    let optional = json!({"requestBody": {"content": content}});
    assert!(judge_of("3.1.0", "/x", "post", &optional).judge(&post()).is_right());
    let none = judge_of("3.1.0", "/x", "post", &json!({}));
    assert_eq!(none.judge(&post().body("application/json", "{}")).kinds(), [UnexpectedBody]);
}

#[test]
fn the_media_type_must_be_offered() {
    let content = json!({"application/json": {}, "text/*": {}});
    assert!(body(&content, "application/json; charset=utf-8", "{}").is_empty());
    assert!(body(&content, "text/csv", "a,b").is_empty());
    assert_eq!(
        body(&content, "image/png", "x"),
        ["header `content-type`: `image/png` is not offered; the operation takes application/json, text/*"]
    );
    let judge = judge_of("3.1.0", "/x", "post", &json!({"requestBody": {"content": content}}));
    let mut request = Request::new("POST", &format!("{URL}/x"));
    request.body = b"{}".to_vec();
    assert_eq!(judge.judge(&request).kinds(), [MediaType]);
}

#[test]
fn json_bodies_name_the_place_of_each_fault() {
    let content = json!({"application/json": {"schema": {"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string"}, "uris": {"type": "array", "items": {"type": "string", "format": "uri"}}}}}});
    assert_eq!(
        body(&content, "application/json", r#"{"uris": ["https://a.example", "no uri"]}"#),
        ["body: \"name\" is a required property", "body /uris/1: \"no uri\" is not a \"uri\""]
    );
    assert_eq!(body(&content, "application/json", "{").len(), 1);
}

#[test]
fn read_only_properties_are_not_sent() {
    let content =
        json!({"application/json": {"schema": {"required": ["id"], "properties": {"id": {"readOnly": true}}}}});
    assert!(body(&content, "application/json", "{}").is_empty());
    assert_eq!(body(&content, "application/json", r#"{"id": 1}"#), ["body /id: is read-only and must not be sent"]);
}

#[test]
fn form_bodies_are_read_by_schema_and_encoding() {
    let content = json!({"application/x-www-form-urlencoded": {
        "schema": {"type": "object", "additionalProperties": false, "required": ["n"], "properties": {
            "n": {"type": "integer"}, "list": {"type": "array", "items": {"type": "integer"}},
            "csv": {"type": "array", "items": {"type": "integer"}}, "json": {"type": "object"}}},
        "encoding": {"csv": {"style": "form", "explode": false}, "json": {"contentType": "application/json"}},
    }});
    let form = |text: &str| body(&content, "application/x-www-form-urlencoded", text);
    assert!(form("n=1&list=1&list=2&csv=1,2&json=%7B%22a%22%3A1%7D").is_empty());
    assert_eq!(form("n=one"), ["body /n: \"one\" is not of type \"integer\""]);
    assert_eq!(form("n=1&n=2"), ["body /n: is given more than once"]);
    assert_eq!(form("list=1"), ["body: \"n\" is a required property"]);
    assert_eq!(form("n=1&m=%").len(), 1);
    assert_eq!(form("n=1&m=2"), ["body: Additional properties are not allowed ('m' was unexpected)"]);
}

#[test]
fn multipart_parts_are_properties() {
    let content = json!({"multipart/form-data": {
        "schema": {"type": "object", "required": ["file"], "properties": {
            "file": {"type": "string", "format": "binary"}, "n": {"type": "integer"}}},
        "encoding": {"file": {"contentType": "image/png, image/jpeg"}},
    }});
    let part = |name: &str, kind: &str, text: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n{text}\r\n")
    };
    let send =
        |parts: &[String]| body(&content, "multipart/form-data; boundary=b", &format!("{}--b--\r\n", parts.concat()));
    assert!(send(&[part("file", "image/png", "x"), part("n", "text/plain", "1")]).is_empty());
    assert_eq!(send(&[part("n", "text/plain", "1")]), ["body: \"file\" is a required property"]);
    assert_eq!(
        send(&[part("file", "text/html", "x")]),
        ["body /file: `text/html` is not offered; the part takes image/png, image/jpeg"]
    );
    assert_eq!(body(&content, "multipart/form-data", "x"), ["body: the media type has no `boundary`"]);
}

#[test]
fn nullable_of_3_0_is_honoured() {
    let schema = json!({"type": "object", "properties": {"a": {"type": "string", "nullable": true}}});
    let operation = json!({"requestBody": {"content": {"application/json": {"schema": schema}}}});
    let request = Request::new("POST", &format!("{URL}/x")).body("application/json", r#"{"a": null}"#);
    assert!(judge_of("3.0.3", "/x", "post", &operation).judge(&request).is_right());
    assert_eq!(judge_of("3.1.0", "/x", "post", &operation).judge(&request).kinds(), [InvalidBody]);
}

#[test]
fn an_overlay_changes_what_is_judged() {
    let document = json!({"openapi": "3.1.0", "paths": {"/x": {"get": {}}}});
    let overlay = json!({"overlay": "1.0.0", "actions": [
        {"target": "$.paths['/x'].get", "update": {"parameters": [{"name": "a", "in": "query", "schema": {}}]}},
    ]});
    let document = Document::from_value(document).unwrap().overlaid_with(&overlay).unwrap();
    assert!(Judge::new(document).judge(&Request::new("GET", "https://h.example/x?a=1")).is_right());
}

/// The kinds of the faults of a POST with these headers and this form by these security requirements.
fn security(requirements: &Value, path: &str, headers: &[(&str, &str)], form: &str) -> Vec<FaultKind> {
    let content = json!({"application/x-www-form-urlencoded": {}});
    let operation = json!({"security": requirements, "requestBody": {"content": content}});
    let mut request = Request::new("POST", &format!("{URL}{path}"));
    if !form.is_empty() {
        request = request.body("application/x-www-form-urlencoded", form);
    }
    for (name, value) in headers {
        request = request.header(name, value);
    }
    judge_of("3.1.0", "/x", "post", &operation).judge(&request).kinds()
}

const BEARER: (&str, &str) = ("Authorization", "Bearer abc");
const BASIC: (&str, &str) = ("Authorization", "Basic YWJjOmRlZg==");

#[test]
fn each_scheme_wants_its_own_credential() {
    for (scheme, path, header) in [
        ("bearer", "/x", Some(BEARER)),
        ("basic", "/x", Some(BASIC)),
        ("key", "/x", Some(("x-key", "1"))),
        ("query_key", "/x?key=1", None),
        ("cookie_key", "/x", Some(("cookie", "sid=1"))),
    ] {
        let headers: Vec<_> = header.into_iter().collect();
        assert_eq!(security(&json!([{scheme: []}]), path, &headers, ""), [], "{scheme}");
        assert_eq!(security(&json!([{scheme: []}]), "/x", &[], ""), [MissingCredentials], "{scheme}");
    }
    assert_eq!(security(&json!([{"basic": []}]), "/x", &[BEARER], ""), [WrongCredentials]);
    assert_eq!(security(&json!([{"bearer": [], "key": []}]), "/x", &[BEARER], ""), [WrongCredentials]);
    assert_eq!(security(&json!([{"bearer": [], "key": []}]), "/x", &[BEARER, ("x-key", "1")], ""), []);
}

#[test]
fn credentials_where_none_belong_are_faults() {
    for header in [BEARER, ("X-Api-Key", "1"), ("X-Key", "1"), ("Cookie", "a=b")] {
        assert_eq!(security(&json!([]), "/x", &[header], ""), [UnexpectedCredentials], "{header:?}");
    }
    assert_eq!(security(&json!([]), "/x?access_token=1", &[], ""), [CredentialsInUrl]);
    assert_eq!(security(&json!([{"bearer": []}, {}]), "/x", &[BASIC], ""), [WrongCredentials]);
}

#[test]
fn two_credentials_at_once_are_a_fault() {
    assert_eq!(security(&json!([{"bearer": []}]), "/x", &[BEARER, BASIC], ""), [SeveralCredentials]);
    assert_eq!(
        security(&json!([{"bearer": []}, {"key": []}]), "/x", &[BEARER, ("x-key", "1")], ""),
        [SeveralCredentials]
    );
}

#[test]
fn empty_and_garbled_credentials_are_malformed() {
    assert_eq!(security(&json!([{"bearer": []}]), "/x", &[("Authorization", "Bearer ")], ""), [MalformedCredentials]);
    assert_eq!(
        security(&json!([{"bearer": []}]), "/x", &[("Authorization", "Bearer $KEY")], ""),
        [MalformedCredentials]
    );
    assert_eq!(security(&json!([{"basic": []}]), "/x", &[("Authorization", "Basic a:b")], ""), [MalformedCredentials]);
}

#[test]
fn clients_authenticate_by_basic_or_in_the_body_but_once() {
    let client = json!([{"client": []}]);
    assert_eq!(security(&client, "/x", &[BASIC], "a=b"), []);
    assert_eq!(security(&client, "/x", &[], "client_id=a&client_secret=b"), []);
    assert_eq!(security(&client, "/x", &[], "client_id=a"), []);
    assert_eq!(security(&client, "/x", &[], "a=b"), [MissingCredentials]);
    assert_eq!(security(&client, "/x", &[BEARER], "a=b"), [WrongCredentials]);
    assert_eq!(security(&client, "/x", &[BASIC], "client_id=a"), [SeveralCredentials]);
    assert_eq!(security(&client, "/x", &[], "client_secret=a"), [MalformedCredentials]);
    assert_eq!(
        security(&client, "/x?client_id=a&client_secret=b", &[], ""),
        [CredentialsInUrl, CredentialsInUrl, MissingCredentials]
    );
    // `a b:c/d` and `a+b:c%2Fd`.
    assert_eq!(security(&client, "/x", &[("Authorization", "Basic YSBiOmMvZA==")], ""), [MalformedCredentials]);
    assert_eq!(security(&client, "/x", &[("Authorization", "Basic YStiOmMlMkZk")], ""), []);
}

#[test]
fn security_of_the_document_holds_where_the_operation_says_nothing() {
    let document = json!({"openapi": "3.1.0", "security": [{"b": []}], "paths": {"/x": {"get": {}, "put": {"security": []}}},
        "components": {"securitySchemes": {"b": {"type": "http", "scheme": "bearer"}}}});
    let judge = Judge::new(Document::from_value(document).unwrap());
    assert_eq!(judge.judge(&Request::new("GET", "https://h.example/x")).kinds(), [MissingCredentials]);
    assert!(judge.judge(&Request::new("PUT", "https://h.example/x")).is_right());
}

#[test]
fn the_faults_of_the_document_itself_are_said_so() {
    let schema = json!({"$ref": "#/components/schemas/Gone"});
    assert_eq!(query(&one("a", &schema), "a=1"), [FaultKind::Document]);
    assert_eq!(security(&json!([{"gone": []}]), "/x", &[], ""), [FaultKind::Document]);
}
