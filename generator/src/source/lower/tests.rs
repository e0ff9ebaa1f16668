use serde_json::{Value as Json, json};

use super::*;
use crate::source::check::fixture;
use crate::source::parse::parse;

/// Lowers a document; the tree as JSON without node numbers, and the findings' codes.
fn lowered(text: &str) -> (Lowered, Json, Vec<&'static str>) {
    let mut findings = Findings::default();
    let lowered = lower(&fixture::document(text), &mut findings);
    let codes = findings.iter().map(|finding| finding.rule.code).collect();
    let tree = without_numbers(lowered.tree.to_json());
    assert!(parse(&lowered, &mut findings).is_some(), "not parsed: {:?}", findings.iter().last());
    (lowered, tree, codes)
}

fn without_numbers(value: Json) -> Json {
    match value {
        Json::Object(map) => map
            .into_iter()
            .filter(|(key, _)| key != NODE_NUMBER)
            .map(|(key, value)| (key, without_numbers(value)))
            .collect(),
        Json::Array(items) => items.into_iter().map(without_numbers).collect(),
        other => other,
    }
}

/// Lowers one schema of a 3.1 document.
fn schema(text: &str) -> (Json, Extra, Vec<&'static str>) {
    schema_of("3.1.0", text)
}

fn schema_of(version: &str, text: &str) -> (Json, Extra, Vec<&'static str>) {
    let text = format!(
        "{{openapi: {version}, info: {{title: t, version: '1'}}, paths: {{}}, components: {{schemas: {{B: {{type: string}}, S: {text}}}}}}}"
    );
    let (lowered, tree, codes) = lowered(&text);
    let extra = lowered
        .tree
        .pointer("/components/schemas/S")
        .and_then(number_of)
        .map(|number| lowered.nodes[number].extra.clone());
    (tree["components"]["schemas"]["S"].clone(), extra.unwrap_or_default(), codes)
}

#[test]
fn the_vendors_whole_document_is_lowered_and_parsed() {
    for name in ["telnyx-openapi-2026-07-16.yml", "history/oauth-2026-07-16.yml"] {
        let Some(text) = fixture::upstream(name) else { continue };
        let document = fixture::document(&text);
        let mut findings = Findings::default();
        let start = std::time::Instant::now();
        let lowered = lower(&document, &mut findings);
        let middle = std::time::Instant::now();
        let parsed = parse(&lowered, &mut findings);
        eprintln!("{name}: lower {:?}, parse {:?}, nodes {}", middle - start, middle.elapsed(), lowered.nodes.len());
        for finding in &findings {
            eprintln!("{} {}", finding.rule.code, finding.message);
        }
        assert!(parsed.is_some());
        assert!(!findings.has_errors());
    }
}

#[test]
fn a_type_with_null_is_nullable() {
    let (tree, extra, codes) = schema("{type: [string, 'null'], maxLength: 3}");
    assert_eq!(tree, json!({"type": "string", "nullable": true, "maxLength": 3}));
    assert_eq!((extra, codes), (Extra::default(), vec![]));
    assert_eq!(schema("{type: [string]}").0, json!({"type": "string"}));
}

#[test]
fn several_types_become_branches_with_the_keywords_that_concern_them() {
    let (tree, ..) =
        schema("{type: [string, integer, 'null'], description: d, maxLength: 3, minimum: 1, enum: [a, 5, 0.5]}");
    let branches = json!([
        {"type": "string", "maxLength": 3, "enum": ["a"]},
        {"type": "integer", "minimum": 1, "enum": [5]},
    ]);
    assert_eq!(tree, json!({"description": "d", "nullable": true, "anyOf": branches}));
}

#[test]
fn several_types_beside_any_of_go_into_all_of() {
    let (tree, ..) = schema("{type: [string, integer], anyOf: [{minLength: 1}, {minimum: 1}]}");
    assert_eq!(tree["allOf"], json!([{"anyOf": [{"type": "string"}, {"type": "integer"}]}]));
    assert_eq!(tree["anyOf"], json!([{"minLength": 1}, {"minimum": 1}]));
}

