//! Types that contain themselves: boxed where the cycle needs it, and nowhere else.

use std::collections::BTreeSet;

use super::prune::{named, parts};
use crate::model::{Api, Type, TypeDef, TypeId, TypeKind};

/// Boxes the members that would make a type contain itself, and marks aliases that lead to themselves.
pub(super) fn box_cycles(api: &mut Api) {
    let members: Vec<Vec<Option<TypeId>>> = api.types.iter().map(|definition| members(api, definition)).collect();
    let closing = closing_edges(&members);
    for (definition, closing) in api.types.iter_mut().zip(&closing) {
        let boxed = |index: usize| closing.contains(&index);
        match &mut definition.kind {
            TypeKind::Struct(object) => {
                object.fields.iter_mut().enumerate().for_each(|(index, field)| field.boxed = boxed(index));
            }
            TypeKind::Union(union) => {
                union.variants.iter_mut().enumerate().for_each(|(index, variant)| variant.boxed = boxed(index));
            }
            TypeKind::Alias(_) | TypeKind::Enum(_) => {}
        }
    }
    // An alias has no end if aliases alone, through lists or not, lead back to it.
    let aliases: Vec<Vec<TypeId>> = api
        .types
        .iter()
        .map(|definition| {
            let mut inside = Vec::new();
            if matches!(definition.kind, TypeKind::Alias(_)) {
                parts(definition, &mut |ty| named(ty, &mut |id| inside.push(id)));
            }
            inside
        })
        .collect();
    let groups = components(&aliases);
    let sizes = sizes(&groups);
    for (index, definition) in api.types.iter_mut().enumerate() {
        let TypeKind::Alias(alias) = &mut definition.kind else { continue };
        let to_itself = aliases.get(index).is_some_and(|inside| inside.contains(&TypeId(index)));
        let group = groups.get(index).copied().unwrap_or(usize::MAX);
        alias.recursive = to_itself || sizes.get(group).copied().unwrap_or(0) > 1;
    }
}

/// The type each member of a struct or union holds in itself, not behind a list or a mapping.
fn members(api: &Api, definition: &TypeDef) -> Vec<Option<TypeId>> {
    match &definition.kind {
        TypeKind::Struct(object) => object.fields.iter().map(|field| held(api, &field.ty)).collect(),
        TypeKind::Union(union) => union.variants.iter().map(|variant| held(api, &variant.ty)).collect(),
        TypeKind::Alias(_) | TypeKind::Enum(_) => Vec::new(),
    }
}

/// The type a value of a type holds in itself. Aliases are looked through, since they cannot be boxed.
fn held(api: &Api, ty: &Type) -> Option<TypeId> {
    let mut ty = ty;
    for _ in 0..=api.types.len() {
        match ty {
            Type::Nullable(inner) => ty = inner,
            Type::Named(id) => match api.type_def(*id).map(|definition| &definition.kind) {
                Some(TypeKind::Alias(alias)) if !alias.recursive => ty = &alias.ty,
                _ => return Some(*id),
            },
            _ => return None,
        }
    }
    None
}

/// The members that close a cycle, in a walk that starts at the first type by name: without them there is none left.
fn closing_edges(members: &[Vec<Option<TypeId>>]) -> Vec<BTreeSet<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; members.len()];
    let mut closing = vec![BTreeSet::new(); members.len()];
    for start in 0..members.len() {
        if states.get(start) != Some(&State::New) {
            continue;
        }
        let mut calls = vec![(start, 0)];
        set(&mut states, start, State::Open);
        while let Some((node, edge)) = calls.pop() {
            let Some(target) = members.get(node).and_then(|edges| edges.get(edge)) else {
                set(&mut states, node, State::Done);
                continue;
            };
            calls.push((node, edge + 1));
            let Some(target) = target.map(|id| id.0) else { continue };
            match states.get(target) {
                Some(State::New) => {
                    set(&mut states, target, State::Open);
                    calls.push((target, 0));
                }
                Some(State::Open) => {
                    if let Some(closing) = closing.get_mut(node) {
                        closing.insert(edge);
                    }
                }
                _ => {}
            }
        }
    }
    closing
}

fn sizes(groups: &[usize]) -> Vec<usize> {
    let mut sizes = vec![0; groups.len()];
    for group in groups {
        if let Some(size) = sizes.get_mut(*group) {
            *size += 1;
        }
    }
    sizes
}

/// The strongly connected components of a graph: the number of its component for each node.
///
/// Tarjan's algorithm without recursion, since a chain may be as long as the document. A node alone is a component of
/// its own whether or not it has an edge to itself; such an edge joins it with itself, which is what a caller asks.
fn components(edges: &[Vec<TypeId>]) -> Vec<usize> {
    let count = edges.len();
    let mut state = Tarjan {
        index: vec![usize::MAX; count],
        low: vec![0; count],
        on_stack: vec![false; count],
        group: vec![usize::MAX; count],
        ..Tarjan::default()
    };
    for start in 0..count {
        if state.index.get(start) == Some(&usize::MAX) {
            state.run(start, edges);
        }
    }
    state.group
}

#[derive(Default)]
struct Tarjan {
    index: Vec<usize>,
    low: Vec<usize>,
    on_stack: Vec<bool>,
    group: Vec<usize>,
    stack: Vec<usize>,
    next: usize,
    groups: usize,
}

impl Tarjan {
    fn run(&mut self, start: usize, edges: &[Vec<TypeId>]) {
        let mut calls = vec![(start, 0)];
        self.enter(start);
        while let Some((node, edge)) = calls.pop() {
            let target = edges.get(node).and_then(|targets| targets.get(edge)).map(|id| id.0);
            match target {
                Some(target) => {
                    calls.push((node, edge + 1));
                    if self.index.get(target) == Some(&usize::MAX) {
                        self.enter(target);
                        calls.push((target, 0));
                    } else if self.on_stack.get(target) == Some(&true) {
                        self.lower(node, self.index.get(target).copied().unwrap_or(usize::MAX));
                    }
                }
                None => {
                    self.leave(node);
                    if let Some((parent, _)) = calls.last() {
                        self.lower(*parent, self.low.get(node).copied().unwrap_or(usize::MAX));
                    }
                }
            }
        }
    }

    fn enter(&mut self, node: usize) {
        set(&mut self.index, node, self.next);
        set(&mut self.low, node, self.next);
        set(&mut self.on_stack, node, true);
        self.stack.push(node);
        self.next += 1;
    }

    fn lower(&mut self, node: usize, low: usize) {
        if let Some(own) = self.low.get_mut(node) {
            *own = (*own).min(low);
        }
    }

    fn leave(&mut self, node: usize) {
        if self.low.get(node) != self.index.get(node) {
            return;
        }
        while let Some(member) = self.stack.pop() {
            set(&mut self.on_stack, member, false);
            set(&mut self.group, member, self.groups);
            if member == node {
                break;
            }
        }
        self.groups += 1;
    }
}

fn set<T>(list: &mut [T], index: usize, value: T) {
    if let Some(slot) = list.get_mut(index) {
        *slot = value;
    }
}
