//! Types: what a value of the API can be.

use serde::Serialize;
use serde_json::Value;

use super::name::Name;
use crate::source::place::Place;

/// The number of a named type: its index in [`Api::types`](super::Api::types).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct TypeId(pub usize);

/// The number of a secret: its index in [`Api::secrets`](super::Api::secrets).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SecretId(pub usize);

/// A type where it is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// Anything JSON can say.
    Any,
    /// `true` or `false`.
    Boolean,
    /// An integer.
    Integer(IntegerFormat),
    /// A number.
    Number(NumberFormat),
    /// Text; its format is in [`Constraints::format`] where it has one.
    Text,
    /// A point in time, RFC 3339 (`format: date-time`).
    Timestamp,
    /// Raw bytes (`format: binary`): a file or a stream.
    Binary,
    /// Raw bytes as a part of a body of several parts, with the name of a file.
    File,
    /// A list.
    Array(Box<Type>),
    /// A mapping from text to values of one type.
    Map(Box<Type>),
    /// A value or `null`, where it is not a property that says so (items, map values, bodies).
    Nullable(Box<Type>),
    /// Text that must not be seen.
    Secret(SecretId),
    /// A type with a name.
    Named(TypeId),
}

/// The width of an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IntegerFormat {
    /// `format: int32`.
    Int32,
    /// `format: int64`, or none.
    Int64,
    /// `format: uint64`.
    Uint64,
}

/// The width of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberFormat {
    /// `format: float`; kept in 64 bits, so that `0.03` stays `0.03`.
    Float,
    /// `format: double`, or none.
    Double,
}

/// A type with a name of its own.
#[derive(Clone, Debug, Serialize)]
pub struct TypeDef {
    /// Unique among types.
    pub name: Name,
    /// JSON pointer of the schema it was made from, in the document.
    pub pointer: String,
    /// Key under `components.schemas`, if it is a component.
    pub component: Option<String>,
    /// Title of the schema.
    pub title: Option<String>,
    /// Description of the schema.
    pub description: Option<String>,
    /// Marked as deprecated.
    pub deprecated: bool,
    /// Where values of it travel.
    pub usage: Usage,
    /// Whether a secret is inside, directly or deeper.
    pub sensitive: bool,
    /// What it is.
    pub kind: TypeKind,
    /// One value of it, valid against its schema.
    pub example: Value,
    /// Where it stands.
    #[serde(skip)]
    pub place: Place,
}

/// Where values of a type travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// From the caller to the server.
    pub request: bool,
    /// From the server to the caller.
    pub response: bool,
    /// As a body of several parts, and in no other way.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub parts: bool,
}

/// The shape of a named type.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeKind {
    /// An object with known members.
    Struct(Struct),
    /// Text out of a list; values that are not in it survive a round trip.
    Enum(Enum),
    /// One of several types.
    Union(Union),
    /// Another name for a type.
    Alias(Alias),
}

/// Another name for a type.
#[derive(Clone, Debug, Serialize)]
pub struct Alias {
    /// The type it stands for.
    pub ty: Type,
    /// Whether it contains itself (a list of itself), so that a plain alias would never end.
    pub recursive: bool,
    /// What else its values must satisfy.
    pub constraints: Constraints,
}

/// An object with known members.
#[derive(Clone, Debug, Serialize)]
pub struct Struct {
    /// The members, ordered by name on the wire.
    pub fields: Vec<Field>,
    /// What becomes of members that are not known.
    pub additional: Additional,
}

/// What becomes of members that the schema does not name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Additional {
    /// `additionalProperties: false`: there are none.
    Closed,
    /// Nothing is said: they are let by and dropped.
    Ignored,
    /// `additionalProperties` is `true` or a schema: they are kept.
    Kept(Type),
}

/// A member of an object.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// Unique in its struct.
    pub name: Name,
    /// The key on the wire.
    pub wire: String,
    /// The type, without `null`.
    pub ty: Type,
    /// Whether the key must be there.
    pub required: bool,
    /// Its position in the schema's list of required members, which documents follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_at: Option<usize>,
    /// Whether the value may be `null`.
    pub nullable: bool,
    /// Whether it is a number of seconds that servers also write as text or with a fraction.
    pub seconds: bool,
    /// Whether the value must be boxed, because the type would contain itself.
    pub boxed: bool,
    /// Description.
    pub description: Option<String>,
    /// Marked as deprecated.
    pub deprecated: bool,
    /// Only in answers (`readOnly`).
    pub read_only: bool,
    /// Only in requests (`writeOnly`).
    pub write_only: bool,
    /// The only allowed value (`const`, or an enum of one): filled in for the caller where it is required.
    pub constant: Option<Value>,
    /// The value the server assumes.
    pub default: Option<Value>,
    /// The part this member plays in client authentication, which fills it in (RFC 6749, section 2.3.1).
    pub credential: Option<CredentialPart>,
    /// What else its values must satisfy.
    pub constraints: Constraints,
    /// One value, valid against the schema.
    pub example: Value,
    /// Whether `example` is the document's own, not one made up from the schema.
    pub example_given: bool,
    /// Where it stands.
    #[serde(skip)]
    pub place: Place,
}

/// The part a member of a body plays in client authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialPart {
    /// The client identifier.
    ClientId,
    /// The client secret.
    ClientSecret,
}

/// Text out of a list.
#[derive(Clone, Debug, Serialize)]
pub struct Enum {
    /// The values in the order of the document.
    pub values: Vec<EnumValue>,
    /// Whether values are compared without regard to case (RFC 6749, section 7.1 for token types).
    pub ignore_case: bool,
}

/// One value of an enum.
#[derive(Clone, Debug, Serialize)]
pub struct EnumValue {
    /// Unique in its enum.
    pub name: Name,
    /// The text on the wire.
    pub wire: String,
}

/// One of several types.
#[derive(Clone, Debug, Serialize)]
pub struct Union {
    /// The alternatives in the order of the document.
    pub variants: Vec<Variant>,
    /// How a reader tells which one it is.
    pub tagging: Tagging,
}

/// How a reader tells the alternatives of a union apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tagging {
    /// By the value of a member, which stays in the payload.
    Property(String),
    /// By trying them in order.
    Untagged,
}

/// One alternative of a union.
#[derive(Clone, Debug, Serialize)]
pub struct Variant {
    /// Unique in its union.
    pub name: Name,
    /// The type.
    pub ty: Type,
    /// The values of the tag that mean this one; empty if untagged.
    pub tags: Vec<String>,
    /// Whether the value must be boxed, because the type would contain itself.
    pub boxed: bool,
    /// Description.
    pub description: Option<String>,
}

/// What values must satisfy besides their type. Documented, not enforced: the server is the judge.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Constraints {
    /// `format`, as the document has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// `minimum`, and whether it is exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<(serde_json::Number, bool)>,
    /// `maximum`, and whether it is exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<(serde_json::Number, bool)>,
    /// `multipleOf`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multiple_of: Option<serde_json::Number>,
    /// `minLength`, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u64>,
    /// `maxLength`, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u64>,
    /// `pattern`, never compiled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// `minItems` or `minProperties`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_items: Option<u64>,
    /// `maxItems` or `maxProperties`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<u64>,
    /// `uniqueItems`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unique_items: bool,
    /// The allowed values of something that is not text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<Value>,
}

/// A kind of text that must not be seen: redacted wherever it could show, wiped from memory when dropped.
#[derive(Clone, Debug, Serialize)]
pub struct Secret {
    /// The name of its type, as product.toml gives it.
    pub name: Name,
    /// What it is, from product.toml.
    pub description: Option<String>,
}
