//! Keywords that describe and do not constrain.

use super::{Draft, Node, Pass, Value};

/// `examples`: all travel along, the first is the `example` of 3.0.
pub(super) fn examples(_: &mut Pass<'_>, draft: &mut Draft) {
    let Some(Value::Sequence(examples)) = draft.take("examples").map(|node| node.value) else { return };
    draft.extra.examples = examples.iter().map(Node::to_json).collect();
    if !draft.members.contains("example")
        && let Some(first) = examples.into_iter().next()
    {
        draft.members.insert("example", first.place, first);
    }
}

/// `contentEncoding: base64` is `format: byte`, `contentMediaType: application/octet-stream` is `format: binary`
/// (OpenAPI 3.1, "Considerations for File Uploads").
pub(super) fn content(_: &mut Pass<'_>, draft: &mut Draft) {
    let encoding = draft.take("contentEncoding").and_then(|node| node.as_text().map(str::to_owned));
    let media_type = draft.take("contentMediaType").and_then(|node| node.as_text().map(str::to_owned));
    let format = match (encoding.as_deref(), media_type.as_deref()) {
        (Some("base64"), _) => Some("byte"),
        (None, Some("application/octet-stream")) => Some("binary"),
        _ => None,
    };
    match format {
        Some(format) if !draft.members.contains("format") => draft.set("format", Value::Text(format.to_owned())),
        Some(_) => {}
        None => draft.extra.content_encoding = encoding,
    }
    draft.extra.content_media_type = media_type;
}
