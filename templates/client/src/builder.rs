//! How a client is configured.

use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use url::Url;

use crate::{
    client::{Client, Server, Shared},
    clock::{Clock, SystemClock},
    credentials::{Credential, Credentials, variable},
    error::Error,
    parameter, product,
    retry::{RetryBudget, RetryPolicy},
    secret::ApiKey,
    transport::HttpTransport,
};

/// Configures a [`Client`].
#[must_use]
pub struct ClientBuilder {
    pub(crate) credentials: Credentials,
    /// What is done with the credentials once all are known.
    pub(crate) at_build: Vec<Box<dyn FnOnce(Credentials) -> Credentials + Send + Sync>>,
    base_url: Option<String>,
    timeout: Duration,
    retry: RetryPolicy,
    user_agent_suffix: Option<String>,
    headers: Vec<(String, String)>,
    transport: Option<Box<dyn HttpTransport>>,
    clock: Option<Arc<dyn Clock>>,
    max_response_bytes: usize,
    allow_insecure_http: bool,
    #[cfg(feature = "reqwest")]
    pub(crate) connections: crate::reqwest_transport::Connections,
}

/// Headers of credentials: in every request they would go to operations that others are for, or none at all.
const OF_CREDENTIALS: [HeaderName; 3] = [header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION];

impl Default for ClientBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl ClientBuilder {
    /// The defaults: no credentials, the document's server, a minute for each attempt, responses of up to 16 MiB.
    pub fn new() -> Self {
        Self {
            credentials: Credentials::none(),
            at_build: Vec::new(),
            base_url: None,
            timeout: Duration::from_secs(60),
            retry: RetryPolicy::default(),
            user_agent_suffix: None,
            headers: Vec::new(),
            transport: None,
            clock: None,
            max_response_bytes: 16 * 1024 * 1024,
            allow_insecure_http: false,
            #[cfg(feature = "reqwest")]
            connections: crate::reqwest_transport::Connections::default(),
        }
    }

    /// Takes credentials and server from the environment where they are set.
    pub fn from_env(mut self) -> Self {
        for read in product::CREDENTIALS_FROM_ENV {
            self.credentials = read(self.credentials);
        }
        self.base_url = variable(product::ENV_BASE_URL).or(self.base_url);
        self
    }

    /// The API key.
    pub fn api_key(mut self, key: impl Into<ApiKey>) -> Self {
        self.credentials = self.credentials.api_key(key);
        self
    }

    /// The credential for the security scheme called `scheme` in the document.
    pub fn credential(mut self, scheme: impl Into<String>, credential: impl Into<Credential>) -> Self {
        self.credentials = self.credentials.credential(scheme, credential);
        self
    }

    /// All credentials at once, in place of what was set before.
    pub fn credentials(mut self, credentials: impl Into<Credentials>) -> Self {
        self.credentials = credentials.into();
        self
    }

    /// The server, with the path that precedes every operation's: `https://api.example.com/v2`.
    ///
    /// Operations that have a server of their own go to the origin of this one, with their own path.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// How long each attempt may take, from connecting to the last byte of the response. A minute by default.
    ///
    /// A call takes at most as many times this as it has attempts, and the waits between them. For a response that is
    /// streamed it is the time until the response begins, and then the time between two pieces of it.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How failed attempts are repeated.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// What follows this crate's name in `User-Agent`, such as `my-app/1.2`.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// A header of every request. A header of the same name that a request sets takes its place.
    ///
    /// It cannot be a credential, which is for the operations that ask for it: see [`api_key`](Self::api_key) and
    /// [`credential`](Self::credential). Nor can it be one that the HTTP stack sets, such as `Host`.
    pub fn default_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// What carries the requests, in place of this crate's own HTTP stack.
    pub fn transport(mut self, transport: impl HttpTransport + 'static) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Where time comes from.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// The longest response that is read into memory, in bytes. 16 MiB by default; streamed responses have no limit.
    pub fn max_response_bytes(mut self, limit: usize) -> Self {
        self.max_response_bytes = limit;
        self
    }

    /// Sends requests over `http` to any host, credentials included: everyone on the way can read them.
    pub fn allow_insecure_http(mut self) -> Self {
        self.allow_insecure_http = true;
        self
    }

    /// The client. It needs no credential: one that an operation lacks is an error of that call.
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`] when the server's URL, a header, a proxy or a certificate is not valid, when there is
    /// no transport, or when TLS cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        let server = server(self.base_url.as_deref(), self.allow_insecure_http)?;
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let (name, value) = parameter::header(name, value, true).map_err(Error::configuration)?;
            if OF_CREDENTIALS.contains(&name) || parameter::OF_TRANSPORT.contains(&name) {
                return Err(Error::configuration(format!(
                    "`{name}` cannot be a header of every request; a credential is set by `api_key` or `credential`"
                )));
            }
            headers.append(name, value);
        }
        #[cfg(feature = "reqwest")]
        let transport = match self.transport {
            Some(transport) => transport,
            None => Box::new(self.connections.transport()?),
        };
        #[cfg(not(feature = "reqwest"))]
        let Some(transport) = self.transport else {
            let message = "there is no transport: enable the feature `rustls` or `native-tls`, or set `transport`";
            return Err(Error::configuration(message));
        };
        let shared = Shared {
            transport,
            clock: self.clock.unwrap_or_else(|| Arc::new(SystemClock)),
            server,
            headers,
            user_agent: user_agent(self.user_agent_suffix.as_deref())?,
            timeout: self.timeout,
            retry: self.retry,
            budget: RetryBudget::new(),
            max_response_bytes: self.max_response_bytes,
            #[cfg(feature = "blocking")]
            blocking: crate::blocking::Runtime::default(),
        };
        let credentials = self.at_build.into_iter().fold(self.credentials, |credentials, finish| finish(credentials));
        Ok(Client { shared: Arc::new(shared), credentials: Arc::new(credentials), authorization_server: None })
    }
}

fn user_agent(suffix: Option<&str>) -> Result<HeaderValue, Error> {
    let own = format!("{}/{}", product::NAME, product::VERSION);
    let text = suffix.map_or_else(|| own.clone(), |suffix| format!("{own} {suffix}"));
    HeaderValue::from_str(&text)
        .map_err(|_| Error::configuration("the suffix of `User-Agent` cannot be sent in a header"))
}

fn server(base_url: Option<&str>, allow_insecure_http: bool) -> Result<Server, Error> {
    let text = base_url.unwrap_or(product::BASE_URL);
    // The URL is not shown: it may hold a password.
    let url = Url::parse(text).map_err(|error| Error::configuration(format!("the base URL is not a URL: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::configuration("the base URL holds a user name or a password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Error::configuration("the base URL holds a query or a fragment"));
    }
    let origin = Uri::try_from(url.origin().ascii_serialization());
    let server = Server {
        origin: origin.map_err(|_| Error::configuration("the base URL has no host"))?,
        prefix: url.path().trim_end_matches('/').to_owned(),
        overridden: base_url.is_some(),
        allow_insecure_http,
    };
    server
        .check(&server.origin)
        .map_err(|message| Error::configuration(format!("the base URL cannot be used: {message}")))?;
    Ok(server)
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}
