//! The vendor's whole document passes, its own faults mended by an overlay.

use generator::pipeline::Named;
use whole::{beside, lone, root, run};

#[test]
fn the_whole_document_passes_with_no_error_but_its_own_faults() {
    let Some(document) = beside("upstream/telnyx-openapi-2026-07-16.yml") else { return };
    let mut input = lone(&document);
    input.overlay = Some(Named::new(&root().join("tests/whole/overlay.yaml")));
    let outcome = run(&input);
    let api = outcome.api.expect("there is no error");
    assert_eq!(api.operations.len(), 1156);
    assert!(!outcome.findings.has_errors());
}

#[test]
fn both_dates_of_the_oauth_slice_pass() {
    for date in ["2025-09-10", "2026-07-16"] {
        let Some(document) = beside(&format!("upstream/history/oauth-{date}.yml")) else { return };
        assert_eq!(run(&lone(&document)).api.expect("there is no error").operations.len(), 17, "{date}");
    }
}
