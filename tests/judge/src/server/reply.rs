//! What a responder is given, and what it returns.

use serde_json::Value;

use crate::example;
use crate::fault::Verdict;
use crate::judge::Judge;
use crate::request::Request;

/// A request that waits for its answer.
pub struct Call<'a> {
    judge: &'a Judge,
    request: &'a Request,
    verdict: &'a Verdict,
}

impl<'a> Call<'a> {
    pub(super) fn new(judge: &'a Judge, request: &'a Request, verdict: &'a Verdict) -> Self {
        Self { judge, request, verdict }
    }

    /// The operation the request means: its `operationId`, or `GET /path`.
    #[must_use]
    pub fn operation(&self) -> Option<&'a str> {
        self.verdict.operation.as_deref()
    }

    /// The request.
    #[must_use]
    pub fn request(&self) -> &'a Request {
        self.request
    }

    /// What is wrong with it.
    #[must_use]
    pub fn verdict(&self) -> &'a Verdict {
        self.verdict
    }

    /// The answer by the document: 400 and a line for each fault; for a right request, [`Call::example`].
    #[must_use]
    pub fn reply(&self) -> Response {
        if self.verdict.is_right() {
            return self.example();
        }
        let lines: Vec<&str> = self.verdict.faults.iter().map(crate::Fault::message).collect();
        Response::new(400).text(&format!("{}\n", lines.join("\n")))
    }

    /// The operation's first success and an example of its body, whatever is wrong with the request; 404 without an
    /// operation.
    #[must_use]
    pub fn example(&self) -> Response {
        let Some(route) = self.judge.route(self.request).0 else { return Response::new(404) };
        let example = example::response(&route.operation);
        Response { status: example.status, headers: example.headers, body: example.body }
    }
}

/// The default responder: [`Call::reply`].
#[must_use]
pub fn reply(call: &Call<'_>) -> Response {
    call.reply()
}

/// An HTTP response. `content-length` and `connection` are added when it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names and values in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// A response without headers and body.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// A response with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status).header("content-type", "application/json").body(body.to_string())
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets a body of plain text.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.header("content-type", "text/plain; charset=utf-8").body(text)
    }
}
