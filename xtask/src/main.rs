//! The command line over the generator.
//!
//! Exit status: 0 done, warnings included; 1 findings: stale output, errors in the document, failed tests;
//! 2 wrong usage.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod api;
mod e2e;
mod generate;
mod lint;
mod pipeline;
mod program;
mod report;
mod skills;
mod terminal;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The typed client crate and the agent skill documents, from OpenAPI documents.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Generate(generate::Arguments),
    Lint(lint::Arguments),
    Test(test::Arguments),
    E2e(e2e::Arguments),
    Api(api::Arguments),
    VerifySkills(skills::Verify),
    Mock(skills::Mock),
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

/// What is wrong with the command line.
struct WrongUsage(String);

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
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::E2e(arguments) => e2e::run(&arguments),
        Command::Api(arguments) => api::run(&arguments),
        Command::VerifySkills(arguments) => skills::verify(&arguments),
        Command::Mock(arguments) => skills::mock(&arguments),
    };
    let exit = exit.unwrap_or_else(|WrongUsage(message)| {
        terminal::errors().say(&format!("error: {message}\n\nFor more information, try '--help'.\n"));
        Exit::Usage
    });
    ExitCode::from(exit as u8)
}
