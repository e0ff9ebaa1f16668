//! Schemas with their `allOf` resolved: one flat set of keywords each.

use std::collections::BTreeMap;
use std::rc::Rc;

use indexmap::IndexSet;
use openapiv3::{
    AdditionalProperties, AnySchema, IntegerFormat, NumberFormat, ReferenceOr, Schema, SchemaKind, StringFormat, Type,
    VariantOrUnknownOrEmpty,
};
use serde_json::{Number, Value};

use super::Builder;
use crate::model::Constraints;
use crate::source::diagnostic::Diagnostic;
use crate::source::rules::model as rules;

/// How many components an `allOf` or a reference may lead through.
const LONGEST_CHAIN: usize = 256;

/// A schema where it is used: cheap to copy, looked into on demand.
#[derive(Clone, Debug)]
pub(super) enum SchemaRef<'a> {
    /// As the document has it.
    Plain(&'a ReferenceOr<Schema>),
    /// As the document has it below `properties` and `items`.
    Boxed(&'a ReferenceOr<Box<Schema>>),
    /// Already flat.
    Made(Rc<Flat<'a>>),
    /// All of several.
    All(Vec<SchemaRef<'a>>),
}

impl<'a> SchemaRef<'a> {
    /// The component a plain reference names.
    pub(super) fn component(&self) -> Option<&'a str> {
        let (Self::Plain(ReferenceOr::Reference { reference }) | Self::Boxed(ReferenceOr::Reference { reference })) =
            self
        else {
            return None;
        };
        reference.strip_prefix("#/components/schemas/")
    }

    /// All of both, each schema once: else members that meet again and again on the way down a diamond of `allOf`
    /// would double with every level.
    pub(super) fn and(self, other: &Self) -> Self {
        let mut parts = match self {
            Self::All(parts) => parts,
            one => vec![one],
        };
        let more = match other {
            Self::All(more) => more.as_slice(),
            one => std::slice::from_ref(one),
        };
        for part in more {
            if !parts.iter().any(|known| known.is_same(part)) {
                parts.push(part.clone());
            }
        }
        match <[Self; 1]>::try_from(parts) {
            Ok([only]) => only,
            Err(parts) => Self::All(parts),
        }
    }

    /// Whether both are one schema of the document.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Made(one), Self::Made(other)) => Rc::ptr_eq(one, other),
            (Self::All(one), Self::All(other)) => same(one, other),
            _ => match (self.component(), other.component(), self.item(), other.item()) {
                (Some(one), Some(other), ..) => one == other,
                (.., Some(one), Some(other)) => std::ptr::eq(one, other),
                _ => false,
            },
        }
    }

    /// The schema, if it stands here.
    pub(super) fn item(&self) -> Option<&'a Schema> {
        match self {
            Self::Plain(ReferenceOr::Item(schema)) => Some(schema),
            Self::Boxed(ReferenceOr::Item(schema)) => Some(schema),
            _ => None,
        }
    }
}

/// Whether both lists are the same schemas.
pub(super) fn same(one: &[SchemaRef<'_>], other: &[SchemaRef<'_>]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.is_same(other))
}

/// The word of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Any,
    Text,
    Number,
    Integer,
    Boolean,
    Object,
    Array,
}

/// What `additionalProperties` says.
#[derive(Clone, Debug)]
pub(super) enum Extra<'a> {
    Unsaid,
    Closed,
    Open,
    Typed(SchemaRef<'a>),
}

/// A schema whose `allOf` is resolved.
#[derive(Clone, Debug)]
pub(super) struct Flat<'a> {
    /// The number of the object it came from.
    pub(super) node: Option<usize>,
    pub(super) word: Word,
    pub(super) never: bool,
    pub(super) nullable: bool,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) deprecated: bool,
    pub(super) read_only: bool,
    pub(super) write_only: bool,
    pub(super) default: Option<Value>,
    pub(super) example: Option<Value>,
    pub(super) enumeration: Vec<Value>,
    pub(super) constraints: Constraints,
    pub(super) properties: BTreeMap<String, SchemaRef<'a>>,
    /// In the order of the document.
    pub(super) required: IndexSet<String>,
    pub(super) additional: Extra<'a>,
    pub(super) items: Option<SchemaRef<'a>>,
    /// Each list is one `oneOf` or `anyOf`; all of them hold.
    pub(super) choices: Vec<Vec<SchemaRef<'a>>>,
    pub(super) discriminator: Option<&'a openapiv3::Discriminator>,
}

