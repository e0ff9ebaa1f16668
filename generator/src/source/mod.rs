//! Text to a checked, lowered document: reading with positions, overlay, rules, diagnostics.

pub mod diagnostic;
pub mod node;
pub mod overlay;
pub mod place;
pub mod read;
pub mod render;
pub mod rules;
pub mod text;
pub mod yaml;
