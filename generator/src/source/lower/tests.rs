use serde_json::{Value as Json, json};

use super::*;
use crate::source::check::fixture;
use crate::source::parse::parse;

/// Lowers a document; the tree as JSON without node numbers, and the findings' codes.
fn lowered(text: &str) -> (Lowered, Json, Vec<&'static str>) {
    let mut findings = Findings::default();
    let lowered = lower(&fixture::document(text), &mut findings);
    let codes = findings.iter().map(|finding| finding.rule.code).collect();
    let tree = without_numbers(lowered.tree.to_json());
    assert!(parse(&lowered, &mut findings).is_some(), "not parsed: {:?}", findings.iter().last());
    (lowered, tree, codes)
}

fn without_numbers(value: Json) -> Json {
    match value {
        Json::Object(map) => map
            .into_iter()
            .filter(|(key, _)| key != NODE_NUMBER)
            .map(|(key, value)| (key, without_numbers(value)))
            .collect(),
        Json::Array(items) => items.into_iter().map(without_numbers).collect(),
        other => other,
    }
}

/// Lowers one schema of a 3.1 document.
fn schema(text: &str) -> (Json, Extra, Vec<&'static str>) {
    schema_of("3.1.0", text)
}

fn schema_of(version: &str, text: &str) -> (Json, Extra, Vec<&'static str>) {
    let text = format!(
        "{{openapi: {version}, info: {{title: t, version: '1'}}, paths: {{}}, components: {{schemas: {{B: {{type: string}}, S: {text}}}}}}}"
    );
    let (lowered, tree, codes) = lowered(&text);
    let extra = lowered
        .tree
        .pointer("/components/schemas/S")
        .and_then(number_of)
        .map(|number| lowered.nodes[number].extra.clone());
    (tree["components"]["schemas"]["S"].clone(), extra.unwrap_or_default(), codes)
}

#[test]
fn the_vendors_whole_document_is_lowered_and_parsed() {
    for name in ["telnyx-openapi-2026-07-16.yml", "history/oauth-2026-07-16.yml"] {
        let Some(text) = fixture::upstream(name) else { continue };
        let document = fixture::document(&text);
        let mut findings = Findings::default();
        let start = std::time::Instant::now();
        let lowered = lower(&document, &mut findings);
        let middle = std::time::Instant::now();
        let parsed = parse(&lowered, &mut findings);
        eprintln!("{name}: lower {:?}, parse {:?}, nodes {}", middle - start, middle.elapsed(), lowered.nodes.len());
        for finding in &findings {
            eprintln!("{} {}", finding.rule.code, finding.message);
        }
        assert!(parsed.is_some());
        assert!(!findings.has_errors());
    }
}