#[test]
fn an_integer_is_a_number() {
    assert_eq!(schema("{type: [integer, number]}").0, json!({"type": "number"}));
}

#[test]
fn the_null_type_alone_travels_along() {
    for text in ["{type: 'null'}", "{type: ['null']}", "{enum: [null]}", "{const: null}"] {
        let (tree, extra, _) = schema(text);
        assert_eq!(tree, json!({"nullable": true}), "{text}");
        assert!(extra.null_only, "{text}");
    }
    assert_eq!(schema("{const: null}").1.constant, Some(Json::Null));
}

#[test]
fn nullable_counts_in_both_versions() {
    for version in ["3.0.3", "3.1.0"] {
        assert_eq!(schema_of(version, "{type: string, nullable: true}").0, json!({"type": "string", "nullable": true}));
        assert_eq!(schema_of(version, "{nullable: true}").0, json!({"nullable": true}));
    }
}

#[test]
fn a_constant_is_an_enum_of_one_with_its_type() {
    let (tree, extra, _) = schema("{const: a}");
    assert_eq!(tree, json!({"type": "string", "enum": ["a"]}));
    assert_eq!(extra.constant, Some(json!("a")));
    let (tree, extra, _) = schema("{const: {a: 1}}");
    assert_eq!(tree, json!({"type": "object"}));
    assert_eq!((extra.constant, extra.enumeration), (Some(json!({"a": 1})), vec![json!({"a": 1})]));
}

#[test]
fn null_among_the_values_is_nullable() {
    assert_eq!(schema("{type: string, enum: [a, null]}").0, json!({"type": "string", "enum": ["a"], "nullable": true}));
}

#[test]
fn a_null_branch_is_nullable() {
    let (tree, ..) = schema("{oneOf: [{type: string}, {type: integer}, {type: 'null'}]}");
    assert_eq!(tree, json!({"oneOf": [{"type": "string"}, {"type": "integer"}], "nullable": true}));
}

#[test]
fn the_one_branch_beside_null_is_the_schema() {
    let (tree, extra, _) =
        schema("{description: d, anyOf: [{type: string, description: e, const: a}, {type: 'null'}]}");
    assert_eq!(tree, json!({"description": "d", "type": "string", "enum": ["a"], "nullable": true}));
    assert_eq!(extra.constant, Some(json!("a")));
    let (tree, ..) = schema("{anyOf: [{$ref: '#/components/schemas/B'}, {type: 'null'}]}");
    assert_eq!(tree, json!({"allOf": [{"$ref": "#/components/schemas/B"}], "nullable": true}));
}

#[test]
fn numeric_exclusive_bounds_become_flags() {
    assert_eq!(
        schema("{type: integer, exclusiveMinimum: 0, exclusiveMaximum: 9, maximum: 5}").0,
        json!({"type": "integer", "minimum": 0, "exclusiveMinimum": true, "maximum": 5})
    );
    assert_eq!(
        schema_of("3.0.3", "{type: number, exclusiveMinimum: true, minimum: 0, exclusiveMaximum: true}").0,
        json!({"type": "number", "minimum": 0, "exclusiveMinimum": true})
    );
}

#[test]
fn bounds_that_the_tree_rounds_travel_along() {
    let (tree, extra, _) = schema(
        "{type: integer, minimum: -9223372036854775808, exclusiveMaximum: 18446744073709551615, multipleOf: 0.5}",
    );
    assert_eq!(tree["minimum"], json!(i64::MIN));
    assert_eq!(tree.get("maximum"), None);
    assert_eq!(extra.minimum, None);
    assert_eq!(extra.maximum, Some(Bound { value: u64::MAX.into(), exclusive: true }));
    assert_eq!(extra.multiple_of, serde_json::Number::from_f64(0.5));
    assert_eq!(schema("{type: integer, minimum: 1.0}").0, json!({"type": "integer", "minimum": 1}));
    assert_eq!(schema("{type: integer, enum: [18446744073709551615]}").1.enumeration, vec![json!(u64::MAX)]);
}

