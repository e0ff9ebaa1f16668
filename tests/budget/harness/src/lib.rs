//! The calls that are compared, who answers them, and how they are counted.
//!
//! The caller is a process of its own, so that neither the server nor the counting of instructions is counted.

mod call;
mod caller;
mod counting;
mod server;

pub use call::{BASIC_ID, BASIC_SECRET, Call, KEY};
pub use caller::{Subject, counts, instructions, serves};
pub use counting::Counting;
pub use server::Server;
