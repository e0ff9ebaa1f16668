//! Translations: the prose of an API in another tongue. Code and names stay as they are.
//!
//! The English text itself is the key, so that a change of it shows: the new text has no translation, and the
//! translation is of a text that is no longer there.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Api, TypeKind};
use crate::product::Text;
use crate::source::diagnostic::{Diagnostic, Findings};
use crate::source::place::{FileId, Files, Place};
use crate::source::rules::locale as rules;
use crate::source::text::shown;

/// The translations of one product into one tongue.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// The tag of the tongue (BCP 47): `zh-CN`.
    pub locale: String,
    file: FileId,
    texts: BTreeMap<String, Translation>,
}

#[derive(Clone, Debug)]
struct Translation {
    text: String,
    place: Place,
}

impl Catalog {
    /// Reads `locales/LOCALE.toml`; `None` means that an error was found.
    #[must_use]
    pub fn read(locale: &str, file: FileId, files: &Files, findings: &mut Findings) -> Option<Self> {
        let text = files.get(file).map_or("", |file| file.text.as_str());
        let place = |span: std::ops::Range<usize>| {
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            Place { file, start: offset(span.start), end: offset(span.end) }
        };
        let sections: BTreeMap<String, BTreeMap<Text, String>> = match toml::from_str(text) {
            Ok(sections) => sections,
            Err(error) => {
                let place = place(error.span().unwrap_or(0..0));
                findings.push(Diagnostic::new(&rules::UNREADABLE, place, error.message()));
                return None;
            }
        };
        let mut texts: BTreeMap<String, Translation> = BTreeMap::new();
        for (key, text) in sections.into_values().flatten() {
            let place = place(key.span());
            let english = key.into_inner();
            if let Some(first) = texts.get(&english) {
                let message = format!("{} has two translations", shown(&english));
                findings.push(Diagnostic::new(&rules::TWICE, place, message).note(first.place, "the other one"));
                continue;
            }
            texts.insert(english, Translation { text, place });
        }
        Some(Self { locale: locale.to_owned(), file, texts })
    }

    /// The API with its prose translated; what has no translation stays English.
    #[must_use]
    pub(super) fn localized(&self, api: &Api) -> Api {
        let mut api = api.clone();
        prose(&mut api, &mut |_, _, text| {
            if let Some(translation) = self.texts.get(text) {
                text.clone_from(&translation.text);
            }
        });
        api
    }
}

/// Whether every text has a translation, every translation a text, and both name the same code.
pub fn check(api: &Api, findings: &mut Findings) {
    for catalog in &api.product.skills.catalogs {
        let mut used = BTreeSet::new();
        // The visitor may change what it sees; here it does not.
        prose(&mut api.clone(), &mut |what, place, text| {
            if !used.insert(text.clone()) {
                return;
            }
            let locale = &catalog.locale;
            match catalog.texts.get(text) {
                Some(found) if found.text.trim().is_empty() => {
                    let message = format!("{what} has an empty translation into {locale}");
                    findings.push(Diagnostic::new(&rules::MISSING, found.place, message));
                }
                Some(found) if code_spans(&found.text) != code_spans(text) => {
                    let message = format!("the translation of {what} into {locale} names other code");
                    let expected = code_spans(text).join("`, `");
                    let help = match expected.is_empty() {
                        true => "the English text has no code spans".to_owned(),
                        false => format!("the English text has `{expected}`"),
                    };
                    findings.push(Diagnostic::new(&rules::OTHER_CODE, found.place, message).help(help));
                }
                Some(_) => {}
                None => {
                    let message = format!("{what} has no translation into {locale}: {}", shown(text));
                    findings.push(
                        Diagnostic::new(&rules::MISSING, place.unwrap_or(Place::whole(catalog.file)), message)
                            .help("add the English text as a key, and its translation as value")
                            .note(Place::whole(catalog.file), "to this file"),
                    );
                }
            }
        });
        for (english, translation) in catalog.texts.iter().filter(|(english, _)| !used.contains(*english)) {
            let message = format!("nothing has the text {} any more", shown(english));
            findings.push(
                Diagnostic::new(&rules::STALE, translation.place, message)
                    .help("if the text was changed, change the key and look at the translation; else delete both"),
            );
        }
    }
}

/// The code spans of a text, in the order of their texts.
fn code_spans(text: &str) -> Vec<&str> {
    let mut spans: Vec<_> = text.split('`').skip(1).step_by(2).collect();
    spans.sort_unstable();
    spans
}

/// Shows every text of an API that documents contain: what it is the text of, its place if it is known, itself.
fn prose(api: &mut Api, visit: &mut dyn FnMut(&str, Option<Place>, &mut String)) {
    let headings: BTreeSet<usize> = super::view::headings(api);
    let product = api.product.file.map(Place::whole);
    for resource in &mut api.resources {
        visit(&format!("the title of resource `{}`", resource.name.snake()), product, &mut resource.title);
        if let Some(text) = &mut resource.description {
            visit(&format!("the description of resource `{}`", resource.name.snake()), product, text);
        }
    }
    for operation in &mut api.operations {
        let (id, place) = (&operation.id, Some(operation.place));
        if let Some(text) = &mut operation.summary {
            visit(&format!("the summary of `{id}`"), place, text);
        }
        if let Some(text) = &mut operation.description {
            visit(&format!("the description of `{id}`"), place, text);
        }
        for response in &mut operation.responses {
            let status = super::view::status(response.status);
            visit(&format!("the description of response `{status}` of `{id}`"), place, &mut response.description);
        }
    }
    for (index, def) in api.types.iter_mut().enumerate() {
        let name = def.component.clone().unwrap_or_else(|| def.name.pascal());
        if let Some(text) = def.description.as_mut().filter(|_| headings.contains(&index)) {
            visit(&format!("the description of `{name}`"), Some(def.place), text);
        }
        if let TypeKind::Struct(item) = &mut def.kind {
            for field in &mut item.fields {
                if let Some(text) = &mut field.description {
                    visit(&format!("the description of `{name}.{}`", field.wire), Some(field.place), text);
                }
            }
        }
    }
    let skills = &mut api.product.skills;
    let sentences =
        [("summary", &mut skills.summary), ("use_when", &mut skills.use_when), ("not_for", &mut skills.not_for)];
    for (key, text) in sentences {
        if let Some(text) = text {
            visit(&format!("`{key}` of `[skills]`"), product, text);
        }
    }
    for (index, text) in skills.notes.iter_mut().enumerate() {
        visit(&format!("item {} of `notes` of `[skills]`", index + 1), product, text);
    }
    for (code, text) in &mut skills.errors.advice {
        visit(&format!("`{code}` of `[skills.errors.advice]`"), product, text);
    }
}

#[cfg(test)]
mod tests;
