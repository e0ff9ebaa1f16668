//! Refusals, in the form RFC 6749, 5.2 gives errors.

use judge::FaultKind;
use judge::server::{Call, Response};
use serde_json::{Value, json};

use crate::api::Operation;

/// An error with its code and an explanation.
pub(super) fn error(status: u16, code: &str, description: &str) -> Response {
    Response::json(status, &json!({"error": code, "error_description": description}))
        .header("cache-control", "no-store")
}

/// Code and explanation of an error, in one line.
pub(super) fn reason(response: &Response) -> String {
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let member = |name: &str| body.get(name).and_then(Value::as_str);
    match (member("error"), member("error_description")) {
        (Some(code), Some(description)) => format!("{code}: {description}"),
        (Some(code), None) => code.to_owned(),
        _ => String::from_utf8_lossy(&response.body).trim().to_owned(),
    }
}

/// What a request gets that breaks the document: every fault, with its kind; where no path is met, the operations.
pub(super) fn by_document(call: &Call<'_>, operations: &[Operation], is_token: bool) -> Response {
    let faults = &call.verdict().faults;
    let has = |kinds: &[FaultKind]| faults.iter().any(|fault| kinds.contains(&fault.kind()));
    let credentials = [FaultKind::MissingCredentials, FaultKind::WrongCredentials, FaultKind::MalformedCredentials];
    let (status, code) = match () {
        () if has(&[FaultKind::NoSuchPath]) => (404, "not_found"),
        () if has(&[FaultKind::NoSuchMethod]) => (405, "method_not_allowed"),
        () if has(&credentials) && is_token => (401, "invalid_client"),
        () if has(&credentials) => (401, "invalid_token"),
        () => (400, "invalid_request"),
    };
    let list: Vec<_> =
        faults.iter().map(|fault| json!({"kind": fault.kind().name(), "message": fault.message()})).collect();
    let mut messages: Vec<&str> = faults.iter().map(judge::Fault::message).collect();
    if has(&[FaultKind::ReservedCharacter, FaultKind::PercentEncoding]) {
        messages.push("curl encodes with --data-urlencode");
    }
    let mut body = json!({"error": code, "error_description": messages.join("; "), "faults": list});
    if status == 404
        && let Some(body) = body.as_object_mut()
    {
        body.insert("operations".to_owned(), operations.iter().map(Operation::line).collect());
    }
    let response = Response::json(status, &body).header("cache-control", "no-store");
    // RFC 9110, 15.5.2: a 401 says how to authenticate.
    let scheme = if is_token { "Basic" } else { "Bearer" };
    if status == 401 { response.header("www-authenticate", scheme) } else { response }
}
