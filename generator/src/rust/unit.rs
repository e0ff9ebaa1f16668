//! One file of the output: the types it names and what it must import for them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use super::context::Context;
use super::doc::Doc;
use super::{Error, format};
use crate::model::{IntegerFormat, Type, TypeId};

/// A file while it is written. Whoever names an item asks here for it, so that it is imported once.
pub(crate) struct Unit<'a> {
    pub(crate) cx: &'a Context<'a>,
    /// Types defined in this file.
    own: BTreeSet<String>,
    imports: RefCell<BTreeMap<String, BTreeSet<String>>>,
}

impl<'a> Unit<'a> {
    /// A file that defines these types.
    pub(crate) fn new(cx: &'a Context<'a>, own: impl IntoIterator<Item = Ident>) -> Self {
        let own = own.into_iter().map(|ident| ident.to_string()).collect();
        Self { cx, own, imports: RefCell::default() }
    }

    /// An item of a module, imported; in full where a type of the API has its name.
    pub(crate) fn item(&self, module: &str, name: &str) -> TokenStream {
        let ident = Ident::new(name, Span::call_site());
        if self.cx.is_taken(name) || self.own.contains(name) {
            self.reach(module);
            let path = path(module);
            return quote!(#path::#ident);
        }
        self.import(module, name);
        ident.into_token_stream()
    }

    /// An item that the runtime exports, imported from the root of the crate.
    pub(crate) fn runtime(&self, name: &str) -> TokenStream {
        match self.cx.runtime.owner(name) {
            Some(module) => {
                self.reach(&format!("crate::{module}"));
                self.import("crate", name);
                Ident::new(name, Span::call_site()).into_token_stream()
            }
            None => self.item("crate", name),
        }
    }

    /// A named type.
    pub(crate) fn named(&self, id: TypeId) -> Ident {
        self.in_types(self.cx.type_ident(id))
    }

    /// A type below `types`.
    pub(crate) fn in_types(&self, ident: Ident) -> Ident {
        let name = ident.to_string();
        if !self.own.contains(&name) {
            self.import("crate::types", &name);
        }
        ident
    }

    /// A type as it is stored.
    pub(crate) fn ty(&self, ty: &Type) -> TokenStream {
        match ty {
            Type::Any => self.item("serde_json", "Value"),
            Type::Boolean => quote!(bool),
            Type::Integer(IntegerFormat::Int32) => quote!(i32),
            Type::Integer(IntegerFormat::Int64) => quote!(i64),
            Type::Integer(IntegerFormat::Uint64) => quote!(u64),
            Type::Number(_) => quote!(f64),
            Type::Text | Type::Binary => quote!(String),
            Type::File => self.runtime("FilePart"),
            Type::Timestamp => self.runtime("Timestamp"),
            Type::Array(inner) => {
                let inner = self.ty(inner);
                quote!(Vec<#inner>)
            }
            Type::Map(inner) => {
                let (map, inner) = (self.item("std::collections", "BTreeMap"), self.ty(inner));
                quote!(#map<String, #inner>)
            }
            Type::Nullable(inner) => {
                let inner = self.ty(inner);
                quote!(Option<#inner>)
            }
            Type::Secret(id) => match self.cx.secret(*id) {
                (ident, Some(_)) => self.runtime(&ident.to_string()),
                (ident, None) => self.in_types(ident).into_token_stream(),
            },
            Type::Named(id) => self.named(*id).into_token_stream(),
        }
    }

    /// The text of the file.
    ///
    /// # Errors
    ///
    /// When the emitters made something that is no Rust.
    pub(crate) fn finish(&self, path: &str, docs: &Doc, items: &TokenStream) -> Result<File, Error> {
        self.finish_with(path, docs, &TokenStream::new(), items)
    }

    /// As [`Self::finish`], with attributes of the whole file.
    pub(crate) fn finish_with(
        &self,
        path: &str,
        docs: &Doc,
        attributes: &TokenStream,
        items: &TokenStream,
    ) -> Result<File, Error> {
        let (docs, imports) = (docs.inner(), self.import_items());
        let text = format::file(quote! { #docs #attributes #imports #items })
            .map_err(|error| Error::Tokens { path: path.to_owned(), message: error.to_string() })?;
        Ok(File { path: path.to_owned(), text, modules: self.modules(), crates: self.crates() })
    }

    fn import(&self, module: &str, name: &str) {
        self.imports.borrow_mut().entry(module.to_owned()).or_default().insert(name.to_owned());
    }

    /// Notes a module that is named without an import.
    pub(crate) fn reach(&self, module: &str) {
        self.imports.borrow_mut().entry(module.to_owned()).or_default();
    }

    fn import_items(&self) -> TokenStream {
        let imports = self.imports.borrow();
        let items = imports.iter().filter(|(_, names)| !names.is_empty()).map(|(module, names)| {
            let module = path(module);
            let names: Vec<Ident> = names.iter().map(|name| Ident::new(name, Span::call_site())).collect();
            match names.as_slice() {
                [name] => quote!(use #module::#name;),
                _ => quote!(use #module::{#(#names),*};),
            }
        });
        items.collect()
    }

    /// The modules of the runtime that this file names.
    fn modules(&self) -> BTreeSet<String> {
        let imports = self.imports.borrow();
        let own = imports.keys().filter_map(|module| module.strip_prefix("crate::"));
        own.filter(|module| *module != "types" && *module != "resources").map(str::to_owned).collect()
    }

    /// The crates that this file names.
    fn crates(&self) -> BTreeSet<String> {
        let imports = self.imports.borrow();
        let roots = imports.keys().filter_map(|module| module.split("::").next());
        roots.filter(|root| !matches!(*root, "crate" | "std")).map(str::to_owned).collect()
    }
}

/// A file that is done.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
    /// The modules of the runtime it names.
    pub(crate) modules: BTreeSet<String>,
    /// The crates it names.
    pub(crate) crates: BTreeSet<String>,
}

/// A path of our own as tokens.
fn path(module: &str) -> TokenStream {
    let segments = module.split("::").map(|segment| Ident::new(segment, Span::call_site()));
    quote!(#(#segments)::*)
}
