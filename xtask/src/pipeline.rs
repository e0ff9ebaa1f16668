//! The generator's pipeline over the documents of a command.

use std::fmt;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use generator::emit::{self, Layout, SKILLS};
use generator::model::Api;
use generator::output::Products;
use generator::output::tree::{PathError, Tree};
use generator::pipeline::{self, Input, Named, Outcome};
use generator::skills;
use generator::source::diagnostic::Findings;
use generator::source::rules::{self, output, reading};
use generator::source::text::nearest;
use generator::templates::Templates;

use crate::report::{Format, Report};
use crate::terminal::{self, count};
use crate::workspace::{Product, Workspace};

/// A document and what belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    /// The name of what is made.
    pub(crate) name: String,
    /// The document.
    pub(crate) document: Named,
    /// The overlay.
    pub(crate) overlay: Option<Named>,
    /// product.toml.
    pub(crate) product: Option<Named>,
    /// The name of the crate, if it is not left to product.toml or the document's title.
    pub(crate) crate_name: Option<String>,
    /// Whether skill documents are made.
    pub(crate) skills: bool,
}

impl Job {
    /// A product of the workspace.
    pub(crate) fn of_product(workspace: &Workspace, product: &Product) -> Self {
        let named = |path: &PathBuf| Named { path: workspace.root.join(path), ..Named::new(path) };
        Self {
            name: product.name.clone(),
            document: named(&product.document),
            overlay: product.overlay.as_ref().map(named),
            product: product.product.as_ref().map(named),
            crate_name: None,
            skills: true,
        }
    }

    /// Any document.
    pub(crate) fn of_document(document: &Path, overlay: Option<&Path>) -> Self {
        Self {
            name: "document".to_owned(),
            document: Named::new(document),
            overlay: overlay.map(Named::new),
            product: None,
            crate_name: None,
            skills: false,
        }
    }

    /// A product's files go to the folder of all products, those of any other document to one of their own.
    fn layout(&self) -> Layout {
        Layout { beside_others: self.product.is_some(), skills: self.skills }
    }

    fn input(&self, allow: &[String]) -> Input {
        let Self { document, overlay, product, .. } = self.clone();
        Input { document, overlay, product, allow: allow.to_vec() }
    }
}

/// What a document came to.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    operations: usize,
    types: usize,
    warnings: usize,
}

impl Summary {
    fn new(api: &Api, findings: &Findings) -> Self {
        let (operations, types) = (api.operations.len(), api.types.len());
        Self { operations, types, warnings: findings.len() }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", count(self.operations, "operation"), count(self.types, "type"))?;
        match self.warnings {
            0 => Ok(()),
            warnings => write!(f, ", {}", count(warnings, "warning")),
        }
    }
}

/// What all documents came to.
#[derive(Debug, Default)]
pub(crate) struct Made {
    /// The files of each job; none if one of them has an error.
    pub(crate) products: Option<Products>,
    /// What the indexes over all products say of the skill documents.
    pub(crate) skills: Vec<skills::index::Product>,
    /// What was found.
    pub(crate) report: Report,
    /// One for each job, as far as it came.
    pub(crate) summaries: Vec<Option<Summary>>,
    /// How long each pass took.
    pub(crate) timings: Timings,
}

/// What the files are recorded under that belong to no product, but to all: no folder of `spec/` has this name.
const ALL_PRODUCTS: &str = "*";

impl Made {
    /// Adds the indexes over the skill documents of all products.
    pub(crate) fn add_indexes(&mut self) {
        let Some(products) = &mut self.products else { return };
        match indexes(&self.skills) {
            Ok(tree) if tree.is_empty() => {}
            Ok(tree) => drop(products.insert(ALL_PRODUCTS.to_owned(), tree)),
            Err(error) => {
                self.report.push_about(SKILLS, &output::EMIT, error.to_string());
                self.products = None;
            }
        }
    }

    /// Shows what was found and, to people who ask, how long each pass took.
    pub(crate) fn show(&self, format: Format, timings: bool) {
        self.report.show(format);
        if timings && format == Format::Human {
            terminal::errors().say(&self.timings.table());
        }
    }
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

fn indexes(products: &[skills::index::Product]) -> Result<Tree, PathError> {
    let mut tree = Tree::default();
    tree.insert_tree(SKILLS, skills::index::emit(products)?)?;
    Ok(tree)
}

/// Runs the pipeline over all jobs.
pub(crate) fn run(workspace: &Workspace, jobs: &[Job], allow: &[String]) -> Made {
    let mut made = Made::default();
    // The templates are read while the documents are.
    let ((templates, took), outcomes) = thread::scope(|scope| {
        let templates = scope.spawn(|| {
            let before = Instant::now();
            (Templates::read(&workspace.root.join("templates")), before.elapsed())
        });
        let outcomes: Vec<Outcome> = jobs.iter().map(|job| pipeline::run(&job.input(allow))).collect();
        (templates.join().unwrap_or_else(|panic| resume_unwind(panic)), outcomes)
    });
    let templates = match templates {
        Ok(templates) => templates,
        Err(error) => {
            let message = format!("the templates cannot be read: {error}");
            made.report.push_about("templates", &reading::UNREADABLE, message);
            return made;
        }
    };
    made.timings.add("templates", took);
    let mut products = Some(Products::new());
    for (job, outcome) in jobs.iter().zip(outcomes) {
        let Outcome { files, mut findings, api, timings } = outcome;
        for (pass, took) in timings {
            made.timings.add(pass, took);
        }
        made.summaries.push(api.as_ref().map(|api| Summary::new(api, &findings)));
        let before = Instant::now();
        let emitted = api.and_then(|mut api| {
            if let Some(name) = &job.crate_name {
                api.product.product.crate_name.clone_from(name);
            }
            emit::emit(&api, &templates, job.layout()).map_err(|error| findings.push(error.finding())).ok()
        });
        made.timings.add("emit", before.elapsed());
        made.report.add(&files, &findings);
        match (emitted, &mut products) {
            (Some(emitted), Some(products)) => {
                products.insert(job.name.clone(), emitted.tree);
                made.skills.extend(emitted.skills);
            }
            _ => products = None,
        }
    }
    made.products = products.filter(|_| !made.report.has_errors());
    made
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
