//! The language-neutral model: names, types, operations, examples. Every emitter reads this and nothing else.

pub mod build;
pub mod name;
pub mod operation;
pub mod types;

use serde::Serialize;

pub use name::{Name, Scope, Splitter};
pub use operation::*;
pub use types::*;

use crate::product::Product;

/// An API, ready to be emitted.
///
/// What comes from a mapping is ordered by name, operations by path and method; what comes from a list keeps its order.
#[derive(Clone, Debug, Serialize)]
pub struct Api {
    /// Title of the document.
    pub title: String,
    /// Version of the document.
    pub version: String,
    /// Description of the document.
    pub description: Option<String>,
    /// The default server: absolute, without a trailing slash.
    pub server: String,
    /// The ways of sending credentials, by key.
    pub schemes: Vec<Scheme>,
    /// The groups of operations, by name.
    pub resources: Vec<Resource>,
    /// The operations, by path bytes, then method.
    pub operations: Vec<Operation>,
    /// The named types, by name.
    pub types: Vec<TypeDef>,
    /// The kinds of secret text, by name.
    pub secrets: Vec<Secret>,
    /// What product.toml says.
    pub product: Product,
}

impl Api {
    /// The definition of a named type. Ids are made by the model alone, so that one is always there;
    /// should it not be, an emitter has nothing to say about it.
    #[must_use]
    pub fn type_def(&self, id: TypeId) -> Option<&TypeDef> {
        self.types.get(id.0)
    }

    /// A kind of secret.
    #[must_use]
    pub fn secret(&self, id: SecretId) -> Option<&Secret> {
        self.secrets.get(id.0)
    }

    /// A security scheme.
    #[must_use]
    pub fn scheme(&self, requirement: &Requirement) -> Option<&Scheme> {
        self.schemes.get(requirement.scheme)
    }

    /// Whether a secret is inside a type, directly or deeper.
    #[must_use]
    pub fn is_sensitive(&self, ty: &Type) -> bool {
        match ty {
            Type::Secret(_) => true,
            Type::Named(id) => self.type_def(*id).is_some_and(|def| def.sensitive),
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => self.is_sensitive(inner),
            _ => false,
        }
    }
}
