//! A document whose schemas fork at every level gives output of its own size, not one that doubles with every level.

use std::path::Path;

use serde_json::{Value, json};
use whole::{lone, product_files, run, templates};

const LEVELS: usize = 30;

/// The bytes of all files made of schemas that each refer to the next one twice.
fn size(name: &str, fork: impl Fn(usize, Value) -> Value) -> usize {
    // The name with the greatest number is the innermost one in the first document, the outermost one in the second.
    [false, true].into_iter().map(|backwards| size_of(name, backwards, &fork)).max().unwrap_or_default()
}

fn size_of(name: &str, backwards: bool, fork: &impl Fn(usize, Value) -> Value) -> usize {
    let called = |level: usize| format!("Level{:02}", if backwards { LEVELS - level } else { level });
    let reference = |level: usize| json!({"$ref": format!("#/components/schemas/{}", called(level))});
    let mut schemas: serde_json::Map<String, Value> =
        (0..LEVELS).map(|level| (called(level), fork(level, reference(level + 1)))).collect();
    let leaf = json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}});
    schemas.insert(called(LEVELS), leaf);
    let body = json!({"application/json": {"schema": reference(0)}});
    let operation = json!({"operationId": "send", "tags": ["Levels"], "requestBody": {"required": true, "content": body},
        "responses": {"200": {"description": "Done.", "content": body}}});
    let document = json!({"openapi": "3.1.0", "info": {"title": "Levels", "version": "1"},
        "servers": [{"url": "https://levels.example"}], "paths": {"/levels": {"post": operation}},
        "components": {"schemas": schemas}});
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{backwards}.json"));
    std::fs::write(&path, document.to_string()).expect("the folder of tests can be written to");
    let api = run(&lone(&path)).api.expect("there is no error");
    product_files(&api, &templates()).iter().map(|(_, text)| text.len()).sum()
}

/// An example holds a thousand values at most, and each member has one.
const MOST: usize = 40_000_000;

#[test]
fn diamonds_of_all_of_stay_small() {
    assert!(size("all-of", |_, next| json!({"allOf": [next, next]})) < MOST);
    let own = |level: usize| json!({"type": "object", "properties": {format!("own{level}"): {"type": "string"}}});
    assert!(size("nested-all-of", |level, next| json!({"allOf": [next, {"allOf": [next, own(level)]}]})) < MOST);
}

#[test]
fn unions_of_unions_stay_small() {
    assert!(size("one-of", |_, next| json!({"oneOf": [next, {"type": "array", "items": next}]})) < MOST);
}

#[test]
fn examples_of_members_that_fork_stay_small() {
    let fork = |_: usize, next: Value| {
        let members: serde_json::Map<String, Value> = (0..8).map(|n| (format!("m{n}"), next.clone())).collect();
        let names: Vec<&String> = members.keys().collect();
        json!({"type": "object", "required": names, "properties": members})
    };
    assert!(size("members", fork) < MOST);
}
