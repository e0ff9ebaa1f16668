//! Methods that an operation gets for the part it plays in a flow of OAuth 2.0 (`[flows]` of product.toml).

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::doc::Doc;
use super::example::Example;
use super::flow_item::{self, CodeGrant};
use super::operation_doc::{OperationDoc, hidden_around};
use super::output::output_type;
use super::unit::Unit;
use crate::model::{Operation, Output};
use crate::product::Text;

/// The methods beside that of the operation itself. Operations that a method does not fit get none.
pub(crate) struct FlowMethods<'a> {
    pub(crate) unit: &'a Unit<'a>,
    pub(crate) operation: &'a Operation,
    pub(crate) method: &'a Ident,
}

impl FlowMethods<'_> {
    fn plays(&self, part: Option<&Text>) -> bool {
        part.is_some_and(|id| *id.get_ref() == self.operation.id)
    }

    /// The name of a further method, unless an operation of the resource has it.
    fn free(&self, name: Ident) -> Option<Ident> {
        let cx = self.unit.cx;
        let mut names = cx.api.operations.iter().zip(&cx.operations);
        let taken = names.any(|(other, names)| other.resource == self.operation.resource && names.method == name);
        (!taken).then_some(name)
    }

    /// The method that callers should use in place of the operation's own, and what for.
    pub(crate) fn preferred(&self) -> Option<(Ident, &'static str)> {
        let flows = &self.unit.cx.api.product.flows;
        if self.plays(flows.authorize.as_ref()) && self.operation.parameters_name.is_some() {
            return Some((self.url_method()?, "makes the URL for a browser, with state and PKCE."));
        }
        if self.plays(flows.token.as_ref()) {
            CodeGrant::of(self.unit.cx)?;
            return Some((self.exchange_method()?, "exchanges the code of an attempt."));
        }
        None
    }

    /// A doctest: what `call` gives, printed. `arguments` are those of the function around it.
    fn example(&self, arguments: &TokenStream, call: &TokenStream) -> Doc {
        let krate = self.unit.cx.crate_ident();
        let lines = hidden_around(quote! {
            async fn example(client: &#krate::Client, #arguments) -> Result<(), Box<dyn std::error::Error>> {
                #call
                Ok(())
            }
        });
        Doc::new().heading("Example").example("no_run", &lines)
    }

    fn accessor(&self) -> Option<&Ident> {
        self.unit.cx.resources.get(self.operation.resource).map(|names| &names.accessor)
    }

    /// The name of the method that begins an authorization.
    pub(crate) fn url_method(&self) -> Option<Ident> {
        self.free(format_ident!("{}_url", self.method))
    }

    /// The authorization endpoint is for browsers: this gives the URL instead of calling it.
    fn authorize_url(&self) -> Option<TokenStream> {
        let name = self.operation.parameters_name.as_ref()?;
        let params = self.unit.in_types(self.unit.cx.extra_type_ident(name));
        let (attempt, error) = (self.unit.runtime("AuthorizationAttempt"), self.unit.runtime("Error"));
        let (method, url) = (self.method, self.url_method()?);
        let example = self.url_example(&url)?;
        Some(quote! {
            /// Begins an authorization: the URL for the user's browser, with state and PKCE, and what checks the answer.
            ///
            /// Nothing is sent. What `params` says about state and code challenge is replaced.
            ///
            /// Where a program may use more than one authorization server, say which one is to answer, by
            /// [`expect_issuer`](crate::AuthorizationAttempt::expect_issuer) (RFC 9207); a client that uses a discovered server knows it.
            ///
            /// # Errors
            ///
            /// When an argument cannot be part of a URL, or the system has no random numbers.
            ///
            #example
            pub fn #url(&self, params: #params) -> Result<#attempt, #error> {
                #attempt::new(self.#method(params))
            }
        })
    }

    fn url_example(&self, url: &Ident) -> Option<Doc> {
        let cx = self.unit.cx;
        let index = cx.api.operations.iter().position(|other| std::ptr::eq(other, self.operation))?;
        let (names, accessor) = (cx.operations.get(index)?, self.accessor()?);
        let example = Example::new(self.unit);
        let doc = OperationDoc { unit: self.unit, operation: self.operation, names, accessor };
        let arguments = doc.arguments(&example, &serde_json::Value::Null, None);
        let imports = example.imports();
        Some(self.example(
            &quote!(),
            &quote! {
                #imports
                let attempt = client.#accessor().#url(#(#arguments),*)?;
                println!("Open {}", attempt.url());
            },
        ))
    }

    /// The name of the method that exchanges a code.
    pub(crate) fn exchange_method(&self) -> Option<Ident> {
        self.free(format_ident!("exchange_code"))
    }

    /// The exchange of a code, with what the attempt knows about it.
    fn exchange_code(&self) -> Option<TokenStream> {
        let grant = CodeGrant::of(self.unit.cx)?;
        let name = self.exchange_method()?;
        let (attempt, code) = (self.unit.runtime("AuthorizationAttempt"), self.unit.runtime("AuthorizationCode"));
        let (request, answer) = (self.unit.runtime("Request"), output_type(self.unit, &self.operation.output));
        let (ty, method) = (self.unit.named(grant.id), self.method);
        let arguments = grant.arguments.iter().map(|argument| match argument {
            flow_item::CodeArgument::Code => quote!(code),
            flow_item::CodeArgument::Verifier => quote!(attempt.code_verifier()),
            flow_item::CodeArgument::RedirectUri => quote!(attempt.redirect_uri().unwrap_or_default()),
        });
        let (krate, accessor) = (self.unit.cx.crate_ident(), self.accessor()?);
        let example = self.example(
            &quote!(attempt: &#krate::AuthorizationAttempt, code: #krate::AuthorizationCode),
            &quote! {
                let answer = client.#accessor().#name(attempt, code).await?;
                println!("{answer:?}");
            },
        );
        Some(quote! {
            /// Exchanges the code of an attempt for tokens, with its verifier, redirect URI and resources (RFC 6749
            /// section 4.1.3, RFC 7636 section 4.5, RFC 8707 section 2.2).
            ///
            /// It is the attempt's client that exchanges it: with the client authentication it has, which must be of this
            /// client, or as a public one.
            ///
            #example
            pub fn #name(&self, attempt: &#attempt, code: impl Into<#code>) -> #request<#answer> {
                attempt.exchange(self.#method(#ty::new(#(#arguments),*)))
            }
        })
    }

    /// From a refused call to the authorization server.
    pub(crate) fn discovery(&self) -> Option<TokenStream> {
        let flows = &self.unit.cx.api.product.flows;
        let server = flow_item::operation(self.unit.cx, flows.server_metadata.as_ref()?)?;
        let is_described = |operation: &Operation, member| {
            let of = flow_item::answer(self.unit.cx, operation)?;
            flow_item::is_required_text(self.unit.cx, of.1, member).then_some(())
        };
        is_described(self.operation, "resource")?;
        flow_item::list(flow_item::answer(self.unit.cx, self.operation)?.1, "authorization_servers")?;
        is_described(server, "issuer")?;
        let (own, server) = match (&self.operation.output, &server.output) {
            (own @ Output::Value { .. }, server @ Output::Value { .. }) => {
                (output_type(self.unit, own), output_type(self.unit, server))
            }
            _ => return None,
        };
        let (refusal, challenge, resource, issuer) = (
            self.free(format_ident!("discover"))?,
            self.free(format_ident!("discover_challenge"))?,
            self.free(format_ident!("discover_resource"))?,
            self.free(format_ident!("discover_server"))?,
        );
        let (discovery, error) = (self.unit.runtime("Discovery"), self.unit.runtime("Error"));
        let (krate, accessor) = (self.unit.cx.crate_ident(), self.accessor()?);
        let print = |call: TokenStream| quote!(let found = client.#accessor().#call.await?; println!("{found:?}"););
        let of_refusal = self.example(&quote!(refusal: &#krate::Error), &print(quote!(#refusal(refusal))));
        let of_resource = self.example(&quote!(), &print(quote!(#resource("https://api.example.com"))));
        let of_issuer = self.example(&quote!(), &print(quote!(#issuer("https://issuer.example.com"))));
        Some(quote! {
            /// From a 401 that names the metadata of the resource (RFC 9728 section 5) to the authorization server that
            /// gives tokens for it.
            ///
            /// The metadata may be on any server. No credential is sent to it, and no default header of the client.
            ///
            /// # Errors
            ///
            /// [`DiscoveryError`](crate::DiscoveryError), as the source of [`Error::Flow`](crate::Error::Flow), when
            /// `refusal` is no such 401, when the metadata is not of the resource that was called, or not of the
            /// authorization server that the resource names.
            ///
            #of_refusal
            pub async fn #refusal(&self, refusal: &#error) -> Result<#discovery<#own, #server>, #error> {
                crate::discovery::of_refusal(self.client, refusal).await
            }

            /// As [`Self::discover`], for a 401 that another HTTP stack was given: `url` is what it asked for, and
            /// `www_authenticate` the value of the header.
            ///
            /// # Errors
            ///
            /// As those of [`Self::discover`].
            pub async fn #challenge(
                &self,
                url: &str,
                www_authenticate: &str,
            ) -> Result<#discovery<#own, #server>, #error> {
                crate::discovery::of_challenge(self.client, url, www_authenticate).await
            }

            /// From the identifier of a protected resource to the authorization server that gives tokens for it
            /// (RFC 9728 section 3).
            ///
            /// # Errors
            ///
            /// As those of [`Self::discover`].
            ///
            #of_resource
            pub async fn #resource(&self, resource: &str) -> Result<#discovery<#own, #server>, #error> {
                crate::discovery::of_resource(self.client, resource).await
            }

            /// The metadata of any authorization server (RFC 8414 section 3).
            ///
            /// # Errors
            ///
            /// As those of [`Self::discover`].
            ///
            #of_issuer
            pub async fn #issuer(&self, issuer: &str) -> Result<#server, #error> {
                crate::discovery::of_issuer(self.client, issuer).await
            }
        })
    }
}

impl ToTokens for FlowMethods<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let flows = &self.unit.cx.api.product.flows;
        if self.plays(flows.authorize.as_ref()) {
            tokens.extend(self.authorize_url());
        }
        if self.plays(flows.token.as_ref()) {
            tokens.extend(self.exchange_code());
        }
        if self.plays(flows.resource_metadata.as_ref()) {
            tokens.extend(self.discovery());
        }
    }
}
