//! `{"findings": [...], "skills": [...]}`.

use serde_json::{Value, json};

use super::Summary;
use crate::lint::{Report, Row};
use crate::sample::{Language, Verdict};

/// The text.
pub(super) fn render(summary: &Summary) -> String {
    let findings: Vec<Value> = summary
        .findings()
        .map(|finding| {
            json!({
                "code": finding.code,
                "level": finding.level.name(),
                "file": finding.file,
                "line": finding.line,
                "column": finding.column,
                "message": finding.message,
                "help": finding.help,
            })
        })
        .collect();
    let skills: Vec<Value> = summary.skills.iter().map(skill).collect();
    format!("{:#}\n", json!({"findings": findings, "skills": skills}))
}

fn skill(report: &Report) -> Value {
    let (right, wrong, not_judged) = report.counts();
    json!({
        "name": report.name,
        "path": report.path.display().to_string(),
        "product": report.product,
        "language": report.language.map(Language::name),
        "lines": report.lines,
        "tokens": report.tokens,
        "samples": {"right": right, "wrong": wrong, "not_judged": not_judged},
        "operations": report.rows.iter().map(row).collect::<Vec<_>>(),
    })
}

fn row(row: &Row) -> Value {
    let reasons = match &row.verdict {
        Verdict::Right => Vec::new(),
        Verdict::Wrong(reasons) => reasons.clone(),
        Verdict::NotJudged(reason) => vec![reason.clone()],
    };
    json!({
        "operation": row.operation,
        "verdict": row.verdict.name(),
        "reasons": reasons,
        "missing": row.missing,
        "file": row.place.as_ref().map(|(file, _)| file.display().to_string()),
        "line": row.place.as_ref().map(|(_, line)| line),
    })
}
