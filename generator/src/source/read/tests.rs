use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::source::diagnostic::Findings;
use crate::source::node::{Number, Value};
use crate::source::rules;

struct Reading {
    files: Files,
    findings: Findings,
    node: Option<Node>,
}

impl Reading {
    /// `CODE line:column`, one for each finding.
    fn found(&self) -> Vec<String> {
        let describe = |finding: &Diagnostic| {
            let at = self.files.position(finding.place);
            format!("{} {}:{}", finding.rule.code, at.line, at.column)
        };
        self.findings.iter().map(describe).collect()
    }

    /// The text a place covers.
    fn text(&self, place: Place) -> &str {
        &self.files.get(place.file).unwrap().text[place.start as usize..place.end as usize]
    }
}

fn bytes(bytes: &[u8], format: Format) -> Reading {
    let (mut files, mut findings) = (Files::default(), Findings::default());
    let node = read_text("test", bytes, format, &mut files, &mut findings);
    Reading { files, findings, node }
}

fn yaml(text: &str) -> Reading {
    bytes(text.as_bytes(), Format::Yaml)
}

fn json(text: &str) -> Reading {
    bytes(text.as_bytes(), Format::Json)
}

fn yaml_value(text: &str) -> serde_json::Value {
    let reading = yaml(text);
    assert!(!reading.findings.has_errors(), "{text:?}: {:?}", reading.findings);
    reading.node.unwrap().to_json()
}

fn json_value(text: &str) -> serde_json::Value {
    let reading = json(text);
    assert!(reading.findings.is_empty(), "{text:?}: {:?}", reading.findings);
    reading.node.unwrap().to_json()
}

#[test]
fn the_example_of_each_rule_breaks_that_rule_alone() {
    for rule in rules::reading::ALL.iter().filter(|rule| !rule.example.starts_with('(')) {
        let format = if rule.code == rules::reading::JSON_SYNTAX.code { Format::Json } else { Format::Yaml };
        let reading = bytes(rule.example.as_bytes(), format);
        let codes: Vec<_> = reading.findings.iter().map(|finding| finding.rule.code).collect();
        assert_eq!(codes, [rule.code], "{}", rule.example);
        assert_eq!(reading.node.is_none(), reading.findings.has_errors());
        assert!(reading.findings.iter().all(|finding| !finding.help.is_empty()), "{} has no way out", rule.code);
    }
}

#[test]
fn each_rule_is_reported_at_its_place() {
    let bomb = rules::reading::ALIAS_BUDGET.example;
    for (text, expected) in [
        ("# nothing\n", "E0004 1:1"),
        ("", "E0004 1:1"),
        ("---\n", "E0004 1:1"),
        ("a:\n  b: [1, 2\nc: 3\n", "E0005 3:2"),
        ("a:\n\tb: 1\n", "E0005 2:2"),
        ("a: 'open\n", "E0005 1:4"),
        ("a: b: c\n", "E0005 1:5"),
        ("a: \u{0}\n", "E0005 1:4"),
        ("a: 1\n---\nb: 2\n", "E0007 2:1"),
        ("é: 1\nb: {x: 1, y: 2, x: 3}\n", "E0008 2:17"),
        (bomb, "E0011 6:32"),
        ("a: &a\n  - b\n  - *a\n", "E0012 3:5"),
        ("a: [b, *nothing]\n", "E0013 1:8"),
        ("a: !secret b\n", "E0014 1:12"),
        ("a: !!int b\n", "E0014 1:10"),
        ("a: !!map [b]\n", "E0014 1:4"),
        ("a: !!binary aGVsbG8=\n", "E0014 1:13"),
        ("a: 1\n? {b: c}\n: d\n", "E0015 2:3"),
        ("a: &a [1]\n*a : 2\n", "E0015 2:1"),
        ("a: 1\n<<: [{b: 1}, 2]\n", "E0016 2:5"),
        ("a: 18446744073709551616\n", "E0017 1:4"),
        ("a: -9223372036854775809\n", "E0017 1:4"),
        ("a: 1e999\n", "E0017 1:4"),
        ("a: [1, -.inf]\n", "E0018 1:8"),
        ("a: .NaN\n", "E0018 1:4"),
        ("a: [1, yes, no]\n", "W0001 1:8"),
        ("a: 0123\n", "W0001 1:4"),
        ("a: 12:30:45\n", "W0001 1:4"),
    ] {
        assert_eq!(yaml(text).found(), [expected], "{text:?}");
    }
}

