//! `src/lib.rs` and `README.md`: the front page, and what the crate consists of.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Error;
use super::context::Context;
use super::doc::{Doc, code, escape, first_sentence};
use super::feature_guide::GUIDES;
use super::operation_doc::OperationDoc;
use super::runtime::Module;
use super::unit::{File, Unit};
use crate::model::{Operation, Output, RetryClass, TypeKind};

/// What the features of the runtime are for.
const FEATURES: &[(&str, &str)] = &[
    ("rustls", "The HTTP stack with TLS by rustls. On by default."),
    ("native-tls", "The HTTP stack with the TLS of the platform."),
    (
        "rustls-no-provider",
        "The HTTP stack with TLS by rustls and cryptography of your own, installed before a client is built.",
    ),
    ("reqwest", "The HTTP stack without TLS. A `reqwest::ClientBuilder` can be configured by `configure_reqwest`."),
    ("blocking", "Calls that block: `request.call()` in place of `request.await`, and `for item in request.items()`."),
    ("tracing", "A span for every call, with operation, status and attempt, and nothing secret."),
    ("verify", "Verification of JWT access tokens against the keys of the authorization server."),
    ("loopback", "A listener for the redirect of the browser, for desktop and command-line programs."),
    ("test-util", "A scripted transport for tests of code that uses this crate."),
];

/// The front page, in Markdown that both rustdoc and a registry show.
struct FrontPage<'a> {
    cx: &'a Context<'a>,
    /// The features of the crate.
    features: &'a toml::Table,
    /// For rustdoc: links to items, and an example that is tested.
    rustdoc: bool,
}

impl FrontPage<'_> {
    fn doc(&self) -> Doc {
        let about = &self.cx.api.product.product;
        let summary = if about.summary.is_empty() { &self.cx.api.title } else { &about.summary };
        let summary = escape(summary);
        let summary = if summary.ends_with('.') { summary } else { format!("{summary}.") };
        let doc = Doc::new().paragraph(&summary);
        let doc = self.with_example(doc, self.example());
        let doc = doc.paragraph(&self.environment());
        let doc = self.resources(self.heading(doc, "Operations"));
        let doc = self.heading(doc, "Errors").paragraph(&self.errors());
        let doc = self.guides(doc);
        self.features(self.heading(doc, "Features"))
    }

    fn heading(&self, doc: Doc, title: &str) -> Doc {
        if self.rustdoc { doc.heading(title) } else { doc.subheading(title) }
    }

    fn link(&self, item: &str) -> String {
        if self.rustdoc { format!("[`{item}`]") } else { format!("`{item}`") }
    }

    fn environment(&self) -> String {
        let prefix = escape(&self.cx.api.product.product.env_prefix);
        format!(
            "{} reads `{prefix}_API_KEY`, `{prefix}_CLIENT_ID`, `{prefix}_CLIENT_SECRET` and `{prefix}_BASE_URL`, \
             where they are set; {} takes them one by one. Every call is a lazy request: `.await` it, or set its timeout, \
             retries and headers first.",
            self.link("Client::from_env"),
            self.link("Client::builder"),
        )
    }

    fn errors(&self) -> String {
        format!(
            "Every call fails with {}. Ask it what to do next, such as `is_retryable()` or `is_not_found()`; what the \
             server said is kept, and nothing secret is shown.",
            self.link("Error")
        )
    }

    /// A call that is harmless, and a list where there is one.
    fn example(&self) -> Option<String> {
        let cx = self.cx;
        let easy = |operation: &&Operation| operation.retry == RetryClass::Safe && !operation.deprecated;
        let list = |operation: &&Operation| easy(operation) && matches!(operation.output, Output::Page { .. });
        let operations = &cx.api.operations;
        let operation = operations.iter().find(list).or_else(|| operations.iter().find(easy)).or(operations.first())?;
        let index = operations.iter().position(|other| std::ptr::eq(other, operation))?;
        let (names, resource) = (cx.operations.get(index)?, cx.resources.get(operation.resource)?);
        let unit = Unit::new(cx, []);
        let doc = OperationDoc { unit: &unit, operation, names, accessor: &resource.accessor };
        Some(doc.front_page())
    }

    fn with_example(&self, doc: Doc, example: Option<String>) -> Doc {
        match example {
            Some(example) if self.rustdoc => doc.example("no_run", &example),
            Some(example) => doc.example("rust", &without_hidden(&example)),
            None => doc,
        }
    }

    /// The optional parts this crate has.
    fn guides(&self, doc: Doc) -> Doc {
        let krate = self.cx.crate_ident().to_string();
        GUIDES.iter().filter(|guide| self.features.contains_key(guide.feature)).fold(doc, |doc, guide| {
            let doc = self.heading(doc, guide.title).paragraph(guide.text);
            let example = if guide.feature == "blocking" { self.blocking_example() } else { guide.example(&krate) };
            self.with_example(doc, example)
        })
    }

    /// The first example without async.
    fn blocking_example(&self) -> Option<String> {
        let example = self.example()?.replace(".await?", ".call()?");
        Some(example.replacen("async fn", "#[cfg(feature = \"blocking\")]\n# fn", 1))
    }

    fn resources(&self, doc: Doc) -> Doc {
        let rows = self.cx.api.resources.iter().zip(&self.cx.resources).map(|(resource, names)| {
            let accessor = self.link(&format!("Client::{}", names.accessor));
            let what = first_sentence(resource.description.as_deref().unwrap_or(""));
            [accessor, if what.is_empty() { format!("{}.", resource.name.prose()) } else { what }]
        });
        doc.table(["Resource", "What it is for"], rows)
    }

    fn features(&self, doc: Doc) -> Doc {
        let known = FEATURES.iter().filter(|(name, _)| self.features.contains_key(*name));
        doc.table(["Feature", "What it brings"], known.map(|(name, what)| [code(name), (*what).to_owned()]))
    }
}

