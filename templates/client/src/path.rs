//! Percent-encoding, and paths built segment by segment.

use std::{borrow::Cow, fmt::Write as _};

use serde_json::Value;

/// Which bytes need no encoding (RFC 3986 section 2.3). A table, since every byte of every path is looked at.
static UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(byte as u8, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    table
};

fn is_unreserved(byte: u8) -> bool {
    UNRESERVED.get(usize::from(byte)).is_some_and(|unreserved| *unreserved)
}

/// Appends `text` with every byte but the unreserved ones encoded.
pub(crate) fn encode_into(out: &mut String, text: &str) {
    let mut kept = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !is_unreserved(byte) {
            out.push_str(text.get(kept..at).unwrap_or_default());
            kept = at + 1;
            // Writing to a `String` does not fail.
            write!(out, "%{byte:02X}").ok();
        }
    }
    out.push_str(text.get(kept..).unwrap_or_default());
}

/// A path parameter: its name and the style it is written in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PathParameter {
    name: &'static str,
    style: PathStyle,
    explode: bool,
}

#[derive(Clone, Copy, Debug)]
enum PathStyle {
    Simple,
    Label,
    Matrix,
}

impl From<&'static str> for PathParameter {
    fn from(name: &'static str) -> Self {
        Self { name, style: PathStyle::Simple, explode: false }
    }
}

impl PathParameter {
    /// `.value`: OpenAPI's style `label`.
    pub(crate) const fn label(self) -> Self {
        Self { style: PathStyle::Label, ..self }
    }

    /// `;name=value`: OpenAPI's style `matrix`.
    pub(crate) const fn matrix(self) -> Self {
        Self { style: PathStyle::Matrix, ..self }
    }

    /// Every element of a list, every property of an object by itself.
    pub(crate) const fn exploded(self) -> Self {
        Self { explode: true, ..self }
    }

    fn write(&self, out: &mut String, value: &Value) {
        if let (PathStyle::Simple, Value::String(text)) = (self.style, value) {
            return encode_into(out, text);
        }
        let pairs: Vec<(Option<&str>, Cow<'_, str>)> = match value {
            Value::Array(items) => items.iter().map(|item| (None, plain(item))).collect(),
            Value::Object(members) => members.iter().map(|(key, item)| (Some(key.as_str()), plain(item))).collect(),
            scalar => vec![(None, plain(scalar))],
        };
        let separator = match (self.style, self.explode) {
            (PathStyle::Label, true) => '.',
            (PathStyle::Matrix, true) => ';',
            _ => ',',
        };
        for (position, (key, item)) in pairs.iter().enumerate() {
            match (position, self.style) {
                (0, PathStyle::Label) => out.push('.'),
                (0, PathStyle::Matrix) => out.push(';'),
                (0, PathStyle::Simple) => {}
                _ => out.push(separator),
            }
            let named = matches!(self.style, PathStyle::Matrix) && (position == 0 || self.explode);
            match key {
                Some(key) if self.explode => {
                    encode_into(out, key);
                    out.push('=');
                }
                _ if named => {
                    encode_into(out, self.name);
                    out.push('=');
                }
                _ => {}
            }
            if let (Some(key), false) = (key, self.explode) {
                encode_into(out, key);
                out.push(',');
            }
            encode_into(out, item);
        }
    }
}

/// The text of a scalar; JSON for what has no text of its own.
pub(crate) fn plain(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        other => Cow::Owned(other.to_string()),
    }
}

/// Puts a value in the place of `{name}`.
pub(crate) fn fill(path: &str, parameter: PathParameter, value: &Value) -> Result<String, String> {
    let name = parameter.name;
    let place = path.match_indices('{').find_map(|(at, _)| {
        let (before, brace) = path.split_at_checked(at)?;
        let after = brace.strip_prefix('{')?.strip_prefix(name)?.strip_prefix('}')?;
        Some((before, after))
    });
    let Some((before, after)) = place else {
        return Err(format!("the path has no parameter `{name}`"));
    };
    let mut filled = String::with_capacity(path.len() + 40);
    filled.push_str(before);
    parameter.write(&mut filled, value);
    filled.push_str(after);
    Ok(filled)
}

/// Refuses a path that a server or a proxy would read as another one.
///
/// A segment that is empty, `.` or `..` is removed or resolved on the way, percent-encoded or not (WHATWG URL, "path
/// state"), so no encoding saves it.
pub(crate) fn check(template: &str, path: &str) -> Result<(), String> {
    if !path.starts_with('/') {
        return Err("the path does not begin with `/`".to_owned());
    }
    let unsafe_byte = |byte: u8| !byte.is_ascii_graphic() || matches!(byte, b'?' | b'#' | b'\\' | b'"' | b'<' | b'>');
    if path.bytes().any(|byte| !is_unreserved(byte) && unsafe_byte(byte)) {
        return Err("the path holds a character that must be percent-encoded".to_owned());
    }
    let split = |text| <[u8]>::split(text, |byte| *byte == b'/').skip(1);
    let mut expected = split(template.as_bytes());
    let is_filled = !path.bytes().any(|byte| matches!(byte, b'{' | b'}'));
    let mut segments = split(path.as_bytes()).peekable();
    while let Some(segment) = segments.next() {
        let declared = expected.next().unwrap_or(segment);
        let named = || String::from_utf8_lossy(declared);
        if !is_filled && segment.iter().any(|byte| matches!(byte, b'{' | b'}')) {
            return Err(format!("the path parameter `{}` has no value", String::from_utf8_lossy(segment)));
        }
        // The document's own empty segments stay; a path without a template may end with a slash.
        let meant = declared.is_empty() && (!template.is_empty() || segments.peek().is_none());
        if segment.is_empty() && !meant {
            return Err(format!("the path segment `{}` is empty", named()));
        }
        if is_dots(segment) {
            return Err(format!("the path segment `{}` is `.` or `..`", named()));
        }
    }
    Ok(())
}

/// Whether a segment is `.` or `..`, percent-encoded or not.
fn is_dots(segment: &[u8]) -> bool {
    after_dot(segment).is_some_and(|rest| rest.is_empty() || after_dot(rest).is_some_and(<[u8]>::is_empty))
}

fn after_dot(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'.', rest @ ..] | [b'%', b'2', b'e' | b'E', rest @ ..] => Some(rest),
        _ => None,
    }
}
