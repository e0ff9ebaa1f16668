//! Whole seconds, in the forms that servers write them.
//!
//! Times and lifetimes of OAuth are numbers of seconds (RFC 6749 section 5.1, RFC 7662 section 2.2). A JWT's may have a
//! fraction (RFC 7519 section 2), and some servers send text. All are read as whole seconds; a fraction is cut off, so
//! that nothing lives longer than the server says. Anything else is still an error.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

/// Reads seconds that must be there.
pub(crate) fn required<'de, D: Deserializer<'de>, T: TryFrom<i64>>(deserializer: D) -> Result<T, D::Error> {
    Seconds::deserialize(deserializer).map(|seconds: Seconds<T>| seconds.0)
}

/// Reads seconds that may be left out or be `null`.
pub(crate) fn optional<'de, D: Deserializer<'de>, T: TryFrom<i64>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let seconds: Option<Seconds<T>> = Option::deserialize(deserializer)?;
    Ok(seconds.map(|seconds| seconds.0))
}

struct Seconds<T>(T);

impl<'de, T: TryFrom<i64>> Deserialize<'de> for Seconds<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyForm(PhantomData)).map(Self)
    }
}

struct AnyForm<T>(PhantomData<T>);

impl<T: TryFrom<i64>> Visitor<'_> for AnyForm<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of seconds")
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<T, E> {
        T::try_from(seconds).map_err(|_| E::custom("the number of seconds is out of range"))
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<T, E> {
        let seconds = i64::try_from(seconds).map_err(|_| E::custom("the number of seconds is out of range"))?;
        self.visit_i64(seconds)
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<T, E> {
        /// 2^53: above it a floating number has lost seconds.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if seconds.abs() > EXACT || !seconds.is_finite() {
            return Err(E::custom("the number of seconds is out of range"));
        }
        #[expect(clippy::cast_possible_truncation, reason = "it has no fraction and is in range")]
        self.visit_i64(seconds.floor() as i64)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        let number = |text: &str| text.starts_with(|first: char| first.is_ascii_digit() || first == '-');
        match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(seconds), _) if number(text) => self.visit_i64(seconds),
            (_, Ok(seconds)) if number(text) => self.visit_f64(seconds),
            // The text is not shown: it is the server's.
            _ => Err(E::custom("expected a number of seconds, found other text")),
        }
    }
}
