//! Runs every sample of a skill for real, and every flow from its first to its last step.
//!
//! A sample passes if it ends with status 0, sends a right request to its operation, prints no secret and sends none
//! to a public operation. Where a language cannot be run, its own tool parses the sample, and the names it calls are
//! looked up; where there is no tool, the samples are skipped, with the way to get it.

mod flows;
mod javascript;
mod parse;
mod python;
mod ruby;
mod runtime;
mod rust;

use std::collections::BTreeMap;
use std::io;

use judge::server::Recorded;

use crate::answers::PLANTED;
use crate::bench::{self, Bench, Ran};
use crate::product::Product;
use crate::sample::{self, Language, Verdict};
use crate::sandbox;
use crate::section::{self, Section};
use crate::skill::Skill;
use runtime::Runtime;

/// What came of one sample or flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// It does what it should.
    Passed,
    /// It does not, for these reasons.
    Failed(Vec<String>),
    /// It was not tried.
    Skipped,
}

/// What came of one skill.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its name.
    pub name: String,
    /// The language of its samples.
    pub language: Language,
    /// How samples were tried, or why not and what to do.
    pub how: String,
    /// Samples by `METHOD /path`, then flows by title.
    pub results: Vec<(String, Tried)>,
}

impl Report {
    /// Numbers of passed, failed and skipped.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |is: fn(&Tried) -> bool| self.results.iter().filter(|(_, result)| is(result)).count();
        (
            count(|it| matches!(it, Tried::Passed)),
            count(|it| matches!(it, Tried::Failed(_))),
            count(|it| matches!(it, Tried::Skipped)),
        )
    }
}

/// The languages of a run, each set up once.
#[derive(Default)]
pub struct Verifier {
    runtimes: BTreeMap<Language, Runtime>,
}

impl Verifier {
    /// Tries the samples and flows of a skill; `None` if it has no language, or not the one that is asked for.
    ///
    /// # Errors
    ///
    /// A server, a folder or a program cannot be started.
    pub fn check(&mut self, skill: &Skill, product: &Product, only: Option<Language>) -> io::Result<Option<Report>> {
        let sections = section::of(skill);
        let Some(language) = Language::of(skill, &sections).filter(|it| only.is_none_or(|only| only == *it)) else {
            return Ok(None);
        };
        let bench = Bench::new(product)?;
        let runtime = match self.runtimes.entry(language) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => entry.insert(Runtime::of(language, product)?),
        };
        let setup = sample::setup(skill, &sections, language);
        let mut results = Vec::new();
        let mut trial = Trial { language, product, bench: &bench, runtime, setup: &setup, own: 0 };
        trial.own = trial.requests_of_setup()?;
        for operation in &product.api.operations {
            let own: Vec<&Section<'_>> = sections
                .iter()
                .filter(|section| section.method == operation.method && section.path == operation.path)
                .collect();
            let code = own.first().and_then(|section| section.fences().find(|(info, _, _)| language.is(info)));
            let result = match code {
                Some((_, code, _)) => trial.sample(operation, code)?,
                None => Tried::Failed(vec!["there is no sample".to_owned()]),
            };
            results.push((operation.line(), result));
        }
        results.extend(flows::check(skill, &sections, &trial)?);
        let how = match runtime {
            Runtime::Parse(_) if !product.accessors.contains_key(language.name()) => {
                format!("{}; no name is looked up: the product lists none for {}", runtime.how(), language.name())
            }
            Runtime::Parse(_) => format!("{}; the names it calls are looked up", runtime.how()),
            _ => runtime.how(),
        };
        Ok(Some(Report { name: skill.name().to_owned(), language, how, results }))
    }
}

/// What one skill's samples are tried with.
struct Trial<'t> {
    language: Language,
    product: &'t Product,
    bench: &'t Bench,
    runtime: &'t Runtime,
    setup: &'t str,
    /// How many requests Setup sends by itself: they are not the sample's.
    own: usize,
}

