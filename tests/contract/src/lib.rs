//! Tests of the generated crate against the document it was made from: see `tests/`.

/// The example of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
