//! The types of the crate `http` that this crate's own items name, in the version they name.

pub use ::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
