//! Examples: one value per schema, the document's own where it gives one that fits, else made up.

use serde_json::{Map, Value, json};

use crate::model::{Api, Constraints, Field, Name, Struct, Type, TypeId, TypeKind};

/// How deep made-up values nest before optional things are left out and lists stay empty.
const DEEPEST: usize = 8;

/// Values an example may hold: a required member of a required member doubles with every level.
const LARGEST: usize = 1_000;

/// Fills in every example of the model.
pub(super) fn fill(api: &mut Api) {
    let mut made = Maker { api, done: vec![None; api.types.len()], open: Vec::new(), left: LARGEST };
    let types: Vec<Value> = (0..api.types.len()).map(|index| made.named(TypeId(index))).collect();
    let fields: Vec<Vec<Value>> = api
        .types
        .iter()
        .map(|definition| match &definition.kind {
            TypeKind::Struct(object) => object.fields.iter().map(|field| made.field(field)).collect(),
            _ => Vec::new(),
        })
        .collect();
    let mut parameters = Vec::new();
    let mut media = Vec::new();
    for operation in &api.operations {
        for parameter in &operation.parameters {
            let given = parameter.example_given.then_some(&parameter.example);
            let value =
                made.value(&parameter.ty, &parameter.constraints, &parameter.name, given, parameter.constant.as_ref());
            parameters.push(value);
        }
        let bodies = operation.body.iter().flat_map(|body| &body.media);
        for body in bodies.chain(operation.responses.iter().flat_map(|response| &response.media)) {
            let given = body.examples.first().map(|(_, value)| value);
            media.push(made.value(&body.ty, &Constraints::default(), &operation.name, given, None));
        }
    }
    for ((definition, example), fields) in api.types.iter_mut().zip(types).zip(fields) {
        definition.example = example;
        if let TypeKind::Struct(object) = &mut definition.kind {
            for (field, example) in object.fields.iter_mut().zip(fields) {
                field.example = example;
            }
        }
    }
    let mut parameters = parameters.into_iter();
    let mut media = media.into_iter();
    for operation in &mut api.operations {
        for (parameter, example) in operation.parameters.iter_mut().zip(&mut parameters) {
            parameter.example = example;
        }
        let bodies = operation.body.iter_mut().flat_map(|body| &mut body.media);
        for (body, example) in
            bodies.chain(operation.responses.iter_mut().flat_map(|response| &mut response.media)).zip(&mut media)
        {
            body.example = example;
        }
    }
}

/// Makes values up.
struct Maker<'a> {
    api: &'a Api,
    /// Examples that are done, and how many values each holds.
    done: Vec<Option<(Value, usize)>>,
    open: Vec<TypeId>,
    /// Values that the present example may still hold.
    left: usize,
}

