//! Everything that can be said of a skill document and its samples.

mod facts;
mod form;
mod index;
mod links;
mod operations;
mod samples;
mod words;

use std::io;
use std::path::PathBuf;

use crate::finding::{Finding, Level};
use crate::product::Product;
use crate::sample::{Language, Verdict};
use crate::section;
use crate::skill::Skill;

pub use form::{LINES, TOKENS, tokens};
pub use index::check as check_indexes;

/// What is said of one skill.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its name.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
    /// The product it was checked against.
    pub product: String,
    /// The language of its samples, if it has any that is known.
    pub language: Option<Language>,
    /// Lines of `SKILL.md`.
    pub lines: usize,
    /// Estimated tokens of `SKILL.md`.
    pub tokens: usize,
    /// One row for each operation of the document.
    pub rows: Vec<Row>,
    /// Everything found, samples and facts included.
    pub findings: Vec<Finding>,
}

/// What is said of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// `METHOD /path`.
    pub operation: String,
    /// What is said of its sample.
    pub verdict: Verdict,
    /// The facts its section does not tell.
    pub missing: Vec<String>,
    /// Where its section is, if there is one.
    pub place: Option<(PathBuf, usize)>,
}

impl Report {
    /// Numbers of right, wrong and not judged samples.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |name: &str| self.rows.iter().filter(|row| row.verdict.name() == name).count();
        (count("right"), count("wrong"), count("not judged"))
    }

    /// The number of findings of a level.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }
}

/// Checks one skill; `runs` is whether samples are run. Running them means running what the document says: it is for
/// documents one would run by hand.
///
/// # Errors
///
/// The local server or the folder for samples cannot be made.
pub fn check(skill: &Skill, product: &Product, runs: bool) -> io::Result<Report> {
    if skill.main.broken.is_some() {
        // What else could be said would be of bytes that nobody wrote.
        return Ok(report(skill, &product.name, None, Vec::new(), encoding(skill).collect()));
    }
    let sections = section::of(skill);
    let language = Language::of(skill, &sections);
    let mut findings = form(skill);
    findings.extend(words::check(skill, &product.words));
    findings.extend(operations::check(skill, &sections, &product.api));
    let verdicts = samples::judge(skill, &sections, product, language, runs, &mut findings)?;
    let mut rows = Vec::new();
    for (operation, verdict) in product.api.operations.iter().zip(verdicts) {
        let section = operations::sections_of(&sections, operation).next();
        let place = section.map(|section| (section.source.path.clone(), section.line));
        let missing = section.map(|section| facts::missing(operation, &section.prose())).unwrap_or_default();
        if let (Some((file, line)), Verdict::Wrong(_)) = (&place, &verdict) {
            let message = format!("sample of {}: {}", operation.line(), verdict.reason());
            findings.push(Finding::error("wrong-sample", file, *line, message));
        }
        if let Some((file, line)) = &place
            && !missing.is_empty()
        {
            let message = format!("{}: the section does not tell {}", operation.line(), missing.join("; "));
            findings.push(Finding::warning("missing-facts", file, *line, message));
        }
        rows.push(Row { operation: operation.line(), verdict, missing, place });
    }
    Ok(report(skill, &product.name, language, rows, findings))
}

/// Checks the form of a skill whose product is not known here: no operation and no sample is looked at.
#[must_use]
pub fn check_form(skill: &Skill, product: &str) -> Report {
    let mut findings = form(skill);
    let line = skill.frontmatter.line("metadata");
    let message = format!("there is no product `{product}` here: operations, names and samples are not checked");
    findings.push(
        Finding::warning("unknown-product", &skill.main.path, line, message)
            .help("name the document with --spec FILE, or the product with --product NAME"),
    );
    let language = Language::of(skill, &section::of(skill));
    report(skill, product, language, Vec::new(), findings)
}

fn encoding(skill: &Skill) -> impl Iterator<Item = Finding> {
    skill.sources().filter_map(|source| {
        let message = "the file is not UTF-8 from this line on";
        Some(Finding::error("encoding", &source.path, source.broken?, message).help("is it a Markdown file?"))
    })
}

fn form(skill: &Skill) -> Vec<Finding> {
    let mut findings = form::check(skill);
    findings.extend(encoding(skill));
    findings.extend(links::check(skill));
    findings
}

fn report(
    skill: &Skill,
    product: &str,
    language: Option<Language>,
    rows: Vec<Row>,
    mut findings: Vec<Finding>,
) -> Report {
    findings.sort_by(|a, b| (&a.file, a.line, a.code, &a.message).cmp(&(&b.file, b.line, b.code, &b.message)));
    findings.dedup();
    Report {
        name: skill.name().to_owned(),
        path: skill.path.clone(),
        product: product.to_owned(),
        language,
        lines: skill.main.text.lines().count(),
        tokens: tokens(&skill.main.text),
        rows,
        findings,
    }
}
