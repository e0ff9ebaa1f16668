//! The model to files: the client crate, the skill documents and the canonical model, in one tree.

use std::panic::resume_unwind;
use std::thread;

use crate::model::Api;
use crate::output::hash;
use crate::output::tree::{PathError, Tree};
use crate::skills::Facts;
use crate::source::diagnostic::Diagnostic;
use crate::source::place::{FileId, Place};
use crate::source::rules::output as rules;
use crate::templates::Templates;
use crate::{rust, skills};

/// The folder of the skill documents.
pub const SKILLS: &str = "skills";

/// Where the parts go, and which are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Whether the crate has a folder of its own, named like the crate, beside those of other products. If not, the
    /// tree is the crate.
    pub beside_others: bool,
    /// Whether skill documents are made, below `skills/`.
    pub skills: bool,
}

/// Why no files could be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The crate.
    #[error(transparent)]
    Rust(#[from] rust::Error),
    /// The skill documents.
    #[error(transparent)]
    Skills(#[from] skills::Error),
    /// Two parts have the same file.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The canonical model.
    #[error("the model has no canonical form: {0}")]
    Model(#[from] serde_json::Error),
}

impl Error {
    /// The failure as a finding: at its place in product.toml if it has one, else about the document as a whole.
    #[must_use]
    pub fn finding(&self) -> Diagnostic {
        let place = match self {
            Self::Skills(skills::Error::Product { place, .. }) => *place,
            _ => Place::whole(FileId(0)),
        };
        Diagnostic::new(&rules::EMIT, place, self.to_string())
    }
}

/// What an API becomes.
#[derive(Clone, Debug)]
pub struct Emitted {
    /// Its files.
    pub tree: Tree,
    /// What the indexes over all products say of its skill documents; none if none are made.
    pub skills: Option<skills::index::Product>,
}

/// All files of an API.
///
/// # Errors
///
/// When the templates do not fit together, or two files would share a path.
pub fn emit(api: &Api, templates: &Templates, layout: Layout) -> Result<Emitted, Error> {
    // The two halves know nothing of each other.
    let (client, documents) = thread::scope(|scope| {
        let documents = scope.spawn(|| documents(api, templates, layout));
        let client = rust::emit(api, templates);
        (client, documents.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    let name = if layout.beside_others { api.product.product.crate_name.as_str() } else { "" };
    let mut emitted = documents?;
    emitted.tree.insert_tree(name, client?)?;
    Ok(emitted)
}

/// The skill documents, and the canonical model that they name the hash of.
fn documents(api: &Api, templates: &Templates, layout: Layout) -> Result<Emitted, Error> {
    let mut tree = Tree::default();
    let mut product = None;
    if !layout.beside_others && !layout.skills {
        return Ok(Emitted { tree, skills: product });
    }
    let model = serde_json::to_string_pretty(api)? + "\n";
    if layout.skills {
        let facts = Facts {
            spec_sha256: &hash(model.as_bytes()),
            generator_version: env!("CARGO_PKG_VERSION"),
            untrusted: !layout.beside_others,
        };
        let documents = skills::emit(api, templates, &facts)?;
        tree.insert_tree(SKILLS, documents.tree)?;
        product = Some(documents.product);
    }
    if layout.beside_others {
        tree.insert(format!("{}.model.json", api.product.product.crate_name), model)?;
    }
    Ok(Emitted { tree, skills: product })
}
