//! The objects of OpenAPI 3.0 and 3.1 as data: which members each has, and of what shape.
//!
//! Checking and lowering walk the document along this table, so neither names a member it has no rule for.

use super::shape::{Kind, Object, Shape, optional, required, since_3_1};
use Shape::{Any, Boolean, Count, Exclusive, List, Map, Number, Object as Is, Patterned, Reference, Text, Type};
use Shape::{Schema, SchemaOrBoolean};

static TEXTS: Shape = List(&Text);
static SERVER_SHAPE: Shape = Is(&SERVER);
static VARIABLE_SHAPE: Shape = Is(&SERVER_VARIABLE);
static SECURITY_REQUIREMENT: Shape = Map(&TEXTS);
static TAG_SHAPE: Shape = Is(&TAG);
static PATH_ITEM_SHAPE: Shape = Reference(&PATH_ITEM);
static PARAMETER_SHAPE: Shape = Reference(&PARAMETER);
static HEADER_SHAPE: Shape = Reference(&HEADER);
static EXAMPLE_SHAPE: Shape = Reference(&EXAMPLE);
static RESPONSE_SHAPE: Shape = Reference(&RESPONSE);
static REQUEST_BODY_SHAPE: Shape = Reference(&REQUEST_BODY);
static LINK_SHAPE: Shape = Reference(&LINK);
static SECURITY_SCHEME_SHAPE: Shape = Reference(&SECURITY_SCHEME);
static MEDIA_TYPE_SHAPE: Shape = Is(&MEDIA_TYPE);
static ENCODING_SHAPE: Shape = Is(&ENCODING);
static CALLBACK_SHAPE: Shape = Shape::Callback;
/// The members of a callback.
pub(crate) static EXPRESSIONS: Shape = Patterned(&PATH_ITEM_SHAPE);

/// OpenAPI Object.
pub(crate) static DOCUMENT: Object = Object {
    kind: Kind::Document,
    name: "an OpenAPI document",
    component: None,
    members: &[
        required("openapi", Text),
        required("info", Is(&INFO)),
        since_3_1("jsonSchemaDialect", Text).set_aside(),
        optional("servers", List(&SERVER_SHAPE)),
        optional("paths", Patterned(&PATH_ITEM_SHAPE)),
        since_3_1("webhooks", Map(&PATH_ITEM_SHAPE)).set_aside(),
        optional("components", Is(&COMPONENTS)),
        optional("security", List(&SECURITY_REQUIREMENT)),
        optional("tags", List(&TAG_SHAPE)),
        optional("externalDocs", Is(&EXTERNAL_DOCS)),
    ],
};

/// A whole document.
pub(crate) static WHOLE: Shape = Is(&DOCUMENT);

/// Info Object.
pub(crate) static INFO: Object = Object {
    kind: Kind::Info,
    name: "an info object",
    component: None,
    members: &[
        required("title", Text),
        since_3_1("summary", Text).set_aside(),
        optional("description", Text),
        optional("termsOfService", Text),
        optional("contact", Is(&CONTACT)),
        optional("license", Is(&LICENSE)),
        required("version", Text),
    ],
};

static CONTACT: Object = Object {
    kind: Kind::Contact,
    name: "a contact",
    component: None,
    members: &[optional("name", Text), optional("url", Text), optional("email", Text)],
};

static LICENSE: Object = Object {
    kind: Kind::License,
    name: "a license",
    component: None,
    members: &[required("name", Text), since_3_1("identifier", Text).set_aside(), optional("url", Text)],
};

static EXTERNAL_DOCS: Object = Object {
    kind: Kind::ExternalDocs,
    name: "an external documentation",
    component: None,
    members: &[optional("description", Text), required("url", Text)],
};

static SERVER: Object = Object {
    kind: Kind::Server,
    name: "a server",
    component: None,
    members: &[required("url", Text), optional("description", Text), optional("variables", Map(&VARIABLE_SHAPE))],
};

