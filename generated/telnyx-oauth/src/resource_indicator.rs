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
    match Url::parse(resource) {
        Ok(_) if !resource.contains('#') => Ok(()),
        _ => Err("a resource is named by an absolute URI without a fragment"),
    }
}
