//! What a type gets for the part its operation plays in a flow of OAuth 2.0 (`[flows]` of product.toml).

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use super::context::Context;
use super::ident::{Usage, ident};
use super::product_file::operation_table;
use super::union_item::variant_ident;
use super::unit::Unit;
use crate::model::{Field, IntegerFormat, Operation, Output, Struct, Type, TypeId, TypeKind};
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
        if self.answers(flows.introspect.as_ref()) {
            tokens.extend(self.introspection());
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
        let (ty, error, client) = (self.unit.named(self.id), self.unit.runtime("Error"), self.unit.runtime("Client"));
        let operation = self.unit.item("crate::operation", "Operation");
        self.unit.reach("crate::discovery");
        let endpoints = self.endpoints();
        let names_itself = self.names_itself();
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

                fn endpoints(&self) -> Vec<(&'static #operation, Option<&str>)> {
                    Vec::from([#(#endpoints),*])
                }

                fn names_itself(&self) -> bool {
                    #names_itself
                }
            }

            impl #client {
                /// A client that uses this authorization server in place of the document's own: its endpoints, and its
                /// issuer for the answers to authorization requests. It shares everything else.
                ///
                /// An endpoint that the metadata does not name cannot be called. Client authentication and managed
                /// tokens are of the server they were had from: where an endpoint has another origin than the client's
                /// own server, the new client has none of them. Give it its own by
                /// [`with_credentials`](Self::with_credentials).
                ///
                /// # Errors
                ///
                /// [`DiscoveryError::InvalidUrl`](crate::DiscoveryError::InvalidUrl), as the source of
                /// [`Error::Flow`](crate::Error::Flow), when an endpoint is not `https`, or on this machine while the
                /// issuer is not.
                pub fn with_authorization_server(&self, metadata: &#ty) -> Result<Self, #error> {
                    crate::discovery::with_server(self, metadata)
                }
            }
        })
    }

    /// The operations of the document that authorization servers have, and what the metadata says about where they are
    /// (RFC 8414 section 2).
    fn endpoints(&self) -> Vec<TokenStream> {
        let flows = &self.unit.cx.api.product.flows;
        let parts = [
            (&flows.authorize, "authorization_endpoint"),
            (&flows.token, "token_endpoint"),
            (&flows.introspect, "introspection_endpoint"),
            (&flows.register, "registration_endpoint"),
            (&flows.keys, "jwks_uri"),
        ];
        let endpoints = parts.into_iter().filter_map(|(part, wire)| {
            let table = operation_table(self.unit.cx, part.as_ref())?;
            let is_text = |field: &&Field| matches!(self.unit.cx.resolve(&field.ty), Type::Text);
            let url = member(self.of, wire).filter(is_text).map(|field| {
                let name = ident(&field.name, Usage::Field);
                if is_optional(field) { quote!(self.#name.as_deref()) } else { quote!(Some(&self.#name)) }
            });
            let url = url.unwrap_or_else(|| quote!(None));
            Some(quote!((&#table, #url)))
        });
        endpoints.collect()
    }

    /// Whether every answer to an authorization request names the issuer (RFC 9207 section 3).
    fn names_itself(&self) -> TokenStream {
        let said = member(self.of, "authorization_response_iss_parameter_supported");
        let said = said.filter(|field| matches!(self.unit.cx.resolve(&field.ty), Type::Boolean));
        match said.map(|field| (ident(&field.name, Usage::Field), is_optional(field))) {
            Some((name, true)) => quote!(self.#name == Some(true)),
            Some((name, false)) => quote!(self.#name),
            None => quote!(false),
        }
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
        let registered = quote!(#auth::registered(&self.client_id, #secret, #method));
        let Some(expires_at) = self.time("client_secret_expires_at") else {
            return Some(quote! {
                impl #ty {
                    /// How the registered client authenticates from now on.
                    ///
                    /// # Errors
                    ///
                    /// As those of [`ClientAuth::registered`](crate::ClientAuth::registered).
                    pub fn client_auth(&self) -> Result<#auth, #error> {
                        #registered
                    }
                }
            });
        };
        let (timestamp, time) = (self.unit.runtime("Timestamp"), self.unit.item("std::time", "SystemTime"));
        Some(quote! {
            impl #ty {
                /// How the registered client authenticates from now on.
                ///
                /// # Errors
                ///
                /// As those of [`ClientAuth::registered`](crate::ClientAuth::registered), and
                /// [`ClientAuthError::SecretExpired`](crate::ClientAuthError::SecretExpired) when the secret has expired.
                pub fn client_auth(&self) -> Result<#auth, #error> {
                    self.client_auth_at(#time::now())
                }

                /// [`Self::client_auth`] at the time `now`.
                ///
                /// # Errors
                ///
                /// As those of [`Self::client_auth`].
                pub fn client_auth_at(&self, now: #time) -> Result<#auth, #error> {
                    #registered?.unless_expired(self.is_secret_expired(now))
                }

                /// When the secret expires; `None` for one that does not, which the server says with 0 (RFC 7591
                /// section 3.2.1).
                #[must_use]
                pub fn secret_expires_at(&self) -> Option<#timestamp> {
                    #expires_at.filter(|time| time.unix_seconds() != 0)
                }

                /// Whether the secret has expired at `now`.
                #[must_use]
                pub fn is_secret_expired(&self, now: #time) -> bool {
                    self.secret_expires_at().is_some_and(|expires_at| expires_at <= now.into())
                }
            }
        })
    }

    /// An expression for a member that is a time, as `Option<Timestamp>`.
    fn time(&self, wire: &str) -> Option<TokenStream> {
        let field = member(self.of, wire)?;
        let (name, timestamp) = (ident(&field.name, Usage::Field), self.unit.runtime("Timestamp"));
        match (self.unit.cx.resolve(&field.ty), is_optional(field)) {
            (Type::Integer(IntegerFormat::Int64), true) => Some(quote!(self.#name.map(#timestamp::from_unix))),
            (Type::Integer(IntegerFormat::Int64), false) => Some(quote!(Some(#timestamp::from_unix(self.#name)))),
            (Type::Timestamp, true) => Some(quote!(self.#name)),
            (Type::Timestamp, false) => Some(quote!(Some(self.#name))),
            _ => None,
        }
    }

    /// What is asked of the state of a token, beside whether it is active (RFC 7662 section 2.2).
    fn introspection(&self) -> TokenStream {
        let times = [
            ("exp", "expires_at", " When the token stops being valid."),
            ("iat", "issued_at", " When the token was issued."),
            ("nbf", "not_before", " When the token starts being valid."),
        ];
        let times = times.into_iter().filter_map(|(wire, method, doc)| {
            let (time, method) = (self.time(wire)?, format_ident!("{method}"));
            let timestamp = self.unit.runtime("Timestamp");
            Some(quote! {
                #[doc = #doc]
                #[must_use]
                pub fn #method(&self) -> Option<#timestamp> {
                    #time
                }
            })
        });
        let methods: Vec<TokenStream> = times.chain(self.scopes()).chain(self.is_for()).collect();
        if methods.is_empty() {
            return TokenStream::new();
        }
        let ty = self.unit.named(self.id);
        quote!(impl #ty { #(#methods)* })
    }

    fn scopes(&self) -> Option<TokenStream> {
        let field = member(self.of, "scope").filter(|field| matches!(self.unit.cx.resolve(&field.ty), Type::Text))?;
        let scope =
            if is_optional(field) { quote!(self.scope.as_deref().unwrap_or_default()) } else { quote!(self.scope) };
        Some(quote! {
            /// What the token allows, one by one (RFC 6749 section 3.3).
            pub fn scopes(&self) -> impl Iterator<Item = &str> {
                #scope.split(' ').filter(|scope| !scope.is_empty())
            }
        })
    }

    /// Whether the audience, which is one text, a list of them, or either (RFC 7519 section 4.1.3), names somebody.
    pub(crate) fn is_for(&self) -> Option<TokenStream> {
        let field = member(self.of, "aud")?;
        let (one, many) = (quote!(one == audience), quote!(many.iter().any(|one| one == audience)));
        let of_shape = |ty: &Type, pattern: &dyn Fn(TokenStream) -> TokenStream| match self.unit.cx.resolve(ty) {
            Type::Text => Some((pattern(quote!(one)), one.clone())),
            Type::Array(item) if matches!(self.unit.cx.resolve(&item), Type::Text) => {
                Some((pattern(quote!(many)), many.clone()))
            }
            _ => None,
        };
        let shapes: Vec<(TokenStream, TokenStream)> = match self.unit.cx.definition(&field.ty) {
            Some((id, def)) => {
                let TypeKind::Union(union) = &def.kind else { return None };
                let ty = self.unit.named(id);
                let shapes = union.variants.iter().filter(|variant| !variant.boxed).filter_map(|variant| {
                    let name = variant_ident(variant);
                    of_shape(&variant.ty, &|binding| quote!(#ty::#name(#binding)))
                });
                shapes.collect()
            }
            None => of_shape(&field.ty, &|binding| binding).into_iter().collect(),
        };
        if shapes.is_empty() {
            return None;
        }
        let is_union = self.unit.cx.definition(&field.ty).is_some();
        let arms = shapes.iter().map(|(pattern, test)| {
            if is_optional(field) { quote!(Some(#pattern) => #test,) } else { quote!(#pattern => #test,) }
        });
        let rest = (is_union || is_optional(field)).then(|| quote!(_ => false,));
        Some(quote! {
            /// Whether the token is meant for `audience`, compared character by character. One that names nobody is meant
            /// for nobody.
            #[must_use]
            pub fn is_for(&self, audience: &str) -> bool {
                match &self.aud {
                    #(#arms)*
                    #rest
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
        let is_int = |ty: &Type| matches!(ty, Type::Integer(IntegerFormat::Int64));
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
