//! Request bodies as JSON and as forms.

use serde_json::Value;
use url::form_urlencoded::{self, Serializer};
use zeroize::Zeroize as _;

use crate::{path::plain, secret::SecretText};

/// A member that client authentication adds to a body.
pub(crate) type Field = (&'static str, SecretText);

/// Whether a body carries client authentication of its own (RFC 6749 section 2.3.1, RFC 7521 section 4.2).
pub(crate) fn authenticates_client(body: &Value) -> bool {
    let has = |name| body.get(name).is_some_and(|member| !member.is_null());
    has("client_secret") || has("client_assertion")
}

/// Adds members to an object; one that is there already becomes a list.
pub(crate) fn add_members(body: &mut Value, added: &[(&'static str, String)]) -> Result<(), String> {
    if added.is_empty() {
        return Ok(());
    }
    let Value::Object(members) = body else {
        return Err("members can only be added to an object".to_owned());
    };
    for (name, text) in added {
        let value = Value::String(text.clone());
        match members.get_mut(*name) {
            None => drop(members.insert((*name).to_owned(), value)),
            Some(Value::Array(list)) => list.push(value),
            Some(present) => *present = Value::Array(vec![present.take(), value]),
        }
    }
    Ok(())
}

/// Sets members of an object.
pub(crate) fn set_members(body: &mut Value, set: &[(String, Value)]) -> Result<(), String> {
    if set.is_empty() {
        return Ok(());
    }
    let Value::Object(members) = body else {
        return Err("members can only be set in an object".to_owned());
    };
    members.extend(set.iter().cloned());
    Ok(())
}

/// Adds members to an object, in place of members of the same name.
pub(crate) fn add_fields(body: &mut Value, fields: &[Field]) -> Result<(), String> {
    if fields.is_empty() {
        return Ok(());
    }
    let Value::Object(members) = body else {
        return Err("client authentication can only be added to an object".to_owned());
    };
    for (name, value) in fields {
        members.insert((*name).to_owned(), Value::String(value.expose().to_owned()));
    }
    Ok(())
}

/// Writes an object as a form: a list repeats its name, `null` is left out, an object within is JSON
/// (OpenAPI 3.1, "Encoding Object", the defaults).
pub(crate) fn form(body: &Value) -> Result<String, String> {
    let Value::Object(members) = body else {
        return Err("only an object can be sent as a form".to_owned());
    };
    let mut form = Serializer::new(String::new());
    for (name, value) in members {
        match value {
            Value::Null => {}
            Value::Array(items) => {
                form.extend_pairs(items.iter().map(|item| (name, plain(item))));
            }
            value => {
                form.append_pair(name, &plain(value));
            }
        }
    }
    Ok(form.finish())
}

/// One half of HTTP Basic client authentication: form-encoded before base64 (RFC 6749 section 2.3.1 and appendix B).
pub(crate) fn form_encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Wipes the text of a value that may hold secrets.
pub(crate) fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
