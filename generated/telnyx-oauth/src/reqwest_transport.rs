//! The default HTTP stack.

use std::time::Duration;

use http::{Request, Response};

use crate::{
    body::Body,
    builder::ClientBuilder,
    error::Error,
    transport::{BoxFuture, HttpTransport, TransportError, TransportErrorKind},
};

/// Sends requests with [`reqwest`].
#[derive(Clone, Debug)]
pub struct ReqwestTransport(reqwest::Client);

impl HttpTransport for ReqwestTransport {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            if tokio::runtime::Handle::try_current().is_err() {
                return Err(TransportError::new(TransportErrorKind::Connect, "there is no Tokio runtime to run on"));
            }
            let request = request.map(|body| match body.into_bytes_or_stream() {
                Ok(bytes) => reqwest::Body::from(bytes),
                Err(stream) => reqwest::Body::wrap(stream),
            });
            let response =
                self.0.execute(request.try_into().map_err(transport_error)?).await.map_err(transport_error)?;
            Ok(Response::from(response).map(Body::wrap))
        })
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

/// How connections are made.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    connect_timeout: Option<Duration>,
    proxy: Option<String>,
    no_proxy: bool,
    root_certificates: Vec<Vec<u8>>,
}

impl Connections {
    pub(crate) fn transport(self) -> Result<ReqwestTransport, Error> {
        let broken =
            |what: &str, error: reqwest::Error| Error::configuration(format!("{what}: {}", error.without_url()));
        // Redirects would carry credentials elsewhere, `Referer` would carry codes, and retries are decided above.
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .connect_timeout(self.connect_timeout.unwrap_or(Duration::from_secs(5)));
        if self.no_proxy {
            builder = builder.no_proxy();
        }
        if let Some(url) = self.proxy {
            builder =
                builder.proxy(reqwest::Proxy::all(url).map_err(|error| broken("the proxy cannot be used", error))?);
        }
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        for pem in self.root_certificates {
            let bundle = reqwest::Certificate::from_pem_bundle(&pem);
            let bundle = bundle.map_err(|error| broken("a root certificate cannot be used", error))?;
            if bundle.is_empty() {
                return Err(Error::configuration("a root certificate cannot be used: there is none in the PEM"));
            }
            builder = builder.tls_certs_merge(bundle);
        }
        builder.build().map(ReqwestTransport).map_err(|error| broken("the HTTP stack cannot be set up", error))
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
}
