//! Tests of the runtime. They are not copied into a product.

#![allow(unreachable_pub, reason = "the sample API is public where it is generated")]

mod api;
mod authorization;
#[cfg(feature = "blocking")]
mod blocking;
mod challenges;
mod conformance;
mod discovery;
mod environment;
mod escape_hatch;
mod flows;
mod lists;
#[cfg(feature = "loopback")]
mod loopback;
mod managed;
mod managed_copies;
mod managed_flight;
mod managed_store;
mod managed_user;
mod modules;
mod parameters;
mod retries;
mod secrecy;
mod shared_future;
mod token_state;
#[cfg(feature = "tracing")]
mod trace;
mod values;
#[cfg(feature = "verify")]
mod verify;
#[cfg(feature = "reqwest")]
mod wire;

use std::time::{Duration, SystemTime};

use crate::{
    Client, ClientAuth, ClientBuilder,
    test_util::{ScriptedTransport, TestClock},
};

/// 2026-01-01T00:00:00Z.
fn new_year() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600)
}

/// A builder whose client talks to the script and lives in virtual time.
fn builder(script: &ScriptedTransport) -> ClientBuilder {
    Client::builder().transport(script.clone()).clock(TestClock::at(new_year()))
}

/// A client with an API key and client authentication.
fn client(script: &ScriptedTransport) -> Client {
    builder(script).api_key("key-1").client_auth(ClientAuth::basic("id-1", "secret-1")).build().unwrap()
}
