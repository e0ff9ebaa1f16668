//! Documents for tests.

use crate::source::node::{Mapping, Node, Number, Value};
use crate::source::place::{FileId, Place};

/// A document from YAML; every node has a place of its own, in the order of the text.
pub(crate) fn document(text: &str) -> Node {
    node(&serde_yaml::from_str(text).unwrap(), &mut 0)
}

fn node(value: &serde_yaml::Value, next: &mut u32) -> Node {
    use serde_yaml::Value as Yaml;
    let place = step(next);
    let value = match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Boolean(*value),
        Yaml::Number(number) => Value::Number(match (number.as_i64(), number.as_u64()) {
            (Some(value), _) => Number::Signed(value),
            (None, Some(value)) => Number::Unsigned(value),
            _ => Number::Float(number.as_f64().unwrap()),
        }),
        Yaml::String(text) => Value::Text(text.clone()),
        Yaml::Sequence(items) => Value::Sequence(items.iter().map(|item| node(item, next)).collect()),
        Yaml::Mapping(map) => {
            let mut mapping = Mapping::default();
            for (key, value) in map {
                let key_place = step(next);
                let key =
                    key.as_str().map_or_else(|| serde_yaml::to_string(key).unwrap().trim().to_owned(), str::to_owned);
                mapping.insert(key, key_place, node(value, next));
            }
            Value::Mapping(mapping)
        }
        Yaml::Tagged(_) => panic!("tags are not for documents"),
    };
    Node::new(value, place)
}

fn step(next: &mut u32) -> Place {
    *next += 1;
    Place { file: FileId(0), start: *next, end: *next }
}

/// The text of a document beside the repository, if it is there.
pub(crate) fn upstream(path: &str) -> Option<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    ["..", "../.."].iter().find_map(|up| std::fs::read_to_string(root.join(up).join("shared/upstream").join(path)).ok())
}
