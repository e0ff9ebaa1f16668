//! Where lists end.

use serde_json::{Value, json};

use super::{
    api::{ApiClient, ListClients},
    client,
};
use crate::{Error, Items, Pages, test_util::ScriptedTransport};

#[test]
fn streams_can_be_shared_between_threads() {
    const fn shared<T: Send + Sync>() {}
    const { shared::<Pages<ApiClient>>() };
    const { shared::<Items<ApiClient>>() };
}

fn page(ids: &[&str], meta: &Value) -> Value {
    let data: Vec<Value> = ids.iter().map(|id| json!({"client_id": id})).collect();
    json!({"data": data, "meta": meta})
}

/// The items of a list, and the numbers of the pages that were asked for.
async fn walk(pages: &[Value], params: ListClients) -> (Vec<String>, Vec<Option<String>>) {
    let script = ScriptedTransport::new();
    for page in pages {
        script.respond_json(200, page);
    }
    let items = client(&script).api().list(params).items().collect(100).await.unwrap();
    let asked = |request: &crate::test_util::RecordedRequest| {
        request.query().into_iter().find(|(name, _)| name == "page[number]").map(|(_, number)| number)
    };
    (items.into_iter().map(|item| item.client_id).collect(), script.requests().iter().map(asked).collect())
}

#[tokio::test]
async fn a_list_ends_at_the_last_page_the_server_speaks_of() {
    let first = page(&["a", "b"], &json!({"page_number": 1, "total_pages": 2}));
    let second = page(&["c"], &json!({"page_number": 2, "total_pages": 2}));
    let (items, asked) = walk(&[first, second], ListClients::default()).await;
    assert_eq!(items, ["a", "b", "c"]);
    assert_eq!(asked, [None, Some("2".to_owned())]);
}

#[tokio::test]
async fn a_list_without_a_count_ends_at_an_empty_page() {
    let (items, asked) = walk(
        &[page(&["a"], &Value::Null), page(&["b"], &Value::Null), page(&[], &Value::Null)],
        ListClients::default(),
    )
    .await;
    assert_eq!(items, ["a", "b"]);
    assert_eq!(asked.len(), 3);
}

#[tokio::test]
async fn a_list_ends_at_a_page_that_does_not_advance() {
    let stuck = page(&["a"], &json!({"page_number": 1, "total_pages": 9}));
    let (items, asked) = walk(&[stuck.clone(), stuck], ListClients::default()).await;
    assert_eq!((items.len(), asked.len()), (1, 2));
    let same = page(&["a"], &Value::Null);
    let (items, asked) = walk(&[same.clone(), same], ListClients::default()).await;
    assert_eq!((items.len(), asked.len()), (1, 2));
}

#[tokio::test]
async fn a_list_goes_on_from_the_page_that_was_asked_for() {
    let params = ListClients { page_number: Some(5), page_size: Some(1), ..ListClients::default() };
    let pages = [page(&["e"], &Value::Null), page(&["f"], &json!({"total_pages": 6}))];
    let (items, asked) = walk(&pages, params).await;
    assert_eq!(items, ["e", "f"]);
    assert_eq!(asked, [Some("5".to_owned()), Some("6".to_owned())]);
}

#[tokio::test]
async fn a_list_that_is_empty_is_one_page() {
    let script = ScriptedTransport::new();
    script.respond_json(200, &json!({}));
    let mut pages = client(&script).api().list(ListClients::default()).pages();
    assert!(pages.next().await.unwrap().unwrap().items.is_empty());
    assert!(pages.next().await.unwrap().is_none());
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn no_more_pages_are_asked_for_than_the_limit_needs() {
    let script = ScriptedTransport::new();
    script.respond_json(200, &page(&["a", "b"], &json!({"page_number": 1, "total_pages": 9})));
    let items = client(&script).api().list(ListClients::default()).items().collect(2).await.unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn a_list_ends_after_an_error() {
    let script = ScriptedTransport::new();
    script.respond_json(200, &page(&["a"], &Value::Null)).respond_json(404, &json!({}));
    let mut items = client(&script).api().list(ListClients::default()).items();
    assert_eq!(items.next().await.unwrap().unwrap().client_id, "a");
    assert!(matches!(items.next().await, Err(Error::Api(_))));
    assert!(items.next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_page_says_what_the_server_says() {
    let script = ScriptedTransport::new();
    let meta = json!({"page_number": 1, "total_pages": 2, "page_size": 20, "total_results": -1});
    script.respond_json(200, &page(&["a"], &meta));
    let page = client(&script).api().list(ListClients::default()).await.unwrap();
    assert_eq!((page.number, page.total_pages, page.size, page.total_items), (Some(1), Some(2), Some(20), None));
}
