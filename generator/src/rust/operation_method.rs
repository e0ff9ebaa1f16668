//! The method that performs an operation.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::argument::{Argument, is_plain};
use super::context::OperationNames;
use super::flow_method::FlowMethods;
use super::ident::{Usage, ident};
use super::operation_doc::OperationDoc;
use super::operation_static::retry_class;
use super::output::{output_type, reader};
use super::struct_item::deprecation;
use super::union_item::variant_ident;
use super::unit::Unit;
use crate::model::{Body, Encoding, Location, Media, Operation, Parameter, Style, Type, TypeKind};

/// The method that performs an operation.
pub(crate) struct OperationMethod<'a> {
    pub(crate) unit: &'a Unit<'a>,
    pub(crate) operation: &'a Operation,
    pub(crate) names: &'a OperationNames,
    pub(crate) accessor: &'a Ident,
}

impl OperationMethod<'_> {
    fn path_arguments(&self) -> Vec<PathArgument> {
        path_parameters(self.operation).into_iter().map(|parameter| PathArgument::new(self.unit, parameter)).collect()
    }

    fn arguments(&self) -> Vec<TokenStream> {
        let mut arguments: Vec<TokenStream> =
            self.path_arguments().into_iter().map(|argument| argument.signature).collect();
        if let Some(name) = &self.operation.parameters_name {
            let ty = self.unit.in_types(self.unit.cx.extra_type_ident(name));
            arguments.push(quote!(params: #ty));
        }
        if let Some((body, media)) = body_media(self.operation) {
            let ty = BodyArgument::new(self.unit, body, media).signature();
            arguments.push(quote!(body: #ty));
        }
        arguments
    }

    fn request(&self) -> TokenStream {
        let (request, table) = (self.unit.runtime("Request"), &self.names.table);
        let request = match reader(self.unit, self.operation) {
            Some(read) => quote!(#request::new(self.client, &#table, #read)),
            None => quote!(#request::streaming(self.client, &#table)),
        };
        let paths = self.path_arguments().into_iter().map(|argument| argument.call);
        quote!(#request #(#paths)*)
    }

    /// The statements of the method.
    fn statements(&self) -> TokenStream {
        let request = self.request();
        let body = body_media(self.operation).map(|(body, media)| BodyArgument::new(self.unit, body, media));
        let convert = body.as_ref().map(BodyArgument::convert);
        let (set, retry) = match &body {
            Some(body) if !body.required => (None, None),
            Some(body) => (Some(body.call()), self.by_variant()),
            None => (None, None),
        };
        let request = quote!(#request #retry #set);
        let optional = body.filter(|body| !body.required).map(|body| body.call());
        match (self.operation.parameters_name.is_some(), optional) {
            (false, None) => quote!(#convert #request),
            (true, None) => quote!(#convert params.apply(#request)),
            (parameters, Some(call)) => {
                let request = if parameters { quote!(params.apply(#request)) } else { request };
                quote! {
                    let request = #request;
                    match body {
                        Some(body) => request #call,
                        None => request,
                    }
                }
            }
        }
    }

    /// Rules that depend on which alternative of the body is sent.
    fn by_variant(&self) -> Option<TokenStream> {
        let (_, media) = body_media(self.operation)?;
        let (id, def) = self.unit.cx.definition(&media.ty)?;
        let TypeKind::Union(of) = &def.kind else { return None };
        let ty = self.unit.named(id);
        let pattern = |index: usize| {
            let variant = variant_ident(of.variants.get(index)?);
            Some(quote!(#ty::#variant(_)))
        };
        let (retry, credential) = (self.retry(&pattern), self.credential(&pattern));
        Some(quote!(#retry #credential))
    }

    fn retry(&self, pattern: &impl Fn(usize) -> Option<TokenStream>) -> Option<TokenStream> {
        let exceptions = self.operation.retry_by_variant.iter().filter_map(|(index, class)| {
            let (pattern, class) = (pattern(*index)?, retry_class(self.unit, *class));
            Some(quote!(#pattern => #class,))
        });
        let exceptions: Vec<TokenStream> = exceptions.collect();
        if exceptions.is_empty() {
            return None;
        }
        let otherwise = retry_class(self.unit, self.operation.retry);
        Some(quote! {
            .retry_class(match &body {
                #(#exceptions)*
                _ => #otherwise,
            })
        })
    }

    fn credential(&self, pattern: &impl Fn(usize) -> Option<TokenStream>) -> Option<TokenStream> {
        let needing = &self.operation.credential_by_variant;
        let needing: Vec<TokenStream> = needing.iter().filter_map(|index| pattern(*index)).collect();
        if needing.is_empty() { None } else { Some(quote!(.credential_required(matches!(&body, #(#needing)|*)))) }
    }
}

impl ToTokens for OperationMethod<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (method, request) = (&self.names.method, self.unit.runtime("Request"));
        let (arguments, statements) = (self.arguments(), self.statements());
        let output = output_type(self.unit, &self.operation.output);
        let doc =
            OperationDoc { unit: self.unit, operation: self.operation, names: self.names, accessor: self.accessor };
        let deprecation = deprecation(self.operation.deprecated);
        let aliases = self.aliases();
        // The receiver counts as well.
        let many = (arguments.len() > 6).then(|| quote!(#[expect(clippy::too_many_arguments)]));
        tokens.extend(quote! {
            #doc
            #deprecation
            #(#[doc(alias = #aliases)])*
            #many
            pub fn #method(&self, #(#arguments),*) -> #request<#output> {
                #statements
            }
        });
        FlowMethods { unit: self.unit, operation: self.operation, method }.to_tokens(tokens);
    }
}

impl OperationMethod<'_> {
    /// Names by which rustdoc finds the method: the operation's id, and those it has elsewhere.
    fn aliases(&self) -> Vec<&str> {
        let method = self.names.method.to_string();
        let allowed = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte))
        };
        let mut aliases: Vec<&str> = Vec::new();
        for alias in std::iter::once(&self.operation.id).chain(&self.operation.aliases) {
            if allowed(alias) && *alias != method && !aliases.contains(&alias.as_str()) {
                aliases.push(alias);
            }
        }
        aliases
    }
}

/// Path parameters in the order of the path.
pub(crate) fn path_parameters(operation: &Operation) -> Vec<&Parameter> {
    let mut parameters: Vec<&Parameter> =
        operation.parameters.iter().filter(|parameter| parameter.location == Location::Path).collect();
    parameters.sort_by_key(|parameter| operation.path.find(&format!("{{{}}}", parameter.wire)).unwrap_or(usize::MAX));
    parameters
}

/// A path parameter in the signature and in the request.
struct PathArgument {
    signature: TokenStream,
    call: TokenStream,
}

impl PathArgument {
    fn new(unit: &Unit<'_>, parameter: &Parameter) -> Self {
        let (name, resolved) = (ident(&parameter.name, Usage::Argument), unit.cx.resolve(&parameter.ty));
        let (ty, value) = match &resolved {
            Type::Text | Type::Binary => (quote!(impl AsRef<str>), quote!(#name.as_ref())),
            plain if is_plain(plain) => (unit.ty(plain), quote!(&#name)),
            Type::Array(item) => {
                let item = unit.ty(item);
                (quote!(&[#item]), quote!(#name))
            }
            other => {
                let ty = unit.ty(other);
                (quote!(&#ty), quote!(#name))
            }
        };
        let wire = &parameter.wire;
        let style = match parameter.style {
            Style::Label => Some(quote!(.label())),
            Style::Matrix => Some(quote!(.matrix())),
            _ => None,
        };
        let exploded = parameter.explode.then(|| quote!(.exploded()));
        let place = if style.is_some() || exploded.is_some() {
            let ty = unit.item("crate::path", "PathParameter");
            quote!(#ty::from(#wire) #style #exploded)
        } else {
            quote!(#wire)
        };
        Self { signature: quote!(#name: #ty), call: quote!(.path(#place, #value)) }
    }
}

/// The body and the media type it is sent in.
pub(crate) fn body_media(operation: &Operation) -> Option<(&Body, &Media)> {
    let body = operation.body.as_ref()?;
    Some((body, body.media.first()?))
}

/// A body in the signature and in the request.
struct BodyArgument<'a> {
    unit: &'a Unit<'a>,
    media: &'a Media,
    required: bool,
}

impl<'a> BodyArgument<'a> {
    fn new(unit: &'a Unit<'a>, body: &Body, media: &'a Media) -> Self {
        Self { unit, media, required: body.required }
    }

    fn is_value(&self) -> bool {
        matches!(self.media.encoding, Encoding::Json | Encoding::Form)
    }

    fn stored(&self) -> TokenStream {
        if self.unit.cx.is_typed(self.media) {
            return self.unit.ty(&self.media.ty);
        }
        match self.media.encoding {
            Encoding::Multipart => self.unit.runtime("Multipart"),
            Encoding::Text => quote!(String),
            _ => self.unit.runtime("Body"),
        }
    }

    fn signature(&self) -> TokenStream {
        let stored = self.stored();
        match (self.required, self.media.encoding) {
            (false, _) => quote!(Option<#stored>),
            (true, Encoding::Multipart) => stored,
            (true, Encoding::Json | Encoding::Form) => Argument::new(self.unit, &self.media.ty).ty,
            (true, Encoding::Text | Encoding::Binary) => quote!(impl Into<#stored>),
        }
    }

    /// What is done with the argument before the request is built.
    fn convert(&self) -> TokenStream {
        if self.required && self.media.encoding == Encoding::Text {
            return quote!(let body: String = body.into(););
        }
        // The type is named, and imported, where it is used only.
        if !self.required || !self.is_value() {
            return TokenStream::new();
        }
        let argument = Argument::new(self.unit, &self.media.ty);
        if argument.is_as_is() {
            return TokenStream::new();
        }
        let (ty, value) = (self.stored(), argument.convert(&format_ident!("body")));
        quote!(let body: #ty = #value;)
    }

    fn call(&self) -> TokenStream {
        let media_type = &self.media.media_type;
        match self.media.encoding {
            Encoding::Json | Encoding::Form => quote!(.body(body)),
            Encoding::Multipart => quote!(.multipart(body)),
            Encoding::Text | Encoding::Binary => quote!(.raw_body(#media_type, body)),
        }
    }
}
