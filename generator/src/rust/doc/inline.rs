//! Running text: what cannot be seen is shown, what would be markup is escaped.

/// The text with line breaks as `\n`, tabs as spaces, and every character that cannot be seen as `\u{..}`.
pub(super) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                characters.next_if_eq(&'\n');
                out.push('\n');
            }
            '\n' => out.push('\n'),
            '\t' => out.push_str("    "),
            hidden if is_hidden(hidden) => out.push_str(&format!("\\u{{{:x}}}", u32::from(hidden))),
            shown => out.push(shown),
        }
    }
    out
}

/// Controls, separators, marks of direction, characters without width and tags (Unicode 15, general categories Cc, Cf,
/// Zl, Zp), private use and non-characters.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(u32::from(character),
            0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xE000..=0xF8FF | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
            | 0xFFF0..=0xFFFB | 0xFFFE | 0xFFFF | 0x1D173..=0x1D17A | 0xE0000..=0x10_FFFF)
}

/// The length of the longest run of a character.
pub(super) fn longest_run(text: &str, mark: char) -> usize {
    text.split(|character| character != mark).map(str::len).max().unwrap_or(0)
}

/// The text of a paragraph with its markup escaped: code spans, emphasis and links to http(s) stay.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    let mut before = ' ';
    while let Some(character) = rest.chars().next() {
        let (piece, taken) = piece(rest, character, before);
        out.push_str(&piece);
        let (done, left) = rest.split_at_checked(taken).unwrap_or((rest, ""));
        before = done.chars().next_back().unwrap_or(' ');
        rest = left;
    }
    out
}

/// The next piece of the output, and how much of the input it stands for.
fn piece(rest: &str, character: char, before: char) -> (String, usize) {
    let one = character.len_utf8();
    let escaped = || (format!("\\{character}"), one);
    match character {
        '`' => code_span(rest).unwrap_or_else(|| {
            let run = rest.len() - rest.trim_start_matches('`').len();
            ("\\`".repeat(run), run)
        }),
        '!' if rest.starts_with("![") && link(rest.get(1..).unwrap_or("")).is_some() => (String::new(), 1),
        '[' => link(rest).unwrap_or_else(escaped),
        '<' => angle(rest).unwrap_or_else(escaped),
        ']' | '>' => escaped(),
        '&' => {
            let entity =
                rest.get(1..).is_some_and(|next| next.starts_with(|c: char| c == '#' || c.is_ascii_alphabetic()));
            if entity { escaped() } else { ("&".to_owned(), 1) }
        }
        '\\' => match rest.chars().nth(1) {
            Some(next) if next.is_ascii_punctuation() => (format!("\\{next}"), 2),
            // Ahead of anything else a backslash is itself.
            _ => ("\\".to_owned(), 1),
        },
        'h' if !before.is_alphanumeric() => match url(rest) {
            Some(url) => (format!("<{url}>"), url.len()),
            None => ("h".to_owned(), 1),
        },
        other => (other.to_string(), one),
    }
}

/// A code span that is closed.
fn code_span(rest: &str) -> Option<(String, usize)> {
    let run = rest.len() - rest.trim_start_matches('`').len();
    let fence = "`".repeat(run);
    let mut from = run;
    loop {
        let at = from + rest.get(from..)?.find(&fence)?;
        let closing = rest.get(at..)?;
        let length = closing.len() - closing.trim_start_matches('`').len();
        if length == run {
            let end = at + run;
            return Some((rest.get(..end)?.to_owned(), end));
        }
        from = at + length;
    }
}

/// `[text](https://..)`.
fn link(rest: &str) -> Option<(String, usize)> {
    let inner = rest.strip_prefix('[')?;
    let end = inner.find(['[', ']'])?;
    let text = inner.get(..end)?;
    let target = inner.get(end..)?.strip_prefix("](")?;
    let close = target.find(')')?;
    let address = target.get(..close)?.split(' ').next()?.trim_start_matches('<').trim_end_matches('>');
    (url(address) == Some(address)).then(|| (format!("[{}]({address})", link_text(text)), 1 + end + 2 + close + 1))
}

/// The text of a link: one code span, or text without markup of its own.
fn link_text(text: &str) -> String {
    let span = text.strip_prefix('`').and_then(|text| text.strip_suffix('`'));
    if span.is_some_and(|span| !span.is_empty() && !span.contains('`')) {
        return text.to_owned();
    }
    let mut out = String::new();
    for character in text.chars() {
        if matches!(character, '<' | '>' | '&' | '`' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// `<https://..>`.
fn angle(rest: &str) -> Option<(String, usize)> {
    let inner = rest.strip_prefix('<')?;
    let end = inner.find('>')?;
    let address = inner.get(..end)?;
    (url(address) == Some(address)).then(|| (format!("<{address}>"), end + 2))
}

/// The URL at the start of a text, without the punctuation that ends a sentence.
fn url(rest: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| rest.starts_with(scheme))?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'*+,;=%".contains(c);
    let end = rest.find(|c| !allowed(c)).unwrap_or(rest.len());
    let address = rest.get(..end)?.trim_end_matches(|c| ".,;:!?'*_~&".contains(c));
    (address.len() > scheme.len()).then_some(address)
}
