//! Making the calls, in a process of its own.

use std::{
    env, fs,
    future::Future,
    path::Path,
    process::{Command, ExitCode},
};

use crate::{call::Call, counting::Counting};

/// The first argument of a process that makes calls.
const MODE: &str = "make-calls";

/// A client whose calls are counted.
pub trait Subject: Sized {
    /// Its name in the table.
    const NAME: &'static str;

    /// A client of this server with [`KEY`](crate::KEY) and [`BASIC_ID`](crate::BASIC_ID).
    fn new(base_url: &str) -> Self;

    /// Makes the call; `Err` says why it cannot.
    fn call(&self, call: Call) -> impl Future<Output = Result<(), String>>;
}

/// Makes the calls, when this process was started for the subject `S`.
pub fn serves<S: Subject>() -> Option<ExitCode> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [mode, subject, call, times, base_url] = arguments.as_slice() else { return None };
    if mode != MODE || subject != S::NAME {
        return None;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let call = Call::named(call).expect("a call");
    let times = times.parse().expect("a number");
    Some(match runtime.block_on(make::<S>(base_url, call, times)) {
        Ok(allocations) => {
            println!("{allocations}");
            ExitCode::SUCCESS
        }
        Err(reason) => {
            println!("{reason}");
            ExitCode::FAILURE
        }
    })
}

async fn make<S: Subject>(base_url: &str, call: Call, times: u64) -> Result<u64, String> {
    let subject = S::new(base_url);
    for _ in 0..times {
        subject.call(call).await?;
    }
    Ok(Counting::so_far())
}

fn command(runner: &[&str], program: &Path, subject: &str, call: Call, times: u64, base_url: &str) -> Command {
    let mut command = match runner {
        [] => Command::new(program),
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(program);
            command
        }
    };
    command.args([MODE, subject, call.name(), &times.to_string(), base_url]);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        command.env_remove(name);
    }
    command
}

fn output(mut command: Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() {
        return Ok(text);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(if text.is_empty() { errors.lines().last().unwrap_or("it failed").to_owned() } else { text })
}

/// Allocations of one call, on average over some: what only the first calls need drops out.
///
/// # Errors
///
/// Why the subject cannot make the call.
pub fn counts(program: &Path, subject: &str, call: Call, base_url: &str) -> Result<f64, String> {
    let run = |times| {
        let text = output(command(&[], program, subject, call, times, base_url))?;
        text.parse::<f64>().map_err(|_| text)
    };
    per_call(run)
}

/// Instructions of one call in user space, as [`counts`], by valgrind.
///
/// # Errors
///
/// Why the subject cannot make the call, or valgrind cannot run.
pub fn instructions(program: &Path, subject: &str, call: Call, base_url: &str, scratch: &Path) -> Result<f64, String> {
    let file = scratch.join(format!("callgrind.{}.{}", subject.replace(' ', "-"), call.name()));
    let option = format!("--callgrind-out-file={}", file.display());
    let run = |times| {
        output(command(&["valgrind", "--tool=callgrind", &option], program, subject, call, times, base_url))?;
        let report = fs::read_to_string(&file).map_err(|error| error.to_string())?;
        let total = report.lines().find_map(|line| line.strip_prefix("totals: "));
        total.and_then(|total| total.trim().parse::<f64>().ok()).ok_or_else(|| "callgrind wrote no total".to_owned())
    };
    per_call(run)
}

fn per_call(run: impl Fn(u64) -> Result<f64, String>) -> Result<f64, String> {
    const FEW: u64 = 50;
    const MANY: u64 = 550;
    let few = run(FEW)?;
    let many = run(MANY)?;
    Ok((many - few) / (MANY - FEW) as f64)
}
