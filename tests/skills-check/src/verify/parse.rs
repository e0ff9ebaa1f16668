//! Languages whose SDK cannot be had here: their own tools parse the samples.

use std::io;
use std::path::PathBuf;

use super::runtime::Runtime;
use crate::sample::Language;
use crate::sandbox::{self, Sandbox, which};

/// A tool that says whether code is of its language.
pub(super) struct Parser {
    language: Language,
    program: PathBuf,
}

impl Parser {
    /// The tool of a language, if it is there.
    pub(super) fn of(language: Language) -> Runtime {
        let (tool, way) = match language {
            Language::Go => ("gofmt", "https://go.dev/dl/, or the package golang-go of Debian"),
            Language::Java => ("javac", "the package default-jdk-headless of Debian"),
            _ => ("ruby", "the package ruby of Debian"),
        };
        match which(tool) {
            Some(program) => Runtime::Parse(Self { language, program }),
            None => Runtime::Missing(format!("{tool} is not installed: {way}")),
        }
    }

    /// What is done.
    pub(super) fn how(&self) -> String {
        let what = match self.language {
            Language::Go => "parsed with gofmt",
            Language::Java => "parsed with javac",
            _ => "parsed with ruby -c",
        };
        format!("{what}, not run: the SDK is not set up here")
    }

    /// What the tool says of a sample after its setup; nothing if it is well-formed.
    pub(super) fn complaints(&self, sandbox: &Sandbox, setup: &str, code: &str) -> io::Result<Vec<String>> {
        let folder = sandbox.folder()?;
        let (file, text) = match self.language {
            Language::Java => ("Sample.java", java(setup, code)),
            // gofmt takes a whole file or a list of statements, so the two are apart.
            Language::Go => ("sample.go", code.to_owned()),
            _ => ("sample.rb", format!("{setup}\n{code}")),
        };
        std::fs::write(folder.join(file), text)?;
        // The tools are scripts and launchers that find their own parts: they get the path of the machine.
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = sandbox.command(&self.program.to_string_lossy(), &folder, &[("PATH".to_owned(), path)]);
        match self.language {
            Language::Java => command.args(["-proc:none", "-XDshould-stop.ifNoError=PARSE", file]),
            Language::Go => command.args(["-e", "-l", file]),
            _ => command.args(["-c", file]),
        };
        let outcome = sandbox::run(command, None)?;
        if outcome.status == Some(0) {
            return Ok(Vec::new());
        }
        let first = outcome.stderr.lines().find(|line| !line.trim().is_empty()).unwrap_or("is not well-formed");
        Ok(vec![first.to_owned()])
    }
}

/// A class around statements; imports go first.
fn java(setup: &str, code: &str) -> String {
    let (mut imports, mut body) = (String::new(), String::new());
    for line in setup.lines().chain(code.lines()) {
        let target = if line.starts_with("import ") { &mut imports } else { &mut body };
        target.push_str(line);
        target.push('\n');
    }
    format!("{imports}\nclass Sample {{\nvoid run() throws Exception {{\n{body}\n}}\n}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_of_java_go_before_the_class() {
        let text = java("import a.B;\nB b;", "import c.D;\nb.call();\n");
        assert!(text.starts_with("import a.B;\nimport c.D;\n\nclass Sample {"), "{text}");
        assert!(text.contains("B b;\nb.call();"), "{text}");
    }
}
