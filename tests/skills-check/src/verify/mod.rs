//! Runs every sample of a skill for real, the sample of errors against requests that fail, and every flow from its
//! first to its last step.
//!
//! A sample passes if it ends with status 0, sends a right request to its operation, prints no secret and sends none
//! to a public operation. Where a sample cannot be run, its language's own tool parses it, and the names it calls are
//! looked up; where there is no tool, it is skipped, with the way to get it.

mod failures;
mod flows;
mod go;
mod java;
mod javascript;
mod outcome;
mod parse;
mod python;
mod ruby;
mod runtime;
mod rust;
mod trial;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use crate::bench::Bench;
use crate::product::Product;
use crate::sample::{self, Language};
use crate::section::{self, Section};
use crate::skill::Skill;
use runtime::Runtime;
use trial::Trial;

pub use outcome::{Counts, Entry, Report, Tried};

/// The languages of a run, each set up once, and the code that was tried: documents in other tongues have the same, and
/// to run that again would prove nothing.
#[derive(Default)]
pub struct Verifier {
    runtimes: BTreeMap<Language, Runtime>,
    seen: Seen,
}

/// What came of code before, with the setup and the operation it was tried with.
#[derive(Default)]
struct Seen {
    tried: RefCell<BTreeMap<Vec<String>, Vec<Tried>>>,
    again: Cell<usize>,
}

impl Seen {
    /// What comes of code, or came of it before.
    fn once(&self, key: Vec<String>, run: impl FnOnce() -> io::Result<Vec<Tried>>) -> io::Result<Vec<Tried>> {
        let known = self.tried.borrow().get(&key).cloned();
        if let Some(known) = known {
            self.again.set(self.again.get() + known.len());
            return Ok(known);
        }
        let tried = run()?;
        self.tried.borrow_mut().insert(key, tried.clone());
        Ok(tried)
    }
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
        let setup = sample::setup(skill, &sections, language, product);
        self.seen.again.set(0);
        let trial = Trial::new(skill, (language, product), &bench, runtime, &setup, &self.seen)?;
        let mut entries = samples(skill, &sections, &trial)?;
        entries.extend(failures::check(skill, &sections, &trial)?);
        entries.extend(flows::check(skill, &sections, &trial)?);
        let is_looked_up = product.accessors.contains_key(language.name());
        let how = match (&runtime.parser, is_looked_up) {
            (None, _) => runtime.how.clone(),
            (Some(_), true) => format!("{}; the names it calls are looked up", runtime.how),
            (Some(_), false) => {
                format!("{}; no name is looked up: the product lists none for {}", runtime.how, language.name())
            }
        };
        let how = match self.seen.again.get() {
            0 => how,
            again => format!("{how}; {again} have the same code as in another document: tried once"),
        };
        Ok(Some(Report { name: skill.name().to_owned(), language, how, entries }))
    }
}

/// The sample of every operation.
fn samples(skill: &Skill, sections: &[Section<'_>], trial: &Trial<'_>) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for operation in &trial.product.api.operations {
        let own = sections.iter().find(|it| it.method == operation.method && it.path == operation.path);
        let code = own.and_then(|section| section.fences().find(|(info, _, _)| trial.language.is(info)));
        let (file, line) = match own {
            Some(section) => (section.source.path.clone(), code.map_or(section.line, |(_, _, line)| line)),
            None => (skill.main.path.clone(), 1),
        };
        let tried = match code {
            Some((_, code, _)) => {
                let key = trial.key(&operation.id, &[code]);
                trial.seen.once(key, || Ok(vec![trial.sample(operation, code)?]))?.pop().unwrap_or(Tried::Skipped)
            }
            None => Tried::Failed(vec!["there is no sample".to_owned()]),
        };
        entries.push(Entry { what: operation.line(), file, line, tried });
    }
    Ok(entries)
}

/// A script that belongs to no operation, and where it stands.
struct Script<'s> {
    title: &'s str,
    file: PathBuf,
    line: usize,
    code: &'s str,
}

impl Script<'_> {
    fn entry(&self, kind: &str, tried: Tried) -> Entry {
        Entry { what: format!("{kind}: {}", self.title), file: self.file.clone(), line: self.line, tried }
    }
}
