//! The member that tells the alternatives of a union apart has one value in each of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::{Api, Tagging, Type, TypeId, TypeKind};

/// Makes the tag of an alternative a constant, so that callers are not asked for what the document's mapping says
/// (OpenAPI, Discriminator Object). An alternative that goes by several values keeps the choice.
pub(super) fn fill(api: &mut Api) {
    for ((id, member), tags) in values(api) {
        let mut tags = tags.into_iter();
        let (Some(tag), None) = (tags.next(), tags.next()) else { continue };
        let Some(definition) = api.types.get_mut(id.0) else { continue };
        let only_sent = definition.usage.request && !definition.usage.response;
        let TypeKind::Struct(object) = &mut definition.kind else { continue };
        let of_tag = object.fields.iter_mut().filter(|field| field.wire == member && field.constant.is_none());
        for field in of_tag {
            field.constant = Some(Value::String(tag.clone()));
            // The other side cannot tell the alternatives apart without it, whatever the schema says.
            field.required |= only_sent;
        }
    }
}

/// The values that a member of a struct has, by the unions the struct is an alternative of.
fn values(api: &Api) -> BTreeMap<(TypeId, String), BTreeSet<String>> {
    let mut values: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for definition in &api.types {
        let TypeKind::Union(union) = &definition.kind else { continue };
        let Tagging::Property(member) = &union.tagging else { continue };
        for variant in &union.variants {
            if let Type::Named(id) = variant.ty {
                values.entry((id, member.clone())).or_default().extend(variant.tags.iter().cloned());
            }
        }
    }
    values
}
