//! What a caller gets: the type, and how a response becomes it.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::doc::Doc;
use super::ident::{Usage, ident};
use super::unit::Unit;
use crate::model::{Case, Operation, Output, Status, Struct, Type, TypeKind};

/// The type a request gives.
pub(crate) fn output_type(unit: &Unit<'_>, output: &Output) -> TokenStream {
    match output {
        Output::Nothing => quote!(()),
        Output::Value { ty, .. } => unit.ty(ty),
        Output::Page { item, .. } => {
            let (page, item) = (unit.runtime("Page"), unit.ty(item));
            quote!(#page<#item>)
        }
        Output::Text => quote!(String),
        Output::Bytes => unit.runtime("Body"),
        Output::Redirect => unit.runtime("Redirect"),
        Output::Many { name, .. } => unit.in_types(unit.cx.extra_type_ident(name)).into_token_stream(),
    }
}

/// The closure that reads a response; nothing for one that is streamed.
pub(crate) fn reader(unit: &Unit<'_>, operation: &Operation) -> Option<TokenStream> {
    let read = match &operation.output {
        Output::Bytes => return None,
        Output::Page { body, .. } => {
            let (body_type, page) = (unit.ty(body), page(unit, operation, body));
            return Some(quote! {
                |response| {
                    let body: #body_type = response.json()?;
                    Ok(#page)
                }
            });
        }
        Output::Many { name, cases } => {
            let ty = unit.in_types(unit.cx.extra_type_ident(name));
            let arms = cases.iter().map(|case| {
                let (pattern, variant, read) =
                    (pattern(case.status, cases), ident(&case.name, Usage::Variant), simple(&case.output));
                if matches!(case.output, Output::Nothing) {
                    quote!(#pattern => Ok(#ty::#variant),)
                } else {
                    quote!(#pattern => Ok(#ty::#variant(#read?)),)
                }
            });
            quote! {
                match response.status().as_u16() {
                    #(#arms)*
                    _ => Err(response.unexpected()),
                }
            }
        }
        other => simple(other),
    };
    Some(quote!(|response| #read))
}

fn simple(output: &Output) -> TokenStream {
    match output {
        Output::Value { member: Some(member), .. } => quote!(response.json_member(#member)),
        Output::Value { member: None, .. } => quote!(response.json()),
        Output::Text => quote!(response.text()),
        Output::Redirect => quote!(response.redirect()),
        // A stream cannot be one of several: its bytes are.
        Output::Bytes => quote!(response.bytes()),
        Output::Nothing | Output::Page { .. } | Output::Many { .. } => quote!(response.nothing()),
    }
}

/// A class leaves out the codes that have cases of their own: clippy takes ranges that overlap for a slip.
fn pattern(status: Status, cases: &[Case]) -> TokenStream {
    match status {
        Status::Code(code) => {
            let code = Literal::u16_unsuffixed(code);
            quote!(#code)
        }
        Status::Class(class) => {
            let first = u16::from(class) * 100;
            let own = |code: u16| cases.iter().any(|case| case.status == Status::Code(code));
            let codes: Vec<u16> = (first..first + 100).filter(|code| !own(*code)).collect();
            let ranges = codes.chunk_by(|one, next| one + 1 == *next).map(|range| {
                let [first, last] =
                    [range.first(), range.last()].map(|code| Literal::u16_unsuffixed(code.copied().unwrap_or(first)));
                if range.len() == 1 { quote!(#first) } else { quote!(#first..=#last) }
            });
            let ranges: Vec<TokenStream> = ranges.collect();
            quote!(#(#ranges)|*)
        }
        Status::Default => quote!(_),
    }
}

/// A page out of a body: its items, and what it says about itself.
fn page(unit: &Unit<'_>, operation: &Operation, body: &Type) -> TokenStream {
    let page = unit.runtime("Page");
    let Some(pagination) = &operation.pagination else { return quote!(#page::new(Vec::new())) };
    let items = member_path(unit, body, std::slice::from_ref(&pagination.items));
    let items = match items {
        Some(Found { value, optional: true, .. }) => quote!(#value.unwrap_or_default()),
        Some(Found { value, .. }) => value,
        None => quote!(Vec::new()),
    };
    let facts = [
        ("number", &pagination.meta_number),
        ("total_pages", &pagination.meta_pages),
        ("size", &pagination.meta_size),
        ("total_items", &pagination.meta_total),
    ];
    let calls = facts.into_iter().filter_map(|(method, path)| {
        let found = member_path(unit, body, path.as_deref()?)?;
        let (method, value) = (format_ident!("{method}"), found.as_number()?);
        Some(quote!(.#method(#value)))
    });
    // The items are moved out of the body last, so the facts are read first.
    let calls: Vec<TokenStream> = calls.collect();
    quote!(#page::new(#items) #(#calls)*)
}

/// An expression for a member of a body.
struct Found {
    value: TokenStream,
    ty: Type,
    optional: bool,
}

impl Found {
    fn as_number(&self) -> Option<TokenStream> {
        let value = &self.value;
        match (&self.ty, self.optional) {
            (Type::Integer(crate::model::IntegerFormat::Int64), _) => Some(value.clone()),
            (Type::Integer(crate::model::IntegerFormat::Int32), true) => Some(quote!(#value.map(i64::from))),
            (Type::Integer(crate::model::IntegerFormat::Int32), false) => Some(quote!(i64::from(#value))),
            _ => None,
        }
    }
}

/// Follows a path of members from a body that is named `body`.
fn member_path(unit: &Unit<'_>, body: &Type, path: &[String]) -> Option<Found> {
    let mut found = Found { value: quote!(body), ty: unit.cx.resolve(body), optional: false };
    for wire in path {
        let (_, def) = unit.cx.definition(&found.ty)?;
        let TypeKind::Struct(of) = &def.kind else { return None };
        let (field, optional, boxed, ty) = member(unit, of, wire)?;
        if boxed {
            return None;
        }
        let value = &found.value;
        found.value = match (found.optional, optional) {
            (false, _) => quote!(#value.#field),
            (true, true) => quote!(#value.as_ref().and_then(|outer| outer.#field)),
            (true, false) => quote!(#value.as_ref().map(|outer| outer.#field)),
        };
        found.optional |= optional;
        found.ty = ty;
    }
    Some(found)
}

fn member(unit: &Unit<'_>, of: &Struct, wire: &str) -> Option<(Ident, bool, bool, Type)> {
    let field = of.fields.iter().find(|field| field.wire == wire)?;
    let optional = !field.required || field.nullable;
    Some((ident(&field.name, Usage::Field), optional, field.boxed, unit.cx.resolve(&field.ty)))
}

/// One of several successes.
pub(crate) struct AnswersItem<'a> {
    pub(crate) unit: &'a Unit<'a>,
    pub(crate) operation: &'a Operation,
    pub(crate) ident: Ident,
    pub(crate) cases: &'a [Case],
}

impl ToTokens for AnswersItem<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let sensitive = self
            .cases
            .iter()
            .any(|case| matches!(&case.output, Output::Value { ty, .. } if self.unit.cx.api.is_sensitive(ty)));
        let comparable = !sensitive && !self.cases.iter().any(|case| matches!(case.output, Output::Redirect));
        let derives = if comparable { quote!(Clone, Debug, PartialEq) } else { quote!(Clone, Debug) };
        let variants = self.cases.iter().map(|case| {
            let doc = Doc::new().text(&case.description).or(&format!("The status is {}.", status_text(case.status)));
            let name = ident(&case.name, Usage::Variant);
            match &case.output {
                Output::Nothing => quote! { #doc #name, },
                Output::Bytes => {
                    let bytes = self.unit.item("bytes", "Bytes");
                    quote! { #doc #name(#bytes), }
                }
                output => {
                    let ty = output_type(self.unit, output);
                    quote! { #doc #name(#ty), }
                }
            }
        });
        let doc = Doc::new().paragraph(&format!("What {} answers.", super::doc::code(&self.operation.id)));
        let ident = &self.ident;
        tokens.extend(quote! {
            #doc
            #[derive(#derives)]
            #[non_exhaustive]
            pub enum #ident {
                #(#variants)*
            }
        });
    }
}

/// A status as people write it.
pub(crate) fn status_text(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Class(class) => format!("{class}XX"),
        Status::Default => "any other".to_owned(),
    }
}
