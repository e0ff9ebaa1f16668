//! Rules: Reading files.

use super::{Rule, rules};

rules! {}
