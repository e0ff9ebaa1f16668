//! Rules: The OpenAPI Specification.

use super::{Rule, rules};

rules! {}
