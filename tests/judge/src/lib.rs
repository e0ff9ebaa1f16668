//! Says every way in which an HTTP request breaks an OpenAPI document.
//!
//! The second opinion on what the generator makes: an own reading of OpenAPI 3.0 and 3.1, which shares no code with the
//! generator. The judgement is strict; [`Fault::kind`] lets a caller be laxer.
//!
//! ```
//! use judge::{Document, FaultKind, Judge, Request};
//!
//! let document = Document::from_value(serde_json::json!({
//!     "openapi": "3.1.0",
//!     "servers": [{"url": "https://api.example.com/v2"}],
//!     "paths": {"/things": {"get": {"parameters": [
//!         {"name": "page[size]", "in": "query", "schema": {"type": "integer", "maximum": 100}},
//!     ]}}},
//! }))?;
//! let verdict = Judge::new(document).judge(&Request::new("GET", "https://api.example.com/v2/things?page[size]=500"));
//! assert_eq!(verdict.kinds(), [FaultKind::InvalidParameter]);
//! assert_eq!(verdict.faults[0].message(), "query parameter `page[size]`: 500 is greater than the maximum of 100");
//! # Ok::<(), judge::LoadError>(())
//! ```

mod body;
mod coerce;
mod credentials;
mod dialect;
mod document;
mod example;
mod fault;
mod judge;
mod media;
mod multipart;
mod origin;
mod overlay;
mod pairs;
mod parameters;
mod percent;
mod request;
mod route;
mod schema;
pub mod server;
mod style;

pub use document::{Document, LoadError};
pub use fault::{Fault, FaultKind, Place, Verdict};
pub use judge::Judge;
pub use request::Request;
