//! The hand-written part of every generated client.
// What a product does not use is dead here, and not copied there.
#![allow(dead_code, unused_imports, unused_macros)]

mod api_error;
mod authorization;
mod authorization_server;
#[cfg(feature = "blocking")]
mod blocking;
mod body;
mod builder;
mod call;
mod challenge;
mod client;
mod client_auth;
mod clock;
mod credentials;
mod decode_error;
mod discovery;
mod encode;
mod error;
mod extra;
pub mod http;
#[cfg(feature = "verify")]
mod key_set;
#[cfg(feature = "loopback")]
mod loopback;
mod managed_token;
mod multipart;
mod nullable;
mod oauth_error;
mod open_enum;
mod operation;
mod page;
mod parameter;
mod parts;
mod path;
mod pkce;
mod product;
mod random;
mod redirect;
mod renewal;
mod request;
#[cfg(feature = "reqwest")]
mod reqwest_transport;
mod resource_indicator;
mod response;
mod retry;
mod seconds;
mod secret;
mod shared_future;
#[cfg(any(test, feature = "test-util"))]
pub mod test_util;
mod timestamp;
mod token_set;
mod token_state;
mod token_store;
mod trace;
mod transport;
mod union;
#[cfg(feature = "verify")]
mod verify;
mod wire;

#[cfg(test)]
mod tests;

pub use api_error::{ApiError, ErrorDetail};
pub use authorization::{AuthorizationAttempt, AuthorizationCode, CallbackError, Denial, State};
#[cfg(feature = "blocking")]
pub use blocking::BlockingIter;
pub use body::Body;
pub use builder::ClientBuilder;
pub use challenge::Challenge;
pub use client::Client;
pub use client_auth::{ClientAuth, ClientAuthError, ClientSecret};
pub use clock::{Clock, SystemClock};
pub use credentials::{Credential, Credentials};
pub use decode_error::DecodeError;
pub use discovery::{Discovery, DiscoveryError};
pub use error::Error;
pub use extra::Extra;
#[cfg(feature = "loopback")]
pub use loopback::{CallbackQuery, LoopbackError, LoopbackListener};
pub use managed_token::ManagedToken;
pub use multipart::{FilePart, Multipart, Part};
pub use nullable::Nullable;
pub use open_enum::UnknownValue;
pub use operation::Encoding;
pub use page::{Items, Page, Pages};
pub use pkce::CodeVerifier;
pub use redirect::{Redirect, RedirectError};
pub use renewal::AuthorizationRequired;
pub use request::{Reader, Request};
#[cfg(feature = "reqwest")]
pub use reqwest_transport::ReqwestTransport;
pub use response::{RawResponse, Response};
pub use retry::RetryPolicy;
pub use secret::{ApiKey, Expose};
pub use timestamp::{ParseTimestampError, Timestamp};
pub use token_set::{AccessToken, AnyToken, RefreshToken, TokenSet, TokenTypeError};
pub use token_store::{TokenStore, TokenStoreError, TokenStoreLock};
pub use transport::{BoxFuture, HttpTransport, TransportError, TransportErrorKind};
pub use union::UnknownVariant;
#[cfg(feature = "verify")]
pub use verify::{AccessTokenClaims, Verifier, VerifyError};
