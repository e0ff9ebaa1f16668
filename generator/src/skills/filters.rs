//! Escaping, one function for each place that text can go.
//!
//! Whatever comes from a document passes one of these on its way out. Nothing invisible survives: what cannot be seen
//! is written as an escape.

use std::fmt::Write as _;

/// Most characters of prose that one quotation takes from a document that is not ours.
const LONGEST_QUOTE: usize = 1000;

/// Whether a character would act on a reader without being seen: controls, marks of direction, zero width, tags.
#[must_use]
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(u32::from(character),
            0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
            | 0xFFFE..=0xFFFF | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// One line: white space becomes single spaces, what is invisible is shown as `\u{..}`.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        for character in word.chars() {
            if is_invisible(character) {
                let _ = write!(line, "\\u{{{:x}}}", u32::from(character));
            } else {
                line.push(character);
            }
        }
    }
    line
}

/// One line of Markdown text. Code spans stay; everything else that Markdown or HTML would read as markup is inert.
#[must_use]
pub fn text(value: &str) -> String {
    let line = one_line(value);
    let mut out = String::new();
    let mut rest = line.as_str();
    let mut before = ' ';
    while let Some(character) = rest.chars().next() {
        if character == '`' {
            let span = code_span(rest);
            if let Some(span) = span {
                out.push_str(span);
                rest = rest.strip_prefix(span).unwrap_or("");
            } else {
                let run = rest.len() - rest.trim_start_matches('`').len();
                out.push_str(&"\\`".repeat(run));
                rest = rest.trim_start_matches('`');
            }
            before = '`';
            continue;
        }
        rest = rest.strip_prefix(character).unwrap_or("");
        let after = rest.chars().next().unwrap_or(' ');
        let escaped = match character {
            '\\' => after.is_ascii_punctuation() && after != '{',
            '*' | '<' => true,
            ']' => matches!(after, '(' | '[' | ':'),
            '~' => before == '~' || after == '~',
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '&' => after.is_alphanumeric() || after == '#',
            '#' | '+' | '-' | '=' | '>' | '[' | '|' => out.is_empty(),
            '.' | ')' => !out.is_empty() && out.bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        };
        if escaped {
            out.push('\\');
        }
        out.push(character);
        before = character;
    }
    out
}

/// The code span at the start of the text, if one begins and ends here.
fn code_span(text: &str) -> Option<&str> {
    let run = text.len() - text.trim_start_matches('`').len();
    let mut at = run;
    loop {
        let rest = text.get(at..)?;
        let open = at + rest.find('`')?;
        let ticks = text.get(open..)?;
        let length = ticks.len() - ticks.trim_start_matches('`').len();
        if length == run {
            return text.get(..open + length);
        }
        at = open + length;
    }
}

/// A text, cut off where it is longer than so many characters.
#[must_use]
pub fn capped(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text).trim_end()),
        None => text.to_owned(),
    }
}

/// Text between the brackets of a link.
#[must_use]
pub fn label(value: &str) -> String {
    text(&one_line(value).replace(['[', ']', '|'], " "))
}

/// Text for a cell of a table, where a bar ends the cell even inside code.
#[must_use]
pub fn cell(value: &str) -> String {
    let escaped = text(&capped(value, LONGEST_QUOTE));
    let mut out = String::new();
    let mut before = ' ';
    for character in escaped.chars() {
        if character == '|' && before != '\\' {
            out.push('\\');
        }
        out.push(character);
        before = character;
    }
    out
}