impl Flat<'_> {
    /// A schema that says nothing.
    pub(super) fn empty(node: Option<usize>) -> Self {
        Self {
            node,
            word: Word::Any,
            never: false,
            nullable: false,
            title: None,
            description: None,
            deprecated: false,
            read_only: false,
            write_only: false,
            default: None,
            example: None,
            enumeration: Vec::new(),
            constraints: Constraints::default(),
            properties: BTreeMap::new(),
            required: IndexSet::new(),
            additional: Extra::Unsaid,
            items: None,
            choices: Vec::new(),
            discriminator: None,
        }
    }

    /// The only allowed value.
    pub(super) fn constant(&self) -> Option<&Value> {
        match self.enumeration.as_slice() {
            [value] => Some(value),
            _ => None,
        }
    }

    /// The allowed texts, if it is an enum of text.
    pub(super) fn texts(&self) -> Option<Vec<&str>> {
        let texts: Vec<&str> = self.enumeration.iter().filter_map(Value::as_str).collect();
        let all = !texts.is_empty() && texts.len() == self.enumeration.len();
        (all && matches!(self.word, Word::Text | Word::Any)).then_some(texts)
    }
}

impl<'a> Builder<'a> {
    /// The flat form of a schema. A cycle of `allOf` and references is cut, and reported once.
    pub(super) fn flatten(&mut self, schema: &SchemaRef<'a>) -> Rc<Flat<'a>> {
        match schema {
            SchemaRef::Made(flat) => Rc::clone(flat),
            SchemaRef::All(parts) => self.merge_all(parts),
            _ => match (schema.component(), schema.item()) {
                (Some(component), _) => self.flatten_component(component),
                (_, Some(item)) => self.flatten_item(item),
                _ => Rc::new(Flat::empty(None)),
            },
        }
    }

    /// The flat form of a component, remembered.
    pub(super) fn flatten_component(&mut self, component: &'a str) -> Rc<Flat<'a>> {
        if let Some(flat) = self.flat.get(component) {
            return Rc::clone(flat);
        }
        let Some(schema) = self.component_schema(component) else { return Rc::new(Flat::empty(None)) };
        if let Some(at) = self.flattening.iter().position(|open| *open == component) {
            self.report_cycle(at, component);
            return Rc::new(Flat::empty(None));
        }
        if self.flattening.len() >= LONGEST_CHAIN {
            let message = format!("references lead on from schema to schema more than {LONGEST_CHAIN} times");
            let place = self.component_place(component);
            self.findings.push(Diagnostic::new(&rules::REFERENCE_CYCLE, place, message));
            return Rc::new(Flat::empty(None));
        }
        self.flattening.push(component);
        let flat = self.flatten(&SchemaRef::Plain(schema));
        self.flattening.pop();
        self.flat.insert(component, Rc::clone(&flat));
        flat
    }

    fn report_cycle(&mut self, at: usize, component: &str) {
        let path: Vec<&str> = self.flattening.iter().skip(at).copied().chain(std::iter::once(component)).collect();
        let place = self.component_place(component);
        let message = format!("schema `{component}` is made of itself: {}", path.join(" -> "));
        self.findings.push(
            Diagnostic::new(&rules::REFERENCE_CYCLE, place, message)
                .help("put a property or a list between, so that a value can end"),
        );
    }

    fn flatten_item(&mut self, schema: &'a Schema) -> Rc<Flat<'a>> {
        let mut flat = self.flat_annotations(schema);
        let mut parts = Vec::new();
        match &schema.schema_kind {
            SchemaKind::Type(ty) => flat_type(ty, &mut flat),
            SchemaKind::OneOf { one_of } => flat.choices.push(one_of.iter().map(SchemaRef::Plain).collect()),
            SchemaKind::AnyOf { any_of } => flat.choices.push(any_of.iter().map(SchemaRef::Plain).collect()),
            SchemaKind::AllOf { all_of } => parts.extend(all_of.iter().map(SchemaRef::Plain)),
            SchemaKind::Not { .. } => {}
            SchemaKind::Any(any) => {
                flat_any(any, &mut flat);
                parts.extend(any.all_of.iter().map(SchemaRef::Plain));
            }
        }
        // Alternatives that only require or forbid members constrain values; they make no types.
        flat.choices.retain(|choice| !choice.iter().all(only_constrains));
        self.apply_extra(&mut flat);
        let mut merged = flat;
        for part in parts {
            let part = self.flatten(&part);
            merged = self.merge(merged, &part);
        }
        Rc::new(merged)
    }

    fn flat_annotations(&self, schema: &'a Schema) -> Flat<'a> {
        let data = &schema.schema_data;
        Flat {
            nullable: data.nullable,
            title: data.title.clone(),
            description: data.description.clone(),
            deprecated: data.deprecated,
            read_only: data.read_only,
            write_only: data.write_only,
            default: data.default.clone().filter(|value| !value.is_null()),
            example: data.example.clone().filter(|value| !value.is_null()),
            discriminator: data.discriminator.as_ref(),
            ..Flat::empty(crate::source::parse::node_number(&data.extensions))
        }
    }

    /// What 3.0 could not hold.
    fn apply_extra(&self, flat: &mut Flat<'a>) {
        let Some(info) = flat.node.and_then(|number| self.nodes.get(number)) else { return };
        let extra = &info.extra;
        flat.never |= extra.never;
        flat.nullable |= extra.null_only;
        if !extra.enumeration.is_empty() {
            flat.enumeration.clone_from(&extra.enumeration);
        }
        if let Some(constant) = extra.constant.as_ref().filter(|value| !value.is_null()) {
            flat.enumeration = vec![constant.clone()];
        }
        if flat.example.is_none() {
            flat.example = extra.examples.iter().find(|value| !value.is_null()).cloned();
        }
        if let Some(bound) = &extra.minimum {
            flat.constraints.minimum = Some((bound.value.clone(), bound.exclusive));
        }
        if let Some(bound) = &extra.maximum {
            flat.constraints.maximum = Some((bound.value.clone(), bound.exclusive));
        }
        if extra.multiple_of.is_some() {
            flat.constraints.multiple_of.clone_from(&extra.multiple_of);
        }
        if flat.constraints.format.is_none() {
            flat.constraints.format.clone_from(&extra.format);
        }
    }

    fn merge_all(&mut self, parts: &[SchemaRef<'a>]) -> Rc<Flat<'a>> {
        let mut parts = parts.iter();
        let Some(first) = parts.next() else { return Rc::new(Flat::empty(None)) };
        let mut merged = (*self.flatten(first)).clone();
        for part in parts {
            let part = self.flatten(part);
            merged = self.merge(merged, &part);
        }
        Rc::new(merged)
    }
}

fn count(value: Option<usize>) -> Option<u64> {
    value.and_then(|value| u64::try_from(value).ok())
}

/// A float that is an integer is printed as one: `1`, not `1.0`.
fn number(value: f64) -> Option<Number> {
    #[expect(clippy::cast_possible_truncation, reason = "only where the float is an integer of 53 bits")]
    let integer = (value.fract() == 0.0 && value.abs() < 9e15).then_some(value as i64);
    integer.map(Number::from).or_else(|| Number::from_f64(value))
}

fn flat_type<'a>(ty: &'a Type, flat: &mut Flat<'a>) {
    match ty {
        Type::String(text) => {
            flat.word = Word::Text;
            flat.enumeration = text.enumeration.iter().flatten().map(|text| text.as_str().into()).collect();
            let constraints = &mut flat.constraints;
            constraints.format = match &text.format {
                VariantOrUnknownOrEmpty::Item(format) => Some(text_format(format).to_owned()),
                VariantOrUnknownOrEmpty::Unknown(format) => Some(format.clone()),
                VariantOrUnknownOrEmpty::Empty => None,
            };
            constraints.pattern.clone_from(&text.pattern);
            constraints.min_length = count(text.min_length);
            constraints.max_length = count(text.max_length);
        }
        Type::Number(value) => {
            flat.word = Word::Number;
            flat.enumeration =
                value.enumeration.iter().flatten().filter_map(|value| number(*value)).map(Value::Number).collect();
            let constraints = &mut flat.constraints;
            constraints.format = match &value.format {
                VariantOrUnknownOrEmpty::Item(NumberFormat::Float) => Some("float".to_owned()),
                VariantOrUnknownOrEmpty::Item(NumberFormat::Double) => Some("double".to_owned()),
                VariantOrUnknownOrEmpty::Unknown(format) => Some(format.clone()),
                VariantOrUnknownOrEmpty::Empty => None,
            };
            constraints.minimum = value.minimum.and_then(number).map(|bound| (bound, value.exclusive_minimum));
            constraints.maximum = value.maximum.and_then(number).map(|bound| (bound, value.exclusive_maximum));
            constraints.multiple_of = value.multiple_of.and_then(number);
        }
        Type::Integer(value) => {
            flat.word = Word::Integer;
            flat.enumeration = value.enumeration.iter().flatten().map(|value| (*value).into()).collect();
            let constraints = &mut flat.constraints;
            constraints.format = match &value.format {
                VariantOrUnknownOrEmpty::Item(IntegerFormat::Int32) => Some("int32".to_owned()),
                VariantOrUnknownOrEmpty::Item(IntegerFormat::Int64) => Some("int64".to_owned()),
                VariantOrUnknownOrEmpty::Unknown(format) => Some(format.clone()),
                VariantOrUnknownOrEmpty::Empty => None,
            };
            constraints.minimum = value.minimum.map(|bound| (bound.into(), value.exclusive_minimum));
            constraints.maximum = value.maximum.map(|bound| (bound.into(), value.exclusive_maximum));
            constraints.multiple_of = value.multiple_of.map(Number::from);
        }
        Type::Boolean(value) => {
            flat.word = Word::Boolean;
            flat.enumeration = value.enumeration.iter().flatten().map(|value| (*value).into()).collect();
        }
        Type::Object(object) => {
            flat.word = Word::Object;
            flat.properties = properties(&object.properties);
            flat.required = object.required.iter().cloned().collect();
            flat.additional = additional(object.additional_properties.as_ref());
            flat.constraints.min_items = count(object.min_properties);
            flat.constraints.max_items = count(object.max_properties);
        }
        Type::Array(array) => {
            flat.word = Word::Array;
            flat.items = array.items.as_ref().map(SchemaRef::Boxed);
            flat.constraints.min_items = count(array.min_items);
            flat.constraints.max_items = count(array.max_items);
            flat.constraints.unique_items = array.unique_items;
        }
    }
}

fn flat_any<'a>(any: &'a AnySchema, flat: &mut Flat<'a>) {
    flat.word = match any.typ.as_deref() {
        Some("string") => Word::Text,
        Some("number") => Word::Number,
        Some("integer") => Word::Integer,
        Some("boolean") => Word::Boolean,
        Some("object") => Word::Object,
        Some("array") => Word::Array,
        _ if !any.properties.is_empty() => Word::Object,
        _ => Word::Any,
    };
    flat.properties = properties(&any.properties);
    flat.required = any.required.iter().cloned().collect();
    flat.additional = additional(any.additional_properties.as_ref());
    flat.items = any.items.as_ref().map(SchemaRef::Boxed);
    flat.enumeration = any.enumeration.iter().filter(|value| !value.is_null()).cloned().collect();
    for choice in [&any.one_of, &any.any_of] {
        if !choice.is_empty() {
            flat.choices.push(choice.iter().map(SchemaRef::Plain).collect());
        }
    }
    flat.constraints = Constraints {
        format: any.format.clone(),
        minimum: any.minimum.and_then(number).map(|bound| (bound, any.exclusive_minimum == Some(true))),
        maximum: any.maximum.and_then(number).map(|bound| (bound, any.exclusive_maximum == Some(true))),
        multiple_of: any.multiple_of.and_then(number),
        min_length: count(any.min_length),
        max_length: count(any.max_length),
        pattern: any.pattern.clone(),
        min_items: count(any.min_items.or(any.min_properties)),
        max_items: count(any.max_items.or(any.max_properties)),
        unique_items: any.unique_items == Some(true),
        allowed: Vec::new(),
    };
}

fn properties<'a>(
    properties: &'a indexmap::IndexMap<String, ReferenceOr<Box<Schema>>>,
) -> BTreeMap<String, SchemaRef<'a>> {
    properties.iter().map(|(key, schema)| (key.clone(), SchemaRef::Boxed(schema))).collect()
}

fn additional(additional: Option<&AdditionalProperties>) -> Extra<'_> {
    match additional {
        None => Extra::Unsaid,
        Some(AdditionalProperties::Any(false)) => Extra::Closed,
        Some(AdditionalProperties::Any(true)) => Extra::Open,
        Some(AdditionalProperties::Schema(schema)) => Extra::Typed(SchemaRef::Plain(schema)),
    }
}

fn text_format(format: &StringFormat) -> &'static str {
    match format {
        StringFormat::Date => "date",
        StringFormat::DateTime => "date-time",
        StringFormat::Password => "password",
        StringFormat::Byte => "byte",
        StringFormat::Binary => "binary",
    }
}

/// Whether a schema says nothing about the shape of values but which members must be there.
fn only_constrains(schema: &SchemaRef<'_>) -> bool {
    let Some(schema) = schema.item() else { return false };
    match &schema.schema_kind {
        SchemaKind::Not { .. } => true,
        SchemaKind::Type(Type::Object(object)) => {
            object.properties.is_empty() && object.additional_properties.is_none()
        }
        SchemaKind::Any(any) => {
            matches!(any.typ.as_deref(), None | Some("object"))
                && !any.required.is_empty()
                && any.properties.is_empty()
                && any.items.is_none()
                && any.enumeration.is_empty()
                && [&any.one_of, &any.any_of, &any.all_of].iter().all(|list| list.is_empty())
        }
        _ => false,
    }
}
