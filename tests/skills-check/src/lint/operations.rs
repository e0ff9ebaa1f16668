//! Whether the operations of the document are there, and nothing else.

use std::collections::BTreeSet;

use crate::api::{Api, Operation};
use crate::finding::Finding;
use crate::markdown::Kind;
use crate::section::{self, Section};
use crate::skill::Skill;

/// The sections about an operation.
pub(super) fn sections_of<'a, 's>(
    sections: &'a [Section<'s>],
    operation: &'a Operation,
) -> impl Iterator<Item = &'a Section<'s>> {
    sections.iter().filter(move |section| section.method == operation.method && section.path == operation.path)
}

/// The findings.
pub(super) fn check(skill: &Skill, sections: &[Section<'_>], api: &Api) -> Vec<Finding> {
    let mut findings = Vec::new();
    for operation in &api.operations {
        let own: Vec<_> = sections_of(sections, operation).collect();
        if own.is_empty() {
            let message = format!("no section has the line `{}`", operation.line());
            findings.push(Finding::error("missing-operation", &skill.main.path, 1, message));
        }
        for again in own.iter().skip(1) {
            let message = format!("{} has a section already", operation.line());
            findings.push(Finding::error("repeated-operation", &again.source.path, again.line, message));
        }
    }
    unknown_operations(skill, api, &mut findings);
    for section in sections {
        let count = section.fences().count();
        if count != 1 {
            let message = format!("\"{}\" has {count} samples; a section has one", section.title);
            findings.push(Finding::error("sample-count", &section.source.path, section.line, message));
        }
        if let Some(operation) = api.find(&section.method, &section.path) {
            unknown_names(section, operation, &mut findings);
        }
    }
    findings
}

/// Wherever `METHOD /path` stands.
fn unknown_operations(skill: &Skill, api: &Api, findings: &mut Vec<Finding>) {
    for source in skill.sources() {
        for code in &source.page.codes {
            let Some((method, path)) = section::endpoint(&code.text) else { continue };
            if api.find(&method, &path).is_some() {
                continue;
            }
            let what = if api.has_path(&path) { "method" } else { "path" };
            let message = format!("the document has no {what} `{}`", code.text);
            findings.push(Finding::error("unknown-operation", &source.path, code.line, message).at(code.column));
        }
    }
}

/// Names and statuses that the section claims and the operation does not have.
fn unknown_names(section: &Section<'_>, operation: &Operation, findings: &mut Vec<Finding>) {
    let names = operation.names();
    for block in section.blocks {
        let Kind::Prose(text) = &block.kind else { continue };
        for (index, line) in text.lines().enumerate() {
            let unknown = claimed(line).into_iter().filter(|claim| match status(claim) {
                true => !operation.responses.contains_key(*claim),
                false => !names.contains(claim),
            });
            for claim in unknown {
                let what = if status(claim) { "status" } else { "name" };
                let message = format!("{} has no {what} `{claim}`", operation.line());
                let before = line.find(&format!("`{claim}`")).and_then(|at| line.get(..at)).unwrap_or_default();
                let place = (&section.source.path, block.line + index);
                findings.push(Finding::error("unknown-name", place.0, place.1, message).at(1 + before.chars().count()));
            }
        }
    }
}

fn status(text: &str) -> bool {
    text.len() == 3 && text.chars().all(|char| char.is_ascii_digit())
}

/// The names a line claims for its operation: after a method line all of them; on a line that starts with a label,
/// those with a type in parentheses, and statuses.
fn claimed(line: &str) -> BTreeSet<&str> {
    let codes = section::codes(line);
    if codes.first().is_some_and(|code| section::endpoint(code).is_some()) && line.starts_with('`') {
        return codes.into_iter().skip(1).collect();
    }
    let before = line.split('`').next().unwrap_or_default().trim_start_matches(['-', '*', '|', ' ']);
    if !before.contains([':', '：']) || before.chars().count() > 24 {
        return BTreeSet::new();
    }
    let pieces: Vec<&str> = line.split('`').collect();
    let claims = pieces.windows(2).skip(1).step_by(2).filter_map(|pair| match pair {
        [code, after] if is_typed(after) || status(code) => Some(*code),
        _ => None,
    });
    claims.filter(|claim| !claim.contains('/')).collect()
}

/// Whether a type follows in parentheses; in Chinese they may hold the place instead, as in `（在 \`data\` 中）`.
fn is_typed(after: &str) -> bool {
    after.starts_with(" (") || (after.starts_with('（') && !after.starts_with("（在"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_a_label_claim_names_that_have_a_type() {
        let all = |line| claimed(line).into_iter().collect::<Vec<_>>();
        assert_eq!(all("`POST /a` — Required: `b`, `c`"), ["b", "c"]);
        assert_eq!(all("Optional: `d` (string), `e` (enum: x)"), ["d", "e"]);
        assert_eq!(all("Returns: `200` `Thing` in `data`: `f` (uri)"), ["200", "f"]);
        assert_eq!(all("返回：`g`（字符串）"), ["g"]);
        assert_eq!(all("返回：`Thing`（在 `data` 中）：`h`（uri）"), ["h"]);
        assert_eq!(all("Errors: `400` bad (`text/html`) · `404`"), ["400", "404"]);
        assert!(all("Compare `issuer` (RFC 8414 3.3) with what you asked.").is_empty());
    }
}
