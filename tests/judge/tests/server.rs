//! The loopback server, spoken to over plain sockets.

use std::io::{Read, Write};
use std::net::TcpStream;

use judge::server::{Response, Server, reply};
use judge::{Document, FaultKind, Judge};
use serde_json::json;

fn judge() -> Judge {
    let thing = json!({"type": "object", "required": ["id"], "properties": {
        "id": {"type": "string", "format": "uuid", "readOnly": true}, "name": {"type": "string", "example": "a"}}});
    let document = json!({
        "openapi": "3.1.0",
        "servers": [{"url": "https://api.example.com/v2"}],
        "paths": {
            "/things": {
                "get": {"operationId": "List", "responses": {
                    "400": {"description": ""},
                    "200": {"description": "", "content": {"application/json": {"schema": {"type": "array", "items": thing}}}},
                }},
                "post": {
                    "operationId": "Create",
                    "requestBody": {"required": true, "content": {"application/json": {"schema": thing}}},
                    "responses": {"201": {"description": "", "content": {"application/json": {"example": {"id": 1}}}}},
                },
                "delete": {"operationId": "Clear", "responses": {"204": {"description": ""}}},
                "head": {"operationId": "Count", "responses": {"200": {"description": "", "content": {"text/plain": {"example": "x"}}}}},
            },
        },
    });
    Judge::new(Document::from_value(document).unwrap())
}

/// Sends the text as it is and returns all that comes back.
fn exchange(server: &Server, text: &str) -> String {
    let mut stream = TcpStream::connect(server.url().trim_start_matches("http://")).unwrap();
    stream.write_all(text.replace("HOST", server.url().trim_start_matches("http://")).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_right_request_gets_an_example_and_is_recorded() {
    let server = Server::start(judge(), reply).unwrap();
    let answer = exchange(&server, "GET /v2/things HTTP/1.1\r\nHost: HOST\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("content-type: application/json\r\n"), "{answer}");
    let body: serde_json::Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(body[0]["name"], "a");
    let recorded = server.recorded();
    assert_eq!(recorded.len(), 1);
    assert_eq!(recorded[0].verdict.operation.as_deref(), Some("List"));
    assert!(recorded[0].verdict.is_right());
}

#[test]
fn a_wrong_request_gets_its_faults_as_lines() {
    let server = Server::start(judge(), reply).unwrap();
    let answer = exchange(&server, "GET /v2/things?a=1&b=2 HTTP/1.1\r\nHost: HOST\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(
        answer.ends_with("\r\n\r\nquery parameter `a` is not known\nquery parameter `b` is not known\n"),
        "{answer}"
    );
}

#[test]
fn another_path_prefix_is_a_wrong_server() {
    let server = Server::start(judge(), reply).unwrap();
    exchange(&server, "GET /things HTTP/1.1\r\nHost: HOST\r\n\r\n");
    assert_eq!(server.recorded()[0].verdict.kinds(), [FaultKind::WrongServer]);
}

#[test]
fn chunked_bodies_are_put_together() {
    let server = Server::start(judge(), reply).unwrap();
    let answer = exchange(
        &server,
        "POST /v2/things HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n\
         5\r\n{\"nam\r\n8;x=y\r\ne\": \"b\"}\r\n0\r\nTrailer: x\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
    assert!(answer.ends_with("{\"id\":1}"), "{answer}");
    assert_eq!(server.recorded()[0].request.body, b"{\"name\": \"b\"}");
}

#[test]
fn a_client_that_waits_for_100_continue_gets_it() {
    let server = Server::start(judge(), reply).unwrap();
    let mut stream = TcpStream::connect(server.url().trim_start_matches("http://")).unwrap();
    let host = server.url().replace("http://", "");
    let head = format!(
        "POST /v2/things HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"{}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
}

#[test]
fn head_and_204_have_no_body() {
    let server = Server::start(judge(), reply).unwrap();
    let head = exchange(&server, "HEAD /v2/things HTTP/1.1\r\nHost: HOST\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 200 ") && head.contains("content-length: 1\r\n"), "{head}");
    assert!(head.ends_with("\r\n\r\n"), "{head}");
    let deleted = exchange(&server, "DELETE /v2/things HTTP/1.1\r\nHost: HOST\r\n\r\n");
    assert!(deleted.starts_with("HTTP/1.1 204 ") && !deleted.contains("content-length"), "{deleted}");
}

#[test]
fn a_body_beyond_the_limit_is_refused_before_it_is_read() {
    let server = Server::start(judge(), reply).unwrap();
    let answer = exchange(&server, "POST /v2/things HTTP/1.1\r\nHost: HOST\r\nContent-Length: 99999999999\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(server.recorded().is_empty());
}

#[test]
fn a_responder_of_the_test_decides_the_answer() {
    let server = Server::start(judge(), |call| match call.operation() {
        Some("List") => Response::json(429, &json!({"error": "slow"})).header("retry-after", "0"),
        _ => call.reply(),
    })
    .unwrap();
    let answer = exchange(&server, "GET /v2/things HTTP/1.1\r\nHost: HOST\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 429 ") && answer.contains("retry-after: 0\r\n"), "{answer}");
    assert!(exchange(&server, "GET /v2/nothing HTTP/1.1\r\nHost: HOST\r\n\r\n").starts_with("HTTP/1.1 400 "));
}

#[test]
fn what_is_no_http_gets_400_and_the_next_request_its_answer() {
    let server = Server::start(judge(), reply).unwrap();
    for text in
        ["nonsense\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"]
    {
        assert!(exchange(&server, text).starts_with("HTTP/1.1 400 "), "{text}");
    }
    assert!(exchange(&server, "GET /v2/things HTTP/1.1\r\nHost: HOST\r\n\r\n").starts_with("HTTP/1.1 200 "));
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let judge = || Judge::new(Document::from_value(json!({"openapi": "3.1.0"})).unwrap());
    let first = Server::start_on(0, judge(), reply).unwrap();
    let port = first.url().rsplit(':').next().unwrap().parse().unwrap();
    assert!(Server::start_on(port, judge(), reply).is_err());
}