#[test]
fn broken_json_is_reported_at_its_place() {
    for (text, expected) in [
        (" \n", "E0004 1:1"),
        ("{\"a\": 1,}", "E0006 1:9"),
        ("[1,\n 2,]", "E0006 2:4"),
        ("[,]", "E0006 1:2"),
        ("{\"a\" 1}", "E0006 1:6"),
        ("{\"a\": 1 \"b\": 2}", "E0006 1:9"),
        ("{a: 1}", "E0006 1:2"),
        ("{'a': 1}", "E0006 1:2"),
        ("// note\n{}", "E0006 1:1"),
        ("{} {}", "E0006 1:4"),
        ("{\"a\": tru}", "E0006 1:7"),
        ("{\"a\": truest}", "E0006 1:11"),
        ("{\"a\": 01}", "E0006 1:8"),
        ("{\"a\": +1}", "E0006 1:7"),
        ("{\"a\": .5}", "E0006 1:7"),
        ("{\"a\": 5.}", "E0006 1:9"),
        ("{\"a\": 1e}", "E0006 1:9"),
        ("{\"a\": -}", "E0006 1:8"),
        ("{\"a\": 0x1}", "E0006 1:8"),
        ("{\"a\": NaN}", "E0006 1:7"),
        ("[\"é\u{1}\"]", "E0006 1:4"),
        ("[\"a\nb\"]", "E0006 1:4"),
        ("[\"open]", "E0006 1:2"),
        ("[\"\\x41\"]", "E0006 1:3"),
        ("[\"\\u12G4\"]", "E0006 1:3"),
        ("[\"\\u12\"]", "E0006 1:3"),
        ("[\"\\ud83d\"]", "E0006 1:3"),
        ("[\"\\ude00\\ud83d\"]", "E0006 1:3"),
        ("[1", "E0006 1:3"),
        ("{", "E0006 1:2"),
        ("[1}", "E0006 1:3"),
        ("]", "E0006 1:1"),
        ("\u{a0}{}", "E0006 1:1"),
        ("{\"a\": 1, \"b\": 2, \"a\": 3}", "E0008 1:18"),
        ("[18446744073709551616]", "E0017 1:2"),
        ("[1e999]", "E0017 1:2"),
    ] {
        assert_eq!(json(text).found(), [expected], "{text:?}");
    }
}

#[test]
fn all_faults_of_a_file_are_found_in_one_run() {
    let found = yaml("a: 1\na: 2\nb: !x y\nc: .nan\nd: 99999999999999999999\n").found();
    assert_eq!(found, ["E0008 2:1", "E0014 3:7", "E0018 4:4", "E0017 5:4"]);
}

#[test]
fn the_faults_of_a_hostile_file_are_capped() {
    let text = "- .nan\n".repeat(50_000);
    assert_eq!(yaml(&text).findings.len(), 100);
}

#[test]
fn a_file_that_cannot_be_read_is_reported_at_1_1_of_its_name() {
    let folder = tempfile::tempdir().unwrap();
    for (path, message) in
        [(folder.path().join("none.yaml"), "`it` does not exist"), (folder.path().to_owned(), "`it` is a folder")]
    {
        let (mut files, mut findings) = (Files::default(), Findings::default());
        assert!(read_file(&path, "it", &mut files, &mut findings).is_none());
        let finding = findings.iter().next().unwrap();
        assert_eq!((finding.rule.code, finding.message.as_str()), ("E0001", message));
        assert_eq!((files.name(finding.place.file), files.position(finding.place).line), ("it", 1));
    }
}

#[test]
fn the_name_of_a_file_decides_its_format() {
    let folder = tempfile::tempdir().unwrap();
    for (name, ok) in [("a.json", false), ("a.JSON", false), ("a.yaml", true), ("a", true)] {
        let path = folder.path().join(name);
        std::fs::write(&path, "a: 1").unwrap();
        let node = read_file(&path, name, &mut Files::default(), &mut Findings::default());
        assert_eq!(node.is_some(), ok, "{name}");
    }
}

#[test]
fn a_byte_order_mark_is_dropped_and_shifts_no_place() {
    for format in [Format::Yaml, Format::Json] {
        let reading = bytes(b"\xEF\xBB\xBF{\"a\": 1}", format);
        let node = reading.node.as_ref().unwrap();
        assert_eq!(reading.text(node.get("a").unwrap().place), "1");
    }
}

