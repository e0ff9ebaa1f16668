//! Making a call: attempts, and what the response means.

use std::{pin::pin, sync::Arc};

use bytes::Bytes;
use http::{StatusCode, Uri, header};

use crate::{
    api_error::ApiError,
    body::{Body, CollectError},
    challenge::Challenge,
    client::Client,
    clock::within,
    credentials::{Credential, TokenSource},
    error::Error,
    operation::Operation,
    parts::Parts,
    redirect::{Redirect, RedirectError},
    response::BufferedResponse,
    retry,
    trace::Trace,
};

/// The HTTP request, without any waiting.
pub(crate) fn without_io(parts: &Parts) -> Result<http::Request<Body>, Error> {
    let schemes = parts.schemes()?;
    let token = parts.token_source(schemes).and_then(|source| source.at_hand(parts.client.shared.clock.now()));
    parts.to_http(schemes, token.as_ref())
}

/// Makes the call and gives a success whose body has arrived.
pub(crate) async fn buffered(parts: &Parts) -> Result<BufferedResponse, Error> {
    let response = perform(parts, Wanted::Value).await?;
    let response = judge(&parts.client, parts.operation, response)?;
    Ok(buffer(parts.operation, response))
}

/// Makes the call and gives a success whose body may still be on its way.
pub(crate) async fn streamed(parts: &Parts) -> Result<http::Response<Body>, Error> {
    let response = perform(parts, Wanted::Stream).await?;
    let response = judge(&parts.client, parts.operation, response)?;
    let clock = Arc::clone(&parts.client.shared.clock);
    Ok(response.map(|body| body.with_idle_limit(clock, parts.time_limit())))
}

/// Makes the call, with as many attempts as are allowed, and gives the last response.
pub(crate) async fn perform(parts: &Parts, wanted: Wanted) -> Result<http::Response<Body>, Error> {
    let trace = Trace::new(parts);
    // Futures are lent, here and below: each time one is passed on, it would be copied, and it is large.
    trace.clone().within(pin!(attempts(parts, wanted, &trace))).await
}

async fn attempts(parts: &Parts, wanted: Wanted, trace: &Trace) -> Result<http::Response<Body>, Error> {
    let shared = &parts.client.shared;
    let schemes = parts.schemes()?;
    let source = parts.token_source(schemes);
    let max_retries = parts.max_retries.unwrap_or(shared.retry.limit());
    let mut retries = 0;
    // The answer that refused the first token.
    let mut refusal: Option<Box<http::Response<Body>>> = None;
    loop {
        let token = match source {
            Some(source) => match token(parts, source).await {
                Ok(token) => Some(token),
                Err(error) => {
                    return match refusal {
                        Some(refusal) => Ok(not_renewed(*refusal, error)),
                        None => Err(error),
                    };
                }
            },
            None => None,
        };
        let request = parts.to_http(schemes, token.as_ref())?;
        trace.attempt(1 + retries + u32::from(refusal.is_some()));
        let outcome = attempt(parts, request, wanted).await;
        trace.outcome(&outcome);

        // A token that was revoked early is replaced once; a refused request had no effect, so it can be repeated.
        let outcome = match (outcome, source, &token) {
            (Ok(response), Some(source), Some(refused))
                if refusal.is_none()
                    && refuses_token(&response)
                    && parts.payload.can_repeat()
                    && source.reject(refused, shared.clock.now()) =>
            {
                refusal = Some(Box::new(response));
                continue;
            }
            (outcome, ..) => outcome,
        };
        if outcome.as_ref().is_ok_and(|response| !retry::is_passing(response.status())) {
            shared.budget.succeed();
        }
        let allowed = match &outcome {
            Ok(response) => retry::allows_after_status(parts.class, response.status()),
            Err(error) => retry::allows_after_error(parts.class, error),
        };
        if !allowed || retries >= max_retries || !parts.payload.can_repeat() {
            return outcome;
        }
        let headers = outcome.as_ref().ok().map(http::Response::headers);
        let asked = headers.and_then(|headers| retry::retry_after(headers, shared.clock.now()));
        let Some(wait) = shared.retry.wait_after(retries, asked, shared.clock.jitter()) else { return outcome };
        if !shared.budget.take() {
            return outcome;
        }
        trace.repeats(wait);
        shared.clock.sleep(wait).await;
        retries += 1;
    }
}

/// The token at hand, or a new one, for as long as an attempt may take. The request for it goes on for whoever else needs
/// it.
async fn token(parts: &Parts, source: &Arc<dyn TokenSource>) -> Result<Credential, Error> {
    match source.ready(parts.client.shared.clock.now()) {
        Some(token) => Ok(token),
        None => source.fetch(&parts.client, parts.time_limit()).await,
    }
}

