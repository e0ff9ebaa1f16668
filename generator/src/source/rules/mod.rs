//! The one table of rules: every diagnostic the generator can make.
//!
//! `E00` reading, `E01` OpenAPI, `E02` overlay, `E03` product.toml, `E04` names and model, `E05` output,
//! `E06` translations;
//! `W` with the same subjects for what is only a warning.

use super::diagnostic::Rule;

/// Declares the rules of one subject: constants and the list of them.
macro_rules! rules {
    ($($name:ident = $code:literal $level:ident $title:literal, $explanation:literal, $example:literal;)*) => {
        $(
            #[doc = $title]
            pub static $name: Rule = Rule {
                code: $code,
                level: crate::source::diagnostic::Level::$level,
                title: $title,
                explanation: $explanation,
                example: $example,
            };
        )*
        /// The rules of this subject, by code.
        pub static ALL: &[&Rule] = &[$(&$name),*];
    };
}

pub mod locale;
pub mod model;
pub mod openapi;
pub mod output;
pub mod overlay;
pub mod product;
pub mod reading;

/// Every rule, by subject and code.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [reading::ALL, openapi::ALL, overlay::ALL, product::ALL, model::ALL, output::ALL, locale::ALL]
        .into_iter()
        .flatten()
        .copied()
}

/// The rule of a code, if there is one.
#[must_use]
pub fn find(code: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.code == code)
}
