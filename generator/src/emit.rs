//! The model to files: the client crate, the skill documents and the canonical model, in one tree.

use crate::model::Api;
use crate::output::tree::{PathError, Tree};
use crate::rust;
use crate::templates::Templates;

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
    tree.insert_tree(name, rust::emit(api, templates)?)?;
    if layout.beside_others {
        tree.insert(format!("{name}.model.json"), serde_json::to_string_pretty(api)? + "\n")?;
    }
    Ok(tree)
}
