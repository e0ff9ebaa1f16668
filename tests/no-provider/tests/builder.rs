//! Number 20 of the conformance list.

use telnyx_oauth::{Client, Error};

#[test]
fn tls_without_a_provider_is_an_error_of_the_builder() {
    let error = Client::builder().build().expect_err("there is no provider");
    assert!(matches!(error, Error::Configuration { .. }), "{error:?}");
    assert!(error.to_string().contains("provider of rustls"), "{error}");
}
