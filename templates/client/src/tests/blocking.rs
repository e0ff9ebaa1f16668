//! Calls that block.

use std::thread;

use serde_json::json;

use super::{api::ListClients, client};
use crate::{Client, Error, ManagedToken, RetryPolicy, test_util::ScriptedTransport};
use std::future::IntoFuture as _;

fn page(number: u64, ids: &[&str]) -> serde_json::Value {
    let data: Vec<_> = ids.iter().map(|id| json!({"client_id": id})).collect();
    json!({"data": data, "meta": {"page_number": number, "total_pages": 2}})
}

#[test]
fn a_call_gives_what_awaiting_gives() {
    let script = ScriptedTransport::new();
    let client = client(&script);
    script.respond_json(200, &json!({"data": {"client_id": "c"}}));
    assert_eq!(client.api().retrieve("1").call().unwrap().client_id, "c");
    script.respond_json(200, &json!({"data": {"client_id": "d"}}));
    let response = client.api().retrieve("1").send_blocking().unwrap();
    assert_eq!((response.status.as_u16(), response.value.client_id.as_str()), (200, "d"));
    script.respond_json(404, &json!({}));
    assert!(client.api().retrieve("1").call().unwrap_err().is_not_found());
    script.respond_json(404, &json!({}));
    assert_eq!(client.api().retrieve("1").send_raw_blocking().unwrap().status, 404);
}

#[test]
fn pages_and_items_are_iterators() {
    let script = ScriptedTransport::new();
    let client = client(&script);
    script.respond_json(200, &page(1, &["a", "b"])).respond_json(200, &page(2, &["c"]));
    let items = client.api().list(ListClients::default()).items();
    let ids: Result<Vec<_>, Error> = items.into_iter().map(|item| item.map(|client| client.client_id)).collect();
    assert_eq!(ids.unwrap(), ["a", "b", "c"]);

    script.respond_json(200, &page(1, &["a", "b"])).respond_json(500, &json!({}));
    let mut sizes = Vec::new();
    for page in client.api().list(ListClients::default()).max_retries(0).pages() {
        sizes.push(page.map(|page| page.items.len()).map_err(|error| error.is_server_error()));
    }
    assert_eq!(sizes, [Ok(2), Err(true)]);
}

#[test]
fn a_blocking_call_on_a_thread_of_a_runtime_is_an_error_and_sends_nothing() {
    let script = ScriptedTransport::new();
    let client = client(&script);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let errors = runtime.block_on(async {
        let items = client.api().list(ListClients::default()).items();
        (client.api().retrieve("1").call().unwrap_err(), items.into_iter().next().unwrap().unwrap_err())
    });
    for error in [errors.0, errors.1] {
        assert!(matches!(&error, Error::Configuration { message } if message.contains(".await")), "{error}");
    }
    assert!(script.requests().is_empty());
}

#[test]
fn a_client_that_blocked_can_be_dropped_on_a_thread_of_a_runtime() {
    let script = ScriptedTransport::new();
    let client = client(&script);
    script.respond_json(200, &json!({"data": {"client_id": "c"}}));
    client.api().retrieve("1").call().unwrap();
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async { drop(client) });
}

#[test]
fn managed_tokens_are_fetched_once_for_threads_that_block_at_once() {
    let script = ScriptedTransport::new();
    let token = ManagedToken::new(crate::ClientAuth::basic("id", "secret"));
    let client = super::builder(&script).managed_token(token).build().unwrap();
    script.respond_json(200, &json!({"access_token": "t", "token_type": "Bearer", "expires_in": 3600}));
    for _ in 0..8 {
        script.respond_json(200, &json!({"data": {"client_id": "c"}}));
    }
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| client.api().retrieve("1").call().unwrap());
        }
    });
    let paths: Vec<String> = script.requests().iter().map(|request| request.uri.path().to_owned()).collect();
    assert_eq!(paths.iter().filter(|path| path.ends_with("/oauth/token")).count(), 1, "{paths:?}");
    assert_eq!(paths.len(), 9);
}

/// Connections that one runtime made serve calls on another: their runtime is driven between calls too.
#[cfg(feature = "reqwest")]
#[test]
fn connections_are_shared_with_awaited_calls() {
    use std::{io::Write as _, net::TcpListener};

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            thread::spawn(move || {
                while super::wire::receive(&mut stream).ends_with("\r\n\r\n") {
                    stream.write_all(super::wire::json(super::wire::FOUND).as_bytes()).unwrap();
                }
            });
        }
    });
    let client = Client::builder().base_url(url).no_proxy().api_key("key").retry(RetryPolicy::none()).build().unwrap();
    // A runtime that goes on between calls, as that of the blocking calls does: either may have made the connection.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    for _ in 0..4 {
        client.api().retrieve("1").call().unwrap();
        runtime.block_on(client.api().retrieve("1").into_future()).unwrap();
    }
}
