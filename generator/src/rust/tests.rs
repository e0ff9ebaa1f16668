//! Documents in, crates out.

use std::path::Path;

use super::emit;
use crate::output::tree::Tree;
use crate::pipeline::{Input, Named, run};
use crate::templates::Templates;

/// The crate of a document with these paths and components.
fn emitted(paths: &str, schemas: &str) -> Tree {
    emitted_with(paths, schemas, "")
}

/// As [`emitted`], with this product.toml.
fn emitted_with(paths: &str, schemas: &str, product: &str) -> Tree {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("openapi.yaml");
    let document = format!(
        "openapi: 3.1.0\ninfo: {{title: Sample, version: '1'}}\nservers: [{{url: 'https://api.example.com'}}]\n\
         paths:\n{paths}\ncomponents:\n  schemas:\n{schemas}\n"
    );
    std::fs::write(&path, document).unwrap();
    let named = |path, name: &str| Named { path, name: name.to_owned() };
    let product_path = folder.path().join("product.toml");
    std::fs::write(&product_path, product).unwrap();
    let outcome = run(&Input {
        document: named(path, "openapi.yaml"),
        overlay: None,
        product: (!product.is_empty()).then(|| named(product_path, "product.toml")),
        allow: Vec::new(),
    });
    let Some(mut api) = outcome.api else { panic!("{:?}", outcome.findings) };
    api.product.product.crate_name = "sample".to_owned();
    let templates = Templates::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../templates"))).unwrap();
    let tree = emit(&api, &templates).unwrap();
    assert_eq!(emit(&api, &templates).unwrap(), tree);
    for (path, text) in tree.iter().filter(|(path, _)| path.ends_with(".rs")) {
        assert!(syn::parse_file(text).is_ok(), "{path}\n{text}");
    }
    tree
}

const POST: &str = "  /things:
    post:
      operationId: CreateThing
      summary: Create a thing
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
      responses: {'204': {description: Done}}";

#[track_caller]
fn has(tree: &Tree, path: &str, part: &str) {
    let text = tree
        .get(path)
        .unwrap_or_else(|| panic!("no {path}: {:?}", tree.iter().map(|(path, _)| path).collect::<Vec<_>>()));
    assert!(text.contains(part), "{path} lacks\n{part}\n\n{text}");
}

#[test]
fn a_request_struct_has_new_and_setters() {
    let tree = emitted(
        POST,
        "    Thing:
      type: object
      required: [name]
      properties:
        name: {type: string}
        tags: {type: array, items: {type: string}}
        note: {type: [string, 'null']}
        type: {type: integer}",
    );
    let path = "src/types/thing.rs";
    has(&tree, path, "    pub fn new(name: impl Into<String>) -> Self {\n");
    has(&tree, path, "    pub fn tags(mut self, tags: impl IntoIterator<Item: Into<String>>) -> Self {\n");
    has(
        &tree,
        path,
        "    #[serde(default, skip_serializing_if = \"Nullable::is_absent\")]\n    pub note: Nullable<String>,\n",
    );
    has(&tree, path, "    pub fn clear_note(mut self) -> Self {\n        self.note = Nullable::Null;\n");
    has(
        &tree,
        path,
        "    #[serde(rename = \"type\", skip_serializing_if = \"Option::is_none\")]\n    pub type_: Option<i64>,\n",
    );
    has(&tree, "src/resources/things.rs", "body: impl Into<Thing>");
}

#[test]
fn an_enum_among_the_arguments_of_new_is_no_text() {
    let tree = emitted(
        POST,
        "    Kind: {type: string, enum: [a, b]}
    Thing:
      type: object
      required: [kind, kinds, name]
      properties:
        kind: {$ref: '#/components/schemas/Kind'}
        kinds: {type: array, items: {$ref: '#/components/schemas/Kind'}}
        name: {type: string}
        other: {$ref: '#/components/schemas/Kind'}",
    );
    let text = squeezed(&tree, "src/types/thing.rs");
    let new = "pubfnnew(kind:Kind,kinds:implIntoIterator<Item=Kind>,name:implInto<String>";
    assert!(text.contains(new) && text.contains("pubfnother(mutself,other:implInto<Kind>)"), "{text}");
}

