//! Schemas to types.

use std::rc::Rc;

use serde_json::Value;

use super::flat::{Extra, Flat, SchemaRef, Word};
use super::{Builder, Owner};
use crate::model::{
    Additional, Alias, Constraints, Field, IntegerFormat, Name, NumberFormat, Scope, Struct, Type, TypeDef, TypeId,
    TypeKind, Usage,
};

/// A type where it is used, with what belongs to the use.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) ty: Type,
    pub(super) nullable: bool,
}

impl Typed {
    /// The type with `null` inside, for places that cannot say it otherwise.
    pub(super) fn whole(self) -> Type {
        if self.nullable { Type::Nullable(Box::new(self.ty)) } else { self.ty }
    }
}

impl<'a> Builder<'a> {
    /// Defines the type of every component.
    pub(super) fn define_components(&mut self) {
        let components: Vec<(&'a str, TypeId)> = self.components.iter().map(|(key, id)| (*key, *id)).collect();
        let names: Vec<Name> = components
            .iter()
            .map(|(key, _)| {
                let wanted = self.splitter.name(key);
                let place = self.component_place(key);
                self.claim_type(&wanted, place)
            })
            .collect();
        for ((key, id), name) in components.into_iter().zip(names) {
            let Some(schema) = self.component_schema(key) else { continue };
            let schema = SchemaRef::Plain(schema);
            let flat = self.flatten(&schema);
            let owner = Owner { name: name.clone(), parts: None, place: key.to_owned() };
            let kind = match schema.component() {
                Some(target) => TypeKind::Alias(self.alias(self.component_type(target), &flat)),
                None => self.kind(&schema, &flat, &owner),
            };
            let definition = self.definition(name, Some(key), &flat, kind);
            if let Some(slot) = self.types.get_mut(id.0) {
                *slot = Some(definition);
            }
        }
    }

    fn definition(&mut self, name: Name, component: Option<&str>, flat: &Flat<'a>, kind: TypeKind) -> TypeDef {
        TypeDef {
            name,
            pointer: self.pointer(flat.node),
            component: component.map(str::to_owned),
            title: flat.title.clone(),
            description: flat.description.clone(),
            deprecated: flat.deprecated,
            usage: Usage::default(),
            sensitive: false,
            kind,
            example: flat.example.clone().unwrap_or(Value::Null),
            place: self.place(flat.node),
        }
    }

    fn alias(&self, ty: Type, flat: &Flat<'a>) -> Alias {
        Alias { ty, recursive: false, constraints: constraints(flat) }
    }

    /// The shape of a type with a name.
    fn kind(&mut self, schema: &SchemaRef<'a>, flat: &Rc<Flat<'a>>, owner: &Owner) -> TypeKind {
        if let Some(reference) = annotated_reference(schema) {
            return TypeKind::Alias(self.alias(self.component_type(reference), flat));
        }
        if !flat.choices.is_empty() {
            return match self.union(flat, owner) {
                Ok(union) => TypeKind::Union(union),
                Err(single) => TypeKind::Alias(self.alias(single.whole(), flat)),
            };
        }
        if let Some(texts) = flat.texts() {
            return TypeKind::Enum(self.enumeration(&texts, &owner.place));
        }
        if flat.word == Word::Object && (!flat.properties.is_empty() || matches!(flat.additional, Extra::Closed)) {
            return TypeKind::Struct(self.structure(flat, owner));
        }
        let ty = self.unnamed(flat, owner);
        TypeKind::Alias(self.alias(ty, flat))
    }

    /// The type of a schema where it is used; a shape that needs a name is defined under the owner's.
    pub(super) fn schema_type(&mut self, schema: &SchemaRef<'a>, owner: &Owner) -> Typed {
        if let Some(secret) = self.secret_at(&owner.place) {
            let nullable = self.flatten(schema).nullable;
            return Typed { ty: Type::Secret(secret), nullable };
        }
        if let Some(component) = schema.component().or_else(|| annotated_reference(schema)) {
            let nullable = self.flatten(schema).nullable;
            return Typed { ty: self.component_type(component), nullable };
        }
        let flat = self.flatten(schema);
        self.flat_schema_type(&flat, owner)
    }

    /// As [`Builder::schema_type`], of a schema that is flat already.
    pub(super) fn flat_schema_type(&mut self, flat: &Rc<Flat<'a>>, owner: &Owner) -> Typed {
        let nullable = flat.nullable;
        let lone = flat.constant().is_some() && !self.ignore_case.contains(&owner.place);
        if let Some(texts) = flat.texts().filter(|_| flat.choices.is_empty() && !lone) {
            return Typed { ty: self.inline_enum(&texts, flat, owner), nullable };
        }
        let is_struct = flat.word == Word::Object
            && flat.choices.is_empty()
            && (!flat.properties.is_empty() || matches!(flat.additional, Extra::Closed));
        if !is_struct && flat.choices.is_empty() {
            return Typed { ty: self.unnamed(flat, owner), nullable };
        }
        let name = self.claim_type(&owner.name, self.place(flat.node));
        let owner = Owner { name: name.clone(), ..owner.clone() };
        // The number is taken before the members are made, so that outer types come first.
        let id = TypeId(self.types.len());
        self.types.push(None);
        let kind = if is_struct {
            TypeKind::Struct(self.structure(flat, &owner))
        } else {
            match self.union(flat, &owner) {
                Ok(union) => TypeKind::Union(union),
                Err(single) => {
                    // The number is taken; nobody refers to it, so that it is pruned with its name free again.
                    self.type_names.release(&owner.name);
                    let alias = TypeKind::Alias(self.alias(single.ty.clone(), flat));
                    let unused = self.definition(name, None, flat, alias);
                    if let Some(slot) = self.types.get_mut(id.0) {
                        *slot = Some(unused);
                    }
                    return Typed { nullable: nullable || single.nullable, ..single };
                }
            }
        };
        let definition = self.definition(name, None, flat, kind);
        if let Some(slot) = self.types.get_mut(id.0) {
            *slot = Some(definition);
        }
        Typed { ty: Type::Named(id), nullable }
    }

    /// The type of a shape that needs no name.
    fn unnamed(&mut self, flat: &Flat<'a>, owner: &Owner) -> Type {
        match flat.word {
            Word::Any if flat.texts().is_some() => Type::Text,
            Word::Any => Type::Any,
            Word::Boolean => Type::Boolean,
            Word::Text => match flat.constraints.format.as_deref() {
                Some("date-time") => Type::Timestamp,
                Some("binary") => Type::Binary,
                _ => Type::Text,
            },
            Word::Integer => Type::Integer(integer_format(&flat.constraints)),
            Word::Number => Type::Number(match flat.constraints.format.as_deref() {
                Some("float") => NumberFormat::Float,
                _ => NumberFormat::Double,
            }),
            Word::Array => match &flat.items {
                Some(items) => {
                    let owner = self.item_owner(owner);
                    Type::Array(Box::new(self.schema_type(items, &owner).whole()))
                }
                None => Type::Array(Box::new(Type::Any)),
            },
            Word::Object => match &flat.additional {
                Extra::Typed(values) => {
                    let owner = self.value_owner(owner);
                    Type::Map(Box::new(self.schema_type(values, &owner).whole()))
                }
                _ => Type::Map(Box::new(Type::Any)),
            },
        }
    }

    /// The items of a list are named by its singular.
    fn item_owner(&self, owner: &Owner) -> Owner {
        let item = self.splitter.name("item");
        let singular = |name: &Name| name.singular().unwrap_or_else(|| name.then(&item));
        Owner {
            name: singular(&owner.name),
            parts: owner.parts.as_ref().map(|(owner, part)| (owner.clone(), part.singular().unwrap_or(part.clone()))),
            place: owner.place.clone(),
        }
    }

    fn value_owner(&self, owner: &Owner) -> Owner {
        let value = self.splitter.name("value");
        Owner { name: owner.name.then(&value), parts: None, place: format!("{}.*", owner.place) }
    }

    /// An object with known members.
    pub(super) fn structure(&mut self, flat: &Flat<'a>, owner: &Owner) -> Struct {
        let mut names = Scope::default();
        let mut fields = Vec::new();
        for (wire, schema) in &flat.properties {
            if let Some(field) = self.field(wire, schema, flat, owner, &mut names) {
                fields.push(field);
            }
        }
        let additional = match &flat.additional {
            Extra::Unsaid => Additional::Ignored,
            Extra::Closed => Additional::Closed,
            Extra::Open => Additional::Kept(Type::Any),
            Extra::Typed(values) => {
                let owner = self.value_owner(owner);
                Additional::Kept(self.schema_type(values, &owner).whole())
            }
        };
        Struct { fields, additional }
    }

    /// A member of an object; nothing for one that the schema `false` rules out.
    fn field(
        &mut self,
        wire: &str,
        schema: &SchemaRef<'a>,
        object: &Flat<'a>,
        owner: &Owner,
        names: &mut Scope,
    ) -> Option<Field> {
        let flat = self.flatten(schema);
        if flat.never {
            return None;
        }
        let own_name = self.splitter.name(wire);
        let place = format!("{}.{wire}", owner.place);
        let field_owner = Owner {
            name: owner.name.then(&own_name),
            parts: Some((owner.name.clone(), own_name.clone())),
            place: place.clone(),
        };
        let typed = self.schema_type(schema, &field_owner);
        let example = self.given_example(&place, &flat);
        let seconds = matches!(typed.ty, Type::Integer(_)) && self.seconds.contains(&place);
        if seconds {
            self.met.insert(place.clone());
        }
        let required_at = object.required.get_index_of(wire);
        Some(Field {
            name: names.claim(&own_name),
            wire: wire.to_owned(),
            credential: self.credential_part(&place),
            ty: typed.ty,
            required: required_at.is_some(),
            required_at,
            nullable: typed.nullable,
            seconds,
            boxed: false,
            description: flat.description.clone(),
            deprecated: flat.deprecated,
            read_only: flat.read_only,
            write_only: flat.write_only,
            constant: flat.constant().cloned(),
            default: flat.default.clone(),
            constraints: constraints(&flat),
            example_given: example.is_some(),
            example: example.unwrap_or(Value::Null),
            place: self.place(flat.node),
        })
    }

    /// The example product.toml or the document gives.
    pub(super) fn given_example(&mut self, place: &str, flat: &Flat<'a>) -> Option<Value> {
        if let Some(example) = self.examples.get(place) {
            self.met.insert(place.to_owned());
            return Some(example.clone());
        }
        flat.example.clone()
    }
}

/// The component of a schema that is a reference with annotations beside it (`allOf` of one reference).
fn annotated_reference<'a>(schema: &SchemaRef<'a>) -> Option<&'a str> {
    let openapiv3::SchemaKind::AllOf { all_of } = &schema.item()?.schema_kind else { return None };
    match all_of.as_slice() {
        [single] => SchemaRef::Plain(single).component(),
        _ => None,
    }
}

fn integer_format(constraints: &Constraints) -> IntegerFormat {
    let above_i64 = |bound: &(serde_json::Number, bool)| bound.0.is_u64() && !bound.0.is_i64();
    match constraints.format.as_deref() {
        Some("int32") => IntegerFormat::Int32,
        Some("uint64") => IntegerFormat::Uint64,
        _ if constraints.maximum.as_ref().is_some_and(above_i64) => IntegerFormat::Uint64,
        _ => IntegerFormat::Int64,
    }
}

/// The constraints of a schema, with the allowed values of what is not an enum of text.
pub(super) fn constraints(flat: &Flat<'_>) -> Constraints {
    let allowed = if flat.texts().is_some() { Vec::new() } else { flat.enumeration.clone() };
    Constraints { allowed, ..flat.constraints.clone() }
}
