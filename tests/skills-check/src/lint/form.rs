//! Frontmatter and size, by the Agent Skills specification.

use serde_yaml::Value;

use crate::finding::Finding;
use crate::markdown::Kind;
use crate::skill::Skill;

/// The most lines a `SKILL.md` may have.
pub const LINES: usize = 500;
/// The most tokens a `SKILL.md` may have, by the estimate of [`tokens`].
pub const TOKENS: usize = 5_000;

/// The members that frontmatter may have.
const KEYS: [&str; 6] = ["name", "description", "license", "compatibility", "metadata", "allowed-tools"];

/// An estimate: four characters make a token, an ideograph is one by itself.
#[must_use]
pub fn tokens(text: &str) -> usize {
    let is_wide = |char: &char| matches!(u32::from(*char), 0x3000..=0x9fff | 0xf900..=0xfaff | 0xff00..=0xffef);
    let wide = text.chars().filter(is_wide).count();
    wide + (text.chars().count() - wide).div_ceil(4)
}

/// The findings.
pub(super) fn check(skill: &Skill) -> Vec<Finding> {
    let mut findings = Vec::new();
    frontmatter(skill, &mut findings);
    let file = &skill.main.path;
    let lines = skill.main.text.lines().count();
    if lines > LINES {
        findings.push(
            Finding::error("too-long", file, LINES + 1, format!("{lines} lines; the limit is {LINES}"))
                .help("move what is not needed at every use to references/"),
        );
    }
    let estimate = tokens(&skill.main.text);
    if estimate > TOKENS {
        let message = format!("about {estimate} tokens (characters / 4); the limit is {TOKENS}");
        findings.push(
            Finding::error("too-long", file, 1, message).help("move what is not needed at every use to references/"),
        );
    }
    if !skill.main.page.blocks.iter().any(|block| matches!(block.kind, Kind::Heading(..))) {
        let message = "no heading is found, so no section can be told from another";
        findings.push(Finding::error("no-headings", file, 1, message).help("check that the file has its line breaks"));
    }
    findings
}

fn frontmatter(skill: &Skill, findings: &mut Vec<Finding>) {
    let (file, front) = (&skill.main.path, &skill.frontmatter);
    let mut push = |code, key: &str, message: String| {
        findings.push(Finding::error(code, file, front.line(key), message));
    };
    if let Some(error) = &front.error {
        return push("frontmatter", "", format!("frontmatter: {error}"));
    }
    let Some(members) = &front.members else {
        return push("frontmatter", "", "there is no frontmatter between two lines of `---`".to_owned());
    };
    for key in members.keys() {
        let key = key.as_str().unwrap_or_default();
        if !KEYS.contains(&key) {
            push("frontmatter-key", key, format!("unknown member `{key}`; known: {}", KEYS.join(", ")));
        }
    }
    for (key, limit) in [("name", 64), ("description", 1024), ("compatibility", 500), ("license", usize::MAX)] {
        let length = front.text(key).map(|text| text.chars().count());
        let is_wanted = matches!(key, "name" | "description");
        match length {
            None if members.get(key).is_some() => push("frontmatter-type", key, format!("`{key}` is not text")),
            None | Some(0) if is_wanted => push("frontmatter-missing", key, format!("`{key}` is missing")),
            Some(0) => push("frontmatter-missing", key, format!("`{key}` is empty")),
            Some(length) if length > limit => {
                push("frontmatter-length", key, format!("`{key}` has {length} characters; the limit is {limit}"));
            }
            _ => {}
        }
    }
    if let Some(name) = front.text("name") {
        if !is_name(name) {
            push(
                "frontmatter-name",
                "name",
                format!("`{name}`: a name has lowercase letters, digits and single hyphens inside"),
            );
        }
        if skill.main.name == "SKILL.md" && name != skill.folder {
            push("frontmatter-name", "name", format!("the name is `{name}`, the folder `{}`", skill.folder));
        }
    }
    if front.text("description").is_some_and(|text| text.contains(['<', '>'])) {
        push("frontmatter-description", "description", "`<` and `>` do not belong in a description".to_owned());
    }
    if let Some(metadata) = members.get("metadata") {
        let is_text = |value: &Value| value.is_string();
        let is_flat = metadata.as_mapping().is_some_and(|map| map.iter().all(|(k, v)| is_text(k) && is_text(v)));
        if !is_flat {
            push("frontmatter-type", "metadata", "`metadata` maps text to text".to_owned());
        }
    }
    advice(skill, findings);
}

/// What readers of descriptions need beyond the specification.
fn advice(skill: &Skill, findings: &mut Vec<Finding>) {
    let front = &skill.frontmatter;
    let line = front.line("description");
    let written = front.lines.get(line.saturating_sub(2)).map(|text| text.trim_end());
    if written.is_some_and(|text| text.ends_with(['|', '>', '-']) && text.len() < "description: >-  ".len()) {
        let message = "the description is folded over lines; simple readers take the marker for the text";
        findings.push(
            Finding::warning("frontmatter-description", &skill.main.path, line, message)
                .help("write it as one quoted line"),
        );
    }
    let is_english = front.metadata("locale").is_none_or(|locale| locale.starts_with("en"));
    let description = front.text("description").unwrap_or_default();
    for phrase in ["Use when", "Do not use for"] {
        if is_english && !description.is_empty() && !description.contains(phrase) {
            let message = format!("the description has no \"{phrase} ...\": a reader cannot tell when to open it");
            findings.push(Finding::warning("frontmatter-description", &skill.main.path, line, message));
        }
    }
}

fn is_name(name: &str) -> bool {
    let is_char = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
    name.chars().all(is_char) && !name.starts_with('-') && !name.ends_with('-') && !name.contains("--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ideograph_is_a_token_and_four_letters_are_one() {
        assert_eq!(tokens("abcd"), 1);
        assert_eq!(tokens("abcde"), 2);
        assert_eq!(tokens("授权abcd"), 3);
    }

    #[test]
    fn names_have_single_hyphens_inside() {
        assert!(is_name("a-b2"));
        for name in ["-a", "a-", "a--b", "A", "a_b", "é"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
