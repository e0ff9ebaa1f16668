//! Samples: which belong to a skill, and what comes of running them.

use judge::server::Recorded;

use crate::api::Operation;
use crate::markdown::Block;
use crate::product::Product;
use crate::sandbox::Outcome;
use crate::section::{self, Section};
use crate::skill::Skill;

/// A language of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// The shell, with curl.
    Curl,
    /// Go.
    Go,
    /// Java.
    Java,
    /// JavaScript.
    JavaScript,
    /// Python.
    Python,
    /// Ruby.
    Ruby,
    /// Rust.
    Rust,
}

impl Language {
    /// All of them, by name.
    pub const ALL: [Self; 7] =
        [Self::Curl, Self::Go, Self::Java, Self::JavaScript, Self::Python, Self::Ruby, Self::Rust];

    /// The name, as skills and the command line have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Go => "go",
            Self::Java => "java",
            Self::JavaScript => "javascript",
            Self::Python => "python",
            Self::Ruby => "ruby",
            Self::Rust => "rust",
        }
    }

    /// The words that fences of it start with.
    #[must_use]
    pub fn fences(self) -> &'static [&'static str] {
        match self {
            Self::Curl => &["bash", "sh", "shell"],
            Self::Go => &["go"],
            Self::Java => &["java"],
            Self::JavaScript => &["javascript", "js", "typescript", "ts", "mjs"],
            Self::Python => &["python", "py"],
            Self::Ruby => &["ruby", "rb"],
            Self::Rust => &["rust", "rs"],
        }
    }

    /// The language of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.name() == name)
    }

    /// The language of a skill: that of its metadata, else that of most samples.
    #[must_use]
    pub fn of(skill: &Skill, sections: &[Section<'_>]) -> Option<Self> {
        if let Some(language) = skill.frontmatter.metadata("language").and_then(Self::named) {
            return Some(language);
        }
        let fences: Vec<&str> = sections.iter().flat_map(Section::fences).map(|(info, _, _)| info).collect();
        let count = |language: &Self| fences.iter().filter(|info| language.fences().contains(info)).count();
        Self::ALL.into_iter().rev().max_by_key(count).filter(|language| count(language) > 0)
    }

    /// Whether a fence is of this language.
    #[must_use]
    pub fn is(self, info: &str) -> bool {
        self.fences().contains(&info)
    }
}

/// The code that runs before every sample: the first part of `SKILL.md` with code of that language, unless that is
/// itself a sample: of an operation, or of what comes of calling one.
#[must_use]
pub fn setup(skill: &Skill, sections: &[Section<'_>], language: Language, product: &Product) -> String {
    let is_code = |block: &Block| section::fences(std::slice::from_ref(block)).any(|(info, _, _)| language.is(info));
    let parts = section::parts(&skill.main);
    let Some((_, blocks)) = parts.into_iter().find(|(_, blocks)| blocks.iter().any(is_code)) else {
        return String::new();
    };
    if sections.iter().any(|section| std::ptr::eq(section.blocks, blocks)) {
        return String::new();
    }
    let codes = section::fences(blocks).filter(|(info, _, _)| language.is(info)).map(|(_, code, _)| code);
    let code = codes.collect::<Vec<_>>().join("\n");
    if calls_any(&code, language, product) { String::new() } else { code }
}

/// Whether code calls any operation of the product.
#[must_use]
pub fn calls_any(code: &str, language: Language, product: &Product) -> bool {
    let names = product.accessors.get(language.name());
    product.api.operations.iter().any(|operation| {
        let accessor = names.and_then(|names| names.get(&operation.id)).map_or(operation.path.as_str(), String::as_str);
        calls(code, accessor, &operation.path)
    })
}

/// Whether code calls an operation: by the name its SDK gives it, or by the path. Where a list has two names, as in Go
/// one for a page and one for all of them, the other will do.
#[must_use]
pub fn calls(code: &str, accessor: &str, path: &str) -> bool {
    // A path is joined from pieces where it has parameters.
    let piece = path.split('{').next().unwrap_or(path);
    let ends = |text: &str, joins: fn(char) -> bool| {
        code.match_indices(text).any(|(at, _)| !code.get(at + text.len()..).is_some_and(|rest| rest.starts_with(joins)))
    };
    let is_name = |char: char| char.is_alphanumeric() || char == '_';
    ends(accessor, is_name)
        || accessor.strip_suffix("AutoPaging").is_some_and(|page| ends(page, is_name))
        || (piece != path && code.contains(piece))
        || (piece == path && ends(piece, |char| char.is_alphanumeric() || matches!(char, '_' | '/')))
}

/// What is said of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It sends a right request and ends well.
    Right,
    /// It does not, for these reasons.
    Wrong(Vec<String>),
    /// It was not run, for this reason.
    NotJudged(String),
}

