//! One table for each skill: operation, verdict, reason; then missing facts, other findings, and totals.

use super::Summary;
use crate::finding::{Finding, Level};
use crate::lint::{LINES, Report, TOKENS};
use crate::sample::Language;

/// Findings that the table and the list of facts show already.
const SHOWN: [&str; 3] = ["wrong-sample", "missing-facts", "missing-operation"];

/// The text.
pub(super) fn render(summary: &Summary) -> String {
    let mut text = String::new();
    for report in &summary.skills {
        skill(report, &mut text);
    }
    for finding in &summary.indexes {
        line(finding, &mut text);
    }
    let skills = count(summary.skills.len(), "skill");
    text.push_str(&format!("{skills}: {}\n", totals(summary.count(Level::Error), summary.count(Level::Warning))));
    text
}

fn totals(errors: usize, warnings: usize) -> String {
    format!("{}, {}", count(errors, "error"), count(warnings, "warning"))
}

/// A number of things, in words: `1 file`, `2 files`.
fn count(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

fn skill(report: &Report, text: &mut String) {
    let language = report.language.map_or("no samples", Language::name);
    text.push_str(&format!(
        "{} ({language}, by {}), {}: {} of {LINES} lines, about {} of {TOKENS} tokens\n\n",
        report.name,
        report.product,
        report.path.display(),
        report.lines,
        report.tokens
    ));
    let width = report.rows.iter().map(|row| row.operation.len()).max().unwrap_or_default();
    for row in &report.rows {
        let (verdict, reason) = (row.verdict.name(), row.verdict.reason());
        text.push_str(format!("  {:<width$}  {verdict:<10}  {reason}", row.operation).trim_end());
        text.push('\n');
    }
    if report.rows.iter().any(|row| !row.missing.is_empty()) {
        text.push_str("\n  facts missing\n");
        for row in report.rows.iter().filter(|row| !row.missing.is_empty()) {
            text.push_str(&format!("  {:<width$}  {}\n", row.operation, row.missing.join("; ")));
        }
    }
    let operations: Vec<&str> = report.rows.iter().map(|row| row.operation.as_str()).collect();
    let is_shown = |finding: &&Finding| {
        let of_operation = operations.iter().any(|operation| finding.message.contains(operation));
        SHOWN.contains(&finding.code) && of_operation
    };
    let mut others = report.findings.iter().filter(|finding| !is_shown(finding)).peekable();
    if others.peek().is_some() {
        text.push('\n');
    }
    for finding in others {
        line(finding, text);
    }
    if report.rows.is_empty() {
        text.push('\n');
        return;
    }
    let (right, wrong, not_judged) = report.counts();
    text.push_str(&format!(
        "\n  {right} of {} samples right, {wrong} wrong, {not_judged} not judged; {}\n\n",
        report.rows.len(),
        totals(report.count(Level::Error), report.count(Level::Warning))
    ));
}

fn line(finding: &Finding, text: &mut String) {
    let Finding { code, level, file, line, column, message, help } = finding;
    text.push_str(&format!("  {file}:{line}:{column}: {}[{code}]: {message}\n", level.name()));
    if let Some(help) = help {
        text.push_str(&format!("    = help: {help}\n"));
    }
}
