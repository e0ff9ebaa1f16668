//! Lists: filters, and one page of what is left.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// How many objects a page holds if the request does not say.
const SIZE: usize = 20;

/// Puts the objects that a query asks for into the body of a list.
pub(super) fn fill<'o>(
    body: &mut Value,
    objects: impl Iterator<Item = &'o Value>,
    query: &BTreeMap<String, String>,
    names: &BTreeMap<String, String>,
) {
    let filters: Vec<Filter<'_>> = query.iter().filter_map(|(name, value)| Filter::of(name, value)).collect();
    let kept: Vec<&Value> = objects.filter(|object| filters.iter().all(|filter| filter.keeps(object))).collect();
    let asked = |key: &str| names.get(key).and_then(|name| query.get(name)?.parse::<usize>().ok());
    let size = asked("size").unwrap_or(SIZE).max(1);
    let number = asked("number").unwrap_or(1).max(1);
    let shown = kept.iter().skip(size.saturating_mul(number - 1)).take(size);
    let list = match &mut *body {
        Value::Object(object) => object.values_mut().find(|value| value.is_array()),
        other => Some(other),
    };
    if let Some(list) = list {
        *list = shown.map(|object| (*object).clone()).collect();
    }
    let totals = [("number", number), ("size", size), ("pages", kept.len().div_ceil(size)), ("total", kept.len())];
    for (key, value) in totals {
        let place = names.get(&format!("meta_{key}")).map(|path| format!("/{}", path.replace('.', "/")));
        if let Some(member) = place.and_then(|pointer| body.pointer_mut(&pointer)) {
            *member = json!(value);
        }
    }
}

/// `filter[member]=value`, or `filter[member][contains]=value`.
struct Filter<'q> {
    member: &'q str,
    is_part: bool,
    value: &'q str,
}

impl<'q> Filter<'q> {
    fn of(name: &'q str, value: &'q str) -> Option<Self> {
        let (member, rest) = name.strip_prefix("filter[")?.split_once(']')?;
        Some(Self { member, is_part: rest == "[contains]", value })
    }

    fn keeps(&self, object: &Value) -> bool {
        match object.get(self.member) {
            Some(Value::String(text)) if self.is_part => text.contains(self.value),
            Some(Value::String(text)) => text == self.value,
            Some(Value::Array(items)) => items.iter().any(|item| item == self.value),
            Some(Value::Null) | None => false,
            Some(other) => serde_json::to_string(other).is_ok_and(|text| text == self.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(query: &[(&str, &str)]) -> Value {
        let objects: Vec<Value> =
            (1..=5).map(|number| json!({"name": format!("no {number}"), "odd": number % 2 == 1})).collect();
        let names = [("number", "page"), ("size", "size"), ("meta_pages", "meta.pages"), ("meta_total", "meta.total")];
        let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let mut body = json!({"data": [{}], "meta": {"pages": 9, "total": 9}});
        fill(&mut body, objects.iter(), &map(query), &map(&names));
        body
    }

    #[test]
    fn a_page_holds_what_it_should_and_says_how_many_there_are() {
        let body = filled(&[("page", "2"), ("size", "2")]);
        assert_eq!(body["data"], json!([{"name": "no 3", "odd": true}, {"name": "no 4", "odd": false}]));
        assert_eq!(body["meta"], json!({"pages": 3, "total": 5}));
        assert_eq!(filled(&[("page", "18446744073709551615"), ("size", "2")])["data"], json!([]));
    }

    #[test]
    fn filters_compare_whole_or_in_part() {
        assert_eq!(filled(&[("filter[odd]", "true")])["meta"]["total"], 3);
        assert_eq!(filled(&[("filter[name]", "no 3")])["meta"]["total"], 1);
        assert_eq!(filled(&[("filter[name]", "no")])["meta"]["total"], 0);
        assert_eq!(filled(&[("filter[name][contains]", "no")])["meta"]["total"], 5);
    }
}
