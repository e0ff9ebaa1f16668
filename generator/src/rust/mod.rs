//! The model as a Rust crate.
//!
//! Each construct of the output is a type with `ToTokens`; each file is a [`unit::Unit`], which knows what it must import.
//! Text of the document becomes a string literal, documentation ([`doc`]) or an identifier ([`ident`]), nothing else.

mod alias_item;
mod argument;
mod constraints;
mod context;
mod doc;
mod enum_item;
mod example;
mod format;
mod ident;
mod library;
mod manifest;
mod member;
mod operation_doc;
mod operation_method;
mod operation_static;
mod output;
mod parameters_item;
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

use std::collections::BTreeSet;

use crate::model::Api;
use crate::output::tree::{PathError, Tree};
use crate::templates::Templates;
use context::Context;
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
    let library = library::library(&cx, &modules)?;
    tree.insert(library.path, library.text)?;
    tree.insert("Cargo.toml", manifest::manifest(&api.product.product, &runtime, &modules, &crates)?)?;
    tree.insert("README.md", library::readme(&cx, &modules))?;
    for license in ["LICENSE-MIT", "LICENSE-APACHE"] {
        if let Some(text) = runtime.file(license) {
            tree.insert(license, text)?;
        }
    }
    Ok(tree)
}

/// The files of types and resources, and those that list them.
fn generated_files(cx: &Context<'_>) -> Result<Vec<File>, Error> {
    let resources = cx.api.resources.iter().zip(&cx.resources);
    let mut files = vec![product_file::product_file(cx), resource_file::resources_index(cx), type_file::types_index(cx)];
    files.extend(resources.map(|(resource, names)| resource_file::resource_file(cx, resource, names)));
    files.extend(cx.files.iter().map(|file| type_file::type_file(cx, file)));
    files.extend(type_file::secrets_file(cx));
    files.into_iter().collect()
}
