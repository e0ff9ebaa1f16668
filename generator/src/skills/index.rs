//! Indexes over the documents of all products: for registries, for agents that ask a host, for plugin marketplaces.
//!
//! Each is a pure function of the listings. Digests and sizes are those of the text that is written.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::Facts;
use super::filters::shell;
use super::frontmatter::FrontMatter;
use super::language::Language;
use super::size::Size;
use super::sources::ENGLISH;
use super::view::{ApiView, OperationView};
use crate::model::Api;
use crate::model::name::slug;
use crate::output::hash;
use crate::output::tree::{PathError, Tree};

/// The schema of the discovery index (Agent Skills discovery 0.2.0).
const DISCOVERY: &str = "https://schemas.agentskills.io/discovery/0.2.0/schema.json";

/// Where that index and the archives are.
const DISCOVERY_FOLDER: &str = ".well-known/agent-skills";

/// A document, as a registry lists it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listing {
    /// Product, language and locale: what it is, however it is called.
    pub id: String,
    /// The name of the document and of its folder.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// As in the front matter.
    pub description: String,
    /// What a reader can do with it; empty if product.toml does not say.
    pub summary: String,
    /// When to read it; empty if product.toml does not say.
    pub use_when: String,
    /// When not to; empty if product.toml does not say.
    pub not_for: String,
    /// Words to find it by, each once.
    pub tags: Vec<String>,
    /// The product's short name.
    pub product: String,
    /// The language of the samples.
    pub language: String,
    /// The language of the prose (BCP 47).
    pub locale: String,
    /// SPDX expression; empty if none is stated.
    pub license: String,
    /// The version of the product.
    pub version: String,
    /// The command that installs it.
    pub install: String,
    /// SKILL.md, from the folder of the index.
    pub path: String,
    /// SHA-256 of SKILL.md, in hexadecimal.
    pub sha256: String,
    /// The size of SKILL.md.
    pub size: Size,
    /// SHA-256 of the canonical model the document was made from.
    pub spec_sha256: String,
    /// Its operations, in its order.
    pub operations: Vec<Entry>,
    /// Every file, SKILL.md first, paths from the folder of the index.
    pub files: Vec<File>,
    /// All files packed, for those who fetch them from a host.
    pub archive: File,
    /// The bytes of the archive.
    #[serde(skip)]
    pub packed: Vec<u8>,
}

impl Listing {
    /// A document with its files, of which SKILL.md is the first.
    #[must_use]
    pub(super) fn new(
        api: &Api,
        view: &ApiView,
        language: &Language,
        front: &FrontMatter<'_>,
        facts: &Facts<'_>,
        files: &[(String, String)],
        packed: Vec<u8>,
    ) -> Self {
        let about = &api.product.product;
        let (product, locale) = (front.metadata("product"), front.metadata("locale"));
        let mut tags: Vec<String> = Vec::new();
        let tongue = Some(locale).filter(|locale| *locale != ENGLISH);
        let own = [product, language.id.as_str()].into_iter().chain(tongue);
        for tag in about.keywords.iter().map(String::as_str).chain(own) {
            let tag = tag.to_ascii_lowercase();
            if !tag.is_empty() && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        let skills = &api.product.skills;
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        let source = skills.source.as_ref().or(about.repository.as_ref());
        let (path, text) = files.first().map_or(("", ""), |(path, text)| (path, text));
        let operation = |operation: &OperationView| Entry {
            id: operation.id.clone(),
            method: operation.method,
            path: operation.path.clone(),
            title: operation.title.clone(),
        };
        Self {
            id: format!("{product}/{}/{locale}", language.id),
            name: front.name.to_owned(),
            title: format!("{} - {}", view.title, language.label),
            description: front.description.to_owned(),
            summary: said(&skills.summary),
            use_when: said(&skills.use_when),
            not_for: said(&skills.not_for),
            tags,
            product: product.to_owned(),
            language: front.metadata("language").to_owned(),
            locale: locale.to_owned(),
            license: about.license.clone(),
            version: about.version.clone(),
            install: install(source.map_or(".", String::as_str), front.name),
            path: path.to_owned(),
            sha256: hash(text.as_bytes()),
            size: Size::of(text),
            spec_sha256: facts.spec_sha256.to_owned(),
            operations: view.operations.iter().map(operation).collect(),
            files: files.iter().map(|(path, text)| File::new(path, text.as_bytes())).collect(),
            archive: File::new(&format!("{DISCOVERY_FOLDER}/{}.tar.gz", front.name), &packed),
            packed,
        }
    }
}

/// The command that installs a document.
fn install(source: &str, name: &str) -> String {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || "./:_@-".contains(one);
    let source = if source.chars().all(is_plain) { source.to_owned() } else { shell(source) };
    format!("npx skills add {source} --skill {name}")
}

/// An operation of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// `operationId`.
    pub id: String,
    /// `GET`.
    pub method: &'static str,
    /// The path template.
    pub path: String,
    /// Its heading.
    pub title: String,
}

