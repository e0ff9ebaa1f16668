//! `spec/oauth/openapi.yaml` has every fact of the vendor's document, and none of its prose.

use std::collections::BTreeSet;
use std::path::Path;

use generator::source::diagnostic::Findings;
use generator::source::place::Files;
use generator::source::read::read_file;
use serde_json::Value;
use whole::{beside, root};

const UPSTREAM: &str = "upstream/history/oauth-2026-07-16.yml";

fn read(path: &Path) -> Value {
    let (mut files, mut findings) = (Files::default(), Findings::default());
    let node = read_file(path, &path.display().to_string(), &mut files, &mut findings);
    node.expect("the document is readable").to_json()
}

/// Takes out what is not a fact: descriptions (those of scopes are plain values) and vendor extensions.
fn facts(value: &mut Value, prose: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            members.retain(|key, _| !key.starts_with("x-"));
            if let Some(Value::String(text)) = members.get("description") {
                prose.insert(text.clone());
                members.remove("description");
            }
            let flow = members.contains_key("tokenUrl") || members.contains_key("authorizationUrl");
            if let Some(Value::Object(scopes)) = members.get_mut("scopes").filter(|_| flow) {
                for text in scopes.values_mut() {
                    prose.insert(text.as_str().unwrap_or_default().to_owned());
                    *text = Value::Null;
                }
            }
            members.values_mut().for_each(|value| facts(value, prose));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| facts(value, prose)),
        _ => {}
    }
}

#[test]
fn no_fact_of_the_vendors_document_is_missing_or_different() {
    let Some(upstream) = beside(UPSTREAM) else { return };
    let (mut theirs, mut ours) = (read(&upstream), read(&root().join("spec/oauth/openapi.yaml")));
    facts(&mut theirs, &mut BTreeSet::new());
    facts(&mut ours, &mut BTreeSet::new());
    assert_same(&theirs, &ours);
}

fn assert_same(theirs: &Value, ours: &Value) {
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    let (theirs, ours) = (pretty(theirs), pretty(ours));
    let first = theirs.lines().zip(ours.lines()).enumerate().find(|(_, (one, other))| one != other);
    assert!(theirs == ours, "first difference: {first:?}");
}

#[test]
fn no_sentence_of_the_vendors_prose_is_copied() {
    let Some(upstream) = beside(UPSTREAM) else { return };
    let (mut theirs, mut ours) = (BTreeSet::new(), BTreeSet::new());
    facts(&mut read(&upstream), &mut theirs);
    facts(&mut read(&root().join("spec/oauth/openapi.yaml")), &mut ours);
    let sentences = |prose: &BTreeSet<String>| -> BTreeSet<String> {
        let split = prose.iter().flat_map(|text| text.split_inclusive(". "));
        split.map(|text| text.trim_matches(|c: char| c == '.' || c.is_whitespace()).to_lowercase()).collect()
    };
    let copied: Vec<String> = sentences(&theirs).intersection(&sentences(&ours)).cloned().collect();
    assert!(copied.is_empty(), "{copied:?}");
}
