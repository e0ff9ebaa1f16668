//! The facts of an operation that its section does not tell. The sample does not count: it shows one case.

use crate::api::{Credential, Operation};
use crate::schema::Property;
use crate::section;

/// What is missing, each kind of fact with its names.
pub(super) fn missing(operation: &Operation, prose: &str) -> Vec<String> {
    let asked: Vec<&str> = prose.lines().filter(|line| !is_answer(line)).collect();
    let codes = asked.iter().flat_map(|line| section::codes(line)).collect();
    let text = Text { prose, codes, lower: prose.to_lowercase() };
    let mut missing = Vec::new();
    let mut add = |what: &str, names: Vec<String>| {
        if !names.is_empty() {
            missing.push(format!("{what} {}", names.join(", ")));
        }
    };
    let parameters = || operation.parameters.iter().map(|parameter| &parameter.property);
    let properties = || parameters().chain(&operation.body);
    let quoted = |property: &Property| format!("`{}`", property.name);
    let is_told = |property: &&Property| !text.names(&property.name);
    add("required", properties().filter(|it| it.is_required).filter(is_told).map(quoted).collect());
    add("optional parameters", parameters().filter(|it| !it.is_required).filter(is_told).map(quoted).collect());
    let values = properties().filter(|it| it.is_required && !it.values.iter().all(|value| text.has(value)));
    add("allowed values of", values.map(quoted).collect());
    let defaults = properties().filter(|it| it.default.as_ref().is_some_and(|value| !text.defaults(&it.name, value)));
    add("defaults of", defaults.map(quoted).collect());
    if !text.credentials(operation) {
        add("credentials", vec![String::new()]);
    }
    add("server", operation.servers.iter().filter(|server| !prose.contains(server.as_str())).cloned().collect());
    let statuses = operation.responses.keys().filter(|status| !text.has(status));
    add("status", statuses.cloned().collect());
    let codes = operation.responses.values().flat_map(|response| &response.codes);
    let mut codes: Vec<String> = codes.filter(|code| !text.has(code)).map(|code| format!("`{code}`")).collect();
    codes.sort();
    codes.dedup();
    add("error codes", codes);
    let media = operation.responses.values().flat_map(|response| &response.media_types);
    let mut media: Vec<String> = media.filter(|name| !name.contains("json") && !text.has(name)).cloned().collect();
    media.sort();
    media.dedup();
    add("media type of answers", media);
    missing.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// Whether a line is about what comes back: a name there says nothing of what is to be sent.
fn is_answer(line: &str) -> bool {
    let line = line.trim_start_matches(['-', '*', ' ']);
    ["Returns", "返回"].iter().any(|label| line.starts_with(label))
}

struct Text<'t> {
    prose: &'t str,
    /// Inline code outside of what is returned.
    codes: Vec<&'t str>,
    /// The prose in lower case.
    lower: String,
}

impl Text<'_> {
    /// Whether a name stands in inline code by itself.
    fn names(&self, name: &str) -> bool {
        self.codes.contains(&name)
    }

    /// Whether a word stands anywhere, not as a part of a longer one.
    fn has(&self, word: &str) -> bool {
        let joins = |char: char| char.is_alphanumeric() || char == '_';
        self.prose.match_indices(word).any(|(at, _)| {
            let before = self.prose.get(..at).and_then(|text| text.chars().next_back());
            let after = self.prose.get(at + word.len()..).and_then(|text| text.chars().next());
            !before.is_some_and(joins) && !after.is_some_and(joins)
        })
    }

    /// Whether a default and its value stand behind a name, before the next name or the end of the line.
    fn defaults(&self, name: &str, value: &str) -> bool {
        let code = format!("`{name}`");
        self.prose.match_indices(&code).any(|(at, _)| {
            let after = self.prose.get(at + code.len()..).unwrap_or_default();
            // The end of the parenthesis that names the type, or of a row.
            let end = after.find('\n').unwrap_or(after.len());
            let end = after.find("), `").map_or(end, |next| next.min(end));
            let told = after.get(..end).unwrap_or_default();
            let says = ["default", "默认", "缺省"].iter().any(|word| told.contains(word));
            says && told.contains(value)
        })
    }

    /// Whether the section says what to present, or that nothing is.
    fn credentials(&self, operation: &Operation) -> bool {
        let any = |words: &[&str]| words.iter().any(|word| self.lower.contains(word));
        let is_told = |kind: &Credential| match kind {
            Credential::Bearer => any(&["bearer", "api key", "api 密钥"]),
            Credential::Client => any(&["client id and", "client authentication", "(basic)", "http basic", "客户端"]),
            Credential::Basic => any(&["basic"]),
            Credential::Key => any(&["key", "密钥"]),
        };
        let none = [
            "credentials: none",
            "no credentials",
            "without credentials",
            "or none",
            "public client sends",
            "public operation",
        ];
        let none_zh =
            ["凭据：无", "凭证：无", "凭据: 无", "无需", "不需要", "或无", "或不", "可不带", "公开客户端改为"];
        operation.credentials.iter().all(is_told) && (!operation.is_public || any(&none) || any(&none_zh))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(prose: &str) -> Text<'_> {
        Text { prose, codes: section::codes(prose), lower: prose.to_lowercase() }
    }

    #[test]
    fn words_are_whole() {
        assert!(text("enum: code, token").has("code"));
        assert!(!text("`code_verifier`").has("code"));
    }

    #[test]
    fn a_default_stands_behind_its_own_name() {
        let text = text("`a` (integer, default 20), `b` (integer)\n`c`（整数，默认 1）");
        assert!(text.defaults("a", "20") && text.defaults("c", "1"));
        assert!(!text.defaults("b", "20"));
    }
}
