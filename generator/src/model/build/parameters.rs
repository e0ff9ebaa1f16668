//! Parameters.

use openapiv3::{
    CookieStyle, HeaderStyle, Parameter as Source, ParameterSchemaOrContent, PathStyle, QueryStyle, ReferenceOr,
};
use serde_json::Value;

use super::flat::SchemaRef;
use super::schemas::constraints;
use super::{Builder, Owner, resolve};
use crate::model::{Location, Name, Parameter, Scope, Style, Type};
use crate::source::parse::node_number;

impl<'a> Builder<'a> {
    /// The parameters of an operation: the path item's first, those the operation gives anew in their place.
    pub(super) fn parameters(
        &mut self,
        path: &'a [ReferenceOr<Source>],
        own: &'a [ReferenceOr<Source>],
        operation: &str,
        operation_name: &Name,
    ) -> Vec<Parameter> {
        let mut sources: Vec<&'a Source> = Vec::new();
        for source in path.iter().chain(own).filter_map(|parameter| self.resolve_parameter(parameter)) {
            match sources.iter_mut().find(|known| key(known) == key(source)) {
                Some(known) => *known = source,
                None => sources.push(source),
            }
        }
        let mut names = Scope::default();
        sources.into_iter().map(|source| self.parameter(source, operation, operation_name, &mut names)).collect()
    }

    fn resolve_parameter(&self, parameter: &'a ReferenceOr<Source>) -> Option<&'a Source> {
        resolve(parameter, "parameters", self.openapi.components.as_ref().map(|all| &all.parameters))
    }

    fn parameter(
        &mut self,
        source: &'a Source,
        operation: &str,
        operation_name: &Name,
        names: &mut Scope,
    ) -> Parameter {
        let data = source.parameter_data_ref();
        let own_name = self.splitter.name(&data.name);
        let (location, style, exploded, allow_reserved) = manner(source);
        let place = format!("{operation}:{}", data.name);
        let owner = Owner {
            name: operation_name.then(&own_name),
            parts: Some((operation_name.clone(), own_name.clone())),
            place: place.clone(),
        };
        let (schema, style) = match &data.format {
            ParameterSchemaOrContent::Schema(schema) => (Some(SchemaRef::Plain(schema)), style),
            ParameterSchemaOrContent::Content(content) => {
                (content.values().next().and_then(|media| media.schema.as_ref()).map(SchemaRef::Plain), Style::Json)
            }
        };
        let schema = schema.unwrap_or_else(|| SchemaRef::All(Vec::new()));
        let flat = self.flatten(&schema);
        let typed = self.schema_type(&schema, &owner);
        let named = data.examples.values().find_map(|example| self.example_value(example));
        let given = self.examples.get(&place).cloned();
        if given.is_some() {
            self.met.insert(place.clone());
        }
        let example = given.or_else(|| data.example.clone()).or(named).or_else(|| self.given_example(&place, &flat));
        Parameter {
            name: names.claim(&own_name),
            wire: data.name.clone(),
            location,
            style,
            explode: data.explode.unwrap_or(exploded),
            allow_reserved,
            required: data.required || location == Location::Path,
            ty: if typed.ty == Type::Binary { Type::Text } else { typed.ty },
            description: data.description.clone().or_else(|| flat.description.clone()),
            deprecated: data.deprecated == Some(true) || flat.deprecated,
            constant: flat.constant().cloned(),
            default: flat.default.clone(),
            constraints: constraints(&flat),
            example_given: example.is_some(),
            example: example.unwrap_or(Value::Null),
            place: self.place(node_number(&data.extensions)),
        }
    }

    /// The value of an example, which may be a component.
    pub(super) fn example_value(&self, example: &ReferenceOr<openapiv3::Example>) -> Option<Value> {
        match example {
            ReferenceOr::Item(example) => example.value.clone(),
            ReferenceOr::Reference { reference } => {
                let key = reference.strip_prefix("#/components/examples/")?;
                match self.openapi.components.as_ref()?.examples.get(key)? {
                    ReferenceOr::Item(example) => example.value.clone(),
                    ReferenceOr::Reference { .. } => None,
                }
            }
        }
    }
}

/// What makes a parameter unique (OpenAPI, Parameter Object).
fn key(parameter: &Source) -> (Location, &str) {
    (manner(parameter).0, &parameter.parameter_data_ref().name)
}

/// Location, style, whether that style explodes unless told otherwise, and whether reserved characters stay.
fn manner(parameter: &Source) -> (Location, Style, bool, bool) {
    match parameter {
        Source::Query { style, allow_reserved, .. } => {
            let (style, exploded) = match style {
                QueryStyle::Form => (Style::Form, true),
                QueryStyle::SpaceDelimited => (Style::SpaceDelimited, false),
                QueryStyle::PipeDelimited => (Style::PipeDelimited, false),
                QueryStyle::DeepObject => (Style::DeepObject, true),
            };
            (Location::Query, style, exploded, *allow_reserved)
        }
        Source::Header { style: HeaderStyle::Simple, .. } => (Location::Header, Style::Simple, false, false),
        Source::Path { style, .. } => {
            let style = match style {
                PathStyle::Matrix => Style::Matrix,
                PathStyle::Label => Style::Label,
                PathStyle::Simple => Style::Simple,
            };
            (Location::Path, style, false, false)
        }
        Source::Cookie { style: CookieStyle::Form, .. } => (Location::Cookie, Style::Form, true, false),
    }
}
