//! The file of a resource: its struct, its tables, its methods.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::Error;
use super::context::{Context, ResourceNames};
use super::doc::Doc;
use super::operation_method::OperationMethod;
use super::operation_static::OperationStatic;
use super::unit::{File, Unit};
use crate::model::Resource;

/// A group of operations that a caller reaches by one accessor.
pub(crate) struct ResourceItem<'a> {
    unit: &'a Unit<'a>,
    resource: &'a Resource,
    names: &'a ResourceNames,
}

impl ResourceItem<'_> {
    fn doc(&self) -> Doc {
        let name = self.resource.name.prose();
        Doc::new().maybe(self.resource.description.as_deref()).or(&format!("Operations on {name}."))
    }

    fn methods(&self) -> Vec<OperationMethod<'_>> {
        let (unit, accessor) = (self.unit, &self.names.accessor);
        let operations = self.resource.operations.iter().filter_map(|index| {
            let (operation, names) = (unit.cx.api.operations.get(*index)?, unit.cx.operations.get(*index)?);
            Some(OperationMethod { unit, operation, names, accessor })
        });
        operations.collect()
    }
}

impl ToTokens for ResourceItem<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (ty, accessor, doc, methods) = (&self.names.ty, &self.names.accessor, self.doc(), self.methods());
        let client = self.unit.runtime("Client");
        let tables = methods.iter().map(|method| OperationStatic {
            unit: self.unit,
            operation: method.operation,
            ident: &method.names.table,
        });
        tokens.extend(quote! {
            #doc
            #[derive(Clone, Copy, Debug)]
            pub struct #ty<'a> {
                client: &'a #client,
            }

            impl #client {
                #doc
                #[must_use]
                pub fn #accessor(&self) -> #ty<'_> {
                    #ty { client: self }
                }
            }

            impl #ty<'_> {
                #(#methods)*
            }

            #(#tables)*
        });
    }
}

/// The file of a resource.
pub(crate) fn resource_file(cx: &Context<'_>, resource: &Resource, names: &ResourceNames) -> Result<File, Error> {
    let unit = Unit::new(cx, [names.ty.clone()]);
    let items = ResourceItem { unit: &unit, resource, names }.into_token_stream();
    let title = Doc::new().maybe(resource.description.as_deref()).or(&format!("The resource `{}`.", names.module));
    unit.finish(&format!("src/resources/{}.rs", names.module), &title, &items)
}

/// `src/resources/mod.rs`.
pub(crate) fn resources_index(cx: &Context<'_>) -> Result<File, Error> {
    let unit = Unit::new(cx, []);
    let mut resources: Vec<&ResourceNames> = cx.resources.iter().collect();
    resources.sort_by_key(|names| names.module.to_string());
    let modules = resources.iter().map(|names| &names.module);
    let types = resources.iter().map(|names| &names.ty);
    let reexported = modules.clone();
    let items: TokenStream = quote! {
        #(pub(crate) mod #modules;)*
        #(pub use #reexported::#types;)*
    };
    let doc = Doc::new().paragraph("Groups of operations. Each is reached by a method of [`Client`](crate::Client).");
    unit.finish("src/resources/mod.rs", &doc, &items)
}
