//! What every emitter looks up: the identifier and the file of each thing of the API.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::Ident;
use quote::format_ident;

use super::ident::{Usage, ident};
use super::runtime::Runtime;
use crate::model::{
    Api, Encoding, Media, Name, Operation, Output, Scope, Secret, SecretId, Splitter, Type, TypeDef, TypeId, TypeKind,
};

/// The API with the identifiers of everything in it.
pub(crate) struct Context<'a> {
    pub(crate) api: &'a Api,
    pub(crate) runtime: &'a Runtime<'a>,
    types: Vec<Ident>,
    /// The identifiers of types, secrets and resources.
    taken: BTreeSet<String>,
    /// Secrets the runtime has, with their module, and those it has not.
    secrets: Vec<(Ident, Option<String>)>,
    crate_ident: Ident,
    /// Files below `src/types/`, by name.
    pub(crate) files: Vec<TypeFile>,
    /// Resources, by their index.
    pub(crate) resources: Vec<ResourceNames>,
    /// Statics and methods of operations, by their index.
    pub(crate) operations: Vec<OperationNames>,
}

/// A file of types that belong together: a component and what is inside of it, or an operation's own types.
pub(crate) struct TypeFile {
    pub(crate) module: Ident,
    pub(crate) members: Vec<Member>,
}

/// A type of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    /// A named type of the API.
    Type(TypeId),
    /// The parameters of an operation, by index.
    Parameters(usize),
    /// The several successes of an operation, by index.
    Answers(usize),
}

/// Identifiers of a resource.
pub(crate) struct ResourceNames {
    pub(crate) ty: Ident,
    pub(crate) module: Ident,
    pub(crate) accessor: Ident,
}

/// Identifiers of an operation.
pub(crate) struct OperationNames {
    pub(crate) table: Ident,
    pub(crate) method: Ident,
}

impl<'a> Context<'a> {
    pub(crate) fn new(api: &'a Api, runtime: &'a Runtime<'a>) -> Self {
        let types: Vec<Ident> = api.types.iter().map(|def| type_ident(&def.name, runtime)).collect();
        let secrets: Vec<_> = api.secrets.iter().map(|secret| own_or_shared(secret, runtime)).collect();
        let resources = resource_names(api, runtime);
        let own = resources.iter().map(|resource| &resource.ty);
        let named = types.iter().chain(secrets.iter().map(|(ident, _)| ident)).chain(own);
        let taken = named.map(ToString::to_string).collect();
        Self {
            api,
            runtime,
            types,
            taken,
            secrets,
            crate_ident: ident(&Splitter::new(&[]).name(&api.product.product.crate_name), Usage::Module),
            files: type_files(api),
            resources,
            operations: operation_names(api),
        }
    }

    /// The identifier of a named type.
    pub(crate) fn type_ident(&self, id: TypeId) -> Ident {
        self.types.get(id.0).cloned().unwrap_or_else(|| format_ident!("Unnamed"))
    }

    /// The identifier of a type that is not among the named types of the API.
    pub(crate) fn extra_type_ident(&self, name: &Name) -> Ident {
        type_ident(name, self.runtime)
    }

    /// The identifier of a secret, and its module if it is one of the runtime's.
    pub(crate) fn secret(&self, id: SecretId) -> (Ident, Option<&str>) {
        match self.secrets.get(id.0) {
            Some((ident, module)) => (ident.clone(), module.as_deref()),
            None => (format_ident!("Unnamed"), None),
        }
    }

    /// The secrets that the runtime does not have.
    pub(crate) fn own_secrets(&self) -> impl Iterator<Item = (&Ident, &Secret)> {
        let named = self.secrets.iter().zip(&self.api.secrets);
        named.filter(|((_, module), _)| module.is_none()).map(|((ident, _), secret)| (ident, secret))
    }

    /// Whether a type of the API has this identifier.
    pub(crate) fn is_taken(&self, name: &str) -> bool {
        self.taken.contains(name)
    }

    /// The definition of a type, behind its aliases, if it is a named one.
    pub(crate) fn definition(&self, ty: &Type) -> Option<(TypeId, &'a TypeDef)> {
        match self.resolve(ty) {
            Type::Named(id) => Some((id, self.api.type_def(id)?)),
            _ => None,
        }
    }

    /// Whether a body is a value of the type the document has for it; others are made by the caller.
    pub(crate) fn is_typed(&self, media: &Media) -> bool {
        match (media.encoding, &media.ty) {
            (Encoding::Json | Encoding::Form, _) => true,
            (Encoding::Multipart, Type::Named(id)) => self.api.type_def(*id).is_some_and(|def| def.usage.parts),
            _ => false,
        }
    }

    /// What a type is, behind its aliases.
    pub(crate) fn resolve(&self, ty: &Type) -> Type {
        let mut ty = ty;
        for _ in 0..64 {
            match ty {
                Type::Named(id) => match self.api.type_def(*id).map(|def| &def.kind) {
                    Some(TypeKind::Alias(alias)) if !alias.recursive => ty = &alias.ty,
                    _ => break,
                },
                _ => break,
            }
        }
        ty.clone()
    }

    /// The name by which users import the crate.
    pub(crate) fn crate_ident(&self) -> Ident {
        self.crate_ident.clone()
    }
}

