//! Whatever can be created, read, changed and deleted: `POST /things`, and methods of `/things/{id}`. Objects nobody
//! created are answered from the document's examples, unless they were deleted.

use judge::server::{Call, Response};
use serde_json::{Map, Value, json};

use super::message::Message;
use super::store::{Grant, Store};
use super::{Context, client, page, refusal};
use crate::api::{Operation, members};
use crate::schema;

/// The answer.
pub(super) fn answer(store: &mut Store, message: &Message, call: &Call<'_>, context: &Context) -> Response {
    let id = call.operation().unwrap_or_default();
    let Some(operation) = context.api.operations.iter().find(|operation| operation.id == id) else {
        return call.example();
    };
    let collection = item(&operation.path).unwrap_or(&operation.path);
    if let Ok(mut body) = serde_json::from_slice::<Value>(&call.example().body)
        && let Some(example) = inner(&mut body)
    {
        take_in(store, collection, example, context);
    }
    match item(&operation.path) {
        Some(collection) => one(store, message, call, operation, collection),
        None if has_items(operation, context) => all(store, message, call, operation, context),
        None => call.example(),
    }
}

/// The collection that a path with a single identifier at its end belongs to.
fn item(path: &str) -> Option<&str> {
    let (collection, last) = path.rsplit_once('/')?;
    (last.starts_with('{') && last.ends_with('}') && !collection.contains('{')).then_some(collection)
}

fn has_items(operation: &Operation, context: &Context) -> bool {
    context.api.operations.iter().any(|other| item(&other.path) == Some(operation.path.as_str()))
}

/// A collection: its objects, or a new one.
fn all(store: &mut Store, message: &Message, call: &Call<'_>, operation: &Operation, context: &Context) -> Response {
    let mut response = call.example();
    let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) else { return response };
    if message.method == "POST" {
        let Some(made) = inner(&mut body) else { return response };
        let id = store.random.uuid();
        for (name, value) in &message.body {
            made.insert(name.clone(), value.clone());
        }
        // The identifier of an object is its `id`; an OAuth client has its `client_id`.
        let is_client = made.contains_key("client_id") && !made.contains_key("id");
        made.insert(if is_client { "client_id" } else { "id" }.to_owned(), json!(id));
        let mut kept = made.clone();
        if is_client {
            let is_public = made.get("client_type") == Some(&json!("public"));
            let secret = if is_public { Value::Null } else { json!(store.random.token("secret")) };
            made.insert("client_secret".to_owned(), secret);
            store.clients.insert(id.clone(), client::of_metadata(made));
            // A secret is shown once.
            kept.insert("client_secret".to_owned(), Value::Null);
        }
        store.objects.entry(operation.path.clone()).or_default().insert(id, Value::Object(kept));
    } else if let Some(objects) = store.objects.get(&operation.path) {
        page::fill(&mut body, objects.values(), &message.query, &context.pagination);
    }
    response.body = body.to_string().into_bytes();
    response
}

/// One object.
fn one(store: &mut Store, message: &Message, call: &Call<'_>, operation: &Operation, collection: &str) -> Response {
    let id = message.path.rsplit('/').next().unwrap_or_default().to_owned();
    let path = format!("{collection}/{id}");
    if store.gone.contains(&path) {
        return refusal::error(404, "not_found", &format!("{} was deleted", operation.path.replace("{id}", &id)));
    }
    let mut response = call.example();
    let mut own = store.objects.get_mut(collection).and_then(|objects| objects.get_mut(&id)?.as_object_mut());
    if matches!(message.method.as_str(), "PUT" | "PATCH")
        && let Some(object) = &mut own
    {
        object.extend(message.body.clone());
        if let Some(known) = store.clients.get_mut(&id) {
            known.update(object);
        }
    }
    if let Ok(mut body) = serde_json::from_slice::<Value>(&response.body)
        && let Some(shown) = inner(&mut body)
    {
        match own {
            Some(object) => *shown = object.clone(),
            // Of an object nobody created, the example is shown as the one that was asked for.
            None => {
                shown.extend(message.body.clone());
                let name = if shown.contains_key("id") { "id" } else { "client_id" };
                if let Some(member) = shown.get_mut(name) {
                    *member = json!(id);
                }
            }
        }
        response.body = body.to_string().into_bytes();
    }
    if message.method == "DELETE" {
        if let Some(objects) = store.objects.get_mut(collection) {
            objects.remove(&id);
        }
        store.delete_client(&id);
        // A grant that is taken back takes its tokens with it.
        store.revoked.insert(id);
        store.gone.insert(path);
    }
    response
}

/// The object within a body: that of a member that wraps it, or the first of a list that does, else the body.
pub(super) fn inner(body: &mut Value) -> Option<&mut Map<String, Value>> {
    let object = body.as_object_mut()?;
    let wraps = object.len() <= 2 && object.values().any(|value| value.is_object() || value.is_array());
    if !wraps {
        return Some(object);
    }
    object.values_mut().find_map(|value| match value {
        Value::Array(items) => items.first_mut().and_then(Value::as_object_mut),
        other => other.as_object_mut(),
    })
}

/// Makes an object of every grant that came of an authorization, and of every client that was registered, in the form
/// of the example.
fn take_in(store: &mut Store, collection: &str, example: &Map<String, Value>, context: &Context) {
    let fresh: Vec<(String, Map<String, Value>)> = if context.path("grants") == Some(collection) {
        std::mem::take(&mut store.grants).into_iter().map(|(id, grant)| (id.clone(), of_grant(&id, &grant))).collect()
    } else if context.path("clients") == Some(collection) {
        std::mem::take(&mut store.registered).into_iter().collect()
    } else {
        return;
    };
    for (id, members) in fresh {
        let mut object = example.clone();
        object.extend(members.into_iter().filter(|(name, _)| example.contains_key(name)));
        store.objects.entry(collection.to_owned()).or_default().insert(id, Value::Object(object));
    }
}

fn of_grant(id: &str, grant: &Grant) -> Map<String, Value> {
    let scopes: Vec<&str> = grant.scope.split(' ').filter(|scope| !scope.is_empty()).collect();
    let members = [("id", json!(id)), ("client_id", json!(grant.client)), ("scopes", json!(scopes))];
    members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}

/// The JSON schema of the body that the operation of a call takes.
pub(super) fn body_schema<'c>(call: &Call<'_>, context: &'c Context) -> Option<&'c Value> {
    let id = call.operation()?;
    let items = members(context.root.get("paths")).flat_map(|(_, item)| members(Some(item)));
    let mut operations = items.map(|(_, operation)| operation);
    let operation = operations.find(|it| it.get("operationId").and_then(Value::as_str) == Some(id))?;
    let body = schema::resolved(&context.root, operation.get("requestBody")?);
    members(body.get("content")).find(|(name, _)| name.contains("json"))?.1.get("schema")
}
