//! Arguments: what a caller may pass for a type, and how it becomes that type.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::unit::Unit;
use crate::model::{Type, TypeKind};

/// What a caller may pass for a type.
pub(crate) struct Argument {
    /// The type in the signature.
    pub(crate) ty: TokenStream,
    how: How,
}

/// How an argument becomes the value that is stored.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    AsIs,
    Into,
    Collect,
    CollectInto,
    CollectPairs,
    CollectPairsInto,
}

impl Argument {
    /// Text and types with a name by anything that becomes them, lists by anything that yields their items, the rest by value.
    pub(crate) fn new(unit: &Unit<'_>, ty: &Type) -> Self {
        let resolved = unit.cx.resolve(ty);
        match &resolved {
            plain if is_plain(plain) => Self { ty: unit.ty(&resolved), how: How::AsIs },
            Type::Array(item) => Self::list(unit, item),
            Type::Map(value) => Self::map(unit, value),
            _ => {
                let ty = unit.ty(ty);
                Self { ty: quote!(impl Into<#ty>), how: How::Into }
            }
        }
    }

    /// As [`Self::new`], for one of several arguments that stand side by side: an enum only by itself, so that text meant
    /// for one is none for another.
    pub(crate) fn exact(unit: &Unit<'_>, ty: &Type) -> Self {
        let is_enum = |ty: &Type| {
            let def = unit.cx.definition(ty).map(|(_, def)| &def.kind);
            matches!(def, Some(TypeKind::Enum(_)))
        };
        match unit.cx.resolve(ty) {
            Type::Array(item) if is_enum(&item) => {
                let item = unit.ty(&item);
                Self { ty: quote!(impl IntoIterator<Item = #item>), how: How::Collect }
            }
            resolved if is_enum(&resolved) => Self { ty: unit.ty(ty), how: How::AsIs },
            _ => Self::new(unit, ty),
        }
    }

    fn list(unit: &Unit<'_>, item: &Type) -> Self {
        let ty = unit.ty(item);
        if is_plain(&unit.cx.resolve(item)) {
            Self { ty: quote!(impl IntoIterator<Item = #ty>), how: How::Collect }
        } else {
            Self { ty: quote!(impl IntoIterator<Item: Into<#ty>>), how: How::CollectInto }
        }
    }

    fn map(unit: &Unit<'_>, value: &Type) -> Self {
        let ty = unit.ty(value);
        if is_plain(&unit.cx.resolve(value)) {
            Self { ty: quote!(impl IntoIterator<Item = (impl Into<String>, #ty)>), how: How::CollectPairs }
        } else {
            Self {
                ty: quote!(impl IntoIterator<Item = (impl Into<String>, impl Into<#ty>)>),
                how: How::CollectPairsInto,
            }
        }
    }

    /// The value that is stored.
    pub(crate) fn convert(&self, name: &Ident) -> TokenStream {
        match self.how {
            How::AsIs => quote!(#name),
            How::Into => quote!(#name.into()),
            How::Collect => quote!(#name.into_iter().collect()),
            How::CollectInto => quote!(#name.into_iter().map(Into::into).collect()),
            How::CollectPairs => quote!(#name.into_iter().map(|(key, value)| (key.into(), value)).collect()),
            How::CollectPairsInto => {
                quote!(#name.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
            }
        }
    }

    /// Whether the value is stored as it is passed, so that `name` alone is enough in a struct literal.
    pub(crate) fn is_as_is(&self) -> bool {
        self.how == How::AsIs
    }
}

/// Whether a value is passed as it is, so that a literal needs no help to find its type.
pub(crate) fn is_plain(ty: &Type) -> bool {
    matches!(ty, Type::Boolean | Type::Integer(_) | Type::Number(_) | Type::File)
}
