//! The JWK set (RFC 7517), and access tokens that are JWTs (RFC 9068).

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, TokenData, Validation, decode, decode_header};
use serde_json::Value;
use telnyx_oauth::types::{JwkSet, TokenRequest};
use telnyx_oauth::{Verifier, VerifyError};

use crate::server::{builder, client, issuer, registered};

/// The token of a client whose tokens are signed, and the keys.
async fn signed(name: &str) -> (String, JwkSet) {
    let client = client(registered(name).basic());
    let token = client.oauth().token(TokenRequest::client_credentials().scope("admin")).await.unwrap();
    (token.access_token.expose().to_owned(), client.oauth().jwks().await.unwrap())
}

/// Verifies a token with the key its header names, as the crate read it.
fn verify(token: &str, keys: &JwkSet, algorithm: Algorithm, audience: &str) -> TokenData<Value> {
    let header = decode_header(token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    let key = keys.keys.iter().find(|key| key.kid == header.kid).unwrap();
    let key: Jwk = serde_json::from_value(serde_json::to_value(key).unwrap()).unwrap();
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[issuer()]);
    validation.set_audience(&[audience]);
    decode(token, &DecodingKey::from_jwk(&key).unwrap(), &validation).unwrap()
}

#[tokio::test]
async fn the_keys_keep_their_material_and_have_no_private_part() {
    let keys = builder().build().unwrap().oauth().jwks().await.unwrap();
    let key = |kid: &str| keys.keys.iter().find(|key| key.kid.as_deref() == Some(kid)).unwrap();
    let (rsa, ec) = (key("rsa"), key("ec"));
    assert_eq!((rsa.kty.as_str(), rsa.use_.as_deref(), rsa.alg.as_deref()), ("RSA", Some("sig"), Some("RS256")));
    assert_eq!(rsa.e.as_deref(), Some("AQAB"));
    assert_eq!(rsa.n.as_ref().unwrap().len(), 342, "2048 bits in base64url");
    assert_eq!((ec.kty.as_str(), ec.crv.as_deref()), ("EC", Some("P-256")));
    assert_eq!((ec.x.as_ref().unwrap().len(), ec.y.as_ref().unwrap().len()), (43, 43));
    for key in &keys.keys {
        assert!(!serde_json::to_value(key).unwrap().as_object().unwrap().contains_key("d"));
    }
}

#[tokio::test]
async fn the_rsa_key_verifies_an_access_token() {
    let (token, keys) = signed("signed_rsa").await;
    let claims = verify(&token, &keys, Algorithm::RS256, "https://rsa.example/api").claims;
    assert_eq!(claims["client_id"], registered("signed_rsa").id);
    assert_eq!(claims["scope"], "admin");
}

#[tokio::test]
async fn the_elliptic_curve_key_verifies_an_access_token() {
    let (token, keys) = signed("signed_ec").await;
    let claims = verify(&token, &keys, Algorithm::ES256, "https://ec.example/api").claims;
    assert_eq!(claims["client_id"], registered("signed_ec").id);
}

#[tokio::test]
async fn the_verifier_believes_tokens_of_the_server_that_are_for_us() {
    let public = builder().build().unwrap();
    for (name, audience) in [("signed_rsa", "https://rsa.example/api"), ("signed_ec", "https://ec.example/api")] {
        let (token, _) = signed(name).await;
        let claims = Verifier::new(&public, issuer(), audience).verify(&token).await.unwrap();
        assert_eq!(claims.client_id.as_deref(), Some(registered(name).id));
        assert_eq!(claims.scopes().collect::<Vec<_>>(), ["admin"]);

        let elsewhere = Verifier::new(&public, issuer(), "https://other.example/api");
        assert!(matches!(elsewhere.verify(&token).await, Err(VerifyError::Audience)));
        let impostor = Verifier::new(&public, "https://other.example", audience);
        assert!(matches!(impostor.verify(&token).await, Err(VerifyError::Issuer)));
    }
}

#[test]
fn tokens_and_keys_can_be_had_without_async() {
    let client = client(registered("signed_rsa").basic());
    let token = client.oauth().token(TokenRequest::client_credentials().scope("admin")).call().unwrap();
    let verifier = Verifier::new(&client, issuer(), "https://rsa.example/api");
    let claims = client.block_on(verifier.verify(token.access_token.expose())).unwrap().unwrap();
    assert_eq!(claims.client_id.as_deref(), Some(registered("signed_rsa").id));
}
