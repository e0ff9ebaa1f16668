//! The client that progenitor makes of our document.
//!
//! It reads OpenAPI 3.0, and knows one media type for a body and one type for all errors. So it gets the document as our
//! generator lowers it, with the operations that are called, forms alone where there is a choice, and successes alone.

use std::{env, error::Error, fs, path::Path};

use generator::source::{diagnostic::Findings, lower, parse, place::Files, read};
use openapiv3::{OpenAPI, ReferenceOr, StatusCode};

const DOCUMENT: &str = "../../../../spec/oauth/openapi.yaml";
const OPERATIONS: [&str; 5] =
    ["ListOAuthClients", "GetOAuthClient", "ExchangeOAuthToken", "CreateOAuthClient", "IntrospectOAuthToken"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    let mut openapi = read().ok_or("our document cannot be read")?;
    trim(&mut openapi);
    let tokens = progenitor::Generator::default().generate_tokens(&openapi)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("client.rs"), tokens.to_string())?;
    Ok(())
}

fn read() -> Option<OpenAPI> {
    let (mut files, mut findings) = (Files::default(), Findings::default());
    let document = read::read_file(Path::new(DOCUMENT), "openapi.yaml", &mut files, &mut findings)?;
    let lowered = lower::lower(&document, &mut findings);
    parse::parse(&lowered, &mut findings)
}

fn trim(openapi: &mut OpenAPI) {
    openapi.openapi = "3.0.3".to_owned();
    for item in openapi.paths.paths.values_mut() {
        let ReferenceOr::Item(item) = item else { continue };
        for operation in [&mut item.get, &mut item.post, &mut item.put, &mut item.delete] {
            let id = operation.as_ref().and_then(|operation| operation.operation_id.as_deref());
            if !id.is_some_and(|id| OPERATIONS.contains(&id)) {
                *operation = None;
            }
            let Some(operation) = operation else { continue };
            if let Some(ReferenceOr::Item(body)) = &mut operation.request_body
                && body.content.len() > 1
            {
                body.content.shift_remove("application/json");
            }
            operation.responses.responses.retain(|status, _| matches!(status, StatusCode::Code(200..=299)));
        }
    }
}
