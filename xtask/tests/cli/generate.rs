//! `cargo xtask generate`.

use std::fs;
use std::process::Stdio;

use crate::support::{DOCUMENT, Run, Workspace};

#[test]
fn generate_writes_every_product_and_the_check_agrees() {
    let workspace = Workspace::new();
    let run = workspace.run(&["generate", "--check"]).ends_with(1);
    assert!(run.stdout.contains("missing  generated/"), "{}", run.stdout);
    assert!(!workspace.path("generated").exists(), "a check writes nothing");
    let run = workspace.run(&["generate"]).ends_with(0);
    assert!(run.stdout.contains("demo: ") && run.stdout.contains(" ms\n"), "{}", run.stdout);
    assert!(!run.stdout.contains('\u{1b}'), "no colours without a terminal");
    let run = workspace.run(&["generate", "--check"]).ends_with(0);
    assert!(run.stdout.contains("up to date"), "{}", run.stdout);
}

#[test]
fn generating_again_changes_nothing() {
    let workspace = Workspace::new();
    workspace.run(&["generate"]).ends_with(0);
    let before = workspace.files("generated");
    let run = workspace.run(&["generate"]).ends_with(0);
    assert!(run.stdout.contains("0 written, 0 deleted"), "{}", run.stdout);
    assert_eq!(workspace.files("generated"), before);
    fs::remove_dir_all(workspace.path("generated")).unwrap();
    workspace.run_in("spec/demo", &["generate"]).ends_with(0);
    assert_eq!(workspace.files("generated"), before, "from another folder");
}

#[test]
fn a_check_names_changed_missing_orphaned_and_foreign_files() {
    let workspace = Workspace::new();
    workspace.run(&["generate"]).ends_with(0);
    let orphaned = workspace.generated("demo");
    let changed = workspace.generated("other");
    let missing = workspace.generated("third");
    let text = fs::read_to_string(workspace.path(&changed)).unwrap();
    workspace.write(&changed, &format!("{text}// edited\n"));
    fs::remove_file(workspace.path(&missing)).unwrap();
    workspace.write("generated/notes.txt", "mine\n");
    fs::remove_dir_all(workspace.path("spec/demo")).unwrap();

    let run = workspace.run(&["generate", "--check"]).ends_with(1);
    for line in [
        &format!("changed  {changed}"),
        &format!("missing  {missing}"),
        &format!("orphaned {orphaned}"),
        "foreign  generated/notes.txt",
        &format!("--- a/{changed}"),
        &format!("+++ b/{changed}"),
        "-// edited",
        &format!("+++ b/{missing}"),
        &format!("--- a/{orphaned}"),
    ] {
        assert!(run.stdout.lines().any(|shown| shown == line), "{line}\n---\n{}", run.stdout);
    }
    assert_eq!(run.stdout.lines().last(), Some("to mend it, run: cargo xtask generate"));

    let findings = workspace.run(&["generate", "--check", "--format", "json"]).ends_with(1).findings();
    let has = |code: &str, file: &str| findings.contains(&(code.to_owned(), file.to_owned()));
    assert!(has("E0501", &changed) && has("E0501", "generated/.manifest.json"), "{findings:?}");
    assert!(has("E0502", &missing), "{findings:?}");
    assert!(has("E0503", &orphaned), "{findings:?}");
    assert!(has("E0504", "generated/notes.txt"), "{findings:?}");

    let run = workspace.run(&["generate", "--check", "--format", "github"]).ends_with(1);
    assert!(run.stdout.contains("::error file=generated/notes.txt,line=1,col=1,title=E0504::"), "{}", run.stdout);

    let findings = workspace.run(&["generate", "--format", "json"]).ends_with(0).findings();
    assert!(findings.contains(&("W0501".to_owned(), "generated/notes.txt".to_owned())), "{findings:?}");
    assert!(!workspace.path(&orphaned).exists());
    let run = workspace.run(&["generate", "--check"]).ends_with(1);
    let foreign: Vec<&str> = run.stdout.lines().filter(|line| line.contains(" generated/")).collect();
    assert_eq!(foreign, ["foreign  generated/notes.txt"], "only what is not ours is left");
    assert!(!run.stdout.contains("cargo xtask generate"), "that would not mend it:\n{}", run.stdout);
}

