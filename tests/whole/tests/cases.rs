//! Golden cases: `tests/cases/<name>/openapi.yaml` (and overlay.yaml, product.toml), one idea each, with what is found and made of it beside it.
//!
//! `INSTA_UPDATE=always cargo test -p whole --test cases` writes what is expected anew.

use std::path::Path;

use generator::pipeline::{Input, Named, run};
use generator::source::render::render;
use whole::root;

#[test]
fn every_case_gives_what_is_expected() {
    let mut folders: Vec<_> = std::fs::read_dir(root().join("tests/cases"))
        .expect("there are cases")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("openapi.yaml").exists())
        .collect();
    folders.sort();
    assert!(folders.len() >= 15, "the cases are not found");
    let templates = whole::templates();
    let mut failed = Vec::new();
    for folder in folders {
        let found = std::panic::catch_unwind(|| case(&folder, &templates));
        if found.is_err() {
            failed.push(folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default());
        }
    }
    assert!(failed.is_empty(), "cases with something else than expected: {failed:?}");
}

fn case(folder: &Path, templates: &generator::templates::Templates) {
    let file = |name: &str| {
        let path = folder.join(name);
        path.exists().then(|| Named { path, name: name.to_owned() })
    };
    let outcome = run(&Input {
        document: file("openapi.yaml").expect("a case has a document"),
        overlay: file("overlay.yaml"),
        product: file("product.toml"),
        allow: Vec::new(),
    });
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::assert_snapshot!("findings", render(&outcome.findings, &outcome.files, false));
        if let Some(api) = &outcome.api {
            insta::assert_snapshot!("client", whole::generated_code(api, templates));
        }
    });
}
