//! Tests of translations: what is found about them, and how the documents read.

use std::path::Path;

use crate::output::tree::Tree;
use crate::pipeline::{self, Input, Named, Outcome};
use crate::skills::{Error, Facts, emit, size::is_wide};
use crate::templates::Templates;

const DOCUMENT: &str = r"
openapi: 3.1.0
info: { title: Shop, version: '1' }
servers: [{ url: 'https://api.example.com' }]
paths:
  /orders:
    get:
      operationId: listOrders
      summary: List orders
      responses: { '200': { description: The orders; see `state`. } }
";
const PRODUCT: &str = "[skills.locales]\nzh-CN = ['curl']\n";
const WHOLE: &str = "[operations]\n'List orders' = '列出订单'\n'The orders; see `state`.' = '订单；见 `state`。'\n[resources]\n'Orders' = '订单'\n";

fn run(product: &str, translations: Option<&str>) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        Named { path, name: name.to_owned() }
    };
    if let Some(translations) = translations {
        write("locales/zh-CN.toml", translations);
    }
    pipeline::run(&Input {
        document: write("openapi.yaml", DOCUMENT),
        overlay: None,
        product: Some(write("product.toml", product)),
        allow: Vec::new(),
    })
}

/// Each finding as `file:line:column [code] message`.
fn findings(product: &str, translations: Option<&str>) -> Vec<String> {
    let Outcome { files, findings, .. } = run(product, translations);
    let shown = findings.iter().map(|finding| {
        let position = files.position(finding.place);
        let file = files.name(finding.place.file);
        format!("{file}:{}:{} [{}] {}", position.line, position.column, finding.rule.code, finding.message)
    });
    shown.collect()
}

#[test]
fn a_whole_translation_has_no_finding() {
    assert_eq!(findings(PRODUCT, Some(WHOLE)), [""; 0]);
}

#[test]
fn a_missing_translation_is_found_where_the_english_text_is() {
    let translations = WHOLE.replace("'List orders' = '列出订单'\n", "");
    assert_eq!(
        findings(PRODUCT, Some(&translations)),
        ["openapi.yaml:8:7 [E0602] the summary of `listOrders` has no translation into zh-CN: `List orders`"]
    );
    let translations = WHOLE.replace("'Orders' = '订单'\n", "");
    assert_eq!(
        findings(PRODUCT, Some(&translations)),
        ["product.toml:1:1 [E0602] the title of resource `orders` has no translation into zh-CN: `Orders`"]
    );
    let translations = WHOLE.replace("列出订单", " ");
    assert_eq!(
        findings(PRODUCT, Some(&translations)),
        ["locales/zh-CN.toml:2:1 [E0602] the summary of `listOrders` has an empty translation into zh-CN"]
    );
}

#[test]
fn a_translation_of_a_text_that_has_changed_is_found_at_its_key() {
    let translations = WHOLE.replace("List orders", "List all orders");
    assert_eq!(
        findings(PRODUCT, Some(&translations)),
        [
            "openapi.yaml:8:7 [E0602] the summary of `listOrders` has no translation into zh-CN: `List orders`",
            "locales/zh-CN.toml:2:1 [W0601] nothing has the text `List all orders` any more",
        ]
    );
}

#[test]
fn a_translation_names_the_code_the_english_text_names() {
    let translations = WHOLE.replace("见 `state`", "见 `status`");
    assert_eq!(
        findings(PRODUCT, Some(&translations)),
        [
            "locales/zh-CN.toml:3:1 [E0603] the translation of the description of response `200` of `listOrders` into zh-CN names other code"
        ]
    );
}

#[test]
fn a_text_is_translated_once() {
    let translations = format!("{WHOLE}[more]\n'List orders' = '订单列表'\n");
    assert_eq!(
        findings(PRODUCT, Some(&translations)),
        ["locales/zh-CN.toml:2:1 [E0604] `List orders` has two translations"]
    );
}

#[test]
fn translations_that_cannot_be_read_are_found() {
    assert_eq!(findings(PRODUCT, None), ["locales/zh-CN.toml:1:1 [E0001] `locales/zh-CN.toml` does not exist"]);
    let found = findings(PRODUCT, Some("[a]\n'b' = 1\n"));
    assert!(found.len() == 1 && found[0].starts_with("locales/zh-CN.toml:2:7 [E0601] "), "{found:?}");
}

#[test]
fn a_locale_names_no_file_elsewhere() {
    let found = findings("[skills.locales]\n'../zh' = []\n", None);
    assert_eq!(
        found,
        ["product.toml:2:1 [E0308] `../zh` is not the tag of a language: letters and digits, such as `zh-CN`"]
    );
}

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn facts() -> Facts<'static> {
    Facts { spec_sha256: "", generator_version: "0.0.0", untrusted: false }
}

/// The templates without one file, or with another text in it.
fn templates_with(file: &str, text: Option<&str>) -> Templates {
    let folder = tempfile::tempdir().unwrap();
    let templates = Templates::read(&root().join("templates")).unwrap();
    for (path, own) in templates.below("skills") {
        let own = if path == file { text } else { Some(own) };
        let path = folder.path().join("skills").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        if let Some(own) = own {
            std::fs::write(path, own).unwrap();
        }
    }
    Templates::read(folder.path()).unwrap()
}

