//! The templates: an environment in which nothing is printed unescaped and nothing may be missing.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use minijinja::value::Serde;
use minijinja::{Environment, Error as Failure, ErrorKind, Value, context};

use super::labels::labels;
use super::language::Language;
use super::sources::sources;
use super::view::ApiView;
use super::{Error, filters};
use crate::templates::{Templates, environment};

/// How much of a product stands in SKILL.md itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Every section.
    Full,
    /// Every section, but an error that the table of errors explains by its status alone.
    Compact,
    /// A table of the operations, and the sections of the resources that fit; the others are in references.
    Operations,
    /// A table of the groups of operations.
    Resources,
    /// Nothing but where that table is.
    Pointer,
}

impl Layout {
    /// The next smaller one.
    #[must_use]
    pub(super) fn smaller(self) -> Option<Self> {
        match self {
            Self::Full => Some(Self::Compact),
            Self::Compact => Some(Self::Operations),
            Self::Operations => Some(Self::Resources),
            Self::Resources => Some(Self::Pointer),
            Self::Pointer => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Compact => "compact",
            Self::Operations => "operations",
            Self::Resources => "resources",
            Self::Pointer => "pointer",
        }
    }
}

/// Renders the documents of one product.
pub(super) struct Renderer<'a> {
    environment: Environment<'a>,
    locale: String,
    view: &'a ApiView,
    api: Value,
    words: toml::Table,
    labels: Value,
}

impl<'a> Renderer<'a> {
    /// Compiles every template below `templates/skills`, as it is in a locale.
    ///
    /// # Errors
    ///
    /// When one of them is wrong.
    pub(super) fn new(
        templates: &'a Templates,
        languages: &[Language],
        locale: &str,
        view: &'a ApiView,
    ) -> Result<Self, Error> {
        let mut environment = environment().map_err(|error| failed(&error))?;
        add_filters(&mut environment);
        for (name, text) in sources(templates, languages, locale)? {
            environment.add_template_owned(name, text).map_err(|error| failed(&error))?;
        }
        let words = labels(templates, locale)?;
        let labels = Value::from(Serde(&words));
        Ok(Self { environment, locale: locale.to_owned(), api: Value::from(Serde(&view)), view, words, labels })
    }

    /// The tag of the tongue.
    #[must_use]
    pub(super) fn locale(&self) -> &str {
        &self.locale
    }

    /// A word of the labels; empty if there is none.
    #[must_use]
    pub(super) fn label(&self, key: &str) -> &str {
        self.words.get(key).and_then(toml::Value::as_str).unwrap_or("")
    }

    /// What the templates see of the API.
    #[must_use]
    pub(super) fn view(&self) -> &ApiView {
        self.view
    }

    /// The resources by index, those with the most operations first.
    pub(super) fn largest_resources(&self) -> Vec<usize> {
        let mut resources: Vec<_> = self.view.resources.iter().enumerate().collect();
        resources.sort_by_key(|(_, resource)| Reverse(resource.operations.len()));
        resources.into_iter().map(|(index, _)| index).collect()
    }

    /// SKILL.md without its front matter. `inline` are the resources whose sections stand in it beside a table.
    ///
    /// # Errors
    ///
    /// When a template fails.
    pub(super) fn skill(&self, language: &Language, layout: Layout, inline: &BTreeSet<usize>) -> Result<String, Error> {
        let inline = Value::from_iter(inline.iter().copied());
        self.render("skill.md", language, layout, context! { inline })
    }

