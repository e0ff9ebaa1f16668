//! Which types are needed, where their values travel, and which hold secrets.

use std::collections::BTreeSet;

use crate::model::{Additional, Api, Operation, Output, Type, TypeDef, TypeId, TypeKind};

/// Calls `visit` with every type that a type mentions by name.
pub(super) fn named(ty: &Type, visit: &mut impl FnMut(TypeId)) {
    match ty {
        Type::Named(id) => visit(*id),
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => named(inner, visit),
        _ => {}
    }
}

/// Calls `visit` with every type inside a definition.
pub(super) fn parts(definition: &TypeDef, visit: &mut impl FnMut(&Type)) {
    match &definition.kind {
        TypeKind::Struct(object) => {
            object.fields.iter().for_each(|field| visit(&field.ty));
            if let Additional::Kept(ty) = &object.additional {
                visit(ty);
            }
        }
        TypeKind::Union(union) => union.variants.iter().for_each(|variant| visit(&variant.ty)),
        TypeKind::Alias(alias) => visit(&alias.ty),
        TypeKind::Enum(_) => {}
    }
}

/// All types that can be reached from some, themselves included.
fn closure(types: &[TypeDef], start: impl IntoIterator<Item = TypeId>) -> BTreeSet<TypeId> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<TypeId> = start.into_iter().collect();
    while let Some(id) = open.pop() {
        if !reached.insert(id) {
            continue;
        }
        if let Some(definition) = types.get(id.0) {
            parts(definition, &mut |ty| named(ty, &mut |id| open.push(id)));
        }
    }
    reached
}

fn request_types(operation: &Operation) -> BTreeSet<TypeId> {
    let mut found = BTreeSet::new();
    let bodies = operation.body.iter().flat_map(|body| &body.media).map(|media| &media.ty);
    for ty in operation.parameters.iter().map(|parameter| &parameter.ty).chain(bodies) {
        named(ty, &mut |id| {
            found.insert(id);
        });
    }
    found
}

/// The types a caller meets in answers, successes by what the caller gets of them.
fn response_types(operation: &Operation) -> BTreeSet<TypeId> {
    let mut found = BTreeSet::new();
    output_types(&operation.output, &mut found);
    for response in operation.responses.iter().filter(|response| !response.status.is_success()) {
        for media in &response.media {
            named(&media.ty, &mut |id| {
                found.insert(id);
            });
        }
    }
    found
}

fn output_types(output: &Output, found: &mut BTreeSet<TypeId>) {
    match output {
        Output::Value { ty, .. } | Output::Page { body: ty, .. } => named(ty, &mut |id| {
            found.insert(id);
        }),
        Output::Many { cases, .. } => cases.iter().for_each(|case| output_types(&case.output, found)),
        Output::Nothing | Output::Text | Output::Bytes | Output::Redirect => {}
    }
}

/// Drops the types nobody meets: inline ones out of reach, and components that are but envelopes.
/// Components that no operation mentions stay: they are facts of the document. Sorts by name.
pub(super) fn prune(api: &mut Api) {
    let needed = closure(
        &api.types,
        api.operations
            .iter()
            .flat_map(|operation| request_types(operation).into_iter().chain(response_types(operation))),
    );
    let mut mentioned = BTreeSet::new();
    for media in api.operations.iter().flat_map(|operation| &operation.responses).flat_map(|response| &response.media) {
        named(&media.ty, &mut |id| {
            mentioned.insert(id);
        });
    }
    let mentioned = closure(&api.types, mentioned);
    let unused_components = (0..api.types.len()).map(TypeId).filter(|id| {
        let is_component = api.types.get(id.0).is_some_and(|definition| definition.component.is_some());
        is_component && !mentioned.contains(id)
    });
    let unused = closure(&api.types, unused_components.collect::<Vec<_>>());
    let mut kept: Vec<(TypeId, TypeDef)> = std::mem::take(&mut api.types)
        .into_iter()
        .enumerate()
        .map(|(index, definition)| (TypeId(index), definition))
        .filter(|(id, _)| needed.contains(id) || unused.contains(id))
        .collect();
    kept.sort_by(|one, other| one.1.name.cmp(&other.1.name));
    let mut numbers = vec![TypeId(usize::MAX); kept.iter().map(|(id, _)| id.0 + 1).max().unwrap_or(0)];
    for (new, (old, _)) in kept.iter().enumerate() {
        if let Some(number) = numbers.get_mut(old.0) {
            *number = TypeId(new);
        }
    }
    api.types = kept.into_iter().map(|(_, definition)| definition).collect();
    for_each_type(api, &mut |ty| renumber(ty, &numbers));
}

