{% import "client/examples/macros.rs" as program %}
{% set call = "FIND" if "FIND" in has else "FIRST" %}
//! What to do about a call that fails.
//!
//! Set `{{ env }}_API_KEY`, to a wrong one if you like.
{{ program.run("errors") }}

mod offline;

use std::time::Duration;

use {{ krate }}::{ApiError, Error};
{{ uses(call, "") }}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = offline::builder(ANSWERS).build()?;
    for _ in ANSWERS {
        {{ code("let outcome = " ~ call ~ ".max_retries(0).await;") | indent(8) }}
        match outcome {
            Ok(answer) => println!("{answer:?}"),
            Err(error) => println!("{error}\n  {}", advice(&error)),
        }
    }
    Ok(())
}

fn advice(error: &Error) -> String {
    match error {
        Error::MissingCredential { scheme, .. } => format!("Set a credential for `{scheme}`."),
        Error::Decode(error) => format!("The API is not as documented: {error}"),
        error if error.is_unauthorized() => "The credential is wrong or has expired.".to_owned(),
        error if error.is_not_found() => "There is no such thing, or it is not yours.".to_owned(),
        error if error.is_validation() => match error.as_api().map(ApiError::invalid_fields) {
            Some(fields) if !fields.is_empty() => format!("Mend the arguments: {fields:?}."),
            _ => "Mend the arguments.".to_owned(),
        },
        error if error.is_rate_limited() => {
            let wait = error.as_api().and_then(ApiError::retry_after).unwrap_or(Duration::from_secs(60));
            format!("Try again in {wait:?}.")
        }
        error if error.is_retryable() && !error.may_have_been_sent() => "Try again: nothing was sent.".to_owned(),
        error if error.is_retryable() => "Try again, if doing it twice does no harm.".to_owned(),
        _ => match error.as_api().and_then(ApiError::request_id) {
            Some(id) => format!("Ask the support about the request {id}."),
            None => "Mend the call.".to_owned(),
        },
    }
}

/// What a script answers in place of the server.
const ANSWERS: &[(u16, &str)] = &[
    (401, r#"{"error": "unauthorized", "error_description": "The key has expired."}"#),
    (404, r#"{"errors": [{"code": "404", "title": "Not found"}]}"#),
    (422, r#"{"invalid_fields": {"name": ["is too long"]}}"#),
    (429, "{}"),
    (503, "{}"),
    (200, "[]"),
];