#[test]
fn one_product_is_made_without_the_others() {
    let workspace = Workspace::new();
    workspace.run(&["generate", "--product", "demo"]).ends_with(0);
    let demo = workspace.files("generated");
    workspace.run(&["generate", "--product", "demo", "--check"]).ends_with(0);
    let run = workspace.run(&["generate", "--product", "other", "--check"]).ends_with(1);
    assert_eq!(run.stdout.lines().last(), Some("to mend it, run: cargo xtask generate --product other"));
    workspace.run(&["generate", "--product", "other"]).ends_with(0);
    assert!(workspace.files("generated").len() > demo.len());
    workspace.run(&["generate", "--product", "third"]).ends_with(0);
    let run = workspace.run(&["generate", "--check"]).ends_with(1);
    let missing: Vec<&str> = run.stdout.lines().filter_map(|line| line.strip_prefix("missing  generated/")).collect();
    assert_eq!(missing, INDEXES, "what is over all products");
    workspace.run(&["generate"]).ends_with(0);
    workspace.run(&["generate", "--check"]).ends_with(0);
}

/// What is made of all products together.
const INDEXES: [&str; 6] = [
    "skills/.claude-plugin/marketplace.json",
    "skills/.well-known/agent-skills/demo-curl.tar.gz",
    "skills/.well-known/agent-skills/index.json",
    "skills/.well-known/agent-skills/other-curl.tar.gz",
    "skills/.well-known/agent-skills/third-curl.tar.gz",
    "skills/index.json",
];

#[test]
fn the_indexes_list_the_skill_documents_of_all_products_and_one_alone_leaves_them() {
    let workspace = Workspace::new();
    workspace.run(&["generate"]).ends_with(0);
    let index = workspace.path("generated/skills/index.json");
    let before = fs::read_to_string(&index).unwrap();
    let listed: serde_json::Value = serde_json::from_str(&before).unwrap();
    let names: Vec<_> = listed["skills"].as_array().unwrap().iter().map(|skill| skill["name"].clone()).collect();
    assert_eq!(names, ["demo-curl", "other-curl", "third-curl"]);
    workspace.run(&["generate", "--product", "demo"]).ends_with(0);
    assert_eq!(fs::read_to_string(&index).unwrap(), before);
    fs::remove_dir_all(workspace.path("spec/other")).unwrap();
    workspace.run(&["generate"]).ends_with(0);
    assert!(!fs::read_to_string(&index).unwrap().contains("other-curl"));
}

#[test]
fn two_products_with_documents_of_one_name_are_a_finding() {
    let workspace = Workspace::new();
    for name in ["demo", "other"] {
        let product = workspace.path(&format!("spec/{name}/product.toml"));
        let text = fs::read_to_string(&product).unwrap();
        fs::write(product, format!("{text}[skills]\nname = 'same'\n")).unwrap();
    }
    let run = workspace.run(&["generate", "--format", "json"]).ends_with(1);
    assert!(run.findings().iter().any(|(code, _)| code == "E0510"), "{}", run.stdout);
    assert!(!workspace.path("generated").exists());
}

#[test]
fn any_document_becomes_a_crate_in_any_folder() {
    let workspace = Workspace::new();
    fs::remove_dir_all(workspace.path("spec")).unwrap();
    workspace.write("api.yaml", DOCUMENT);
    let given = ["generate", "--spec", "api.yaml", "--out", "out/my crate", "--name", "demo-client"];
    workspace.run(&given).ends_with(0);
    let files = workspace.files("out/my crate");
    let (made, _) = files.iter().find(|(path, _)| !path.ends_with(".manifest.json")).unwrap();
    assert!(!workspace.path("out/my crate/skills").exists());
    assert!(!workspace.path("generated").exists());
    workspace.run(&[&given[..], &["--check"]].concat()).ends_with(0);

    fs::remove_file(made).unwrap();
    let run = workspace.run(&[&given[..], &["--check"]].concat()).ends_with(1);
    let command = "cargo xtask generate --spec api.yaml --out 'out/my crate' --name demo-client";
    assert_eq!(run.stdout.lines().last(), Some(format!("to mend it, run: {command}").as_str()));
}

