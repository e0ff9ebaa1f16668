//! Which template stands behind a name, for one tongue.
//!
//! `notes.zh-CN.md` is what `notes.md` is in the Chinese documents, and `notes.en.md` is `notes.md` itself in all of them,
//! so that a translation can take the code from it. A language that has a `base` takes from there what it lacks.

use std::collections::BTreeMap;

use super::Error;
use super::language::Language;
use crate::source::place::Place;
use crate::templates::Templates;

/// The templates of all documents that are prose.
const SHARED_PROSE: &[&str] = &["base_url.md", "error_handling.md", "flows.md", "flows_index.md", "notes.md"];
/// The templates of a language that are prose, or end in it.
const LANGUAGE_PROSE: &[&str] = &["notes.md", "pagination.md", "setup.md"];

/// The tag of the tongue the templates themselves are in.
pub(super) const ENGLISH: &str = "en";

/// The templates by the names that includes use.
///
/// # Errors
///
/// When a locale lacks the translation of a template.
pub(super) fn sources<'a>(
    templates: &'a Templates,
    languages: &[Language],
    locale: &str,
) -> Result<BTreeMap<String, &'a str>, Error> {
    let mut sources = BTreeMap::new();
    let mut translated = BTreeMap::new();
    for (path, text) in templates.below("skills") {
        let Some(stem) = path.strip_suffix(".md") else { continue };
        match stem.rsplit_once('.') {
            None => {
                sources.insert(format!("{stem}.{ENGLISH}.md"), text);
                sources.insert(path.to_owned(), text);
            }
            Some((stem, tag)) if tag == locale => {
                translated.insert(format!("{stem}.md"), text);
            }
            Some(_) => {}
        }
    }
    for language in languages {
        inherit(&mut sources, language);
        inherit(&mut translated, language);
        if locale != ENGLISH {
            let own = LANGUAGE_PROSE.iter().map(|file| format!("{}/{file}", language.id));
            let wanted = own.chain(SHARED_PROSE.iter().map(|file| (*file).to_owned()));
            if let Some(missing) = wanted.into_iter().find(|name| !translated.contains_key(name)) {
                return Err(untranslated(&missing.replace(".md", &format!(".{locale}.md")), locale, language.place));
            }
        }
    }
    sources.extend(translated);
    Ok(sources)
}

/// Adds what a language takes from its base.
fn inherit(sources: &mut BTreeMap<String, &str>, language: &Language) {
    let Some(base) = &language.base else { return };
    let theirs: Vec<_> = sources
        .iter()
        .filter_map(|(name, text)| Some((name.strip_prefix(base.as_str())?.strip_prefix('/')?.to_owned(), *text)))
        .collect();
    for (name, text) in theirs {
        sources.entry(format!("{}/{name}", language.id)).or_insert(text);
    }
}

/// A file that a locale lacks, told where product.toml asks for the locale.
pub(super) fn untranslated(file: &str, locale: &str, place: Option<Place>) -> Error {
    match place {
        Some(place) => Error::Product {
            place,
            message: format!("the documents have no locale `{locale}` here: `templates/skills/{file}` is missing"),
        },
        None => Error::Missing(file.to_owned()),
    }
}
