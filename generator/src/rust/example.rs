//! Example values as a caller would write them.

use std::cell::RefCell;
use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use super::ident::{Usage, ident};
use super::member::{Member, Role};
use super::request_impl::{has_required_struct, required, required_ident};
use super::union_item::variant_ident;
use super::unit::Unit;
use super::value::scalar;
use crate::model::{Tagging, Type, TypeDef, TypeId, TypeKind, Union, Variant};

/// Setters an example shows besides what is required.
const SETTERS: usize = 2;
/// Structs within structs that an example shows.
const DEPTH: usize = 5;

/// Which members that may be left out are set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Those the document has examples of, a few.
    Examples,
    /// Those the value has.
    Given,
}

/// Writes examples and notes what they must import.
pub(crate) struct Example<'a> {
    unit: &'a Unit<'a>,
    shown: Shown,
    /// Types below `types`.
    types: RefCell<BTreeSet<String>>,
    /// Items of the root.
    items: RefCell<BTreeSet<String>>,
}

impl<'a> Example<'a> {
    pub(crate) fn new(unit: &'a Unit<'a>) -> Self {
        Self::showing(unit, Shown::Examples)
    }

    /// Sets these members.
    pub(crate) fn showing(unit: &'a Unit<'a>, shown: Shown) -> Self {
        Self { unit, shown, types: RefCell::default(), items: RefCell::default() }
    }

