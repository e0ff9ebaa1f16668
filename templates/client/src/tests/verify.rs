//! Verification of access tokens.

use std::{sync::LazyLock, time::Duration};

use aws_lc_rs::{
    encoding::AsBigEndian as _,
    rand::SystemRandom,
    rsa,
    signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::Response;
use serde_json::{Value, json};

use super::new_year;
use crate::{
    Body, Client, Error, RetryPolicy, TransportErrorKind, Verifier, VerifyError,
    test_util::{ScriptedTransport, TestClock},
};

const ISSUER: &str = "https://as.example.com";
const AUDIENCE: &str = "https://api.example.com";
const NEW_YEAR: i64 = 1_767_225_600;

struct Keys {
    ed: Ed25519KeyPair,
    ec: EcdsaKeyPair,
    rsa: RsaKeyPair,
}

/// Keys of this run of the tests.
static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys {
    ed: Ed25519KeyPair::generate().unwrap(),
    ec: EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
    rsa: RsaKeyPair::generate(rsa::KeySize::Rsa2048).unwrap(),
});

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn jwk(kind: &str, id: &str) -> Value {
    match kind {
        "ed" => json!({"kty": "OKP", "crv": "Ed25519", "kid": id, "x": encode(KEYS.ed.public_key())}),
        "ec" => {
            let point = KEYS.ec.public_key().as_ref();
            json!({"kty": "EC", "crv": "P-256", "kid": id, "x": encode(&point[1..33]), "y": encode(&point[33..])})
        }
        _ => {
            let key = KEYS.rsa.public_key();
            let (n, e) = (key.modulus(), key.exponent());
            json!({"kty": "RSA", "kid": id, "use": "sig", "n": encode(n.big_endian_without_leading_zero()),
                   "e": encode(e.big_endian_without_leading_zero())})
        }
    }
}

fn sign(algorithm: &str, message: &[u8]) -> Vec<u8> {
    let random = SystemRandom::new();
    let rsa = |padding| {
        let mut bytes = vec![0; KEYS.rsa.public_modulus_len()];
        KEYS.rsa.sign(padding, &random, message, &mut bytes).unwrap();
        bytes
    };
    match algorithm {
        "EdDSA" => KEYS.ed.sign(message).as_ref().to_vec(),
        "ES256" => KEYS.ec.sign(&random, message).unwrap().as_ref().to_vec(),
        "PS256" => rsa(&signature::RSA_PSS_SHA256),
        "RS256" => rsa(&signature::RSA_PKCS1_SHA256),
        "RS512" => rsa(&signature::RSA_PKCS1_SHA512),
        _ => Vec::new(),
    }
}

/// A token whose header is that of an access token where it does not say otherwise.
fn token_of(header: &Value, claims: &Value) -> String {
    let mut header = header.clone();
    header.as_object_mut().unwrap().entry("typ").or_insert("at+jwt".into());
    let signed = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
    let signature = sign(header["alg"].as_str().unwrap(), signed.as_bytes());
    format!("{signed}.{}", encode(signature))
}

fn claims() -> Value {
    json!({"iss": ISSUER, "aud": AUDIENCE, "exp": NEW_YEAR + 600, "iat": NEW_YEAR, "sub": "u", "client_id": "c",
           "jti": "j", "scope": "read write", "org": 7})
}

fn claims_with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

/// Signed by the Ed25519 key.
fn token(id: &str, claims: &Value) -> String {
    token_of(&json!({"alg": "EdDSA", "kid": id}), claims)
}

struct Setup {
    script: ScriptedTransport,
    clock: TestClock,
    verifier: Verifier,
}

impl Setup {
    fn new(keys: &Value) -> Self {
        let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
        let builder = Client::builder().transport(script.clone()).clock(clock.clone()).retry(RetryPolicy::none());
        let client = builder.api_key("k").build().unwrap();
        script.respond_json(200, &json!({"keys": keys}));
        Self { script, clock, verifier: Verifier::new(&client, ISSUER, AUDIENCE) }
    }

    fn respond(&self, cache_control: &str, keys: &Value) {
        let response = Response::builder().header("cache-control", cache_control);
        self.script.respond_with(response.body(Body::from(json!({"keys": keys}).to_string())).unwrap());
    }