impl Trial<'_> {
    fn sample(&self, operation: &crate::api::Operation, code: &str) -> io::Result<Tried> {
        let script = format!("{}\n{code}", self.setup);
        match self.runtime {
            Runtime::Missing(_) => Ok(Tried::Skipped),
            Runtime::Parse(parser) => {
                let mut reasons = parser.complaints(&self.bench.sandbox, self.setup, code)?;
                reasons.extend(self.unknown_call(operation, code));
                Ok(tried(reasons))
            }
            Runtime::Run(program) => {
                let mut ran = self.run(program, &script)?;
                if ran.requests.len() <= self.own && is_for_browsers(operation) {
                    ran.requests.extend(self.visited(&ran.outcome.stdout)?);
                }
                let requests = ran.requests.get(self.own..).unwrap_or_default();
                let mut reasons = match Verdict::of(operation, &ran.outcome, requests) {
                    Verdict::Wrong(reasons) => reasons,
                    Verdict::Right | Verdict::NotJudged(_) => Vec::new(),
                };
                reasons.extend(printed(&ran));
                reasons.extend(self.told_in_public(requests));
                Ok(tried(reasons))
            }
        }
    }

    fn run(&self, program: &runtime::Program, script: &str) -> io::Result<Ran> {
        let variables = self.variables(&format!("{}{}", self.bench.url(), base_path(self.product)));
        self.bench.watch(|sandbox| program.run(sandbox, None, script, &variables, None))
    }

    /// The request that an address which was printed stands for.
    fn visited(&self, printed: &str) -> io::Result<Vec<Recorded>> {
        let url = self.bench.url();
        let Some(address) = printed.split_whitespace().find(|word| word.starts_with(&url)) else {
            return Ok(Vec::new());
        };
        let ran = self.bench.watch(|_| bench::visit(address).map(|_| sandbox::Outcome::default()))?;
        Ok(ran.requests)
    }

    fn requests_of_setup(&self) -> io::Result<usize> {
        match self.runtime {
            Runtime::Run(program) => Ok(self.run(program, self.setup)?.requests.len()),
            Runtime::Parse(_) | Runtime::Missing(_) => Ok(0),
        }
    }

    /// Variables with recognisable secrets, and the address of the server.
    fn variables(&self, base_url: &str) -> Vec<(String, String)> {
        let Some(prefix) = self.product.env_prefix.as_deref().map(|prefix| format!("{prefix}_")) else {
            return Vec::new();
        };
        let is_name = |char: char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_';
        let words = self.setup.split(|char: char| !is_name(char)).filter(|word| word.starts_with(&prefix));
        let mut names: Vec<&str> = words.collect();
        names.sort_unstable();
        names.dedup();
        let is_secret = |name: &&&str| ["KEY", "SECRET", "TOKEN"].iter().any(|part| name.contains(part));
        let secrets = names.iter().filter(is_secret);
        let planted = secrets.map(|name| ((*name).to_owned(), format!("{PLANTED}-{}", name.to_lowercase())));
        planted.chain([(format!("{prefix}BASE_URL"), base_url.to_owned())]).collect()
    }

    /// Planted secrets in requests to operations that want no credentials.
    fn told_in_public(&self, requests: &[Recorded]) -> Vec<String> {
        let is_public = |recorded: &&Recorded| {
            let id = recorded.verdict.operation.as_deref();
            let operation = self.product.api.operations.iter().find(|operation| Some(operation.id.as_str()) == id);
            operation.is_some_and(|operation| operation.credentials.is_empty())
        };
        let has_secret = |recorded: &&Recorded| {
            let request = &recorded.request;
            let headers = request.headers.iter().map(|(_, value)| value.as_slice());
            let mut parts = headers.chain([request.target.as_bytes(), request.body.as_slice()]);
            parts.any(|part| String::from_utf8_lossy(part).contains(PLANTED))
        };
        let found = requests.iter().filter(is_public).find(has_secret);
        found
            .map(|recorded| format!("sends a secret to {}, which is public", recorded.request.target))
            .into_iter()
            .collect()
    }

    /// Whether a sample that does not run calls its operation, by the SDK's name or by the path.
    fn unknown_call(&self, operation: &crate::api::Operation, code: &str) -> Option<String> {
        let names = self.product.accessors.get(self.language.name())?;
        let accessor = names.get(&operation.id)?;
        (!sample::calls(code, accessor, &operation.path))
            .then(|| format!("calls neither `{accessor}` nor {}", operation.path))
    }
}

/// Whether a browser can open it, so that a sample may print the address instead of sending the request.
fn is_for_browsers(operation: &crate::api::Operation) -> bool {
    operation.method == "GET" && operation.credentials.is_empty()
}

/// The path of the document's first server.
fn base_path(product: &Product) -> String {
    let url = product.root.pointer("/servers/0/url").and_then(serde_json::Value::as_str).unwrap_or_default();
    let after = url.split_once("://").map_or(url, |(_, after)| after);
    after.find('/').and_then(|at| after.get(at..)).unwrap_or_default().trim_end_matches('/').to_owned()
}

fn printed(ran: &Ran) -> Vec<String> {
    ran.leaks().into_iter().map(|secret| format!("prints the secret `{secret}`")).collect()
}

fn tried(reasons: Vec<String>) -> Tried {
    if reasons.is_empty() { Tried::Passed } else { Tried::Failed(reasons) }
}
