//! Operations.

use openapiv3::{Operation as Source, PathItem, ReferenceOr};

use super::Builder;
use crate::model::{Location, Method, Name, Operation, RetryClass, Scheme};
use crate::source::parse::node_number;

/// An operation of the document with what is around it.
struct Found<'a> {
    path: &'a str,
    method: Method,
    item: &'a PathItem,
    source: &'a Source,
}

impl<'a> Builder<'a> {
    /// The operations, by path bytes, then method.
    pub(super) fn operations(&mut self, schemes: &[Scheme]) -> Vec<Operation> {
        let mut found = Vec::new();
        for (path, item) in &self.openapi.paths.paths {
            let ReferenceOr::Item(item) = item else { continue };
            for (method, source) in methods(item) {
                found.push(Found { path, method, item, source });
            }
        }
        found.sort_by(|one, other| (one.path, one.method).cmp(&(other.path, other.method)));
        found.into_iter().map(|found| self.operation(&found, schemes)).collect()
    }

    fn operation(&mut self, found: &Found<'a>, schemes: &[Scheme]) -> Operation {
        let source = found.source;
        let id = source.operation_id.clone().unwrap_or_else(|| format!("{} {}", found.method.as_str(), found.path));
        let name = self.splitter.name(&id);
        let place = self.place(node_number(&source.extensions));
        let parameters = self.parameters(&found.item.parameters, &source.parameters, &id, &name);
        let has_parameters = parameters.iter().any(|parameter| parameter.location != Location::Path);
        let parameters_name = has_parameters.then(|| self.claim_type(&name, place));
        let body = source.request_body.as_ref().and_then(|body| self.body(body, &name));
        if let Some(body) = &body {
            self.report_untyped(body, &source.extensions, &id);
        }
        let responses = self.responses(&source.responses, &name);
        let pagination = self.pagination(&parameters);
        let output = self.output(&responses, pagination.as_ref(), &name);
        let mut operation = Operation {
            name,
            resource: 0,
            method_name: self.splitter.name(&id),
            aliases: self.aliases(&id),
            summary: source.summary.clone(),
            description: source.description.clone(),
            tags: source.tags.clone(),
            deprecated: source.deprecated,
            method: found.method,
            path: found.path.to_owned(),
            server: self.own_server(&source.servers, &found.item.servers),
            security: self.requirements(source.security.as_ref(), schemes, place),
            parameters,
            parameters_name,
            body,
            responses,
            pagination: pagination.filter(|_| matches!(output, crate::model::Output::Page { .. })),
            output,
            retry: by_method(found.method),
            retry_by_variant: Vec::new(),
            credential_by_variant: Vec::new(),
            place,
            id,
        };
        self.set_retry(&mut operation);
        self.require_credentials(&mut operation, schemes);
        operation
    }

    /// Credentials that product.toml requires where the document makes them optional.
    fn require_credentials(&self, operation: &mut Operation, schemes: &[Scheme]) {
        let variants = self.body_variants(operation);
        for (key, credential) in &self.product.credentials {
            let index = schemes.iter().position(|scheme| scheme.key == *key.get_ref());
            let needs = |set: &Vec<crate::model::Requirement>| set.iter().any(|one| Some(one.scheme) == index);
            if !operation.security.iter().any(needs) {
                continue;
            }
            for text in &credential.required {
                match text.get_ref().split_once(':') {
                    None if *text.get_ref() == operation.id => operation.security.retain(|set| !set.is_empty()),
                    Some((id, variant)) if id == operation.id => {
                        let wanted = self.splitter.name(variant);
                        operation.credential_by_variant.extend(variants.iter().position(|name| *name == wanted));
                    }
                    _ => {}
                }
            }
        }
        operation.credential_by_variant.sort_unstable();
        operation.credential_by_variant.dedup();
    }

    fn aliases(&self, id: &str) -> Vec<String> {
        let known = self.product.aliases.iter().find(|(key, _)| key.get_ref() == id);
        known.map(|(_, aliases)| aliases.clone()).unwrap_or_default()
    }

    /// The retry classes product.toml gives the operation and the alternatives of its body.
    fn set_retry(&self, operation: &mut Operation) {
        let retry = &self.product.retry;
        let classes = [
            (&retry.safe, RetryClass::Safe),
            (&retry.idempotent, RetryClass::Idempotent),
            (&retry.once, RetryClass::Once),
            (&retry.single_use, RetryClass::SingleUse),
        ];
        let variants = self.body_variants(operation);
        for (list, class) in classes {
            for text in list {
                match text.get_ref().split_once(':') {
                    None if *text.get_ref() == operation.id => operation.retry = class,
                    Some((id, variant)) if id == operation.id => {
                        let wanted: Name = self.splitter.name(variant);
                        if let Some(index) = variants.iter().position(|name| *name == wanted) {
                            operation.retry_by_variant.push((index, class));
                        }
                    }
                    _ => {}
                }
            }
        }
        operation.retry_by_variant.sort_unstable();
    }
}

/// The class an HTTP method has by itself (RFC 9110, section 9.2).
fn by_method(method: Method) -> RetryClass {
    match method {
        Method::Get | Method::Head | Method::Options | Method::Trace => RetryClass::Safe,
        Method::Put | Method::Delete => RetryClass::Idempotent,
        Method::Post | Method::Patch => RetryClass::Once,
    }
}

fn methods(item: &PathItem) -> impl Iterator<Item = (Method, &Source)> {
    [
        (Method::Get, &item.get),
        (Method::Post, &item.post),
        (Method::Put, &item.put),
        (Method::Patch, &item.patch),
        (Method::Delete, &item.delete),
        (Method::Head, &item.head),
        (Method::Options, &item.options),
        (Method::Trace, &item.trace),
    ]
    .into_iter()
    .filter_map(|(method, source)| Some((method, source.as_ref()?)))
}
