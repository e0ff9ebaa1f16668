//! What a token is asked for (RFC 8707).

use url::Url;

use crate::request::Request;

/// Asks for a token for this resource, and for those that were named before.
pub(crate) fn ask_for<T>(mut request: Request<T>, resource: &str) -> Request<T> {
    match check(resource) {
        Ok(()) => request.body_member("resource", resource),
        Err(message) => {
            request.parts.fail(message);
            request
        }
    }
}

/// A resource is named by an absolute URI without a fragment (RFC 8707 section 2).
pub(crate) fn check(resource: &str) -> Result<(), &'static str> {
    if is_absolute_uri(resource) { Ok(()) } else { Err("a resource is named by an absolute URI without a fragment") }
}

/// Whether a text is a URI with a scheme and without a fragment (RFC 3986 section 4.3), as it stands: the parser of URLs
/// mends what is none.
pub(crate) fn is_absolute_uri(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=%".contains(&byte);
    let Ok(url) = Url::parse(text) else { return false };
    let rest = text.get(url.scheme().len()..).unwrap_or_default();
    // Any number of slashes is right to the parser.
    let has_host = !url.is_special() || rest.starts_with("://") && !rest.starts_with(":///");
    text.bytes().all(allowed) && has_host
}
