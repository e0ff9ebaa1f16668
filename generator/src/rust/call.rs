//! Calls as users of the crate write them, with values of their own: for the documents beside the crate.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{format_ident, quote};
use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::example::{Example, Shown};
use super::ident::{Usage, ident};
use super::operation_doc::OperationDoc;
use super::runtime::Runtime;
use super::unit::Unit;
use super::{Error, format};
use crate::model::{Api, Name, Operation, Output, Splitter};
use crate::templates::Templates;

/// What a text value begins with that is the name of a variable.
pub(crate) const VARIABLE: char = '\0';

/// What the crate's way to begin an authorization sets by itself (RFC 6749, section 4.1.1; RFC 7636, section 4.3).
const SET_BY_ATTEMPT: [&str; 3] = ["state", "code_challenge", "code_challenge_method"];

/// A request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// The index of the operation.
    pub(crate) operation: usize,
    /// Values of parameters, by name on the wire.
    pub(crate) parameters: serde_json::Map<String, Value>,
    /// The body.
    pub(crate) body: Option<Value>,
    /// What the answer is called.
    pub(crate) answer: String,
}

/// A call in Rust.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Call {
    /// What it imports beside the types of the API, all of which are in `types`.
    pub imports: String,
    /// The statement: `let answer = client.things().list().await?;`.
    pub statement: String,
    /// The same with the error at hand: `let outcome = client.things().list().await;`.
    pub outcome: String,
}

/// The calls of requests, one each. An answer is bound to its name; of pages, to the stream of their items; of an
/// authorization, to the attempt, which is not sent.
///
/// # Errors
///
/// When the templates lack the runtime, or an emitter is at fault.
pub(crate) fn calls(api: &Api, templates: &Templates, requests: &[Request]) -> Result<Vec<Call>, Error> {
    let runtime = Runtime::read(templates)?;
    let cx = Context::new(api, &runtime);
    requests.iter().map(|request| call(&cx, request).unwrap_or_else(|| Ok(Call::default()))).collect()
}

/// The name of a field of the crate.
#[must_use]
pub(crate) fn field(name: &Name) -> String {
    ident(name, Usage::Field).to_string()
}

fn call(cx: &Context<'_>, request: &Request) -> Option<Result<Call, Error>> {
    let (operation, names) = (cx.api.operations.get(request.operation)?, cx.operations.get(request.operation)?);
    let accessor = &cx.resources.get(operation.resource)?.accessor;
    let unit = Unit::new(cx, []);
    let doc = OperationDoc { unit: &unit, operation, names, accessor };
    let example = Example::showing(&unit, Shown::Given);
    let begins = begins_authorization(cx, operation);
    let mut parameters = request.parameters.clone();
    if begins {
        parameters.retain(|name, _| !SET_BY_ATTEMPT.contains(&name.as_str()));
    }
    let arguments = doc.arguments(&example, &Value::Object(parameters), request.body.as_ref());
    let (method, answer) = (&names.method, ident(&Splitter::default().name(&request.answer), Usage::Argument));
    let call = quote!(client.#accessor().#method(#(#arguments),*));
    let statement = if begins {
        let url = format_ident!("{method}_url");
        quote!(let #answer = client.#accessor().#url(#(#arguments),*)?;)
    } else {
        match &operation.output {
            Output::Nothing => quote!(#call.await?;),
            Output::Page { .. } => quote!(let mut #answer = #call.items();),
            _ => quote!(let #answer = #call.await?;),
        }
    };
    let text = |tokens: TokenStream| {
        let path = operation.id.clone();
        let source = format::source(quote!(fn main() { #tokens }));
        source.map(|text| body(&text)).map_err(|error| Error::Tokens { path, message: error.to_string() })
    };
    let call = || {
        let (imports, statement) = (text(example.item_imports())?, text(variables(statement))?);
        Ok(Call { imports, statement, outcome: text(variables(quote!(let outcome = #call.await;)))? })
    };
    Some(call())
}

fn begins_authorization(cx: &Context<'_>, operation: &Operation) -> bool {
    let flows = &cx.api.product.flows;
    flows.authorize.as_ref().is_some_and(|id| *id.get_ref() == operation.id)
        && operation.parameters_name.is_some()
        && cx.runtime.owner("AuthorizationAttempt").is_some()
}

/// Names of variables in place of the texts that stand for them.
pub(crate) fn variables(tokens: TokenStream) -> TokenStream {
    let one = |token: TokenTree| match token {
        TokenTree::Group(group) => {
            let mut inside = Group::new(group.delimiter(), variables(group.stream()));
            inside.set_span(group.span());
            TokenTree::Group(inside)
        }
        TokenTree::Literal(literal) => {
            let text = syn::parse_str::<syn::LitStr>(&literal.to_string()).map(|text| text.value());
            match text.as_deref().ok().and_then(|text| text.strip_prefix(VARIABLE)) {
                Some(name) => TokenTree::Ident(ident(&Splitter::default().name(name), Usage::Argument)),
                None => TokenTree::Literal(literal),
            }
        }
        other => other,
    };
    tokens.into_iter().map(one).collect()
}

/// The statements of a printed function.
pub(crate) fn body(function: &str) -> String {
    let lines: Vec<&str> = function.lines().collect();
    let inner = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
    inner.iter().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_text_becomes_a_variable_and_no_other_does() {
        let (marked, plain) = (format!("{VARIABLE}client_id"), "client_id");
        let tokens = variables(quote!(call(#marked, [#plain])));
        assert_eq!(tokens.to_string(), "call (client_id , [\"client_id\"])");
    }

    #[test]
    fn the_statements_of_a_function_are_without_it() {
        assert_eq!(body("fn main() {\n    let a = [\n        1,\n    ];\n}\n"), "let a = [\n    1,\n];");
        assert_eq!(body("fn main() {}\n"), "");
    }
}
