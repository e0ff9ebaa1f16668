//! An HTTP request as it stands on the wire.

/// A request, nothing of it decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// Path and query as on the wire, or an absolute URL (RFC 9112, 3.2.2).
    pub target: String,
    /// Host and port.
    pub authority: String,
    /// `http` or `https`.
    pub scheme: String,
    /// Names and values in order; names are compared without case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, transfer coding removed; empty means none.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers and body to an absolute URL. Userinfo and fragment stay where they are.
    #[must_use]
    pub fn new(method: &str, url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        let slash = if target.starts_with('/') { "" } else { "/" };
        Self {
            method: method.to_owned(),
            target: format!("{slash}{target}"),
            authority: authority.to_owned(),
            scheme: scheme.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Sets the body and its media type.
    #[must_use]
    pub fn body(mut self, media_type: &str, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self.header("content-type", media_type)
    }

    /// The values of a header, bytes that are not UTF-8 replaced, spaces around trimmed.
    pub(crate) fn values(&self, name: &str) -> Vec<String> {
        let named = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        named.map(|(_, value)| String::from_utf8_lossy(value).trim().to_owned()).collect()
    }

    /// The cookies of all `Cookie` headers (RFC 6265, 4.2.1), in order.
    pub(crate) fn cookies(&self) -> Vec<(String, String)> {
        self.values("cookie")
            .iter()
            .flat_map(|value| value.split(';'))
            .map(str::trim)
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            .collect()
    }

    /// Scheme, authority and path; and the query, if there is a `?`.
    pub(crate) fn url(&self) -> (String, Option<&str>) {
        let (path, query) = match self.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (self.target.as_str(), None),
        };
        if path.contains("://") && !path.starts_with('/') {
            return (path.to_owned(), query);
        }
        // Userinfo names no origin; it is judged with the credentials.
        let host = self.authority.rsplit('@').next().unwrap_or_default();
        (format!("{}://{host}{path}", self.scheme), query)
    }
}