static SERVER_VARIABLE: Object = Object {
    kind: Kind::ServerVariable,
    name: "a server variable",
    component: None,
    members: &[optional("enum", List(&Text)), required("default", Text), optional("description", Text)],
};

static TAG: Object = Object {
    kind: Kind::Tag,
    name: "a tag",
    component: None,
    members: &[required("name", Text), optional("description", Text), optional("externalDocs", Is(&EXTERNAL_DOCS))],
};

/// Path Item Object.
pub(crate) static PATH_ITEM: Object = Object {
    kind: Kind::PathItem,
    name: "a path item",
    component: Some("pathItems"),
    members: &[
        optional("summary", Text),
        optional("description", Text),
        optional("get", Is(&OPERATION)),
        optional("put", Is(&OPERATION)),
        optional("post", Is(&OPERATION)),
        optional("delete", Is(&OPERATION)),
        optional("options", Is(&OPERATION)),
        optional("head", Is(&OPERATION)),
        optional("patch", Is(&OPERATION)),
        optional("trace", Is(&OPERATION)),
        optional("servers", List(&SERVER_SHAPE)),
        optional("parameters", List(&PARAMETER_SHAPE)),
    ],
};

/// The members of a path item that are operations.
pub(crate) static METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Operation Object.
pub(crate) static OPERATION: Object = Object {
    kind: Kind::Operation,
    name: "an operation",
    component: None,
    members: &[
        optional("tags", List(&Text)),
        optional("summary", Text),
        optional("description", Text),
        optional("externalDocs", Is(&EXTERNAL_DOCS)),
        optional("operationId", Text),
        optional("parameters", List(&PARAMETER_SHAPE)),
        optional("requestBody", Reference(&REQUEST_BODY)),
        optional("responses", Patterned(&RESPONSE_SHAPE)),
        optional("callbacks", Map(&CALLBACK_SHAPE)).set_aside(),
        optional("deprecated", Boolean),
        optional("security", List(&SECURITY_REQUIREMENT)),
        optional("servers", List(&SERVER_SHAPE)),
    ],
};

/// Parameter Object.
pub(crate) static PARAMETER: Object = Object {
    kind: Kind::Parameter,
    name: "a parameter",
    component: Some("parameters"),
    members: &[
        required("name", Text),
        required("in", Text),
        optional("description", Text),
        optional("required", Boolean),
        optional("deprecated", Boolean),
        optional("allowEmptyValue", Boolean),
        optional("style", Text),
        optional("explode", Boolean),
        optional("allowReserved", Boolean),
        optional("schema", Schema),
        optional("example", Any),
        optional("examples", Map(&EXAMPLE_SHAPE)),
        optional("content", Map(&MEDIA_TYPE_SHAPE)),
    ],
};

/// Header Object.
pub(crate) static HEADER: Object = Object {
    kind: Kind::Header,
    name: "a header",
    component: Some("headers"),
    members: &[
        optional("description", Text),
        optional("required", Boolean),
        optional("deprecated", Boolean),
        optional("allowEmptyValue", Boolean).set_aside(),
        optional("style", Text),
        optional("explode", Boolean).set_aside(),
        optional("allowReserved", Boolean).set_aside(),
        optional("schema", Schema),
        optional("example", Any),
        optional("examples", Map(&EXAMPLE_SHAPE)),
        optional("content", Map(&MEDIA_TYPE_SHAPE)),
    ],
};

/// Request Body Object.
pub(crate) static REQUEST_BODY: Object = Object {
    kind: Kind::RequestBody,
    name: "a request body",
    component: Some("requestBodies"),
    members: &[
        optional("description", Text),
        required("content", Map(&MEDIA_TYPE_SHAPE)),
        optional("required", Boolean),
    ],
};

static MEDIA_TYPE: Object = Object {
    kind: Kind::MediaType,
    name: "a media type",
    component: None,
    members: &[
        optional("schema", Schema),
        optional("example", Any),
        optional("examples", Map(&EXAMPLE_SHAPE)),
        optional("encoding", Map(&ENCODING_SHAPE)),
    ],
};

