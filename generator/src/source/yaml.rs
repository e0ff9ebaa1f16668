//! The one file that knows `serde_yaml`: it feeds `openapiv3` and prints YAML. It reads nothing.

use serde_yaml::Value as Yaml;

use super::node::{Node, Number, Value};

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
/// Reading it again gives the same tree, but for a key that is the text `<<`: the printer does not quote it.
#[must_use]
pub fn to_yaml(node: &Node) -> String {
    // A tree of texts, numbers, lists and mappings always has a form in YAML.
    serde_yaml::to_string(&to_serde_yaml(node)).unwrap_or_default()
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

    fn read(text: &str) -> Node {
        let mut findings = Findings::default();
        let node = read_text("it", text.as_bytes(), Format::Yaml, &mut Files::default(), &mut findings);
        node.unwrap_or_else(|| panic!("{text:?}: {findings:?}"))
    }

    #[test]
    fn a_tree_is_printed_in_its_order() {
        let node = read(
            "b: {d: [1, 1.0, '1', ~], c: |\n  one\n  two\n}\n"
                .replace("|\n  one\n  two\n", "\"one\\ntwo\\n\"")
                .as_str(),
        );
        assert_eq!(to_yaml(&node), "b:\n  d:\n  - 1\n  - 1.0\n  - '1'\n  - null\n  c: |\n    one\n    two\n");
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
                    for (key, node) in members.into_iter().filter(|(key, _)| key != "<<") {
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
