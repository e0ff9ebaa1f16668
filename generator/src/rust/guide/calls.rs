//! The calls that pages and programs show, each by a name that templates write in capitals: `TOKEN.await?`.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::quote;
use serde_json::{Map, Value, json};

use crate::model::{Encoding, Operation, Output, RetryClass, Tagging, Type, TypeId, TypeKind};
use crate::product::Text;
use crate::rust::call::{VARIABLE, variables};
use crate::rust::context::{Context, OperationNames};
use crate::rust::example::{Example, Shown};
use crate::rust::flow_item::{self, CodeGrant, FlowItem};
use crate::rust::flow_method::FlowMethods;
use crate::rust::operation_doc::OperationDoc;
use crate::rust::operation_method::{body_media, path_parameters};
use crate::rust::unit::Unit;

/// A call that is shown.
pub(super) struct Call<'a> {
    pub(super) operation: &'a Operation,
    /// Without what awaits it: `client.things().list()`.
    pub(super) expression: TokenStream,
    /// What it imports from the root of the crate.
    pub(super) items: BTreeSet<String>,
    /// What it imports from `types`.
    pub(super) types: BTreeSet<String>,
    /// The method within the crate: `resources::Things::list`.
    pub(super) path: String,
}

/// What is given to a call.
enum Given {
    /// What the document has examples of.
    Examples,
    /// Parameters by name on the wire.
    Parameters(Map<String, Value>),
    /// The body.
    Body(Value),
}

/// The calls that this product has.
pub(super) fn calls<'a>(cx: &'a Context<'a>) -> BTreeMap<&'static str, Call<'a>> {
    let finder = Finder { cx };
    let flows = &cx.api.product.flows;
    let of_flow = |flow: &Option<Text>| flow.as_ref().and_then(|id| flow_item::operation(cx, id));
    let mut found = [
        ("FIRST", finder.first().map(|operation| (operation, finder.few(operation)))),
        ("LIST", finder.list().map(|operation| (operation, finder.few(operation)))),
        ("FIND", finder.find().map(|operation| (operation, Given::Examples))),
        ("CREATE", finder.create().map(|operation| (operation, Given::Examples))),
        ("TOKEN", finder.grant("client_credentials", &[])),
        ("REFRESH", finder.grant("refresh_token", &["refresh_token"])),
        ("INTROSPECT", of_flow(&flows.introspect).and_then(|operation| finder.introspect(operation))),
        ("REGISTER", of_flow(&flows.register).and_then(|operation| finder.register(operation))),
        ("METADATA", of_flow(&flows.server_metadata).map(|operation| (operation, Given::Examples))),
        ("KEYS", of_flow(&flows.keys).map(|operation| (operation, Given::Examples))),
    ]
    .into_iter()
    .filter_map(|(name, found)| {
        let (operation, given) = found?;
        Some((name, finder.call(operation, &given)?))
    })
    .collect::<BTreeMap<_, _>>();
    found.extend(of_flow(&flows.authorize).and_then(|operation| Some(("BEGIN", finder.begin_call(operation)?))));
    found.extend(finder.exchange().map(|call| ("EXCHANGE", call)));
    found.extend(finder.discover().map(|call| ("DISCOVER", call)));
    found
}

/// Puts calls in the place of their names.
pub(super) fn fill(tokens: TokenStream, calls: &BTreeMap<&'static str, TokenStream>) -> TokenStream {
    let one = |token: TokenTree| match token {
        TokenTree::Group(group) => {
            let mut inside = Group::new(group.delimiter(), fill(group.stream(), calls));
            inside.set_span(group.span());
            TokenStream::from(TokenTree::Group(inside))
        }
        TokenTree::Ident(name) => match calls.get(name.to_string().as_str()) {
            Some(call) => call.clone(),
            None => TokenTree::Ident(name).into(),
        },
        other => other.into(),
    };
    tokens.into_iter().map(one).collect()
}

/// Finds the operations that play a part, and writes their calls.
struct Finder<'a> {
    cx: &'a Context<'a>,
}

