//! `verify`: every sample, run.

use std::path::PathBuf;

use clap::Args;
use skills_check::sample::Language;
use skills_check::skill;
use skills_check::verify::{Report, Tried, Verifier};

use super::against::{Against, Products};
use super::say;
use crate::Exit;

/// Runs every sample of skill documents, against a local server that judges the requests
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// A folder with skills at any depth, one skill, or one file
    #[arg(default_value = "generated/skills")]
    path: PathBuf,
    /// Samples of this language only
    #[arg(long, value_name = "LANGUAGE", value_parser = language)]
    language: Option<Language>,
    #[command(flatten)]
    against: Against,
}

fn language(name: &str) -> Result<Language, String> {
    let names: Vec<&str> = Language::ALL.iter().map(|language| language.name()).collect();
    Language::named(name).ok_or_else(|| format!("languages: {}", names.join(", ")))
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, String> {
    let skills = skill::find(&arguments.path).map_err(|error| format!("{}: {error}", arguments.path.display()))?;
    if skills.is_empty() {
        return Err(format!("no SKILL.md below {}", arguments.path.display()));
    }
    let mut products = Products::new(&arguments.against);
    let mut verifier = Verifier::default();
    let mut reports = Vec::new();
    for skill in &skills {
        let product = products.of(Some(skill)).map_err(|error| format!("{}: {error}", skill.main.path.display()))?;
        let report = verifier.check(skill, &product, arguments.language).map_err(|error| error.to_string())?;
        if let Some(report) = report {
            say(&shown(&report));
            reports.push(report);
        }
    }
    if reports.is_empty() {
        let name = arguments.language.map_or("a known language", Language::name);
        return Err(format!("no skill below {} has samples of {name}", arguments.path.display()));
    }
    say("\n");
    let mut failures = 0;
    for language in Language::ALL {
        let own: Vec<_> = reports.iter().filter(|report| report.language == language).map(Report::counts).collect();
        if own.is_empty() {
            continue;
        }
        let sum = |part: fn(&(usize, usize, usize)) -> usize| own.iter().map(part).sum::<usize>();
        let (passed, failed, skipped) = (sum(|it| it.0), sum(|it| it.1), sum(|it| it.2));
        failures += failed;
        say(&format!("{:<10}  {passed} passed, {failed} failed, {skipped} skipped\n", language.name()));
    }
    Ok(if failures > 0 { Exit::Findings } else { Exit::Done })
}

fn shown(report: &Report) -> String {
    let (passed, failed, skipped) = report.counts();
    let mut text = format!(
        "{} ({}): {passed} passed, {failed} failed, {skipped} skipped; {}\n",
        report.name,
        report.language.name(),
        report.how
    );
    for (what, result) in &report.results {
        if let Tried::Failed(reasons) = result {
            text.push_str(&format!("  failed  {what}: {}\n", reasons.join("; ")));
        }
    }
    text
}
