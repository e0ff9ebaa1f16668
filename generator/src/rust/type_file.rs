//! Files of types.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::Error;
use super::alias_item::AliasItem;
use super::context::{Context, Member, TypeFile};
use super::doc::Doc;
use super::enum_item::EnumItem;
use super::flow_item::FlowItem;
use super::output::AnswersItem;
use super::parameters_item::ParametersItem;
use super::request_impl::{has_required_struct, required, required_ident};
use super::secrets_item::SecretsItem;
use super::struct_item::StructItem;
use super::union_item::UnionItem;
use super::unit::{File, Unit};
use crate::model::{Output, TypeId, TypeKind};

/// A file of types that belong together.
pub(crate) fn type_file(cx: &Context<'_>, file: &TypeFile) -> Result<File, Error> {
    let unit = Unit::new(cx, file.members.iter().flat_map(|member| idents(cx, *member)));
    let items: TokenStream = file.members.iter().map(|member| item(&unit, *member)).collect();
    unit.finish(&format!("src/types/{}.rs", file.module), &Doc::new(), &items)
}

fn item(unit: &Unit<'_>, member: Member) -> TokenStream {
    match member {
        Member::Type(id) => named(unit, id),
        Member::Parameters(index) => unit.cx.api.operations.get(index).map_or_else(TokenStream::new, |operation| {
            let ident = operation.parameters_name.as_ref().map(|name| unit.cx.extra_type_ident(name));
            let item = ident.map(|ident| ParametersItem::new(unit, operation, ident).into_token_stream());
            item.unwrap_or_default()
        }),
        Member::Answers(index) => match unit.cx.api.operations.get(index).map(|op| (op, &op.output)) {
            Some((operation, Output::Many { name, cases })) => {
                let ident = unit.cx.extra_type_ident(name);
                AnswersItem { unit, operation, ident, cases }.into_token_stream()
            }
            _ => TokenStream::new(),
        },
    }
}

fn named(unit: &Unit<'_>, id: TypeId) -> TokenStream {
    let Some(def) = unit.cx.api.type_def(id) else { return TokenStream::new() };
    let ident = unit.cx.type_ident(id);
    match &def.kind {
        TypeKind::Struct(of) => {
            let (item, flow) = (StructItem::new(unit, def, ident, of), FlowItem { unit, id, of });
            quote!(#item #flow)
        }
        TypeKind::Enum(of) => EnumItem { unit, def, ident, of }.into_token_stream(),
        TypeKind::Union(of) => UnionItem { unit, def, ident, of }.into_token_stream(),
        TypeKind::Alias(of) => AliasItem { unit, def, ident, of }.into_token_stream(),
    }
}

/// The types that a member of a file defines.
fn idents(cx: &Context<'_>, member: Member) -> Vec<Ident> {
    let unit = Unit::new(cx, []);
    match member {
        Member::Type(id) => {
            let ident = cx.type_ident(id);
            let members = cx.api.type_def(id).and_then(|def| match &def.kind {
                TypeKind::Struct(of) if def.usage.request => {
                    Some(super::member::Member::of_struct(&unit, &of.fields, def.usage))
                }
                _ => None,
            });
            with_required(cx, ident, members.unwrap_or_default().as_slice())
        }
        Member::Parameters(index) => cx.api.operations.get(index).map_or_else(Vec::new, |operation| {
            let members: Vec<_> = super::parameters_item::parameters(operation)
                .map(|parameter| super::member::Member::of_parameter(&unit, parameter))
                .collect();
            let ident = operation.parameters_name.as_ref().map(|name| cx.extra_type_ident(name));
            ident.map_or_else(Vec::new, |ident| with_required(cx, ident, &members))
        }),
        Member::Answers(index) => match cx.api.operations.get(index).map(|operation| &operation.output) {
            Some(Output::Many { name, .. }) => vec![cx.extra_type_ident(name)],
            _ => vec![],
        },
    }
}

fn with_required(cx: &Context<'_>, ident: Ident, members: &[super::member::Member<'_>]) -> Vec<Ident> {
    let own = has_required_struct(&required(members)).then(|| required_ident(cx, &ident));
    std::iter::once(ident).chain(own).collect()
}

/// `src/types/secrets.rs`: the secrets that the runtime has not.
pub(crate) fn secrets_file(cx: &Context<'_>) -> Result<File, Error> {
    let own: Vec<Ident> = cx.own_secrets().map(|(ident, _)| ident.clone()).collect();
    let unit = Unit::new(cx, own);
    let items = SecretsItem { unit: &unit }.into_token_stream();
    unit.finish("src/types/secrets.rs", &Doc::new(), &items)
}

/// `src/types/mod.rs`.
pub(crate) fn types_index(cx: &Context<'_>) -> Result<File, Error> {
    let unit = Unit::new(cx, []);
    let mut modules = Vec::new();
    for file in &cx.files {
        let mut types: Vec<Ident> = file.members.iter().flat_map(|member| idents(cx, *member)).collect();
        types.sort();
        modules.push((file.module.clone(), types));
    }
    let secrets: Vec<Ident> = cx.own_secrets().map(|(ident, _)| ident.clone()).collect();
    if !secrets.is_empty() {
        modules.push((Ident::new("secrets", proc_macro2::Span::call_site()), secrets));
    }
    let declarations = modules.iter().map(|(module, _)| quote!(mod #module;));
    let exports = modules.iter().map(|(module, types)| match types.as_slice() {
        [ty] => quote!(pub use #module::#ty;),
        _ => quote!(pub use #module::{#(#types),*};),
    });
    let items = quote!(#(#declarations)* #(#exports)*);
    let doc = Doc::new().paragraph("What is sent and what comes back.");
    unit.finish("src/types/mod.rs", &doc, &items)
}
