//! The commands: arguments in, text out.

mod against;
pub(crate) mod lint;
pub(crate) mod mock;
pub(crate) mod verify;

use std::io::Write;

/// Prints to standard output; a closed pipe is no failure: the reader has seen what it wanted.
fn say(text: &str) {
    let mut stdout = std::io::stdout();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}
