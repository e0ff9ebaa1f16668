//! A client of the OAuth operations as one writes it by hand: `reqwest`, `serde`, and nothing clever.
//!
//! It is what the generated client is measured against, and kept honest: typed requests and responses, one place that
//! sends and one that reads, connections reused, time limits, no redirects. It has no retries, no paging, no token
//! management and no care for secrets in memory.

mod client;
mod error;
mod operations;
mod types;

pub use client::{Builder, Client};
pub use error::{ApiError, Error};
pub use types::*;