static ENCODING: Object = Object {
    kind: Kind::Encoding,
    name: "an encoding",
    component: None,
    members: &[
        optional("contentType", Text),
        optional("headers", Map(&HEADER_SHAPE)),
        optional("style", Text),
        optional("explode", Boolean),
        optional("allowReserved", Boolean),
    ],
};

/// Response Object.
pub(crate) static RESPONSE: Object = Object {
    kind: Kind::Response,
    name: "a response",
    component: Some("responses"),
    members: &[
        required("description", Text),
        optional("headers", Map(&HEADER_SHAPE)),
        optional("content", Map(&MEDIA_TYPE_SHAPE)),
        optional("links", Map(&LINK_SHAPE)),
    ],
};

static LINK: Object = Object {
    kind: Kind::Link,
    name: "a link",
    component: Some("links"),
    members: &[
        optional("operationRef", Text),
        optional("operationId", Text),
        optional("parameters", Map(&Any)),
        optional("requestBody", Any),
        optional("description", Text),
        optional("server", Is(&SERVER)),
    ],
};

static EXAMPLE: Object = Object {
    kind: Kind::Example,
    name: "an example",
    component: Some("examples"),
    members: &[
        optional("summary", Text),
        optional("description", Text),
        optional("value", Any),
        optional("externalValue", Text),
    ],
};

/// Components Object.
pub(crate) static COMPONENTS: Object = Object {
    kind: Kind::Components,
    name: "the components",
    component: None,
    members: &[
        optional("schemas", Map(&Schema)),
        optional("responses", Map(&RESPONSE_SHAPE)),
        optional("parameters", Map(&PARAMETER_SHAPE)),
        optional("examples", Map(&EXAMPLE_SHAPE)),
        optional("requestBodies", Map(&REQUEST_BODY_SHAPE)),
        optional("headers", Map(&HEADER_SHAPE)),
        optional("securitySchemes", Map(&SECURITY_SCHEME_SHAPE)),
        optional("links", Map(&LINK_SHAPE)),
        optional("callbacks", Map(&CALLBACK_SHAPE)).set_aside(),
        since_3_1("pathItems", Map(&PATH_ITEM_SHAPE)).set_aside(),
    ],
};

/// Security Scheme Object.
pub(crate) static SECURITY_SCHEME: Object = Object {
    kind: Kind::SecurityScheme,
    name: "a security scheme",
    component: Some("securitySchemes"),
    members: &[
        required("type", Text),
        optional("description", Text),
        optional("name", Text),
        optional("in", Text),
        optional("scheme", Text),
        optional("bearerFormat", Text),
        optional("flows", Is(&FLOWS)),
        optional("openIdConnectUrl", Text),
    ],
};

static FLOWS: Object = Object {
    kind: Kind::Flows,
    name: "the OAuth flows",
    component: None,
    members: &[
        optional("implicit", Is(&IMPLICIT_FLOW)),
        optional("password", Is(&TOKEN_FLOW)),
        optional("clientCredentials", Is(&TOKEN_FLOW)),
        optional("authorizationCode", Is(&CODE_FLOW)),
    ],
};

static IMPLICIT_FLOW: Object = Object {
    kind: Kind::Flow,
    name: "an implicit flow",
    component: None,
    members: &[
        required("authorizationUrl", Text),
        optional("tokenUrl", Text),
        optional("refreshUrl", Text),
        required("scopes", Patterned(&Text)),
    ],
};

static TOKEN_FLOW: Object = Object {
    kind: Kind::Flow,
    name: "a flow",
    component: None,
    members: &[
        optional("authorizationUrl", Text),
        required("tokenUrl", Text),
        optional("refreshUrl", Text),
        required("scopes", Patterned(&Text)),
    ],
};

static CODE_FLOW: Object = Object {
    kind: Kind::Flow,
    name: "an authorization code flow",
    component: None,
    members: &[
        required("authorizationUrl", Text),
        required("tokenUrl", Text),
        optional("refreshUrl", Text),
        required("scopes", Patterned(&Text)),
    ],
};

