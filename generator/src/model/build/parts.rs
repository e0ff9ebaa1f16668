//! Bodies of several parts: what travels so and in no other way may hold files (OpenAPI 3.0.4, section 4.8.14.5).

use std::collections::BTreeSet;

use super::prune;
use crate::model::{Additional, Api, Encoding, Media, Type, TypeId, TypeKind};

/// Marks the structs that are bodies of several parts, and makes their raw bytes files.
pub(super) fn mark(api: &mut Api) {
    let (mut whole, mut elsewhere) = (BTreeSet::new(), BTreeSet::new());
    for operation in &api.operations {
        for media in operation.body.iter().flat_map(|body| &body.media) {
            match media {
                Media { encoding: Encoding::Multipart, ty: Type::Named(id), .. } => {
                    whole.insert(*id);
                }
                media => note(&media.ty, &mut elsewhere),
            }
        }
        operation.parameters.iter().for_each(|parameter| note(&parameter.ty, &mut elsewhere));
        let answers = operation.responses.iter().flat_map(|response| &response.media);
        answers.for_each(|media| note(&media.ty, &mut elsewhere));
    }
    for definition in &api.types {
        prune::parts(definition, &mut |ty| note(ty, &mut elsewhere));
    }
    for id in whole.difference(&elsewhere) {
        let is_struct = api.types.get(id.0).is_some_and(|definition| matches!(definition.kind, TypeKind::Struct(_)));
        if is_struct {
            mark_one(api, *id);
        }
    }
}

fn note(ty: &Type, found: &mut BTreeSet<TypeId>) {
    prune::named(ty, &mut |id| {
        found.insert(id);
    });
}

fn mark_one(api: &mut Api, id: TypeId) {
    let Some(TypeKind::Struct(of)) = api.types.get(id.0).map(|definition| &definition.kind) else { return };
    let files: Vec<Option<Type>> = of.fields.iter().map(|field| file(api, &field.ty)).collect();
    let extra = match &of.additional {
        Additional::Kept(ty) => file(api, ty),
        _ => None,
    };
    let Some(definition) = api.types.get_mut(id.0) else { return };
    definition.usage.parts = true;
    let TypeKind::Struct(of) = &mut definition.kind else { return };
    for (field, file) in of.fields.iter_mut().zip(files) {
        if let Some(file) = file {
            field.ty = file;
        }
    }
    if let (Additional::Kept(ty), Some(file)) = (&mut of.additional, extra) {
        *ty = file;
    }
}

/// A file, or a list of them, in place of raw bytes.
fn file(api: &Api, ty: &Type) -> Option<Type> {
    match ty {
        Type::Binary => Some(Type::File),
        Type::Array(item) if **item == Type::Binary => Some(Type::Array(Box::new(Type::File))),
        Type::Nullable(inner) => file(api, inner),
        Type::Named(id) => match api.type_def(*id).map(|definition| &definition.kind) {
            Some(TypeKind::Alias(alias)) if !alias.recursive => file(api, &alias.ty),
            _ => None,
        },
        _ => None,
    }
}
