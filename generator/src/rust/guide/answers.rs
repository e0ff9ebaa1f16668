//! What the script of a program answers in place of the server.

use serde_json::{Map, Value, json};

use crate::model::{Encoding, Field, Operation, Output, Status, Type, TypeKind};
use crate::rust::context::Context;

/// Structs within structs that an answer has beyond those of the example.
const DEPTH: usize = 6;
/// Members that an answer has beyond those of the example: members that fork must not make it grow without end.
const MOST: usize = 100;

/// A success that a script can tell: nothing, or JSON.
pub(super) struct Answer {
    pub(super) status: u16,
    /// What must be there and what the document has examples of. Of a list it is the only page.
    pub(super) body: Option<Value>,
}

/// How the server answers when all is well.
pub(super) fn answer(cx: &Context<'_>, operation: &Operation) -> Option<Answer> {
    let response = operation.responses.iter().find(|response| response.status.is_success())?;
    let status = match response.status {
        Status::Code(code) => code,
        Status::Class(class) => u16::from(class) * 100,
        Status::Default => 200,
    };
    match operation.output {
        Output::Nothing => return Some(Answer { status, body: None }),
        Output::Value { .. } | Output::Page { .. } => {}
        _ => return None,
    }
    let media = response.media.iter().find(|media| media.encoding == Encoding::Json)?;
    let mut body = Enrich { cx, left: MOST }.value(&media.ty, &media.example, DEPTH);
    if let (Output::Page { .. }, Some(pagination)) = (&operation.output, &operation.pagination) {
        let facts = [&pagination.meta_number, &pagination.meta_pages].into_iter().flatten();
        for path in facts.filter(|path| is_number(cx, &media.ty, path)) {
            set(&mut body, path, pagination.first);
        }
    }
    Some(Answer { status, body: Some(body) })
}

impl Answer {
    /// The status and the body as text, with these members in place of its own of the same names.
    pub(super) fn text(&self, members: Map<String, Value>) -> (u16, String) {
        let body = match self.body.clone() {
            Some(Value::Object(own)) => Value::Object(own.into_iter().chain(members).collect()).to_string(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        (self.status, body)
    }
}

/// Adds to examples what the document has examples of.
struct Enrich<'a> {
    cx: &'a Context<'a>,
    /// Members that may still be added.
    left: usize,
}

impl Enrich<'_> {
    /// A value of a type; what is not a struct or a list of them is as the example has it.
    fn value(&mut self, ty: &Type, example: &Value, depth: usize) -> Value {
        let Some(depth) = depth.checked_sub(1) else { return example.clone() };
        match (self.cx.resolve(ty), example) {
            (Type::Array(item), Value::Array(items)) if !items.is_empty() => {
                items.iter().map(|example| self.value(&item, example, depth)).collect()
            }
            (Type::Array(item), _) if is_struct(self.cx, &item) => vec![self.value(&item, &Value::Null, depth)].into(),
            (Type::Named(id), example) => match self.cx.api.type_def(id).map(|def| &def.kind) {
                Some(TypeKind::Struct(of)) => self.members(&of.fields, example, depth),
                _ => example.clone(),
            },
            _ => example.clone(),
        }
    }

    fn members(&mut self, fields: &[Field], example: &Value, depth: usize) -> Value {
        let mut members = Map::new();
        for field in fields.iter().filter(|field| is_shown(self.cx, field)) {
            let given = example.get(&field.wire);
            if let Some(left) = self.left.checked_sub(1) {
                self.left = left;
                let value = self.value(&field.ty, given.unwrap_or(&field.example), depth);
                members.insert(field.wire.clone(), value);
            } else if field.required || given.is_some() {
                members.insert(field.wire.clone(), given.unwrap_or(&field.example).clone());
            }
        }
        Value::Object(members)
    }
}

fn is_shown(cx: &Context<'_>, field: &Field) -> bool {
    let leads_on = match cx.resolve(&field.ty) {
        Type::Array(item) => is_struct(cx, &item),
        ty => is_struct(cx, &ty),
    };
    field.required || !field.write_only && !field.deprecated && (field.example_given || leads_on)
}

fn is_struct(cx: &Context<'_>, ty: &Type) -> bool {
    cx.definition(ty).is_some_and(|(_, def)| matches!(def.kind, TypeKind::Struct(_)))
}

/// Whether a path of members leads to a whole number.
fn is_number(cx: &Context<'_>, ty: &Type, path: &[String]) -> bool {
    let Some((name, rest)) = path.split_first() else { return matches!(cx.resolve(ty), Type::Integer(_)) };
    let Some((_, def)) = cx.definition(ty) else { return false };
    let TypeKind::Struct(of) = &def.kind else { return false };
    of.fields.iter().any(|field| field.wire == *name && is_number(cx, &field.ty, rest))
}

/// Sets the number that a path of members leads to.
fn set(value: &mut Value, path: &[String], number: i64) {
    let Some((name, rest)) = path.split_first() else {
        *value = number.into();
        return;
    };
    if let Value::Object(members) = value {
        set(members.entry(name).or_insert_with(|| json!({})), rest, number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_set_where_a_path_leads() {
        let mut value = json!({"data": []});
        set(&mut value, &["meta".to_owned(), "page".to_owned()], 1);
        assert_eq!(value, json!({"data": [], "meta": {"page": 1}}));
    }

    #[test]
    fn given_members_take_the_place_of_own_ones() {
        let members = json!({"b": 3, "c": 4}).as_object().cloned().unwrap_or_default();
        let answer = Answer { status: 201, body: Some(json!({"a": 1, "b": 2})) };
        assert_eq!(answer.text(members), (201, json!({"a": 1, "b": 3, "c": 4}).to_string()));
    }
}
