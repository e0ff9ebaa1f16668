//! One sample, tried.

use std::collections::BTreeSet;
use std::io;

use judge::server::Recorded;

use super::Seen;
use super::outcome::Tried;
use super::parse::Parser;
use super::runtime::{Program, Runtime};
use crate::answers::PLANTED;
use crate::api::Operation;
use crate::bench::{self, Bench, Ran};
use crate::product::Product;
use crate::sample::{self, Language, Verdict};
use crate::sandbox;
use crate::skill::Skill;

/// What one skill's samples are tried with.
pub(super) struct Trial<'t> {
    pub(super) language: Language,
    pub(super) product: &'t Product,
    pub(super) bench: &'t Bench,
    pub(super) setup: &'t str,
    pub(super) seen: &'t Seen,
    runtime: &'t Runtime,
    /// The variables of the environment that the skill speaks of.
    names: Vec<String>,
    /// How many requests Setup sends by itself: they are not the sample's.
    own: usize,
}

/// What is done with a sample.
pub(super) enum Way<'t> {
    Run(&'t Program),
    Parse(&'t Parser),
    Skip,
}

impl<'t> Trial<'t> {
    pub(super) fn new(
        skill: &Skill,
        (language, product): (Language, &'t Product),
        bench: &'t Bench,
        runtime: &'t Runtime,
        setup: &'t str,
        seen: &'t Seen,
    ) -> io::Result<Self> {
        let names = environment(skill, product);
        let mut trial = Self { language, product, bench, setup, seen, runtime, names, own: 0 };
        if let Some(program) = runtime.program.as_ref().filter(|_| !setup.is_empty()) {
            trial.own = trial.run(program, "")?.requests.len();
        }
        Ok(trial)
    }

    /// Everything that what comes of these scripts depends on.
    pub(super) fn key(&self, what: &str, codes: &[&str]) -> Vec<String> {
        let own = [self.language.name(), self.product.name.as_str(), what, self.setup];
        let all = own.iter().chain(codes).map(|text| (*text).to_owned());
        all.chain(self.names.iter().cloned()).collect()
    }

    /// What is done with this code.
    pub(super) fn way(&self, code: &str) -> Way<'t> {
        let Runtime { program, parser, has_sdk, .. } = self.runtime;
        match (program, parser) {
            (Some(program), _) if *has_sdk || !self.calls_sdk(code) => Way::Run(program),
            (_, Some(parser)) => Way::Parse(parser),
            _ => Way::Skip,
        }
    }

    /// Whether code calls an operation by a name of the SDK.
    fn calls_sdk(&self, code: &str) -> bool {
        let names = self.product.accessors.get(self.language.name());
        names.is_some_and(|names| names.values().any(|name| code.contains(name.as_str())))
    }

    /// The sample of an operation.
    pub(super) fn sample(&self, operation: &Operation, code: &str) -> io::Result<Tried> {
        match self.way(code) {
            Way::Skip => Ok(Tried::Skipped),
            Way::Parse(parser) => {
                let mut reasons = self.complaints(parser, code)?;
                reasons.extend(self.unknown_call(operation, code));
                Ok(Tried::parsed(reasons))
            }
            Way::Run(program) => {
                let mut ran = self.run(program, code)?;
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
                Ok(Tried::ran(reasons))
            }
        }
    }

    /// What the parser says of code.
    pub(super) fn complaints(&self, parser: &Parser, code: &str) -> io::Result<Vec<String>> {
        parser.complaints(&self.bench.sandbox, self.setup, code)
    }

    fn run(&self, program: &Program, code: &str) -> io::Result<Ran> {
        let variables = self.variables(&format!("{}{}", self.bench.url(), Bench::base_path(self.product)));
        self.bench.watch(|sandbox| program.run(sandbox, None, (self.setup, code), &variables, None))
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

    /// Variables with recognisable secrets, and the address of the server.
    pub(super) fn variables(&self, base_url: &str) -> Vec<(String, String)> {
        let Some(prefix) = self.product.env_prefix.as_deref() else { return Vec::new() };
        let is_secret = |name: &&String| ["KEY", "SECRET", "TOKEN"].iter().any(|part| name.contains(part));
        let secrets = self.names.iter().filter(is_secret);
        let planted = secrets.map(|name| (name.clone(), format!("{PLANTED}-{}", name.to_lowercase())));
        planted.chain([(format!("{prefix}_BASE_URL"), base_url.to_owned())]).collect()
    }

    /// Planted secrets in requests to operations that want no credentials.
    pub(super) fn told_in_public(&self, requests: &[Recorded]) -> Vec<String> {
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
    fn unknown_call(&self, operation: &Operation, code: &str) -> Option<String> {
        let names = self.product.accessors.get(self.language.name())?;
        let accessor = names.get(&operation.id)?;
        (!sample::calls(code, accessor, &operation.path))
            .then(|| format!("calls neither `{accessor}` nor {}", operation.path))
    }
}

/// The variables of the environment that a skill speaks of: a reader has set them all, whatever a sample needs.
fn environment(skill: &Skill, product: &Product) -> Vec<String> {
    let Some(prefix) = product.env_prefix.as_deref().map(|prefix| format!("{prefix}_")) else { return Vec::new() };
    let is_name = |char: char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_';
    let words = skill.sources().flat_map(|source| source.text.split(move |char: char| !is_name(char)));
    let names: BTreeSet<&str> = words.filter(|word| word.starts_with(&prefix) && *word != prefix).collect();
    names.into_iter().map(str::to_owned).collect()
}

/// Whether a browser can open it, so that a sample may print the address instead of sending the request.
fn is_for_browsers(operation: &Operation) -> bool {
    operation.method == "GET" && operation.credentials.is_empty()
}

fn printed(ran: &Ran) -> Vec<String> {
    ran.leaks().into_iter().map(|secret| format!("prints the secret `{secret}`")).collect()
}
