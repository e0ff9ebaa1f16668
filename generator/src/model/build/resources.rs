//! Resources: which accessor leads to an operation, and what its method is called.

use std::collections::BTreeMap;

use super::Builder;
use crate::model::{Name, Operation, Resource, Scope};
use crate::source::diagnostic::Diagnostic;
use crate::source::rules::{model, product as rules};

/// An operation's resource and method.
struct Seat {
    resource: Name,
    method: Name,
}

impl Builder<'_> {
    /// Groups the operations into resources and names their methods.
    pub(super) fn resources(&mut self, operations: &mut [Operation]) -> Vec<Resource> {
        let configured = self.configured_seats();
        let mut groups: BTreeMap<Name, Vec<usize>> = BTreeMap::new();
        for (index, operation) in operations.iter_mut().enumerate() {
            let seat = configured.get(&operation.id).map(|(resource, method)| Seat {
                resource: self.splitter.name(resource),
                method: self.splitter.name(method),
            });
            let seat = seat.unwrap_or_else(|| self.infer_seat(operation));
            operation.method_name = seat.method;
            groups.entry(seat.resource).or_default().push(index);
        }
        let mut resources = Vec::new();
        for (number, (name, members)) in groups.into_iter().enumerate() {
            let mut methods = Scope::default();
            for index in &members {
                let Some(operation) = operations.get_mut(*index) else { continue };
                operation.resource = number;
                let claimed = methods.claim(&operation.method_name);
                if claimed != operation.method_name.clone().bounded() {
                    let message = format!(
                        "method `{}` is called `{claimed}`, since `{name}` has one of that name",
                        operation.method_name
                    );
                    self.findings.push(Diagnostic::new(&model::NAME_CHANGED, operation.place, message));
                }
                operation.method_name = claimed;
            }
            let config = self.product.resources.iter().find(|(key, _)| self.splitter.name(key) == name);
            let description =
                config.and_then(|(_, config)| config.description.clone()).or_else(|| self.tag_description(&name));
            let title = config.and_then(|(_, config)| config.title.clone()).unwrap_or_else(|| name.title());
            resources.push(Resource { name, title, description, operations: members });
        }
        resources
    }

    /// The seats product.toml gives, by operation id.
    fn configured_seats(&mut self) -> BTreeMap<String, (String, String)> {
        let mut seats: BTreeMap<String, (String, String)> = BTreeMap::new();
        for (resource, config) in &self.product.resources {
            for (method, id) in &config.methods {
                let earlier = seats.insert(id.get_ref().clone(), (resource.clone(), method.clone()));
                if let Some((other_resource, other_method)) = earlier {
                    let message = format!(
                        "operation `{}` is `{resource}.{method}` here and `{other_resource}.{other_method}` elsewhere",
                        id.get_ref()
                    );
                    self.findings.push(Diagnostic::new(&rules::OPERATION_TWICE, self.product.place(id), message));
                }
            }
        }
        seats
    }

    /// Resource from the first tag, else from the first fixed part of the path; method from the operation's name
    /// without the words of the resource.
    fn infer_seat(&mut self, operation: &Operation) -> Seat {
        let part = operation.path.split('/').find(|part| !part.is_empty() && !part.starts_with('{'));
        let resource = match operation.tags.first() {
            Some(tag) => self.splitter.name(tag),
            None => self.splitter.name(part.unwrap_or("root")),
        };
        let method = self.infer_method(operation, &resource);
        if !self.product.resources.is_empty() {
            let message = format!(
                "operation `{}` has no resource in product.toml: `{resource}.{method}` was inferred",
                operation.id
            );
            self.findings.push(
                Diagnostic::new(&model::METHOD_INFERRED, operation.place, message)
                    .help(format!("add below [resources.{resource}.methods]: {method} = \"{}\"", operation.id)),
            );
        }
        Seat { resource, method }
    }

    /// `GetOrders` of a collection is `list`, so that `GetOrder` can be `get`.
    fn infer_method(&self, operation: &Operation, resource: &Name) -> Name {
        let method = without(&operation.name, resource);
        let plural = |name: &Name| name.words().last().is_some_and(|word| word.ends_with('s') && !word.ends_with("ss"));
        let of_collection = !operation.path.ends_with('}') && plural(&operation.name);
        if of_collection && method.snake() == "get" { self.splitter.name("list") } else { method }
    }

    fn tag_description(&self, name: &Name) -> Option<String> {
        let tag = self.openapi.tags.iter().find(|tag| self.splitter.name(&tag.name) == *name)?;
        tag.description.clone()
    }
}

/// The words of a name without those of a resource, be they singular or plural; all of them if none were left.
fn without(name: &Name, resource: &Name) -> Name {
    let stem = |word: &str| word.to_ascii_lowercase().trim_end_matches('s').to_owned();
    let drop: Vec<String> = resource.words().iter().map(|word| stem(word)).collect();
    let words: Vec<&str> = name.words().iter().map(String::as_str).collect();
    let rest: Vec<&str> = words
        .windows(drop.len().max(1))
        .position(|window| window.iter().map(|word| stem(word)).eq(drop.iter().cloned()))
        .map(|at| {
            words
                .iter()
                .enumerate()
                .filter(|(index, _)| *index < at || *index >= at + drop.len())
                .map(|(_, word)| *word)
                .collect()
        })
        .unwrap_or_default();
    if rest.is_empty() { name.clone() } else { Name::from_words(rest) }
}
