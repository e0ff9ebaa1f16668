//! The commands: arguments in, text out.

mod against;
pub(crate) mod lint;
pub(crate) mod mock;
pub(crate) mod verify;

use std::io::Write;

use clap::ValueEnum;
use skills_check::report::Format;

/// How findings and results are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Shown {
    /// Tables for people
    #[default]
    Human,
    /// One JSON document
    Json,
    /// Workflow commands, which GitHub shows beside the lines
    Github,
}

impl From<Shown> for Format {
    fn from(shown: Shown) -> Self {
        match shown {
            Shown::Human => Self::Human,
            Shown::Json => Self::Json,
            Shown::Github => Self::Github,
        }
    }
}

/// Prints to standard output; a closed pipe is no failure: the reader has seen what it wanted.
fn say(text: &str) {
    let mut stdout = std::io::stdout();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}
