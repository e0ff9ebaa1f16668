//! Enums that keep values this version of the crate does not know.

use std::{fmt, marker::PhantomData};

use serde::de;

/// A value that the API's document did not name when this crate was generated.
///
/// It cannot be made outside this crate: turn the text into the enum with `From<&str>` instead, so that a value
/// which a later version knows becomes that variant.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    pub(crate) fn new(text: String) -> Self {
        Self(text.into_boxed_str())
    }

    /// The value as it was received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Reads what is made of text, without keeping a known text.
pub(crate) struct Text<T>(pub(crate) PhantomData<T>);

impl<T: for<'a> From<&'a str>> de::Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        Ok(T::from(text))
    }
}

/// Declares an enum over text: `pub enum Name { Variant = "text", ... }`.
///
/// `pub ignore_case enum Name` compares with the known texts without regard to ASCII case, as RFC 6749 section 5.1
/// asks for `token_type`; a known value is then written back in the document's spelling.
macro_rules! open_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($body:tt)* }) => {
        $crate::open_enum::open_enum! { @define (==) $(#[$meta])* pub enum $name { $($body)* } }
    };
    ($(#[$meta:meta])* pub ignore_case enum $name:ident { $($body:tt)* }) => {
        $crate::open_enum::open_enum! { @define (ignore_case) $(#[$meta])* pub enum $name { $($body)* } }
    };
    (@equal (==) $text:expr, $known:expr) => { $text == $known };
    (@equal (ignore_case) $text:expr, $known:expr) => { $text.eq_ignore_ascii_case($known) };
    (@define $how:tt $(#[$meta:meta])* pub enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $text:literal),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
            /// A value this version of the crate does not know; it survives a round trip.
            Unknown($crate::open_enum::UnknownValue),
        }

        impl $name {
            /// The values this version of the crate knows, in the document's order.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];

            /// The text that goes over the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(value) => value.as_str(),
                }
            }

            fn known(text: &str) -> Option<Self> {
                $(if $crate::open_enum::open_enum!(@equal $how text, $text) {
                    return Some(Self::$variant);
                })+
                None
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::known(text)
                    .unwrap_or_else(|| Self::Unknown($crate::open_enum::UnknownValue::new(text.to_owned())))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::known(&text).unwrap_or_else(|| Self::Unknown($crate::open_enum::UnknownValue::new(text)))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($crate::open_enum::Text(::std::marker::PhantomData))
            }
        }

        $crate::wire::wire_as_serialize!($name);
    };
}
pub(crate) use open_enum;
