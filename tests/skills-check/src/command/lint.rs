//! `lint`: what is wrong with skills.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use skills_check::finding::Level;
use skills_check::lint;
use skills_check::product::ProductError;
use skills_check::report::Summary;
use skills_check::skill;

use super::against::{Against, Products};
use super::{Shown, say};
use crate::Exit;

/// Says what is wrong with skills, and runs their curl samples against a local server that judges
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// A folder with skills at any depth, one skill, or one file
    #[arg(default_value = "generated/skills")]
    path: PathBuf,
    #[command(flatten)]
    against: Against,
    /// Read samples only: for documents whose code you would not run
    #[arg(long)]
    no_run: bool,
    /// What makes the command fail besides errors
    #[arg(long, value_name = "WHAT")]
    deny: Option<Denied>,
    /// How findings are shown
    #[arg(long, value_enum, default_value_t)]
    format: Shown,
}

/// What makes the command fail besides errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Denied {
    /// Missing facts and the like
    Warnings,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, String> {
    let skills = skill::find(&arguments.path).map_err(|error| format!("{}: {error}", arguments.path.display()))?;
    if skills.is_empty() {
        return Err(format!("no SKILL.md below {}", arguments.path.display()));
    }
    let mut products = Products::new(&arguments.against);
    let mut summary = Summary::default();
    for skill in &skills {
        let report = match products.of(Some(skill)) {
            Ok(product) => lint::check(skill, &product, !arguments.no_run).map_err(|error| error.to_string())?,
            Err(ProductError::Unknown(name, _)) if !products.is_asked_for() => lint::check_form(skill, &name),
            Err(error) => return Err(format!("{}: {error}", skill.main.path.display())),
        };
        summary.skills.push(report);
    }
    summary.indexes = lint::check_indexes(&arguments.path);
    say(&summary.render(arguments.format.into()));
    let denies = arguments.deny == Some(Denied::Warnings) && summary.count(Level::Warning) > 0;
    Ok(if denies || summary.count(Level::Error) > 0 { Exit::Findings } else { Exit::Done })
}
