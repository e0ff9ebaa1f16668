//! Sending and reading.

use std::{sync::Arc, time::Duration};

use reqwest::{Method, RequestBuilder, Response, Url, header, redirect};
use serde::de::DeserializeOwned;

use crate::error::Error;

/// A client; clones share connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    settings: Arc<Settings>,
}

struct Settings {
    base: Url,
    api_key: Option<String>,
    client: Option<(String, String)>,
}

/// Configures a [`Client`].
pub struct Builder {
    base: String,
    timeout: Duration,
    api_key: Option<String>,
    client: Option<(String, String)>,
}

impl Builder {
    /// Another server.
    #[must_use]
    pub fn base_url(mut self, base: impl Into<String>) -> Self {
        self.base = base.into();
        self
    }

    /// How long a call may take; a minute by default.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The key for bearer operations.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Identifier and secret for client authentication.
    #[must_use]
    pub fn client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.client = Some((id.into(), secret.into()));
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// When the base URL is none, or TLS cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        let base = Url::parse(&self.base).map_err(|error| Error::BaseUrl(error.to_string()))?;
        if base.cannot_be_a_base() {
            return Err(Error::BaseUrl(self.base));
        }
        let http = reqwest::Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .timeout(self.timeout)
            .connect_timeout(Duration::from_secs(5))
            .redirect(redirect::Policy::none())
            .referer(false)
            .build()?;
        // Each half is form-encoded before base64 (RFC 6749 section 2.3.1).
        let client = self.client.map(|(id, secret)| (form_encode(&id), form_encode(&secret)));
        Ok(Client { http, settings: Arc::new(Settings { base, api_key: self.api_key, client }) })
    }
}

fn form_encode(text: &str) -> String {
    let mut url = Url::parse("form:").expect("a URL");
    url.query_pairs_mut().append_key_only(text);
    url.query().unwrap_or_default().to_owned()
}

impl Client {
    /// A client to be configured.
    pub fn builder() -> Builder {
        Builder {
            base: "https://api.telnyx.com/v2".to_owned(),
            timeout: Duration::from_secs(60),
            api_key: None,
            client: None,
        }
    }

    /// A request to a path of the API.
    pub(crate) fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.settings.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        self.http.request(method, url).header(header::ACCEPT, "application/json")
    }

    /// A request to a path of the API with the API key.
    pub(crate) fn bearer(&self, method: Method, path: &[&str]) -> Result<RequestBuilder, Error> {
        let key = self.settings.api_key.as_deref().ok_or(Error::MissingCredential("API key"))?;
        Ok(self.request(method, path).bearer_auth(key))
    }

    /// A request to a path of the API with client authentication.
    pub(crate) fn authenticated(&self, method: Method, path: &[&str]) -> Result<RequestBuilder, Error> {
        let (id, secret) = self.settings.client.as_ref().ok_or(Error::MissingCredential("client"))?;
        Ok(self.request(method, path).basic_auth(id, Some(secret)))
    }

    /// A request to a path of the host, whatever the base URL's path.
    pub(crate) fn well_known(&self, name: &str) -> RequestBuilder {
        let mut url = self.settings.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().extend([".well-known", name]);
        }
        self.http.get(url).header(header::ACCEPT, "application/json")
    }
}

/// Sends the request and passes on a success.
pub(crate) async fn send(request: RequestBuilder) -> Result<Response, Error> {
    let response = request.send().await?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let body = response.bytes().await?;
    Err(Error::Api { status, error: serde_json::from_slice(&body).unwrap_or_default() })
}

/// Sends the request and reads the JSON of a success.
pub(crate) async fn json<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Error> {
    let response = send(request).await?;
    let status = response.status();
    let body = response.bytes().await?;
    serde_json::from_slice(&body).map_err(|source| Error::Decode { status, source })
}

#[cfg(test)]
mod tests {
    #[test]
    fn halves_of_basic_are_form_encoded() {
        assert_eq!(super::form_encode("s&+% é"), "s%26%2B%25+%C3%A9");
    }
}
