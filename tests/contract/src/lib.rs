//! Tests of the generated crate against the document it was made from: see `tests/`.

pub mod raw;

/// The example of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
