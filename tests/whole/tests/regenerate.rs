//! `generated/` is a function of `spec/`, `templates/` and `generator/`, and of nothing else.

use std::path::Path;

use generator::pipeline::Named;
use generator::source::diagnostic::Findings;
use generator::source::place::Files;
use generator::source::read::read_file;
use whole::{oauth, product_files, reversed, root, run, templates};

#[test]
fn what_is_committed_is_what_would_be_written() {
    let api = run(&oauth()).api.expect("there is no error");
    for (path, text) in product_files(&api, &templates()).iter() {
        let committed = std::fs::read_to_string(root().join("generated").join(path)).unwrap_or_default();
        assert!(committed == text, "generated/{path} is stale: run `cargo xtask generate`");
    }
}

#[test]
fn two_runs_give_the_same_bytes() {
    let make = || product_files(&run(&oauth()).api.expect("there is no error"), &templates());
    assert!(make() == make());
}

#[test]
fn the_order_of_keys_changes_nothing() {
    let mut shuffled = oauth();
    let folder = tempfile::tempdir().expect("a temporary folder");
    shuffled.document.path = backwards(&shuffled.document, folder.path());
    shuffled.overlay = shuffled.overlay.map(|overlay| Named { path: backwards(&overlay, folder.path()), ..overlay });
    let make = |input| product_files(&run(input).api.expect("there is no error"), &templates());
    let (plain, shuffled) = (make(&oauth()), make(&shuffled));
    for ((path, text), (other_path, other)) in plain.iter().zip(shuffled.iter()) {
        assert_eq!(path, other_path);
        assert!(text == other, "{path} depends on the order of keys");
    }
    assert_eq!(plain.len(), shuffled.len());
}

/// The document as JSON with the members of every mapping in reverse order.
fn backwards(file: &Named, folder: &Path) -> std::path::PathBuf {
    let node = read_file(&file.path, &file.name, &mut Files::default(), &mut Findings::default());
    let text = reversed(&node.expect("the document is readable").to_json());
    let path = folder.join(format!("{}.json", file.name.replace('/', "-")));
    std::fs::write(&path, text).expect("the copy is written");
    path
}

#[test]
fn oauth_is_never_split() {
    let api = run(&oauth()).api.expect("there is no error");
    for (path, text) in product_files(&api, &templates()).iter() {
        assert!(!path.contains("o_auth") && !text.to_ascii_lowercase().contains("o_auth"), "{path}");
    }
}