fn without_hidden(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("# "));
    lines.collect::<Vec<_>>().join("\n")
}

/// `README.md`.
pub(crate) fn readme(cx: &Context<'_>, features: &toml::Table) -> String {
    let page = FrontPage { cx, features, rustdoc: false }.doc();
    let title = escape(&cx.api.product.product.crate_name);
    format!("# {title}\n\n{}\n", page.lines().join("\n"))
}

/// `src/lib.rs`.
pub(crate) fn library(cx: &Context<'_>, modules: &[(&str, &Module)], features: &toml::Table) -> Result<File, Error> {
    let unit = Unit::new(cx, []);
    let doc = FrontPage { cx, features, rustdoc: true }.doc();
    let declarations: Vec<TokenStream> = declarations(modules);
    let exports = modules.iter().filter(|(_, module)| !module.exports.is_empty()).map(|(name, module)| {
        let (gate, name) = (gate(module), format_ident!("{name}"));
        let items: Vec<Ident> = module.exports.iter().map(|item| format_ident!("{item}")).collect();
        match items.as_slice() {
            [item] => quote!(#gate pub use #name::#item;),
            _ => quote!(#gate pub use #name::{#(#items),*};),
        }
    });
    let own = own_lints(cx);
    let items = quote! {
        #(#declarations)*
        #(#exports)*
    };
    unit.finish_with("src/lib.rs", &doc, &own, &items)
}

/// The modules in the order of their names, those of ours among them.
fn declarations(modules: &[(&str, &Module)]) -> Vec<TokenStream> {
    let runtime = modules.iter().map(|(name, module)| {
        let (gate, ident) = (gate(module), format_ident!("{name}"));
        let visibility = if module.public { quote!(pub) } else { quote!() };
        ((*name).to_owned(), quote!(#gate #visibility mod #ident;))
    });
    let own = [("product", quote!()), ("resources", quote!(pub)), ("types", quote!(pub))].map(|(name, visibility)| {
        let ident = format_ident!("{name}");
        (name.to_owned(), quote!(#visibility mod #ident;))
    });
    let mut all: Vec<(String, TokenStream)> = runtime.chain(own).collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all.into_iter().map(|(_, tokens)| tokens).collect()
}

fn gate(module: &Module) -> TokenStream {
    let features = &module.features;
    match features.as_slice() {
        [] => TokenStream::new(),
        [feature] => quote!(#[cfg(feature = #feature)]),
        _ => quote!(#[cfg(any(#(feature = #features),*))]),
    }
}

/// Lints of the whole crate.
fn own_lints(cx: &Context<'_>) -> TokenStream {
    let large = has_alternatives(cx)
        .then(|| quote!(#![allow(clippy::large_enum_variant, reason = "a box would be in the way of every match")]));
    let deprecated = has_deprecated(cx)
        .then(|| quote!(#![allow(deprecated, reason = "what is deprecated must still be named here")]));
    quote! {
        #![forbid(unsafe_code)]
        #![warn(missing_docs)]
        #![allow(
            dead_code,
            unused_imports,
            unused_macros,
            reason = "the modules that every product shares do more than this one needs"
        )]
        #large
        #deprecated
    }
}

/// Whether there is an enum with payloads.
fn has_alternatives(cx: &Context<'_>) -> bool {
    cx.api.types.iter().any(|def| matches!(def.kind, TypeKind::Union(_)))
        || cx.api.operations.iter().any(|operation| matches!(operation.output, Output::Many { .. }))
}

fn has_deprecated(cx: &Context<'_>) -> bool {
    let of_type = |def: &crate::model::TypeDef| {
        def.deprecated || matches!(&def.kind, TypeKind::Struct(of) if of.fields.iter().any(|field| field.deprecated))
    };
    let of_operation = |operation: &Operation| {
        operation.deprecated || operation.parameters.iter().any(|parameter| parameter.deprecated)
    };
    cx.api.types.iter().any(of_type) || cx.api.operations.iter().any(of_operation)
}
