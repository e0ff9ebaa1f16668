//! How values are written to the wire.
//!
//! Types that hold a secret do not implement `serde::Serialize`, so that no logger or cache can write them by accident.
//! They implement [`Wire`], which only this crate can call.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// A value that can be written into a request.
pub(crate) trait Wire {
    /// Whether the value is a secret: header values made of it are marked sensitive.
    const SECRET: bool = false;

    /// Writes the value, secrets included.
    fn wire<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// Lends a [`Wire`] value to a serializer.
pub(crate) struct Wired<'a, T: ?Sized>(pub(crate) &'a T);

impl<T: Wire + ?Sized> Serialize for Wired<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.wire(serializer)
    }
}

/// A value of unknown type that can be encoded as a request body.
pub(crate) trait WireBody: Send + Sync {
    fn to_json(&self) -> serde_json::Result<Vec<u8>>;
    fn to_value(&self) -> serde_json::Result<Value>;
}

impl<T: Wire + Send + Sync> WireBody for T {
    fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&Wired(self))
    }

    fn to_value(&self) -> serde_json::Result<Value> {
        serde_json::to_value(Wired(self))
    }
}

/// Implements [`Wire`] for types without secrets by way of their `serde::Serialize`.
macro_rules! wire_as_serialize {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::wire::Wire for $type {
            fn wire<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                ::serde::Serialize::serialize(self, serializer)
            }
        }
    )+};
}
pub(crate) use wire_as_serialize;

wire_as_serialize!(str, String, bool, u8, i8, u16, i16, u32, i32, u64, i64, f32, f64, Value, ());

impl<T: Wire + ?Sized> Wire for &T {
    const SECRET: bool = T::SECRET;

    fn wire<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::wire(self, serializer)
    }
}

impl<T: Wire + ?Sized> Wire for Box<T> {
    const SECRET: bool = T::SECRET;

    fn wire<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::wire(self, serializer)
    }
}

impl<T: Wire> Wire for Option<T> {
    const SECRET: bool = T::SECRET;

    fn wire<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.wire(serializer),
            None => serializer.serialize_none(),
        }
    }
}

impl<T: Wire> Wire for [T] {
    const SECRET: bool = T::SECRET;

    fn wire<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Wired))
    }
}

impl<T: Wire> Wire for Vec<T> {
    const SECRET: bool = T::SECRET;

    fn wire<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_slice().wire(serializer)
    }
}

impl<K: AsRef<str>, T: Wire> Wire for BTreeMap<K, T> {
    const SECRET: bool = T::SECRET;

    fn wire<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(key, value)| (key.as_ref(), Wired(value))))
    }
}
