//! Values of samples, neutral to any language's literals.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::Names;
use crate::model::{Api, Type, TypeKind};

/// A value that a sample sends. A language's macro `literal` turns it into that language's literal.
#[derive(Clone, Debug, Serialize)]
pub struct ValueView {
    /// `string`, `enum`, `number`, `boolean`, `null`, `array`, `object`, `variable` (of the environment), `local` (computed
    /// by the sample).
    pub kind: &'static str,
    /// The text of a scalar, the name of a variable.
    pub text: String,
    /// The items of an array.
    pub items: Vec<ValueView>,
    /// The members of an object.
    pub members: Vec<MemberView>,
    /// Whether it is a scalar, or an array of scalars: what fits on a line.
    pub flat: bool,
}

/// A named value: a member of an object, a parameter, a form field.
#[derive(Clone, Debug, Serialize)]
pub struct MemberView {
    /// Its name.
    pub name: Names,
    /// Its value.
    pub value: ValueView,
}

impl ValueView {
    fn scalar(kind: &'static str, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), items: Vec::new(), members: Vec::new(), flat: true }
    }

    /// Adds the variables of the environment that are in it.
    pub(super) fn add_variables(&self, names: &mut BTreeSet<String>) {
        if self.kind == "variable" {
            names.insert(self.text.clone());
        }
        self.items
            .iter()
            .chain(self.members.iter().map(|member| &member.value))
            .for_each(|value| value.add_variables(names));
    }

    /// An object.
    #[must_use]
    pub(super) fn object(members: Vec<MemberView>) -> Self {
        Self { kind: "object", text: String::new(), items: Vec::new(), flat: members.is_empty(), members }
    }

    /// A value of a type. `$NAME` and `$name` stand for variables of the environment and of the sample.
    #[must_use]
    pub(super) fn new(api: &Api, ty: &Type, value: &Value) -> Self {
        match value {
            Value::Null => Self::scalar("null", "null"),
            Value::Bool(value) => Self::scalar("boolean", value.to_string()),
            Value::Number(number) => Self::scalar("number", number.to_string()),
            Value::String(text) => match reference(api, text) {
                Some((kind, name)) => Self::scalar(kind, name),
                None if is_enum(api, ty) => Self::scalar("enum", text),
                None => Self::scalar("string", text),
            },
            Value::Array(items) => {
                let item_type = element(api, ty);
                let items: Vec<_> = items.iter().map(|item| Self::new(api, &item_type, item)).collect();
                let flat = items.iter().all(|item| item.flat && item.kind != "array" && item.kind != "object");
                Self { kind: "array", text: String::new(), items, members: Vec::new(), flat }
            }
            Value::Object(members) => Self::object(
                members
                    .iter()
                    .map(|(name, value)| MemberView {
                        name: Names::of_wire(name),
                        value: Self::new(api, &member(api, ty, name), value),
                    })
                    .collect(),
            ),
        }
    }

    /// As JSON, names of variables marked by their first character; none for what the sample computes.
    pub(super) fn json(&self, variable: impl Fn(&str) -> String + Copy) -> Option<Value> {
        Some(match self.kind {
            "local" => return None,
            "variable" => Value::String(variable(&self.text)),
            "array" => self.items.iter().filter_map(|item| item.json(variable)).collect(),
            "object" => Value::Object(
                self.members
                    .iter()
                    .filter_map(|one| Some((one.name.wire.clone(), one.value.json(variable)?)))
                    .collect(),
            ),
            "string" | "enum" => Value::String(self.text.clone()),
            // Numbers, booleans and null are written as JSON has them.
            _ => serde_json::from_str(&self.text).ok()?,
        })
    }

    /// The environment variables inside, in order.
    pub(super) fn variables<'a>(&'a self, found: &mut Vec<&'a str>) {
        if self.kind == "variable" {
            found.push(&self.text);
        }
        for value in self.items.iter().chain(self.members.iter().map(|member| &member.value)) {
            value.variables(found);
        }
    }
}

/// `$NAME` where product.toml declares such a variable, `$name` for a value computed before.
fn reference<'a>(api: &Api, text: &'a str) -> Option<(&'static str, &'a str)> {
    let name = text.strip_prefix('$')?;
    if api.product.skills.variables.keys().any(|known| known.get_ref() == name) {
        return Some(("variable", name));
    }
    let local = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    // Only product.toml can mean a variable: a document's own example with a dollar sign is text.
    (local && api.product.skills.uses(text)).then_some(("local", name))
}

fn is_enum(api: &Api, ty: &Type) -> bool {
    match ty {
        Type::Named(id) => match api.type_def(*id).map(|def| &def.kind) {
            Some(TypeKind::Enum(_)) => true,
            Some(TypeKind::Alias(alias)) if !alias.recursive => is_enum(api, &alias.ty),
            _ => false,
        },
        Type::Nullable(inner) => is_enum(api, inner),
        _ => false,
    }
}

fn element(api: &Api, ty: &Type) -> Type {
    match ty {
        Type::Array(item) => (**item).clone(),
        Type::Nullable(inner) => element(api, inner),
        Type::Named(id) => match api.type_def(*id).map(|def| &def.kind) {
            Some(TypeKind::Alias(alias)) if !alias.recursive => element(api, &alias.ty),
            _ => Type::Any,
        },
        _ => Type::Any,
    }
}

fn member(api: &Api, ty: &Type, wire: &str) -> Type {
    let Type::Named(id) = ty else { return Type::Any };
    match api.type_def(*id).map(|def| &def.kind) {
        Some(TypeKind::Struct(item)) => {
            item.fields.iter().find(|field| field.wire == wire).map_or(Type::Any, |field| field.ty.clone())
        }
        _ => Type::Any,
    }
}
