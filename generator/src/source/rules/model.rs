//! Rules: names and the model.

use super::Rule;

rules! {
    METHOD_INFERRED = "W0401" Warning "an operation's resource and method were inferred",
        "product.toml gives an operation its resource and method; without it they follow from path and HTTP method, and a change of the document may change them.",
        "paths:\n  /orders:\n    get: {operationId: ListOrders, responses: {'204': {description: None.}}}\n";
    NAME_CHANGED = "W0402" Warning "two names differ only by case or punctuation",
        "Both become the same identifier, so that the later one got a number. product.toml can name it.",
        "components:\n  schemas:\n    Order: {type: object}\n    order: {type: object}\n";
    NO_SERVER = "W0403" Warning "the document has no absolute server",
        "Without a server every caller must set a base URL (OpenAPI, Server Object).",
        "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\npaths: {}\n";
    ALL_OF_CONFLICT = "E0404" Error "parts of an `allOf` contradict each other",
        "No value satisfies all parts of the `allOf` (JSON Schema Core, section 10.2.1.1), so that no type can hold one.",
        "allOf: [{type: string}, {type: integer}]\n";
    REFERENCE_CYCLE = "E0405" Error "a schema is made of itself",
        "An `allOf` or a reference leads back to the schema without an object or a list between, or leads on and on, so that it says nothing.",
        "components:\n  schemas:\n    A: {$ref: '#/components/schemas/A'}\n";
    MEDIA_TYPE_DROPPED = "W0406" Warning "a media type cannot be typed",
        "The body is XML, which has a schema but no encoding here: it travels as bytes, and the caller writes them. Or it has \
         another type as JSON than as a form: the client has a method of one type, and that is the form's.",
        "requestBody: {content: {application/xml: {schema: {type: object}}}}\n";
    UNKNOWN_SECURITY = "W0407" Warning "a security scheme cannot be served",
        "The client has no means to send such credentials: set the header by hand, or describe the scheme in product.toml.",
        "securitySchemes: {digest: {type: http, scheme: digest}}\n";
}
