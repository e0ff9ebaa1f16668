//! The one file that knows `serde_yaml`: it feeds `openapiv3` and prints YAML. It reads nothing.

use serde_yaml::Value as Yaml;

use super::node::{Node, Number, Value};
use super::text::is_hidden;

/// A tree as the value that `serde_yaml` deserialises from; places are left behind.
#[must_use]
pub fn to_serde_yaml(node: &Node) -> Yaml {
    match &node.value {
        Value::Null => Yaml::Null,
        Value::Boolean(value) => Yaml::Bool(*value),
        Value::Number(Number::Signed(value)) => Yaml::Number((*value).into()),
        Value::Number(Number::Unsigned(value)) => Yaml::Number((*value).into()),
        Value::Number(Number::Float(value)) => Yaml::Number((*value).into()),
        Value::Text(text) => Yaml::String(text.clone()),
        Value::Sequence(items) => Yaml::Sequence(items.iter().map(to_serde_yaml).collect()),
        Value::Mapping(mapping) => Yaml::Mapping(
            mapping.iter().map(|(key, member)| (Yaml::String(key.to_owned()), to_serde_yaml(&member.node))).collect(),
        ),
    }
}

/// A tree as YAML text, in the order of its mappings, with a line break at the end.
///
/// Text that any reader of YAML 1.1 or 1.2 could take for something else is quoted: `serde_yaml` prints `no`, `<<`
/// and long hexadecimal numbers without quotes. Reading the result again gives the same tree.
#[must_use]
pub fn to_yaml(node: &Node) -> String {
    let mut printer = Printer { output: String::new() };
    printer.value(node, 0);
    printer.output.push('\n');
    printer.output
}

/// Readers need not look further than this for the `:` behind a key (YAML 1.2.2, section 7.4.3).
const LONGEST_KEY: usize = 1000;

struct Printer {
    output: String,
}

impl Printer {
    fn line(&mut self, indent: usize) {
        self.output.push('\n');
        self.output.extend(std::iter::repeat_n(' ', indent));
    }

    /// A value whose further lines are indented by `indent`.
    fn value(&mut self, node: &Node, indent: usize) {
        match &node.value {
            Value::Null => self.output.push_str("null"),
            Value::Boolean(value) => self.output.push_str(if *value { "true" } else { "false" }),
            Value::Number(Number::Signed(value)) => self.output.push_str(&value.to_string()),
            Value::Number(Number::Unsigned(value)) => self.output.push_str(&value.to_string()),
            // Debug, not Display: it keeps the `.0` that makes it a float.
            Value::Number(Number::Float(value)) => self.output.push_str(&format!("{value:?}")),
            Value::Text(text) if is_block(text) => self.block(text, indent.max(2)),
            Value::Text(text) => self.output.push_str(&scalar(text)),
            Value::Sequence(items) if items.is_empty() => self.output.push_str("[]"),
            Value::Sequence(items) => {
                for (position, item) in items.iter().enumerate() {
                    if position > 0 {
                        self.line(indent);
                    }
                    self.output.push_str("- ");
                    self.value(item, indent + 2);
                }
            }
            Value::Mapping(mapping) if mapping.is_empty() => self.output.push_str("{}"),
            Value::Mapping(mapping) => {
                for (position, (key, member)) in mapping.iter().enumerate() {
                    if position > 0 {
                        self.line(indent);
                    }
                    self.member(key, &member.node, indent);
                }
            }
        }
    }

    fn member(&mut self, key: &str, node: &Node, indent: usize) {
        let key = scalar(key);
        if key.len() > LONGEST_KEY {
            self.output.push_str("? ");
            self.output.push_str(&key);
            self.line(indent);
        } else {
            self.output.push_str(&key);
        }
        self.output.push(':');
        let nested = match &node.value {
            Value::Sequence(items) => !items.is_empty(),
            Value::Mapping(mapping) => !mapping.is_empty(),
            _ => false,
        };
        if nested {
            self.line(indent + 2);
        } else {
            self.output.push(' ');
        }
        self.value(node, indent + 2);
    }

    /// Text of several lines, as they are (YAML 1.2.2, section 8.1.2).
    fn block(&mut self, text: &str, indent: usize) {
        let content = text.strip_suffix('\n');
        self.output.push_str(if content.is_some() { "|" } else { "|-" });
        for line in content.unwrap_or(text).split('\n') {
            if line.is_empty() {
                self.output.push('\n');
            } else {
                self.line(indent);
                self.output.push_str(line);
            }
        }
    }
}

/// Whether text can stand as a literal block without an indentation indicator and without lost line breaks.
fn is_block(text: &str) -> bool {
    let plain = |character: char| character == '\n' || !is_hidden(character);
    text.trim_end_matches('\n').contains('\n')
        && !text.ends_with("\n\n")
        && !text.starts_with([' ', '\n'])
        && text.split('\n').all(|line| line.is_empty() || !line.trim().is_empty())
        && text.chars().all(plain)
}

