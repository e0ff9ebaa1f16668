//! Every rule about product.toml and the model is shown by a golden case.

use generator::source::rules::{model, product};
use whole::root;

#[test]
fn every_rule_of_product_and_model_has_a_case() {
    let mut findings = String::new();
    for folder in std::fs::read_dir(root().join("tests/cases")).expect("there are cases").flatten() {
        findings += &std::fs::read_to_string(folder.path().join("findings.snap")).unwrap_or_default();
    }
    // A chain of references that long is made by a test of the builder.
    let shown = |code: &str| code == model::REFERENCE_CYCLE.code || findings.contains(&format!("[{code}]"));
    let missing: Vec<&str> =
        product::ALL.iter().chain(model::ALL).map(|rule| rule.code).filter(|code| !shown(code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