/// A file of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct File {
    /// From the folder of the index.
    pub path: String,
    /// Length in bytes.
    pub bytes: usize,
    /// SHA-256, in hexadecimal.
    pub sha256: String,
}

impl File {
    /// The file of that path and content.
    #[must_use]
    pub(super) fn new(path: &str, content: &[u8]) -> Self {
        Self { path: path.to_owned(), bytes: content.len(), sha256: hash(content) }
    }
}

/// The documents of one product, and what a marketplace says about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// Who publishes it; empty if product.toml does not say.
    pub owner: String,
    /// The documents.
    pub listings: Vec<Listing>,
}

impl Product {
    /// An API, without its documents.
    #[must_use]
    pub(super) fn new(api: &Api) -> Self {
        Self { owner: api.product.skills.owner.clone().unwrap_or_default(), listings: Vec::new() }
    }
}

/// The indexes over all documents, ordered by name; nothing if there is no document.
///
/// # Errors
///
/// When two documents have the same name.
pub fn emit(products: &[Product]) -> Result<Tree, PathError> {
    let mut listings = BTreeMap::new();
    for listing in products.iter().flat_map(|product| &product.listings) {
        if listings.insert(listing.name.as_str(), listing).is_some() {
            return Err(PathError::Taken(listing.path.clone()));
        }
    }
    let mut tree = Tree::default();
    if listings.is_empty() {
        return Ok(tree);
    }
    let listings: Vec<&Listing> = listings.into_values().collect();
    let owner = products.iter().map(|product| product.owner.as_str()).find(|owner| !owner.is_empty());
    tree.insert("index.json", text(&json!({ "schema_version": 1, "skills": listings })))?;
    tree.insert(format!("{DISCOVERY_FOLDER}/index.json"), text(&discovery(&listings)))?;
    for listing in &listings {
        tree.insert(listing.archive.path.as_str(), listing.packed.clone())?;
    }
    let product = listings.first().map_or("", |listing| listing.product.as_str());
    tree.insert(".claude-plugin/marketplace.json", text(&marketplace(&listings, owner.unwrap_or(product))))?;
    Ok(tree)
}

/// What an agent finds below `/.well-known/agent-skills/` of a host whose root, or folder, is that of the documents: an
/// archive of each, since an entry of type `skill-md` has no references.
fn discovery(listings: &[&Listing]) -> Value {
    let skill = |listing: &&Listing| {
        json!({
            "name": listing.name,
            "type": "archive",
            "description": listing.description,
            "url": format!("{}.tar.gz", listing.name),
            "digest": format!("sha256:{}", listing.archive.sha256),
        })
    };
    json!({ "$schema": DISCOVERY, "skills": listings.iter().map(skill).collect::<Vec<_>>() })
}

/// A plugin for each document: whoever installs all languages of a product has as many documents compete for one task.
fn marketplace(listings: &[&Listing], owner: &str) -> Value {
    let plugin = |listing: &&Listing| {
        json!({
            "name": listing.name,
            "description": listing.description,
            "version": listing.version,
            "license": listing.license,
            "keywords": listing.tags,
            "source": "./",
            // There is no plugin.json: this entry is all there is.
            "strict": false,
            "skills": [format!("./{}", listing.name)],
        })
    };
    let name = slug(owner);
    json!({
        "name": if name.ends_with("skills") { name } else { format!("{name}-skills") },
        "owner": { "name": owner },
        "metadata": { "description": format!("Agent skills of {owner}: {} documents", listings.len()) },
        "plugins": listings.iter().map(plugin).collect::<Vec<_>>(),
    })
}