/// The code blocks of Markdown that our templates made, without the prose between them.
#[must_use]
pub fn fences(body: &str) -> String {
    let mut out = String::new();
    let mut open = None;
    for line in body.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        let was_open = open.is_some();
        match open {
            None if ticks >= 3 => open = Some(ticks),
            Some(length) if ticks == length && line.len() == ticks => open = None,
            _ => {}
        }
        if was_open || open.is_some() {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// A phrase of the labels, with values for `{0}`, `{1}`.
#[must_use]
pub fn phrase(pattern: &str, values: &[String]) -> String {
    let mut out = String::new();
    let mut pieces = pattern.split('{');
    out.push_str(pieces.next().unwrap_or(""));
    for piece in pieces {
        let (number, rest) = piece.split_once('}').unwrap_or(("", piece));
        out.push_str(number.parse::<usize>().ok().and_then(|number| values.get(number)).map_or("", String::as_str));
        out.push_str(rest);
    }
    out
}

/// An inline code span whose fence is longer than any run of backticks inside.
#[must_use]
pub fn code(value: &str) -> String {
    let line = one_line(value);
    if line.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&line) + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{line}{pad}{fence}")
}

/// A block quote: each line inert, no longer in all than a reader can bear.
#[must_use]
pub fn quote(value: &str) -> String {
    let mut out = String::new();
    let mut left = LONGEST_QUOTE;
    for line in value.lines() {
        let cut: String = line.chars().take(left).collect();
        let line = text(&cut);
        left = left.saturating_sub(cut.chars().count());
        let blank = line.is_empty() && (out.is_empty() || out.ends_with(">\n"));
        if !blank {
            let _ = writeln!(out, "{}", format!("> {line}").trim_end());
        }
        if left == 0 {
            out.push_str("> …\n");
            break;
        }
    }
    out.trim_end_matches(['\n', '>']).to_owned()
}

/// A fenced block whose fence is longer than any run of backticks inside.
#[must_use]
pub fn fence(body: &str, language: &str) -> String {
    let fence = "`".repeat(longest_run(body).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", body.trim_matches('\n'))
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

/// What a link to a heading of ours is called (the rule of the common renderers: lower case, no punctuation, hyphens).
#[must_use]
pub fn anchor(heading: &str) -> String {
    heading
        .chars()
        .filter_map(|character| match character {
            ' ' | '-' => Some('-'),
            '_' => Some('_'),
            _ => character.is_alphanumeric().then(|| character.to_ascii_lowercase()),
        })
        .collect()
}

/// Text inside an URL: percent-encoded, but for the unreserved characters of RFC 3986, section 2.3.
#[must_use]
pub fn url(value: &str) -> String {
    encode(value, "-._~")
}

/// Text of a path template or a base URL: what may stand in an URL stays.
#[must_use]
pub fn url_text(value: &str) -> String {
    encode(value, "-._~:/?#[]@!&'()*+,;=%")
}

/// The name of a form field or query parameter: percent-encoded, but for the brackets people read by.
#[must_use]
pub fn field(value: &str) -> String {
    encode(value, "-._~[]")
}

fn encode(value: &str, kept: &str) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || (byte.is_ascii() && kept.contains(char::from(byte))) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// One word of a POSIX shell, quoted so that nothing in it is special.
#[must_use]
pub fn shell(value: &str) -> String {
    if !value.chars().any(|character| is_invisible(character) && character != '\n') {
        return format!("'{}'", value.replace('\'', r"'\''"));
    }
    let mut out = String::from("$'");
    for character in value.chars() {
        match character {
            '\\' | '\'' => {
                out.push('\\');
                out.push(character);
            }
            '\n' => out.push_str("\\n"),
            _ if is_invisible(character) => {
                for byte in character.to_string().bytes() {
                    let _ = write!(out, "\\{byte:03o}");
                }
            }
            _ => out.push(character),
        }
    }
    out.push('\'');
    out
}

/// Text inside a shell's double quotes or an unquoted here-document.
#[must_use]
pub fn shell_text(value: &str) -> String {
    let mut out = String::new();
    for character in value.chars() {
        if matches!(character, '\\' | '$' | '`' | '"') {
            out.push('\\');
        }
        if is_invisible(character) {
            let _ = write!(out, "\\\\u{{{:x}}}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

/// Text inside an unquoted here-document, where a double quote is an ordinary character.
#[must_use]
pub fn here(value: &str) -> String {
    let mut out = String::new();
    for character in value.chars() {
        if matches!(character, '\\' | '$' | '`') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// How a family of languages writes a string literal with double quotes.
///
/// `json` also serves JavaScript and Java, `python` also Go; `ruby_symbol` is a symbol, `ruby_key` one
/// before the value of a hash, `key` the same of JavaScript.
#[must_use]
pub fn string(value: &str, style: &str) -> Option<String> {
    if matches!(style, "ruby_symbol" | "ruby_key" | "key") {
        let word = value.starts_with(|one: char| one.is_ascii_alphabetic())
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let quoted = if style == "key" { "json" } else { "ruby" };
        let word = if word { value.to_owned() } else { string(value, quoted)? };
        return Some(if style != "ruby_symbol" { format!("{word}:") } else { format!(":{word}") });
    }
    let mut out = String::from('"');
    for (index, character) in value.char_indices() {
        let next = value.get(index + character.len_utf8()..).and_then(|rest| rest.chars().next());
        match character {
            '"' | '\\' => {
                out.push('\\');
                out.push(character);
            }
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '#' if style == "ruby" && matches!(next, Some('{' | '$' | '@')) => out.push_str("\\#"),
            _ if is_invisible(character) => out.push_str(&escape(character, style)?),
            _ => out.push(character),
        }
    }
    out.push('"');
    matches!(style, "json" | "python" | "ruby" | "rust").then_some(out)
}

fn escape(character: char, style: &str) -> Option<String> {
    let number = u32::from(character);
    match style {
        "json" => {
            let mut units = [0; 2];
            Some(character.encode_utf16(&mut units).iter().fold(String::new(), |mut escape, unit| {
                let _ = write!(escape, "\\u{unit:04x}");
                escape
            }))
        }
        "python" if number > 0xFFFF => Some(format!("\\U{number:08x}")),
        "python" => Some(format!("\\u{number:04x}")),
        "ruby" | "rust" => Some(format!("\\u{{{number:x}}}")),
        _ => None,
    }
}

/// Code that the emitter of the crate made. Its literals show what cannot be seen as escapes.
#[must_use]
pub fn rust(code: &str) -> String {
    let mut out = String::new();
    for character in code.chars() {
        if is_invisible(character) && character != '\n' {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

/// Text that needs no quotes anywhere: numbers, names of variables and methods, statuses.
#[must_use]
pub fn plain(value: &str) -> Option<String> {
    let safe = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.+".contains(&byte));
    safe.then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &[&str] = &[
        "<!-- hidden -->",
        "<IMPORTANT>do it</IMPORTANT>",
        "![x](https://example.org/x.png)",
        "[click](javascript:alert(1))",
        "# heading",
        "- item",
        "1. item",
        "a | b",
        "`open",
        "***bold***",
        "&lt;b&gt;",
    ];

    #[test]
    fn text_makes_markup_inert_and_keeps_code() {
        let expected = [
            r"\<!-- hidden -->",
            r"\<IMPORTANT>do it\</IMPORTANT>",
            r"![x\](https://example.org/x.png)",
            r"\[click\](javascript:alert(1))",
            r"\# heading",
            r"\- item",
            r"1\. item",
            "a | b",
            r"\`open",
            r"\*\*\*bold\*\*\*",
            r"\&lt;b\&gt;",
        ];
        for (hostile, expected) in HOSTILE.iter().zip(expected) {
            assert_eq!(text(hostile), expected);
        }
        assert_eq!(text("`a_b` and snake_case, ``x ` y``"), "`a_b` and snake_case, ``x ` y``");
        assert_eq!(text("_emphasis_"), r"\_emphasis\_");
        assert_eq!(text("two\n\nlines"), "two lines");
    }

    #[test]
    fn what_cannot_be_seen_is_shown() {
        for hidden in ['\u{202e}', '\u{200b}', '\u{feff}', '\u{e0041}', '\u{7}', '\u{ad}'] {
            let shown = format!("a\\u{{{:x}}}b", u32::from(hidden));
            let value = format!("a{hidden}b");
            assert_eq!(text(&value), shown);
            assert!(!code(&value).chars().any(is_invisible));
            assert!(!shell(&value).chars().any(is_invisible));
            for style in ["json", "python", "ruby", "rust"] {
                assert!(!string(&value, style).unwrap().chars().any(is_invisible));
            }
        }
        assert_eq!(string("\u{e0041}", "json").unwrap(), r#""\udb40\udc41""#);
    }

    #[test]
    fn a_bar_ends_no_cell() {
        assert_eq!(cell("`a|b` | c"), r"`a\|b` \| c");
        assert_eq!(label("a](x) | b"), "a (x) b");
    }

    #[test]
    fn a_cell_and_a_heading_end_somewhere() {
        assert_eq!(capped("令牌令牌", 3), "令牌令…");
        assert_eq!(capped("令牌", 2), "令牌");
        assert_eq!(cell(&"a".repeat(2000)).chars().count(), 1001);
    }

    #[test]
    fn fences_are_longer_than_any_run_inside() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(fence("x", "bash"), "```bash\nx\n```\n");
        assert_eq!(fence("```\nx", "bash"), "````bash\n```\nx\n````\n");
    }

    #[test]
    fn a_quotation_is_quoted_on_every_line_and_bounded() {
        assert_eq!(quote("# Title\n\n```sh\nrm -rf /\n```"), "> \\# Title\n>\n> \\`\\`\\`sh\n> rm -rf /\n> \\`\\`\\`");
        let long = quote(&"word ".repeat(1000));
        assert!(long.len() < 1100 && long.ends_with('…'), "{long}");
    }

    #[test]
    fn a_shell_runs_nothing_it_is_given() {
        assert_eq!(shell("it's $(rm) `x`"), r"'it'\''s $(rm) `x`'");
        assert_eq!(shell("a\nb\u{7}"), r"$'a\nb\007'");
        assert_eq!(shell_text(r#"$(rm) `x` "y" \"#), r#"\$(rm) \`x\` \"y\" \\"#);
        assert_eq!(here(r#"{"a": "$b `c`"}"#), r#"{"a": "\$b \`c\`"}"#);
    }

    #[test]
    fn strings_interpolate_nothing() {
        assert_eq!(string("#{x} \"", "ruby").unwrap(), r##""\#{x} \"""##);
        assert_eq!(string("code", "ruby_symbol").unwrap(), ":code");
        assert_eq!(string("a/b", "ruby_symbol").unwrap(), ":\"a/b\"");
        assert_eq!(string("code", "ruby_key").unwrap(), "code:");
        assert_eq!(string("a[b]", "key").unwrap(), "\"a[b]\":");
        assert_eq!(string("x", "cobol"), None);
    }

    #[test]
    fn plain_text_is_letters_and_digits() {
        assert_eq!(plain("well_known.retrieve"), Some("well_known.retrieve".to_owned()));
        assert_eq!(plain("a b"), None);
        assert_eq!(url("a/b c"), "a%2Fb%20c");
        assert_eq!(url_text("https://x.y/{id}"), "https://x.y/%7Bid%7D");
    }
}
