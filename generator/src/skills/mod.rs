//! Model to skill documents: views prepared here, loops in the templates.

pub mod config;
