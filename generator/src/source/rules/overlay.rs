//! Rules: The OpenAPI Overlay Specification.

use super::Rule;

rules! {}
