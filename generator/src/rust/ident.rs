//! Names of the model as identifiers of Rust: the one place where they are made.

use proc_macro2::{Ident, Span};

use crate::model::Name;

/// What an identifier is for: decides its case and what it must not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Usage {
    /// A struct, enum or alias.
    Type,
    /// A variant of an enum.
    Variant,
    /// A field.
    Field,
    /// A method of a struct that sets a field by value.
    Setter,
    /// A method that performs an operation.
    Method,
    /// A method of the client that gives a resource.
    Accessor,
    /// An argument of a method.
    Argument,
    /// A module.
    Module,
    /// A static.
    Static,
}

/// The identifier of a name: ASCII, at most 65 characters, never a keyword. Total.
///
/// What may not be used as it is gets a `_` at its end, or something in front of a digit. No name ends or begins with `_` by
/// itself, so two names that differ stay different.
pub(crate) fn ident(name: &Name, usage: Usage) -> Ident {
    let bounded = if name.snake().len() > LONGEST { name.clone().bounded() } else { name.clone() };
    let mut text = match usage {
        Usage::Type | Usage::Variant => bounded.pascal(),
        Usage::Static => bounded.screaming(),
        _ => bounded.snake(),
    };
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        let only_digits = text.bytes().all(|byte| byte == b'_' || byte.is_ascii_digit());
        text = match usage {
            // The type of the same name is exported beside the module.
            Usage::Module => format!("_{text}_"),
            Usage::Type | Usage::Variant | Usage::Static => format!("_{text}"),
            // Clippy wants a letter in what may be an argument.
            _ if only_digits => format!("n{text}_"),
            _ => format!("_{text}"),
        };
    }
    if KEYWORDS.contains(&text.as_str()) || reserved(usage).contains(&text.as_str()) {
        text.push('_');
    }
    Ident::new(&text, Span::call_site())
}

const LONGEST: usize = 63;

fn reserved(usage: Usage) -> &'static [&'static str] {
    match usage {
        Usage::Type => PRELUDE,
        Usage::Variant => &["Unknown"],
        Usage::Setter => SETTERS,
        Usage::Method => METHODS,
        Usage::Accessor => ACCESSORS,
        Usage::Argument => ARGUMENTS,
        Usage::Module => &["resources", "secrets", "types"],
        Usage::Field | Usage::Static => &[],
    }
}

/// Strict and reserved keywords of the edition 2024.
const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
    "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// What every module sees without importing it, and the traits generated code derives.
const PRELUDE: &[&str] = &[
    "AsMut",
    "AsRef",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Deserialize",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Hash",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Serialize",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];

/// Methods of traits that a setter of the same name would hide, or that clippy would take for one of theirs.
const SETTERS: &[&str] = &[
    "add",
    "apply",
    "as_mut",
    "as_ref",
    "bitand",
    "bitor",
    "bitxor",
    "borrow",
    "borrow_mut",
    "clone",
    "clone_from",
    "clone_into",
    "cmp",
    "default",
    "deref",
    "deref_mut",
    "div",
    "drop",
    "eq",
    "fmt",
    "from",
    "from_iter",
    "from_str",
    "hash",
    "index",
    "index_mut",
    "into",
    "into_iter",
    "mul",
    "ne",
    "neg",
    "new",
    "next",
    "not",
    "partial_cmp",
    "rem",
    "shl",
    "shr",
    "sub",
    "to_owned",
    "to_string",
    "try_from",
    "try_into",
    "type_id",
    "wire",
];

/// Methods of traits that every resource has, and what clippy takes for a constructor.
const METHODS: &[&str] = &[
    "borrow",
    "borrow_mut",
    "clone",
    "clone_from",
    "clone_into",
    "fmt",
    "from",
    "into",
    "new",
    "to_owned",
    "try_from",
    "try_into",
    "type_id",
];

/// Names of the client's own methods.
const ACCESSORS: &[&str] = &[
    "base_url",
    "borrow",
    "borrow_mut",
    "builder",
    "clone",
    "clone_from",
    "clone_into",
    "clock",
    "config",
    "credentials",
    "execute",
    "fmt",
    "from",
    "from_env",
    "inner",
    "into",
    "new",
    "options",
    "request",
    "retry",
    "send",
    "timeout",
    "to_owned",
    "transport",
    "try_from",
    "try_into",
    "type_id",
    "with_credentials",
    "with_options",
];

/// Names that generated methods use themselves.
const ARGUMENTS: &[&str] = &["body", "client", "params", "request", "required", "response"];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Splitter;

    const USAGES: [Usage; 9] = [
        Usage::Type,
        Usage::Variant,
        Usage::Field,
        Usage::Setter,
        Usage::Method,
        Usage::Accessor,
        Usage::Argument,
        Usage::Module,
        Usage::Static,
    ];

    fn text(name: &str, usage: Usage) -> String {
        ident(&Splitter::default().name(name), usage).to_string()
    }

    #[test]
    fn keywords_and_names_of_the_prelude_get_a_suffix() {
        assert_eq!(text("use", Usage::Field), "use_");
        assert_eq!(text("type", Usage::Method), "type_");
        assert_eq!(text("self", Usage::Type), "Self_");
        assert_eq!(text("option", Usage::Type), "Option_");
        assert_eq!(text("unknown", Usage::Variant), "Unknown_");
        assert_eq!(text("clone", Usage::Setter), "clone_");
        assert_eq!(text("mod", Usage::Module), "mod_");
        assert_eq!(text("option", Usage::Field), "option");
    }

    #[test]
    fn a_digit_does_not_begin_an_identifier() {
        assert_eq!(text("10dlc", Usage::Field), "_10dlc");
        assert_eq!(text("1", Usage::Variant), "_1");
        assert_eq!(text("2fa", Usage::Static), "_2FA");
        assert_eq!(text("2fa", Usage::Module), "_2fa_");
        assert_eq!(text("1.0", Usage::Argument), "n1_0_");
        assert_ne!(text("n1.0", Usage::Argument), text("1.0", Usage::Argument));
    }

    #[test]
    fn a_name_of_three_hundred_characters_is_cut() {
        let long = "word_".repeat(60);
        assert!(text(&long, Usage::Type).len() <= 65);
        assert_ne!(text(&format!("{long}a"), Usage::Type), text(&format!("{long}b"), Usage::Type));
    }

    proptest! {
        #[test]
        fn any_text_gives_an_identifier_that_syn_reads(name in any::<String>()) {
            for usage in USAGES {
                let text = text(&name, usage);
                prop_assert!(text.is_ascii() && text.len() <= 65);
                prop_assert!(syn::parse_str::<syn::Ident>(&text).is_ok(), "{}", text);
            }
        }

        #[test]
        fn different_names_stay_different(one in "[a-zA-Z0-9_]{1,80}", other in "[a-zA-Z0-9_]{1,80}") {
            let splitter = Splitter::default();
            let (one, other) = (splitter.name(&one), splitter.name(&other));
            prop_assume!(one != other);
            for usage in [Usage::Field, Usage::Setter, Usage::Argument, Usage::Module] {
                prop_assert_ne!(ident(&one, usage), ident(&other, usage));
            }
        }
    }
}
