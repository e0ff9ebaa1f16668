//! Rules: The OpenAPI Specification.

use super::Rule;

rules! {
    NOT_PARSED = "E0190" Error "Document cannot be read",
        "The lowered document is not what the reader of OpenAPI 3.0 accepts. Every cause known has a rule of its own; this one is left for the unknown.",
        "";
    KEYWORD_LOST = "W0151" Warning "Keyword has no counterpart",
        "OpenAPI 3.1 allows every keyword of JSON Schema 2020-12; some constrain in ways that types cannot. They are left out, so more is accepted than the schema allows.",
        "if: {required: [a]}";
    TUPLE_LOST = "W0152" Warning "Tuple becomes a list",
        "`prefixItems` (JSON Schema 2020-12, 10.3.1.1) gives each item its own type. The list that is generated takes any of the types at any position.",
        "prefixItems: [{type: string}, {type: integer}]";
    PATTERN_LOST = "W0153" Warning "Patterns of names are not checked",
        "`patternProperties` (JSON Schema 2020-12, 10.3.2.2) gives members a type by their names. One type is generated for all members that are not named.",
        "patternProperties: {'^x': {type: string}}";
    NOT_A_CALL = "W0154" Warning "Webhooks and callbacks are left out",
        "Webhooks and callbacks (OpenAPI 3.1, 4.8.1 and 4.8.18) are requests the API makes. A client does not send them, so nothing is generated.",
        "webhooks: {changed: {post: {}}}";
    SIBLING_LOST = "W0155" Warning "Text beside `$ref` is left out",
        "OpenAPI 3.0 ignores everything beside `$ref` (4.7.23); 3.1 lets `summary` and `description` stand there (4.8.23), which the types have no place for except in schemas.",
        "{$ref: '#/components/responses/Gone', description: Gone for good}";
}