#[test]
fn truth_values_are_schemas() {
    let (tree, ..) = schema("{type: object, properties: {a: true, b: false}, additionalProperties: false}");
    assert_eq!(tree["properties"], json!({"a": {}, "b": {"not": {}}}));
    assert_eq!(tree["additionalProperties"], json!(false));
    let (tree, extra, _) = schema("false");
    assert_eq!(tree, json!({"not": {}}));
    assert!(extra.never);
    assert_eq!(schema("{type: array, items: true}").0, json!({"type": "array", "items": {}}));
}

#[test]
fn siblings_of_a_reference_stand_beside_all_of() {
    let (tree, extra, codes) = schema("{$ref: '#/components/schemas/B', description: d, allOf: [{maxLength: 3}]}");
    assert_eq!(tree, json!({"allOf": [{"$ref": "#/components/schemas/B"}, {"maxLength": 3}], "description": "d"}));
    assert!(extra.ref_siblings && codes.is_empty());
    let (tree, extra, codes) = schema_of("3.0.3", "{$ref: '#/components/schemas/B', description: d}");
    assert_eq!(tree, json!({"allOf": [{"$ref": "#/components/schemas/B"}]}));
    assert!(!extra.ref_siblings);
    assert_eq!(codes, ["W0155"]);
    assert_eq!(schema("{$ref: '#/components/schemas/B', x-a: 1}").0, json!({"$ref": "#/components/schemas/B"}));
}

#[test]
fn the_first_of_the_examples_is_the_example() {
    let (tree, extra, _) = schema("{type: string, examples: [a, b]}");
    assert_eq!(tree, json!({"type": "string", "example": "a"}));
    assert_eq!(extra.examples, [json!("a"), json!("b")]);
    assert_eq!(schema("{example: c, examples: [a]}").0, json!({"example": "c"}));
}