#[test]
fn text_that_is_not_utf8_is_refused_at_the_first_bad_byte() {
    assert_eq!(bytes(b"a: 1\nb: \xC3\xA9\xFF\n", Format::Yaml).found(), ["E0003 2:5"]);
    assert_eq!(bytes(b"\xFF\xFEa\0", Format::Yaml).found(), ["E0003 1:1"]);
    assert_eq!(bytes(b"\xFE\xFF\0a", Format::Json).found(), ["E0003 1:1"]);
}

#[test]
fn a_file_over_the_limit_is_refused_unread() {
    assert_eq!(bytes(&vec![b' '; MAX_BYTES + 1], Format::Yaml).found(), ["E0002 1:1"]);
}

#[test]
fn more_values_than_the_limit_are_refused() {
    assert_eq!(json(&format!("[{}0]", "0,".repeat(MAX_NODES))).found()[0][..5], *"E0010");
    assert_eq!(yaml(&"- a\n".repeat(MAX_NODES + 1)).found(), [format!("E0010 {MAX_NODES}:3")]);
    assert_eq!(yaml(&format!("- [{}x]", "a: b, ".repeat(MAX_NODES))).found()[0][..5], *"E0010");
}

#[test]
fn json_in_a_yaml_file_has_the_limits_of_json() {
    let text = format!("[{}1]", "{\"a\": 1}, ".repeat(350_000));
    assert!(yaml(&text).findings.is_empty());
    assert_eq!(yaml(&format!("{text}x")).found()[0][..5], *"E0010");
}

#[test]
fn nesting_of_every_kind_ends_at_the_limit() {
    let deep = 100_000;
    for text in [
        "[".repeat(deep),
        "{a: ".repeat(deep),
        "[\n".repeat(deep),
        "- ".repeat(deep),
        "? ".repeat(deep),
        format!("a: {}", "[".repeat(deep)),
    ] {
        let found = yaml(&text).found();
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("E0009") || found[0].starts_with("E0015"), "{found:?} {}", &text[..9]);
    }
    let mut nested = String::new();
    for level in 0..300 {
        writeln!(nested, "{}properties:", " ".repeat(level)).unwrap();
    }
    assert_eq!(yaml(&nested).found(), ["E0009 129:129"]);
    assert_eq!(json(&"[".repeat(deep)).found(), ["E0009 1:129"]);
    assert_eq!(json(&"{\"a\":".repeat(deep)).found(), [format!("E0009 1:{}", 5 * 128 + 1)]);
    assert!(json(&format!("{}{}", "[".repeat(128), "]".repeat(128))).findings.is_empty());
    assert!(yaml(&format!("{}{}", "[".repeat(128), "]".repeat(128))).findings.is_empty());
}

#[test]
fn aliases_may_not_nest_deeper_than_the_limit() {
    let mut text = format!("a0: &a0 {}{}\n", "[".repeat(60), "]".repeat(60));
    for level in 1..80 {
        writeln!(text, "a{level}: &a{level} [*a{}]", level - 1).unwrap();
    }
    assert_eq!(yaml(&text).found(), ["E0009 69:12"]);
}

#[test]
fn aliases_of_large_text_end_at_the_limit() {
    let text = format!("a: &a {}\nb:\n{}", "x".repeat(50_000), "- *a\n".repeat(900));
    assert_eq!(yaml(&text).found(), ["E0011 673:3"]);
}

#[test]
fn nested_anchors_cost_their_copies() {
    let nested: String = (0..120).map(|level| format!("&a{level} [")).collect();
    let text = format!("{nested}{}0{}", "0,".repeat(50_000), "]".repeat(120));
    assert_eq!(yaml(&text).found()[0][..5], *"E0011");
}

#[test]
fn an_alias_is_a_copy_that_stands_where_its_anchor_does() {
    let reading = yaml("a: &x {b: 1}\nc: *x\n");
    let node = reading.node.as_ref().unwrap();
    let copy = node.get("c").unwrap();
    assert_eq!(copy.to_json(), serde_json::json!({"b": 1}));
    assert_eq!(reading.text(copy.place), "{b: 1}");
}

#[test]
fn an_alias_can_be_a_key() {
    assert_eq!(yaml_value("a: &x name\n*x : 1\n"), serde_json::json!({"a": "name", "name": 1}));
    assert_eq!(yaml_value("a: &x 0x10\n*x : 1\n"), serde_json::json!({"a": 16, "0x10": 1}));
}

