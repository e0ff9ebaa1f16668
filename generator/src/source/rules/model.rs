//! Rules: Names and the model.

use super::{Rule, rules};

rules! {}
