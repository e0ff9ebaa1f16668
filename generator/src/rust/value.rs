//! Values of the document as expressions.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

use super::ident::{Usage, ident};
use super::unit::Unit;
use crate::model::{IntegerFormat, Type, TypeKind};

/// The expression of a constant: text, an enum's value, a number or a truth value.
///
/// Nothing if the value is not of the type, or of a type that has no such expression.
pub(crate) fn constant(unit: &Unit<'_>, ty: &Type, value: &Value) -> Option<TokenStream> {
    match (unit.cx.resolve(ty), value) {
        (Type::Text, Value::String(text)) => Some(quote!(#text.to_owned())),
        (Type::Named(id), Value::String(text)) => {
            let TypeKind::Enum(of) = &unit.cx.api.type_def(id)?.kind else { return None };
            let variant = of.values.iter().find(|variant| variant.wire == *text)?;
            let (ty, variant) = (unit.named(id), ident(&variant.name, Usage::Variant));
            Some(quote!(#ty::#variant))
        }
        (ty, value) => scalar(&ty, value),
    }
}

/// A truth value or a number, as a literal of its type.
pub(crate) fn scalar(ty: &Type, value: &Value) -> Option<TokenStream> {
    match (ty, value) {
        (Type::Boolean, Value::Bool(value)) => Some(quote!(#value)),
        (Type::Integer(IntegerFormat::Int32), Value::Number(number)) => {
            integer(i64::from(i32::try_from(number.as_i64()?).ok()?))
        }
        (Type::Integer(IntegerFormat::Int64), Value::Number(number)) => integer(number.as_i64()?),
        (Type::Integer(IntegerFormat::Uint64), Value::Number(number)) => {
            let literal = Literal::u64_unsuffixed(number.as_u64()?);
            Some(quote!(#literal))
        }
        (Type::Number(_), Value::Number(number)) => {
            let number = number.as_f64().filter(|number| number.is_finite())?;
            let literal = Literal::f64_unsuffixed(number.abs());
            Some(if number.is_sign_negative() { quote!(-#literal) } else { quote!(#literal) })
        }
        _ => None,
    }
}

/// The sign is a token of its own.
fn integer(number: i64) -> Option<TokenStream> {
    let literal = Literal::u64_unsuffixed(number.unsigned_abs());
    Some(if number < 0 { quote!(-#literal) } else { quote!(#literal) })
}
