//! Turns an OpenAPI document into a typed Rust client crate and agent skill documents.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::todo,
        clippy::unreachable
    )
)]

pub mod emit;
pub mod model;
pub mod output;
pub mod pipeline;
pub mod product;
pub mod rust;
pub mod skills;
pub mod source;
pub mod templates;
