//! `cargo xtask test`, with a program in place of cargo that records how it is called.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Run, Workspace};

/// Runs the command; the answer has one line for each call of cargo. A call that names `fails` fails.
fn run(workspace: &Workspace, fails: &str) -> (Run, String) {
    let script = "#!/bin/sh\n\
                  echo \"$@ [$CARGO_TARGET_DIR]\" >> calls\n\
                  echo 'test result: ok'\n\
                  case \"$*\" in *\"$FAILS\"*) exit 101;; esac\n";
    workspace.write("cargo", script);
    fs::set_permissions(workspace.path("cargo"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = workspace.command(&["test"]);
    command.env("CARGO", workspace.path("cargo")).env("FAILS", fails).env_remove("CARGO_TARGET_DIR");
    let run = Run::of(&mut command);
    let calls = fs::read_to_string(workspace.path("calls")).unwrap();
    (run, calls.replace(workspace.path("").to_str().unwrap(), ""))
}

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    let manifest =
        "[features]\ndefault = [\"fast\"]\nfast = []\nnative-tls = []\ntest-util = []\n\n[dependencies]\na = 1\n";
    workspace.write("generated/one/Cargo.toml", manifest);
    workspace.write("generated/one/examples/first.rs", "");
    workspace.write("generated/one/examples/shared/mod.rs", "");
    workspace.write("generated/skills/README.md", "");
    workspace.write("tests/contract/Cargo.toml", "");
    workspace
}

#[test]
fn the_workspace_the_generated_crates_their_programs_and_the_contract_are_tested() {
    let (run, calls) = run(&workspace(), "nothing");
    let run = run.ends_with(0);
    let expected = [
        "test --no-fail-fast --workspace --manifest-path Cargo.toml --features=client-runtime/blocking,\
         client-runtime/loopback,client-runtime/tracing,client-runtime/verify [target]",
        "test --no-fail-fast --workspace --manifest-path generated/one/Cargo.toml --features=fast,test-util [target]",
        "run --quiet --example first --manifest-path generated/one/Cargo.toml --features=fast,test-util -- --offline \
         [target]",
        "test --no-fail-fast --workspace --manifest-path tests/contract/Cargo.toml [target]",
    ];
    assert_eq!(calls.lines().collect::<Vec<_>>(), expected);
    assert_eq!(run.stdout.matches("test result: ok").count(), 3, "what tests print goes through\n{}", run.stdout);
    assert!(run.stdout.lines().last().unwrap().starts_with("all tests passed: 4 parts in "), "{}", run.stdout);
}

#[test]
fn a_part_that_fails_makes_it_fail_after_the_others_ran() {
    let (run, calls) = run(&workspace(), "generated/one");
    let run = run.ends_with(1);
    assert_eq!(calls.lines().count(), 4);
    let last = run.stdout.lines().last().unwrap();
    assert!(last.starts_with("tests failed: generated/one, generated/one/examples/first.rs in "), "{last}");
}

#[test]
fn without_output_there_is_a_word_about_it() {
    let (run, calls) = run(&Workspace::new(), "nothing");
    let run = run.ends_with(1);
    assert_eq!(calls.lines().count(), 1);
    assert!(run.stdout.contains("run: cargo xtask generate"), "{}", run.stdout);
}
