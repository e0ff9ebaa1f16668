//! The YAML between two lines of `---` at the top of a `SKILL.md`.

use serde_yaml::{Mapping, Value};

/// A file split into frontmatter and body.
#[derive(Debug, Clone, Default)]
pub struct Frontmatter {
    /// Its members; `None` if there is no frontmatter, or it is no mapping.
    pub members: Option<Mapping>,
    /// Why it cannot be read.
    pub error: Option<String>,
    /// The line of the file on which the body starts, from 1.
    pub body_line: usize,
    /// The lines of the frontmatter, without the two rules.
    pub lines: Vec<String>,
}

impl Frontmatter {
    /// Splits a file; the second value is the body.
    #[must_use]
    pub fn read(text: &str) -> (Self, &str) {
        let none = |error: Option<&str>| Self { error: error.map(str::to_owned), body_line: 1, ..Self::default() };
        let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else {
            return (none(None), text);
        };
        let mut yaml = String::new();
        let mut lines = Vec::new();
        let mut end = text.len() - rest.len();
        for line in rest.split_inclusive('\n') {
            end += line.len();
            if line.trim_end() == "---" {
                let (members, error) = match serde_yaml::from_str(&yaml) {
                    Ok(Value::Mapping(members)) => (Some(members), None),
                    Ok(_) => (None, Some("the frontmatter is no mapping".to_owned())),
                    Err(error) => (None, Some(error.to_string())),
                };
                let body_line = lines.len() + 3;
                return (Self { members, error, body_line, lines }, text.get(end..).unwrap_or_default());
            }
            yaml.push_str(line);
            lines.push(line.trim_end().to_owned());
        }
        (none(Some("the frontmatter has no end: a line of `---` is missing")), text)
    }

    /// A member that is text.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.members.as_ref()?.get(key)?.as_str()
    }

    /// A member of `metadata` that is text.
    #[must_use]
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.members.as_ref()?.get("metadata")?.get(key)?.as_str()
    }

    /// The line of the file on which a member starts, from 1.
    #[must_use]
    pub fn line(&self, key: &str) -> usize {
        let is_key = |line: &String| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'));
        self.lines.iter().position(is_key).map_or(1, |index| index + 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_starts_after_the_second_rule() {
        let (frontmatter, body) = Frontmatter::read("---\nname: a\nmetadata:\n  product: p\n---\n\n# A\n");
        assert_eq!(
            (frontmatter.text("name"), frontmatter.metadata("product"), frontmatter.body_line),
            (Some("a"), Some("p"), 6)
        );
        assert_eq!(frontmatter.line("metadata"), 3);
        assert_eq!(body, "\n# A\n");
    }

    #[test]
    fn a_file_without_frontmatter_is_all_body() {
        let (frontmatter, body) = Frontmatter::read("# A\n");
        assert!(frontmatter.members.is_none() && frontmatter.error.is_none());
        assert_eq!((frontmatter.body_line, body), (1, "# A\n"));
    }

    #[test]
    fn a_frontmatter_without_an_end_is_an_error() {
        assert!(Frontmatter::read("---\nname: a\n").0.error.is_some());
    }
}
