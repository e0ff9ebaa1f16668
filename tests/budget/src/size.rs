//! How many crates are compiled, and how long that takes.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A crate that is compiled alone, with its default features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// The client by hand.
    ByHand,
    /// The generated client.
    Generated,
}

impl Size {
    const fn package(self) -> &'static str {
        match self {
            Self::ByHand => "by-hand",
            Self::Generated => "default",
        }
    }

    /// The crates of ours in its tree.
    const fn own(self) -> usize {
        match self {
            Self::ByHand => 1,
            Self::Generated => 2,
        }
    }
}

fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn succeed(mut command: Command) -> Result<Output, String> {
    let output = command.output().map_err(|error| format!("cannot start {command:?}: {error}"))?;
    if output.status.success() {
        return Ok(output);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let first = errors.lines().find(|line| line.starts_with("error")).unwrap_or("it failed");
    Err(first.to_owned())
}

/// The number of crates that it depends on, directly or not, on this machine: those that end up in a program.
///
/// # Errors
///
/// When cargo cannot say.
pub fn dependencies(of: Size) -> Result<usize, String> {
    let mut command = cargo();
    command.args(["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}", "--package"]);
    let output = succeed({
        command.arg(of.package());
        command
    })?;
    let text = String::from_utf8_lossy(&output.stdout);
    let crates: BTreeSet<&str> = text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    Ok(crates.len() - of.own())
}

/// CPU seconds in user space of a clean development build, by hand and generated: less noisy than the clock. The least of
/// three, taken in turns so that what else the machine does is spread over both.
///
/// # Errors
///
/// When a build fails, or the shell cannot say how long it took.
pub fn build_seconds() -> Result<[f64; 2], String> {
    let mut least = [f64::INFINITY; 2];
    for turn in 0..3 {
        let mut order = [(0, Size::ByHand), (1, Size::Generated)];
        if turn % 2 == 1 {
            order.reverse();
        }
        for (column, of) in order {
            let seconds = build(of)?;
            eprintln!("clean build of {}: {seconds:.1} CPU seconds", of.package());
            least[column] = least[column].min(seconds);
        }
    }
    Ok(least)
}

fn build(of: Size) -> Result<f64, String> {
    let target = env::temp_dir().join(format!("budget-build-{}", std::process::id()));
    fs::remove_dir_all(&target).ok();
    let cargo = cargo();
    let mut command = Command::new("sh");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["-c", "\"$0\" \"$@\" && times"]).arg(cargo.get_program());
    command.args(["build", "--quiet", "--locked", "--package", of.package(), "--target-dir"]).arg(&target);
    let output = succeed(command);
    fs::remove_dir_all(&target).ok();
    let output = output?;
    let text = String::from_utf8_lossy(&output.stdout);
    // The second line is that of the children: user and system time, `1m2.345s 0m1.234s`.
    let seconds = |text: &str| {
        let (minutes, seconds) = text.strip_suffix('s')?.split_once('m')?;
        Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.replace(',', ".").parse::<f64>().ok()?)
    };
    let user = text.lines().nth(1).and_then(|line| seconds(line.split_whitespace().next()?));
    user.filter(|user| *user > 0.0).ok_or_else(|| format!("the shell's `times` said {text:?}"))
}

/// Fetches and compiles the program that makes the calls of a peer.
///
/// # Errors
///
/// Why that cannot be done.
pub fn build_peer(name: &str) -> Result<PathBuf, String> {
    let package = name.split(' ').next().unwrap_or(name);
    let package = format!("peer-{package}");
    let target = match env::var_os("CARGO_TARGET_DIR") {
        Some(target) => PathBuf::from(target),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("target"),
    };
    eprintln!("compiling {package}");
    let mut command = cargo();
    command.args(["build", "--release", "--locked", "--manifest-path", "peers/Cargo.toml", "--package", &package]);
    command.arg("--target-dir").arg(&target);
    succeed(command)?;
    Ok(target.join("release").join(package))
}
