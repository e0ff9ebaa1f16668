//! What came of running samples.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Format, github};
use crate::finding::Finding;
use crate::sample::Language;
use crate::verify::{Counts, Report, Tried};

/// The text of a format. That for people is the table at the end: [`human`] shows each skill.
#[must_use]
pub fn render(reports: &[Report], format: Format) -> String {
    match format {
        Format::Human => table(reports),
        Format::Json => json(reports),
        Format::Github => findings(reports).map(|finding| github::line(&finding)).collect(),
    }
}

/// One skill, for people: its numbers, how it was tried, and what failed.
#[must_use]
pub fn human(report: &Report) -> String {
    let mut text = format!("{}: {}; {}\n", report.name, numbers(report.counts()), report.how);
    for finding in findings(std::slice::from_ref(report)) {
        text.push_str(&format!("  {}:{}: error[{}]: {}\n", finding.file, finding.line, finding.code, finding.message));
    }
    text
}

fn numbers(counts: Counts) -> String {
    let Counts { run, parsed, failed, skipped } = counts;
    format!("{run} run, {parsed} parsed, {failed} failed, {skipped} skipped")
}

fn findings(reports: &[Report]) -> impl Iterator<Item = Finding> {
    reports.iter().flat_map(|report| &report.entries).filter_map(|entry| match &entry.tried {
        Tried::Failed(reasons) => {
            let message = format!("{}: {}", entry.what, reasons.join("; "));
            Some(Finding::error("sample-fails", &entry.file, entry.line, message))
        }
        Tried::Ran | Tried::Parsed | Tried::Skipped => None,
    })
}

fn languages(reports: &[Report]) -> BTreeMap<Language, Counts> {
    let mut languages: BTreeMap<Language, Counts> = BTreeMap::new();
    for report in reports {
        *languages.entry(report.language).or_default() += report.counts();
    }
    languages
}

fn total(reports: &[Report]) -> Counts {
    reports.iter().fold(Counts::default(), |mut sum, report| {
        sum += report.counts();
        sum
    })
}

fn table(reports: &[Report]) -> String {
    let mut text = format!("\n{:<10} {:>6} {:>6} {:>6} {:>7}\n", "", "run", "parsed", "failed", "skipped");
    let mut row = |name: &str, counts: Counts| {
        let Counts { run, parsed, failed, skipped } = counts;
        text.push_str(&format!("{name:<10} {run:>6} {parsed:>6} {failed:>6} {skipped:>7}\n"));
    };
    for (language, counts) in languages(reports) {
        row(language.name(), counts);
    }
    row("all", total(reports));
    text
}

fn json(reports: &[Report]) -> String {
    let numbers = |counts: Counts| {
        let Counts { run, parsed, failed, skipped } = counts;
        json!({"run": run, "parsed": parsed, "failed": failed, "skipped": skipped})
    };
    let entries = |report: &Report| -> Vec<Value> {
        let entries = report.entries.iter().map(|entry| {
            json!({
                "what": entry.what,
                "result": entry.tried.name(),
                "reasons": entry.tried.reasons(),
                "file": entry.file.display().to_string(),
                "line": entry.line,
            })
        });
        entries.collect()
    };
    let skills: Vec<Value> = reports
        .iter()
        .map(|report| {
            json!({
                "name": report.name,
                "language": report.language.name(),
                "how": report.how,
                "samples": numbers(report.counts()),
                "entries": entries(report),
            })
        })
        .collect();
    let languages: BTreeMap<&str, Value> =
        languages(reports).into_iter().map(|(language, counts)| (language.name(), numbers(counts))).collect();
    format!("{:#}\n", json!({"skills": skills, "languages": languages, "all": numbers(total(reports))}))
}
