//! Rules: product.toml.

use super::{Rule, rules};

rules! {}
