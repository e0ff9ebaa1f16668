//! HTTP/1.1 on a socket (RFC 9112), as little as tests need.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use super::Response;
use crate::request::Request;

/// The request line and the headers together, in bytes.
const HEAD: u64 = 64 * 1024;
/// The body, in bytes.
const BODY: u64 = 16 * 1024 * 1024;
/// A client that is silent for longer is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// A request that cannot be read.
pub(super) struct Broken {
    pub(super) status: u16,
    pub(super) message: String,
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self { status: 400, message: error.to_string() }
    }
}

fn broken(status: u16, message: &str) -> Broken {
    Broken { status, message: message.to_owned() }
}

/// Reads one request; `None` if the client closed without sending any.
pub(super) fn read(stream: &TcpStream) -> Result<Option<Request>, Broken> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream);
    let mut head = (&mut reader).take(HEAD);
    let Some(line) = line(&mut head)? else {
        return if head.limit() == 0 { Err(broken(414, "the target is longer than 64 KiB")) } else { Ok(None) };
    };
    let line = String::from_utf8_lossy(&line).into_owned();
    let mut words = line.splitn(3, ' ');
    let (Some(method), Some(target), Some(version)) = (words.next(), words.next(), words.next()) else {
        return Err(broken(400, "the request line is not `method target version`"));
    };
    if !version.starts_with("HTTP/1.") {
        return Err(broken(505, "only HTTP/1.1 is spoken"));
    }
    let mut headers = Vec::new();
    loop {
        let line = self::line(&mut head)?.ok_or_else(|| broken(431, "the headers do not end within 64 KiB"))?;
        if line.is_empty() {
            break;
        }
        let colon = line.iter().position(|byte| *byte == b':').ok_or_else(|| broken(400, "a header has no colon"))?;
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        headers.push((String::from_utf8_lossy(name).into_owned(), value.to_vec()));
    }
    let mut request = Request {
        method: method.to_owned(),
        target: target.to_owned(),
        authority: String::new(),
        scheme: "http".to_owned(),
        headers,
        body: Vec::new(),
    };
    request.authority = request.values("host").into_iter().next().unwrap_or_default();
    if request.values("expect").iter().any(|value| value.eq_ignore_ascii_case("100-continue")) {
        let mut stream = stream;
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    request.body = body(&mut reader, &request)?;
    Ok(Some(request))
}

/// A line without its end; `None` at the end of the input.
fn line(reader: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    if line.pop() != Some(b'\n') {
        return Ok(None);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Some(line))
}

fn body(reader: &mut impl BufRead, request: &Request) -> Result<Vec<u8>, Broken> {
    let coding = request.values("transfer-encoding");
    if coding.iter().any(|coding| coding.eq_ignore_ascii_case("chunked")) {
        return chunked(reader);
    }
    if !coding.is_empty() {
        return Err(broken(501, "only the transfer coding `chunked` is understood"));
    }
    let Some(length) = request.values("content-length").into_iter().next() else { return Ok(Vec::new()) };
    let length: u64 = length.parse().map_err(|_| broken(400, "`content-length` is no number"))?;
    let mut body = Vec::new();
    exactly(reader, length, &mut body)?;
    Ok(body)
}

/// RFC 9112, 7.1.
fn chunked(reader: &mut impl BufRead) -> Result<Vec<u8>, Broken> {
    let mut body = Vec::new();
    loop {
        let size = line(&mut reader.take(HEAD))?.ok_or_else(|| broken(400, "a chunk has no size"))?;
        let size = String::from_utf8_lossy(&size).into_owned();
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(size, 16).map_err(|_| broken(400, "the size of a chunk is no number"))?;
        if size == 0 {
            // Trailers, up to the empty line.
            while line(&mut reader.take(HEAD))?.is_some_and(|line| !line.is_empty()) {}
            return Ok(body);
        }
        exactly(reader, size, &mut body)?;
        if line(&mut reader.take(HEAD))?.is_none_or(|line| !line.is_empty()) {
            return Err(broken(400, "a chunk is longer than its size"));
        }
    }
}

fn exactly(reader: &mut impl BufRead, length: u64, body: &mut Vec<u8>) -> Result<(), Broken> {
    let before = body.len() as u64;
    if length > BODY.saturating_sub(before) {
        return Err(broken(413, "the body is longer than 16 MiB"));
    }
    reader.take(length).read_to_end(body)?;
    if body.len() as u64 - before < length { Err(broken(400, "the body is shorter than it says")) } else { Ok(()) }
}

/// Writes a response and closes.
pub(super) fn write(mut stream: TcpStream, response: &Response, has_body: bool) -> io::Result<()> {
    let mut text = format!("HTTP/1.1 {} {}\r\n", response.status, reason(response.status));
    for (name, value) in &response.headers {
        // What a request sent may come back in a header, and must not end it.
        text.push_str(&format!("{name}: {}\r\n", value.replace(['\r', '\n'], "")));
    }
    // RFC 9110, 8.6: neither 1xx nor 204 has a length.
    let has_length = response.status >= 200 && response.status != 204;
    if has_length && !response.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
        text.push_str(&format!("content-length: {}\r\n", response.body.len()));
    }
    text.push_str("connection: close\r\n\r\n");
    stream.write_all(text.as_bytes())?;
    if has_body && has_length && response.status != 304 {
        stream.write_all(&response.body)?;
    }
    stream.shutdown(Shutdown::Write)?;
    // Input that is never read would reset the connection and take the response with it.
    io::copy(&mut stream.take(BODY), &mut io::sink()).map(drop)
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        302 => "Found",
        303 => "See Other",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Content Too Large",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "",
    }
}
