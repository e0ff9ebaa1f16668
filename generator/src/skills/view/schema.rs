//! Objects that travel, each described once.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::FieldView;
use super::fields::{member_view, members};
use crate::model::{Api, Type, TypeDef, TypeId, TypeKind};
use crate::skills::filters::anchor;

/// An object.
#[derive(Clone, Debug, Serialize)]
pub struct SchemaView {
    /// Its heading.
    pub title: String,
    /// The name of the heading in links.
    pub anchor: String,
    /// Description.
    pub description: String,
    /// Its members, by name.
    pub fields: Vec<FieldView>,
    /// The alternatives, where it is a union.
    pub variants: Vec<String>,
    /// Sent by the caller.
    pub request: bool,
    /// Sent by the server.
    pub response: bool,
}

/// What a schema is called: as the document calls it, or as the model does where the document has no name.
#[must_use]
pub(super) fn title(def: &TypeDef) -> String {
    def.component.clone().unwrap_or_else(|| def.name.pascal())
}

/// The name of a schema's heading in links.
#[must_use]
pub(super) fn link(def: &TypeDef) -> String {
    anchor(&title(def))
}

/// The types whose descriptions stand below a heading, as indices.
#[must_use]
pub(in crate::skills) fn headings(api: &Api) -> BTreeSet<usize> {
    api.types
        .iter()
        .enumerate()
        .filter(|(index, def)| has_heading(api, TypeId(*index), def))
        .map(|(index, _)| index)
        .collect()
}

fn has_heading(api: &Api, id: TypeId, def: &TypeDef) -> bool {
    matches!(def.kind, TypeKind::Struct(_) | TypeKind::Union(_))
        && !members(api, &Type::Named(id)).0.is_empty()
        && !is_variant(api, def)
}

/// The objects, by title.
#[must_use]
pub(super) fn schemas(api: &Api) -> Vec<SchemaView> {
    let mut schemas = BTreeMap::new();
    for (index, def) in api.types.iter().enumerate() {
        if !has_heading(api, TypeId(index), def) {
            continue;
        }
        let (members, variants) = members(api, &Type::Named(TypeId(index)));
        let view = SchemaView {
            title: title(def),
            anchor: link(def),
            description: def.description.clone().unwrap_or_default(),
            fields: members.iter().map(|member| member_view(api, member, &variants)).collect(),
            variants,
            request: def.usage.request,
            response: def.usage.response,
        };
        schemas.insert(view.title.clone(), view);
    }
    schemas.into_values().collect()
}

/// Whether a type is an alternative of a union and nothing else: its members stand with the union.
fn is_variant(api: &Api, def: &TypeDef) -> bool {
    def.component.is_none()
        && api.types.iter().any(|other| match &other.kind {
            TypeKind::Union(union) => union.variants.iter().any(|variant| match &variant.ty {
                Type::Named(id) => api.type_def(*id).is_some_and(|found| std::ptr::eq(found, def)),
                _ => false,
            }),
            _ => false,
        })
}