/// Whether another token may be taken where this one was not. A challenge that names another fault is not met by one like
/// it: more scope (RFC 6750 section 3.1), a stronger authentication of the user (RFC 9470 section 3).
fn refuses_token(response: &http::Response<Body>) -> bool {
    response.status() == StatusCode::UNAUTHORIZED
        && Challenge::all(response.headers())
            .iter()
            .all(|challenge| challenge.parameter("error").is_none_or(|error| error == "invalid_token"))
}

/// Why there was no other token after one was refused.
#[derive(Clone)]
struct NotRenewed(Arc<Error>);

/// The refusal, which says more about what the server wants than a failure to satisfy it.
fn not_renewed(mut refusal: http::Response<Body>, error: Error) -> http::Response<Body> {
    refusal.extensions_mut().insert(NotRenewed(Arc::new(error)));
    refusal
}

/// The URL that was refused, for who wants to know whether an answer speaks for it.
#[derive(Clone)]
struct Asked(Uri);

/// Sends the request and waits for the response, for as long as an attempt may take.
async fn attempt(parts: &Parts, request: http::Request<Body>, wanted: Wanted) -> Result<http::Response<Body>, Error> {
    let shared = &parts.client.shared;
    let (operation, limit) = (parts.operation, parts.time_limit());
    let url = request.uri().clone();
    let sending = shared.transport.send(request);
    let exchange = pin!(async {
        let sent = sending.await;
        let mut response = sent.map_err(|source| Error::Transport { operation: operation.id, source })?;
        if response.status() == StatusCode::UNAUTHORIZED {
            response.extensions_mut().insert(Asked(url));
        }
        collect(&parts.client, operation, response, wanted).await
    });
    within(&*shared.clock, limit, exchange).await.unwrap_or(Err(Error::Timeout { operation: operation.id, limit }))
}

/// What of a response is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The whole body of a success.
    Value,
    /// The body of a success as it comes.
    Stream,
    /// The whole body, whatever the status.
    Raw,
}

/// As much as is kept of the body of a failure, in bytes. What a server says of a failure is short; how it fails is not.
const LONGEST_FAILURE: usize = 1024 * 1024;

/// Waits for the body of a response. A failure is told by its status: its body may be too long or break off.
pub(crate) async fn collect(
    client: &Client,
    operation: &Operation,
    response: http::Response<Body>,
    wanted: Wanted,
) -> Result<http::Response<Body>, Error> {
    match (wanted, operation.is_success(response.status())) {
        (Wanted::Stream, true) => return Ok(response),
        (Wanted::Value | Wanted::Stream, false) => {
            let limit = client.shared.max_response_bytes.min(LONGEST_FAILURE);
            let (head, body) = response.into_parts();
            return Ok(http::Response::from_parts(head, body.collect_part(limit).await.into()));
        }
        (Wanted::Value, true) | (Wanted::Raw, _) => {}
    }
    let limit = client.shared.max_response_bytes;
    let too_large = || Error::TooLarge { operation: operation.id, limit };
    let announced = response.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > limit as u64) {
        return Err(too_large());
    }
    let (head, body) = response.into_parts();
    match body.collect(limit).await {
        Ok(bytes) => Ok(http::Response::from_parts(head, bytes.into())),
        Err(CollectError::TooLarge) => Err(too_large()),
        Err(CollectError::Transport(source)) => Err(Error::Transport { operation: operation.id, source }),
    }
}

/// Passes on a success, and makes an error of everything else.
pub(crate) fn judge(
    client: &Client,
    operation: &Operation,
    response: http::Response<Body>,
) -> Result<http::Response<Body>, Error> {
    let status = response.status();
    if operation.is_success(status) {
        return Ok(response);
    }
    if status.is_redirection() {
        let location = Redirect::of(status, response.headers());
        return Err(Error::Redirect(Box::new(RedirectError { operation: operation.id, status, location })));
    }
    let (head, body) = response.into_parts();
    let retry_after = retry::retry_after(&head.headers, client.shared.clock.now());
    let mut error = ApiError::new(operation.id, status, head.headers, bytes(body), retry_after);
    error.url = head.extensions.get().map(|Asked(url)| url.clone());
    error.renewal = head.extensions.get().map(|NotRenewed(error)| Arc::clone(error));
    Err(error.into())
}

pub(crate) fn buffer(operation: &Operation, response: http::Response<Body>) -> BufferedResponse {
    let (head, body) = response.into_parts();
    BufferedResponse { operation: operation.id, status: head.status, headers: head.headers, body: bytes(body) }
}

/// The bytes of a body that was collected.
pub(crate) fn bytes(body: Body) -> Bytes {
    body.into_bytes().unwrap_or_default()
}
