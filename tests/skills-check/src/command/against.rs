//! What skills are checked against: a product of `spec/`, or a document of one's own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use skills_check::product::{self, Product, ProductError};
use skills_check::skill::Skill;

/// What to check against
#[derive(Args, Debug, Default)]
pub(crate) struct Against {
    /// The product of spec/ [default: that of each skill's metadata, else the only one]
    #[arg(long, value_name = "NAME")]
    product: Option<String>,
    /// An OpenAPI document of your own
    #[arg(long, value_name = "FILE", conflicts_with = "product")]
    spec: Option<PathBuf>,
    /// An OpenAPI Overlay that is applied to it first
    #[arg(long, value_name = "FILE", requires = "spec")]
    overlay: Option<PathBuf>,
}

/// Products, each read once.
pub(crate) struct Products<'a> {
    against: &'a Against,
    known: BTreeMap<String, Arc<Product>>,
}

impl<'a> Products<'a> {
    /// None is read yet.
    pub(crate) fn new(against: &'a Against) -> Self {
        Self { against, known: BTreeMap::new() }
    }

    /// The product of a skill; without a skill, the one that is asked for.
    pub(crate) fn of(&mut self, skill: Option<&Skill>) -> Result<Arc<Product>, ProductError> {
        let name = match (&self.against.spec, &self.against.product) {
            (Some(spec), _) => spec.display().to_string(),
            (None, Some(name)) => name.clone(),
            (None, None) => self.default(skill)?,
        };
        if let Some(known) = self.known.get(&name) {
            return Ok(Arc::clone(known));
        }
        let product = Arc::new(match &self.against.spec {
            Some(spec) => Product::load(&name, spec, self.against.overlay.as_deref(), None)?,
            None => Product::of_workspace(&product::workspace()?, &name)?,
        });
        self.known.insert(name, Arc::clone(&product));
        Ok(product)
    }

    /// Whether the command line names what to check against.
    pub(crate) fn is_asked_for(&self) -> bool {
        self.against.product.is_some() || self.against.spec.is_some()
    }

    fn default(&self, skill: Option<&Skill>) -> Result<String, ProductError> {
        let names = product::names(&product::workspace()?);
        let told = skill.and_then(|skill| skill.frontmatter.metadata("product"));
        match (told, names.as_slice()) {
            (Some(told), _) => Ok(told.to_owned()),
            (None, [only]) => Ok(only.clone()),
            (None, _) => Err(ProductError::Unknown(String::new(), names.join(", "))),
        }
    }
}
