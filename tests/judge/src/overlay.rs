//! OpenAPI Overlay 1.0: actions that update or remove what a JSONPath (RFC 9535) selects.

use serde_json::Value;
use serde_json_path::{JsonPath, PathElement};

/// Applies the actions in order. An action that selects nothing is an error: it no longer says what it was written for.
pub(crate) fn apply(root: &mut Value, overlay: &Value) -> Result<(), String> {
    let actions = overlay.get("actions").and_then(Value::as_array).ok_or("`actions` is missing")?;
    for (index, action) in actions.iter().enumerate() {
        act(root, action).map_err(|message| format!("action {index}: {message}"))?;
    }
    Ok(())
}

fn act(root: &mut Value, action: &Value) -> Result<(), String> {
    let target = action.get("target").and_then(Value::as_str).ok_or("`target` is missing")?;
    let path = JsonPath::parse(target).map_err(|error| format!("{target}: {error}"))?;
    let mut places: Vec<Vec<Step>> =
        path.query_located(root).locations().map(|location| location.iter().map(Step::from).collect()).collect();
    if places.is_empty() {
        return Err(format!("{target} selects nothing"));
    }
    if action.get("remove").and_then(Value::as_bool) == Some(true) {
        // From the end, so that the indices of earlier elements stay true.
        places.sort();
        for place in places.iter().rev() {
            remove(root, place);
        }
    } else if let Some(update) = action.get("update") {
        for place in &places {
            if let Some(selected) = find(root, place) {
                merge(selected, update);
            }
        }
    } else {
        return Err("neither `update` nor `remove`".to_owned());
    }
    Ok(())
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Index(usize),
    Name(String),
}

impl From<&PathElement<'_>> for Step {
    fn from(element: &PathElement<'_>) -> Self {
        match element {
            PathElement::Name(name) => Self::Name((*name).to_owned()),
            PathElement::Index(index) => Self::Index(*index),
        }
    }
}

fn find<'v>(root: &'v mut Value, place: &[Step]) -> Option<&'v mut Value> {
    place.iter().try_fold(root, |value, step| match step {
        Step::Name(name) => value.get_mut(name),
        Step::Index(index) => value.get_mut(index),
    })
}

fn remove(root: &mut Value, place: &[Step]) {
    let Some((last, parents)) = place.split_last() else { return };
    match (last, find(root, parents)) {
        (Step::Name(name), Some(Value::Object(members))) => {
            members.remove(name);
        }
        (Step::Index(index), Some(Value::Array(elements))) if *index < elements.len() => {
            elements.remove(*index);
        }
        _ => {}
    }
}

/// Overlay 1.0, 4.4.3: objects merge member by member, an update is appended to an array, anything else is replaced.
fn merge(target: &mut Value, update: &Value) {
    match (target, update) {
        (Value::Object(members), Value::Object(updates)) => {
            for (key, update) in updates {
                match members.get_mut(key) {
                    Some(member) => merge_member(member, update),
                    None => {
                        members.insert(key.clone(), update.clone());
                    }
                }
            }
        }
        (Value::Array(elements), update) => elements.push(update.clone()),
        (target, update) => *target = update.clone(),
    }
}

fn merge_member(member: &mut Value, update: &Value) {
    match (member, update) {
        (Value::Array(elements), Value::Array(more)) => elements.extend(more.iter().cloned()),
        (member @ Value::Object(_), Value::Object(_)) => merge(member, update),
        (member, update) => *member = update.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_update_merges_objects_and_appends_to_arrays() {
        let mut root = json!({"a": {"b": 1, "list": [1]}});
        apply(&mut root, &json!({"actions": [{"target": "$.a", "update": {"c": 2, "list": [2]}}]})).unwrap();
        assert_eq!(root, json!({"a": {"b": 1, "c": 2, "list": [1, 2]}}));
    }

    #[test]
    fn a_removal_takes_every_selected_element() {
        let mut root = json!({"list": [1, 2, 3]});
        apply(&mut root, &json!({"actions": [{"target": "$.list[?@ > 1]", "remove": true}]})).unwrap();
        assert_eq!(root, json!({"list": [1]}));
    }

    #[test]
    fn an_action_that_selects_nothing_is_an_error() {
        let error = apply(&mut json!({}), &json!({"actions": [{"target": "$.x", "remove": true}]})).unwrap_err();
        assert_eq!(error, "action 0: $.x selects nothing");
    }
}
