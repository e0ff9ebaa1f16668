//! An OpenAPI document as a tree of JSON values, and a way to walk it that follows references.

use std::path::Path;

use serde_json::Value;

use crate::overlay;

/// Why a document cannot be judged by.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file asked for.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The text is neither JSON nor YAML that JSON can express.
    #[error("{path}: {message}")]
    Syntax {
        /// The file asked for.
        path: String,
        /// What the parser said.
        message: String,
    },
    /// The document is not OpenAPI 3.0 or 3.1.
    #[error("`openapi` is {0}; only 3.0.x and 3.1.x are understood")]
    Version(String),
    /// An overlay cannot be applied.
    #[error("overlay: {0}")]
    Overlay(String),
}

/// An OpenAPI document, 3.0 or 3.1. Only references within the document are followed.
#[derive(Debug, Clone)]
pub struct Document {
    root: Value,
}

impl Document {
    /// Reads a document from a YAML or JSON file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is not YAML or JSON, or is not OpenAPI 3.0 or 3.1.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        Self::from_value(read(path.as_ref())?)
    }

    /// Takes a document that is already parsed.
    ///
    /// # Errors
    ///
    /// The member `openapi` is not `3.0.x` or `3.1.x`.
    pub fn from_value(root: Value) -> Result<Self, LoadError> {
        let version = root.get("openapi").unwrap_or(&Value::Null);
        match version.as_str() {
            Some(text) if text.starts_with("3.0") || text.starts_with("3.1") => Ok(Self { root }),
            _ => Err(LoadError::Version(version.to_string())),
        }
    }

    /// Applies the OpenAPI Overlay (1.0) in a YAML or JSON file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or an action has no valid target or matches nothing.
    pub fn overlaid(self, path: impl AsRef<Path>) -> Result<Self, LoadError> {
        let overlay = read(path.as_ref())?;
        self.overlaid_with(&overlay)
    }

    /// Applies an OpenAPI Overlay that is already parsed.
    ///
    /// # Errors
    ///
    /// An action has no valid target or matches nothing.
    pub fn overlaid_with(mut self, overlay: &Value) -> Result<Self, LoadError> {
        overlay::apply(&mut self.root, overlay).map_err(LoadError::Overlay)?;
        Self::from_value(self.root)
    }

    pub(crate) fn is_3_0(&self) -> bool {
        self.root.get("openapi").and_then(Value::as_str).is_some_and(|text| text.starts_with("3.0"))
    }

    /// The document as JSON, overlays applied.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.root
    }

    pub(crate) fn value_mut(&mut self) -> &mut Value {
        &mut self.root
    }

    pub(crate) fn root(&self) -> Node<'_> {
        Node { document: self, pointer: String::new(), value: &self.root }
    }
}

/// A value of the document and where it stands (RFC 6901).
#[derive(Clone)]
pub(crate) struct Node<'d> {
    document: &'d Document,
    pub(crate) pointer: String,
    pub(crate) value: &'d Value,
}

impl<'d> Node<'d> {
    /// The member as it is written, a reference unresolved.
    pub(crate) fn child(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key)?;
        Some(self.below(key, value))
    }

    /// The member, references followed.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        self.child(key).map(Self::resolved)
    }

    /// The element of an array as it is written.
    pub(crate) fn child_at(&self, index: usize) -> Option<Self> {
        let value = self.value.get(index)?;
        Some(self.below(&index.to_string(), value))
    }

    /// The elements of an array, references followed.
    pub(crate) fn elements(&self) -> Vec<Self> {
        let elements = self.value.as_array().map(Vec::as_slice).unwrap_or_default();
        elements.iter().enumerate().map(|(index, value)| self.below(&index.to_string(), value).resolved()).collect()
    }

    /// The members of an object in the document's order, references followed.
    pub(crate) fn members(&self) -> Vec<(&'d str, Self)> {
        self.value
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.as_str(), self.below(key, value).resolved()))
            .collect()
    }

    pub(crate) fn text(&self, key: &str) -> Option<&'d str> {
        self.value.get(key)?.as_str()
    }

    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        self.value.get(key)?.as_bool()
    }

    /// Follows a chain of local references; one that leads nowhere stays as it is written.
    pub(crate) fn resolved(self) -> Self {
        let mut node = self;
        // More hops than this is a cycle of references.
        for _ in 0..32 {
            let Some(pointer) = node.text("$ref").and_then(|target| target.strip_prefix('#')) else { break };
            let pointer = String::from_utf8_lossy(&crate::percent::decode_lossy(pointer)).into_owned();
            let Some(value) = node.document.root.pointer(&pointer) else { break };
            node = Self { document: node.document, pointer, value };
        }
        node
    }

    fn below(&self, key: &str, value: &'d Value) -> Self {
        let pointer = format!("{}/{}", self.pointer, key.replace('~', "~0").replace('/', "~1"));
        Self { document: self.document, pointer, value }
    }
}