#[test]
fn a_tuple_becomes_a_list_of_any_of_its_types() {
    let (tree, extra, codes) = schema("{type: array, prefixItems: [{type: string}, {type: integer}], items: false}");
    assert_eq!(
        tree,
        json!({"type": "array", "maxItems": 2, "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}})
    );
    assert!(extra.tuple);
    assert_eq!(codes, ["W0152"]);
}

#[test]
fn patterns_of_names_become_further_members() {
    let (tree, _, codes) = schema("{type: object, patternProperties: {'.*': {type: string}}}");
    assert_eq!(tree, json!({"type": "object", "additionalProperties": {"type": "string"}}));
    assert!(codes.is_empty());
    let (tree, _, codes) =
        schema("{type: object, additionalProperties: false, patternProperties: {'^a': {type: string}}}");
    assert_eq!(tree, json!({"type": "object", "additionalProperties": {"type": "string"}}));
    assert_eq!(codes, ["W0153"]);
}

#[test]
fn what_is_not_evaluated_is_what_is_additional() {
    let (tree, _, codes) = schema("{type: object, properties: {a: {}}, unevaluatedProperties: false}");
    assert_eq!(tree, json!({"type": "object", "properties": {"a": {}}, "additionalProperties": false}));
    assert!(codes.is_empty());
    let (tree, _, codes) = schema("{allOf: [{$ref: '#/components/schemas/B'}], unevaluatedProperties: false}");
    assert_eq!(tree, json!({"allOf": [{"$ref": "#/components/schemas/B"}]}));
    assert_eq!(codes, ["W0151"]);
}

#[test]
fn keywords_without_counterpart_are_reported_once_each() {
    let (tree, _, codes) =
        schema("{type: object, if: {}, then: {}, dependentRequired: {a: [b]}, propertyNames: {pattern: a}}");
    assert_eq!(tree, json!({"type": "object"}));
    assert_eq!(codes, ["W0151"; 4]);
}

#[test]
fn encoded_content_has_a_format() {
    assert_eq!(schema("{type: string, contentEncoding: base64}").0, json!({"type": "string", "format": "byte"}));
    let (tree, extra, _) = schema("{type: string, contentMediaType: application/octet-stream}");
    assert_eq!(tree, json!({"type": "string", "format": "binary"}));
    assert_eq!(extra.content_media_type.as_deref(), Some("application/octet-stream"));
    assert_eq!(schema("{type: string, contentEncoding: base64url}").1.content_encoding.as_deref(), Some("base64url"));
}

#[test]
fn members_and_items_say_the_type() {
    assert_eq!(schema("{properties: {a: {}}}").0, json!({"type": "object", "properties": {"a": {}}}));
    assert_eq!(schema("{items: {}}").0, json!({"type": "array", "items": {}}));
}

#[test]
fn keywords_of_other_types_go() {
    let (tree, extra, _) = schema("{type: boolean, minLength: 1, format: yes-no, properties: {}}");
    assert_eq!(tree, json!({"type": "boolean"}));
    assert_eq!(extra.format.as_deref(), Some("yes-no"));
    assert_eq!(schema("{type: banana}").0, json!({}));
}

#[test]
fn extensions_go_and_properties_of_such_names_stay() {
    let (tree, ..) = schema("{type: object, x-a: 1, properties: {x-b: {type: string, x-c: 1}}, example: {x-d: 1}}");
    assert_eq!(tree, json!({"type": "object", "properties": {"x-b": {"type": "string"}}, "example": {"x-d": 1}}));
}

#[test]
fn references_into_the_middle_become_components() {
    let (lowered, tree, codes) = lowered(
        "
openapi: 3.1.0
info: {title: t, version: '1'}
$defs: {Top: {type: integer}}
paths:
  /a/{id}:
    get:
      responses:
        '200':
          description: d
          content: {application/json: {schema: {type: object, properties: {self: {$ref: '#/paths/~1a~1%7Bid%7D/get/responses/200/content/application~1json/schema'}}}}}
components:
  schemas:
    A: {type: object, properties: {b: {type: object, properties: {c: {$ref: '#/components/schemas/A/properties/b'}}}}}
    A_b: {type: string}
    D: {$defs: {Inner: {type: boolean}}, allOf: [{$ref: '#/components/schemas/D/$defs/Inner'}, {$ref: '#/$defs/Top'}]}
",
    );
    assert!(codes.is_empty());
    let schemas = &tree["components"]["schemas"];
    let nested = json!({"$ref": "#/components/schemas/A_b_2"});
    assert_eq!(schemas["A"], json!({"type": "object", "properties": {"b": nested}}));
    assert_eq!(schemas["A_b_2"], json!({"type": "object", "properties": {"c": nested}}));
    assert_eq!(
        schemas["D"]["allOf"],
        json!([{"$ref": "#/components/schemas/D_Inner"}, {"$ref": "#/components/schemas/Top"}])
    );
    assert_eq!(schemas["D_Inner"], json!({"type": "boolean"}));
    let media_type = &tree["paths"]["/a/{id}"]["get"]["responses"]["200"]["content"]["application/json"];
    let name = "a_id_get_responses_200_application_json";
    assert_eq!(media_type["schema"], json!({"$ref": format!("#/components/schemas/{name}")}));
    assert_eq!(schemas[name]["properties"]["self"], media_type["schema"]);
    let inner = lowered.tree.pointer("/components/schemas/A_b_2").and_then(number_of).unwrap();
    assert_eq!(lowered.nodes[inner].pointer, "/components/schemas/A/properties/b");
}

#[test]
fn path_items_are_taken_in_with_what_stands_beside_the_reference() {
    let (_, tree, _) = lowered(
        "
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a: {$ref: '#/components/pathItems/P', summary: own}
  /loop: {$ref: '#/paths/~1loop'}
components:
  pathItems: {P: {summary: other, get: {responses: {'204': {description: d}}}}}
",
    );
    assert_eq!(tree["paths"]["/a"], json!({"summary": "own", "get": {"responses": {"204": {"description": "d"}}}}));
    assert_eq!(tree["paths"]["/loop"], json!({}));
    assert_eq!(tree["components"].get("pathItems"), None);
}

#[test]
fn what_only_3_1_has_is_kept_aside() {
    let (lowered, tree, codes) = lowered(
        "
openapi: 3.1.0
jsonSchemaDialect: https://spec.openapis.org/oas/3.1/dialect/base
info: {title: t, version: '1', summary: s, license: {name: MIT, identifier: MIT}}
webhooks: {w: {post: {responses: {'200': {description: d}}}}}
components: {securitySchemes: {tls: {type: mutualTLS}, alias: {$ref: '#/components/securitySchemes/tls'}, key: {type: apiKey, name: k, in: header}}}
",
    );
    assert_eq!(tree["paths"], json!({}));
    assert_eq!(tree["info"], json!({"title": "t", "version": "1", "license": {"name": "MIT"}}));
    let info = &lowered.nodes[number_of(&lowered.tree.get("info").unwrap().clone()).unwrap()].extra;
    assert_eq!((info.summary.as_deref(), info.license_identifier.as_deref()), (Some("s"), Some("MIT")));
    assert_eq!(lowered.mutual_tls.keys().collect::<Vec<_>>(), ["alias", "tls"]);
    assert_eq!(tree["components"]["securitySchemes"].as_object().unwrap().len(), 1);
    assert_eq!(codes, ["W0154"]);
}

#[test]
fn a_mapping_of_a_discriminator_leads_to_components() {
    let (tree, ..) = schema(
        "{oneOf: [{$ref: '#/components/schemas/B'}], discriminator: {propertyName: k, mapping: {a: B, b: '#/components/schemas/B', c: Gone}}}",
    );
    let target = "#/components/schemas/B";
    assert_eq!(tree["discriminator"], json!({"propertyName": "k", "mapping": {"a": target, "b": target}}));
}

#[test]
fn whatever_the_rules_refuse_is_left_out_and_the_rest_is_parsed() {
    let (_, tree, _) = lowered(
        "
openapi: 3.0.3
info: 7
paths:
  /a:
    parameters: [{name: 5, in: query}, {name: a, in: nowhere}, {name: b, in: query, style: matrix}, 3]
    get: {responses: {'2000': {description: d}, '200': {}, default: {$ref: '#/gone'}}, tags: [1, t]}
    put: []
components:
  schemas: {A: {type: 7, minLength: -1, properties: [], items: 3}, B: 4}
  securitySchemes: {a: {type: magic}, b: {type: apiKey}, c: {type: oauth2}}
",
    );
    assert_eq!(tree["info"], json!({"title": "", "version": ""}));
    let query = |name: &str| json!({"name": name, "in": "query", "schema": {}});
    assert_eq!(tree["paths"]["/a"]["parameters"], json!([query(""), query("b")]));
    assert_eq!(tree["paths"]["/a"]["get"], json!({"responses": {"200": {"description": ""}}, "tags": ["t"]}));
    assert_eq!(tree["components"]["schemas"], json!({"A": {}}));
}

#[test]
fn deep_documents_fit_a_small_stack() {
    let mut text = "{type: string}".to_owned();
    for _ in 0..60 {
        text = format!("{{type: [object, array], properties: {{a: {text}}}}}");
    }
    let thread = std::thread::Builder::new().stack_size(512 << 10);
    let document = fixture::document(&format!(
        "{{openapi: 3.1.0, info: {{title: t, version: '1'}}, components: {{schemas: {{S: {text}}}}}}}"
    ));
    let run = move || parse(&lower(&document, &mut Findings::default()), &mut Findings::default()).is_some();
    assert!(thread.spawn(run).unwrap().join().unwrap());
}
