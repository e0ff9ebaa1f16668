//! The generator's pipeline over the documents of a command.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use generator::output::Products;
use generator::output::tree::Tree;
use generator::source::diagnostic::{Diagnostic, Findings};
use generator::source::place::{Files, Place};
use generator::source::read;
use generator::source::rules::{self, reading};
use generator::source::text::nearest;
use generator::templates::Templates;

use crate::report::Report;
use crate::terminal::count;
use crate::workspace::{Product, Workspace};

/// A document and what belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    /// The name of what is made.
    pub(crate) name: String,
    /// The document.
    pub(crate) document: PathBuf,
    /// The document's name in messages.
    pub(crate) document_name: String,
    /// The overlay.
    pub(crate) overlay: Option<PathBuf>,
    /// product.toml.
    pub(crate) product: Option<PathBuf>,
    /// The name of the crate, if it is not left to product.toml or the document's title.
    pub(crate) crate_name: Option<String>,
    /// Whether skill documents are made.
    pub(crate) skills: bool,
}

impl Job {
    /// A product of the workspace.
    pub(crate) fn of_product(workspace: &Workspace, product: &Product) -> Self {
        Self {
            name: product.name.clone(),
            document: workspace.root.join(&product.document),
            document_name: product.document.display().to_string(),
            overlay: product.overlay.as_ref().map(|path| workspace.root.join(path)),
            product: product.product.as_ref().map(|path| workspace.root.join(path)),
            crate_name: None,
            skills: true,
        }
    }

    /// Any document.
    pub(crate) fn of_document(document: &Path, overlay: Option<&Path>) -> Self {
        Self {
            name: "document".to_owned(),
            document: document.to_owned(),
            document_name: document.display().to_string(),
            overlay: overlay.map(Path::to_owned),
            product: None,
            crate_name: None,
            skills: false,
        }
    }
}

/// What a document came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Summary {
    operations: usize,
    types: usize,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", count(self.operations, "operation"), count(self.types, "type"))
    }
}

/// What all documents came to.
#[derive(Debug, Default)]
pub(crate) struct Made {
    /// The files of each job; none if one of them has an error.
    pub(crate) products: Option<Products>,
    /// What was found.
    pub(crate) report: Report,
    /// One for each job, as far as it came.
    pub(crate) summaries: Vec<Option<Summary>>,
    /// How long each pass took.
    pub(crate) timings: Timings,
}

/// How long each pass took, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timings(Vec<(&'static str, Duration)>);

impl Timings {
    /// Adds time to a pass.
    pub(crate) fn add(&mut self, pass: &'static str, took: Duration) {
        match self.0.iter_mut().find(|(name, _)| *name == pass) {
            Some((_, sum)) => *sum += took,
            None => self.0.push((pass, took)),
        }
    }

    /// A line for each pass.
    pub(crate) fn table(&self) -> String {
        let line = |name: &str, took: Duration| format!("{name:<12}{:>10.3} ms\n", took.as_secs_f64() * 1000.0);
        let all = self.0.iter().map(|(_, took)| *took).sum();
        self.0.iter().map(|(name, took)| line(name, *took)).chain([line("all", all)]).collect()
    }
}

/// Runs the pipeline over all jobs.
pub(crate) fn run(workspace: &Workspace, jobs: &[Job], allow: &[String]) -> Made {
    let mut made = Made::default();
    let before = Instant::now();
    let templates = match Templates::read(&workspace.root.join("templates")) {
        Ok(templates) => templates,
        Err(error) => {
            let place = Place::whole(made.report.files.add("templates", ""));
            made.report.push(Diagnostic::new(
                &reading::UNREADABLE,
                place,
                format!("the templates cannot be read: {error}"),
            ));
            return made;
        }
    };
    made.timings.add("templates", before.elapsed());
    let mut products = Some(Products::new());
    for job in jobs {
        let outcome = outcome(job, &templates, allow);
        made.report.add(&outcome.files, &outcome.findings);
        for (pass, took) in outcome.timings {
            made.timings.add(pass, took);
        }
        made.summaries.push(outcome.tree.as_ref().map(|_| outcome.summary));
        match (outcome.tree, &mut products) {
            (Some(tree), Some(products)) => drop(products.insert(job.name.clone(), tree)),
            _ => products = None,
        }
    }
    made.products = products.filter(|_| !made.report.has_errors());
    made
}

/// What one document came to.
struct Outcome {
    files: Files,
    findings: Findings,
    tree: Option<Tree>,
    summary: Summary,
    timings: Vec<(&'static str, Duration)>,
}

fn outcome(job: &Job, _templates: &Templates, allow: &[String]) -> Outcome {
    let (mut files, mut findings) = (Files::default(), Findings::default());
    let before = Instant::now();
    let node = read::read_file(&job.document, &job.document_name, &mut files, &mut findings);
    let timings = vec![("read", before.elapsed())];
    findings.allow(allow);
    let tree = node.filter(|_| !findings.has_errors()).map(|_| {
        let mut tree = Tree::default();
        let folder = if job.product.is_some() { format!("{}/", job.name) } else { String::new() };
        for path in ["Cargo.toml", "src/lib.rs"] {
            let _ = tree.insert(format!("{folder}{path}"), "# a\n");
        }
        tree
    });
    Outcome { files, findings, tree, summary: Summary::default(), timings }
}

/// The code of a rule, from the command line.
pub(crate) fn code(text: &str) -> Result<String, String> {
    match rules::find(text) {
        Some(rule) => Ok(rule.code.to_owned()),
        None => Err(match nearest(text, rules::all().map(|rule| rule.code)) {
            Some(near) => format!("no rule has this code; did you mean `{near}`?"),
            None => "no rule has this code".to_owned(),
        }),
    }
}

/// The name of a crate, from the command line: what the registry accepts.
pub(crate) fn crate_name(text: &str) -> Result<String, String> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let starts_well = text.starts_with(|letter: char| letter.is_ascii_alphabetic());
    match starts_well && text.len() <= 64 && text.chars().all(is_plain) {
        true => Ok(text.to_owned()),
        false => Err("a letter first, then up to 63 letters, digits, `-` or `_`".to_owned()),
    }
}