impl<'a> Finder<'a> {
    fn operations(&self) -> impl Iterator<Item = &'a Operation> {
        self.cx.api.operations.iter().filter(|operation| !operation.deprecated)
    }

    /// A call that is harmless, and a list where there is one.
    fn first(&self) -> Option<&'a Operation> {
        let safe = |operation: &&Operation| operation.retry == RetryClass::Safe;
        let value = |operation: &&Operation| safe(operation) && matches!(operation.output, Output::Value { .. });
        let (value, safe) = (self.operations().find(value), self.operations().find(safe));
        self.list().or(value).or(safe).or(self.cx.api.operations.first())
    }

    fn list(&self) -> Option<&'a Operation> {
        self.operations()
            .find(|operation| operation.retry == RetryClass::Safe && matches!(operation.output, Output::Page { .. }))
    }

    /// Reading one thing by its identifier, of the things that are listed if possible.
    fn find(&self) -> Option<&'a Operation> {
        let by_identifier = |operation: &&Operation| {
            let paths = path_parameters(operation);
            operation.method == crate::model::Method::Get
                && matches!(operation.output, Output::Value { .. })
                && operation.parameters_name.is_none()
                && matches!(paths.as_slice(), [one] if matches!(self.cx.resolve(&one.ty), Type::Text))
        };
        self.beside_list(&by_identifier)
    }

    /// Making one, so that making it twice would make two.
    fn create(&self) -> Option<&'a Operation> {
        let creates = |operation: &&Operation| {
            operation.retry == RetryClass::Once
                && body_media(operation).is_some_and(|(body, media)| {
                    body.required && matches!(media.encoding, Encoding::Json | Encoding::Form)
                })
                && matches!(operation.output, Output::Value { .. })
                && path_parameters(operation).is_empty()
                && operation.parameters_name.is_none()
        };
        self.beside_list(&creates)
    }

    fn beside_list(&self, fits: &dyn Fn(&&Operation) -> bool) -> Option<&'a Operation> {
        let listed = self.list().map(|list| list.resource);
        let beside = |operation: &&Operation| Some(operation.resource) == listed && fits(operation);
        self.operations().find(beside).or_else(|| self.operations().find(fits))
    }

    /// Larger pages than the usual, if the size can be chosen.
    fn few(&self, operation: &Operation) -> Given {
        let size = operation.pagination.as_ref().and_then(|pagination| pagination.size.clone());
        Given::Parameters(size.into_iter().map(|size| (size, json!(50))).collect())
    }

    /// A token request with this grant; further members are variables of their names.
    fn grant(&self, grant: &str, members: &[&str]) -> Option<(&'a Operation, Given)> {
        let operation = flow_item::operation(self.cx, self.cx.api.product.flows.token.as_ref()?)?;
        let (_, media) = body_media(operation)?;
        let (_, def) = self.cx.definition(&media.ty)?;
        let TypeKind::Union(union) = &def.kind else { return None };
        let tagged = matches!(&union.tagging, Tagging::Property(member) if member == "grant_type");
        let known = union.variants.iter().any(|variant| variant.tags.iter().any(|tag| tag == grant));
        let mut body: Map<String, Value> =
            members.iter().map(|member| ((*member).to_owned(), variable(member))).collect();
        body.insert("grant_type".to_owned(), grant.into());
        (tagged && known).then_some((operation, Given::Body(body.into())))
    }

    /// An authorization that names the client, where to return to, and a scope if there is an example of one.
    fn begin(&self, operation: &Operation) -> Option<Given> {
        self.cx.runtime.owner("AuthorizationAttempt")?;
        operation.parameters_name.as_ref()?;
        let parameter = |wire: &str| operation.parameters.iter().find(|parameter| parameter.wire == wire);
        let variables = ["client_id", "redirect_uri"].into_iter().filter(|wire| parameter(wire).is_some());
        let mut given: Map<String, Value> = variables.map(|wire| (wire.to_owned(), variable(wire))).collect();
        let scope = parameter("scope").filter(|parameter| parameter.example_given);
        given.extend(scope.map(|scope| ("scope".to_owned(), scope.example.clone())));
        Some(Given::Parameters(given))
    }

    /// A question about the token in `token`.
    fn introspect(&self, operation: &'a Operation) -> Option<(&'a Operation, Given)> {
        let (_, answer) = flow_item::answer(self.cx, operation)?;
        answer.fields.iter().find(|field| field.wire == "active" && matches!(field.ty, Type::Boolean))?;
        self.body_takes(operation, "token")?;
        Some((operation, Given::Body(json!({ "token": variable("token") }))))
    }

    /// The registration of a client that has a secret (RFC 7591, section 2), with those members that the API knows.
    fn register(&self, operation: &'a Operation) -> Option<(&'a Operation, Given)> {
        let members = [
            ("client_name", json!("My server")),
            ("grant_types", json!(["client_credentials"])),
            ("token_endpoint_auth_method", json!("client_secret_basic")),
        ];
        let known = members.into_iter().filter(|(name, _)| self.body_takes(operation, name).is_some());
        Some((operation, Given::Body(known.map(|(name, value)| (name.to_owned(), value)).collect())))
    }

    fn body_takes(&self, operation: &Operation, member: &str) -> Option<()> {
        let (_, media) = body_media(operation)?;
        let (_, def) = self.cx.definition(&media.ty)?;
        let TypeKind::Struct(of) = &def.kind else { return None };
        of.fields.iter().any(|field| field.wire == member).then_some(())
    }

    fn exchange(&self) -> Option<Call<'a>> {
        CodeGrant::of(self.cx)?;
        let operation = flow_item::operation(self.cx, self.cx.api.product.flows.token.as_ref()?)?;
        let (names, accessor, ty) = self.names(operation)?;
        let unit = Unit::new(self.cx, []);
        let method = FlowMethods { unit: &unit, operation, method: &names.method }.exchange_method()?;
        Some(Call {
            operation,
            expression: quote!(client.#accessor().#method(&attempt, code)),
            items: BTreeSet::new(),
            types: BTreeSet::new(),
            path: format!("resources::{ty}::{method}"),
        })
    }

    fn discover(&self) -> Option<Call<'a>> {
        let operation = flow_item::operation(self.cx, self.cx.api.product.flows.resource_metadata.as_ref()?)?;
        let (names, accessor, ty) = self.names(operation)?;
        let unit = Unit::new(self.cx, []);
        FlowMethods { unit: &unit, operation, method: &names.method }.discovery()?;
        Some(Call {
            operation,
            expression: quote!(client.#accessor().discover(&refusal)),
            items: BTreeSet::new(),
            types: BTreeSet::new(),
            path: format!("resources::{ty}::discover"),
        })
    }

    fn names(&self, operation: &Operation) -> Option<(&'a OperationNames, &'a Ident, String)> {
        let index = self.cx.api.operations.iter().position(|other| std::ptr::eq(other, operation))?;
        let resource = self.cx.resources.get(operation.resource)?;
        Some((self.cx.operations.get(index)?, &resource.accessor, resource.ty.to_string()))
    }

    fn call(&self, operation: &'a Operation, given: &Given) -> Option<Call<'a>> {
        self.call_of(operation, given, &self.names(operation)?.0.method)
    }

    /// A call of `method`, which takes the arguments of the operation.
    fn call_of(&self, operation: &'a Operation, given: &Given, method: &Ident) -> Option<Call<'a>> {
        let (names, accessor, ty) = self.names(operation)?;
        let unit = Unit::new(self.cx, []);
        let doc = OperationDoc { unit: &unit, operation, names, accessor };
        let shown = if matches!(given, Given::Parameters(_)) { Shown::Given } else { Shown::Examples };
        let example = Example::showing(&unit, shown);
        let arguments = match given {
            Given::Examples => doc.arguments(&example, &Value::Null, None),
            Given::Parameters(values) => doc.arguments(&example, &Value::Object(values.clone()), None),
            Given::Body(body) => doc.arguments(&example, &Value::Null, Some(body)),
        };
        let expression = variables(quote!(client.#accessor().#method(#(#arguments),*)));
        let (items, types) = example.names();
        Some(Call { operation, expression, items, types, path: format!("resources::{ty}::{method}") })
    }

    /// The call that begins an authorization, which is not sent.
    fn begin_call(&self, operation: &'a Operation) -> Option<Call<'a>> {
        let given = self.begin(operation)?;
        let (names, ..) = self.names(operation)?;
        let unit = Unit::new(self.cx, []);
        let method = FlowMethods { unit: &unit, operation, method: &names.method }.url_method()?;
        self.call_of(operation, &given, &method)
    }
}

/// A value that stands for a variable of this name.
fn variable(name: &str) -> Value {
    format!("{VARIABLE}{name}").into()
}

/// What the answers of flows have been given beside their members.
pub(super) fn abilities(cx: &Context<'_>) -> Vec<&'static str> {
    let flows = &cx.api.product.flows;
    let item = |flow: &Option<Text>, has: &dyn Fn(&FlowItem<'_>) -> bool| {
        let answer = |id: &Text| flow_item::answer(cx, flow_item::operation(cx, id)?);
        flow.as_ref().and_then(answer).is_some_and(|(id, of): (TypeId, _)| {
            let unit = Unit::new(cx, []);
            has(&FlowItem { unit: &unit, id, of })
        })
    };
    let mut abilities = Vec::new();
    abilities.extend(item(&flows.token, &|item| item.tokens().is_some()).then_some("into_token_set"));
    abilities.extend(item(&flows.introspect, &|item| item.is_for().is_some()).then_some("is_for"));
    abilities
        .extend(item(&flows.register, &|item| item.registration().is_some()).then_some("client_auth_of_registration"));
    abilities
}