/// JSON with a line break at its end.
fn text(value: &Value) -> String {
    format!("{value:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(name: &str) -> Listing {
        Listing {
            id: format!("shop/{name}/en"),
            name: name.to_owned(),
            title: "Shop".to_owned(),
            description: "Buys. Use when buying.".to_owned(),
            summary: "Buys.".to_owned(),
            use_when: "Use when buying.".to_owned(),
            not_for: String::new(),
            tags: vec!["shop".to_owned()],
            product: "shop".to_owned(),
            language: "curl".to_owned(),
            locale: "en".to_owned(),
            license: "MIT".to_owned(),
            version: "1.0.0".to_owned(),
            install: install(".", name),
            path: format!("{name}/SKILL.md"),
            sha256: hash(b"x"),
            size: Size::of("x"),
            spec_sha256: hash(b"y"),
            operations: Vec::new(),
            files: vec![File::new(&format!("{name}/SKILL.md"), b"x")],
            archive: File::new(&format!("{DISCOVERY_FOLDER}/{name}.tar.gz"), b"z"),
            packed: b"z".to_vec(),
        }
    }

    fn product(names: &[&str]) -> Product {
        Product { owner: "Shop & Sons".to_owned(), listings: names.iter().map(|name| listing(name)).collect() }
    }

    fn read(tree: &Tree, path: &str) -> Value {
        serde_json::from_str(tree.get(path).unwrap()).unwrap()
    }

    #[test]
    fn all_products_are_in_each_index_ordered_by_name() {
        let tree = emit(&[product(&["shop-ruby", "shop-curl"]), product(&["bank-curl"])]).unwrap();
        for (path, list) in [
            ("index.json", "skills"),
            (".well-known/agent-skills/index.json", "skills"),
            (".claude-plugin/marketplace.json", "plugins"),
        ] {
            let index = read(&tree, path);
            let names: Vec<_> = index[list].as_array().unwrap().iter().map(|one| &one["name"]).collect();
            assert_eq!(names, ["bank-curl", "shop-curl", "shop-ruby"], "{path}");
        }
    }

    #[test]
    fn discovery_leads_to_an_archive_with_its_digest() {
        let tree = emit(&[product(&["a", "b"])]).unwrap();
        let index = read(&tree, ".well-known/agent-skills/index.json");
        for skill in index["skills"].as_array().unwrap() {
            let url = skill["url"].as_str().unwrap();
            let packed = tree.bytes(&format!(".well-known/agent-skills/{url}")).unwrap();
            assert_eq!(skill["digest"], format!("sha256:{}", hash(packed)));
            assert_eq!(skill["type"], "archive");
        }
    }

    #[test]
    fn the_order_of_products_changes_nothing() {
        let (one, other) = (product(&["a"]), product(&["b"]));
        assert_eq!(emit(&[one.clone(), other.clone()]), emit(&[other, one]));
    }

    #[test]
    fn two_documents_of_one_name_are_refused() {
        assert_eq!(emit(&[product(&["a"]), product(&["a"])]), Err(PathError::Taken("a/SKILL.md".to_owned())));
    }

    #[test]
    fn no_documents_no_indexes() {
        assert!(emit(&[]).unwrap().is_empty());
    }

    #[test]
    fn a_marketplace_has_a_plain_name_and_paths_below_its_folder() {
        let market = read(&emit(&[product(&["a"])]).unwrap(), ".claude-plugin/marketplace.json");
        assert_eq!(market["name"], "shop-sons-skills");
        assert_eq!(market["plugins"][0]["source"], "./");
        assert_eq!(market["plugins"][0]["skills"][0], "./a");
    }

    #[test]
    fn a_source_with_special_characters_is_one_word() {
        assert_eq!(install("a/b", "c"), "npx skills add a/b --skill c");
        assert_eq!(install("a; b", "c"), "npx skills add 'a; b' --skill c");
    }
}