#[test]
fn merge_keys_add_what_is_not_there() {
    let text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\nd: {x: 4, <<: *a}\ne: {'<<': 5}\n";
    let node = yaml_value(text);
    assert_eq!(node["c"], serde_json::json!({"x": 3, "y": 1, "z": 2}));
    assert_eq!(node["d"], serde_json::json!({"x": 4, "y": 1}));
    assert_eq!(node["e"], serde_json::json!({"<<": 5}));
}

#[test]
fn scalars_follow_the_core_schema() {
    let text = "[null, ~, , true, False, 1, -1, +1, 0o17, 0x1F, 010, 1.0, 1., .5, -1e3, '1', \"true\", yes, 2026-01-01, 1_000, 0b1, 12:30, 1.2.3, -a, e5, 0x, +0x1]";
    let text = text.replace(", ,", ", !!null ,");
    assert_eq!(
        yaml_value(&text),
        serde_json::json!([
            null,
            null,
            null,
            true,
            false,
            1,
            -1,
            1,
            15,
            31,
            10,
            1.0,
            1.0,
            0.5,
            -1000.0,
            "1",
            "true",
            "yes",
            "2026-01-01",
            "1_000",
            "0b1",
            "12:30",
            "1.2.3",
            "-a",
            "e5",
            "0x",
            "+0x1"
        ])
    );
}

#[test]
fn integers_are_exact_and_floats_stay_floats() {
    let number = |text: &str| match yaml(text).node.unwrap().value {
        Value::Number(number) => number,
        other => panic!("{other:?}"),
    };
    assert_eq!(number("18446744073709551615"), Number::Unsigned(u64::MAX));
    assert_eq!(number("-9223372036854775808"), Number::Signed(i64::MIN));
    assert_eq!(number("9223372036854775807"), Number::Signed(i64::MAX));
    assert_eq!(number("1.0"), Number::Float(1.0));
    assert_eq!(number("!!float 1"), Number::Float(1.0));
}

#[test]
fn keys_keep_their_source_text() {
    let text = "200: a\n0x10: b\ntrue: c\nnull: d\n1.0: e\n~: f\n'q': g\n2026-01-01: h\n";
    let node = yaml(text).node.unwrap();
    let keys: Vec<&str> = node.as_mapping().unwrap().iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["200", "0x10", "true", "null", "1.0", "~", "q", "2026-01-01"]);
}

#[test]
fn core_tags_decide_the_kind() {
    let text = "a: !!str 5\nb: !!int '5'\nc: !!bool \"true\"\nd: !!seq [1]\ne: !!map {f: 1}\nf: ! 5\ng: !!str\n";
    let expected = serde_json::json!({"a": "5", "b": 5, "c": true, "d": [1], "e": {"f": 1}, "f": "5", "g": ""});
    assert_eq!(yaml_value(text), expected);
}

#[test]
fn strings_of_json_are_decoded() {
    assert_eq!(
        json_value(r#"["\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é\u0000"]"#),
        serde_json::json!(["\"\\/\u{8}\u{c}\n\r\té😀é\0"])
    );
}

#[test]
fn numbers_of_json_are_exact() {
    assert_eq!(
        json_value("[0, -0, 18446744073709551615, -9223372036854775808, 1.0, 1E2, 1e-2]"),
        serde_json::json!([0, 0, u64::MAX, i64::MIN, 1.0, 100.0, 0.01])
    );
}

#[test]
fn long_keys_are_read() {
    let key = "k".repeat(50_000);
    assert_eq!(json_value(&format!("{{\"{key}\": 1}}"))[&key], 1);
    assert_eq!(yaml_value(&format!("? {key}\n: 1\n"))[&key], 1);
    assert_eq!(yaml(&format!("{key}: 1\n")).found()[0][..5], *"E0005");
}

#[test]
fn places_cover_exactly_the_source() {
    let text = "# é comment\nname: 'é q'   # é\nlist:\n  - plain é text   \n  - \"d\\\"q\"\n  - {a: é, b: [1, 2]}\nnothing:\nsame:\n- a\nmarked: &y # c\n- # c\n  - a\n-\n-\nblock: |\n  é one\n  two\n\nanchored: &x !!str 5\n";
    let reading = yaml(text);
    let node = reading.node.as_ref().unwrap();
    let at = |pointer: &str| reading.text(node.pointer(pointer).unwrap().place);
    assert_eq!(at(""), "name");
    assert_eq!(at("/name"), "'é q'");
    assert_eq!(at("/list"), "-");
    assert_eq!(at("/list/0"), "plain é text");
    assert_eq!(at("/list/1"), "\"d\\\"q\"");
    assert_eq!(at("/list/2"), "{a: é, b: [1, 2]}");
    assert_eq!(at("/list/2/b"), "[1, 2]");
    assert_eq!(at("/list/2/b/1"), "2");
    assert_eq!(at("/nothing"), "nothing");
    assert_eq!(at("/same"), "-");
    assert_eq!(node.pointer("/same/0").unwrap().place.start - node.pointer("/same").unwrap().place.start, 2);
    assert_eq!((at("/marked"), at("/marked/0"), at("/marked/0/0"), at("/marked/1")), ("-", "-", "a", "-"));
    assert_eq!(at("/block"), "é one\n  two");
    assert_eq!(at("/anchored"), "5");
    let key = node.as_mapping().unwrap().member("block").unwrap().key_place;
    assert_eq!(reading.text(key), "block");

    let reading = json("{\"é\": [1, {\"b\": \"c\"}],\n \"d\": -1.5e3}");
    let node = reading.node.as_ref().unwrap();
    let at = |pointer: &str| reading.text(node.pointer(pointer).unwrap().place);
    assert_eq!(at("/é"), "[1, {\"b\": \"c\"}]");
    assert_eq!(at("/é/1/b"), "\"c\"");
    assert_eq!(at("/d"), "-1.5e3");
}

/// On a thread whose stack is that of a small worker.
fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(512 << 10).spawn(work).unwrap().join().unwrap();
}

