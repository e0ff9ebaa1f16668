//! TLS with a root of one's own, and proxies.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use contract::raw::{Duplex, Server, json};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use telnyx_oauth::{Client, ClientAuth, ClientBuilder, Error};

/// An authority that nobody knows, and a server with a certificate of it for `localhost`.
struct World {
    root: String,
    server: Server,
}

impl World {
    fn new() -> Self {
        let mut authority = CertificateParams::new([]).expect("no names");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let root = authority.self_signed(&key).expect("a certificate").pem();
        let issuer = Issuer::new(authority, key);
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
        let certificate = params.signed_by(&key, &issuer).expect("a certificate");
        let config = ServerConfig::builder_with_provider(default_provider().into())
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .expect("a certificate and its key");
        let config = Arc::new(config);
        let wrap = move |stream: TcpStream| -> Option<Box<dyn Duplex>> {
            let connection = ServerConnection::new(Arc::clone(&config)).ok()?;
            Some(Box::new(StreamOwned::new(connection, stream)))
        };
        let server = Server::start_wrapped(wrap, |connection| {
            while connection.request().is_some() {
                connection.write(json(200, r#"{"active":true}"#));
            }
        });
        Self { root, server }
    }

    fn builder(&self, host: &str) -> ClientBuilder {
        let auth = ClientAuth::basic("id", "secret");
        Client::builder().base_url(format!("https://{host}:{}", self.server.address().port())).client_auth(auth)
    }
}

async fn introspect(builder: ClientBuilder) -> Result<bool, Error> {
    let client = builder.build().expect("complete");
    client.oauth().introspect("token").max_retries(0).await.map(|state| state.active)
}

#[tokio::test]
async fn a_root_certificate_that_is_set_is_trusted_and_no_other_is() {
    let (world, other) = (World::new(), World::new());
    let trusting = world.builder("localhost").no_proxy().root_certificates(world.root.clone());
    assert!(introspect(trusting).await.expect("the server is trusted"));
    assert_eq!(world.server.requests().len(), 1);

    let both = format!("{}{}", other.root, world.root);
    assert!(introspect(world.builder("localhost").no_proxy().root_certificates(both)).await.expect("one of two"));

    let distrusting = [
        world.builder("localhost").no_proxy(),
        world.builder("localhost").no_proxy().root_certificates(other.root.clone()),
        // The certificate is for another name.
        world.builder("127.0.0.1").no_proxy().root_certificates(world.root.clone()),
    ];
    for builder in distrusting {
        let error = introspect(builder).await.expect_err("the server is not trusted");
        assert!(matches!(error, Error::Transport { .. }) && !error.may_have_been_sent(), "{error:?}");
    }
    assert_eq!(world.server.requests().len(), 2, "nothing was sent to a server that is not trusted");
}

/// A proxy that opens tunnels (RFC 9110 section 9.3.6), and the requests for them.
fn tunnels() -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("an address");
    let asked = Arc::new(Mutex::new(Vec::new()));
    let requests = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut near, mut head, mut byte) = (stream.expect("a connection"), Vec::new(), [0]);
            while !head.ends_with(b"\r\n\r\n") && near.read(&mut byte).is_ok_and(|length| length == 1) {
                head.push(byte[0]);
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
            requests.lock().unwrap_or_else(PoisonError::into_inner).push(head);
            let Ok(far) = TcpStream::connect(target) else { continue };
            near.write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok();
            let clones = (near.try_clone().expect("a clone"), far.try_clone().expect("a clone"));
            thread::spawn(move || pipe(near, far));
            thread::spawn(move || pipe(clones.1, clones.0));
        }
    });
    (address, asked)
}

fn pipe(mut from: TcpStream, mut to: TcpStream) {
    std::io::copy(&mut from, &mut to).ok();
    to.shutdown(Shutdown::Write).ok();
}

#[tokio::test]
async fn a_proxy_carries_tls_without_seeing_into_it() {
    let world = World::new();
    let (proxy, asked) = tunnels();
    let builder = world.builder("localhost").root_certificates(world.root.clone());
    assert!(introspect(builder.proxy(format!("http://user:pass@{proxy}"))).await.expect("by way of the proxy"));
    let asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(asked.len(), 1);
    let head = asked[0].to_lowercase();
    assert!(head.starts_with(&format!("connect localhost:{} http/1.1\r\n", world.server.address().port())), "{head}");
    assert!(head.contains("\r\nproxy-authorization: basic dxnlcjpwyxnz\r\n"), "{head}");
    assert!(!head.contains("\r\nauthorization:") && !head.contains("introspect"), "{head}");
    let [request] = &world.server.requests()[..] else { panic!("one request") };
    assert_eq!((request.target(), request.header("authorization")), ("/oauth/introspect", Some("Basic aWQ6c2VjcmV0")));
    assert_eq!(request.header("proxy-authorization"), None);
}

#[tokio::test]
async fn a_proxy_that_does_not_answer_as_one_received_nothing() {
    let proxy = Server::answering(|_, _| json(407, "{}"));
    let builder = World::new().builder("localhost").proxy(proxy.url());
    let error = introspect(builder).await.expect_err("no tunnel");
    assert!(matches!(error, Error::Transport { .. }) && !error.may_have_been_sent(), "{error:?}");
    assert!(proxy.requests().iter().all(|request| request.header("authorization").is_none()));
}
