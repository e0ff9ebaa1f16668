//! Languages: a folder of templates each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Error;
use super::sources::untranslated;
use crate::model::Api;
use crate::source::place::Place;
use crate::templates::Templates;

/// A language.toml with what product.toml adds.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Language {
    /// The folder.
    #[serde(default)]
    pub id: String,
    /// What a title calls it: `Ruby`.
    pub label: String,
    /// What the description promises: `Provides Ruby SDK examples`.
    pub examples: String,
    /// The tag of a fence.
    pub fence: String,
    /// How a script of the flows is run.
    pub scripts: String,
    /// The language it is another edition of: templates it lacks, SDK and names of operations are that one's.
    #[serde(default)]
    pub base: Option<String>,
    /// Whether its samples call the generated crate.
    #[serde(default)]
    pub calls: bool,
    /// Its official SDK: package, module; empty if there is none.
    #[serde(default)]
    pub sdk: BTreeMap<String, String>,
    /// The names its SDK has for operations, by operation id.
    #[serde(default)]
    pub accessors: BTreeMap<String, String>,
    /// Where product.toml asks for it.
    #[serde(skip)]
    pub place: Option<Place>,
}

impl Language {
    /// The languages product.toml asks for; curl if it asks for none.
    ///
    /// # Errors
    ///
    /// When there is no such folder, or its language.toml is wrong.
    pub(super) fn all(api: &Api, templates: &Templates) -> Result<Vec<Self>, Error> {
        let product = &api.product;
        let mut wanted: Vec<_> =
            product.skills.languages.iter().map(|id| (id.get_ref().as_str(), Some(product.place(id)))).collect();
        if wanted.is_empty() {
            wanted.push(("curl", None));
        }
        let mut languages = Vec::new();
        for (id, place) in wanted {
            let file = format!("{id}/language.toml");
            let Some(text) = templates.get(&format!("skills/{file}")) else {
                return Err(match place {
                    Some(place) => Error::Product {
                        place,
                        message: format!("there is no language `{id}`: `templates/skills/{file}` is missing"),
                    },
                    None => Error::Missing(file),
                });
            };
            let read = toml::from_str::<Self>(text);
            let language = read.map_err(|error| Error::Language { file, message: error.message().to_owned() })?;
            let sdk_of = language.base.as_deref().unwrap_or(id);
            let accessors = product.skills.accessors.iter().find(|(language, _)| language.get_ref() == sdk_of);
            let accessors = accessors.into_iter().flat_map(|(_, accessors)| accessors);
            let accessors = accessors.map(|(id, name)| (id.get_ref().clone(), name.clone())).collect();
            let sdk = product.skills.sdks.iter().find(|(language, _)| language.get_ref() == sdk_of);
            let sdk = sdk.map(|(_, sdk)| sdk.clone()).unwrap_or_default();
            languages.push(Self { id: id.to_owned(), sdk, accessors, place, ..language });
        }
        Ok(languages)
    }

    /// The languages of a locale, as product.toml asks for them.
    ///
    /// # Errors
    ///
    /// When one is not among `all`, or has no words of that locale.
    pub(super) fn localized(all: &[Self], api: &Api, templates: &Templates, locale: &str) -> Result<Vec<Self>, Error> {
        let product = &api.product;
        let wanted = product.skills.locales.iter().find(|(tag, _)| tag.get_ref() == locale);
        let mut languages = Vec::new();
        for id in wanted.into_iter().flat_map(|(_, ids)| ids) {
            let place = product.place(id);
            let Some(language) = all.iter().find(|language| language.id == *id.get_ref()) else {
                let message = format!("`{}` is not among the `languages` of `[skills]`", id.get_ref());
                return Err(Error::Product { place, message });
            };
            let file = format!("{}/language.{locale}.toml", language.id);
            let text =
                templates.get(&format!("skills/{file}")).ok_or_else(|| untranslated(&file, locale, Some(place)))?;
            let words: Words =
                toml::from_str(text).map_err(|error| Error::Language { file, message: error.message().to_owned() })?;
            let Words { label, examples, scripts } = words;
            let label = label.unwrap_or_else(|| language.label.clone());
            languages.push(Self { label, examples, scripts, place: Some(place), ..language.clone() });
        }
        Ok(languages)
    }
}

/// A language.LOCALE.toml: what language.toml says in prose.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    label: Option<String>,
    examples: String,
    scripts: String,
}