    /// The files below `references/`, without their extension.
    ///
    /// # Errors
    ///
    /// When a template fails.
    pub(super) fn references(
        &self,
        language: &Language,
        layout: Layout,
        inline: &BTreeSet<usize>,
    ) -> Result<Vec<(String, String)>, Error> {
        let mut files = Vec::new();
        let mut add = |file: &str, template: &str, more: Value| {
            let text = self.render(template, language, layout, more)?;
            if !text.trim().is_empty() {
                files.push((file.to_owned(), text));
            }
            Ok::<_, Error>(())
        };
        let none = || context! {};
        if !self.view.schemas.is_empty() {
            add("schemas", "schemas.md", none())?;
        }
        if self.view.operations.iter().any(|operation| !operation.errors.is_empty()) {
            add("errors", "errors.md", none())?;
        }
        if self.view.flows.contains_key("token") {
            add("flows", "flows.md", none())?;
        }
        if layout == Layout::Pointer {
            add("index", "index.md", none())?;
        }
        if !matches!(layout, Layout::Full | Layout::Compact) {
            let moved = self.view.resources.iter().enumerate().filter(|(index, _)| !inline.contains(index));
            for (_, resource) in moved {
                let more = context! { resource => Value::from(Serde(&resource)) };
                add(&format!("operations-{}", resource.file), "resource.md", more)?;
            }
        }
        Ok(files)
    }

    fn render(&self, template: &str, language: &Language, layout: Layout, more: Value) -> Result<String, Error> {
        let missing = |_| Error::Missing(template.to_owned());
        let text = self.environment.get_template(template).map_err(missing)?.render(context! {
            api => self.api.clone(),
            t => self.labels.clone(),
            language => Value::from(Serde(&language)),
            layout => layout.name(),
            ..more
        });
        Ok(tidy(&text.map_err(|error| failed(&error))?))
    }
}

/// Where and why a template failed, with everything that led there.
fn failed(error: &Failure) -> Error {
    let mut message = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        message.push_str(": ");
        message.push_str(&cause.to_string());
        source = cause.source();
    }
    Error::Template(message)
}

/// One filter for each place that text can go. A lint holds the templates to them.
fn add_filters(environment: &mut Environment<'_>) {
    environment.add_filter("text", |value: &str| filters::text(value));
    environment.add_filter("label", |value: &str| filters::label(value));
    environment.add_filter("cell", |value: &str| filters::cell(value));
    environment.add_filter("code", |value: &str| filters::code(value));
    environment.add_filter("quote", |value: &str| filters::quote(value));
    environment.add_filter("url", |value: &str| filters::url(value));
    environment.add_filter("url_text", |value: &str| filters::url_text(value));
    environment.add_filter("field", |value: &str| filters::field(value));
    environment.add_filter("shell", |value: &str| filters::shell(value));
    environment.add_filter("shell_text", |value: &str| filters::shell_text(value));
    environment.add_filter("here", |value: &str| filters::here(value));
    environment.add_filter("anchor", |value: &str| filters::anchor(value));
    environment.add_filter("rust", |value: &str| filters::rust(value));
    environment.add_filter("fence", |body: &str, language: &str| filters::fence(body, language));
    environment.add_filter("fences", |body: &str| filters::fences(body));
    environment.add_filter("phrase", |pattern: &str, values: Vec<String>| filters::phrase(pattern, &values));
    environment.add_filter("string", |value: &str, style: &str| {
        let unknown = || Failure::new(ErrorKind::InvalidOperation, format!("there is no kind of string `{style}`"));
        filters::string(value, style).ok_or_else(unknown)
    });
    environment.add_filter("plain", |value: &Value| {
        let text = value.to_string();
        let special = || Failure::new(ErrorKind::InvalidOperation, format!("`{text}` is not plain: it must be quoted"));
        filters::plain(&text).ok_or_else(special)
    });
    // Markup that our own templates made: a macro's result, a label.
    environment.add_filter("ours", |value: Value| value);
}

/// No blank at the end of a line, one blank line between blocks and before a heading, one line break at the end. Fences keep their blank lines.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence = None;
    let mut blank = true;
    for line in text.lines() {
        let line = line.trim_end();
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            Some(open) if ticks == open && line.len() == ticks => fence = None,
            _ => {}
        }
        if line.is_empty() && blank && fence.is_none() {
            continue;
        }
        if fence.is_none() && line.starts_with('#') && !blank {
            out.push('\n');
        }
        blank = line.is_empty();
        out.push_str(line);
        out.push('\n');
    }
    let end = out.trim_end().len();
    out.truncate(end);
    if !out.is_empty() {
        out.push('\n');
    }
    out
}
