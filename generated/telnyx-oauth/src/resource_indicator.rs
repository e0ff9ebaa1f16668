//! What a token is asked for (RFC 8707).

use url::Url;

use crate::request::Request;

impl<T> Request<T> {
    /// Asks for a token for this resource, and for those that were named before.
    pub(crate) fn resource_indicator(mut self, resource: &str) -> Self {
        match check(resource) {
            Ok(()) => self.body_member("resource", resource),
            Err(message) => {
                self.parts.fail(message);
                self
            }
        }
    }
}

/// A resource is named by an absolute URI without a fragment (RFC 8707 section 2).
pub(crate) fn check(resource: &str) -> Result<(), String> {
    match Url::parse(resource) {
        Ok(_) if !resource.contains('#') => Ok(()),
        _ => Err("a resource is named by an absolute URI without a fragment".to_owned()),
    }
}
