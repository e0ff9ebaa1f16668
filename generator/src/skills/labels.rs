//! The words of the documents: `labels.en.toml`, and the same keys in every other tongue.

use super::Error;
use super::sources::ENGLISH;
use crate::templates::Templates;

/// The words of a tongue.
///
/// # Errors
///
/// When its file is missing, cannot be read, or has other keys than the English one.
pub(super) fn labels(templates: &Templates, locale: &str) -> Result<toml::Table, Error> {
    let english = read(templates, ENGLISH)?;
    if locale == ENGLISH {
        return Ok(english);
    }
    let labels = read(templates, locale)?;
    let wrong = |key: String, what: &str| Error::Language { file: file(locale), message: format!("{what} `{key}`") };
    if let Some(key) = first_missing(&english, &labels) {
        return Err(wrong(key, "there is no translation of"));
    }
    if let Some(key) = first_missing(&labels, &english) {
        return Err(wrong(key, "the English labels have no"));
    }
    Ok(labels)
}

fn file(locale: &str) -> String {
    format!("labels.{locale}.toml")
}

fn read(templates: &Templates, locale: &str) -> Result<toml::Table, Error> {
    let file = file(locale);
    let text = templates.get(&format!("skills/{file}")).ok_or_else(|| Error::Missing(file.clone()))?;
    toml::from_str(text).map_err(|error| Error::Language { file, message: error.message().to_owned() })
}

/// A key of one table that the other lacks.
fn first_missing(one: &toml::Table, other: &toml::Table) -> Option<String> {
    one.iter().find_map(|(key, value)| match (value, other.get(key)) {
        (toml::Value::Table(one), Some(toml::Value::Table(other))) => {
            first_missing(one, other).map(|inner| format!("{key}.{inner}"))
        }
        (toml::Value::String(_), Some(toml::Value::String(_))) => None,
        _ => Some(key.clone()),
    })
}