fn read(path: &Path) -> Result<Value, LoadError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|source| LoadError::Read { path: name.clone(), source })?;
    parse(&text).map_err(|message| LoadError::Syntax { path: name, message })
}

fn parse(text: &str) -> Result<Value, String> {
    if let Ok(value) = serde_json::from_str(text) {
        return Ok(value);
    }
    let mut yaml: serde_yaml::Value = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
    yaml.apply_merge().map_err(|error| error.to_string())?;
    json(yaml)
}

/// YAML as JSON. Keys that are numbers or booleans (an unquoted status) become text.
fn json(yaml: serde_yaml::Value) -> Result<Value, String> {
    use serde_yaml::Value as Yaml;
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(flag) => Value::Bool(flag),
        Yaml::String(text) => Value::String(text),
        Yaml::Number(number) => serde_json::to_value(number).map_err(|error| error.to_string())?,
        Yaml::Sequence(items) => Value::Array(items.into_iter().map(json).collect::<Result<_, _>>()?),
        Yaml::Tagged(tagged) => json(tagged.value)?,
        Yaml::Mapping(members) => {
            let mut object = serde_json::Map::new();
            for (key, value) in members {
                let key = match key {
                    Yaml::String(text) => text,
                    Yaml::Number(number) => number.to_string(),
                    Yaml::Bool(flag) => flag.to_string(),
                    Yaml::Null => "null".to_owned(),
                    _ => return Err("a mapping key is neither text nor a number".to_owned()),
                };
                object.insert(key, json(value)?);
            }
            Value::Object(object)
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn yaml_with_unquoted_statuses_and_merge_keys_is_read() {
        let value =
            parse("openapi: 3.1.0\nbase: &base {a: 1}\nmerged: {<<: *base, b: 2}\nresponses: {200: {}}\n").unwrap();
        assert_eq!(value["merged"], json!({"a": 1, "b": 2}));
        assert_eq!(value["responses"], json!({"200": {}}));
    }

    #[test]
    fn a_document_and_its_overlay_are_loaded_from_files() {
        let folder = tempfile::tempdir().unwrap();
        let (document, overlay) = (folder.path().join("openapi.json"), folder.path().join("overlay.yaml"));
        std::fs::write(&document, r#"{"openapi": "3.0.3", "info": {}}"#).unwrap();
        std::fs::write(&overlay, "actions:\n- target: $.info\n  update: {title: T}\n").unwrap();
        let document = Document::load(document).unwrap().overlaid(overlay).unwrap();
        assert_eq!(document.value()["info"]["title"], "T");
    }

    #[test]
    fn other_versions_are_refused() {
        assert!(matches!(Document::from_value(json!({"swagger": "2.0"})), Err(LoadError::Version(_))));
        assert!(matches!(Document::from_value(json!({"openapi": "4.0.0"})), Err(LoadError::Version(_))));
    }

    #[test]
    fn a_file_that_is_missing_is_named() {
        let error = Document::load("no/such/file.yaml").unwrap_err();
        assert!(error.to_string().contains("no/such/file.yaml"), "{error}");
    }

    #[test]
    fn references_are_followed_through_encoded_pointers_and_a_cycle_ends() {
        let document = Document::from_value(json!({
            "openapi": "3.1.0",
            "paths": {"/a/{id}": {"get": {"x": 1}}},
            "link": {"$ref": "#/paths/~1a~1%7Bid%7D/get"},
            "loop": {"$ref": "#/loop"},
        }))
        .unwrap();
        assert_eq!(document.root().get("link").unwrap().pointer, "/paths/~1a~1{id}/get");
        assert_eq!(document.root().get("loop").unwrap().pointer, "/loop");
    }
}
