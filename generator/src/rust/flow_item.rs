//! What a type gets for the part its operation plays in a flow of OAuth 2.0 (`[flows]` of product.toml).

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::context::Context;
use super::ident::{Usage, ident};
use super::unit::Unit;
use crate::model::{Field, Operation, Output, Struct, Type, TypeId, TypeKind};
use crate::product::Text;

/// Methods and traits of the answer of an operation that plays a part. A type that they do not fit gets none.
pub(crate) struct FlowItem<'a> {
    pub(crate) unit: &'a Unit<'a>,
    pub(crate) id: TypeId,
    pub(crate) of: &'a Struct,
}

impl ToTokens for FlowItem<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let flows = &self.unit.cx.api.product.flows;
        if self.answers(flows.server_metadata.as_ref()) {
            tokens.extend(self.server_metadata());
        }
        if self.answers(flows.resource_metadata.as_ref()) {
            tokens.extend(self.resource_metadata());
        }
        if self.answers(flows.register.as_ref()) {
            tokens.extend(self.registration());
        }
        if self.answers(flows.token.as_ref()) {
            tokens.extend(self.tokens());
        }
    }
}

impl FlowItem<'_> {
    fn answers(&self, part: Option<&Text>) -> bool {
        let operation = part.and_then(|id| operation(self.unit.cx, id));
        operation.and_then(|operation| answer(self.unit.cx, operation)).is_some_and(|(id, _)| id == self.id)
    }

    fn server_metadata(&self) -> Option<TokenStream> {
        is_required_text(self.unit.cx, self.of, "issuer").then_some(())?;
        let (ty, error) = (self.unit.named(self.id), self.unit.runtime("Error"));
        self.unit.reach("crate::discovery");
        Some(quote! {
            impl #ty {
                /// Checks that this is the metadata of `issuer`, the identifier that the metadata was asked for with:
                /// both must be the same, character by character (RFC 8414 section 3.3).
                ///
                /// # Errors
                ///
                /// [`DiscoveryError::IssuerMismatch`](crate::DiscoveryError::IssuerMismatch), as the source of
                /// [`Error::Flow`](crate::Error::Flow). Use nothing of the metadata then.
                pub fn validate_issuer(&self, issuer: &str) -> Result<(), #error> {
                    crate::discovery::check_issuer(&self.issuer, issuer)
                }
            }

            impl crate::discovery::ServerMetadata for #ty {
                fn issuer(&self) -> &str {
                    &self.issuer
                }
            }
        })
    }

    fn resource_metadata(&self) -> Option<TokenStream> {
        is_required_text(self.unit.cx, self.of, "resource").then_some(())?;
        let (ty, error) = (self.unit.named(self.id), self.unit.runtime("Error"));
        self.unit.reach("crate::discovery");
        let metadata = list(self.of, "authorization_servers").map(|field| {
            let servers = match (field.required, field.nullable) {
                (true, false) => quote!(&self.authorization_servers),
                _ => quote!(self.authorization_servers.as_deref().unwrap_or_default()),
            };
            quote! {
                impl crate::discovery::ResourceMetadata for #ty {
                    fn resource(&self) -> &str {
                        &self.resource
                    }

                    fn authorization_servers(&self) -> &[String] {
                        #servers
                    }
                }
            }
        });
        Some(quote! {
            impl #ty {
                /// Checks that this is the metadata of `resource`, the identifier that the metadata was asked for with:
                /// both must be the same, character by character (RFC 9728 section 3.3).
                ///
                /// # Errors
                ///
                /// [`DiscoveryError::ResourceMismatch`](crate::DiscoveryError::ResourceMismatch), as the source of
                /// [`Error::Flow`](crate::Error::Flow). Use nothing of the metadata then.
                pub fn validate_resource(&self, resource: &str) -> Result<(), #error> {
                    crate::discovery::check_resource(&self.resource, resource)
                }
            }

            #metadata
        })
    }

    pub(crate) fn registration(&self) -> Option<TokenStream> {
        let cx = self.unit.cx;
        is_required_text(cx, self.of, "client_id").then_some(())?;
        let secret = member(self.of, "client_secret").filter(|field| is_secret(cx, &field.ty, "ClientSecret"))?;
        let method = member(self.of, "token_endpoint_auth_method")?;
        let secret =
            if is_optional(secret) { quote!(self.client_secret.as_ref()) } else { quote!(Some(&self.client_secret)) };
        let method = match (cx.resolve(&method.ty), is_optional(method)) {
            (Type::Text, true) => quote!(self.token_endpoint_auth_method.as_deref()),
            (Type::Text, false) => quote!(Some(&self.token_endpoint_auth_method)),
            (Type::Named(id), optional) if is_enum(cx, id) => {
                let ty = self.unit.named(id);
                if optional {
                    quote!(self.token_endpoint_auth_method.as_ref().map(#ty::as_str))
                } else {
                    quote!(Some(self.token_endpoint_auth_method.as_str()))
                }
            }
            _ => return None,
        };
        let (ty, auth, error) = (self.unit.named(self.id), self.unit.runtime("ClientAuth"), self.unit.runtime("Error"));
        Some(quote! {
            impl #ty {
                /// How the registered client authenticates from now on.
                ///
                /// # Errors
                ///
                /// As those of [`ClientAuth::registered`](crate::ClientAuth::registered).
                pub fn client_auth(&self) -> Result<#auth, #error> {
                    #auth::registered(&self.client_id, #secret, #method)
                }
            }
        })
    }

    pub(crate) fn tokens(&self) -> Option<TokenStream> {
        let cx = self.unit.cx;
        let access = member(self.of, "access_token").filter(|field| is_secret(cx, &field.ty, "AccessToken"))?;
        let kind = member(self.of, "token_type").filter(|field| !is_optional(field))?;
        let kind = match cx.resolve(&kind.ty) {
            Type::Text => quote!(self.token_type),
            Type::Named(id) if is_enum(cx, id) => quote!(self.token_type.as_str().to_owned()),
            _ => return None,
        };
        if is_optional(access) || access.boxed {
            return None;
        }
        let optional = |name: &str, fits: &dyn Fn(&Type) -> bool| match member(self.of, name) {
            None => Some(quote!(None)),
            Some(field) if !fits(&cx.resolve(&field.ty)) => None,
            Some(field) => {
                let name = ident(&field.name, Usage::Field);
                Some(if is_optional(field) { quote!(self.#name) } else { quote!(Some(self.#name)) })
            }
        };
        let is_int = |ty: &Type| matches!(ty, Type::Integer(crate::model::IntegerFormat::Int64));
        let expires_in = optional("expires_in", &is_int)?;
        let refresh_token = optional("refresh_token", &|ty| is_secret(cx, ty, "RefreshToken"))?;
        let scope = optional("scope", &|ty| matches!(ty, Type::Text))?;
        let (ty, set, error) = (self.unit.named(self.id), self.unit.runtime("TokenSet"), self.unit.runtime("Error"));
        let (answer, time) =
            (self.unit.item("crate::token_set", "TokenAnswer"), self.unit.item("std::time", "SystemTime"));
        let request = self.unit.runtime("Request");
        self.unit.reach("crate::resource_indicator");
        Some(quote! {
            impl #ty {
                /// The tokens, with the time they expire at in place of a lifetime.
                ///
                /// `asked_at` is when the request was made. `asked_for` is the scope it asked for, which is the one
                /// granted when the server names none (RFC 6749 section 5.1).
                ///
                /// # Errors
                ///
                /// [`TokenTypeError`](crate::TokenTypeError), as the source of [`Error::Flow`](crate::Error::Flow),
                /// for tokens that are not bearer tokens: they must not be used (RFC 6749 section 7.1).
                pub fn into_token_set(self, asked_at: #time, asked_for: Option<&str>) -> Result<#set, #error> {
                    let answer = #answer {
                        access_token: self.access_token,
                        token_type: #kind,
                        expires_in: #expires_in,
                        refresh_token: #refresh_token,
                        scope: #scope,
                    };
                    answer.into_tokens(asked_at, asked_for)
                }
            }

            impl #request<#ty> {
                /// Asks for a token for this resource, and for those that were named before: an absolute URI without a
                /// fragment (RFC 8707 section 2.2). Another text is an error when the request is awaited, before
                /// anything is sent.
                pub fn resource(self, resource: impl AsRef<str>) -> Self {
                    crate::resource_indicator::ask_for(self, resource.as_ref())
                }
            }
        })
    }
}