#[test]
fn skill_documents_of_any_document_are_made_on_request_only() {
    let workspace = Workspace::new();
    workspace.write("api.yaml", DOCUMENT);
    let given = ["generate", "--spec", "api.yaml", "--out", "out", "--skills"];
    workspace.run(&given).ends_with(0);
    assert!(workspace.path("out/Cargo.toml").is_file());
    assert!(!workspace.files("out/skills").is_empty());
    let run = workspace.run(&given[..5]).ends_with(0);
    assert!(run.stdout.contains("deleted  out/skills/"), "{}", run.stdout);
    assert!(!workspace.path("out/skills").exists());
}

#[test]
fn a_product_has_a_crate_and_skill_documents_beside_those_of_others() {
    let workspace = Workspace::new();
    workspace.run(&["generate"]).ends_with(0);
    for file in ["demo/Cargo.toml", "demo/src/lib.rs", "demo.model.json", "other/Cargo.toml", ".manifest.json"] {
        assert!(workspace.path("generated").join(file).is_file(), "{file}");
    }
}

#[test]
fn the_output_does_not_depend_on_where_the_document_is() {
    let workspace = Workspace::new();
    workspace.write("api.yaml", DOCUMENT);
    workspace.write("else/where/api2.yaml", DOCUMENT);
    workspace.run(&["generate", "--spec", "api.yaml", "--out", "one", "--name", "demo"]).ends_with(0);
    let elsewhere = workspace.path("else/where/api2.yaml");
    let second = ["generate", "--spec", elsewhere.to_str().unwrap(), "--out", "../../two", "--name", "demo"];
    workspace.run_in("else/where", &second).ends_with(0);
    let within = |folder: &str| {
        let files = workspace.files(folder).into_iter();
        files.map(|(path, bytes)| (path.strip_prefix(workspace.path(folder)).unwrap().to_owned(), bytes)).collect()
    };
    let (one, two): (Vec<_>, Vec<_>) = (within("one"), within("two"));
    assert!(one.len() >= 2);
    assert_eq!(one, two);
}

#[test]
fn a_folder_with_other_peoples_files_is_refused() {
    let workspace = Workspace::new();
    workspace.write("api.yaml", DOCUMENT);
    workspace.write("out/mine.rs", "");
    let before = workspace.files("out");
    let run = workspace.run(&["generate", "--spec", "api.yaml", "--out", "out/"]).ends_with(1);
    assert!(run.stderr.contains("error[E0508]") && run.stderr.contains("--> out/:1:1"), "{}", run.stderr);
    assert_eq!(workspace.files("out"), before);
    let run = workspace.run(&["generate", "--spec", "api.yaml", "--out", "generated"]);
    run.ends_with(0);
    workspace.run(&["generate", "--spec", "api.yaml", "--out", "generated"]).ends_with(2);
}

#[test]
fn bad_input_changes_nothing_and_says_where() {
    let workspace = Workspace::new();
    workspace.run(&["generate"]).ends_with(0);
    let before = workspace.files("generated");
    workspace.write("spec/demo/openapi.yaml", "openapi: 3.1.0\ninfo: [\n");
    let run = workspace.run(&["generate"]).ends_with(1);
    assert!(run.stderr.contains("error[E") && run.stderr.contains("--> spec/demo/openapi.yaml:"), "{}", run.stderr);
    assert!(run.stderr.ends_with("nothing was written\n"), "{}", run.stderr);
    assert_eq!(run.stdout, "");
    let findings = workspace.run(&["generate", "--format", "json"]).ends_with(1).findings();
    assert_eq!(findings[0].1, "spec/demo/openapi.yaml");
    fs::remove_file(workspace.path("spec/demo/openapi.yaml")).unwrap();
    let findings = workspace.run(&["generate", "--format", "json"]).ends_with(1).findings();
    assert_eq!(findings[0].1, "spec/demo/openapi.yaml");
    let findings = workspace.run(&["generate", "--spec", "no.yaml", "--out", "x", "--format", "json"]).ends_with(1);
    assert_eq!(findings.findings()[0].1, "no.yaml");
    assert_eq!(workspace.files("generated"), before);
}

