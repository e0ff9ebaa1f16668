//! What each module declares in `Cargo.toml` is what it uses.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use toml::Value;

fn list(entry: &Value, name: &str) -> BTreeSet<String> {
    let items = entry.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    items.iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

/// The source without comments.
fn code(path: &Path) -> String {
    let source = fs::read_to_string(path).unwrap();
    source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The first word of every path below `crate::`, braces included.
fn own_modules(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, root) in code.match_indices("crate::") {
        let rest = &code[at + root.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.insert(word(rest));
            continue;
        };
        let (mut depth, mut fresh) = (0, true);
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => fresh = true,
                c if fresh && depth == 0 && c.is_alphabetic() => {
                    found.insert(word(&group[at..]));
                    fresh = false;
                }
                _ => {}
            }
        }
    }
    found
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn names_crate(code: &str, krate: &str) -> bool {
    let path = format!("{}::", krate.replace('-', "_"));
    code.match_indices(&path).any(|(at, _)| {
        let before = code[..at].strip_suffix("::").unwrap_or(&code[..at]);
        !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

#[test]
fn every_module_declares_what_it_uses() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest: Value = fs::read_to_string(root.join("Cargo.toml")).unwrap().parse::<toml::Table>().unwrap().into();
    let declared: BTreeMap<String, Value> = manifest["package"]["metadata"]["modules"].clone().try_into().unwrap();
    let crates: Vec<&String> = manifest["dependencies"].as_table().unwrap().keys().collect();
    let features = manifest["features"].as_table().unwrap();
    let lib = code(&root.join("src/lib.rs"));

    let mut files = BTreeSet::new();
    for file in fs::read_dir(root.join("src")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_file() && !["lib", "product"].contains(&name.as_str()) {
            files.insert(name);
        }
    }
    assert_eq!(files, declared.keys().cloned().collect(), "the files and the entries");

    for (name, entry) in &declared {
        let code = code(&root.join(format!("src/{name}.rs")));
        let mut modules = own_modules(&code);
        modules.retain(|module| files.contains(module) && module != name);
        assert_eq!(list(entry, "modules"), modules, "`modules` of {name}");
        let used: BTreeSet<String> =
            crates.iter().copied().filter(|krate| names_crate(&code, krate)).cloned().collect();
        assert_eq!(list(entry, "dependencies"), used, "`dependencies` of {name}");
        for feature in list(entry, "features") {
            assert!(features.contains_key(&feature), "the feature {feature} of {name}");
        }
        let exported: BTreeSet<String> = match lib.split_once(&format!("pub use {name}::")) {
            Some((_, rest)) => {
                let items = rest.split(';').next().unwrap();
                let words = items.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
                words.map(str::to_owned).collect()
            }
            None => BTreeSet::new(),
        };
        assert_eq!(list(entry, "exports"), exported, "`exports` of {name}");
        assert_eq!(entry.get("public").is_some(), lib.contains(&format!("pub mod {name};")), "`public` of {name}");
        assert!(!code.contains("cfg(test)") && !code.contains("mod tests"), "{name} holds tests");
    }
}
