//! The model as a Rust crate.
//!
//! Each construct of the output is a type with `ToTokens`; each file is a `unit::Unit`, which knows what it must import.
//! Text of the document becomes a string literal, documentation (`doc`) or an identifier (`ident`), nothing else.

mod alias_item;
mod argument;
pub mod call;
mod constraints;
mod context;
mod doc;
mod enum_item;
mod example;
mod flow_item;
mod flow_method;
mod format;
mod guide;
mod ident;
mod library;
mod manifest;
mod member;
mod operation_doc;
mod operation_method;
mod operation_static;
mod output;
mod parameters_item;
mod parts_impl;
mod product_file;
mod request_impl;
mod resource_file;
mod runtime;
mod secrets_item;
mod struct_item;
mod type_file;
mod union_item;
mod unit;
mod value;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::model::Api;
use crate::output::tree::{PathError, Tree};
use crate::templates::Templates;
use context::Context;
use guide::Guide;
use runtime::Runtime;
use unit::File;

/// Why no crate could be made. None of it is the document's fault.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A template is missing.
    #[error("the template `{0}` is missing")]
    Template(String),
    /// The runtime's manifest is not as expected, or ours cannot be written.
    #[error("{path}: {message}")]
    Manifest {
        /// The file.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// A module names a crate that the runtime's manifest does not have.
    #[error("the runtime names the crate `{0}`, but its manifest has no such dependency")]
    Dependency(String),
    /// A template of the guide is wrong.
    #[error("the guide cannot be written: {message}")]
    Guide {
        /// What is wrong with it.
        message: String,
    },
    /// An emitter made something that is no Rust.
    #[error("{path} would not be Rust: {message}")]
    Tokens {
        /// The file.
        path: String,
        /// What the parser says.
        message: String,
    },
    /// Two files would share a path.
    #[error(transparent)]
    Path(#[from] PathError),
}

/// The client crate of an API: its files, by path within the crate.
///
/// # Errors
///
/// When the templates do not fit together, or an emitter is at fault.
pub fn emit(api: &Api, templates: &Templates) -> Result<Tree, Error> {
    let runtime = Runtime::read(templates)?;
    let cx = Context::new(api, &runtime);
    let files = generated_files(&cx)?;
    let named: BTreeSet<String> = files.iter().flat_map(|file| file.modules.iter().cloned()).collect();
    let crates: BTreeSet<String> = files.iter().flat_map(|file| file.crates.iter().cloned()).collect();
    let modules = runtime.reach(&named);

    let mut tree = Tree::default();
    for file in files {
        tree.insert(file.path, file.text)?;
    }
    for (module, _) in &modules {
        for (path, text) in runtime.files(module) {
            tree.insert(format!("src/{path}"), text)?;
        }
    }
    let dependencies = manifest::dependencies(&runtime, &modules, &crates)?;
    let features = manifest::features(&runtime, &modules, &dependencies);
    let guide = Guide::new(&cx, &modules, &features)?;
    let library = library::library(&cx, &modules, &features, &guide.front()?)?;
    tree.insert(library.path, library.text)?;
    tree.insert("README.md", guide.readme()?)?;
    for (path, text) in guide.module()?.into_iter().chain(guide.examples()?) {
        tree.insert(path, text)?;
    }
    let examples = guide.features_of_examples();
    let manifest = manifest::manifest(&api.product.product, &runtime, dependencies, features, &examples)?;
    tree.insert("Cargo.toml", manifest)?;
    for license in ["LICENSE-MIT", "LICENSE-APACHE"] {
        if let Some(text) = runtime.file(license) {
            tree.insert(license, text)?;
        }
    }
    Ok(tree)
}

/// A file to be made.
#[derive(Clone, Copy)]
enum Job {
    Product,
    Resources,
    Types,
    Secrets,
    Resource(usize),
    TypeFile(usize),
}

impl Job {
    /// The files of types and resources, and those that list them.
    fn all(cx: &Context<'_>) -> Vec<Self> {
        let mut jobs = vec![Self::Product, Self::Resources, Self::Types];
        jobs.extend(cx.own_secrets().next().map(|_| Self::Secrets));
        jobs.extend((0..cx.resources.len()).map(Self::Resource));
        jobs.extend((0..cx.files.len()).map(Self::TypeFile));
        jobs
    }

    fn run(self, cx: &Context<'_>) -> Option<Result<File, Error>> {
        Some(match self {
            Self::Product => product_file::product_file(cx),
            Self::Resources => resource_file::resources_index(cx),
            Self::Types => type_file::types_index(cx),
            Self::Secrets => type_file::secrets_file(cx),
            Self::Resource(index) => {
                resource_file::resource_file(cx, cx.api.resources.get(index)?, cx.resources.get(index)?)
            }
            Self::TypeFile(index) => type_file::type_file(cx, cx.files.get(index)?),
        })
    }
}

/// Does all jobs, each thread taking the next that is left. The files have the order of the jobs.
fn generated_files(cx: &Context<'_>) -> Result<Vec<File>, Error> {
    let (jobs, next) = (Job::all(cx), AtomicUsize::new(0));
    let work = |cx: &Context<'_>| {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(index) else { return done };
            done.extend(job.run(cx).map(|file| (index, file)));
        }
    };
    // Identifiers stay in the thread that made them, so each has a context of its own.
    let (api, runtime) = (cx.api, cx.runtime);
    let others = std::thread::available_parallelism().map_or(1, usize::from).min(jobs.len() / 8).min(8);
    let mut done: Vec<(usize, Result<File, Error>)> = std::thread::scope(|scope| {
        let spawn = |_| scope.spawn(|| work(&Context::new(api, runtime)));
        let others: Vec<_> = (1..others).map(spawn).collect();
        let mut done = work(cx);
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, file)| file).collect()
}
