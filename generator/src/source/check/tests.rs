use super::*;
use crate::source::lower::lower;
use crate::source::parse::parse;

/// The findings of a document, sorted.
fn findings(text: &str) -> Findings {
    let mut findings = Findings::default();
    check(&fixture::document(text), &mut findings);
    findings.sort();
    findings
}

fn codes(text: &str) -> Vec<&'static str> {
    findings(text).iter().map(|finding| finding.rule.code).collect()
}

/// A document of 3.1 with a title and no paths, with what is given in place of that.
fn completed(part: &str) -> String {
    let mut document: serde_yaml::Mapping =
        serde_yaml::from_str("{openapi: 3.1.0, info: {title: t, version: '1'}, paths: {}}").unwrap();
    let part: serde_yaml::Mapping = serde_yaml::from_str(part).unwrap();
    document.extend(part);
    serde_yaml::to_string(&document).unwrap()
}

#[test]
fn each_example_of_a_rule_breaks_that_rule_and_no_other() {
    for rule in rules::ALL.iter().filter(|rule| !rule.example.is_empty()) {
        let document = fixture::document(&completed(rule.example));
        let mut findings = Findings::default();
        check(&document, &mut findings);
        if rule.code[1..] >= *"0150" {
            lower(&document, &mut findings);
        }
        let codes: Vec<&str> = findings.iter().map(|finding| finding.rule.code).collect();
        assert_eq!(codes, [rule.code], "{}: {findings:#?}", rule.example);
    }
}

#[test]
fn codes_are_unique_and_say_their_level() {
    let mut codes: Vec<&str> = rules::ALL.iter().map(|rule| &rule.code[1..]).collect();
    assert!(codes.is_sorted());
    codes.dedup();
    assert_eq!(codes.len(), rules::ALL.len());
    for rule in rules::ALL {
        let letter = if rule.level == crate::source::diagnostic::Level::Error { 'E' } else { 'W' };
        assert!(rule.code.starts_with(letter), "{}", rule.code);
    }
}

#[test]
fn the_vendors_whole_document_has_its_own_faults_only() {
    for name in ["telnyx-openapi-2026-07-16.yml", "history/oauth-2026-07-16.yml", "history/oauth-2025-09-10.yml"] {
        let Some(text) = fixture::upstream(name) else { continue };
        let document = fixture::document(&text);
        let mut findings = Findings::default();
        let start = std::time::Instant::now();
        check(&document, &mut findings);
        eprintln!("{name}: check {:?}", start.elapsed());
        findings.sort();
        for finding in &findings {
            eprintln!("{} {} {:?}", finding.rule.code, finding.message, finding.help);
        }
        let mut errors: Vec<&str> =
            findings.iter().filter(|finding| finding.is_error()).map(|finding| finding.rule.code).collect();
        errors.dedup();
        errors.sort();
        errors.dedup();
        let own: &[&str] = if name.starts_with("telnyx") { &["E0126", "E0129", "E0132", "E0147"] } else { &[] };
        assert_eq!(errors, own, "{name}");
    }
}

/// What passes is lowered and parsed.
#[test]
fn a_document_without_errors_is_parsed() {
    let text = completed(
        "components: {schemas: {A: {type: [object, 'null'], properties: {a: {$ref: '#/components/schemas/A', description: d}}}}}",
    );
    let document = fixture::document(&text);
    let mut findings = Findings::default();
    check(&document, &mut findings);
    let lowered = lower(&document, &mut findings);
    assert!(parse(&lowered, &mut findings).is_some());
    assert!(findings.is_empty(), "{findings:#?}");
}

fn the_only(text: &str) -> (&'static str, String, Vec<String>) {
    let findings = findings(&completed(text));
    let all: Vec<&Diagnostic> = findings.iter().collect();
    let [finding] = all.as_slice() else { panic!("{findings:#?}") };
    (finding.rule.code, finding.message.clone(), finding.help.clone())
}

#[test]
fn a_slip_in_a_reference_is_met_with_the_nearest_name() {
    let (code, message, help) =
        the_only("components: {schemas: {OAuthClient: {}, A: {$ref: '#/components/schemas/OAuthClent'}}}");
    assert_eq!((code, message.as_str()), ("E0107", "`$ref` points to nothing"));
    assert_eq!(help, ["a schema `OAuthClient` exists"]);
    let (code, _, help) = the_only("components: {schemas: {A: {}, B: {$ref: '#/definitions/A'}}}");
    assert_eq!((code, help), ("E0107", vec!["`#/components/schemas/A` exists".to_owned()]));
    let (_, message, help) = the_only("components: {schemas: {A: {requred: [a]}}}");
    assert_eq!(
        (message.as_str(), help),
        ("`requred` is not a member of a schema", vec!["`required` is one".to_owned()])
    );
}

