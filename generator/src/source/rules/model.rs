//! Rules: names and the model.

use super::Rule;

rules! {
    METHOD_INFERRED = "W0401" Warning "an operation's resource and method were inferred",
        "product.toml gives an operation its resource and method; without it they follow from path and HTTP method, and a change of the document may change them.",
        "";
    NAME_CHANGED = "W0402" Warning "two names differ only by case or punctuation",
        "Both become the same identifier, so that the later one got a number.",
        "";
    NO_SERVER = "W0403" Warning "the document has no absolute server",
        "Without a server every caller must set a base URL.",
        "";
    ALL_OF_CONFLICT = "E0404" Error "parts of an `allOf` contradict each other",
        "No value satisfies all parts of the `allOf` (JSON Schema, section Logic), so that no type can hold one.",
        "";
    REFERENCE_CYCLE = "E0405" Error "a schema is made of itself",
        "An `allOf` or a reference leads back to the schema without an object or a list between, so that it says nothing.",
        "";
    MEDIA_TYPE_DROPPED = "W0406" Warning "a media type cannot be typed",
        "The body is offered in media types of which one has no schema or none that can be encoded; it travels as bytes.",
        "";
    LOSSY_TYPE = "W0407" Warning "a schema says more than a type can hold",
        "Values are read as any JSON, so that nothing is lost on the way; the compiler cannot help.",
        "";
    UNKNOWN_SECURITY = "W0408" Warning "a security scheme cannot be served",
        "The client has no means to send such credentials: set the header by hand, or describe the scheme in product.toml.",
        "";
}
