//! Model to skill documents: views prepared here, loops in the templates.

pub mod config;
pub mod filters;
mod frontmatter;
mod language;
mod notation;
mod render;
#[cfg(test)]
mod tests;
pub mod view;

use frontmatter::FrontMatter;
use language::Language;
use render::{Layout, Renderer};
use view::ApiView;

use crate::model::Api;
use crate::model::name::slug;
use crate::output::tree::{PathError, Tree};
use crate::source::place::{FileId, Place};
use crate::templates::Templates;

/// Most characters of a SKILL.md: 5,000 tokens, each estimated as four characters.
pub const LONGEST_DOCUMENT: usize = 20_000;
/// Most lines of a SKILL.md.
pub const MOST_LINES: usize = 500;

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
    /// A file cannot be written under its name.
    #[error(transparent)]
    Path(#[from] PathError),
}

/// Makes the documents of a product: a folder for each language.
///
/// # Errors
///
/// When product.toml names what is not there, or a template fails.
pub fn emit(api: &Api, templates: &Templates, facts: &Facts<'_>) -> Result<Tree, Error> {
    let mut view = ApiView::new(api, facts)?;
    let languages = Language::all(api, templates)?;
    if languages.iter().any(|language| language.calls) {
        view.write_calls(api, templates)?;
    }
    let renderer = Renderer::new(templates, &view)?;
    let mut tree = Tree::default();
    for language in languages {
        document(api, &renderer, &language, facts, &mut tree)?;
    }
    Ok(tree)
}

fn document(
    api: &Api,
    renderer: &Renderer<'_>,
    language: &Language,
    facts: &Facts<'_>,
    tree: &mut Tree,
) -> Result<(), Error> {
    let skills = &api.product.skills;
    let name = folder(api, language)?;
    let product = skills.product.clone().unwrap_or_else(|| slug(&view::title(api)));
    let metadata = [
        ("product", product.as_str()),
        ("language", language.id.as_str()),
        ("locale", "en"),
        ("spec_sha256", facts.spec_sha256),
        ("generator_version", facts.generator_version),
    ];
    let description = description(api, language);
    let front = FrontMatter {
        name: &name,
        description: &description,
        license: &api.product.product.license,
        metadata: &metadata,
    };
    let front = front.render();

    let mut layout = Layout::Full;
    let body = loop {
        let body = renderer.skill(language, layout)?;
        match layout.smaller() {
            Some(smaller) if !fits(&front, &body) => layout = smaller,
            _ => break body,
        }
    };
    tree.insert(format!("{name}/SKILL.md"), front + "\n" + &body)?;
    for (file, text) in renderer.references(language, layout)? {
        tree.insert(format!("{name}/references/{file}.md"), text)?;
    }
    Ok(())
}

fn fits(front: &str, body: &str) -> bool {
    let characters = front.chars().count() + body.chars().count() + 1;
    let lines = front.lines().count() + body.lines().count() + 1;
    // Under the limits, not at them.
    characters < LONGEST_DOCUMENT && lines < MOST_LINES
}

/// The name of a document and of its folder.
fn folder(api: &Api, language: &Language) -> Result<String, Error> {
    let about = &api.product.product;
    let base = api.product.skills.name.clone().unwrap_or_else(|| {
        let base = if about.crate_name.is_empty() { slug(&view::title(api)) } else { about.crate_name.clone() };
        let letters: String = base.chars().filter(|one| one.is_ascii_alphanumeric() || *one == '-').collect();
        let room = frontmatter::LONGEST_NAME.saturating_sub(language.id.len() + 1);
        letters.chars().take(room).collect::<String>().trim_matches('-').to_owned()
    });
    let base = if base.is_empty() { "api".to_owned() } else { base };
    let name = format!("{base}-{}", language.id);
    if frontmatter::is_name(&name) {
        return Ok(name);
    }
    let message = format!(
        "`{name}` cannot name a skill: 1 to {} small letters and digits with single hyphens between them",
        frontmatter::LONGEST_NAME
    );
    Err(Error::Product { place: language.place.unwrap_or(Place { file: FileId(0), start: 0, end: 0 }), message })
}

/// What it is, when to use it, when not.
fn description(api: &Api, language: &Language) -> String {
    let skills = &api.product.skills;
    let mut title = view::title(api);
    if !title.ends_with("API") {
        title.push_str(" API");
    }
    let summary = skills.summary.clone().unwrap_or_else(|| format!("Calls the {title}."));
    let use_when = skills.use_when.clone().unwrap_or_else(|| format!("Use when a task needs the {title}."));
    let not_for = skills.not_for.clone().unwrap_or_default();
    [summary, format!("{}.", language.examples), use_when, not_for].join(" ").trim_end().to_owned()
}
