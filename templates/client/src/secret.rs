//! Secrets: text that is wiped from memory when dropped and never printed.

use std::{borrow::Cow, hint::black_box};

use zeroize::Zeroizing;

/// The storage of every secret: wiped on drop.
#[derive(Clone)]
pub(crate) struct SecretText(Zeroizing<String>);

impl SecretText {
    pub(crate) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Compares without leaving early, so that timing tells nothing but the length.
    pub(crate) fn ct_eq(&self, other: &str) -> bool {
        let (own, other) = (self.0.as_bytes(), other.as_bytes());
        let difference = own.iter().zip(other).fold(0, |seen, (a, b)| black_box(seen | (a ^ b)));
        own.len() == other.len() && difference == 0
    }
}

impl crate::wire::Wire for SecretText {
    const SECRET: bool = true;

    fn wire<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

/// Text that may be a secret: a secret of this crate, or a string.
pub trait Expose {
    /// The text itself.
    fn exposed(&self) -> &str;
}

impl Expose for str {
    fn exposed(&self) -> &str {
        self
    }
}

impl Expose for String {
    fn exposed(&self) -> &str {
        self
    }
}

impl Expose for Cow<'_, str> {
    fn exposed(&self) -> &str {
        self
    }
}

impl<T: Expose + ?Sized> Expose for &T {
    fn exposed(&self) -> &str {
        (**self).exposed()
    }
}

/// Declares newtypes over secret text; after `where`, a function that says what is wrong with a text that must not be
/// sent.
///
/// They have no `Display`, no `Serialize` and no `PartialEq`; `Debug` prints the name of the type only.
macro_rules! secret {
    ($($(#[$meta:meta])* pub struct $name:ident $(where $check:path)?;)+) => {$(
        $(#[$meta])*
        ///
        /// The text is wiped from memory on drop and is not shown by `Debug`.
        #[derive(Clone)]
        pub struct $name($crate::secret::SecretText);

        impl $name {
            /// The secret itself. Take care where it goes.
            #[must_use]
            pub fn expose(&self) -> &str {
                self.0.expose()
            }

            /// Compares in constant time; only the length can be learned from timing.
            #[must_use]
            pub fn ct_eq(&self, other: &(impl $crate::secret::Expose + ?Sized)) -> bool {
                self.0.ct_eq($crate::secret::Expose::exposed(other))
            }
        }

        impl $crate::secret::Expose for $name {
            fn exposed(&self) -> &str {
                self.expose()
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self($crate::secret::SecretText::new(text))
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::from(text.to_owned())
            }
        }

        impl From<&String> for $name {
            fn from(text: &String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl From<&Self> for $name {
            fn from(secret: &Self) -> Self {
                secret.clone()
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as ::serde::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        }

        impl $crate::wire::Wire for $name {
            const SECRET: bool = true;

            fn wire<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $($check(self.expose()).map_err(<S::Error as ::serde::ser::Error>::custom)?;)?
                serializer.serialize_str(self.expose())
            }
        }
    )+};
}
pub(crate) use secret;

secret! {
    /// An API key, sent as a bearer token or in the place the API names.
    pub struct ApiKey;
}