#[test]
fn a_circle_is_told_by_its_names_once() {
    let to = |name: &str| format!("{{allOf: [{{$ref: '#/components/schemas/{name}'}}]}}");
    let (code, message, _) =
        the_only(&format!("components: {{schemas: {{C: {}, A: {}, B: {}}}}}", to("A"), to("B"), to("C")));
    assert_eq!((code, message.as_str()), ("E0109", "`A` -> `B` -> `C` -> `A` applies itself without end"));
    let (code, message, _) = the_only(
        "components: {parameters: {A: {$ref: '#/components/parameters/B'}, B: {$ref: '#/components/parameters/A'}}}",
    );
    assert_eq!((code, message.as_str()), ("E0109", "`A` -> `B` -> `A` applies itself without end"));
}

#[test]
fn a_schema_may_contain_itself() {
    let text = "components: {schemas: {A: {type: object, properties: {a: {$ref: '#/components/schemas/A'}, b: {type: array, items: {allOf: [{$ref: '#/components/schemas/A'}]}}}}}}";
    assert_eq!(codes(&completed(text)), [""; 0]);
}

#[test]
fn two_paths_with_one_path_item_share_operation_ids() {
    let item = "{$ref: '#/components/pathItems/P'}";
    let text = format!(
        "{{paths: {{/a: {item}, /b: {item}}}, components: {{pathItems: {{P: {{get: {{operationId: g, responses: {{default: {{description: d}}}}}}}}}}}}}}"
    );
    assert_eq!(codes(&completed(&text)), ["E0126"]);
}

#[test]
fn a_warning_of_many_places_is_told_a_few_times() {
    let schemas: Vec<String> = (0..50).map(|n| format!("A{n}: {{type: integer, example: a{n}}}")).collect();
    let findings = findings(&completed(&format!("components: {{schemas: {{{}}}}}", schemas.join(", "))));
    assert_eq!(findings.len(), 20);
    assert!(findings.iter().any(|finding| finding.help == ["more of this kind at 30 more places"]));
}

#[test]
fn callbacks_may_be_references() {
    let text = "
paths: {/a: {post: {operationId: a, responses: {default: {description: d}}, callbacks: {c: {$ref: '#/components/callbacks/C'}}}}}
components: {callbacks: {C: {'{$request.body#/url}': {post: {operationId: b, responses: {'200': {description: d}}}}}}}
";
    assert_eq!(codes(&completed(text)), [""; 0]);
}

