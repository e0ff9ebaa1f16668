//! The pipeline: document to model, one named pass after the other.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::model::{self, Api};
use crate::product::Product;
use crate::skills::locale::{self, Catalog};
use crate::source::diagnostic::Findings;
use crate::source::node::Node;
use crate::source::place::Files;
use crate::source::{check, lower, overlay, parse, read};

/// A file to read, and the name that messages give it.
#[derive(Clone, Debug)]
pub struct Named {
    /// Where it is.
    pub path: PathBuf,
    /// As the user typed it, or relative to the workspace.
    pub name: String,
}

/// What one run reads.
#[derive(Clone, Debug)]
pub struct Input {
    /// The OpenAPI document.
    pub document: Named,
    /// An OpenAPI Overlay to apply to it.
    pub overlay: Option<Named>,
    /// The product's product.toml. The translations it asks for are read from `locales/` beside it.
    pub product: Option<Named>,
    /// Codes of findings to let pass.
    pub allow: Vec<String>,
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// The files that were read, for showing findings.
    pub files: Files,
    /// Everything that is wrong or lossy, sorted by place.
    pub findings: Findings,
    /// The model, unless a finding is an error.
    pub api: Option<Api>,
    /// How long each pass took, in their order.
    pub timings: Vec<(&'static str, Duration)>,
}

/// The stack the passes get: they recurse no deeper than a document may nest, but that deep.
const STACK: usize = 64 << 20;

/// Reads, checks and models a document. It prints nothing, writes nothing, and reads nothing but the files named
/// and the translations beside product.toml.
#[must_use]
pub fn run(input: &Input) -> Outcome {
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || passes(input));
        match worker {
            Ok(worker) => worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(_) => passes(input),
        }
    })
}

fn passes(input: &Input) -> Outcome {
    let mut run = Run { files: Files::default(), findings: Findings::default(), timings: Vec::new() };
    let api = run.model(input);
    let Run { files, mut findings, timings } = run;
    findings.allow(&input.allow);
    findings.sort();
    let api = api.filter(|_| !findings.has_errors());
    Outcome { files, findings, api, timings }
}

/// The state of one run.
struct Run {
    files: Files,
    findings: Findings,
    timings: Vec<(&'static str, Duration)>,
}

impl Run {
    fn model(&mut self, input: &Input) -> Option<Api> {
        let document = self.pass("read", |run| run.read(&input.document));
        let overlay = input.overlay.as_ref().map(|overlay| self.pass("read", |run| run.read(overlay)));
        let product = match &input.product {
            Some(named) => self.pass("read", |run| run.product(named)),
            None => Some(Product::default()),
        };
        let mut document = document?;
        if let Some(overlay) = overlay {
            let overlay = overlay?;
            self.pass("overlay", |run| overlay::apply(&mut document, &overlay, &mut run.findings));
        }
        self.pass("check", |run| check::check(&document, &mut run.findings));
        self.findings.allow(&input.allow);
        if self.findings.has_errors() {
            return None;
        }
        let product = product?;
        let lowered = self.pass("lower", |run| lower::lower(&document, &mut run.findings));
        let openapi = self.pass("parse", |run| parse::parse(&lowered, &mut run.findings))?;
        let api = self.pass("model", |run| model::build::build(&openapi, &lowered, &product, &mut run.findings));
        self.pass("locales", |run| locale::check(&api, &mut run.findings));
        Some(api)
    }

    fn pass<T>(&mut self, name: &'static str, pass: impl FnOnce(&mut Self) -> T) -> T {
        let start = Instant::now();
        let result = pass(self);
        let took = start.elapsed();
        match self.timings.iter_mut().find(|(known, _)| *known == name) {
            Some((_, total)) => *total += took,
            None => self.timings.push((name, took)),
        }
        result
    }

    fn read(&mut self, file: &Named) -> Option<Node> {
        read::read_file(&file.path, &file.name, &mut self.files, &mut self.findings)
    }

    fn product(&mut self, named: &Named) -> Option<Product> {
        let file = read::read_plain(&named.path, &named.name, &mut self.files, &mut self.findings)?;
        let mut product = Product::read(file, &self.files, &mut self.findings)?;
        for locale in product.skills.locales.keys() {
            let catalog = named.beside(&format!("locales/{}.toml", locale.get_ref()));
            let file = read::read_plain(&catalog.path, &catalog.name, &mut self.files, &mut self.findings)?;
            let catalog = Catalog::read(locale.get_ref(), file, &self.files, &mut self.findings)?;
            product.skills.catalogs.push(catalog);
        }
        Some(product)
    }
}

impl Named {
    /// A file in the same folder, or below it.
    fn beside(&self, path: &str) -> Self {
        let folder = self.name.rfind(['/', '\\']).and_then(|at| self.name.get(..=at)).unwrap_or("");
        Self { path: self.path.with_file_name(path), name: format!("{folder}{path}") }
    }

    /// A file known by its path.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), name: path.display().to_string() }
    }
}
