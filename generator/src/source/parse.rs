//! The lowered document as `openapiv3` types.

use indexmap::IndexMap;
use openapiv3::OpenAPI;

use super::diagnostic::{Diagnostic, Findings};
use super::lower::{Lowered, NODE_NUMBER};
use super::node::{Mapping, Node, Number, Value, pointer_token};
use super::rules::openapi as rules;

/// Stack for the deserialiser, whose frames are large and one per level of the document, in bytes.
const STACK: usize = 64 << 20;

/// Parses a lowered document.
///
/// Lowering leaves nothing behind that `openapiv3` refuses; should it refuse something after all, the finding names the
/// smallest part of the document it refuses.
pub fn parse(lowered: &Lowered, findings: &mut Findings) -> Option<OpenAPI> {
    match deserialize(&lowered.tree) {
        Ok(document) => Some(document),
        Err(error) => {
            let (place, pointer) = culprit(lowered);
            let message = format!("cannot be read as OpenAPI: {error}");
            findings.push(
                Diagnostic::new(&rules::NOT_PARSED, place, message).help(format!("the part at `{pointer}` is refused")),
            );
            None
        }
    }
}

/// The number of a parsed object: the index of what is known about it in [`Lowered::nodes`].
#[must_use]
pub fn node_number(extensions: &IndexMap<String, serde_json::Value>) -> Option<usize> {
    usize::try_from(extensions.get(NODE_NUMBER)?.as_u64()?).ok()
}

/// Deserialises on a thread of its own: the depth of the document is bounded, the caller's stack is not known.
fn deserialize(tree: &Node) -> Result<OpenAPI, String> {
    std::thread::scope(|scope| {
        let work = || serde_yaml::from_value::<OpenAPI>(yaml(tree)).map_err(|error| error.to_string());
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err("the reader failed".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    })
}

fn yaml(node: &Node) -> serde_yaml::Value {
    match &node.value {
        Value::Null => serde_yaml::Value::Null,
        Value::Boolean(value) => (*value).into(),
        Value::Number(Number::Signed(value)) => (*value).into(),
        Value::Number(Number::Unsigned(value)) => (*value).into(),
        Value::Number(Number::Float(value)) => (*value).into(),
        Value::Text(text) => text.as_str().into(),
        Value::Sequence(items) => serde_yaml::Value::Sequence(items.iter().map(yaml).collect()),
        Value::Mapping(mapping) => {
            serde_yaml::Value::Mapping(mapping.iter().map(|(key, member)| (key.into(), yaml(&member.node))).collect())
        }
    }
}

/// The smallest part of the document that is refused when all else is taken away: a path, a component, or the rest.
fn culprit(lowered: &Lowered) -> (super::place::Place, String) {
    let tree = &lowered.tree;
    let mut bare = tree.clone();
    let (mut paths, mut components) = (None, None);
    if let Some(mapping) = bare.as_mapping_mut() {
        paths =
            mapping.get_mut("paths").map(|node| std::mem::replace(&mut node.value, Value::Mapping(Mapping::default())));
        components = mapping.remove("components").map(|member| member.node.value);
    }
    if deserialize(&bare).is_err() {
        return (tree.place, String::new());
    }
    if let Some(Value::Mapping(paths)) = paths {
        for (path, member) in paths.iter() {
            if deserialize(&with(&bare, &["paths", path], &member.node)).is_err() {
                return (member.node.place, format!("/paths/{}", pointer_token(path)));
            }
        }
    }
    if let Some(Value::Mapping(components)) = components {
        for (kind, member) in components.iter() {
            for (name, member) in member.node.as_mapping().into_iter().flat_map(Mapping::iter) {
                if deserialize(&with(&bare, &["components", kind, name], &member.node)).is_err() {
                    return (member.node.place, format!("/components/{kind}/{}", pointer_token(name)));
                }
            }
        }
    }
    (tree.place, String::new())
}

/// A document with one node put in.
fn with(document: &Node, path: &[&str], node: &Node) -> Node {
    let Some((key, rest)) = path.split_first() else { return node.clone() };
    let mut copy = document.clone();
    let empty = Node::new(Value::Mapping(Mapping::default()), node.place);
    if let Some(mapping) = copy.as_mapping_mut() {
        let inner = with(mapping.get(key).unwrap_or(&empty), rest, node);
        mapping.insert(*key, node.place, inner);
    }
    copy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::check::fixture;

    #[test]
    fn what_is_refused_is_found_by_taking_away_the_rest() {
        let text = "{openapi: 3.0.3, info: {title: t, version: '1'}, paths: {/a: {}}, components: {schemas: {A: {}, B: {title: 5}}}}";
        let lowered = Lowered { tree: fixture::document(text), nodes: Vec::new(), mutual_tls: Default::default() };
        let mut findings = Findings::default();
        assert!(parse(&lowered, &mut findings).is_none());
        let finding = findings.iter().next().unwrap();
        assert_eq!(finding.help, ["the part at `/components/schemas/B` is refused"]);
        assert_eq!(finding.place, lowered.tree.pointer("/components/schemas/B").unwrap().place);
    }
}
