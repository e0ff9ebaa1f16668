//! The guide: the front page, pages about topics, and programs, from templates and from what the product has.
//!
//! A template says what is so whatever the product; calls, names and answers are put in by functions. Code of a product
//! comes out of the same emitters as the examples of operations.

mod answers;
mod calls;
mod pages;
mod readme;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use minijinja::value::Serde;
use minijinja::{Environment, ErrorKind, Value, context};
use quote::quote;
use serde::Serialize;

use super::context::Context;
use super::doc::{code, escape, first_sentence, plain};
use super::product_file::usual_security;
use super::runtime::Module;
use super::{Error, format};
use crate::model::{RetryClass, SchemeKind};
use crate::templates::environment;
use answers::Answer;
use calls::Call;
use pages::{PAGES, PROGRAMS, Page, Program};

/// What the features of the runtime are for.
const FEATURES: &[(&str, &str)] = &[
    ("rustls", "The HTTP stack with TLS by rustls. On by default."),
    ("native-tls", "The HTTP stack with the TLS of the platform."),
    (
        "rustls-no-provider",
        "The HTTP stack with TLS by rustls and cryptography of your own, installed before a client is built.",
    ),
    ("reqwest", "The HTTP stack without TLS. A `reqwest::ClientBuilder` can be configured by `configure_reqwest`."),
    ("blocking", "Calls that block: `request.call()` in place of `request.await`."),
    ("tracing", "A span for every call."),
    ("verify", "Verification of access tokens that are JWTs."),
    ("loopback", "A listener for the redirect of the user's browser, for programs on the user's machine."),
    ("test-util", "A scripted transport and a clock, for tests."),
];

/// What the guide of a product is made from.
pub(super) struct Guide<'a> {
    cx: &'a Context<'a>,
    environment: Environment<'a>,
    /// Modules of the runtime, features, calls and abilities that this product has.
    has: BTreeSet<String>,
}

/// A row of a table.
#[derive(Serialize)]
struct Row {
    name: String,
    about: String,
}

impl<'a> Guide<'a> {
    pub(super) fn new(cx: &'a Context<'a>, modules: &[(&str, &Module)], features: &toml::Table) -> Result<Self, Error> {
        let calls = calls::calls(cx);
        let has = modules.iter().map(|(name, _)| (*name).to_owned());
        let has = has.chain(features.keys().cloned()).chain(calls.keys().map(|name| (*name).to_owned()));
        let mut has: BTreeSet<String> = has.chain(calls::abilities(cx).into_iter().map(str::to_owned)).collect();
        has.extend((!cx.api.schemes.is_empty()).then(|| "credentials_of_document".to_owned()));
        let texts: BTreeMap<_, _> = calls.into_iter().map(|(name, call)| (name, Text::of(cx, &call))).collect();
        let answered = texts.iter().filter(|(_, call)| call.answer.is_some());
        has.extend(answered.map(|(name, _)| format!("{name}.answer")));
        let single_use = cx.api.operations.iter().any(|operation| operation.retry == RetryClass::SingleUse);
        has.extend(single_use.then(|| "single_use".to_owned()));
        has.extend(sends_bearer(cx).then(|| "sends_bearer".to_owned()));
        let mut guide = Self { cx, environment: environment().map_err(|error| failed(&error))?, has };
        for folder in ["client/guide", "client/examples"] {
            for (path, text) in cx.runtime.templates.below(folder) {
                let name = format!("{folder}/{path}");
                guide.environment.add_template_owned(name, text).map_err(|error| failed(&error))?;
            }
        }
        guide.add_facts(features);
        guide.add_functions(texts);
        let exported: BTreeSet<String> =
            modules.iter().flat_map(|(_, module)| module.exports.iter().cloned()).collect();
        guide.environment.add_function("items", move |names: &str| {
            let links =
                names.split_whitespace().filter(|name| exported.contains(*name)).map(|name| format!("[`{name}`]"));
            links.collect::<Vec<_>>().join(", ")
        });
        Ok(guide)
    }

