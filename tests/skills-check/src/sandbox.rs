//! Runs a script in a throw-away folder where every request of curl ends at a local server.
//!
//! The environment is empty but for what is given; only a few tools are on the path, so a sample that needs
//! another one fails as it would for a reader. It keeps mistakes in, not malice: a script that names a program by its
//! absolute path gets around it.

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{env, fs};

use tempfile::TempDir;

/// What a sample may count on beside curl: POSIX, and openssl for PKCE.
const TOOLS: [&str; 34] = [
    "awk", "base64", "basename", "bash", "cat", "chmod", "cp", "cut", "date", "dirname", "env", "expr", "grep", "head",
    "ls", "mkdir", "mktemp", "mv", "od", "openssl", "printf", "rm", "sed", "sh", "sort", "tail", "tee", "test",
    "touch", "tr", "true", "false", "uniq", "wc",
];

/// A script that takes longer is stopped.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a program did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Its exit status; `None` if it was stopped.
    pub status: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Outcome {
    /// The line of standard error that says most: the last that names an error, else the last.
    #[must_use]
    pub fn complaint(&self) -> &str {
        let mut lines = self.stderr.lines().rev().map(str::trim).filter(|line| !line.is_empty());
        let names_error = |line: &&str| line.contains("Error") || line.contains("error");
        lines.clone().find(names_error).or_else(|| lines.next()).unwrap_or_default()
    }

    /// Everything it printed.
    #[must_use]
    pub fn printed(&self) -> String {
        format!("{}\n{}", self.stdout, self.stderr)
    }
}

/// A person at the keyboard: given what a program has printed so far, the line to type, once it is known.
pub type Typist<'t> = dyn Fn(&str) -> Option<String> + 't;

/// A throw-away folder; it goes when dropped.
pub struct Sandbox {
    folder: TempDir,
    count: std::cell::Cell<usize>,
}

impl Sandbox {
    /// Makes the folder; every request of curl goes to this address. Without curl on this machine there is none inside.
    ///
    /// # Errors
    ///
    /// The folder cannot be made.
    pub fn new(server: SocketAddr) -> io::Result<Self> {
        let folder = TempDir::new()?;
        let bin = folder.path().join("bin");
        fs::create_dir(&bin)?;
        for tool in TOOLS {
            if let Some(path) = which(tool) {
                symlink(path, bin.join(tool))?;
            }
        }
        // Waiting proves nothing here.
        if let Some(path) = which("true") {
            symlink(path, bin.join("sleep"))?;
        }
        if let Some(curl) = which("curl") {
            let wrapper = bin.join("curl");
            fs::write(&wrapper, wrapper_script(&curl, server))?;
            fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755))?;
        }
        Ok(Self { folder, count: std::cell::Cell::new(0) })
    }

    /// A new folder inside, for one script.
    ///
    /// # Errors
    ///
    /// It cannot be made.
    pub fn folder(&self) -> io::Result<PathBuf> {
        self.count.set(self.count.get() + 1);
        let folder = self.folder.path().join(format!("run-{}", self.count.get()));
        fs::create_dir(&folder)?;
        Ok(folder)
    }

    /// The folder of the tools.
    #[must_use]
    pub fn bin(&self) -> PathBuf {
        self.folder.path().join("bin")
    }

    /// Runs a bash script in a folder of its own, with these variables and nothing to read.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub fn bash(&self, script: &str, variables: &[(String, String)]) -> io::Result<Outcome> {
        let folder = self.folder()?;
        let file = folder.join("sample.sh");
        fs::write(&file, script)?;
        let mut command = self.command("bash", &folder, variables);
        command.args(["--noprofile", "--norc"]).arg(&file);
        run(command, None)
    }

    /// A command in this folder with an empty environment but for these variables.
    #[must_use]
    pub fn command(&self, program: &str, folder: &Path, variables: &[(String, String)]) -> Command {
        let path = self.bin();
        let program = if path.join(program).exists() { path.join(program) } else { PathBuf::from(program) };
        let mut command = Command::new(program);
        command.env_clear().env("PATH", &path).env("HOME", folder).env("TMPDIR", folder).env("LC_ALL", "C.UTF-8");
        command.envs(variables.iter().map(|(name, value)| (name, value))).current_dir(folder);
        command
    }
}

