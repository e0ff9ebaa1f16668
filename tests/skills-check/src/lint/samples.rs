//! The samples of a skill, run or at least read.

use std::io;

use super::operations::sections_of;
use crate::bench::Bench;
use crate::finding::Finding;
use crate::markdown::Kind;
use crate::product::Product;
use crate::sample::{self, Language, Verdict};
use crate::sandbox;
use crate::section::{self, Section};
use crate::skill::Skill;

/// A verdict for each operation of the document, in its order.
pub(super) fn judge(
    skill: &Skill,
    sections: &[Section<'_>],
    product: &Product,
    language: Option<Language>,
    runs: bool,
    findings: &mut Vec<Finding>,
) -> io::Result<Vec<Verdict>> {
    let is_curl = language == Some(Language::Curl);
    let unrun = if runs { sandbox::lacks_curl() } else { Some("samples are not run".to_owned()) };
    let bench = if is_curl && unrun.is_none() { Some(Bench::new(product)?) } else { None };
    let setup = sample::setup(skill, sections, Language::Curl, product);
    // What Setup sends by itself is not the sample's.
    let own = match &bench {
        Some(bench) => bench.bash(&setup, &[])?.requests.len(),
        None => 0,
    };
    let mut verdicts = Vec::new();
    for operation in &product.api.operations {
        let Some(section) = sections_of(sections, operation).next() else {
            verdicts.push(Verdict::Wrong(vec!["there is no section".to_owned()]));
            continue;
        };
        let Some((info, code, line)) = section.fences().next() else {
            verdicts.push(Verdict::Wrong(vec!["there is no sample".to_owned()]));
            continue;
        };
        verdicts.push(match (&bench, language) {
            (Some(bench), _) if Language::Curl.is(info) => {
                let ran = bench.bash(&format!("{setup}\n{code}"), &[])?;
                for secret in ran.leaks() {
                    let message = format!("the sample of {} prints the secret `{secret}`", operation.line());
                    findings.push(Finding::error("prints-secret", &section.source.path, line, message));
                }
                Verdict::of(operation, &ran.outcome, ran.requests.get(own..).unwrap_or_default())
            }
            (None, Some(Language::Curl)) => Verdict::NotJudged(unrun.clone().unwrap_or_default()),
            (_, Some(language)) if language.is(info) => {
                let accessor = product.accessors.get(language.name()).and_then(|names| names.get(&operation.id));
                by_name(code, operation.path.as_str(), accessor.map(String::as_str), language)
            }
            (_, language) => {
                let language = language.map_or("no known language", Language::name);
                Verdict::Wrong(vec![format!("the sample is `{info}`, the skill is {language}")])
            }
        });
    }
    if let Some(bench) = &bench {
        others(skill, sections, bench, &setup, own, findings)?;
    }
    Ok(verdicts)
}

/// What can be said without running: whether the sample calls the operation, by the name its SDK gives it or by path.
fn by_name(code: &str, path: &str, accessor: Option<&str>, language: Language) -> Verdict {
    let hint = format!("not run here: `cargo xtask verify-skills --language {}`", language.name());
    let Some(accessor) = accessor else { return Verdict::NotJudged(hint) };
    if sample::calls(code, accessor, path) {
        Verdict::NotJudged(hint)
    } else {
        Verdict::Wrong(vec![format!("the sample calls neither `{accessor}` nor {path}")])
    }
}

/// Samples of `SKILL.md` that belong to no operation, such as that of errors: their requests must be right too.
fn others(
    skill: &Skill,
    sections: &[Section<'_>],
    bench: &Bench,
    setup: &str,
    own: usize,
    findings: &mut Vec<Finding>,
) -> io::Result<()> {
    for (title, blocks) in section::parts(&skill.main) {
        let is_operation = sections.iter().any(|section| std::ptr::eq(section.blocks, blocks));
        for block in blocks.iter().filter(|_| !is_operation) {
            let Kind::Fence(info, code) = &block.kind else { continue };
            if !Language::Curl.is(info) || !code.contains("curl ") || setup.contains(code.as_str()) {
                continue;
            }
            let ran = bench.bash(&format!("{setup}\n{code}"), &[])?;
            let reasons = sample::wrong_requests(ran.requests.get(own..).unwrap_or_default());
            if !reasons.is_empty() {
                let message = format!("sample of \"{title}\": {}", reasons.join("; "));
                findings.push(Finding::error("wrong-sample", &skill.main.path, block.line, message));
            }
            for secret in ran.leaks() {
                let message = format!("the sample of \"{title}\" prints the secret `{secret}`");
                findings.push(Finding::error("prints-secret", &skill.main.path, block.line, message));
            }
        }
    }
    Ok(())
}