    async fn refusal(&self, token: &str) -> VerifyError {
        self.verifier.verify(token).await.unwrap_err()
    }

    fn asked(&self) -> usize {
        self.script.requests().len()
    }
}

#[tokio::test]
async fn tokens_signed_by_each_accepted_algorithm_are_believed() {
    let setup = Setup::new(&json!([jwk("ed", "1"), jwk("ec", "2"), jwk("rsa", "3")]));
    for (algorithm, id) in [("EdDSA", "1"), ("ES256", "2"), ("RS256", "3"), ("PS256", "3")] {
        let token = token_of(&json!({"alg": algorithm, "kid": id}), &claims());
        let claims = setup.verifier.verify(&token).await.unwrap();
        assert_eq!((claims.sub.as_deref(), claims.exp.unix_seconds()), (Some("u"), NEW_YEAR + 600));
        assert_eq!(claims.scopes().collect::<Vec<_>>(), ["read", "write"]);
        assert_eq!(claims.extra["org"], 7);

        let mut changed: Vec<&str> = token.split('.').collect();
        let other = encode(claims_with("sub", json!("admin")).to_string());
        changed[1] = &other;
        assert!(matches!(setup.refusal(&changed.join(".")).await, VerifyError::Signature), "{algorithm}");
    }
    assert_eq!(setup.asked(), 1);
    setup.script.requests()[0].assert_no_credential();
}

#[tokio::test]
async fn unsigned_tokens_and_other_algorithms_are_refused_before_keys_are_fetched() {
    let setup = Setup::new(&json!([jwk("rsa", "1")]));
    for algorithm in ["none", "None", "HS256", "RS512", "ES384", "", "Ed25519"] {
        let token = token_of(&json!({"alg": algorithm, "kid": "1"}), &claims());
        assert!(matches!(setup.refusal(&token).await, VerifyError::Algorithm), "{algorithm}");
    }
    let token = token_of(&json!({"alg": "RS256", "kid": "1", "crit": ["exp"], "exp": 1}), &claims());
    assert!(matches!(setup.refusal(&token).await, VerifyError::Critical));
    for malformed in ["", ".", "..", "a.b.c", "a.b", "e30.e30.e30.e30", "{}.{}.x", &"a".repeat(20_000)] {
        assert!(matches!(setup.refusal(malformed).await, VerifyError::Malformed), "{malformed}");
    }
    assert_eq!(setup.asked(), 0);
}

#[tokio::test]
async fn a_key_is_used_only_for_what_it_is_meant_for() {
    let mut named = jwk("rsa", "1");
    named["alg"] = json!("PS256");
    let mut encrypts = jwk("ed", "2");
    encrypts["use"] = json!("enc");
    let setup = Setup::new(&json!([named, encrypts, jwk("ec", "3")]));
    for (algorithm, id) in [("RS256", "1"), ("EdDSA", "2"), ("EdDSA", "3"), ("ES256", "1")] {
        let token = token_of(&json!({"alg": algorithm, "kid": id}), &claims());
        assert!(matches!(setup.refusal(&token).await, VerifyError::UnknownKey), "{algorithm} {id}");
    }
    assert!(setup.verifier.verify(&token_of(&json!({"alg": "PS256", "kid": "1"}), &claims())).await.is_ok());
}

#[tokio::test]
async fn keys_that_cannot_be_used_do_not_spoil_the_others() {
    let setup = Setup::new(&json!([
        {"kty": "AKP", "kid": "x", "alg": "ML-DSA-44", "pub": "AA"}, {"kty": "oct", "kid": "1", "k": "AAAA"}, 7,
        {"kty": "RSA", "kid": "1", "n": "!", "e": "AQAB"}, {"kid": "1"}, {"kty": "EC", "crv": "P-256", "kid": "1"},
        jwk("ed", "1"),
    ]));
    assert!(setup.verifier.verify(&token("1", &claims())).await.is_ok());
}

