//! Rules: The output folder.

use super::Rule;

rules! {}
