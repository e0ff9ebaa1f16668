//! The section `[skills]` of product.toml.

use serde::{Deserialize, Serialize};

/// What product.toml says about the skill documents.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Skills {}
