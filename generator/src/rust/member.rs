//! Members of structs as Rust sees them: how each is stored, set and written.

use std::sync::LazyLock;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use serde_json::Value;

use super::argument::Argument;
use super::constraints;
use super::doc::{Doc, code};
use super::ident::{Usage, ident};
use super::unit::Unit;
use super::value::constant;
use crate::model::{Constraints, Field, Name, Parameter, Scope, Splitter, Type, Usage as Travel};

/// A member of a struct.
pub(crate) struct Member<'a> {
    pub(crate) field: Ident,
    pub(crate) setter: Ident,
    /// The method that sends `null`.
    pub(crate) clear: Option<Ident>,
    pub(crate) wire: &'a str,
    pub(crate) ty: &'a Type,
    pub(crate) role: Role,
    pub(crate) boxed: bool,
    seconds: bool,
    pub(crate) deprecated: bool,
    pub(crate) read_only: bool,
    pub(crate) example: &'a Value,
    pub(crate) example_given: bool,
    description: Option<&'a str>,
    default: Option<&'a Value>,
    constraints: &'a Constraints,
}

/// What becomes of a member.
#[derive(Clone, Debug)]
pub(crate) enum Role {
    /// The only value it may have, filled in for the caller.
    Filled(TokenStream),
    /// Always there.
    Required {
        /// It may be `null` nevertheless.
        nullable: bool,
    },
    /// It may be left out.
    Optional,
    /// In a request: left out, `null` and a value are three things.
    Nullable,
}

impl<'a> Member<'a> {
    /// The members of a struct that travels this way, in their order.
    pub(crate) fn of_struct(unit: &Unit<'_>, fields: &'a [Field], travel: Travel) -> Vec<Self> {
        let kept = fields.iter().filter(|field| {
            let filled_in_later = field.credential.is_some() && travel.request;
            let only_in_answers = field.read_only && !travel.response;
            let only_in_requests = field.write_only && !travel.request;
            !(filled_in_later || only_in_answers || only_in_requests)
        });
        let mut clears = Clears::new(fields.iter().map(|field| &field.name));
        let members = kept.map(|field| {
            let role = role_of_field(unit, field, travel);
            let clear = matches!(role, Role::Nullable).then(|| clears.claim(&field.name));
            Self {
                field: ident(&field.name, Usage::Field),
                setter: ident(&field.name, Usage::Setter),
                clear,
                wire: &field.wire,
                ty: &field.ty,
                role,
                boxed: field.boxed,
                seconds: field.seconds,
                deprecated: field.deprecated,
                read_only: field.read_only && travel.request,
                example: &field.example,
                example_given: field.example_given,
                description: field.description.as_deref(),
                default: field.default.as_ref(),
                constraints: &field.constraints,
            }
        });
        members.collect()
    }

    /// A query, header or cookie parameter.
    pub(crate) fn of_parameter(unit: &Unit<'_>, parameter: &'a Parameter) -> Self {
        let only = parameter.constant.as_ref().filter(|_| parameter.required);
        let role = match only.and_then(|value| constant(unit, &parameter.ty, value)) {
            Some(value) => Role::Filled(value),
            None if parameter.required => Role::Required { nullable: false },
            None => Role::Optional,
        };
        Self {
            field: ident(&parameter.name, Usage::Field),
            setter: ident(&parameter.name, Usage::Setter),
            clear: None,
            wire: &parameter.wire,
            ty: &parameter.ty,
            role,
            boxed: false,
            seconds: false,
            deprecated: parameter.deprecated,
            read_only: false,
            example: &parameter.example,
            example_given: parameter.example_given,
            description: parameter.description.as_deref(),
            default: parameter.default.as_ref(),
            constraints: &parameter.constraints,
        }
    }

    /// Whether a caller must pass it.
    pub(crate) fn is_argument(&self) -> bool {
        matches!(self.role, Role::Required { .. })
    }

    /// Whether there is always a value to write.
    pub(crate) fn is_always_written(&self) -> bool {
        matches!(self.role, Role::Required { .. } | Role::Filled(_))
    }

