//! Text to a checked, lowered document: reading with positions, overlay, rules, diagnostics.

pub mod check;
pub mod diagnostic;
pub mod lower;
pub mod node;
pub mod overlay;
pub mod parse;
pub mod place;
pub mod read;
pub mod render;
pub mod rules;
pub mod text;
pub mod yaml;