#[test]
fn five_required_members_go_into_a_struct() {
    let tree = emitted(
        POST,
        "    Thing:
      type: object
      required: [a, b, c, d, e]
      properties: {a: {type: string}, b: {type: string}, c: {type: string}, d: {type: string}, e: {type: integer}}",
    );
    has(&tree, "src/types/thing.rs", "    pub fn new(required: ThingRequired) -> Self {\n");
    has(&tree, "src/types/mod.rs", "pub use thing::{Thing, ThingRequired};\n");
    has(&tree, "src/resources/things.rs", "Thing::new(ThingRequired {");
}

#[test]
fn an_enum_keeps_odd_values_apart() {
    let tree = emitted(
        POST,
        "    Thing:
      type: object
      properties:
        kind: {type: string, enum: ['', '-', '1', unknown, self, é]}",
    );
    let path = "src/types/thing.rs";
    has(&tree, path, "open_enum! {\n");
    has(&tree, path, "        Unknown_ = \"unknown\",\n");
    has(&tree, path, "        Self_ = \"self\",\n");
    has(&tree, path, "        _1 = \"1\",\n");
    has(&tree, path, " = \"é\",\n");
}

#[test]
fn a_tagged_union_reads_by_its_tag_and_has_constructors() {
    let tree = emitted(
        POST,
        "    Thing:
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
      discriminator: {propertyName: kind, mapping: {cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog'}}
    Cat: {type: object, required: [kind, name], properties: {kind: {const: cat}, name: {type: string}}}
    Dog: {type: object, required: [kind], properties: {kind: {const: dog}}}",
    );
    let path = "src/types/thing.rs";
    has(&tree, path, "by_tag!(value, \"kind\"; \"cat\" => Cat, \"dog\" => Dog)");
    has(&tree, path, "    pub fn cat(name: impl Into<String>) -> Cat {\n        Cat::new(name)\n");
    has(&tree, path, "impl From<Cat> for Thing {\n");
    has(&tree, path, "    Unknown(UnknownVariant),\n");
}

#[test]
fn an_alternative_is_sent_with_the_tag_that_the_mapping_gives_it() {
    let tree = emitted(
        POST,
        "    Thing:
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}, {$ref: '#/components/schemas/Fox'}]
      discriminator: {propertyName: kind, mapping: {cat-1: '#/components/schemas/Cat', dog: '#/components/schemas/Dog', hound: Dog}}
    Cat: {type: object, properties: {kind: {type: string}, name: {type: string}}}
    Dog: {type: object, required: [kind], properties: {kind: {type: string}}}
    Fox: {type: object, required: [kind], properties: {kind: {type: string, enum: [Fox, fox]}}}",
    );
    has(&tree, "src/types/cat.rs", "    kind: String,\n");
    has(&tree, "src/types/cat.rs", "kind: \"cat-1\".to_owned()");
    has(&tree, "src/types/dog.rs", "pub fn new(kind: impl Into<String>)");
    has(&tree, "src/types/fox.rs", "pub fn new(kind: FoxKind)");
}

#[test]
fn unknown_members_of_a_request_are_kept_and_can_be_set() {
    let tree = emitted(POST, "    Thing: {type: object, properties: {a: {type: string}}, additionalProperties: true}");
    let path = "src/types/thing.rs";
    has(&tree, path, "    #[serde(flatten)]\n    pub extra: Extra,\n");
    has(&tree, path, "        self.extra.insert(name, value);\n");
}

#[test]
fn names_of_the_prelude_and_of_the_runtime_are_not_shadowed() {
    let tree = emitted(
        POST,
        "    Thing: {type: object, properties: {a: {$ref: '#/components/schemas/Option'}, b: {$ref: '#/components/schemas/Error'}}}
    Option: {type: object, properties: {c: {type: string}}}
    Error: {type: object, properties: {d: {type: string}}}",
    );
    has(&tree, "src/types/option.rs", "pub struct Option_ {\n");
    has(&tree, "src/types/error.rs", "pub struct Error_ {\n");
}

