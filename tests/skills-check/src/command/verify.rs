//! `verify`: every sample, run.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, mpsc};
use std::thread;

use clap::{Args, ValueEnum};
use skills_check::product::Product;
use skills_check::report::verified;
use skills_check::sample::Language;
use skills_check::section;
use skills_check::skill::{self, Skill};
use skills_check::verify::{Report, Verifier};

use super::against::{Against, Products};
use super::{Shown, say};
use crate::Exit;

/// Runs every sample of skill documents, against a local server that judges the requests
///
/// A sample of an operation, that of errors, and every flow; 0 means that none failed: what this machine cannot run is
/// parsed or skipped, and named.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// A folder with skills at any depth, one skill, or one file
    #[arg(default_value = "generated/skills")]
    path: PathBuf,
    /// Samples of this language only
    #[arg(long, value_name = "LANGUAGE", value_enum)]
    language: Option<Name>,
    #[command(flatten)]
    against: Against,
    /// How results are shown
    #[arg(long, value_enum, default_value_t)]
    format: Shown,
}

/// A language of samples.
#[derive(Clone, Copy, Debug)]
struct Name(Language);

impl ValueEnum for Name {
    fn value_variants<'a>() -> &'a [Self] {
        static NAMES: OnceLock<[Name; Language::ALL.len()]> = OnceLock::new();
        NAMES.get_or_init(|| Language::ALL.map(Name))
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.name()))
    }
}

/// What is to be tried: a skill, its place in the output, and what it is judged by.
type Task = (usize, Skill, Arc<Product>);

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, String> {
    let skills = skill::find(&arguments.path).map_err(|error| format!("{}: {error}", arguments.path.display()))?;
    if skills.is_empty() {
        return Err(format!("no SKILL.md below {}", arguments.path.display()));
    }
    let only = arguments.language.map(|name| name.0);
    let mut products = Products::new(&arguments.against);
    // What a language installs serves all its skills, one after the other; languages go beside each other.
    let mut tasks: BTreeMap<Option<Language>, Vec<Task>> = BTreeMap::new();
    for skill in skills {
        let language = Language::of(&skill, &section::of(&skill));
        if only.is_none_or(|only| Some(only) == language) {
            let product =
                products.of(Some(&skill)).map_err(|error| format!("{}: {error}", skill.main.path.display()))?;
            let number = tasks.values().map(Vec::len).sum();
            tasks.entry(language).or_default().push((number, skill, product));
        }
    }
    let reports = all(tasks.into_values().collect(), arguments.format == Shown::Human)?;
    if reports.is_empty() {
        let name = only.map_or("a known language", Language::name);
        return Err(format!("no skill below {} has samples of {name}", arguments.path.display()));
    }
    say(&verified::render(&reports, arguments.format.into()));
    let has_failed = reports.iter().any(|report| report.counts().failed > 0);
    Ok(if has_failed { Exit::Findings } else { Exit::Done })
}

/// Tries everything, as many languages at a time as there are processors; reports in the order of the skills.
fn all(tasks: Vec<Vec<Task>>, is_shown: bool) -> Result<Vec<Report>, String> {
    let (queue, waiting) = (std::sync::Mutex::new(tasks.into_iter()), thread::available_parallelism());
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..waiting.map_or(1, usize::from) {
            let (queue, sender) = (&queue, sender.clone());
            scope.spawn(move || {
                // The lock is held no longer than it takes.
                let next = || queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next();
                while let Some(tasks) = next() {
                    let mut verifier = Verifier::default();
                    for (number, skill, product) in tasks {
                        let report = verifier.check(&skill, &product, None).map_err(|error| error.to_string());
                        // Nobody listens once one has failed.
                        let _ = sender.send((number, report));
                    }
                }
            });
        }
        drop(sender);
        let (mut done, mut next, mut reports) = (BTreeMap::new(), 0, Vec::new());
        for (number, report) in receiver {
            done.insert(number, report?);
            while let Some(report) = done.remove(&next) {
                next += 1;
                if let Some(report) = report {
                    if is_shown {
                        say(&verified::human(&report));
                    }
                    reports.push(report);
                }
            }
        }
        Ok(reports)
    })
}