impl Verdict {
    /// `right`, `wrong` or `not judged`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong(_) => "wrong",
            Self::NotJudged(_) => "not judged",
        }
    }

    /// Why, in one line; empty for a right one.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Right => String::new(),
            Self::Wrong(reasons) => reasons.join("; "),
            Self::NotJudged(reason) => reason.clone(),
        }
    }

    /// The verdict on a sample that ran: every request right, one of them the operation's, exit status 0.
    #[must_use]
    pub fn of(operation: &Operation, outcome: &Outcome, requests: &[Recorded]) -> Self {
        let mut reasons = wrong_requests(requests);
        let meant = |recorded: &Recorded| recorded.verdict.operation.as_deref() == Some(operation.id.as_str());
        if requests.is_empty() {
            let complaint = outcome.complaint();
            let colon = if complaint.is_empty() { "" } else { ": " };
            reasons.push(format!("no request is sent{colon}{complaint}"));
        } else if !requests.iter().any(meant) && reasons.is_empty() {
            reasons.push(format!("no request to {}", operation.line()));
        }
        match outcome.status {
            Some(0) => {}
            // A wrong request fails; that is no reason of its own.
            Some(_) if !reasons.is_empty() => {}
            Some(status) => reasons.push(format!("exit status {status}: {}", outcome.complaint())),
            None => reasons.push("does not end".to_owned()),
        }
        if reasons.is_empty() { Self::Right } else { Self::Wrong(reasons) }
    }
}

/// What is wrong with requests, each fault once.
#[must_use]
pub fn wrong_requests(requests: &[Recorded]) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    for fault in requests.iter().flat_map(|recorded| &recorded.verdict.faults) {
        let reason = as_written(fault.message());
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}

/// The sandbox writes `https://host` as `http://host:443`; a reader is shown what the sample says.
fn as_written(message: &str) -> String {
    let mut pieces = message.split("http://");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(['/', ' ', ',', ';', '`']).unwrap_or(piece.len());
        let (authority, rest) = piece.split_at(end);
        match authority.strip_suffix(":443") {
            Some(host) => text.push_str(&format!("https://{host}{rest}")),
            None => text.push_str(&format!("http://{piece}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_whole() {
        assert!(calls("client.oauth.retrieve(\"x\")", "oauth.retrieve", "/consent/{token}"));
        assert!(!calls("client.oauth.retrieve_jwks", "oauth.retrieve", "/consent/{token}"));
        assert!(calls("get \"#{base}/consent/#{token}\"", "oauth.retrieve", "/consent/{token}"));
        assert!(!calls("get \"#{base}/things/1\"", "things.list", "/things"));
        assert!(calls("client.Things.List(ctx)", "Things.ListAutoPaging", "/things"));
    }

    #[test]
    fn messages_show_the_address_that_the_sample_has() {
        let message = "no such path on server http://a.example:443; not http://b.example/x or http://c.example:80";
        assert_eq!(
            as_written(message),
            "no such path on server https://a.example; not http://b.example/x or http://c.example:80"
        );
    }
}
