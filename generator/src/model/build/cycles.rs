//! Types that contain themselves: boxed where the cycle needs it, and nowhere else.

use super::prune::{named, parts};
use crate::model::{Api, Type, TypeDef, TypeId, TypeKind};

/// Boxes the members that would make a type contain itself, and marks aliases that lead to themselves.
pub(super) fn box_cycles(api: &mut Api) {
    let direct: Vec<Vec<TypeId>> = api.types.iter().map(contained).collect();
    let groups = components(&direct);
    let together = |one: usize, other: TypeId| groups.get(one) == groups.get(other.0);
    for (index, definition) in api.types.iter_mut().enumerate() {
        match &mut definition.kind {
            TypeKind::Struct(object) => {
                for field in &mut object.fields {
                    field.boxed = direct_name(&field.ty).is_some_and(|id| together(index, id));
                }
            }
            TypeKind::Union(union) => {
                for variant in &mut union.variants {
                    variant.boxed = direct_name(&variant.ty).is_some_and(|id| together(index, id));
                }
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

/// The types a value holds in itself, not behind a list or a mapping.
fn contained(definition: &TypeDef) -> Vec<TypeId> {
    let mut inside = Vec::new();
    parts(definition, &mut |ty| inside.extend(direct_name(ty)));
    inside
}

fn direct_name(ty: &Type) -> Option<TypeId> {
    match ty {
        Type::Named(id) => Some(*id),
        Type::Nullable(inner) => direct_name(inner),
        _ => None,
    }
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