impl Maker<'_> {
    /// A value of a named type; `null` inside itself, and where the example is large enough.
    fn named(&mut self, id: TypeId) -> Value {
        if self.open.is_empty() {
            self.left = LARGEST;
        }
        if let Some((done, size)) = self.done.get(id.0).and_then(Option::as_ref) {
            let Some(left) = self.left.checked_sub(*size) else { return Value::Null };
            self.left = left;
            return done.clone();
        }
        let Some(definition) = self.api.type_def(id) else { return Value::Null };
        if self.open.contains(&id) || self.open.len() >= DEEPEST || self.left == 0 {
            return Value::Null;
        }
        self.open.push(id);
        let given = Some(&definition.example).filter(|example| !example.is_null());
        let value = match (&definition.kind, given) {
            (TypeKind::Struct(_), Some(given @ Value::Object(_))) => given.clone(),
            (TypeKind::Struct(object), _) => self.object(object),
            (TypeKind::Enum(list), _) => {
                let known = given.filter(|given| list.values.iter().any(|value| given.as_str() == Some(&value.wire)));
                known
                    .cloned()
                    .or_else(|| list.values.first().map(|value| value.wire.as_str().into()))
                    .unwrap_or(Value::Null)
            }
            (TypeKind::Union(_), Some(given)) => given.clone(),
            (TypeKind::Union(union), None) => {
                let variant = union.variants.iter().find(|variant| !variant.boxed).or(union.variants.first());
                match variant {
                    Some(variant) => self.value(&variant.ty, &Constraints::default(), &variant.name, None, None),
                    None => Value::Null,
                }
            }
            (TypeKind::Alias(alias), given) => self.value(&alias.ty, &alias.constraints, &definition.name, given, None),
        };
        self.open.pop();
        // What was cut short inside another type is no example of its own.
        if let Some(slot) = self.done.get_mut(id.0).filter(|_| self.open.is_empty()) {
            *slot = Some((value.clone(), LARGEST - self.left));
        }
        value
    }

    /// The required members, and the optional ones the document gives an example of.
    fn object(&mut self, object: &Struct) -> Value {
        let mut members = Map::new();
        for field in &object.fields {
            if field.credential.is_some() || !(field.required || field.example_given) {
                continue;
            }
            members.insert(field.wire.clone(), self.field(field));
        }
        Value::Object(members)
    }

    fn field(&mut self, field: &Field) -> Value {
        let given = field.example_given.then_some(&field.example);
        self.value(&field.ty, &field.constraints, &field.name, given, field.constant.as_ref())
    }

    fn value(
        &mut self,
        ty: &Type,
        constraints: &Constraints,
        name: &Name,
        given: Option<&Value>,
        constant: Option<&Value>,
    ) -> Value {
        self.left = self.left.saturating_sub(1);
        if let Some(constant) = constant {
            return constant.clone();
        }
        if let Some(given) = given.filter(|given| self.fits(ty, given)) {
            return given.clone();
        }
        if let Some(allowed) = constraints.allowed.first() {
            return allowed.clone();
        }
        match ty {
            Type::Any => json!({}),
            Type::Boolean => json!(true),
            Type::Integer(_) => integer(constraints),
            Type::Number(_) => {
                constraints.minimum.as_ref().map_or_else(|| json!(1.5), |(bound, _)| Value::Number(bound.clone()))
            }
            Type::Text | Type::Binary | Type::File => Value::String(text(constraints, name)),
            Type::Timestamp => json!("2026-01-31T12:00:00Z"),
            Type::Secret(_) => Value::String(sized(&format!("example-{}", name.kebab()), constraints)),
            Type::Array(item) => {
                let item_name = name.singular().unwrap_or_else(|| name.clone());
                let item = if self.open.len() < DEEPEST {
                    self.value(item, &Constraints::default(), &item_name, None, None)
                } else {
                    Value::Null
                };
                if item.is_null() { json!([]) } else { json!([item]) }
            }
            Type::Map(_) => json!({}),
            Type::Nullable(inner) => self.value(inner, constraints, name, None, None),
            Type::Named(id) => self.named(*id),
        }
    }

    /// Whether a given example is of the type at all.
    fn fits(&self, ty: &Type, given: &Value) -> bool {
        match ty {
            Type::Any => true,
            Type::Boolean => given.is_boolean(),
            Type::Integer(_) => given.is_i64() || given.is_u64(),
            Type::Number(_) => given.is_number(),
            Type::Text | Type::Binary | Type::File | Type::Timestamp | Type::Secret(_) => given.is_string(),
            Type::Array(item) => given.as_array().is_some_and(|items| items.iter().all(|value| self.fits(item, value))),
            Type::Map(values) => {
                given.as_object().is_some_and(|map| map.values().all(|value| self.fits(values, value)))
            }
            Type::Nullable(inner) => given.is_null() || self.fits(inner, given),
            Type::Named(id) => match self.api.type_def(*id).map(|definition| &definition.kind) {
                Some(TypeKind::Enum(list)) => list.values.iter().any(|value| given.as_str() == Some(&value.wire)),
                Some(TypeKind::Alias(alias)) if !alias.recursive => self.fits(&alias.ty, given),
                Some(TypeKind::Struct(_)) => given.is_object(),
                _ => true,
            },
        }
    }
}

fn integer(constraints: &Constraints) -> Value {
    if let Some((bound, exclusive)) = &constraints.minimum {
        let step = i64::from(*exclusive);
        return bound
            .as_i64()
            .and_then(|bound| bound.checked_add(step))
            .map_or_else(|| Value::Number(bound.clone()), Value::from);
    }
    match constraints.maximum.as_ref().and_then(|(bound, _)| bound.as_i64()) {
        Some(bound) if bound < 1 => json!(bound),
        _ => json!(1),
    }
}

/// Text of a format, or one that says what it stands for.
fn text(constraints: &Constraints, name: &Name) -> String {
    let fixed = match constraints.format.as_deref() {
        Some("uuid") => "550e8400-e29b-41d4-a716-446655440000",
        Some("date") => "2026-01-31",
        Some("date-time") => "2026-01-31T12:00:00Z",
        Some("time") => "12:00:00Z",
        Some("duration") => "PT1H",
        Some("email" | "idn-email") => "user@example.com",
        Some("hostname" | "idn-hostname") => "example.com",
        Some("ipv4") => "203.0.113.10",
        Some("ipv6") => "2001:db8::10",
        Some("byte") => "ZXhhbXBsZQ==",
        Some("uri" | "url" | "iri" | "uri-reference" | "iri-reference") => return uri(name),
        _ => return sized(&format!("example-{}", name.kebab()), constraints),
    };
    fixed.to_owned()
}

/// `logo_uri` is `https://example.com/logo`.
fn uri(name: &Name) -> String {
    let mut words: Vec<String> = name.kebab().split('-').map(str::to_owned).collect();
    if words.len() > 1 && words.last().is_some_and(|last| matches!(last.as_str(), "uri" | "url" | "uris" | "urls")) {
        words.pop();
    }
    format!("https://example.com/{}", words.join("-"))
}

fn sized(text: &str, constraints: &Constraints) -> String {
    let longest = constraints.max_length.and_then(|length| usize::try_from(length).ok()).unwrap_or(usize::MAX);
    let shortest = constraints.min_length.and_then(|length| usize::try_from(length).ok()).unwrap_or(0).min(1000);
    let mut text: String = text.chars().take(longest).collect();
    while text.chars().count() < shortest {
        text.push('x');
    }
    text
}