/// Runs a command to its end; a typist is asked for one line.
///
/// # Errors
///
/// It cannot be started.
pub fn run(mut command: Command, typist: Option<&Typist<'_>>) -> io::Result<Outcome> {
    // The name of a throw-away folder says nothing to a reader, and is another one each time.
    let folder = command.get_current_dir().map(|folder| format!("{}/", folder.display())).unwrap_or_default();
    command.stdin(if typist.is_some() { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn()?;
    let (sender, receiver) = mpsc::channel();
    let mut readers = 0;
    if let Some(stream) = child.stdout.take() {
        readers += 1;
        forward(stream, false, sender.clone());
    }
    if let Some(stream) = child.stderr.take() {
        readers += 1;
        forward(stream, true, sender);
    }
    let mut stdin = child.stdin.take();
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let deadline = Instant::now() + PATIENCE;
    let mut is_late = false;
    while readers > 0 {
        let Ok((is_error, bytes)) = receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) else {
            is_late = true;
            break;
        };
        if bytes.is_empty() {
            readers -= 1;
        }
        let stream = if is_error { &mut errors } else { &mut output };
        stream.extend_from_slice(&bytes);
        if let Some(typist) = typist
            && stdin.is_some()
            && let Some(line) = typist(&String::from_utf8_lossy(&output))
            && let Some(mut stdin) = stdin.take()
        {
            // A program that went away says why itself.
            let _ = stdin.write_all(format!("{line}\n").as_bytes());
        }
    }
    if is_late {
        // The group: the shell alone would leave its children behind.
        let group = format!("-{}", child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = child.kill();
    }
    let status = child.wait()?.code().filter(|_| !is_late);
    let text = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        if folder.is_empty() { text } else { text.replace(&folder, "") }
    };
    Ok(Outcome { status, stdout: text(&output), stderr: text(&errors) })
}

/// Sends what a stream says, piece by piece; an empty piece is its end.
fn forward(mut stream: impl Read + Send + 'static, is_error: bool, sender: mpsc::Sender<(bool, Vec<u8>)>) {
    std::thread::spawn(move || {
        let mut buffer = vec![0; 8192];
        loop {
            let read = stream.read(&mut buffer).unwrap_or(0);
            let piece = buffer.get(..read).unwrap_or_default().to_vec();
            if sender.send((is_error, piece)).is_err() || read == 0 {
                return;
            }
        }
    });
}

/// Why curl samples cannot be run here, if so.
#[must_use]
pub fn lacks_curl() -> Option<String> {
    let lacking = ["bash", "curl", "openssl"].into_iter().find(|tool| which(tool).is_none())?;
    Some(format!("{lacking} is not installed: the package {lacking} of Debian"))
}

/// A program on the path.
#[must_use]
pub fn which(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// An `https` URL becomes `http` with the port that `https` means, so that the server sees where it was meant to go.
/// The options that hold the request here stand before and after the sample's own: of some the first counts, of others
/// the last; `--next` forgets them all.
fn wrapper_script(curl: &Path, server: SocketAddr) -> String {
    let bash = which("bash").unwrap_or_else(|| PathBuf::from("/bin/bash"));
    let (bash, curl) = (bash.display(), curl.display());
    format!(
        r#"#!{bash}
held=(--noproxy '*' --connect-to '::{server}')
arguments=()
for argument in "$@"; do
  prefix=
  case $argument in --url=*) prefix=--url= ;; esac
  url=${{argument#"$prefix"}}
  if [[ $url =~ ^[hH][tT][tT][pP][sS]://([^/?#]*)(.*)$ ]]; then
    authority=${{BASH_REMATCH[1]}} rest=${{BASH_REMATCH[2]}}
    [[ $authority =~ :[0-9]+$ ]] || authority+=:443
    argument="${{prefix}}http://$authority$rest"
  fi
  case $argument in
    --next | -:) arguments+=("${{held[@]}}" --next "${{held[@]}}") ;;
    *) arguments+=("$argument") ;;
  esac
done
exec '{curl}' -q "${{held[@]}}" "${{arguments[@]}}" "${{held[@]}}"
"#
    )
}
