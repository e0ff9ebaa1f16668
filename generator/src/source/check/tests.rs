use super::*;
use crate::source::lower::lower;
use crate::source::parse::parse;

/// The findings of a document, sorted.
fn findings(text: &str) -> Findings {
    let mut findings = Findings::default();
    check(&fixture::document(text), &mut findings);
    findings.sort();
    findings
}

fn codes(text: &str) -> Vec<&'static str> {
    findings(text).iter().map(|finding| finding.rule.code).collect()
}

/// A document of 3.1 with a title and no paths, with what is given in place of that.
fn completed(part: &str) -> String {
    let mut document: serde_yaml::Mapping =
        serde_yaml::from_str("{openapi: 3.1.0, info: {title: t, version: '1'}, paths: {}}").unwrap();
    let part: serde_yaml::Mapping = serde_yaml::from_str(part).unwrap();
    document.extend(part);
    serde_yaml::to_string(&document).unwrap()
}

#[test]
fn each_example_of_a_rule_breaks_that_rule_and_no_other() {
    for rule in rules::ALL.iter().filter(|rule| !rule.example.is_empty()) {
        let document = fixture::document(&completed(rule.example));
        let mut findings = Findings::default();
        check(&document, &mut findings);
        if rule.code[1..] >= *"0150" {
            lower(&document, &mut findings);
        }
        let codes: Vec<&str> = findings.iter().map(|finding| finding.rule.code).collect();
        assert_eq!(codes, [rule.code], "{}: {findings:#?}", rule.example);
    }
}

#[test]
fn codes_are_unique_and_say_their_level() {
    let mut codes: Vec<&str> = rules::ALL.iter().map(|rule| &rule.code[1..]).collect();
    assert!(codes.is_sorted());
    codes.dedup();
    assert_eq!(codes.len(), rules::ALL.len());
    for rule in rules::ALL {
        let letter = if rule.level == crate::source::diagnostic::Level::Error { 'E' } else { 'W' };
        assert!(rule.code.starts_with(letter), "{}", rule.code);
    }
}

#[test]
fn the_vendors_whole_document_has_its_own_faults_only() {
    for name in ["telnyx-openapi-2026-07-16.yml", "history/oauth-2026-07-16.yml", "history/oauth-2025-09-10.yml"] {
        let Some(text) = fixture::upstream(name) else { continue };
        let document = fixture::document(&text);
        let mut findings = Findings::default();
        let start = std::time::Instant::now();
        check(&document, &mut findings);
        eprintln!("{name}: check {:?}", start.elapsed());
        findings.sort();
        for finding in &findings {
            eprintln!("{} {} {:?}", finding.rule.code, finding.message, finding.help);
        }
        let mut errors: Vec<&str> =
            findings.iter().filter(|finding| finding.is_error()).map(|finding| finding.rule.code).collect();
        errors.dedup();
        errors.sort();
        errors.dedup();
        let own: &[&str] = if name.starts_with("telnyx") { &["E0126", "E0129", "E0132", "E0147"] } else { &[] };
        assert_eq!(errors, own, "{name}");
    }
}

/// What passes is lowered and parsed.
#[test]
fn a_document_without_errors_is_parsed() {
    let text = completed(
        "components: {schemas: {A: {type: [object, 'null'], properties: {a: {$ref: '#/components/schemas/A', description: d}}}}}",
    );
    let document = fixture::document(&text);
    let mut findings = Findings::default();
    check(&document, &mut findings);
    let lowered = lower(&document, &mut findings);
    assert!(parse(&lowered, &mut findings).is_some());
    assert!(findings.is_empty(), "{findings:#?}");
}