/// Schema Object, with the keywords of JSON Schema 2020-12 that 3.1 brought.
pub(crate) static SCHEMA: Object = Object {
    kind: Kind::Schema,
    name: "a schema",
    component: Some("schemas"),
    members: &[
        optional("$ref", Text),
        optional("type", Type),
        optional("title", Text),
        optional("description", Text),
        optional("format", Text),
        optional("default", Any),
        optional("example", Any),
        optional("enum", List(&Any)),
        optional("nullable", Boolean),
        optional("readOnly", Boolean),
        optional("writeOnly", Boolean),
        optional("deprecated", Boolean),
        optional("externalDocs", Is(&EXTERNAL_DOCS)),
        optional("discriminator", Is(&DISCRIMINATOR)),
        optional("xml", Is(&XML)).set_aside(),
        optional("multipleOf", Number),
        optional("maximum", Number),
        optional("minimum", Number),
        optional("exclusiveMaximum", Exclusive),
        optional("exclusiveMinimum", Exclusive),
        optional("maxLength", Count),
        optional("minLength", Count),
        optional("pattern", Text),
        optional("maxItems", Count),
        optional("minItems", Count),
        optional("uniqueItems", Boolean),
        optional("maxProperties", Count),
        optional("minProperties", Count),
        optional("required", List(&Text)),
        optional("properties", Map(&Schema)),
        optional("additionalProperties", SchemaOrBoolean),
        optional("items", Schema),
        optional("allOf", List(&Schema)),
        optional("anyOf", List(&Schema)),
        optional("oneOf", List(&Schema)),
        optional("not", Schema),
        since_3_1("const", Any),
        since_3_1("examples", List(&Any)),
        since_3_1("prefixItems", List(&Schema)),
        since_3_1("patternProperties", Map(&Schema)),
        since_3_1("propertyNames", Schema),
        since_3_1("unevaluatedProperties", Schema),
        since_3_1("unevaluatedItems", Schema),
        since_3_1("contains", Schema),
        since_3_1("minContains", Count),
        since_3_1("maxContains", Count),
        since_3_1("dependentRequired", Map(&TEXTS)),
        since_3_1("dependentSchemas", Map(&Schema)),
        since_3_1("if", Schema),
        since_3_1("then", Schema),
        since_3_1("else", Schema),
        since_3_1("contentEncoding", Text),
        since_3_1("contentMediaType", Text),
        since_3_1("contentSchema", Schema),
        since_3_1("$defs", Map(&Schema)).set_aside(),
        since_3_1("definitions", Map(&Schema)).set_aside(),
        since_3_1("$id", Text).set_aside(),
        since_3_1("$schema", Text).set_aside(),
        since_3_1("$anchor", Text).set_aside(),
        since_3_1("$dynamicRef", Text).set_aside(),
        since_3_1("$dynamicAnchor", Text).set_aside(),
        since_3_1("$vocabulary", Any).set_aside(),
        since_3_1("$comment", Text).set_aside(),
    ],
};

static DISCRIMINATOR: Object = Object {
    kind: Kind::Discriminator,
    name: "a discriminator",
    component: None,
    members: &[required("propertyName", Text), optional("mapping", Map(&Text))],
};

static XML: Object = Object {
    kind: Kind::Xml,
    name: "an XML object",
    component: None,
    members: &[
        optional("name", Text),
        optional("namespace", Text),
        optional("prefix", Text),
        optional("attribute", Boolean),
        optional("wrapped", Boolean),
    ],
};

/// What a reference to a callback leads to. Its members are any: [`EXPRESSIONS`].
pub(crate) static CALLBACK: Object =
    Object { kind: Kind::Callback, name: "a callback", component: Some("callbacks"), members: &[] };

/// The object that a member of `components` holds.
pub(crate) fn of_component(name: &str) -> Option<&'static Object> {
    match &COMPONENTS.member(name)?.shape {
        Map(Schema) => Some(&SCHEMA),
        Map(Reference(object)) => Some(object),
        Map(Shape::Callback) => Some(&CALLBACK),
        _ => None,
    }
}
