//! The hand-written modules of the client, and which of them a product reaches.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::Error;
use crate::templates::Templates;

/// The folder of the runtime in the templates.
const FOLDER: &str = "client";

/// The manifest of the runtime and the text of its modules.
#[derive(Debug)]
pub(crate) struct Runtime<'a> {
    pub(crate) templates: &'a Templates,
    /// The manifest, for what the output's own has in common with it.
    pub(crate) manifest: toml::Table,
    modules: BTreeMap<String, Module>,
    owners: BTreeMap<String, String>,
}

/// What the runtime's manifest says about a module: `[package.metadata.modules.<name>]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Module {
    /// Modules it names.
    pub(crate) modules: Vec<String>,
    /// Crates it names.
    pub(crate) dependencies: Vec<String>,
    /// Features of which one must be on for it to be compiled; empty: it always is.
    pub(crate) features: Vec<String>,
    /// Items for the root of the crate.
    pub(crate) exports: Vec<String>,
    /// Whether it is a public module.
    pub(crate) public: bool,
    /// Whether products leave parts of it unused.
    pub(crate) partly_used: bool,
    /// Whether every product has it.
    pub(crate) always: bool,
}

impl<'a> Runtime<'a> {
    /// Reads the runtime's manifest.
    pub(crate) fn read(templates: &'a Templates) -> Result<Self, Error> {
        let path = format!("{FOLDER}/Cargo.toml");
        let text = templates.get(&path).ok_or_else(|| Error::Template(path.clone()))?;
        let broken = |message: String| Error::Manifest { path: path.clone(), message };
        let manifest: toml::Table = toml::from_str(text).map_err(|error| broken(error.message().to_owned()))?;
        let declared = ["package", "metadata", "modules"]
            .iter()
            .try_fold(&manifest, |table, key| table.get(*key)?.as_table())
            .cloned()
            .unwrap_or_default();
        let modules: BTreeMap<String, Module> =
            declared.try_into().map_err(|error: toml::de::Error| broken(error.message().to_owned()))?;
        let exports = modules
            .iter()
            .flat_map(|(module, declared)| declared.exports.iter().map(move |item| (item.clone(), module.clone())));
        let owners = exports.collect();
        Ok(Self { templates, manifest, modules, owners })
    }

    /// The module that exports an item.
    pub(crate) fn owner(&self, item: &str) -> Option<&str> {
        self.owners.get(item).map(String::as_str)
    }

    /// All items for the root of the crate.
    #[cfg(test)]
    pub(crate) fn exports(&self) -> impl Iterator<Item = &str> {
        self.owners.keys().map(String::as_str)
    }

    /// The modules that every product has, those for users alone, these, and all that they name.
    pub(crate) fn reach(&self, named: &BTreeSet<String>) -> Vec<(&str, &Module)> {
        let mut open: Vec<&str> = self
            .modules
            .iter()
            .filter(|(name, module)| module.always || module.public || named.contains(*name))
            .map(|(name, _)| name.as_str())
            .collect();
        let mut reached = BTreeMap::new();
        while let Some(name) = open.pop() {
            if let Some((name, module)) = self.modules.get_key_value(name)
                && reached.insert(name.as_str(), module).is_none()
            {
                open.extend(module.modules.iter().map(String::as_str));
            }
        }
        reached.into_iter().collect()
    }

    /// Whether the feature is there for some module's sake.
    pub(crate) fn is_of_modules(&self, feature: &str) -> bool {
        self.modules.values().any(|module| module.features.iter().any(|own| own == feature))
    }

    /// The files of a module: path below `src/`, text.
    pub(crate) fn files(&self, module: &str) -> Vec<(String, &'a str)> {
        let own = format!("{module}.rs");
        let folder = format!("{module}/");
        self.templates
            .below("client/src")
            .filter(|(path, _)| *path == own || (path.starts_with(&folder) && !path.ends_with("tests.rs")))
            .map(|(path, text)| (path.to_owned(), text))
            .collect()
    }

    /// A file of the runtime's folder.
    pub(crate) fn file(&self, path: &str) -> Option<&'a str> {
        self.templates.get(&format!("{FOLDER}/{path}"))
    }
}
