//! Index files beside skills: every digest must be that of the file it names.

use std::fs;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::finding::Finding;

/// Where indexes are, below the folder of skills.
const INDEXES: [&str; 2] = ["index.json", ".well-known/agent-skills/index.json"];

/// Checks the indexes of a folder of skills; a folder without any has no findings.
#[must_use]
pub fn check(root: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in INDEXES {
        let file = root.join(name);
        let Ok(text) = fs::read_to_string(&file) else { continue };
        match serde_json::from_str::<Value>(&text) {
            Ok(value) => entries(&value, &text, root, &file, &mut findings),
            Err(error) => findings.push(Finding::error("index", &file, error.line(), format!("no JSON: {error}"))),
        }
    }
    findings
}

/// Every object that names a file and its digest, at any depth.
fn entries(value: &Value, text: &str, root: &Path, file: &Path, findings: &mut Vec<Finding>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| entries(item, text, root, file, findings)),
        Value::Object(members) => {
            let field = |names: [&str; 2]| names.iter().find_map(|name| members.get(*name)?.as_str());
            if let (Some(target), Some(digest)) = (field(["url", "path"]), field(["digest", "sha256"])) {
                entry(target, digest, text, root, file, findings);
            }
            members.values().for_each(|member| entries(member, text, root, file, findings));
        }
        _ => {}
    }
}

fn entry(target: &str, digest: &str, text: &str, root: &Path, file: &Path, findings: &mut Vec<Finding>) {
    if target.contains("://") {
        return;
    }
    let line = text.lines().position(|line| line.contains(&format!("\"{target}\""))).map_or(1, |index| index + 1);
    let relative = target.trim_start_matches('/');
    let folders = [file.parent().unwrap_or(root), root];
    let candidates = folders.iter().map(|folder| folder.join(relative));
    let candidates = candidates.flat_map(|path| [path.join("SKILL.md"), path]);
    let Some(bytes) = candidates.filter(|path| path.is_file()).find_map(|path| fs::read(path).ok()) else {
        findings.push(Finding::error("index", file, line, format!("`{target}` does not exist")));
        return;
    };
    let actual: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if digest.trim_start_matches("sha256:") != actual {
        let message = format!("the digest of `{target}` is {actual}, not {digest}");
        findings.push(Finding::error("index", file, line, message).help("generate again"));
    }
}
