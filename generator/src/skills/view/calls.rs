//! The requests of samples as calls of the generated crate.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{ApiView, OperationView};
use crate::model::Api;
use crate::rust;
use crate::rust::call::{Request, VARIABLE};
use crate::templates::Templates;

/// The token requests of the flows by what they send, each from variables of the same names (RFC 6749, sections 4.1.3
/// and 6; RFC 7636, section 4.5).
const GRANTS: [(&str, &[&str]); 2] =
    [("authorization_code", &["code", "redirect_uri", "code_verifier"]), ("refresh_token", &["refresh_token"])];

impl ApiView {
    /// Fills in the calls of all samples, and those of the flows.
    ///
    /// # Errors
    ///
    /// When the crate could not be written either.
    pub fn write_calls(&mut self, api: &Api, templates: &Templates) -> Result<(), rust::Error> {
        let short: BTreeMap<&str, &str> =
            self.variables.iter().map(|variable| (variable.name.as_str(), variable.snake.as_str())).collect();
        let variable = |name: &str| format!("{VARIABLE}{}", short.get(name).copied().unwrap_or(name));
        let sample = |(index, operation): (usize, &OperationView)| Request {
            operation: index,
            parameters: operation
                .sample
                .given
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), value.json(variable)?)))
                .collect(),
            body: operation.sample.body.as_ref().and_then(|body| body.value.json(variable)),
            answer: match operation.sample.output.kind {
                "page" => "items".to_owned(),
                "redirect" => "attempt".to_owned(),
                _ => operation.sample.output.name.snake.clone(),
            },
        };
        let mut requests: Vec<Request> = self.operations.iter().enumerate().map(sample).collect();
        let token = self.flows.get("token").map(|token| token.id.as_str());
        let token = token.and_then(|id| self.operations.iter().position(|operation| operation.id == id));
        for (grant, names) in token.map(|_| GRANTS).into_iter().flatten() {
            let mut body: Map<String, Value> =
                names.iter().map(|name| ((*name).to_owned(), format!("{VARIABLE}{name}").into())).collect();
            body.insert("grant_type".to_owned(), grant.into());
            requests.push(Request {
                operation: token.unwrap_or_default(),
                body: Some(Value::Object(body)),
                answer: "token".to_owned(),
                ..Request::default()
            });
        }
        let mut calls = rust::call::calls(api, templates, &requests)?.into_iter();
        for operation in &mut self.operations {
            operation.sample.call = calls.next().unwrap_or_default();
        }
        self.grants = GRANTS.iter().map(|(grant, _)| (*grant).to_owned()).zip(calls).collect();
        for flow in self.flows.values_mut() {
            if let Some(operation) = self.operations.iter().find(|operation| operation.id == flow.id) {
                flow.sample.call = operation.sample.call.clone();
            }
        }
        Ok(())
    }
}