#[test]
fn a_template_without_a_translation_is_found_where_the_locale_is_asked_for() {
    let api = run(PRODUCT, Some(WHOLE)).api.unwrap();
    for file in ["flows.zh-CN.md", "curl/notes.zh-CN.md", "curl/language.zh-CN.toml"] {
        let error = emit(&api, &templates_with(file, None), &facts()).unwrap_err();
        let Error::Product { place, message } = &error else { panic!("{file}: {error}") };
        assert_eq!(place.start as usize, PRODUCT.find("'curl'").unwrap(), "{file}");
        assert!(message.contains(&format!("`templates/skills/{file}` is missing")), "{message}");
    }
}

#[test]
fn a_label_without_a_translation_is_named() {
    let api = run(PRODUCT, Some(WHOLE)).api.unwrap();
    let labels = std::fs::read_to_string(root().join("templates/skills/labels.zh-CN.toml")).unwrap();
    for (key, named) in [("setup = ", "setup"), ("maximum = ", "limit.maximum")] {
        let fewer: String =
            labels.lines().filter(|line| !line.starts_with(key)).map(|line| format!("{line}\n")).collect();
        let error = emit(&api, &templates_with("labels.zh-CN.toml", Some(&fewer)), &facts()).unwrap_err();
        let expected = format!("templates/skills/labels.zh-CN.toml: there is no translation of `{named}`");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn only_languages_that_are_made_have_a_locale() {
    let api = run("[skills.locales]\nzh-CN = ['ruby']\n", Some(WHOLE)).api.unwrap();
    let templates = Templates::read(&root().join("templates")).unwrap();
    let error = emit(&api, &templates, &facts()).unwrap_err();
    assert_eq!(error.to_string(), "`ruby` is not among the `languages` of `[skills]`");
}

fn oauth() -> Tree {
    let named = |file: &str| Named::new(&root().join("spec/oauth").join(file));
    let outcome = pipeline::run(&Input {
        document: named("openapi.yaml"),
        overlay: Some(named("overlay.yaml")),
        product: Some(named("product.toml")),
        allow: Vec::new(),
    });
    let templates = Templates::read(&root().join("templates")).unwrap();
    emit(&outcome.api.unwrap(), &templates, &facts()).unwrap().tree
}

/// The lines outside code blocks, and the code blocks.
fn split(text: &str) -> (Vec<&str>, Vec<String>) {
    let (mut prose, mut blocks) = (Vec::new(), Vec::new());
    let mut block: Option<String> = None;
    for line in text.lines() {
        match (&mut block, line.starts_with("```")) {
            (None, true) => block = Some(String::new()),
            (None, false) => prose.push(line),
            (Some(_), true) => blocks.extend(block.take()),
            (Some(code), false) => *code += &format!("{line}\n"),
        }
    }
    (prose, blocks)
}

/// The code blocks of all files of a folder, sorted.
fn code(tree: &Tree, folder: &str) -> Vec<String> {
    let files = tree.iter().filter(|(path, _)| path.starts_with(&format!("{folder}/")));
    let mut blocks: Vec<_> = files.flat_map(|(_, text)| split(text).1).collect();
    blocks.sort();
    blocks
}

#[test]
fn translations_have_the_same_code() {
    let tree = oauth();
    for language in ["curl", "go", "java", "javascript", "python", "ruby", "ruby-standalone", "rust"] {
        let english = code(&tree, &format!("telnyx-oauth-{language}"));
        assert!(english.len() > 20, "{language}");
        assert_eq!(english, code(&tree, &format!("telnyx-oauth-{language}-zh-cn")), "{language}");
    }
}

/// A line of prose without front matter, code spans, link targets and the notation of types.
fn words(line: &str) -> String {
    let mut out: String = line.split('`').step_by(2).collect::<Vec<_>>().join("码");
    while let Some(open) = out.find("](") {
        let end = out[open..].find(')').map_or(out.len(), |at| open + at + 1);
        out.replace_range(open..end, "");
    }
    out
}

#[test]
fn chinese_prose_is_chinese() {
    let tree = oauth();
    let chinese = tree.iter().filter(|(path, _)| path.contains("-zh-cn/"));
    let mut lines = 0;
    for (path, text) in chinese {
        let body = text.split_once("\n---\n").map_or(text, |(_, body)| body);
        for line in split(body).0 {
            lines += 1;
            let words = words(line);
            let characters: Vec<char> = words.chars().collect();
            for pair in characters.windows(2) {
                let western = |one: char| matches!(one, ',' | ';' | ':' | '.' | '?' | '!' | '(' | ')' | '"' | '\'');
                let mixed = is_wide(pair[0]) && western(pair[1]) || western(pair[0]) && is_wide(pair[1]);
                assert!(!mixed, "{path}: `{}{}` in {line}", pair[0], pair[1]);
            }
            let is_word = |word: &str| !word.is_empty() && word.bytes().all(|one| one.is_ascii_lowercase());
            let words: Vec<&str> = words.split(' ').collect();
            let english = words.windows(3).any(|three| three.iter().all(|word| is_word(word)));
            assert!(!english, "{path}: not translated: {line}");
        }
    }
    assert!(lines > 500, "{lines} lines");
}
