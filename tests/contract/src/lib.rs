//! Tests of the generated crate against the document it was made from: see `tests/`.