#[test]
fn an_unwritable_place_is_a_finding() {
    let workspace = Workspace::new();
    workspace.write("generated", "a file");
    let findings = workspace.run(&["generate", "--format", "json"]).ends_with(1).findings();
    assert_eq!(findings.last(), Some(&("E0507".to_owned(), "generated".to_owned())));
    workspace.write("api.yaml", DOCUMENT);
    let run = workspace.run(&["generate", "--spec", "api.yaml", "--out", "generated/out"]).ends_with(1);
    assert!(run.stderr.contains("error[E0505]"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_planted_link_is_an_error() {
    let workspace = Workspace::new();
    fs::create_dir(workspace.path("elsewhere")).unwrap();
    fs::create_dir(workspace.path("generated")).unwrap();
    std::os::unix::fs::symlink(workspace.path("elsewhere"), workspace.path("generated/demo")).unwrap();
    let findings = workspace.run(&["generate", "--format", "json"]).ends_with(1).findings();
    assert_eq!(findings.last(), Some(&("E0506".to_owned(), "generated/demo".to_owned())));
    assert_eq!(workspace.files("elsewhere"), []);
}

#[test]
fn wrong_usage_is_2_and_says_what_is_meant() {
    let workspace = Workspace::new();
    workspace.write("api.yaml", DOCUMENT);
    let wrong = |arguments: &[&str], expected: &str| {
        let run = workspace.run(arguments).ends_with(2);
        assert!(run.stderr.contains(expected), "{arguments:?}\n{}", run.stderr);
        assert_eq!(run.stdout, "", "{arguments:?}");
    };
    wrong(&["generate", "--spec", "api.yaml"], "--out");
    wrong(&["generate", "--out", "x"], "--spec");
    wrong(&["generate", "--name", "x"], "--spec");
    wrong(&["generate", "--skills"], "--spec");
    wrong(&["generate", "--product", "demo", "--spec", "api.yaml", "--out", "x"], "cannot be used with");
    wrong(&["generate", "--product", "dmeo"], "did you mean `demo`?");
    wrong(&["generate", "--format", "jsn"], "json");
    wrong(&["generate", "--spec", "api.yaml", "--out", "x", "--allow", "E0999"], "no rule has this code");
    wrong(&["generate", "--spec", "api.yaml", "--out", "x", "--name", "../x"], "a letter first");
    wrong(&["generate", "--chek"], "--check");
    wrong(&["lint", "--overlay", "x"], "FILE");
    wrong(&["lint", "--deny", "errors"], "warnings");
    wrong(&["generat"], "generate");
    wrong(&[], "Usage");
    assert!(!workspace.path("x").exists() && !workspace.path("generated").exists());
}

#[test]
fn a_reader_that_has_gone_is_no_crash() {
    let workspace = Workspace::new();
    for arguments in [&["generate", "--check"][..], &["generate", "--check", "--format", "json"], &["--help"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let run = Run::of(workspace.command(arguments).stdin(Stdio::null()).stderr(writer.try_clone().unwrap()));
        assert!(matches!(run.status, 0 | 1), "{arguments:?}: {}", run.status);
        let status = workspace.command(arguments).stdout(writer).stderr(Stdio::null()).status().unwrap();
        assert!(matches!(status.code(), Some(0 | 1)), "{arguments:?}: {status}");
    }
}

#[test]
fn timings_name_the_passes() {
    let workspace = Workspace::new();
    let run = workspace.run(&["generate", "--timings"]).ends_with(0);
    for pass in ["templates", "read", "write", "all"] {
        assert!(run.stderr.lines().any(|line| line.starts_with(pass) && line.ends_with(" ms")), "{}", run.stderr);
    }
}
