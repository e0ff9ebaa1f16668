//! Rules: The OpenAPI Specification.
//!
//! Sections are those of OpenAPI 3.1.0 where no version is named. An example is what to put into a document of 3.1
//! with a title, a version and no paths.

use super::Rule;

rules! {
    VERSION = "E0101" Error "Version missing or not supported",
        "OpenAPI 3.0.x and 3.1.x are read (OpenAPI Object: `openapi`). Swagger 2.0 documents have to be converted first.",
        "openapi: 2.0.0";
    MISSING_MEMBER = "E0102" Error "Required member missing",
        "The specification requires some members of each object, such as `title` and `version` of the Info Object.",
        "info: {title: t}";
    WRONG_TYPE = "E0103" Error "Value of the wrong type",
        "Each member has a type in the specification. A version such as 1.0 is a number unless it stands in quotes.",
        "info: {title: t, version: 1.0}";
    UNKNOWN_MEMBER = "W0104" Warning "Unknown member",
        "Objects have fixed members, besides extensions that begin with `x-`. An unknown one is ignored, so it is often a slip of the pen.",
        "info: {title: t, version: '1', licence: {name: MIT}}";
    OTHER_VERSION = "W0105" Warning "Member of another version",
        "OpenAPI 3.1 took over JSON Schema 2020-12 and has members that 3.0 does not have. They are read as 3.1 means them, and other tools will ignore them.",
        "{openapi: 3.0.3, components: {schemas: {A: {const: a}}}}";
    NOT_LOCAL = "E0106" Error "Reference out of the document",
        "Only references within the document are followed (Reference Object; JSON Pointer, RFC 6901): nothing is read but the file that is given. Bundle the document first.",
        "components: {schemas: {A: {$ref: 'https://a.example/a.yaml#/A'}}}";
    DANGLING = "E0107" Error "Reference to nothing",
        "A reference has to lead to a value of the document (Reference Object), and so has the mapping of a discriminator.",
        "components: {schemas: {A: {$ref: '#/components/schemas/B'}}}";
    WRONG_REFERENCE = "E0108" Error "Reference to another kind of object, or where none can be",
        "A reference stands for an object of the kind that is expected in its place, and only where the specification has `… Object | Reference Object`.",
        "components: {schemas: {A: {$ref: '#/info'}}}";
    CIRCLE = "E0109" Error "Reference in a circle",
        "A reference that leads back to itself, directly or by `allOf`, `anyOf`, `oneOf` or `not`, never describes a value (JSON Schema Core 2020-12, section 9.4.1). A schema may contain itself in a property or in items.",
        "components: {schemas: {A: {allOf: [{$ref: '#/components/schemas/A'}]}}}";
    ANCHOR = "E0110" Error "Identifier or anchor of a schema",
        "`$id`, `$anchor`, `$dynamicAnchor` and `$dynamicRef` (JSON Schema Core 2020-12, section 8.2) change what references mean. They are not followed.",
        "components: {schemas: {A: {$anchor: a}}}";
    COMPONENT_NAME = "E0111" Error "Name of a component",
        "The keys of components match `^[a-zA-Z0-9._-]+$` (Components Object, Fixed Fields).",
        "components: {schemas: {A B: {}}}";
    NAME = "E0112" Error "Name that cannot be used",
        "Names become identifiers and text on a terminal: they are not empty, have at most 256 characters, and none that control a terminal or are invisible.",
        "components: {schemas: {A: {properties: {\"a\\e[31m\": {}}}}}";
    DUPLICATE = "E0113" Error "Tag described twice",
        "The name of a tag is unique in the list of tags (OpenAPI Object: `tags`).",
        "tags: [{name: a}, {name: a}]";
    PATH = "E0114" Error "Malformed path",
        "A path begins with `/` and is made of path characters and `{name}` (Paths Object; RFC 3986, section 3.3). Query, fragment, empty and dot segments would change on the way to the server.",
        "paths: {'/a/../b': {}}";
    SAME_PATH = "E0115" Error "Path equal to another",
        "Paths that differ in the names of their parameters only are the same path (Paths Object).",
        "paths: {'/a/{b}': {}, '/a/{c}': {}}";
    UNDECLARED = "E0116" Error "Path parameter not declared",
        "Each `{name}` of a path is described by a parameter of the path item or the operation with `in: path` (Path Templating).",
        "paths: {'/a/{b}': {get: {operationId: a, responses: {default: {description: d}}}}}";
    UNUSED = "E0117" Error "Path parameter without a place",
        "A parameter with `in: path` has to stand in the path as `{name}` (Parameter Object: `name`).",
        "paths: {'/a': {parameters: [{name: b, in: path, required: true, schema: {}}]}}";
    PATH_REQUIRED = "E0118" Error "Path parameter not required",
        "A path parameter has `required: true` (Parameter Object: `required`): there is no path without it.",
        "components: {parameters: {A: {name: a, in: path, schema: {}}}}";
    DUPLICATE_PARAMETER = "E0119" Error "Parameter declared twice",
        "A parameter is unique by name and place (Operation Object: `parameters`); names of headers are the same whatever their case.",
        "paths: {/a: {parameters: [{name: b, in: query, schema: {}}, {name: b, in: query, schema: {}}]}}";
    STYLE = "E0120" Error "Style of another place",
        "Each place of a parameter has its styles (Parameter Object, Style Values).",
        "components: {parameters: {A: {name: a, in: query, style: matrix, schema: {}}}}";
    SCHEMA_OR_CONTENT = "E0121" Error "Parameter without a schema, or with two",
        "A parameter or header has either `schema`, or `content` with one media type (Parameter Object).",
        "components: {parameters: {A: {name: a, in: query}}}";
    LOCATION = "E0122" Error "Place of a parameter",
        "A parameter is in `query`, `header`, `path` or `cookie` (Parameter Object: `in`). A body is described by `requestBody`.",
        "components: {parameters: {A: {name: a, in: body, schema: {}}}}";
    HEADER_NAME = "E0123" Error "Name of a header or cookie",
        "The name of a header or cookie is a token (RFC 9110, section 5.6.2; RFC 6265, section 4.1.1).",
        "components: {parameters: {A: {name: 'a b', in: header, schema: {}}}}";
    IGNORED_HEADER = "W0124" Warning "Header that is ignored",
        "`Accept`, `Content-Type` and `Authorization` as parameters, and `Content-Type` as a response header, are ignored (Parameter Object: `name`; Response Object: `headers`): media types and security say what they say.",
        "components: {parameters: {A: {name: Accept, in: header, schema: {}}}}";
    NO_OPERATION_ID = "W0125" Warning "Operation without an operationId",
        "Without an `operationId` (Operation Object) the name of the method is made of its path, and changes with it.",
        "paths: {/a: {get: {responses: {default: {description: d}}}}}";
    OPERATION_ID = "E0126" Error "operationId not unique",
        "The `operationId` is unique among all operations of the document (Operation Object: `operationId`).",
        "paths: {/a: {get: {operationId: a, responses: {default: {description: d}}}, put: {operationId: a, responses: {default: {description: d}}}}}";
    STATUS = "E0127" Error "Malformed status",
        "The keys of responses are status codes, the ranges `1XX` to `5XX`, or `default` (Responses Object).",
        "paths: {/a: {get: {operationId: a, responses: {ok: {description: d}}}}}";
    NO_RESPONSES = "E0128" Error "Operation without responses",
        "An operation names one response at least (Responses Object).",
        "paths: {/a: {get: {operationId: a, responses: {}}}}";
    MEDIA_TYPE = "E0129" Error "Malformed media type",
        "The keys of `content` are media types or ranges (RFC 9110, sections 8.3.1 and 12.5.1): a type, a slash, a subtype, and perhaps parameters.",
        "components: {requestBodies: {A: {content: {'*': {}}}}}";
    TAG = "W0130" Warning "Tag that resembles a described one",
        "A tag need not be described. One that is nearly the name of a described tag is probably a slip, and would make a group of its own.",
        "{tags: [{name: widgets}], paths: {/a: {get: {operationId: a, tags: [widgts], responses: {default: {description: d}}}}}}";
    LINK = "E0131" Error "Link without an operation",
        "A link names its operation by `operationId` or by `operationRef`, and the operation exists (Link Object).",
        "components: {links: {A: {}}}";
    SERVER_URL = "E0132" Error "Server that cannot be called",
        "A server is an `http` or `https` URL or a relative one (Server Object: `url`), without user information, query or fragment: requests and credentials are sent there.",
        "servers: [{url: 'wss://a.example'}]";
    SERVER_VARIABLE = "E0133" Error "Variable of a server",
        "Each `{name}` of a server URL is described, its default is one of its values, and no value makes another host of the URL (Server Variable Object).",
        "servers: [{url: 'https://a.example/{b}'}]";
    PLAIN_HTTP = "W0134" Warning "Server without encryption",
        "Credentials sent to an `http` server can be read on the way. The client refuses such a server unless it is on the same machine or the caller insists.",
        "servers: [{url: 'http://a.example'}]";
    UNKNOWN_SCHEME = "E0135" Error "Security scheme does not exist",
        "A security requirement names schemes of the components (Security Requirement Object).",
        "security: [{a: []}]";
    UNKNOWN_SCOPE = "W0136" Warning "Scope of no flow",
        "The scopes that an operation requires are among those of the flows of its scheme (Security Requirement Object).",
        "{security: [{a: [c]}], components: {securitySchemes: {a: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.example', scopes: {long: d}}}}}}}";
    SCOPE = "E0137" Error "Malformed scope",
        "A scope is made of visible ASCII characters except quote and backslash (RFC 6749, section 3.3).",
        "components: {securitySchemes: {a: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.example', scopes: {a b: d}}}}}}";
    SECURITY_SCHEME = "E0138" Error "Malformed security scheme",
        "Each type of security scheme has members of its own (Security Scheme Object): `name` and `in` for `apiKey`, `scheme` for `http`, `flows` for `oauth2`, `openIdConnectUrl` for `openIdConnect`.",
        "components: {securitySchemes: {a: {type: http}}}";
    OAUTH_URL = "E0139" Error "OAuth endpoint that is not safe",
        "Endpoints that see tokens, codes or secrets are absolute `https` URLs without a fragment (RFC 6749, sections 3.1 and 3.2; OAuth Flow Object), or on the same machine.",
        "components: {securitySchemes: {a: {type: openIdConnect, openIdConnectUrl: 'http://a.example'}}}";
    TYPE = "E0140" Error "Unknown type",
        "A schema is of type `string`, `number`, `integer`, `boolean`, `object` or `array`, and since 3.1 `'null'` or a list of types (Schema Object; JSON Schema Validation 2020-12, section 6.1.1).",
        "components: {schemas: {A: {type: strng}}}";
    NO_ITEMS = "E0141" Error "List without items",
        "In OpenAPI 3.0, a schema of type `array` has `items` (3.0.3, Schema Object).",
        "{openapi: 3.0.3, components: {schemas: {A: {type: array}}}}";
    ENUM = "E0142" Error "Values that are none",
        "`enum` has one value at least, and its values are of the type of the schema (JSON Schema Validation 2020-12, section 6.1.2).",
        "components: {schemas: {A: {type: string, enum: [1]}}}";
    REPEATED_VALUE = "W0143" Warning "Value repeated",
        "The values of `enum` should be unique (JSON Schema Validation 2020-12, section 6.1.2). The second is ignored.",
        "components: {schemas: {A: {enum: [a, a]}}}";
    BOUNDS = "E0144" Error "Bounds that contradict",
        "A lower bound above the upper one, or a `multipleOf` that is not above 0, leaves no valid value (JSON Schema Validation 2020-12, sections 6.2 to 6.5).",
        "components: {schemas: {A: {type: integer, minimum: 2, maximum: 1}}}";
    REQUIRED = "W0145" Warning "Required and no property, or twice",
        "`required` lists unique names (JSON Schema Validation 2020-12, section 6.5.3). One that is no property has no type.",
        "components: {schemas: {A: {required: [ab], properties: {b: {}}}}}";
    DISCRIMINATOR = "W0146" Warning "Discriminator without its property",
        "Each schema that a discriminator tells apart has the property that it names (Discriminator Object).",
        "components: {schemas: {A: {oneOf: [{type: object}], discriminator: {propertyName: kind}}}}";
    DEFAULT = "E0147" Error "Default that is not valid",
        "A default conforms to the type of its schema (Schema Object: `default`), or a client cannot state it.",
        "components: {schemas: {A: {type: integer, default: a}}}";
    EXAMPLE = "W0148" Warning "Example that is not valid",
        "An example should match its schema (Media Type Object: `example`). One that does not is not shown.",
        "components: {schemas: {A: {type: integer, example: a}}}";
    KEYWORD_LOST = "W0151" Warning "Keyword has no counterpart",
        "OpenAPI 3.1 allows every keyword of JSON Schema 2020-12; some constrain in ways that types cannot. They are left out, so more is accepted than the schema allows.",
        "components: {schemas: {A: {if: {required: [a]}}}}";
    TUPLE_LOST = "W0152" Warning "Tuple becomes a list",
        "`prefixItems` (JSON Schema Core 2020-12, section 10.3.1.1) gives each item its own type. The list that is generated takes any of the types at any position.",
        "components: {schemas: {A: {prefixItems: [{type: string}, {type: integer}]}}}";
    PATTERN_LOST = "W0153" Warning "Patterns of names are not checked",
        "`patternProperties` (JSON Schema Core 2020-12, section 10.3.2.2) gives members a type by their names. One type is generated for all members that are not named.",
        "components: {schemas: {A: {patternProperties: {'^x': {type: string}}}}}";
    NOT_A_CALL = "W0154" Warning "Webhooks and callbacks are left out",
        "Webhooks (OpenAPI Object) and callbacks (Callback Object) are requests the API makes. A client does not send them, so nothing is generated.",
        "webhooks: {changed: {post: {operationId: a, responses: {default: {description: d}}}}}";
    SIBLING_LOST = "W0155" Warning "Text beside `$ref` is left out",
        "OpenAPI 3.0 ignores everything beside `$ref` (3.0.3, Reference Object); 3.1 lets `summary` and `description` stand there, which there is no place for except in schemas.",
        "components: {responses: {A: {description: d}, B: {$ref: '#/components/responses/A', description: e}}}";
    TOO_LARGE = "E0156" Error "Document that grows without measure",
        "A path item may refer to another, which is taken in. Many references to a large one make a document of a size that nobody means.",
        "";
    NOT_PARSED = "E0190" Error "Document cannot be read",
        "The lowered document is not what the reader of OpenAPI 3.0 accepts. Every cause known has a rule of its own; this one is left for the unknown.",
        "";
}