/// The alternative of the token request that exchanges a code.
pub(crate) struct CodeGrant {
    pub(crate) id: TypeId,
    /// What its `new` takes, in order.
    pub(crate) arguments: Vec<CodeArgument>,
}

/// An argument of the alternative that exchanges a code.
#[derive(Clone, Copy)]
pub(crate) enum CodeArgument {
    Code,
    Verifier,
    RedirectUri,
}

impl CodeGrant {
    /// The alternative, if it needs what an attempt has and nothing else.
    pub(crate) fn of(cx: &Context<'_>) -> Option<Self> {
        let flows = &cx.api.product.flows;
        let (token, _) = (operation(cx, flows.token.as_ref()?)?, operation(cx, flows.authorize.as_ref()?)?);
        // The answer must take the resources of the attempt.
        let (_, answered) = answer(cx, token)?;
        member(answered, "access_token")?;
        let (_, def) = cx.definition(&token.body.as_ref()?.media.first()?.ty)?;
        let TypeKind::Union(union) = &def.kind else { return None };
        union.variants.iter().find_map(|variant| {
            let (id, def) = cx.definition(&variant.ty)?;
            let TypeKind::Struct(of) = &def.kind else { return None };
            let grant = member(of, "grant_type")?.constant.as_ref()?;
            (grant == "authorization_code" && !variant.boxed).then_some(())?;
            let mut required: Vec<&Field> = of.fields.iter().filter(|field| is_argument(field)).collect();
            required.sort_by_key(|field| ident(&field.name, Usage::Field).to_string());
            let arguments = required.into_iter().map(|field| match (field.wire.as_str(), cx.resolve(&field.ty)) {
                ("code", ty) if is_secret(cx, &ty, "AuthorizationCode") => Some(CodeArgument::Code),
                ("code_verifier", ty) if is_secret(cx, &ty, "CodeVerifier") => Some(CodeArgument::Verifier),
                ("redirect_uri", Type::Text) => Some(CodeArgument::RedirectUri),
                _ => None,
            });
            let arguments: Vec<CodeArgument> = arguments.collect::<Option<_>>()?;
            (arguments.len() == 3).then_some(Self { id, arguments })
        })
    }
}

