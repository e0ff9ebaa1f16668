//! The documentation of a method: what it does, what it needs, what can go wrong, how it is called.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::context::OperationNames;
use super::doc::{Doc, code, escape};
use super::example::Example;
use super::flow_method::FlowMethods;
use super::format;
use super::ident::{Usage, ident};
use super::member::Member;
use super::operation_method::{body_media, path_parameters};
use super::output::status_text;
use super::parameters_item::parameters;
use super::union_item::variant_ident;
use super::unit::Unit;
use crate::model::{Encoding, Media, Operation, Output, Parameter, Response, RetryClass, SchemeKind, Type, TypeKind};
use serde_json::Value;

/// The documentation of a method.
pub(crate) struct OperationDoc<'a> {
    pub(crate) unit: &'a Unit<'a>,
    pub(crate) operation: &'a Operation,
    pub(crate) names: &'a OperationNames,
    pub(crate) accessor: &'a Ident,
}

impl OperationDoc<'_> {
    fn doc(&self) -> Doc {
        let operation = self.operation;
        let method = operation.method.as_str();
        let call = code(&format!("{method} {}", operation.path));
        let doc = match (&operation.summary, &operation.description) {
            (Some(summary), description) => {
                let description = description.as_deref().filter(|text| text.trim() != summary.trim());
                Doc::new().paragraph(&sentence(&escape(summary))).maybe(description)
            }
            (None, Some(description)) => Doc::new().text(description),
            (None, None) => Doc::new().paragraph(&format!("Calls {call}.")),
        };
        let doc = doc.paragraph(&format!("{call}. {} {}", self.credentials(), self.retries()));
        let doc = match self.path_list() {
            list if list.is_empty() => doc,
            list => doc.heading("Arguments").list(list),
        };
        let doc = match self.beside() {
            Some(sentence) => doc.paragraph(&sentence),
            None => doc,
        };
        let doc = doc.heading("Errors").list(self.errors());
        let doc = if self.operation.responses.iter().any(|response| self.body_of_error(response).is_some()) {
            doc.paragraph("[`ApiError::json`](crate::ApiError::json) reads a body of the type that is named.")
        } else {
            doc
        };
        doc.heading("Example").example("no_run", &self.example())
    }

    fn credentials(&self) -> String {
        let schemes = |set: &[crate::model::Requirement]| {
            let names = set.iter().filter_map(|requirement| self.unit.cx.api.scheme(requirement)).map(|scheme| {
                let (article, what) = match scheme.kind {
                    SchemeKind::Bearer => ("a ", "bearer token"),
                    SchemeKind::Basic => ("a ", "user name and password"),
                    SchemeKind::ApiKeyHeader(_) | SchemeKind::ApiKeyQuery(_) | SchemeKind::ApiKeyCookie(_) => {
                        ("a ", "key")
                    }
                    SchemeKind::ClientAuthentication { .. } => ("", "client authentication"),
                    SchemeKind::MutualTls => ("a ", "client certificate"),
                    SchemeKind::Other(_) => ("", "credentials"),
                };
                format!("{article}[{what}](crate::guide::credentials) ({})", code(&scheme.key))
            });
            names.collect::<Vec<_>>().join(" and ")
        };
        let needed: Vec<String> =
            self.operation.security.iter().filter(|set| !set.is_empty()).map(|set| schemes(set)).collect();
        let optional = needed.len() < self.operation.security.len();
        match (needed.is_empty(), optional) {
            (true, _) => "Sends no credentials.".to_owned(),
            (false, true) if !self.operation.credential_by_variant.is_empty() => {
                let sent = needed.join(", or ");
                format!("Sends {sent} if there is one; {} needs it.", self.needing_credential())
            }
            (false, true) => format!("Sends {} if there is one.", needed.join(", or ")),
            (false, false) => format!("Needs {}.", needed.join(", or ")),
        }
    }

    /// The alternatives of the body that need a credential.
    fn needing_credential(&self) -> String {
        let body = body_media(self.operation).and_then(|(_, media)| self.unit.cx.definition(&media.ty));
        let Some(TypeKind::Union(of)) = body.map(|(_, def)| &def.kind) else { return String::new() };
        let variants = self.operation.credential_by_variant.iter().filter_map(|index| of.variants.get(*index));
        variants.map(|variant| code(&variant_ident(variant).to_string())).collect::<Vec<_>>().join(" and ")
    }

    fn retries(&self) -> String {
        let sentence = |class| match class {
            RetryClass::Safe => {
                "It changes nothing, so it [is tried again](crate::guide::retries) when it failed for a passing reason."
            }
            RetryClass::Idempotent => {
                "Twice has the effect of once, so it [is tried again](crate::guide::retries) when it failed for a passing \
                 reason."
            }
            RetryClass::Once => {
                "It [is tried again](crate::guide::retries) only when nothing was sent, or when the server put it off (429)."
            }
            RetryClass::SingleUse => {
                "It spends a secret that works once, so it [is tried again](crate::guide::retries) only when nothing was \
                 sent."
            }
        };
        if self.operation.retry_by_variant.is_empty() {
            sentence(self.operation.retry).to_owned()
        } else {
            format!("{} Other alternatives of the body may have other rules.", sentence(self.operation.retry))
        }
    }

    fn path_list(&self) -> Vec<String> {
        let described = path_parameters(self.operation).into_iter().filter_map(|parameter| {
            let name = ident(&parameter.name, Usage::Argument).to_string();
            let text = escape(parameter.description.as_deref()?);
            (!text.is_empty()).then(|| format!("{}: {}", code(&name), sentence(&text)))
        });
        described.collect()
    }

    fn errors(&self) -> Vec<String> {
        let declared = self.operation.responses.iter().filter(|response| !response.status.is_success());
        let described = declared.map(|response| {
            let body =
                self.body_of_error(response).map(|ty| format!(", [`{ty}`](crate::types::{ty})")).unwrap_or_default();
            format!("{}{body}: {}", status_text(response.status), sentence(&escape(&response.description)))
        });
        let mut errors: Vec<String> = described.collect();
        errors.push("No answer, or one that is not as documented: see [`Error`](crate::Error).".to_owned());
        errors
    }

    /// The type that the body of an error can be read as.
    fn body_of_error(&self, response: &Response) -> Option<Ident> {
        let json = |media: &&Media| media.encoding == Encoding::Json;
        let media = response.media.iter().find(json).filter(|_| !response.status.is_success())?;
        let (id, def) = self.unit.cx.definition(&media.ty)?;
        def.usage.response.then(|| self.unit.cx.type_ident(id))
    }

    /// The method that is to be preferred, for the part the operation plays in a flow.
    fn beside(&self) -> Option<String> {
        let methods = FlowMethods { unit: self.unit, operation: self.operation, method: &self.names.method };
        let (method, what) = methods.preferred()?;
        Some(format!("[`{method}`](Self::{method}) {what}"))
    }

    /// The example as lines, those that only make it compile hidden.
    fn example(&self) -> String {
        let example = Example::new(self.unit);
        let (call, krate) = (self.call(&example), self.unit.cx.crate_ident());
        let imports = example.imports();
        let allow = self.operation.deprecated.then(|| quote!(#[allow(deprecated)]));
        hidden_around(quote! {
            #allow
            async fn example(client: &#krate::Client) -> Result<(), Box<dyn std::error::Error>> {
                #imports
                #call
                Ok(())
            }
        })
    }

    fn call(&self, example: &Example<'_>) -> TokenStream {
        let arguments = self.arguments(example, &Value::Null, None);
        let (accessor, method) = (self.accessor, &self.names.method);
        let call = quote!(client.#accessor().#method(#(#arguments),*).await?);
        match &self.operation.output {
            Output::Nothing => quote!(#call;),
            Output::Page { .. } => quote! {
                let page = #call;
                for item in page {
                    println!("{item:?}");
                }
            },
            _ => quote! {
                let answer = #call;
                println!("{answer:?}");
            },
        }
    }

    /// The arguments of the method: values given by name on the wire, else examples.
    pub(crate) fn arguments(&self, example: &Example<'_>, values: &Value, body: Option<&Value>) -> Vec<TokenStream> {
        let paths = path_parameters(self.operation).into_iter();
        let mut arguments: Vec<TokenStream> =
            paths.map(|parameter| self.path_value(example, parameter, values.get(&parameter.wire))).collect();
        if let Some(name) = &self.operation.parameters_name {
            let ty = self.unit.cx.extra_type_ident(name);
            let members: Vec<Member<'_>> =
                parameters(self.operation).map(|parameter| Member::of_parameter(self.unit, parameter)).collect();
            arguments.push(example.parameters(ty, &members, values));
        }
        arguments.extend(self.body(example, body));
        arguments
    }

    fn path_value(&self, example: &Example<'_>, parameter: &Parameter, given: Option<&Value>) -> TokenStream {
        match (given.unwrap_or(&parameter.example), self.unit.cx.resolve(&parameter.ty)) {
            // What cannot stand in a path cannot stand in its example.
            (Value::String(text), Type::Text) if matches!(text.as_str(), "" | "." | "..") => quote!("id"),
            (Value::String(text), Type::Secret(id)) => {
                let secret = example.secret(id);
                quote!(&#secret::from(#text))
            }
            (value, Type::Text | Type::Boolean | Type::Integer(_) | Type::Number(_)) => {
                example.argument(&parameter.ty, value)
            }
            (value, _) => {
                let value = example.exact(&parameter.ty, value);
                quote!(&#value)
            }
        }
    }

    fn body(&self, example: &Example<'_>, given: Option<&Value>) -> Option<TokenStream> {
        let (body, media) = body_media(self.operation)?;
        if !body.required && given.is_none() {
            return Some(quote!(None));
        }
        let value = given.unwrap_or(&media.example);
        Some(match media.encoding {
            _ if self.unit.cx.is_typed(media) && body.required => example.argument(&media.ty, value),
            _ if self.unit.cx.is_typed(media) => {
                let value = example.exact(&media.ty, value);
                quote!(Some(#value))
            }
            // An untyped one has the parts that the caller names.
            Encoding::Multipart => {
                let (multipart, part) = (example.item("Multipart"), example.item("Part"));
                quote!(#multipart::new().part(#part::new("file", "content").file_name("file.txt")))
            }
            _ => quote!("content"),
        })
    }
}

/// The statements of a function as lines of a doctest, the function around them hidden.
pub(crate) fn hidden_around(function: TokenStream) -> String {
    let source = format::source(function).unwrap_or_default();
    let lines: Vec<&str> = source.lines().collect();
    // Its head ends at the first brace; its tail is `Ok(())` and a brace.
    let head = lines.iter().position(|line| line.ends_with('{')).unwrap_or(0);
    let tail = lines.len().saturating_sub(2);
    let shown = lines.into_iter().enumerate().map(|(at, line)| {
        if (head + 1..tail).contains(&at) {
            line.strip_prefix("    ").unwrap_or(line).to_owned()
        } else {
            format!("# {line}")
        }
    });
    shown.collect::<Vec<_>>().join("\n")
}

impl ToTokens for OperationDoc<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.doc().to_tokens(tokens);
    }
}

/// A text that ends like a sentence.
fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?', ':']) || text.is_empty() { text.to_owned() } else { format!("{text}.") }
}
