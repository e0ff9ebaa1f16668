//! Links that lead nowhere, and files nobody leads to.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::skill::{Skill, Source};

/// The findings.
pub(super) fn check(skill: &Skill) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut linked = BTreeSet::new();
    for source in skill.sources() {
        for link in &source.page.links {
            let is_elsewhere = link.text.contains("://") || link.text.starts_with("mailto:");
            if is_elsewhere {
                continue;
            }
            let (path, fragment) = link.text.split_once('#').unwrap_or((&link.text, ""));
            let mut wrong = |message: String| {
                findings.push(Finding::error("broken-link", &source.path, link.line, message).at(link.column));
            };
            let Some(name) = joined(&source.name, path) else {
                wrong(format!("`{}` leads out of the skill", link.text));
                continue;
            };
            let target: Option<&Source> = skill.sources().find(|source| source.name == name);
            match target {
                Some(target) if !fragment.is_empty() && !target.page.anchors.contains(fragment) => {
                    wrong(format!("`{}`: {name} has no heading `#{fragment}`", link.text));
                }
                None if !skill.path.join(&name).exists() => wrong(format!("`{}` does not exist", link.text)),
                _ if name.matches('/').count() > 1 => wrong(format!("`{}` is more than one folder deep", link.text)),
                _ => {}
            }
            if std::ptr::eq(source, &raw const skill.main) {
                linked.insert(name);
            }
        }
    }
    for source in skill.references.iter().filter(|source| !linked.contains(&source.name)) {
        let message = format!("{} is not linked from SKILL.md, so nobody reads it", source.name);
        findings.push(Finding::warning("unlinked-reference", &source.path, 1, message));
    }
    findings
}

/// The path within the skill of a link in a file; `None` if it leads out.
fn joined(file: &str, link: &str) -> Option<String> {
    if link.is_empty() {
        return Some(file.to_owned());
    }
    if link.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_relative_to_their_file_and_stay_inside() {
        assert_eq!(joined("SKILL.md", "references/a.md").as_deref(), Some("references/a.md"));
        assert_eq!(joined("references/a.md", "../SKILL.md").as_deref(), Some("SKILL.md"));
        assert_eq!(joined("references/a.md", "").as_deref(), Some("references/a.md"));
        assert_eq!(joined("SKILL.md", "../other/SKILL.md"), None);
        assert_eq!(joined("SKILL.md", "/etc/passwd"), None);
    }
}