#[tokio::test]
async fn issuer_audience_and_time_are_checked() {
    let setup = Setup::new(&json!([jwk("ed", "1")]));
    let verify = async |name: &str, value: Value| setup.verifier.verify(&token("1", &claims_with(name, value))).await;

    for issuer in [json!("https://as.example.com/"), json!("https://AS.example.com"), json!("")] {
        assert!(matches!(verify("iss", issuer).await, Err(VerifyError::Issuer)));
    }
    assert!(verify("aud", json!(["other", AUDIENCE])).await.is_ok());
    for audience in [json!([]), json!("other"), json!("https://api.example.com/")] {
        assert!(matches!(verify("aud", audience).await, Err(VerifyError::Audience)));
    }
    assert!(verify("exp", json!(NEW_YEAR - 59)).await.is_ok());
    assert!(verify("exp", json!(NEW_YEAR as f64 + 0.5)).await.is_ok());
    assert!(matches!(verify("exp", json!(NEW_YEAR - 60)).await, Err(VerifyError::Expired)));
    assert!(verify("nbf", json!(NEW_YEAR + 60)).await.is_ok());
    assert!(matches!(verify("nbf", json!(NEW_YEAR + 61)).await, Err(VerifyError::NotYetValid)));
    for (name, value) in [("iss", json!(null)), ("aud", json!(null)), ("exp", json!(null)), ("exp", json!("9"))] {
        assert!(matches!(verify(name, value).await, Err(VerifyError::Malformed)), "{name}");
    }
    let strict = setup.verifier.clone().leeway(Duration::ZERO);
    let expired = token("1", &claims_with("exp", json!(NEW_YEAR)));
    assert!(matches!(strict.verify(&expired).await, Err(VerifyError::Expired)));
    assert!(setup.verifier.verify(&expired).await.is_ok());
}

#[tokio::test]
async fn the_type_is_checked() {
    let setup = Setup::new(&json!([jwk("ed", "1")]));
    let plain = setup.verifier.clone().allow_plain_jwt();
    let cases = [
        (json!("at+jwt"), true, true),
        (json!("application/AT+JWT"), true, true),
        (json!("JWT"), false, true),
        (json!(null), false, true),
        (json!("logout+jwt"), false, false),
        (json!("dpop+jwt"), false, false),
    ];
    for (typ, usual, relaxed) in cases {
        let token = token_of(&json!({"alg": "EdDSA", "kid": "1", "typ": typ}), &claims());
        assert_eq!(setup.verifier.verify(&token).await.is_ok(), usual, "{typ}");
        assert_eq!(plain.verify(&token).await.is_ok(), relaxed, "{typ}");
    }
}

#[tokio::test]
async fn an_access_token_has_all_claims_it_must_have() {
    let setup = Setup::new(&json!([jwk("ed", "1")]));
    let plain = setup.verifier.clone().allow_plain_jwt();
    for name in ["iss", "aud", "exp", "sub", "client_id", "iat", "jti"] {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        let token = token("1", &claims);
        let error = setup.refusal(&token).await;
        let optional = !["iss", "aud", "exp"].contains(&name);
        assert_eq!(matches!(error, VerifyError::MissingClaim(missing) if missing == name), optional, "{name}: {error}");
        assert_eq!(matches!(error, VerifyError::Malformed), !optional, "{name}: {error}");
        assert_eq!(plain.verify(&token).await.is_ok(), optional, "{name}");
    }
}

