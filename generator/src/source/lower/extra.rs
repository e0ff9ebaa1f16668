//! What OpenAPI 3.0 cannot hold.

use serde_json::Number;

/// What the document says of an object and OpenAPI 3.0, or `openapiv3`, cannot hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extra {
    /// The one value allowed: `const`. `null` is a value.
    pub constant: Option<serde_json::Value>,
    /// No value is valid: the schema `false`.
    pub never: bool,
    /// `null` is the only valid value.
    pub null_only: bool,
    /// A `$ref` had siblings: the schema is `allOf` with the reference first, and the rest beside it.
    pub ref_siblings: bool,
    /// `examples` of a schema, in order; the first is also its `example` if it has none.
    pub examples: Vec<serde_json::Value>,
    /// `minimum` or `exclusiveMinimum`, where the tree cannot hold it exactly.
    pub minimum: Option<Bound>,
    /// `maximum` or `exclusiveMaximum`, where the tree cannot hold it exactly.
    pub maximum: Option<Bound>,
    /// `multipleOf`, where the tree cannot hold it exactly.
    pub multiple_of: Option<Number>,
    /// `enum`, where the tree cannot hold it: of objects and lists, or of integers above `i64::MAX`. Without `null`.
    pub enumeration: Vec<serde_json::Value>,
    /// `format` of a type that has none in 3.0: boolean, object or array.
    pub format: Option<String>,
    /// `contentEncoding` of text (RFC 2045, RFC 4648), when `format` cannot say it.
    pub content_encoding: Option<String>,
    /// `contentMediaType` of text.
    pub content_media_type: Option<String>,
    /// The items have types of their own by position (`prefixItems`); the tree has one `anyOf` for all.
    pub tuple: bool,
    /// `explode` of a header or an encoding, if the document says it.
    pub explode: Option<bool>,
    /// `summary` of the info object.
    pub summary: Option<String>,
    /// The SPDX expression of the license, on the info object.
    pub license_identifier: Option<String>,
}

/// A bound of a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The number.
    pub value: Number,
    /// Whether the number itself is out.
    pub exclusive: bool,
}
