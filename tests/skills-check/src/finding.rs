//! What is wrong with a skill, and where.

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A rule of the format or of correctness is broken.
    Error,
    /// A fact a reader needs is missing.
    Warning,
}

impl Level {
    /// `error` or `warning`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule, in kebab case; stable.
    pub code: &'static str,
    /// How bad it is.
    pub level: Level,
    /// The file, as it was asked for.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The character of the line, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// The way out, if the message does not say it.
    pub help: Option<String>,
}

impl Finding {
    /// An error.
    #[must_use]
    pub fn error(code: &'static str, file: &std::path::Path, line: usize, message: impl Into<String>) -> Self {
        let file = file.display().to_string();
        Self { code, level: Level::Error, file, line, column: 1, message: message.into(), help: None }
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: &'static str, file: &std::path::Path, line: usize, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(code, file, line, message) }
    }

    /// Sets the character of the line.
    #[must_use]
    pub fn at(mut self, column: usize) -> Self {
        self.column = column;
        self
    }

    /// Adds the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