fn is_argument(field: &Field) -> bool {
    field.required && field.constant.is_none() && field.credential.is_none()
}

/// An operation by its id.
pub(crate) fn operation<'a>(cx: &Context<'a>, id: &Text) -> Option<&'a Operation> {
    cx.api.operations.iter().find(|operation| operation.id == *id.get_ref())
}

/// The struct that an operation answers with.
pub(crate) fn answer<'a>(cx: &Context<'a>, operation: &Operation) -> Option<(TypeId, &'a Struct)> {
    let Output::Value { ty, .. } = &operation.output else { return None };
    let (id, def) = cx.definition(ty)?;
    match &def.kind {
        TypeKind::Struct(of) => Some((id, of)),
        _ => None,
    }
}

fn member<'a>(of: &'a Struct, wire: &str) -> Option<&'a Field> {
    // A name that Rust must spell in another way is none that a flow has.
    of.fields.iter().find(|field| field.wire == wire && !field.boxed && ident(&field.name, Usage::Field) == wire)
}

/// A list of text among the members.
pub(crate) fn list<'a>(of: &'a Struct, wire: &str) -> Option<&'a Field> {
    member(of, wire).filter(|field| matches!(&field.ty, Type::Array(item) if matches!(**item, Type::Text)))
}

/// Whether a member is text that is always there.
pub(crate) fn is_required_text(cx: &Context<'_>, of: &Struct, wire: &str) -> bool {
    member(of, wire).is_some_and(|field| !is_optional(field) && matches!(cx.resolve(&field.ty), Type::Text))
}

const fn is_optional(field: &Field) -> bool {
    !field.required || field.nullable
}

fn is_enum(cx: &Context<'_>, id: TypeId) -> bool {
    cx.api.type_def(id).is_some_and(|def| matches!(def.kind, TypeKind::Enum(_)))
}

/// Whether a type is this secret of the runtime.
fn is_secret(cx: &Context<'_>, ty: &Type, name: &str) -> bool {
    match cx.resolve(ty) {
        Type::Secret(id) => matches!(cx.secret(id), (ident, Some(_)) if ident == name),
        _ => false,
    }
}