#[test]
fn text_of_the_document_never_becomes_code() {
    let hostile =
        r#""*/ } fn evil() {} /*\r\n```\nfn evil() {}\n//@blank\n@doc\u0001x\nmod secret__ {\n#![evil]\u202e""#;
    let tree = emitted(
        &POST.replace("Create a thing", &format!("{hostile}\n      description: {hostile}")),
        &format!(
            "    Thing: {{type: object, description: {hostile}, properties: {{a: {{type: string, default: {hostile}, description: {hostile}}}}}}}"
        ),
    );
    for (path, text) in
        tree.iter().filter(|(path, _)| path.starts_with("src/types") || path.starts_with("src/resources"))
    {
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        assert!(!code.iter().any(|line| line.contains("evil")), "{path}\n{text}");
        assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{path}");
    }
}

#[test]
fn the_manifest_is_a_workspace_of_its_own() {
    let tree = emitted(POST, "    Thing: {type: object}");
    let manifest: toml::Table = toml::from_str(tree.get("Cargo.toml").unwrap()).unwrap();
    assert!(manifest.contains_key("workspace"));
    assert_eq!(manifest["package"]["edition"].as_str(), Some("2024"));
    assert!(manifest["dependencies"].as_table().unwrap().contains_key("serde"));
}

#[test]
fn a_document_without_oauth_gets_no_part_that_only_oauth_needs() {
    let tree = emitted(POST, "    Thing: {type: object}");
    let modules = [
        "authorization",
        "client_auth",
        "discovery",
        "key_set",
        "loopback",
        "managed_token",
        "oauth_error",
        "renewal",
        "resource_indicator",
        "seconds",
        "shared_future",
        "token_set",
        "token_state",
        "token_store",
        "verify",
    ];
    for module in modules {
        assert!(tree.get(&format!("src/{module}.rs")).is_none(), "{module}");
    }
    for path in ["Cargo.toml", "README.md", "src/lib.rs", "src/product.rs"] {
        let text = tree.get(path).unwrap();
        for word in ["verify", "jsonwebtoken", "loopback", "KEYS_OPERATION"] {
            assert!(!text.contains(word), "{path} has {word}");
        }
    }
    has(&tree, "Cargo.toml", "blocking = []");
    has(&tree, "Cargo.toml", "tracing = [\"dep:tracing\"]");
    has(&tree, "src/guide/blocking.md", ".call()?");
    let guide = tree.iter().filter(|(path, _)| path.starts_with("src/guide") || path.starts_with("examples/"));
    for (path, text) in guide.chain([("README.md", tree.get("README.md").unwrap())]) {
        for word in ["OAuth", "PKCE", "RFC 6749", "RFC 7636", "ClientAuth", "ManagedToken", "CLIENT_ID", "token"] {
            assert!(!text.contains(word), "{path} has {word}\n{text}");
        }
    }
}

#[test]
fn pages_link_to_what_is_there_and_programs_are_those_that_fit() {
    let tree = emitted(POST, "    Thing: {type: object, properties: {name: {type: string}}}");
    let pages: Vec<&str> = tree.iter().filter_map(|(path, _)| path.strip_prefix("src/guide/")).collect();
    assert_eq!(pages, ["blocking.md", "errors.md", "logs.md", "retries.md", "testing.md", "tls_and_proxies.md"]);
    let programs: Vec<&str> = tree.iter().filter_map(|(path, _)| path.strip_prefix("examples/")).collect();
    assert_eq!(programs, ["errors.rs", "first_call.rs", "offline/mod.rs"]);
    for page in pages {
        let name = page.trim_end_matches(".md");
        has(&tree, "src/lib.rs", &format!("| [`{name}`](guide::{name}) |"));
        has(&tree, "src/guide.rs", &format!("pub mod {name} {{}}"));
    }
    has(&tree, "src/guide/errors.md", "client.things().create(Thing::new()).await;");
}

