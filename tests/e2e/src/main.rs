//! The generated client against an independent OAuth server. Run it with `cargo xtask e2e`.

mod browser;
mod flow;
mod proxy;
mod server;

mod authorization_code;
mod client_credentials;
mod discovery;
mod errors;
mod introspection;
mod keys;
mod managed_user;
mod refresh;
mod registration;
mod retries;
