//! What the generated client costs beside the same client by hand, as tables. `--help` tells the options.

mod table;

use std::{
    fs,
    path::PathBuf,
    process::{Command, ExitCode},
};

use budget::{
    BUDGET,
    size::{self, Size},
    subjects::{ByHand, Generated},
};
use harness::{Call, Counting, Server, Subject as _};

use table::{Cell, Table};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const HELP: &str = "\
usage: budget [--peers] [--build-time] [--check]

Instructions and allocations of a call, and how many crates are compiled: of the generated client and of its twin by hand.

  --peers       beside other clients of the same API, which are fetched and compiled first
  --build-time  and how long a clean build takes; takes minutes
  --check       status 1 when something is over its budget

Instructions are counted by valgrind (https://valgrind.org; `apt install valgrind`, `dnf install valgrind`).";

fn main() -> ExitCode {
    if let Some(exit) = harness::serves::<Generated>().or_else(harness::serves::<ByHand>) {
        return exit;
    }
    let (mut peers, mut build_time, mut check) = (false, false, false);
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--peers" => peers = true,
            "--build-time" => build_time = true,
            "--check" => check = true,
            // What `cargo bench` and `cargo test` add.
            "--bench" | "--test" => {}
            "--help" | "-h" => {
                println!("{HELP}");
                return ExitCode::SUCCESS;
            }
            _ => {
                eprintln!("{HELP}");
                return ExitCode::from(2);
            }
        }
    }
    match run(peers, build_time) {
        Ok(kept) if kept || !check => ExitCode::SUCCESS,
        Ok(_) => {
            println!("over budget: what is marked with `!`");
            ExitCode::FAILURE
        }
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// A client to be measured: its name, and the program that makes its calls.
type Measured = (&'static str, Result<PathBuf, String>);

/// Prints the tables; whether every budget is kept.
fn run(peers: bool, build_time: bool) -> Result<bool, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut measured: Vec<Measured> = vec![(ByHand::NAME, Ok(program.clone())), (Generated::NAME, Ok(program))];
    if peers {
        measured.extend(["telnyx 0.1", "progenitor"].map(|name| (name, size::build_peer(name))));
    }
    let mut kept = calls(&measured)?;
    let names = [ByHand::NAME, Generated::NAME];
    let mut sizes = Table::new("size of the crate with default features", &names);
    let crates = [Size::ByHand, Size::Generated].map(size::dependencies);
    kept &= sizes.row(
        "crates it depends on",
        &crates.map(|count| Cell::of(count.map(|count| count as f64))),
        BUDGET.ratio(),
    );
    if build_time {
        let seconds = size::build_seconds()?;
        kept &= sizes.row("clean build, CPU seconds", &seconds.map(|seconds| Cell::of(Ok(seconds))), BUDGET.ratio());
    }
    sizes.print();
    Ok(kept)
}

fn calls(measured: &[Measured]) -> Result<bool, String> {
    let server = Server::start().map_err(|error| error.to_string())?;
    let scratch = std::env::temp_dir().join(format!("budget-{}", std::process::id()));
    fs::create_dir_all(&scratch).map_err(|error| error.to_string())?;
    let names: Vec<&str> = measured.iter().map(|(name, _)| *name).collect();
    let mut instructions = Table::new("instructions per call", &names);
    let mut allocations = Table::new("allocations per call", &names);
    let has_valgrind = Command::new("valgrind").arg("--version").output().is_ok();
    let mut kept = true;
    for call in Call::ALL {
        let cells = |count: &dyn Fn(&PathBuf, &str) -> Result<f64, String>| {
            let cell = |(name, program): &Measured| {
                Cell::of(program.as_ref().map_err(Clone::clone).and_then(|program| count(program, name)))
            };
            measured.iter().map(cell).collect::<Vec<_>>()
        };
        let url = server.base_url();
        kept &= allocations.row(
            call.name(),
            &cells(&|program, name| harness::counts(program, name, call, url)),
            BUDGET.more_allocations(),
        );
        if has_valgrind {
            let count = |program: &PathBuf, name: &str| harness::instructions(program, name, call, url, &scratch);
            kept &= instructions.row(call.name(), &cells(&count), BUDGET.ratio());
        }
    }
    fs::remove_dir_all(&scratch).ok();
    if has_valgrind {
        instructions.print();
    } else {
        println!("no instructions: valgrind is not installed (https://valgrind.org; `apt install valgrind`)\n");
    }
    allocations.print();
    Ok(kept)
}
