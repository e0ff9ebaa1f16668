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
        let Finding { code, file, line, column, message, .. } = finding;
        text.push_str(&format!("  {file}:{line}:{column}: error[{code}]: {message}\n"));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::Entry;

    fn reports() -> Vec<Report> {
        let entry = |what: &str, tried| Entry { what: what.to_owned(), file: "a/SKILL.md".into(), line: 7, tried };
        let entries = vec![
            entry("GET /a", Tried::Ran),
            entry("GET /b", Tried::Parsed),
            entry("flow: C", Tried::Failed(vec!["no request is sent".to_owned()])),
            entry("flow: D", Tried::Skipped),
        ];
        vec![Report { name: "a-ruby".to_owned(), language: Language::Ruby, how: "parsed".to_owned(), entries }]
    }

    #[test]
    fn people_see_each_failure_with_its_place_and_a_table_at_the_end() {
        let text = human(&reports()[0]);
        let failure = "  a/SKILL.md:7:1: error[sample-fails]: flow: C: no request is sent\n";
        assert_eq!(text, format!("a-ruby: 1 run, 1 parsed, 1 failed, 1 skipped; parsed\n{failure}"));
        let table = render(&reports(), Format::Human);
        let row = |name: &str| format!("{name:<10}      1      1      1       1\n");
        assert!(table.ends_with(&format!("{}{}", row("ruby"), row("all"))), "{table}");
    }

    #[test]
    fn programs_see_every_result() {
        let json: Value = serde_json::from_str(&render(&reports(), Format::Json)).unwrap();
        assert_eq!(json["skills"][0]["entries"][2]["result"], "failed");
        assert_eq!(json["languages"]["ruby"], json!({"run": 1, "parsed": 1, "failed": 1, "skipped": 1}));
        let github = render(&reports(), Format::Github);
        assert_eq!(github, "::error file=a/SKILL.md,line=7,col=1,title=sample-fails::flow: C: no request is sent\n");
    }
}
