//! The command line over the generator.

fn main() {}