    /// The type of the value, boxed where it must be.
    fn value_type(&self, unit: &Unit<'_>) -> TokenStream {
        let ty = unit.ty(self.ty);
        if self.boxed { quote!(Box<#ty>) } else { ty }
    }

    /// The type of the field.
    pub(crate) fn stored_type(&self, unit: &Unit<'_>) -> TokenStream {
        let ty = self.value_type(unit);
        match self.role {
            Role::Filled(_) | Role::Required { nullable: false } => ty,
            Role::Required { nullable: true } | Role::Optional => quote!(Option<#ty>),
            Role::Nullable => {
                let wrapper = unit.runtime("Nullable");
                quote!(#wrapper<#ty>)
            }
        }
    }

    /// What a caller passes for it.
    pub(crate) fn argument(&self, unit: &Unit<'_>) -> (TokenStream, TokenStream) {
        let name = &self.field;
        if matches!(self.role, Role::Required { nullable: true }) {
            let ty = unit.ty(self.ty);
            let value = if self.boxed { quote!(#name.into().map(Box::new)) } else { quote!(#name.into()) };
            return (quote!(impl Into<Option<#ty>>), value);
        }
        let argument = if self.is_argument() { Argument::exact(unit, self.ty) } else { Argument::new(unit, self.ty) };
        let value = argument.convert(name);
        let value = if self.boxed { quote!(Box::new(#value)) } else { value };
        (argument.ty, value)
    }

    /// The value as it is stored, out of what a setter is given.
    pub(crate) fn wrap(&self, unit: &Unit<'_>, value: &TokenStream) -> TokenStream {
        match self.role {
            Role::Filled(_) | Role::Required { .. } => value.clone(),
            Role::Optional => quote!(Some(#value)),
            Role::Nullable => {
                let wrapper = unit.runtime("Nullable");
                quote!(#wrapper::Value(#value))
            }
        }
    }

    /// The value of a field that nobody has set.
    pub(crate) fn unset(&self, unit: &Unit<'_>) -> TokenStream {
        match &self.role {
            Role::Filled(value) => value.clone(),
            Role::Required { .. } | Role::Optional => quote!(None),
            Role::Nullable => {
                let wrapper = unit.runtime("Nullable");
                quote!(#wrapper::Absent)
            }
        }
    }

    /// What serde must know about it.
    pub(crate) fn serde_attributes(&self, unit: &Unit<'_>, writes: bool) -> TokenStream {
        let field = self.field.to_string();
        let mut settings = Vec::new();
        if field != self.wire {
            let wire = self.wire;
            settings.push(quote!(rename = #wire));
        }
        match self.role {
            // Without this, a missing key would be read as `null`.
            Role::Required { nullable: true } if !self.seconds => {
                settings.push(quote!(deserialize_with = "Option::deserialize"));
            }
            Role::Optional if self.read_only && writes => settings.push(quote!(skip_serializing)),
            Role::Optional if writes => settings.push(quote!(skip_serializing_if = "Option::is_none")),
            Role::Nullable if writes => settings.push(quote!(default, skip_serializing_if = "Nullable::is_absent")),
            Role::Nullable => settings.push(quote!(default)),
            _ => {}
        }
        if self.seconds {
            settings.extend(self.seconds(unit));
        }
        if settings.is_empty() { TokenStream::new() } else { quote!(#[serde(#(#settings),*)]) }
    }

    /// How a number of seconds is read.
    fn seconds(&self, unit: &Unit<'_>) -> Option<TokenStream> {
        let settings = match self.role {
            Role::Required { nullable: false } => quote!(deserialize_with = "crate::seconds::required"),
            Role::Required { nullable: true } => quote!(deserialize_with = "crate::seconds::optional"),
            Role::Optional => quote!(default, deserialize_with = "crate::seconds::optional"),
            // It is of requests too, where nobody else writes it.
            Role::Nullable | Role::Filled(_) => return None,
        };
        unit.reach("crate::seconds");
        Some(settings)
    }

    /// What it is, what values it may have, and what the server assumes.
    pub(crate) fn doc(&self) -> Doc {
        let doc = Doc::new().maybe(self.description).or(&format!("{} of the API.", code(self.wire)));
        let default = self.default.map(|default| format!("Default: {}.", code(&default.to_string())));
        let facts: Vec<String> = constraints::sentence(self.constraints, self.ty).into_iter().chain(default).collect();
        if facts.is_empty() { doc } else { doc.paragraph(&facts.join(" ")) }
    }

    /// The mark of something that should not be used any more.
    pub(crate) fn deprecation(&self) -> TokenStream {
        if self.deprecated { quote!(#[deprecated]) } else { TokenStream::new() }
    }
}

fn role_of_field(unit: &Unit<'_>, field: &Field, travel: Travel) -> Role {
    let one_way = (field.read_only || field.write_only) && travel.request && travel.response;
    let only = field.constant.as_ref().filter(|_| travel.request && field.required && !field.nullable);
    match only.and_then(|value| constant(unit, &field.ty, value)) {
        Some(value) => Role::Filled(value),
        // What travels one way only is not there on the other.
        None if one_way => Role::Optional,
        None if field.required => Role::Required { nullable: field.nullable },
        None if field.nullable && travel.request => Role::Nullable,
        None => Role::Optional,
    }
}

/// Names of methods that send `null`, told apart from the setters.
struct Clears {
    scope: Scope,
}

/// The first word of those names.
static CLEAR: LazyLock<Name> = LazyLock::new(|| Splitter::default().name("clear"));

impl Clears {
    fn new<'n>(fields: impl Iterator<Item = &'n Name>) -> Self {
        let mut scope = Scope::default();
        for field in fields {
            scope.claim(field);
        }
        Self { scope }
    }

    fn claim(&mut self, field: &Name) -> Ident {
        let name = self.scope.claim(&CLEAR.then(field));
        ident(&name, Usage::Setter)
    }
}
