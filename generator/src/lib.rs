//! Turns an OpenAPI document into a typed Rust client crate and agent skill documents.
