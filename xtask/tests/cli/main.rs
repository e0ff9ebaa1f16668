//! The command line, run as a program in a workspace of its own.

mod e2e;
mod generate;
mod lint;
mod support;
mod test;
