//! Model to skill documents: views prepared here, loops in the templates.

mod archive;
pub mod config;
pub mod filters;
mod frontmatter;
pub mod index;
mod labels;
mod language;
pub mod locale;
mod notation;
mod render;
pub mod size;
mod sources;
#[cfg(test)]
mod tests;
pub mod view;

use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::thread;

use frontmatter::FrontMatter;
use index::Listing;
use language::Language;
use render::{Layout, Renderer};
use size::Size;
use sources::ENGLISH;
use view::ApiView;

use crate::model::Api;
use crate::model::name::slug;
use crate::output::tree::{PathError, Tree};
use crate::source::place::{FileId, Place};
use crate::templates::Templates;

/// What is known of the input beside its model.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// SHA-256 of the canonical model, in hexadecimal.
    pub spec_sha256: &'a str,
    /// The generator's version.
    pub generator_version: &'a str,
    /// Whether the document is somebody else's: its prose is then quoted as data.
    pub untrusted: bool,
}

/// Why no documents could be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `[skills]` of product.toml says what cannot be.
    #[error("{message}")]
    Product {
        /// Where it says so.
        place: Place,
        /// What is wrong.
        message: String,
    },
    /// A folder of templates lacks a file.
    #[error("there is no template `templates/skills/{0}`")]
    Missing(String),
    /// A language.toml cannot be read.
    #[error("templates/skills/{file}: {message}")]
    Language {
        /// The file below `templates/skills`.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// A template failed.
    #[error("templates/skills: {0}")]
    Template(String),
    /// A call of the generated crate cannot be written.
    #[error(transparent)]
    Rust(#[from] crate::rust::Error),
    /// A document cannot be packed.
    #[error("a skill cannot be packed: {0}")]
    Archive(#[from] std::io::Error),
    /// A file cannot be written under its name.
    #[error(transparent)]
    Path(#[from] PathError),
}

/// The documents of a product.
#[derive(Clone, Debug)]
pub struct Documents {
    /// Their files.
    pub tree: Tree,
    /// What the indexes say of them.
    pub product: index::Product,
}

/// Makes the documents of a product: a folder for each language.
///
/// # Errors
///
/// When product.toml names what is not there, or a template fails.
pub fn emit(api: &Api, templates: &Templates, facts: &Facts<'_>) -> Result<Documents, Error> {
    let languages = Language::all(api, templates)?;
    let calls = |languages: &[Language]| languages.iter().any(|language| language.calls);
    let mut documents = Documents { tree: Tree::default(), product: index::Product::new(api) };
    let mut view = ApiView::new(api, facts)?;
    if calls(&languages) {
        view.write_calls(api, templates)?;
    }
    let renderer = Renderer::new(templates, &languages, ENGLISH, &view)?;
    documents.add_all(api, &renderer, &languages, facts)?;
    for catalog in &api.product.skills.catalogs {
        let languages = Language::localized(&languages, api, templates, &catalog.locale)?;
        let mut view = ApiView::localized(api, catalog, facts)?;
        if calls(&languages) {
            view.write_calls(api, templates)?;
        }
        let api = catalog.localized(api);
        let renderer = Renderer::new(templates, &languages, &catalog.locale, &view)?;
        documents.add_all(&api, &renderer, &languages, facts)?;
    }
    Ok(documents)
}

impl Documents {
    /// Adds the document of each language. None needs another, so that they are made at the same time.
    fn add_all(
        &mut self,
        api: &Api,
        renderer: &Renderer<'_>,
        languages: &[Language],
        facts: &Facts<'_>,
    ) -> Result<(), Error> {
        let made: Vec<_> = thread::scope(|scope| {
            let start = |language| scope.spawn(move || document(api, renderer, language, facts));
            let threads: Vec<_> = languages.iter().map(start).collect();
            threads.into_iter().map(|one| one.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
        });
        for document in made {
            let (listing, files) = document?;
            self.product.listings.push(listing);
            files.into_iter().try_for_each(|(path, text)| self.tree.insert(path, text))?;
        }
        Ok(())
    }
}

/// Paths and texts of a document.
type Files = Vec<(String, String)>;

fn document(
    api: &Api,
    renderer: &Renderer<'_>,
    language: &Language,
    facts: &Facts<'_>,
) -> Result<(Listing, Files), Error> {
    let skills = &api.product.skills;
    let locale = renderer.locale();
    let name = folder(api, language, locale)?;
    let product = skills.product.clone().unwrap_or_else(|| slug(&view::title(api)));
    let metadata = [
        ("product", product.as_str()),
        ("language", language.base.as_ref().unwrap_or(&language.id).as_str()),
        ("locale", locale),
        ("spec_sha256", facts.spec_sha256),
        ("generator_version", facts.generator_version),
    ];
    let description = frontmatter::described(&description(api, language, renderer));
    let front = FrontMatter {
        name: &name,
        description: &description,
        license: &api.product.product.license,
        metadata: &metadata,
    };
    let head = front.render() + "\n";

    let (mut layout, mut inline) = (Layout::Full, BTreeSet::new());
    let mut text = loop {
        let text = head.clone() + &renderer.skill(language, layout, &inline)?;
        match layout.smaller() {
            Some(smaller) if !Size::of(&text).fits() => layout = smaller,
            _ => break text,
        }
    };
    if layout == Layout::Operations {
        for resource in renderer.largest_resources() {
            let more = &inline | &BTreeSet::from([resource]);
            let longer = head.clone() + &renderer.skill(language, layout, &more)?;
            if Size::of(&longer).fits_with_room() {
                (inline, text) = (more, longer);
            }
        }
    }
    let mut files = vec![(format!("{name}/SKILL.md"), text)];
    for (file, text) in renderer.references(language, layout, &inline)? {
        files.push((format!("{name}/references/{file}.md"), text));
    }
    let inside = format!("{name}/");
    let packed =
        archive::pack(files.iter().map(|(path, text)| (path.strip_prefix(&inside).unwrap_or(path), text.as_str())))?;
    let listing = Listing::new(api, renderer.view(), language, &front, facts, &files, packed);
    Ok((listing, files))
}

/// The name of a document and of its folder.
fn folder(api: &Api, language: &Language, locale: &str) -> Result<String, Error> {
    let about = &api.product.product;
    let base = api.product.skills.name.clone().unwrap_or_else(|| {
        let base = if about.crate_name.is_empty() { slug(&view::title(api)) } else { about.crate_name.clone() };
        let letters: String = base.chars().filter(|one| one.is_ascii_alphanumeric() || *one == '-').collect();
        let room = frontmatter::LONGEST_NAME.saturating_sub(language.id.len() + 1);
        letters.chars().take(room).collect::<String>().trim_matches('-').to_owned()
    });
    let base = if base.is_empty() { "api".to_owned() } else { base };
    // The format knows no capitals.
    let tongue = if locale == ENGLISH { String::new() } else { format!("-{}", locale.to_ascii_lowercase()) };
    let name = format!("{base}-{}{tongue}", language.id);
    if frontmatter::is_name(&name) {
        return Ok(name);
    }
    let message = format!(
        "`{name}` cannot name a skill: 1 to {} small letters and digits with single hyphens between them",
        frontmatter::LONGEST_NAME
    );
    Err(Error::Product { place: language.place.unwrap_or(Place { file: FileId(0), start: 0, end: 0 }), message })
}

/// What an API is about, by its groups of operations: `: orders, items`. An agent reads it before anything else, so that
/// of a document that is not ours it says where the API is, and nothing in the document's words.
fn subjects(view: &ApiView) -> String {
    const MOST: usize = 12;
    if view.untrusted {
        return if view.origin.is_empty() { String::new() } else { format!(" at {}", view.origin) };
    }
    let small = |title: &str| match title.split_at_checked(1) {
        Some((first, rest)) if rest.starts_with(|second: char| second.is_ascii_lowercase()) => {
            first.to_ascii_lowercase() + rest
        }
        _ => title.to_owned(),
    };
    let titles: Vec<_> = view.resources.iter().take(MOST).map(|resource| small(&resource.title)).collect();
    match view.resources.len() {
        0 => String::new(),
        count if count > MOST => format!(": {}, {} more", titles.join(", "), count - MOST),
        _ => format!(": {}", titles.join(", ")),
    }
}

/// What it is, when to use it, when not.
fn description(api: &Api, language: &Language, renderer: &Renderer<'_>) -> String {
    let skills = &api.product.skills;
    let mut title = view::title(api);
    if !title.ends_with("API") {
        title.push_str(" API");
    }
    let summary = skills.summary.clone().unwrap_or_else(|| format!("Calls the {title}{}.", subjects(renderer.view())));
    let use_when = skills.use_when.clone().unwrap_or_else(|| format!("Use when a task needs the {title}."));
    let not_for = skills.not_for.clone().unwrap_or_else(|| "Do not use for other services.".to_owned());
    [summary, format!("{}{}", language.examples, renderer.label("full_stop")), use_when, not_for]
        .join(renderer.label("space"))
        .trim_end()
        .to_owned()
}