    /// What templates see as it is.
    fn add_facts(&mut self, features: &toml::Table) {
        let about = &self.cx.api.product.product;
        let summary = if about.summary.is_empty() { &self.cx.api.title } else { &about.summary };
        let summary = escape(summary);
        let summary = if summary.ends_with('.') { summary } else { format!("{summary}.") };
        let resources = self.cx.api.resources.iter().zip(&self.cx.resources).map(|(resource, names)| {
            let what = first_sentence(resource.description.as_deref().unwrap_or(""));
            let about = if what.is_empty() { format!("{}.", resource.name.prose()) } else { what };
            Row { name: names.accessor.to_string(), about: about.replace('|', "\\|") }
        });
        let row = |name: &str, about: &str| Row { name: name.to_owned(), about: about.to_owned() };
        let features = FEATURES.iter().filter(|(name, _)| features.contains_key(*name));
        let schemes = self.cx.api.schemes.iter().map(|scheme| code(&scheme.key));
        let globals = [
            ("krate", Value::from(self.cx.crate_ident().to_string())),
            ("package", Value::from(escape(&about.crate_name))),
            ("env", Value::from(escape(&about.env_prefix))),
            ("summary", Value::from(summary)),
            ("has", Value::from(Serde(&self.has))),
            ("schemes", Value::from(Serde(schemes.collect::<Vec<_>>()))),
            ("resources", Value::from(Serde(resources.collect::<Vec<_>>()))),
            ("features", Value::from(Serde(features.map(|(name, about)| row(name, about)).collect::<Vec<_>>()))),
            ("page_names", Value::from(Serde(self.pages().map(|page| page.name).collect::<Vec<_>>()))),
            ("pages", Value::from(Serde(self.pages().map(|page| row(page.name, page.about)).collect::<Vec<_>>()))),
            ("programs", Value::from(Serde(self.programs().map(|one| row(one.name, one.about)).collect::<Vec<_>>()))),
        ];
        for (name, value) in globals {
            self.environment.add_global(name, value);
        }
    }

    /// What templates call.
    fn add_functions(&mut self, texts: BTreeMap<&'static str, Text>) {
        let krate = self.cx.crate_ident().to_string();
        let texts = Arc::new(texts);

        let known = Arc::clone(&texts);
        self.environment
            .add_function("code", move |text: &str| statements(text, &known).map_err(|message| broken(&message)));

        let known = Arc::clone(&texts);
        self.environment.add_function("uses", move |names: &str, items: &str| {
            let mut root: BTreeSet<&str> = items.split_whitespace().collect();
            let mut types = BTreeSet::new();
            for name in names.split_whitespace() {
                let call = known.get(name).ok_or_else(|| broken(name))?;
                root.extend(call.items.iter().map(String::as_str));
                types.extend(call.types.iter().map(String::as_str));
            }
            let lines = [import(&krate, &root), import(&format!("{krate}::types"), &types)];
            Ok(lines.into_iter().flatten().collect::<Vec<_>>().join("\n"))
        });

        let known = Arc::clone(&texts);
        self.environment.add_function("link", move |name: &str| {
            let path = &known.get(name).ok_or_else(|| broken(name))?.path;
            let shown = path.trim_start_matches("resources::");
            Ok(format!("[`{shown}`](crate::{path})"))
        });

        let known = Arc::clone(&texts);
        self.environment.add_function("answer", move |name: &str, members: &str| {
            let answer = known.get(name).and_then(|call| call.answer.as_ref()).ok_or_else(|| broken(name))?;
            let members = serde_json::from_str(members).map_err(|error| broken(&error.to_string()))?;
            let (status, body) = answer.text(members);
            Ok(format!("({status}, {})", raw_string(&body)))
        });

        let known = texts;
        self.environment.add_function("id", move |name: &str| {
            known.get(name).map(|call| call.id.clone()).ok_or_else(|| broken(name))
        });
    }

