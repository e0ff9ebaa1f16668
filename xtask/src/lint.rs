//! `cargo xtask lint`: the findings of documents, without output.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Instant;

use clap::{ArgGroup, Args, ValueEnum};

use crate::pipeline::{self, Job};
use crate::report::Format;
use crate::skills;
use crate::terminal::{self, count};
use crate::workspace::Workspace;
use crate::{Exit, WrongUsage};

/// Shows what is wrong with a document, or with those of all products
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("document").args(["file", "spec"]))]
pub(crate) struct Arguments {
    /// The OpenAPI document; without it, every product of spec/
    file: Option<PathBuf>,
    /// An OpenAPI Overlay that is applied first
    #[arg(long, value_name = "FILE", requires = "document")]
    overlay: Option<PathBuf>,
    /// Check skill documents instead: a folder with skills at any depth, one skill, or one file
    #[arg(long, value_name = "DIR", num_args = 0..=1, conflicts_with_all = ["file", "allow"])]
    skills: Option<Option<PathBuf>>,
    /// The OpenAPI document that skills are checked against, instead of that of their product
    #[arg(long, value_name = "FILE", requires = "skills")]
    spec: Option<PathBuf>,
    /// The product of spec/ that skills are checked against
    #[arg(long, value_name = "NAME", requires = "skills", conflicts_with = "spec")]
    product: Option<String>,
    /// Do not run the samples of skills: for documents whose code you would not run
    #[arg(long, requires = "skills")]
    no_run: bool,
    /// The code of a rule whose breaches are left out
    #[arg(long, value_name = "CODE", value_parser = pipeline::code)]
    allow: Vec<String>,
    /// What makes the command fail besides errors
    #[arg(long, value_name = "WHAT")]
    deny: Option<Denied>,
    /// How findings are shown
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Show how long each pass takes, on standard error
    #[arg(long)]
    timings: bool,
}

/// What makes the command fail besides errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Denied {
    /// Warnings
    Warnings,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, WrongUsage> {
    let started = Instant::now();
    let workspace = Workspace::find()?;
    if let Some(folder) = &arguments.skills {
        return skills::lint(&workspace, folder.as_deref(), &of_skills(arguments));
    }
    let jobs = match &arguments.file {
        Some(document) => vec![Job::of_document(document, arguments.overlay.as_deref())],
        None => workspace.products(None)?.iter().map(|product| Job::of_product(&workspace, product)).collect(),
    };
    let made = pipeline::run(&workspace, &jobs, &arguments.allow);
    made.show(arguments.format, arguments.timings);
    if arguments.format == Format::Human {
        let mut output = terminal::output();
        for (job, summary) in jobs.iter().zip(&made.summaries) {
            let Some(summary) = summary else { continue };
            output.say(&format!("{}: {summary}\n", job.document.name));
        }
        output.say(&format!("checked {} in {} ms\n", count(jobs.len(), "document"), started.elapsed().as_millis()));
    }
    let denied = arguments.deny == Some(Denied::Warnings) && !made.report.is_empty();
    Ok(if made.products.is_none() || denied { Exit::Findings } else { Exit::Done })
}

/// The options that skills have too.
fn of_skills(arguments: &Arguments) -> Vec<OsString> {
    let mut options: Vec<OsString> = vec!["--format".into(), arguments.format.name().into()];
    for (name, value) in [("--spec", &arguments.spec), ("--overlay", &arguments.overlay)] {
        options.extend(value.iter().flat_map(|value| [name.into(), skills::absolute(value)]));
    }
    options.extend(arguments.product.iter().flat_map(|name| ["--product".into(), name.into()]));
    options.extend(arguments.no_run.then(|| "--no-run".into()));
    options.extend(arguments.deny.iter().flat_map(|_| ["--deny".into(), "warnings".into()]));
    options
}
