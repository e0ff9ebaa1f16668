//! The output: a tree of files in memory, compared with and written to a folder.

pub mod tree;
