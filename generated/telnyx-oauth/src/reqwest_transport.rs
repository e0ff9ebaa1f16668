//! The default HTTP stack.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use http::{Request, Response, Uri};
use reqwest::Url;

use crate::{
    body::Body,
    builder::ClientBuilder,
    client::is_this_machine,
    error::Error,
    transport::{BoxFuture, HttpTransport, TransportError, TransportErrorKind},
};

/// Sends requests with [`reqwest`].
#[derive(Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    first: Arc<OnceLock<Server>>,
    direct: Arc<Direct>,
}

/// A server whose URL is parsed: most clients know no other.
struct Server {
    uri: Uri,
    url: Url,
}

/// Connections to this machine over `http`: a proxy would read what they carry.
struct Direct {
    client: OnceLock<reqwest::Client>,
    connections: Connections,
}

impl HttpTransport for ReqwestTransport {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            if tokio::runtime::Handle::try_current().is_err() {
                return Err(TransportError::new(TransportErrorKind::Connect, "there is no Tokio runtime to run on"));
            }
            let client = self.client(request.uri())?;
            let response = client.execute(self.convert(request)?).await.map_err(transport_error)?;
            Ok(Response::from(response).map(Body::wrap))
        })
    }
}

impl ReqwestTransport {
    /// What carries a request to `url`.
    fn client(&self, url: &Uri) -> Result<&reqwest::Client, TransportError> {
        if url.scheme_str() != Some("http") || !is_this_machine(url) {
            return Ok(&self.client);
        }
        if let Some(client) = self.direct.client.get() {
            return Ok(client);
        }
        let made = self.direct.connections.client(true);
        let made = made.map_err(|error| TransportError::new(TransportErrorKind::Connect, error))?;
        Ok(self.direct.client.get_or_init(|| made))
    }

    fn convert(&self, request: Request<Body>) -> Result<reqwest::Request, TransportError> {
        let (head, body) = request.into_parts();
        let mut request = reqwest::Request::new(head.method, self.url(&head.uri)?);
        *request.headers_mut() = head.headers;
        *request.body_mut() = match body.into_bytes_or_stream() {
            Ok(bytes) if bytes.is_empty() => None,
            Ok(bytes) => Some(bytes.into()),
            Err(stream) => Some(reqwest::Body::wrap(stream)),
        };
        Ok(request)
    }

    fn url(&self, uri: &Uri) -> Result<Url, TransportError> {
        let known = |server: &&Server| server.uri.scheme() == uri.scheme() && server.uri.authority() == uri.authority();
        if let Some(server) = self.first.get().filter(known) {
            let mut url = server.url.clone();
            url.set_path(uri.path());
            url.set_query(uri.query());
            return Ok(url);
        }
        let url = Url::parse(&uri.to_string());
        let url = url.map_err(|error| TransportError::new(TransportErrorKind::Connect, error))?;
        self.first.get_or_init(|| {
            let mut root = url.clone();
            root.set_path("");
            root.set_query(None);
            Server { uri: uri.clone(), url: root }
        });
        Ok(url)
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport").finish_non_exhaustive()
    }
}

/// The URL is taken out of the error: its query may hold a secret.
fn transport_error(error: reqwest::Error) -> TransportError {
    let kind = if error.is_connect() || error.is_builder() {
        TransportErrorKind::Connect
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else {
        TransportErrorKind::Io
    };
    TransportError::new(kind, error.without_url())
}

impl From<reqwest::Error> for TransportError {
    fn from(error: reqwest::Error) -> Self {
        transport_error(error)
    }
}

type Configure = Box<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>;

/// How connections are made.
#[derive(Default)]
pub(crate) struct Connections {
    configure: Option<Configure>,
    connect_timeout: Option<Duration>,
    proxy: Option<String>,
    no_proxy: bool,
    root_certificates: Vec<Vec<u8>>,
}

impl Connections {
    pub(crate) fn transport(self) -> Result<ReqwestTransport, Error> {
        let client = self.client(false)?;
        let has_proxy = !self.no_proxy || self.proxy.is_some() || self.configure.is_some();
        let direct = if has_proxy { OnceLock::new() } else { OnceLock::from(client.clone()) };
        Ok(ReqwestTransport {
            client,
            first: Arc::default(),
            direct: Arc::new(Direct { client: direct, connections: self }),
        })
    }

    /// The HTTP stack; `direct`: whatever is configured, without a proxy.
    fn client(&self, direct: bool) -> Result<reqwest::Client, Error> {
        let broken =
            |what: &str, error: reqwest::Error| Error::configuration(format!("{what}: {}", error.without_url()));
        #[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            let message = "TLS has no cryptography: install a provider of rustls first, or enable the feature `rustls`";
            return Err(Error::configuration(message));
        }
        let builder = reqwest::Client::builder();
        let builder = match &self.configure {
            Some(configure) => configure(builder),
            None => builder,
        };
        // Redirects would carry credentials elsewhere, `Referer` would carry codes, and retries are decided above.
        let mut builder = builder
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .connect_timeout(self.connect_timeout.unwrap_or(Duration::from_secs(5)));
        if self.no_proxy || direct {
            builder = builder.no_proxy();
        }
        if let Some(url) = self.proxy.as_ref().filter(|_| !direct) {
            builder = builder
                .proxy(reqwest::Proxy::all(url.as_str()).map_err(|error| broken("the proxy cannot be used", error))?);
        }
        #[cfg(any(feature = "rustls", feature = "native-tls", feature = "rustls-no-provider"))]
        for pem in &self.root_certificates {
            let bundle = reqwest::Certificate::from_pem_bundle(pem);
            let bundle = bundle.map_err(|error| broken("a root certificate cannot be used", error))?;
            if bundle.is_empty() {
                return Err(Error::configuration("a root certificate cannot be used: there is none in the PEM"));
            }
            builder = builder.tls_certs_merge(bundle);
        }
        builder.build().map_err(|error| broken("the HTTP stack cannot be set up", error))
    }
}

/// Connections; none of this has an effect on a [`transport`](ClientBuilder::transport) of your own.
impl ClientBuilder {
    /// How long connecting may take. Five seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connections.connect_timeout = Some(timeout);
        self
    }

    /// The proxy for all requests, in place of the environment's. Its URL may hold a user name and a password.
    ///
    /// Requests to this machine over `http` go without one, whoever set it: it would read their secrets.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.connections.proxy = Some(url.into());
        self
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.connections.no_proxy = true;
        self
    }

    /// Trusts the certificates of `pem`, beside those of the system.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.connections.root_certificates.push(pem.into());
        self
    }

    /// Changes what this crate has no word for: address resolution, pools, client certificates.
    ///
    /// What is set here by other means goes before it, and redirects, `Referer` and retries of the HTTP stack stay off.
    /// It is called again for connections to this machine over `http`, which have no proxy.
    pub fn configure_reqwest(
        mut self,
        configure: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.connections.configure = Some(Box::new(configure));
        self
    }
}