#[tokio::test]
async fn a_token_without_a_key_identifier_is_believed_when_one_key_fits() {
    let unnamed = token_of(&json!({"alg": "EdDSA"}), &claims());
    let setup = Setup::new(&json!([jwk("ed", "1"), jwk("rsa", "2")]));
    assert!(setup.verifier.verify(&unnamed).await.is_ok());
    let setup = Setup::new(&json!([jwk("ed", "1"), jwk("ed", "2")]));
    assert!(matches!(setup.refusal(&unnamed).await, VerifyError::UnknownKey));
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_in_a_while() {
    let setup = Setup::new(&json!([jwk("rsa", "1")]));
    assert!(matches!(setup.refusal(&token("2", &claims())).await, VerifyError::UnknownKey));
    assert!(matches!(setup.refusal(&token("3", &claims())).await, VerifyError::UnknownKey));
    assert_eq!(setup.asked(), 1);

    setup.clock.advance(Duration::from_secs(30));
    setup.respond("max-age=600", &json!([jwk("ed", "2")]));
    assert!(setup.verifier.verify(&token("2", &claims())).await.is_ok());
    assert!(matches!(setup.refusal(&token("3", &claims())).await, VerifyError::UnknownKey));
    assert_eq!(setup.asked(), 2);
}

#[tokio::test]
async fn keys_are_kept_as_long_as_the_server_says() {
    let setup = Setup::new(&json!([]));
    setup.verifier.verify(&token("1", &claims())).await.unwrap_err();
    setup.clock.advance(Duration::from_secs(30));
    setup.respond("public, MAX-AGE=\"100\"", &json!([jwk("ed", "1")]));
    let lasting = token("1", &claims_with("exp", json!(NEW_YEAR + 1_000_000)));
    for (advance, asked) in [(0, 2), (99, 2), (1, 3), (599, 3), (1, 4), (29, 4), (1, 5)] {
        match (advance, asked) {
            (1, 3) => drop(setup.script.respond_json(200, &json!({"keys": [jwk("ed", "1")]}))),
            (1, 4) => setup.respond("no-store", &json!([jwk("ed", "1")])),
            (1, 5) => setup.respond("max-age=99999999999", &json!([jwk("ed", "1")])),
            _ => {}
        }
        setup.clock.advance(Duration::from_secs(advance));
        setup.verifier.verify(&lasting).await.unwrap();
        assert_eq!(setup.asked(), asked, "after {advance} s");
    }
    setup.clock.advance(Duration::from_secs(24 * 3600));
    setup.respond("max-age=1", &json!([]));
    assert!(matches!(setup.refusal(&lasting).await, VerifyError::UnknownKey), "a withdrawn key ends");
}

#[tokio::test]
async fn keys_outlive_an_outage_of_an_hour() {
    let setup = Setup::new(&json!([jwk("ed", "1")]));
    let lasting = token("1", &claims_with("exp", json!(NEW_YEAR + 1_000_000)));
    setup.verifier.verify(&lasting).await.unwrap();
    setup.clock.advance(Duration::from_secs(600));
    setup.script.fail(TransportErrorKind::Connect);
    setup.verifier.verify(&lasting).await.unwrap();
    setup.verifier.verify(&lasting).await.unwrap();
    assert_eq!(setup.asked(), 2, "a failure is not repeated at once");
    setup.clock.advance(Duration::from_secs(3600));
    setup.script.fail(TransportErrorKind::Connect);
    let error = setup.refusal(&lasting).await;
    assert!(matches!(&error, VerifyError::Keys(Error::Transport { .. })), "{error}");
    assert!(Error::from(error).is_retryable());
}

#[tokio::test]
async fn callers_at_once_share_one_request_for_keys() {
    let setup = Setup::new(&json!([jwk("ed", "1")]));
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let verifier = setup.verifier.clone();
            tokio::spawn(async move { verifier.verify(&token("1", &claims())).await.is_ok() })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap());
    }
    assert_eq!(setup.asked(), 1);
}

#[tokio::test]
async fn what_is_no_key_set_is_said_to_be_none() {
    let setup = Setup::new(&json!("S3NTINEL"));
    let error = setup.refusal(&token("S3NTINEL", &claims())).await;
    assert!(matches!(error, VerifyError::Keys(Error::Decode(_))));
    assert!(!format!("{error} {error:?}").contains("S3NTINEL"));
}

#[tokio::test]
async fn forged_tokens_cause_no_requests_while_the_keys_cannot_be_had() {
    let setup = Setup::new(&json!([]));
    let script = ScriptedTransport::new();
    for _ in 0..2 {
        script.respond_json(400, &json!({}));
    }
    let client = Client::builder().transport(script.clone()).clock(setup.clock.clone()).build().unwrap();
    let verifier = Verifier::new(&client, ISSUER, AUDIENCE);
    for _ in 0..5 {
        assert!(matches!(verifier.verify(&token("forged", &claims())).await, Err(VerifyError::Keys(_))));
    }
    assert_eq!(script.requests().len(), 1);
    setup.clock.advance(Duration::from_secs(1));
    assert!(verifier.verify(&token("forged", &claims())).await.is_err());
    assert_eq!(script.requests().len(), 2, "no token can be judged meanwhile, so the pause is short");
}