fn renumber(ty: &mut Type, numbers: &[TypeId]) {
    match ty {
        Type::Named(id) => {
            *ty = numbers.get(id.0).filter(|id| id.0 != usize::MAX).map_or(Type::Any, |id| Type::Named(*id));
        }
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => renumber(inner, numbers),
        _ => {}
    }
}

fn for_each_type(api: &mut Api, visit: &mut impl FnMut(&mut Type)) {
    for definition in &mut api.types {
        match &mut definition.kind {
            TypeKind::Struct(object) => {
                object.fields.iter_mut().for_each(|field| visit(&mut field.ty));
                if let Additional::Kept(ty) = &mut object.additional {
                    visit(ty);
                }
            }
            TypeKind::Union(union) => union.variants.iter_mut().for_each(|variant| visit(&mut variant.ty)),
            TypeKind::Alias(alias) => visit(&mut alias.ty),
            TypeKind::Enum(_) => {}
        }
    }
    for operation in &mut api.operations {
        operation.parameters.iter_mut().for_each(|parameter| visit(&mut parameter.ty));
        operation.body.iter_mut().flat_map(|body| &mut body.media).for_each(|media| visit(&mut media.ty));
        operation.responses.iter_mut().flat_map(|response| &mut response.media).for_each(|media| visit(&mut media.ty));
        for_each_output(&mut operation.output, visit);
    }
}

fn for_each_output(output: &mut Output, visit: &mut impl FnMut(&mut Type)) {
    match output {
        Output::Value { ty, .. } => visit(ty),
        Output::Page { body, item } => {
            visit(body);
            visit(item);
        }
        Output::Many { cases, .. } => cases.iter_mut().for_each(|case| for_each_output(&mut case.output, visit)),
        Output::Nothing | Output::Text | Output::Bytes | Output::Redirect => {}
    }
}

/// Marks where the values of each type travel.
pub(super) fn mark_usage(api: &mut Api) {
    let requests = closure(&api.types, api.operations.iter().flat_map(request_types));
    let responses = closure(&api.types, api.operations.iter().flat_map(response_types));
    for (index, definition) in api.types.iter_mut().enumerate() {
        definition.usage.request = requests.contains(&TypeId(index));
        definition.usage.response = responses.contains(&TypeId(index));
    }
}

/// Marks the types that hold a secret, directly or deeper.
pub(super) fn mark_sensitive(api: &mut Api) {
    let mut holders: Vec<BTreeSet<TypeId>> = vec![BTreeSet::new(); api.types.len()];
    let mut open = Vec::new();
    for (index, definition) in api.types.iter().enumerate() {
        let mut holds = false;
        parts(definition, &mut |ty| {
            holds |= is_secret(ty);
            named(ty, &mut |id| {
                if let Some(holders) = holders.get_mut(id.0) {
                    holders.insert(TypeId(index));
                }
            });
        });
        if holds {
            open.push(TypeId(index));
        }
    }
    while let Some(id) = open.pop() {
        let Some(definition) = api.types.get_mut(id.0) else { continue };
        if !definition.sensitive {
            definition.sensitive = true;
            open.extend(holders.get(id.0).into_iter().flatten());
        }
    }
}

fn is_secret(ty: &Type) -> bool {
    match ty {
        Type::Secret(_) => true,
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => is_secret(inner),
        _ => false,
    }
}
