//! Members of bodies and answers, and parameters: what a reader must know of each.

use serde::Serialize;
use serde_json::Value;

use super::Names;
use crate::model::{Api, Field, Parameter, Style, Type, TypeId, TypeKind};
use crate::skills::notation::{Limit, limits, notation};

/// Of a nested object, a section names so many members.
const MOST_NAMED: usize = 15;

/// A member of an object, or a parameter.
#[derive(Clone, Debug, Serialize)]
pub struct FieldView {
    /// Its name.
    pub name: Names,
    /// Its type in the notation of the documents, with `| null` where it may be null.
    #[serde(rename = "type")]
    pub ty: String,
    /// What else its values must satisfy.
    pub limits: Vec<Limit>,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it may be null.
    pub nullable: bool,
    /// Whether it is a secret, or holds one.
    pub secret: bool,
    /// Marked as deprecated.
    pub deprecated: bool,
    /// The alternatives of a union body it belongs to; empty where it belongs to all.
    pub variants: Vec<String>,
    /// Those of `variants` in which it must be there.
    pub required_with: Vec<String>,
    /// The schema it refers to, directly or as item.
    pub schema: Option<String>,
    /// The first names of that schema's members; of a parameter, as they are sent: `page[number]`.
    pub members: Vec<String>,
    /// How many members more there are.
    pub more: usize,
    /// Description.
    pub description: String,
}

impl FieldView {
    /// A parameter.
    #[must_use]
    pub(super) fn parameter(api: &Api, parameter: &Parameter) -> Self {
        let ty = notation(api, &parameter.ty, &parameter.constraints);
        let (mut members, more) = names(api, struct_below(api, &parameter.ty));
        if parameter.style == Style::DeepObject {
            members = members.iter().map(|name| format!("{}[{name}]", parameter.wire)).collect();
        }
        // An enum of one says already what a constant would.
        let constant = parameter.constant.as_ref().filter(|_| !ty.starts_with("enum: "));
        Self {
            name: Names::new(&parameter.name, &parameter.wire),
            ty,
            limits: limits(&parameter.constraints, parameter.default.as_ref(), constant),
            required: parameter.required,
            nullable: false,
            secret: api.is_sensitive(&parameter.ty),
            deprecated: parameter.deprecated,
            variants: Vec::new(),
            required_with: Vec::new(),
            schema: None,
            members,
            more,
            description: parameter.description.clone().unwrap_or_default(),
        }
    }

    /// A member.
    #[must_use]
    pub(super) fn member(api: &Api, field: &Field) -> Self {
        let ty = notation(api, &field.ty, &field.constraints);
        let below = struct_below(api, &field.ty);
        let (members, more) = names(api, below);
        Self {
            name: Names::new(&field.name, &field.wire),
            ty: if field.nullable { format!("{ty} | null") } else { ty },
            limits: limits(&field.constraints, field.default.as_ref(), None),
            required: field.required,
            nullable: field.nullable,
            secret: api.is_sensitive(&field.ty),
            deprecated: field.deprecated,
            variants: Vec::new(),
            required_with: Vec::new(),
            schema: below.and_then(|id| api.type_def(id)).map(super::schema::title),
            members,
            more,
            description: field.description.clone().unwrap_or_default(),
        }
    }
}

/// The names of an object's members, as many as a line has room for, and how many more there are.
fn names(api: &Api, id: Option<TypeId>) -> (Vec<String>, usize) {
    let members = id.map(|id| members(api, &Type::Named(id)).0).unwrap_or_default();
    let names: Vec<_> = members.iter().take(MOST_NAMED).map(|member| member.field.wire.clone()).collect();
    let more = members.len() - names.len();
    (names, more)
}

/// What one alternative of a body has beyond the others.
#[derive(Clone, Debug, Serialize)]
pub struct AlternativeView {
    /// The value that stands for it.
    pub value: String,
    /// Members that it must have, and not all the others.
    pub required: Vec<String>,
    /// Members that it may have, and not all the others.
    pub optional: Vec<String>,
}

