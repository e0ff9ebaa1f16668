//! Reading values that are one of several types.

use std::fmt;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::wire::wire_as_serialize;

/// A value of a union that this version of the crate has no type for; it survives a round trip.
///
/// `Debug` does not show it: what it means, and whether it holds a secret, is not known.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnknownVariant(Value);

impl UnknownVariant {
    pub(crate) const fn new(value: Value) -> Self {
        Self(value)
    }

    /// The value as it was received.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.0
    }
}

impl From<Value> for UnknownVariant {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

impl fmt::Debug for UnknownVariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Value::Null => "UnknownVariant(null)",
            Value::Bool(_) => "UnknownVariant(boolean)",
            Value::Number(_) => "UnknownVariant(number)",
            Value::String(_) => "UnknownVariant(string)",
            Value::Array(_) => "UnknownVariant(array)",
            Value::Object(_) => "UnknownVariant(object)",
        })
    }
}

wire_as_serialize!(UnknownVariant);

/// The text of the member that tells the variants apart.
pub(crate) fn tag_of<'v>(value: &'v Value, member: &str) -> Option<&'v str> {
    value.get(member)?.as_str()
}

/// The value as a `T`, if it is one.
pub(crate) fn fit<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

/// Reads a value as the first of the variants it fits, in the order given, and else as `Unknown`:
/// `try_variants!(value; One, Many)`.
macro_rules! try_variants {
    ($value:expr; $($variant:ident),+ $(,)?) => {{
        let value: ::serde_json::Value = $value;
        $(if let Some(fitting) = $crate::union::fit(&value) {
            return Ok(Self::$variant(fitting));
        })+
        Ok(Self::Unknown($crate::union::UnknownVariant::new(value)))
    }};
}
pub(crate) use try_variants;

/// Reads a value as the variant its tag names, and as `Unknown` when the tag is unknown or the value does not fit:
/// `by_tag!(value, "kind"; "one" => One, "many" => Many)`.
macro_rules! by_tag {
    ($value:expr, $member:expr; $($tag:literal => $variant:ident),+ $(,)?) => {{
        let value: ::serde_json::Value = $value;
        match $crate::union::tag_of(&value, $member) {
            $(Some($tag) => {
                if let Some(fitting) = $crate::union::fit(&value) {
                    return Ok(Self::$variant(fitting));
                }
            })+
            _ => {}
        }
        Ok(Self::Unknown($crate::union::UnknownVariant::new(value)))
    }};
}
pub(crate) use by_tag;
