//! `cargo xtask lint`.

use crate::support::{DOCUMENT, Workspace};

#[test]
fn a_sound_document_has_no_findings() {
    let workspace = Workspace::new();
    let run = workspace.run(&["lint"]).ends_with(0);
    assert!(run.stdout.contains("spec/demo/openapi.yaml: "), "{}", run.stdout);
    assert_eq!(workspace.run(&["lint", "--format", "json"]).ends_with(0).findings(), []);
    assert!(!workspace.path("generated").exists());
}

#[test]
fn a_broken_document_is_1_with_the_place_as_typed() {
    let workspace = Workspace::new();
    workspace.write("some/api.yaml", "openapi: 3.1.0\ninfo: [\n");
    let run = workspace.run_in("some", &["lint", "api.yaml"]).ends_with(1);
    assert!(run.stderr.contains("--> api.yaml:"), "{}", run.stderr);
    let run = workspace.run(&["lint", "./some/api.yaml", "--format", "github"]).ends_with(1);
    assert!(run.stdout.starts_with("::error file=./some/api.yaml,line="), "{}", run.stdout);
    assert_eq!(run.stderr, "");
}

#[test]
fn findings_of_several_products_keep_their_files() {
    let workspace = Workspace::new();
    for product in ["demo", "other", "third"] {
        workspace.write(&format!("spec/{product}/openapi.yaml"), "openapi: 3.1.0\ninfo: [\n");
    }
    let findings = workspace.run(&["lint", "--format", "json"]).ends_with(1).findings();
    let files: Vec<&str> = findings.iter().map(|(_, file)| file.as_str()).collect();
    assert_eq!(files, ["spec/demo/openapi.yaml", "spec/other/openapi.yaml", "spec/third/openapi.yaml"]);
}

#[test]
fn a_file_is_linted_without_a_product() {
    let workspace = Workspace::new();
    workspace.write("api.yaml", DOCUMENT);
    workspace.run(&["lint", "api.yaml"]).ends_with(0);
}

#[test]
fn warnings_fail_only_when_denied_and_not_allowed() {
    let workspace = Workspace::new();
    workspace.write("api.yaml", &DOCUMENT.replace("servers:\n  - url: https://api.example.com\n", ""));
    let run = workspace.run(&["lint", "api.yaml"]).ends_with(0);
    assert!(run.stderr.contains("warning[W0403]"), "{}", run.stderr);
    assert!(run.stdout.contains("1 operation, 1 type, 1 warning"), "{}", run.stdout);
    workspace.run(&["lint", "api.yaml", "--deny", "warnings"]).ends_with(1);
    let run = workspace.run(&["lint", "api.yaml", "--deny", "warnings", "--allow", "W0403"]).ends_with(0);
    assert_eq!(run.stderr, "");
}
