//! Path templates: `/a/{b}` (Paths Object; RFC 3986, section 3.3).

use super::grammar::{is_control, is_dot_segment, is_path};

/// A path template taken apart.
pub(super) struct Template<'p> {
    /// The names in braces, in order.
    pub names: Vec<&'p str>,
    /// The template without the names: equal for paths that cannot be told apart.
    pub hierarchy: String,
}

/// Takes a path template apart, or says what is wrong with it.
pub(super) fn parse(path: &str) -> Result<Template<'_>, &'static str> {
    let Some(rest) = path.strip_prefix('/') else { return Err("does not begin with `/`") };
    let mut template = Template { names: Vec::new(), hierarchy: String::new() };
    let last = rest.split('/').count();
    for (index, segment) in rest.split('/').enumerate() {
        // One slash may end the path, and `/` is a path.
        if segment.is_empty() && index + 1 < last {
            return Err("has an empty segment");
        }
        if is_dot_segment(segment) {
            return Err("has a dot segment, which clients take out");
        }
        template.hierarchy.push('/');
        parse_segment(segment, &mut template)?;
    }
    Ok(template)
}

fn parse_segment<'p>(segment: &'p str, template: &mut Template<'p>) -> Result<(), &'static str> {
    let mut rest = segment;
    loop {
        let (text, after) = rest.split_once('{').map_or((rest, None), |(text, after)| (text, Some(after)));
        if text.contains('}') {
            return Err("has unbalanced braces");
        }
        if text.contains(['?', '#']) {
            return Err("has a query or a fragment: describe its members as query parameters");
        }
        if !is_path(text, false) {
            return Err("has characters that a path cannot have: percent-encode them");
        }
        template.hierarchy.push_str(text);
        let Some(after) = after else { return Ok(()) };
        let Some((name, behind)) = after.split_once('}') else { return Err("has unbalanced braces") };
        if name.is_empty() {
            return Err("has a parameter without a name");
        }
        if name.contains('{') || name.chars().any(|c| is_control(c) || c.is_whitespace()) {
            return Err("has a malformed parameter");
        }
        if template.names.contains(&name) {
            return Err("has the same parameter twice");
        }
        template.names.push(name);
        template.hierarchy.push_str("{}");
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_hierarchy_are_told_apart() {
        let template = parse("/a/{b}/c:{d}").unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(template.names, ["b", "d"]);
        assert_eq!(template.hierarchy, "/a/{}/c:{}");
        assert!(parse("/").is_ok() && parse("/a/").is_ok() && parse("/a%20b").is_ok());
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for wrong in [
            "a", "", "//a", "/a//b", "/a/../b", "/a/%2e", "/{a", "/a}", "/{}", "/{a}/{a}", "/{{a}}", "/a?b=c", "/a b",
            "/ä", "/a%2",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