/// The name of something at the root of the crate would make a glob import ambiguous, and hide what a file itself imports.
fn type_ident(name: &Name, runtime: &Runtime<'_>) -> Ident {
    let ident = ident(name, Usage::Type);
    if runtime.owner(&ident.to_string()).is_some() { format_ident!("{ident}_") } else { ident }
}

fn own_or_shared(secret: &Secret, runtime: &Runtime<'_>) -> (Ident, Option<String>) {
    let ident = ident(&secret.name, Usage::Type);
    let owner = runtime.owner(&ident.to_string()).map(str::to_owned);
    (ident, owner)
}

/// Groups types by the component or operation their schema stands in.
fn type_files(api: &Api) -> Vec<TypeFile> {
    let splitter = Splitter::new(&api.product.names.initialisms);
    let by_pointer: BTreeMap<String, &Operation> = api.operations.iter().map(|op| (pointer(op), op)).collect();
    let mut groups: BTreeMap<String, (Name, Vec<Member>)> = BTreeMap::new();
    for (index, def) in api.types.iter().enumerate() {
        let (key, name) = group_of(def, &by_pointer, &splitter);
        groups.entry(key).or_insert_with(|| (name, Vec::new())).1.push(Member::Type(TypeId(index)));
    }
    // The type a file is named after comes first.
    for (key, (name, members)) in &mut groups {
        let root = members.iter().position(|member| is_root(api, *member, key));
        if let Some(root) = root {
            members.get_mut(..=root).into_iter().for_each(|head| head.rotate_right(1));
            if let Some(Member::Type(id)) = members.first()
                && let Some(def) = api.type_def(*id)
            {
                *name = def.name.clone();
            }
        }
    }
    for (index, operation) in api.operations.iter().enumerate() {
        let entry = groups.entry(pointer(operation)).or_insert_with(|| (operation.name.clone(), Vec::new()));
        if operation.parameters_name.is_some() {
            entry.1.push(Member::Parameters(index));
        }
        if matches!(operation.output, Output::Many { .. }) {
            entry.1.push(Member::Answers(index));
        }
    }
    let mut scope = Scope::default();
    let mut files: Vec<TypeFile> = groups
        .into_values()
        .filter(|(_, members)| !members.is_empty())
        .map(|(name, members)| TypeFile { module: module_ident(&scope.claim(&name)), members })
        .collect();
    files.sort_by_key(|file| file.module.to_string());
    files
}

fn is_root(api: &Api, member: Member, key: &str) -> bool {
    matches!(member, Member::Type(id) if api.type_def(id).is_some_and(|def| def.pointer == key))
}

/// JSON pointer of an operation.
fn pointer(operation: &Operation) -> String {
    let path = operation.path.replace('~', "~0").replace('/', "~1");
    format!("/paths/{path}/{}", operation.method.as_str().to_ascii_lowercase())
}

/// The pointer of the component or operation around a type, and the name of its file.
fn group_of(def: &TypeDef, operations: &BTreeMap<String, &Operation>, splitter: &Splitter) -> (String, Name) {
    let parts: Vec<&str> = def.pointer.splitn(5, '/').take(4).collect();
    let key = parts.join("/");
    let name = match operations.get(&key) {
        Some(operation) => operation.name.clone(),
        None if parts.len() == 4 => splitter.name(parts.last().unwrap_or(&"")),
        None => def.name.clone(),
    };
    (key, name)
}

/// A module is a file as well: names that Windows keeps for devices get a `_`.
fn module_ident(name: &Name) -> Ident {
    let ident = ident(name, Usage::Module);
    let text = ident.to_string();
    let device = matches!(text.as_str(), "con" | "prn" | "aux" | "nul")
        || ["com", "lpt"].iter().any(|device| {
            text.strip_prefix(device).is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
        });
    if device { format_ident!("{ident}_") } else { ident }
}

fn resource_names(api: &Api, runtime: &Runtime<'_>) -> Vec<ResourceNames> {
    let mut types = Scope::default();
    for def in &api.types {
        types.claim(&def.name);
    }
    for operation in &api.operations {
        if let Some(name) = &operation.parameters_name {
            types.claim(name);
        }
        if let Output::Many { name, .. } = &operation.output {
            types.claim(name);
        }
    }
    for secret in &api.secrets {
        types.claim(&secret.name);
    }
    let suffix = Splitter::default().name("Resource");
    let named = api.resources.iter().map(|resource| {
        let with_suffix = resource.name.then(&suffix);
        let exported = runtime.owner(&ident(&resource.name, Usage::Type).to_string()).is_some();
        let is_free = types.is_free(&resource.name) && !exported;
        let name = types.claim(if is_free { &resource.name } else { &with_suffix });
        ResourceNames {
            ty: type_ident(&name, runtime),
            module: module_ident(&resource.name),
            accessor: ident(&resource.name, Usage::Accessor),
        }
    });
    named.collect()
}

fn operation_names(api: &Api) -> Vec<OperationNames> {
    let mut scopes: BTreeMap<usize, Scope> = BTreeMap::new();
    let named = api.operations.iter().map(|operation| {
        let scope = scopes.entry(operation.resource).or_default();
        OperationNames {
            table: ident(&scope.claim(&operation.name), Usage::Static),
            method: ident(&operation.method_name, Usage::Method),
        }
    });
    named.collect()
}