#[test]
fn the_map_of_the_root_has_every_item() {
    let templates = Templates::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../templates"))).unwrap();
    let map = templates.get("client/guide/index.md").unwrap();
    let words: Vec<&str> = map.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let runtime = super::runtime::Runtime::read(&templates).unwrap();
    let missing: Vec<&str> = runtime.exports().filter(|item| !words.contains(item)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

const TOKEN: &str = "  /token:
    post:
      operationId: GetToken
      security: [{client: []}, {}]
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/TokenRequest'}}}
      responses:
        '200': {description: Tokens, content: {application/json: {schema: {$ref: '#/components/schemas/Tokens'}}}}";

const TOKEN_TYPES: &str = "    TokenRequest:
      oneOf: [{$ref: '#/components/schemas/Own'}, {$ref: '#/components/schemas/Code'}]
      discriminator: {propertyName: grant_type, mapping: {own: '#/components/schemas/Own', code: '#/components/schemas/Code'}}
    Own: {type: object, required: [grant_type], properties: {grant_type: {type: string, const: own}}}
    Code: {type: object, required: [grant_type, code], properties: {grant_type: {type: string, const: code}, code: {type: string}}}
    Tokens:
      type: object
      required: [access_token, token_type, expires_in]
      properties: {access_token: {type: string}, token_type: {type: string}, expires_in: {type: integer}, iat: {type: integer}}
  securitySchemes: {client: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://api.example.com/token', scopes: {}}}}}";

const TOKEN_PRODUCT: &str = "[credentials.client]
kind = 'client-authentication'
required = ['GetToken:Own']
[secrets.AccessToken]
places = ['Tokens.access_token']
[numbers]
seconds = ['Tokens.expires_in', 'Tokens.iat']
[flows]
token = 'GetToken'
";

/// The text of a file without white space: how the lines break is not what a test is about.
fn squeezed(tree: &Tree, path: &str) -> String {
    tree.get(path).unwrap_or_else(|| panic!("no {path}")).split_whitespace().collect()
}

#[test]
fn an_alternative_that_needs_a_credential_says_so_to_the_runtime() {
    let tree = emitted_with(TOKEN, TOKEN_TYPES, TOKEN_PRODUCT);
    let (path, text) =
        tree.iter().find(|(path, _)| path.starts_with("src/resources/") && !path.ends_with("mod.rs")).unwrap();
    assert!(squeezed(&tree, path).contains(".credential_required(matches!(&body,TokenRequest::Own(_)))"), "{text}");
    assert!(text.contains("`Own` needs it"), "{text}");
    let without = emitted_with(TOKEN, TOKEN_TYPES, &TOKEN_PRODUCT.replace("GetToken:Own", "GetToken"));
    let text = squeezed(&without, path);
    assert!(
        !text.contains("credential_required")
            && text.contains("security:&[&[Scheme::ClientAuth{name:\"client\",},],],"),
        "{text}"
    );
}

#[test]
fn seconds_are_read_by_the_runtime_and_stay_required() {
    let tree = emitted_with(TOKEN, TOKEN_TYPES, TOKEN_PRODUCT);
    let text = squeezed(&tree, "src/types/tokens.rs");
    assert!(text.contains("#[serde(deserialize_with=\"crate::seconds::required\")]pubexpires_in:i64"), "{text}");
    assert!(text.contains("default,deserialize_with=\"crate::seconds::optional\")]pubiat:Option<i64>"), "{text}");
    assert!(tree.get("src/seconds.rs").is_some());
}

#[test]
fn the_answer_of_the_token_endpoint_becomes_tokens() {
    let tree = emitted_with(TOKEN, TOKEN_TYPES, TOKEN_PRODUCT);
    has(&tree, "src/types/tokens.rs", "pub fn into_token_set(");
    has(&tree, "src/types/tokens.rs", "impl Request<Tokens> {");
    // Without the part there is nothing to convert for.
    let without = emitted_with(TOKEN, TOKEN_TYPES, TOKEN_PRODUCT.split("[flows]").next().unwrap());
    assert!(!without.get("src/types/tokens.rs").unwrap().contains("into_token_set"));
    // An answer of another shape gets none, and the crate is still one.
    let other = emitted_with(TOKEN, &TOKEN_TYPES.replace("access_token, token_type, ", ""), TOKEN_PRODUCT);
    assert!(!other.get("src/types/tokens.rs").unwrap().contains("into_token_set"));
}
