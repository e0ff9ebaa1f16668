//! Request bodies, answers, and what a caller gets from them.

use openapiv3::{MediaType, ReferenceOr, RequestBody, Response as Source, Responses, StatusCode};
use serde_json::Value;

use super::flat::SchemaRef;
use super::{Builder, Owner, resolve};
use crate::model::{
    Body, Case, Encoding, Header, Media, Name, Output, Pagination, Parameter, Response, Scope, Status, Type, TypeKind,
};
use crate::source::diagnostic::Diagnostic;
use crate::source::parse::node_number;
use crate::source::rules::model as rules;

impl<'a> Builder<'a> {
    /// The request body.
    pub(super) fn body(&mut self, source: &'a ReferenceOr<RequestBody>, name: &Name) -> Option<Body> {
        let body = self.resolve_body(source)?;
        let owner = name.then(&self.splitter.name("request"));
        let media = self.media(&body.content, &owner, rank);
        Some(Body { required: body.required, description: body.description.clone(), media })
    }

    fn resolve_body(&self, body: &'a ReferenceOr<RequestBody>) -> Option<&'a RequestBody> {
        resolve(body, "requestBodies", self.openapi.components.as_ref().map(|all| &all.request_bodies))
    }

    /// The bodies on offer, in the order of preference: the first gets the best name.
    fn media<K: Ord>(
        &mut self,
        content: &'a indexmap::IndexMap<String, MediaType>,
        owner: &Name,
        rank: fn(&'a str) -> K,
    ) -> Vec<Media> {
        let mut types: Vec<(&'a String, &'a MediaType)> = content.iter().collect();
        types.sort_by_key(|(media_type, _)| rank(media_type));
        let mut made: Vec<(SchemaKey, Type)> = Vec::new();
        types
            .into_iter()
            .map(|(media_type, source)| {
                let encoding = encoding(media_type);
                let ty = self.media_type(source, encoding, owner, &mut made);
                let mut examples: Vec<(String, Value)> = source
                    .examples
                    .iter()
                    .filter_map(|(name, example)| Some((name.clone(), self.example_value(example)?)))
                    .collect();
                examples.sort_by(|one, other| one.0.cmp(&other.0));
                if let Some(example) = source.example.clone() {
                    examples.insert(0, (String::new(), example));
                }
                Media { media_type: media_type.clone(), encoding, ty, example: Value::Null, examples }
            })
            .collect()
    }

    /// The type of a body: equal inline schemas under several media types are one type.
    fn media_type(
        &mut self,
        source: &'a MediaType,
        encoding: Encoding,
        owner: &Name,
        made: &mut Vec<(SchemaKey, Type)>,
    ) -> Type {
        let Some(schema) = &source.schema else {
            return match encoding {
                Encoding::Json => Type::Any,
                Encoding::Text => Type::Text,
                Encoding::Form => Type::Map(Box::new(Type::Text)),
                Encoding::Multipart => Type::Map(Box::new(Type::Any)),
                Encoding::Binary => Type::Binary,
            };
        };
        match encoding {
            Encoding::Text => return Type::Text,
            Encoding::Binary => return Type::Binary,
            _ => {}
        }
        let key = SchemaKey::of(schema);
        if let Some((_, ty)) = made.iter().find(|(known, _)| *known == key) {
            return ty.clone();
        }
        let owner = Owner { name: owner.clone(), parts: None, place: owner.pascal() };
        let ty = self.schema_type(&SchemaRef::Plain(schema), &owner).whole();
        made.push((key, ty.clone()));
        ty
    }

    /// The answers, by status.
    pub(super) fn responses(&mut self, responses: &'a Responses, name: &Name) -> Vec<Response> {
        let mut made = Vec::new();
        let mut sources: Vec<(Status, &'a ReferenceOr<Source>)> = responses
            .responses
            .iter()
            .map(|(status, response)| {
                let status = match status {
                    StatusCode::Code(code) => Status::Code(*code),
                    StatusCode::Range(class) => Status::Class(u8::try_from(*class).unwrap_or(u8::MAX)),
                };
                (status, response)
            })
            .chain(responses.default.iter().map(|response| (Status::Default, response)))
            .collect();
        sources.sort_by_key(|(status, _)| *status);
        let successes = sources.iter().filter(|(status, _)| status.is_success()).count();
        for (status, source) in sources {
            let Some(response) = self.resolve_response(source) else { continue };
            let owner = name.then(&self.splitter.name(&response_suffix(status, successes)));
            let media = self.media(&response.content, &owner, answer_rank);
            let mut headers: Vec<Header> = response
                .headers
                .iter()
                .map(|(name, header)| Header { name: name.clone(), description: header_description(header) })
                .collect();
            headers.sort_by(|one, other| one.name.cmp(&other.name));
            made.push(Response { status, description: response.description.clone(), media, headers });
        }
        made
    }

    fn resolve_response(&self, response: &'a ReferenceOr<Source>) -> Option<&'a Source> {
        resolve(response, "responses", self.openapi.components.as_ref().map(|all| &all.responses))
    }

    /// What a caller gets from a success.
    pub(super) fn output(&mut self, responses: &[Response], pagination: Option<&Pagination>, name: &Name) -> Output {
        let mut successes: Vec<&Response> = responses.iter().filter(|response| is_answer(response.status)).collect();
        if successes.is_empty() {
            successes.extend(responses.iter().filter(|response| response.status == Status::Default));
        }
        let mut outputs: Vec<(&Response, Output)> = Vec::new();
        for response in successes {
            let output = self.answer(response, pagination);
            outputs.push((response, output));
        }
        let Some((_, first)) = outputs.first() else { return Output::Nothing };
        if outputs.iter().all(|(_, output)| same(output, first)) {
            return first.clone();
        }
        let mut names = Scope::default();
        let cases = outputs
            .into_iter()
            .map(|(response, output)| Case {
                name: names.claim(&self.splitter.name(&status_name(response.status))),
                status: response.status,
                description: response.description.clone(),
                output: match output {
                    Output::Page { body, .. } => Output::Value { ty: body, member: None },
                    other => other,
                },
            })
            .collect();
        let wanted = name.then(&self.splitter.name("outcome"));
        let place = self.place(None);
        Output::Many { name: self.claim_type(&wanted, place), cases }
    }

    fn answer(&mut self, response: &Response, pagination: Option<&Pagination>) -> Output {
        let redirect = match response.status {
            Status::Code(code) => (300..400).contains(&code),
            Status::Class(class) => class == 3,
            Status::Default => false,
        };
        let Some(media) = response.media.first() else {
            return if redirect { Output::Redirect } else { Output::Nothing };
        };
        match media.encoding {
            _ if redirect => Output::Redirect,
            Encoding::Json => self.value(media, pagination),
            Encoding::Text => Output::Text,
            Encoding::Form | Encoding::Multipart | Encoding::Binary => Output::Bytes,
        }
    }

    /// A value of JSON: a page, what the envelope holds, or the value itself.
    fn value(&mut self, media: &Media, pagination: Option<&Pagination>) -> Output {
        let whole = Output::Value { ty: media.ty.clone(), member: None };
        let Type::Named(id) = &media.ty else { return whole };
        let Some(TypeKind::Struct(body)) = self.types.get(id.0).and_then(Option::as_ref).map(|def| &def.kind) else {
            return whole;
        };
        if let Some(pagination) = pagination {
            let items = body.fields.iter().find(|field| field.wire == pagination.items && !field.nullable);
            if let Some(Type::Array(item)) = items.map(|field| &field.ty) {
                return Output::Page { body: media.ty.clone(), item: (**item).clone() };
            }
        }
        let Some(envelope) = &self.product.envelope else { return whole };
        match body.fields.as_slice() {
            [only] if only.wire == envelope.member && !only.nullable => {
                Output::Value { ty: only.ty.clone(), member: Some(only.wire.clone()) }
            }
            _ => whole,
        }
    }

    /// How to get to the next page, if the operation has the parameter product.toml names.
    pub(super) fn pagination(&self, parameters: &[Parameter]) -> Option<Pagination> {
        let paging = self.product.pagination.as_ref()?;
        let has = |wire: &str| parameters.iter().any(|parameter| parameter.wire == wire);
        let path = |text: &Option<String>| text.as_ref().map(|text| text.split('.').map(str::to_owned).collect());
        has(&paging.number).then(|| Pagination {
            number: paging.number.clone(),
            size: paging.size.clone().filter(|size| has(size)),
            first: paging.first.unwrap_or(1),
            items: paging.items.clone(),
            meta_number: path(&paging.meta_number),
            meta_pages: path(&paging.meta_pages),
            meta_size: path(&paging.meta_size),
            meta_total: path(&paging.meta_total),
        })
    }

    /// Reports media types that travel as bytes although the document has a schema for them, and those that are left
    /// out since they want another type.
    pub(super) fn report_untyped(&mut self, body: &Body, extensions: &indexmap::IndexMap<String, Value>, id: &str) {
        let only_bytes = body.media.iter().all(|media| media.encoding == Encoding::Binary);
        let looks_structured = body.media.iter().any(|media| media.media_type.contains("xml"));
        if only_bytes && looks_structured {
            let place = self.place(node_number(extensions));
            let message = format!("the request body of `{id}` is XML, which travels as bytes");
            self.findings.push(Diagnostic::new(&rules::MEDIA_TYPE_DROPPED, place, message));
        }
        let is_value = |media: &&Media| matches!(media.encoding, Encoding::Json | Encoding::Form);
        let Some((first, others)) = body.media.split_first() else { return };
        if let Some(other) = others.iter().filter(is_value).find(|other| is_value(&first) && other.ty != first.ty) {
            let place = self.place(node_number(extensions));
            let message = format!(
                "`{id}` takes one thing as `{}` and another as `{}`: the client sends the former",
                first.media_type, other.media_type
            );
            let help = "give both the same schema if they mean the same; the other can be sent by an untyped request";
            self.findings.push(Diagnostic::new(&rules::MEDIA_TYPE_DROPPED, place, message).help(help));
        }
    }
}

/// What makes two schemas under different media types the same.
#[derive(PartialEq)]
enum SchemaKey {
    Reference(String),
    Inline(String),
}

impl SchemaKey {
    fn of(schema: &ReferenceOr<openapiv3::Schema>) -> Self {
        match schema {
            ReferenceOr::Reference { reference } => Self::Reference(reference.clone()),
            ReferenceOr::Item(schema) => {
                let mut value = serde_json::to_value(schema).unwrap_or(Value::Null);
                strip_numbers(&mut value);
                Self::Inline(value.to_string())
            }
        }
    }
}

/// Takes the numbers of objects out, which differ between equal schemas.
fn strip_numbers(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove(crate::source::lower::NODE_NUMBER);
            members.values_mut().for_each(strip_numbers);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_numbers),
        _ => {}
    }
}

/// How values of a media type become bytes.
fn encoding(media_type: &str) -> Encoding {
    let essence = media_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    match essence.split_once('/') {
        Some(("application", "x-www-form-urlencoded")) => Encoding::Form,
        Some((_, sub)) if sub == "json" || sub.ends_with("+json") => Encoding::Json,
        Some(("multipart", _)) => Encoding::Multipart,
        Some(("text", "event-stream")) => Encoding::Binary,
        Some(("text", _)) => Encoding::Text,
        _ => Encoding::Binary,
    }
}

/// The order of preference: by encoding, the plain media type first, then by name.
fn rank(media_type: &str) -> (Encoding, bool, &str) {
    (encoding(media_type), media_type != "application/json", media_type)
}

/// The order of preference among answers: JSON first, since it can be typed.
fn answer_rank(media_type: &str) -> (bool, (Encoding, bool, &str)) {
    (encoding(media_type) != Encoding::Json, rank(media_type))
}

fn header_description(header: &ReferenceOr<openapiv3::Header>) -> Option<String> {
    match header {
        ReferenceOr::Item(header) => header.description.clone(),
        ReferenceOr::Reference { .. } => None,
    }
}

/// What the type of an inline answer is called after the operation.
fn response_suffix(status: Status, successes: usize) -> String {
    match status {
        _ if status.is_success() && successes == 1 => "response".to_owned(),
        Status::Code(code) => format!("response {code}"),
        Status::Class(class) => format!("response {class}xx"),
        Status::Default if successes == 0 => "response".to_owned(),
        Status::Default => "error".to_owned(),
    }
}

/// Whether a status is an answer to wait for: 2xx, and the redirects that name a target (RFC 9110, section 15.4).
fn is_answer(status: Status) -> bool {
    match status {
        Status::Code(code) => (200..300).contains(&code) || matches!(code, 301 | 302 | 303 | 307 | 308),
        Status::Class(class) => class == 2,
        Status::Default => false,
    }
}

/// The name of a status as a case.
fn status_name(status: Status) -> String {
    let words = match status {
        Status::Code(200) => "ok",
        Status::Code(201) => "created",
        Status::Code(202) => "accepted",
        Status::Code(203) => "non authoritative",
        Status::Code(204) => "no content",
        Status::Code(205) => "reset content",
        Status::Code(206) => "partial content",
        Status::Code(207) => "multi status",
        Status::Code(301) => "moved permanently",
        Status::Code(302) => "found",
        Status::Code(303) => "see other",
        Status::Code(307) => "temporary redirect",
        Status::Code(308) => "permanent redirect",
        Status::Code(code) => return format!("status {code}"),
        Status::Class(class) => return format!("status {class}xx"),
        Status::Default => "other",
    };
    words.to_owned()
}

fn same(one: &Output, other: &Output) -> bool {
    match (one, other) {
        (Output::Nothing, Output::Nothing)
        | (Output::Text, Output::Text)
        | (Output::Bytes, Output::Bytes)
        | (Output::Redirect, Output::Redirect) => true,
        (Output::Value { ty, member }, Output::Value { ty: other_ty, member: other_member }) => {
            ty == other_ty && member == other_member
        }
        (Output::Page { body, .. }, Output::Page { body: other, .. }) => body == other,
        _ => false,
    }
}