    /// The imports of everything that was written so far.
    pub(crate) fn imports(&self) -> TokenStream {
        let krate = self.unit.cx.crate_ident();
        let (items, types) = (self.item_imports(), import(&quote!(#krate::types), &self.types.borrow()));
        quote!(#items #types)
    }

    /// The imports but for types below `types`.
    pub(crate) fn item_imports(&self) -> TokenStream {
        let krate = self.unit.cx.crate_ident();
        import(&quote!(#krate), &self.items.borrow())
    }

    /// The names of items of the root and of types that were written so far.
    pub(crate) fn names(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        (self.items.borrow().clone(), self.types.borrow().clone())
    }

    /// An item of the crate's root.
    pub(crate) fn item(&self, name: &str) -> Ident {
        self.items.borrow_mut().insert(name.to_owned());
        format_ident!("{name}")
    }

    /// A named type.
    fn named(&self, ident: Ident) -> Ident {
        self.types.borrow_mut().insert(ident.to_string());
        ident
    }

    fn type_ident(&self, id: TypeId) -> Ident {
        self.named(self.unit.cx.type_ident(id))
    }

    /// A type in full, for annotations.
    fn full_type(&self, ty: &Type) -> TokenStream {
        match self.unit.cx.resolve(ty) {
            Type::Array(item) => {
                let item = self.full_type(&item);
                quote!(Vec<#item>)
            }
            Type::Map(value) => {
                let value = self.full_type(&value);
                quote!(std::collections::BTreeMap<String, #value>)
            }
            Type::Nullable(inner) => {
                let inner = self.full_type(&inner);
                quote!(Option<#inner>)
            }
            Type::Any => quote!(serde_json::Value),
            Type::Timestamp => {
                let timestamp = self.item("Timestamp");
                quote!(#timestamp)
            }
            Type::Secret(id) => self.secret(id),
            Type::Named(id) => {
                let ident = self.type_ident(id);
                quote!(#ident)
            }
            Type::Boolean => quote!(bool),
            Type::Text | Type::Binary => quote!(String),
            plain => self.unit.ty(&plain),
        }
    }

    /// A secret as a type.
    pub(crate) fn secret(&self, id: crate::model::SecretId) -> TokenStream {
        let ident = match self.unit.cx.secret(id) {
            (ident, Some(_)) => self.item(&ident.to_string()),
            (ident, None) => self.named(ident),
        };
        quote!(#ident)
    }

    /// A value as an argument that takes anything that becomes the type. Where no expression would do, JSON is read.
    pub(crate) fn argument(&self, ty: &Type, value: &Value) -> TokenStream {
        self.loose(ty, value, DEPTH).unwrap_or_else(|| {
            let (ty, json) = (self.full_type(ty), value.to_string());
            quote!(serde_json::from_str::<#ty>(#json)?)
        })
    }

    /// A value of exactly the type. Where no expression would do, JSON is read.
    pub(crate) fn exact(&self, ty: &Type, value: &Value) -> TokenStream {
        self.strict(ty, value, DEPTH).unwrap_or_else(|| {
            let (ty, json) = (self.full_type(ty), value.to_string());
            quote!(serde_json::from_str::<#ty>(#json)?)
        })
    }

    /// As [`Self::argument`], if there is an expression.
    fn loose(&self, ty: &Type, value: &Value, depth: usize) -> Option<TokenStream> {
        let depth = depth.checked_sub(1)?;
        match (self.unit.cx.resolve(ty), value) {
            (Type::Text | Type::Secret(_) | Type::Binary, Value::String(text)) => Some(quote!(#text)),
            (Type::Array(item), Value::Array(values)) if !values.is_empty() => {
                let values: Option<Vec<_>> = values.iter().map(|value| self.loose(&item, value, depth)).collect();
                values.map(|values| quote!([#(#values),*]))
            }
            (Type::Map(item), Value::Object(members)) if !members.is_empty() => {
                let pairs = members.iter().map(|(key, value)| {
                    let value = self.loose(&item, value, depth)?;
                    Some(quote!((#key, #value)))
                });
                pairs.collect::<Option<Vec<_>>>().map(|pairs| quote!([#(#pairs),*]))
            }
            _ => self.strict(ty, value, depth),
        }
    }

    /// A value of exactly the type.
    fn strict(&self, ty: &Type, value: &Value, depth: usize) -> Option<TokenStream> {
        let depth = depth.checked_sub(1)?;
        match (self.unit.cx.resolve(ty), value) {
            (Type::Any, value) => {
                let value = json(value, depth)?;
                Some(quote!(serde_json::json!(#value)))
            }
            (Type::Text | Type::Binary, Value::String(text)) => Some(quote!(#text.to_owned())),
            (Type::File, _) => {
                let file = self.item("FilePart");
                Some(quote!(#file::new("file.txt", "content")))
            }
            (Type::Secret(id), Value::String(text)) => {
                let secret = self.secret(id);
                Some(quote!(#secret::from(#text)))
            }
            (Type::Timestamp, Value::String(text)) => {
                let timestamp = self.item("Timestamp");
                Some(quote!(#text.parse::<#timestamp>()?))
            }
            (Type::Array(item), Value::Array(values)) => {
                let values: Option<Vec<_>> = values.iter().map(|value| self.strict(&item, value, depth)).collect();
                values.map(|values| quote!(vec![#(#values),*]))
            }
            (Type::Map(item), Value::Object(members)) => {
                let pairs = members.iter().map(|(key, value)| {
                    let value = self.strict(&item, value, depth)?;
                    Some(quote!((#key.to_owned(), #value)))
                });
                pairs.collect::<Option<Vec<_>>>().map(|pairs| quote!(std::collections::BTreeMap::from([#(#pairs),*])))
            }
            (Type::Nullable(inner), value) if !value.is_null() => {
                self.strict(&inner, value, depth).map(|value| quote!(Some(#value)))
            }
            (Type::Named(id), value) => self.of_named(id, value, depth),
            (plain, value) => scalar(&plain, value),
        }
    }

    fn of_named(&self, id: TypeId, value: &Value, depth: usize) -> Option<TokenStream> {
        let def = self.unit.cx.api.type_def(id)?;
        match (&def.kind, value) {
            (TypeKind::Enum(of), Value::String(text)) => {
                let ty = self.type_ident(id);
                let known = of.values.iter().find(|known| known.wire == *text);
                let variant = known.map(|known| ident(&known.name, Usage::Variant));
                Some(variant.map_or_else(|| quote!(#ty::from(#text)), |variant| quote!(#ty::#variant)))
            }
            (TypeKind::Struct(_), Value::Object(_)) if def.usage.request => {
                let ty = self.unit.cx.type_ident(id);
                let (arguments, setters) = self.of_struct(&ty, def, value, depth)?;
                let ty = self.named(ty);
                Some(quote!(#ty::new(#arguments) #setters))
            }
            (TypeKind::Union(of), value) => self.of_union(id, of, value, depth),
            _ => None,
        }
    }

    /// The arguments of `new`, and the setters.
    fn of_struct(&self, ty: &Ident, def: &TypeDef, value: &Value, depth: usize) -> Option<(TokenStream, TokenStream)> {
        let TypeKind::Struct(of) = &def.kind else { return None };
        let members = Member::of_struct(self.unit, &of.fields, def.usage);
        self.of_members(ty, &members, value, depth)
    }

    fn of_members(
        &self,
        ty: &Ident,
        members: &[Member<'_>],
        value: &Value,
        depth: usize,
    ) -> Option<(TokenStream, TokenStream)> {
        let value_of = |member: &Member<'_>| value.get(member.wire).unwrap_or(member.example).clone();
        let required = required(members);
        let arguments = if has_required_struct(&required) {
            let fields = required.iter().map(|member| {
                let (name, value) = (&member.field, value_of(member));
                let value = match member.role {
                    Role::Required { nullable: true } if value.is_null() => quote!(None),
                    Role::Required { nullable: true } => {
                        let value = self.strict(member.ty, &value, depth)?;
                        quote!(Some(#value))
                    }
                    _ => self.strict(member.ty, &value, depth)?,
                };
                Some(quote!(#name: #value))
            });
            let fields = fields.collect::<Option<Vec<_>>>()?;
            let ty = self.named(required_ident(self.unit.cx, ty));
            quote!(#ty { #(#fields),* })
        } else {
            let values = required.iter().map(|member| match member.role {
                Role::Required { nullable: true } => self.strict(member.ty, &value_of(member), depth),
                _ => self.loose(member.ty, &value_of(member), depth),
            });
            let values = values.collect::<Option<Vec<_>>>()?;
            quote!(#(#values),*)
        };
        let most = if self.shown == Shown::Given { members.len() } else { SETTERS };
        let shown = members.iter().filter(|member| self.is_shown(member, value)).take(most);
        let setters = shown.filter_map(|member| {
            let (setter, value) = (&member.setter, self.loose(member.ty, &value_of(member), depth)?);
            Some(quote!(.#setter(#value)))
        });
        Some((arguments, setters.collect()))
    }

    /// Whether an example sets a member that need not be set: one whose value is given.
    fn is_shown(&self, member: &Member<'_>, value: &Value) -> bool {
        let optional = matches!(member.role, Role::Optional | Role::Nullable);
        optional
            && match self.shown {
                Shown::Examples => member.example_given && !member.deprecated && !member.read_only,
                Shown::Given => value.get(member.wire).is_some(),
            }
    }

    fn of_union(&self, id: TypeId, of: &Union, value: &Value, depth: usize) -> Option<TokenStream> {
        let variant = self.variant_of(of, value)?;
        let (ty, name) = (self.unit.cx.type_ident(id), variant_ident(variant));
        let built = match self.unit.cx.definition(&variant.ty) {
            Some((inner, def)) if matches!(def.kind, TypeKind::Struct(_)) => {
                let tagged = matches!(of.tagging, Tagging::Property(_));
                let (arguments, setters) = self.of_struct(&self.unit.cx.type_ident(inner), def, value, depth)?;
                if tagged {
                    let constructor = ident(&variant.name, Usage::Setter);
                    quote!(#ty::#constructor(#arguments) #setters)
                } else {
                    let inner = self.type_ident(inner);
                    quote!(#inner::new(#arguments) #setters)
                }
            }
            _ => self.strict(&variant.ty, value, depth)?,
        };
        let ty = self.named(ty);
        let tagged = matches!(of.tagging, Tagging::Property(_));
        Some(match (variant.boxed, tagged && depth + 2 >= DEPTH) {
            // A body takes what becomes the union.
            (_, true) => built,
            (true, false) => quote!(#ty::#name(Box::new(#built))),
            (false, false) => quote!(#ty::#name(#built)),
        })
    }

    fn variant_of<'u>(&self, of: &'u Union, value: &Value) -> Option<&'u Variant> {
        match &of.tagging {
            Tagging::Property(member) => {
                let tag = value.get(member)?.as_str()?;
                of.variants.iter().find(|variant| variant.tags.iter().any(|own| own == tag))
            }
            Tagging::Untagged => of.variants.iter().find(|variant| self.fits(&variant.ty, value)),
        }
    }

    /// Whether a value may be of a type, judged by its kind alone and, for structs, by what is required.
    fn fits(&self, ty: &Type, value: &Value) -> bool {
        match (self.unit.cx.resolve(ty), value) {
            (Type::Any, _) => true,
            (Type::Boolean, Value::Bool(_)) => true,
            (Type::Integer(_), Value::Number(number)) => number.is_i64() || number.is_u64(),
            (Type::Number(_), Value::Number(_)) => true,
            (Type::Text | Type::Secret(_) | Type::Binary, Value::String(_)) => true,
            (Type::Array(item), Value::Array(values)) => values.iter().all(|value| self.fits(&item, value)),
            (Type::Map(_), Value::Object(_)) => true,
            (Type::Named(id), value) => match (self.unit.cx.api.type_def(id).map(|def| &def.kind), value) {
                (Some(TypeKind::Struct(of)), Value::Object(members)) => {
                    of.fields.iter().all(|field| !field.required || members.contains_key(&field.wire))
                }
                (Some(TypeKind::Enum(_)), Value::String(_)) => true,
                _ => false,
            },
            _ => false,
        }
    }

    /// The parameters of an operation.
    pub(crate) fn parameters(&self, ty: Ident, members: &[Member<'_>], values: &Value) -> TokenStream {
        let built = self.of_members(&ty, members, values, DEPTH);
        let (arguments, setters) = built.unwrap_or_else(|| {
            let values = required(members).into_iter().map(|member| self.argument(member.ty, member.example));
            (quote!(#(#values),*), quote!())
        });
        let ty = self.named(ty);
        quote!(#ty::new(#arguments) #setters)
    }
}

fn import(path: &TokenStream, names: &BTreeSet<String>) -> TokenStream {
    let names: Vec<Ident> = names.iter().map(|name| format_ident!("{name}")).collect();
    match names.as_slice() {
        [] => quote!(),
        [name] => quote!(use #path::#name;),
        _ => quote!(use #path::{#(#names),*};),
    }
}

/// A value as the tokens `serde_json::json!` reads.
fn json(value: &Value, depth: usize) -> Option<TokenStream> {
    let depth = depth.checked_sub(1)?;
    Some(match value {
        Value::Null => quote!(null),
        Value::Bool(value) => quote!(#value),
        Value::String(text) => quote!(#text),
        Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(number), ..) => {
                let literal = Literal::u64_unsuffixed(number);
                quote!(#literal)
            }
            (None, Some(number), _) => {
                let literal = Literal::u64_unsuffixed(number.unsigned_abs());
                quote!(-#literal)
            }
            (None, None, number) => {
                let literal = Literal::f64_unsuffixed(number.filter(|number| number.is_finite() && *number >= 0.0)?);
                quote!(#literal)
            }
        },
        Value::Array(values) => {
            let values = values.iter().map(|value| json(value, depth)).collect::<Option<Vec<_>>>()?;
            quote!([#(#values),*])
        }
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let value = json(value, depth)?;
                Some(quote!(#key: #value))
            });
            let members = members.collect::<Option<Vec<_>>>()?;
            quote!({#(#members),*})
        }
    })
}