#[test]
fn findings_stand_where_the_user_has_to_look() {
    let text = "\
openapi: 3.0.3
info: {title: t, version: 1.0}
paths:
  a:
    get: {operationId: a, responses: {ok: {description: d}}}
  /b/{c}:
    get:
      operationId: b
      responses: {}
    put:
      operationId: c
components:
  schemas:
    A:
      type: object
      properties:
        b: {$ref: '#/components/schemas/Gone'}
      requred: [b]
    C:
      oneOf: [{type: strng}]
      default: a
";
    let mut files = crate::source::place::Files::default();
    let document = fixture::in_files(text, &mut files);
    let mut findings = Findings::default();
    check(&document, &mut findings);
    findings.sort();
    let found: Vec<(usize, usize, &str)> = findings
        .iter()
        .map(|finding| (files.position(finding.place), finding.rule.code))
        .map(|(position, code)| (position.line, position.column, code))
        .collect();
    let expected = [
        (2, 27, "E0103"),
        (4, 3, "E0114"),
        (5, 39, "E0127"),
        (7, 5, "E0116"),
        (9, 18, "E0128"),
        (10, 5, "E0116"),
        (10, 5, "E0128"),
        (17, 19, "E0107"),
        (18, 7, "W0104"),
        (20, 22, "E0140"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn several_faults_are_found_in_one_run() {
    let text = "
info: {title: 7, version: '1'}
paths:
  a: {}
  /b/{c}: {get: {operationId: '', responses: {'99': {}}}}
components: {schemas: {A: {type: object, minLength: -1}}}
";
    let mut found = codes(&completed(text));
    found.sort_unstable();
    assert_eq!(found, ["E0102", "E0103", "E0103", "E0112", "E0114", "E0116", "E0127"]);
}

#[test]
fn literals_are_compared_without_rounding() {
    let schema = |text: &str| codes(&completed(&format!("components: {{schemas: {{A: {text}}}}}")));
    for fine in [
        "{type: integer, format: int64, default: 9223372036854775807}",
        "{type: integer, minimum: 9007199254740993, default: 9007199254740993}",
        "{type: integer, default: 2.0}",
        "{type: [string, 'null'], default: null}",
        "{type: string, nullable: true, default: null}",
        "{enum: [1, a], default: a}",
        "{anyOf: [{type: string}, {type: integer}], default: 1}",
        "{exclusiveMinimum: 0, type: integer, default: 1}",
    ] {
        assert_eq!(schema(fine), [""; 0], "{fine}");
    }
    for wrong in [
        "{type: integer, format: int64, default: 9223372036854775808}",
        "{type: integer, format: int32, default: 2147483648}",
        "{type: integer, minimum: 9007199254740993, default: 9007199254740992}",
        "{type: integer, default: 2.5}",
        "{type: string, default: null}",
        "{enum: [1, a], default: b}",
        "{anyOf: [{type: string}, {type: integer}], default: true}",
        "{exclusiveMinimum: 0, type: integer, default: 0}",
        "{type: string, maxLength: 2, default: abc}",
        "{type: array, items: {type: string}, default: [1]}",
        "{type: object, properties: {a: {type: string}}, default: {a: 1}}",
        "{const: a, default: b}",
    ] {
        assert_eq!(schema(wrong), ["E0147"], "{wrong}");
    }
}

#[test]
fn values_of_a_variable_do_not_change_the_host() {
    let server = |url: &str, value: &str| {
        codes(&completed(&format!(
            "servers: [{{url: '{url}', variables: {{v: {{default: a, enum: [a, '{value}']}}}}}}]"
        )))
    };
    assert_eq!(server("https://{v}.example/x", "b"), [""; 0]);
    for value in ["b.example/", "u@b", "b#", "b?", "b\\c", ""] {
        assert_eq!(
            server("https://{v}.example/x", value).first(),
            if value.is_empty() { None } else { Some(&"E0133") },
            "{value}"
        );
    }
    assert_eq!(server("https://a.example/{v}", "../b"), ["E0133"]);
    assert_eq!(server("https://a.example/{w}", "b"), ["E0133"]);
    assert_eq!(server("https://a.example/{v", "b"), ["E0132"]);
}

#[test]
fn references_lead_to_what_is_expected_wherever_it_stands() {
    for fine in [
        "{$defs: {T: {type: string}}, components: {schemas: {A: {$ref: '#/$defs/T'}}}}",
        "components: {schemas: {A: {properties: {b: {}}}, B: {$ref: '#/components/schemas/A/properties/b'}}}",
        "components: {schemas: {A: {$ref: '#/components/parameters/P/schema'}}, parameters: {P: {name: p, in: query, schema: {}}}}",
        "components: {schemas: {A: {$ref: '#/components/schemas/B%2EC'}, B.C: {}}}",
    ] {
        let found: Vec<&str> = codes(&completed(fine)).into_iter().filter(|code| code.starts_with('E')).collect();
        assert_eq!(found, [""; 0], "{fine}");
    }
    // What only a reference leads to is judged too.
    let found = codes(&completed("{x-mine: {T: {type: strng}}, components: {schemas: {A: {$ref: '#/x-mine/T'}}}}"));
    assert_eq!(found, ["E0140"]);
    for wrong in ["'#/components/parameters/P'", "'#/components/schemas/B/title'", "'#/components'"] {
        let text = format!(
            "components: {{schemas: {{A: {{$ref: {wrong}}}, B: {{title: t}}}}, parameters: {{P: {{name: p, in: query, schema: {{}}}}}}}}"
        );
        assert_eq!(codes(&completed(&text)), ["E0108"], "{wrong}");
    }
    for outside in ["'a.yaml#/A'", "'file:///etc/passwd'", "'http://a.example/'", "''", "'#A'"] {
        assert_eq!(
            codes(&completed(&format!("components: {{schemas: {{A: {{$ref: {outside}}}}}}}"))),
            ["E0106"],
            "{outside}"
        );
        let mapping = format!(
            "components: {{schemas: {{A: {{oneOf: [{{properties: {{k: {{}}}}}}], discriminator: {{propertyName: k, mapping: {{a: {outside}}}}}}}}}}}"
        );
        assert!(codes(&completed(&mapping)).iter().all(|code| ["E0106", "E0107"].contains(code)), "{outside}");
    }
}

#[test]
fn deep_documents_and_diamonds_fit_a_small_stack() {
    let mut deep = "{type: string, default: a}".to_owned();
    for _ in 0..29 {
        deep = format!("{{default: {{a: {{}}}}, allOf: [{{properties: {{a: {deep}}}}}]}}");
    }
    let mut schemas = format!("L0: {deep}");
    for level in 1..60 {
        let below = format!("{{$ref: '#/components/schemas/L{}'}}", level - 1);
        schemas += &format!(
            ", L{level}: {{allOf: [{below}, {below}, {below}], default: {{a: {{a: 1}}}}, discriminator: {{propertyName: k}}}}"
        );
    }
    let document = fixture::document(&completed(&format!("components: {{schemas: {{{schemas}}}}}")));
    let run = move || check(&document, &mut Findings::default());
    std::thread::Builder::new().stack_size(512 << 10).spawn(run).unwrap().join().unwrap();
}

#[test]
fn a_chain_of_references_may_be_long() {
    let links: Vec<String> = (0..5_000).map(|n| format!("A{n}: {{$ref: '#/components/schemas/A{}'}}", n + 1)).collect();
    let text = completed(&format!("components: {{schemas: {{{}, A5000: {{}}}}}}", links.join(", ")));
    assert_eq!(codes(&text), [""; 0]);
}

mod mutations {
    use proptest::prelude::*;

    use super::*;
    use crate::source::node::{Number, Value};

    const SEED: &str = "
openapi: 3.1.0
info: {title: t, version: '1', license: {name: MIT, identifier: MIT}}
servers: [{url: 'https://{h}.example/v1', variables: {h: {default: a, enum: [a, b]}}}]
security: [{o: [r]}]
tags: [{name: t}]
paths:
  /a/{b}:
    parameters: [{name: b, in: path, required: true, schema: {type: string}}]
    post:
      operationId: post
      tags: [t]
      parameters: [{$ref: '#/components/parameters/Q'}]
      requestBody: {content: {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/A'}, encoding: {a: {style: form, explode: true}}}}}
      responses: {'200': {$ref: '#/components/responses/R'}, default: {description: d, links: {l: {operationId: post}}}}
  /c: {$ref: '#/components/pathItems/P'}
components:
  parameters: {Q: {name: q, in: query, style: deepObject, explode: true, schema: {type: object, properties: {a: {type: integer, minimum: 1}}}}}
  responses: {R: {description: d, headers: {X-A: {schema: {type: integer}}}, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/B'}}, example: []}}}}
  pathItems: {P: {get: {operationId: get, responses: {'204': {description: d}}}}}
  securitySchemes: {o: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.example/t', scopes: {r: d}}}}, k: {type: apiKey, name: k, in: header}, m: {type: mutualTLS}}
  schemas:
    A: {type: [object, 'null'], required: [a], properties: {a: {type: [string, integer], enum: [x, 1]}, k: {const: v}}, additionalProperties: false}
    B: {oneOf: [{$ref: '#/components/schemas/A'}, {type: 'null'}], discriminator: {propertyName: k, mapping: {v: A}}}
    C: {allOf: [{$ref: '#/components/schemas/A', description: d}], unevaluatedProperties: false, examples: [{a: x}]}
    D: {type: array, prefixItems: [true, {type: number, exclusiveMinimum: 0, maximum: 18446744073709551615}], items: false}
    E: {$defs: {I: {type: integer, default: 1}}, patternProperties: {'^x-': {$ref: '#/components/schemas/E/$defs/I'}}}
";

    /// Changes the node that comes at a number in the order of the document.
    fn mutate(node: &mut Node, at: &mut usize, change: u8) {
        if *at == 0 {
            node.value = match change {
                0 => Value::Null,
                1 => Value::Boolean(true),
                2 => Value::Number(Number::Signed(-1)),
                3 => Value::Number(Number::Float(0.5)),
                4 => Value::Number(Number::Unsigned(u64::MAX)),
                5 => Value::Text("#/components/schemas/A".to_owned()),
                6 => Value::Text("\u{202e}\r\n".to_owned()),
                7 => Value::Sequence(vec![node.clone()]),
                8 => Value::Sequence(Vec::new()),
                9 => fixture::document("{$ref: '#/components/schemas/B'}").value,
                10 => fixture::document("{$ref: '#/components/schemas/E/$defs'}").value,
                11 => fixture::document("{$ref: '#'}").value,
                12 => fixture::document("{type: object, '': {}}").value,
                13 => fixture::document(&format!("{{a: {}}}", "1")).value,
                _ => fixture::document("{}").value,
            };
        }
        *at = at.wrapping_sub(1);
        match &mut node.value {
            Value::Sequence(items) => items.iter_mut().for_each(|item| mutate(item, at, change)),
            Value::Mapping(mapping) => mapping.iter_mut().for_each(|(_, member)| mutate(&mut member.node, at, change)),
            _ => {}
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_changed_document_is_judged_lowered_and_always_parsed(changes in prop::collection::vec((0_usize..280, 0_u8..15), 1..4)) {
            let mut document = fixture::document(SEED);
            for (at, change) in changes {
                mutate(&mut document, &mut at.clone(), change);
            }
            let mut findings = Findings::default();
            check(&document, &mut findings);
            let lowered = lower(&document, &mut findings);
            prop_assert!(parse(&lowered, &mut findings).is_some(), "{:?}", findings.iter().last());
        }
    }

    #[test]
    fn the_document_that_is_changed_is_right() {
        let codes = codes(SEED);
        assert_eq!(codes.iter().filter(|code| code.starts_with('E')).count(), 0, "{codes:?}");
    }
}