/// The alternatives of a body, by the names [`members`] gives them.
#[must_use]
pub(super) fn differences(members: &[Member<'_>], names: &[String]) -> Vec<AlternativeView> {
    let alternative = |(index, value): (usize, &String)| {
        let own = members.iter().filter(|member| !member.required && member.variants.contains(&index));
        let (required, optional): (Vec<_>, Vec<_>) = own.partition(|member| member.required_in.contains(&index));
        let wire = |member: &Member<'_>| member.field.wire.clone();
        let optional = optional.into_iter().filter(|member| member.variants.len() < names.len());
        let (required, optional) = (required.into_iter().map(wire).collect(), optional.map(wire).collect());
        AlternativeView { value: value.clone(), required, optional }
    };
    names.iter().enumerate().map(alternative).collect()
}

/// A member of a body; a union's members are those of its alternatives together.
#[derive(Clone, Debug)]
pub(super) struct Member<'a> {
    /// As the first alternative that has it says.
    pub field: &'a Field,
    /// Whether every alternative requires it.
    pub required: bool,
    /// The alternatives that have it, by index.
    pub variants: Vec<usize>,
    /// Those of them that require it.
    pub required_in: Vec<usize>,
    /// The only values it can have, one for each alternative that says so.
    pub constants: Vec<&'a Value>,
}

/// The members of an object or of a union of objects, by name, and the names of the alternatives.
#[must_use]
pub(super) fn members<'a>(api: &'a Api, ty: &Type) -> (Vec<Member<'a>>, Vec<String>) {
    let Some((variants, names)) = alternatives(api, ty) else { return (Vec::new(), Vec::new()) };
    let count = variants.len();
    let mut members: Vec<Member<'_>> = Vec::new();
    for (index, fields) in variants.into_iter().enumerate() {
        for field in fields {
            let at = members.iter().position(|member| member.field.wire == field.wire);
            let member = match at.and_then(|at| members.get_mut(at)) {
                Some(member) => member,
                None => {
                    let (variants, required_in, constants) = Default::default();
                    members.push(Member { field, required: true, variants, required_in, constants });
                    let Some(member) = members.last_mut() else { continue };
                    member
                }
            };
            member.required &= field.required;
            member.variants.push(index);
            if field.required {
                member.required_in.push(index);
            }
            member.constants.extend(&field.constant);
        }
    }
    for member in &mut members {
        member.required &= member.variants.len() == count;
    }
    members.sort_by(|one, other| one.field.wire.cmp(&other.field.wire));
    (members, names)
}

type Alternatives<'a> = (Vec<&'a [Field]>, Vec<String>);

fn alternatives<'a>(api: &'a Api, ty: &Type) -> Option<Alternatives<'a>> {
    let def = api.type_def(object(api, ty)?)?;
    match &def.kind {
        TypeKind::Struct(item) => Some((vec![item.fields.as_slice()], Vec::new())),
        TypeKind::Union(union) => {
            let mut fields = Vec::new();
            let mut names = Vec::new();
            for variant in &union.variants {
                let TypeKind::Struct(item) = &api.type_def(object(api, &variant.ty)?)?.kind else { return None };
                fields.push(item.fields.as_slice());
                names.push(variant.tags.first().cloned().unwrap_or_else(|| variant.name.pascal()));
            }
            Some((fields, names))
        }
        _ => None,
    }
}

/// The struct or union behind nullability and aliases.
#[must_use]
pub(super) fn object(api: &Api, ty: &Type) -> Option<TypeId> {
    let mut ty = ty;
    // Aliases of aliases are few; a ring of them is no object.
    for _ in 0..8 {
        match ty {
            Type::Nullable(inner) => ty = inner,
            Type::Named(id) => match &api.type_def(*id)?.kind {
                TypeKind::Alias(alias) => ty = &alias.ty,
                TypeKind::Struct(_) | TypeKind::Union(_) => return Some(*id),
                TypeKind::Enum(_) => return None,
            },
            _ => return None,
        }
    }
    None
}

/// The struct a value is, or is a list or mapping of.
#[must_use]
pub(super) fn struct_below(api: &Api, ty: &Type) -> Option<TypeId> {
    match ty {
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => struct_below(api, inner),
        _ => object(api, ty).filter(|id| api.type_def(*id).is_some_and(|def| matches!(def.kind, TypeKind::Struct(_)))),
    }
}

/// A member of a union or struct body as a reader sees it: constants of the alternatives are the values of an enum.
#[must_use]
pub(super) fn member_view(api: &Api, member: &Member<'_>, names: &[String]) -> FieldView {
    let mut view = FieldView::member(api, member.field);
    view.required = member.required;
    if !member.constants.is_empty() {
        let values: Vec<_> = member
            .constants
            .iter()
            .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            .collect();
        view.ty = format!("enum: {}", values.join(", "));
    }
    if member.variants.len() < names.len() {
        let named = |indices: &[usize]| indices.iter().filter_map(|index| names.get(*index)).cloned().collect();
        view.variants = named(&member.variants);
        view.required_with = named(&member.required_in);
    }
    view
}
