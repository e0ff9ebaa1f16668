//! The model to files: the client crate, the skill documents and the canonical model, in one tree.

use crate::model::Api;
use crate::output::tree::{PathError, Tree};
use crate::rust;
use crate::skills::{self, Facts};
use crate::templates::Templates;

use sha2::{Digest as _, Sha256};

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

/// All files of an API.
///
/// # Errors
///
/// When the templates do not fit together, or two files would share a path.
pub fn emit(api: &Api, templates: &Templates, layout: Layout) -> Result<Tree, Error> {
    let mut tree = Tree::default();
    let name = if layout.beside_others { api.product.product.crate_name.as_str() } else { "" };
    let model = serde_json::to_string_pretty(api)? + "\n";
    tree.insert_tree(name, rust::emit(api, templates)?)?;
    if layout.skills {
        let facts = Facts {
            spec_sha256: &sha256(&model),
            generator_version: env!("CARGO_PKG_VERSION"),
            untrusted: !layout.beside_others,
        };
        tree.insert_tree("skills", skills::emit(api, templates, &facts)?)?;
    }
    if layout.beside_others {
        tree.insert(format!("{name}.model.json"), model)?;
    }
    Ok(tree)
}

/// The hash of a document is that of its canonical model: another order of keys is the same document.
fn sha256(text: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