#[test]
fn the_deepest_document_fits_into_a_small_stack() {
    on_small_stack(|| {
        let deep = format!("a: &a {}{}\nb: *a\n", "{b: ".repeat(127), "}".repeat(127));
        let reading = yaml(&deep);
        assert!(reading.findings.is_empty());
        assert!(reading.node.clone().is_some_and(|node| node.to_json().is_object()));
    });
}

fn fragments() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        Just("a: "),
        Just("- "),
        Just("\n"),
        Just("\n  "),
        Just("["),
        Just("]"),
        Just("{"),
        Just("}"),
        Just(", "),
        Just(": "),
        Just("? "),
        Just("&a "),
        Just("*a "),
        Just("!!str "),
        Just("!x "),
        Just("|\n"),
        Just(">-\n "),
        Just("'"),
        Just("\""),
        Just("\\u"),
        Just("d83d"),
        Just("# c\n"),
        Just("---\n"),
        Just("...\n"),
        Just("%TAG ! x\n"),
        Just("<<: "),
        Just("é"),
        Just("\t"),
        Just("\r"),
        Just("\u{feff}"),
        Just("\0"),
        Just("1e9"),
        Just("0x"),
        Just("true"),
        Just("\u{85}"),
        Just("%YAML 1.2\n"),
        Just("-"),
        Just("99999999999999999999"),
    ];
    proptest::collection::vec(fragment, 0..40).prop_map(|parts| parts.concat())
}

fn check_any(input: &[u8]) {
    for format in [Format::Yaml, Format::Json] {
        let reading = bytes(input, format);
        assert_eq!(reading.node.is_none(), reading.findings.has_errors());
        for finding in &reading.findings {
            let text = &reading.files.get(finding.place.file).unwrap().text;
            assert!(text.get(finding.place.start as usize..finding.place.end as usize).is_some(), "{finding:?}");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_end_in_a_tree_or_an_error(input in proptest::collection::vec(any::<u8>(), 0..200)) {
        check_any(&input);
    }

    #[test]
    fn any_mixture_of_syntax_ends_in_a_tree_or_an_error(input in fragments()) {
        check_any(input.as_bytes());
    }

    #[test]
    fn json_is_read_as_the_established_reader_does(input in r#"[\[\]{}:,"\\0-9eE+.\-tfrualsn \n]{0,12}"#) {
        let expected = serde_json::from_str::<serde_json::Value>(&input);
        let reading = json(&input);
        let codes: Vec<_> = reading.findings.iter().map(|finding| finding.rule.code).collect();
        match expected {
            Ok(expected) if codes.is_empty() => prop_assert_eq!(reading.node.unwrap().to_json(), expected),
            Ok(_) => prop_assert!(codes.iter().all(|code| *code == "E0008" || *code == "E0017"), "{:?}", codes),
            Err(_) => prop_assert!(reading.findings.has_errors()),
        }
    }
}