    fn pages(&self) -> impl Iterator<Item = &'static Page> {
        PAGES.iter().filter(|page| self.fits(page.needs))
    }

    fn programs(&self) -> impl Iterator<Item = &'static Program> {
        PROGRAMS.iter().filter(|program| self.fits(program.needs))
    }

    /// Whether the product has all of these; those after `!` it must not have.
    fn fits(&self, needs: &[&str]) -> bool {
        needs.iter().all(|need| match need.strip_prefix('!') {
            Some(name) => !self.has.contains(name),
            None => self.has.contains(*need),
        })
    }

    fn render(&self, template: &str) -> Result<String, Error> {
        let template = self.environment.get_template(template).map_err(|error| failed(&error))?;
        let text = template.render(context! {}).map_err(|error| failed(&error))?;
        Ok(tidy(&text))
    }

    /// The front page, as rustdoc reads it.
    pub(super) fn front(&self) -> Result<String, Error> {
        self.render("client/guide/front.md")
    }

    /// `README.md`: the front page again.
    pub(super) fn readme(&self) -> Result<String, Error> {
        Ok(readme::readme(&escape(&self.cx.api.product.product.crate_name), &self.front()?))
    }

    /// The module `guide`: its files by path.
    pub(super) fn module(&self) -> Result<Vec<(String, String)>, Error> {
        let mut files = Vec::new();
        let mut modules = Vec::new();
        for page in self.pages() {
            let path = format!("guide/{}.md", page.name);
            files.push((format!("src/{path}"), self.render(&format!("client/{path}"))?));
            let name = quote::format_ident!("{}", page.name);
            modules.push(quote! {
                #[doc = include_str!(#path)]
                pub mod #name {}
            });
        }
        let doc = super::doc::Doc::new().markdown(&self.render("client/guide/index.md")?).inner();
        let tokens = quote! {
            #doc
            // What the pages link to.
            #[cfg(doc)]
            use crate::{*, resources::*, types::*};
            #(#modules)*
        };
        let text = format::file(tokens).map_err(|error| Error::Guide { message: error.to_string() })?;
        files.push(("src/guide.rs".to_owned(), text));
        Ok(files)
    }

    /// The programs: their files by path.
    pub(super) fn examples(&self) -> Result<Vec<(String, String)>, Error> {
        let mut files = Vec::new();
        for program in self.programs() {
            let path = format!("examples/{}.rs", program.name);
            let text = self.render(&format!("client/{path}"))?;
            files.push((path, format!("{}\n\n{text}", format::HEADER)));
        }
        if !files.is_empty() {
            let path = "examples/offline/mod.rs";
            let text = self.render(&format!("client/{path}"))?;
            files.push((path.to_owned(), format!("{}\n\n{text}", format::HEADER)));
        }
        Ok(files)
    }

    /// The programs that need features, with those.
    pub(super) fn features_of_examples(&self) -> Vec<(&'static str, &'static [&'static str])> {
        self.programs().filter(|one| !one.features.is_empty()).map(|one| (one.name, one.features)).collect()
    }
}

/// Whether untyped requests carry a bearer token.
fn sends_bearer(cx: &Context<'_>) -> bool {
    let usual = usual_security(cx);
    let first = usual.iter().find(|set| !set.is_empty()).into_iter().flatten();
    let kinds: Vec<_> = first.filter_map(|requirement| cx.api.scheme(requirement)).map(|scheme| &scheme.kind).collect();
    matches!(kinds.as_slice(), [SchemeKind::Bearer])
}

/// A call as text: tokens stay in their thread, and functions of templates may be called from any.
struct Text {
    expression: String,
    items: BTreeSet<String>,
    types: BTreeSet<String>,
    path: String,
    id: String,
    /// What the server answers.
    answer: Option<Answer>,
}

impl Text {
    fn of(cx: &Context<'_>, call: &Call<'_>) -> Self {
        Self {
            expression: call.expression.to_string(),
            items: call.items.clone(),
            types: call.types.clone(),
            path: call.path.clone(),
            id: plain(&call.operation.id),
            answer: answers::answer(cx, call.operation),
        }
    }
}

/// Statements with the calls that are named in them, printed.
fn statements(text: &str, calls: &BTreeMap<&'static str, Text>) -> Result<String, String> {
    let tokens = |text: &str| text.parse().map_err(|error| format!("{text}: {error}"));
    let mut known = BTreeMap::new();
    for (name, call) in calls {
        known.insert(*name, tokens(&call.expression)?);
    }
    let filled = calls::fill(tokens(text)?, &known);
    let source = format::source(quote!(fn main() { #filled })).map_err(|error| format!("{text}: {error}"))?;
    Ok(super::call::body(&source))
}

fn import(path: &str, names: &BTreeSet<&str>) -> Option<String> {
    let names: Vec<&str> = names.iter().copied().collect();
    match names.as_slice() {
        [] => None,
        [name] => Some(format!("use {path}::{name};")),
        names => Some(format!("use {path}::{{{}}};", names.join(", "))),
    }
}

/// A literal in which nothing is escaped.
fn raw_string(text: &str) -> String {
    let mut hashes = "#".to_owned();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

/// Without blank lines at the start, at the head of code, and two of them together; without spaces at the end of lines.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let (mut in_code, mut at_head) = (false, false);
    for line in text.trim().lines().map(str::trim_end) {
        if line.is_empty() && (at_head || tidied.ends_with("\n\n")) {
            continue;
        }
        if line.starts_with("```") {
            in_code = !in_code;
            at_head = in_code;
        } else if !line.starts_with("# ") {
            at_head = false;
        }
        tidied.push_str(line);
        tidied.push('\n');
    }
    tidied
}

fn broken(message: &str) -> minijinja::Error {
    minijinja::Error::new(ErrorKind::InvalidOperation, message.to_owned())
}

fn failed(error: &minijinja::Error) -> Error {
    Error::Guide { message: format!("{error:#}") }
}