/// Text on one line, in the lightest quotes that keep it.
fn scalar(text: &str) -> String {
    if text.chars().any(is_hidden) {
        let mut quoted = String::from("\"");
        for character in text.chars() {
            match character {
                '"' | '\\' => quoted.extend(['\\', character]),
                '\n' => quoted.push_str("\\n"),
                '\t' => quoted.push_str("\\t"),
                '\r' => quoted.push_str("\\r"),
                _ if is_hidden(character) => quoted.push_str(&format!("\\U{:08X}", u32::from(character))),
                _ => quoted.push(character),
            }
        }
        quoted.push('"');
        quoted
    } else if is_plain(text) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// Whether every reader takes text without quotes for that text. Whatever could be a number or a date is not.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 10] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan"];
    text.starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | '/' | '(' | '$' | '^'))
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::diagnostic::Findings;
    use crate::source::node::Mapping;
    use crate::source::place::{FileId, Files, Place};
    use crate::source::read::{Format, read_text};

    const NOWHERE: Place = Place { file: FileId(0), start: 0, end: 0 };

    /// The tree of a text that has no finding, not even a warning.
    fn read(text: &str) -> Node {
        let mut findings = Findings::default();
        let node = read_text("it", text.as_bytes(), Format::Yaml, &mut Files::default(), &mut findings);
        assert!(findings.is_empty(), "{text:?}: {findings:?}");
        node.unwrap()
    }

    #[test]
    fn a_tree_is_printed_in_its_order() {
        let node = read(
            "b: {d: [1, 1.0, '1', ~], c: |\n  one\n  two\n}\n"
                .replace("|\n  one\n  two\n", "\"one\\ntwo\\n\"")
                .as_str(),
        );
        assert_eq!(to_yaml(&node), "b:\n  d:\n    - 1\n    - 1.0\n    - '1'\n    - null\n  c: |\n    one\n    two\n");
    }

    #[test]
    fn text_is_quoted_where_a_reader_could_take_it_for_something_else() {
        for text in
            ["no", "Y", "<<", "0xaaaaaaaaaaaaaaaaaaaaaaaa", "2026-01-01", "1.0.0", "12:30", "a: b", "a #b", "@a", "-"]
        {
            assert_eq!(to_yaml(&Node::text(text, NOWHERE)), format!("'{text}'\n"));
        }
        for text in ["none", "a:b", "a#b", "/v2/x/{id}", "it's", "$ref", "é"] {
            assert_eq!(to_yaml(&Node::text(text, NOWHERE)), format!("{text}\n"));
        }
        assert_eq!(to_yaml(&Node::text("a\u{1b}\n\"", NOWHERE)), "\"a\\U0000001B\\n\\\"\"\n");
    }

    #[test]
    fn a_long_key_is_marked_as_one() {
        let key = "k".repeat(5000);
        let node = read(&format!("? {key}\n: [1]\n"));
        assert!(read(&to_yaml(&node)).same(&node));
    }

    #[test]
    fn the_ends_of_the_integers_survive() {
        for text in ["18446744073709551615\n", "-9223372036854775808\n"] {
            assert_eq!(to_yaml(&read(text)), text);
        }
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[a-c \\n]{0,12}",
            "[a-z0-9:#'\"\\[{&*!|>%@ \n\t-]{0,12}",
            Just("yes".to_owned()),
            Just("012".to_owned()),
            Just("0x1".to_owned()),
            Just("1e3".to_owned()),
            Just("~".to_owned()),
            Just(".inf".to_owned()),
            Just("<<".to_owned()),
            Just("---".to_owned()),
            Just("12:30".to_owned()),
            Just(String::new()),
            Just("\u{85}\u{2028}\u{feff}\r".to_owned()),
        ]
    }

    fn tree() -> impl Strategy<Value = Node> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Boolean),
            any::<i64>().prop_map(|value| Value::Number(Number::Signed(value))),
            (i64::MAX as u64 + 1..).prop_map(|value| Value::Number(Number::Unsigned(value))),
            proptest::num::f64::NORMAL.prop_map(|value| Value::Number(Number::Float(value))),
            text().prop_map(Value::Text),
        ];
        leaf.prop_map(|value| Node::new(value, NOWHERE)).prop_recursive(4, 30, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5)
                    .prop_map(|items| Node::new(Value::Sequence(items), NOWHERE)),
                proptest::collection::vec((text(), inner), 0..5).prop_map(|members| {
                    let mut mapping = Mapping::default();
                    for (key, node) in members.into_iter() {
                        mapping.insert(key, NOWHERE, node);
                    }
                    Node::new(Value::Mapping(mapping), NOWHERE)
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_as_the_same_tree(node in tree()) {
            let text = to_yaml(&node);
            prop_assert!(read(&text).same(&node), "{}", text);
        }
    }
}
