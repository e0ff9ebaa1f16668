//! `skills-check lint | verify | mock`.
//!
//! Exit status: 0 done, warnings included; 1 findings; 2 wrong usage.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod command;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Checks skill documents and runs their samples.
#[derive(Debug, Parser)]
#[command(name = "skills-check", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Lint(command::lint::Arguments),
    Mock(command::mock::Arguments),
    Verify(command::verify::Arguments),
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Done.
    Done = 0,
    /// Something was found.
    Findings = 1,
    /// The command line is wrong.
    Usage = 2,
}

fn main() -> ExitCode {
    let command = match Cli::try_parse() {
        Ok(cli) => cli.command,
        Err(error) => {
            // Nobody to tell when the stream is closed.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { Exit::Usage as u8 } else { Exit::Done as u8 });
        }
    };
    let exit = match command {
        Command::Lint(arguments) => command::lint::run(&arguments),
        Command::Mock(arguments) => command::mock::run(&arguments),
        Command::Verify(arguments) => command::verify::run(&arguments),
    };
    let exit = exit.unwrap_or_else(|message| {
        eprintln!("error: {message}");
        Exit::Usage
    });
    ExitCode::from(exit as u8)
}
