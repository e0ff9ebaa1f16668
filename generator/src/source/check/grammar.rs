//! The grammars of the RFCs that a document's texts have to obey.

/// Whether a character controls a terminal, a line or the direction of text, or is invisible.
pub(super) fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A token (RFC 9110, section 5.6.2): the names of headers and cookies, the halves of a media type.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// A media type or range with parameters (RFC 9110, sections 8.3.1 and 12.5.1).
pub(super) fn is_media_type(text: &str) -> bool {
    let mut parts = text.split(';');
    let Some((main, sub)) = parts.next().and_then(|range| range.trim_end_matches([' ', '\t']).split_once('/')) else {
        return false;
    };
    let range = match (main, sub) {
        ("*", "*") => true,
        ("*", _) => false,
        (main, sub) => is_token(main) && !main.contains('*') && is_token(sub) && (sub == "*" || !sub.contains('*')),
    };
    range && parts.all(|parameter| is_parameter(parameter.trim_matches([' ', '\t'])))
}

fn is_parameter(text: &str) -> bool {
    let Some((name, value)) = text.split_once('=') else { return false };
    let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    is_token(name)
        && match quoted {
            Some(value) => value.bytes().all(|byte| matches!(byte, b' ' | b'!' | b'#'..=b'[' | b']'..=b'~')),
            None => is_token(value),
        }
}

/// A scope (RFC 6749, section 3.3).
pub(super) fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

/// The name of a component (Components Object, "Fixed Fields").
pub(super) fn is_component_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// Text of path characters (RFC 3986, section 3.3), with `/` or without.
pub(super) fn is_path(text: &str, slash: bool) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let fine = match byte {
            b'%' => [bytes.next(), bytes.next()].iter().all(|byte| byte.is_some_and(|byte| byte.is_ascii_hexdigit())),
            b'/' => slash,
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte),
        };
        if !fine {
            return false;
        }
    }
    true
}

/// Whether a segment is `.` or `..`, percent-encoded or not: parsers of URLs take it out (RFC 3986, section 5.2.4).
pub(super) fn is_dot_segment(segment: &str) -> bool {
    matches!(segment.replace("%2e", ".").replace("%2E", ".").as_str(), "." | "..")
}

/// What is wrong with an absolute or relative URL without query and fragment; `None` if nothing is.
pub(super) fn url_fault(url: &str) -> Option<&'static str> {
    if url
        .chars()
        .any(|c| is_control(c) || !c.is_ascii() || matches!(c, ' ' | '\\' | '"' | '<' | '>' | '^' | '`' | '|'))
    {
        return Some("has characters that a URL cannot have");
    }
    if url.contains(['?', '#']) {
        return Some("has a query or a fragment");
    }
    let path = match scheme(url) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") => {
            let Some(rest) = rest.strip_prefix("//") else { return Some("has no host") };
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            if let Some(fault) = authority_fault(authority) {
                return Some(fault);
            }
            path
        }
        Some(_) => return Some("is neither `https` nor `http`"),
        None if url.starts_with("//") => return Some("has a host and no scheme"),
        None => url,
    };
    if !is_path(path, true) {
        return Some("has characters that a path cannot have");
    }
    path.split('/').any(is_dot_segment).then_some("has a dot segment")
}

/// The scheme of a URL and the rest behind the colon.
pub(super) fn scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let fine = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    fine.then_some((scheme, rest))
}

fn authority_fault(authority: &str) -> Option<&'static str> {
    if authority.contains('@') {
        return Some("has user information");
    }
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) if host.parse::<std::net::Ipv6Addr>().is_ok() => ("v6", port),
        Some(_) => return Some("has a malformed host"),
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if host.is_empty() || !host.bytes().all(fine) {
        return Some(if host.is_empty() { "has no host" } else { "has a malformed host" });
    }
    let malformed = !port.is_empty() && port.strip_prefix(':').is_none_or(|port| port.parse::<u16>().is_err());
    malformed.then_some("has a malformed port")
}

/// Whether a URL is encrypted, or leads to this machine, or is relative.
pub(super) fn is_safe(url: &str) -> bool {
    match scheme(url) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => {
            let rest = rest.trim_start_matches('/');
            let authority = rest.split('/').next().unwrap_or_default();
            let host = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                Some((host, _)) => host,
                None => authority.split(':').next().unwrap_or_default(),
            };
            host.eq_ignore_ascii_case("localhost")
                || host.parse::<std::net::IpAddr>().is_ok_and(|host| host.is_loopback())
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_a_type_and_a_subtype() {
        for fine in [
            "application/json",
            "*/*",
            "text/*",
            "application/json; charset=utf-8",
            "a/b;c=\"d e\"",
            "application/vnd.a+json",
        ] {
            assert!(is_media_type(fine), "{fine}");
        }
        for wrong in ["*", "json", "a/b/c", "a/", "*/json", "a/b\r\nX: y", "a/b; c", "", "a b/c"] {
            assert!(!is_media_type(wrong), "{wrong}");
        }
    }

    #[test]
    fn urls_have_a_host_and_nothing_that_hides_another() {
        for fine in
            ["https://a.example/v2", "http://localhost:8080", "/v2", "v2", "https://[::1]:80/", "https://a.example"]
        {
            assert_eq!(url_fault(fine), None, "{fine}");
        }
        for wrong in [
            "wss://a",
            "javascript:alert(1)",
            "https://u@a",
            "https:a",
            "https://",
            "//a",
            "https://a/../b",
            "https://a?b",
            "https://a#b",
            "https://a\\b",
            "https://a b",
            "https://a:99999",
            "https://a/%2e%2E",
            "https://ä.example",
        ] {
            assert!(url_fault(wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn plain_http_is_safe_on_this_machine_only() {
        assert!(is_safe("http://127.0.0.1:80/a") && is_safe("http://[::1]/") && is_safe("https://a") && is_safe("/v2"));
        assert!(!is_safe("http://a.example") && !is_safe("http://127.0.0.1.example"));
    }
}
