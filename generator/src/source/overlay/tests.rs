use proptest::prelude::*;

use super::*;
use crate::source::place::{FileId, Files};
use crate::source::read::{Format, read_text};
use crate::source::rules;

struct Applied {
    files: Files,
    findings: Findings,
    document: Node,
}

impl Applied {
    fn found(&self) -> Vec<String> {
        let describe = |finding: &Diagnostic| {
            let at = self.files.position(finding.place);
            assert!(!finding.help.is_empty(), "{finding:?} has no way out");
            assert_eq!(finding.place.file, FileId(1));
            format!("{} {}:{}", finding.rule.code, at.line, at.column)
        };
        self.findings.iter().map(describe).collect()
    }

    fn message(&self) -> String {
        let finding = self.findings.iter().next().unwrap();
        format!("{}; {}", finding.message, finding.help.join("; "))
    }
}

fn applied(document: &str, overlay: &str) -> Applied {
    let (mut files, mut findings) = (Files::default(), Findings::default());
    let mut read = |name, text: &str| read_text(name, text.as_bytes(), Format::Yaml, &mut files, &mut findings);
    let mut document = read("document", document).unwrap();
    let overlay = read("overlay", overlay).unwrap();
    apply(&mut document, &overlay, &mut findings);
    Applied { files, findings, document }
}

/// Applies actions, given one a line from line 3 on, in flow style.
fn actions(document: &str, actions: &str) -> Applied {
    applied(document, &format!("overlay: 1.1.0\ninfo: {{title: t, version: v}}\nactions:\n{actions}"))
}

/// The document as an action leaves it, without a finding.
fn after(document: &str, action: &str) -> serde_json::Value {
    let applied = actions(document, action);
    assert!(applied.findings.is_empty(), "{action}: {:?}", applied.findings);
    applied.document.to_json()
}

/// What a target selects, as JSON.
fn selected(document: &str, target: &str) -> Vec<serde_json::Value> {
    let mut files = Files::default();
    let node = read_text("d", document.as_bytes(), Format::Yaml, &mut files, &mut Findings::default()).unwrap();
    let path = jsonpath::parse(target).unwrap_or_else(|fault| panic!("{target}: {fault:?}"));
    select::select(&node, &path.segments)
        .iter()
        .map(|location| select::get(&node, location).unwrap().to_json())
        .collect()
}

#[test]
fn the_example_of_each_rule_breaks_that_rule() {
    for rule in rules::overlay::ALL {
        let found = applied("a: {b: 1}\nd: 3\n", rule.example);
        assert!(found.findings.iter().any(|finding| finding.rule == *rule), "{}", rule.code);
        let others = found.findings.iter().filter(|finding| finding.rule != *rule);
        // A mistyped member leaves its action without what it meant.
        assert_eq!(others.count(), 0, "{}: {:?}", rule.code, found.findings);
    }
}

#[test]
fn each_fault_of_an_overlay_is_reported_at_its_place() {
    let document = "a: {b: 1, c: [1]}\n";
    for (overlay, expected) in [
        ("[1]", "E0201 1:1"),
        ("overlay: 1.0.0\ninfo: {title: t, version: v}\nactions: []", "E0201 3:10"),
        ("overlay: 1.0.0\ninfo: {title: t, version: v}\nactions: {}", "E0201 3:10"),
        ("overlay: 1.0\ninfo: {title: t, version: v}\nactions: [{target: $.a, update: {d: 1}}]", "E0201 1:10"),
        ("overlay: 1.0.0\ninfo: {version: v}\nactions: [{target: $.a, update: {d: 1}}]", "E0201 2:7"),
        ("overlay: 1.2.0\ninfo: {title: t, version: v}\nactions: [{target: $.a, update: {d: 1}}]", "E0203 1:10"),
        (
            "overlay: 1.0.0\ninfo: {title: t, version: v}\nactoins: 1\nactions: [{target: $.a, update: {d: 1}}]",
            "E0202 3:1",
        ),
        (
            "overlay: 1.0.0\ninfo: {title: t, version: v, titel: x}\nactions: [{target: $.a, update: {d: 1}}]",
            "E0202 2:30",
        ),
        (
            "overlay: 1.0.0\nextends: x\ninfo: {title: t, version: v}\nactions: [{target: $.a, update: {d: 1}}]",
            "W0201 2:1",
        ),
    ] {
        assert_eq!(applied(document, overlay).found(), [expected], "{overlay}");
    }
    for (action, expected) in [
        ("- 1", "E0201 4:3"),
        ("- {update: {d: 1}}", "E0201 4:3"),
        ("- {target: [a], update: {d: 1}}", "E0201 4:12"),
        ("- {target: $.a}", "E0201 4:3"),
        ("- {target: $.a, remove: false}", "E0201 4:3"),
        ("- {target: $.a, remove: yes please}", "E0201 4:25"),
        ("- {target: $.a, remove: true, update: 1}", "E0201 4:31"),
        ("- {target: $.a, udpate: 1}", "E0202 4:17"),
        ("- {target: $.a, copy: $.b}", "E0208 4:17"),
        ("- {target: a.b, update: 1}", "E0204 4:12"),
        ("- {target: '$.a.x-b', update: 1}", "E0204 4:18"),
        ("- {target: $.x.y, update: 1}", "E0205 4:13"),
        ("- {target: \"$['a']['x']\", update: 1}", "E0205 4:19"),
        ("- {target: \"$.a[?@.b == \\\"q\\\"]\", update: 1}", "E0205 4:12"),
        ("- {target: $.a, update: {b: 1, c: [1]}}", "E0206 4:12"),
        ("- {target: $.a.c, update: 1}", "E0206 4:12"),
        ("- {target: $.a.x, remove: true}", "E0206 4:12"),
        ("- {target: $.x.y, remove: true}", "E0205 4:13"),
        ("- {target: $.a, update: {b: {d: 1}}}", "E0207 4:29"),
        ("- {target: $.a, update: {c: 1}}", "E0207 4:29"),
        ("- {target: $.a, update: [1]}", "E0207 4:25"),
        ("- {target: $, remove: true}", "E0209 4:12"),
    ] {
        assert_eq!(actions(document, action).found(), [expected], "{action}");
    }
}

#[test]
fn messages_suggest_the_name_that_was_meant() {
    let document = "components: {schemas: {OAuthClient: {type: object}}}\n";
    assert_eq!(
        actions(document, "- {target: $.components.schemas.OAuthClent, update: {x: 1}}").message(),
        "`.OAuthClent` matches nothing below `$.components.schemas`; `OAuthClient` is there"
    );
    assert_eq!(
        actions(document, "- {target: $.components, udpate: {x: 1}}").message(),
        "`udpate` means nothing here; `update` is meant?"
    );
}

#[test]
fn an_update_merges_mappings_appends_to_lists_and_replaces_scalars() {
    let document = "a: {b: 1, c: [1], d: {e: 2}}\n";
    assert_eq!(
        after(document, "- {target: $.a, update: {b: x, c: [2, {f: 3}], d: {g: 4}, h: [5]}}"),
        serde_json::json!({"a": {"b": "x", "c": [1, 2, {"f": 3}], "d": {"e": 2, "g": 4}, "h": [5]}})
    );
    assert_eq!(after(document, "- {target: $.a.c, update: {x: 1}}")["a"]["c"], serde_json::json!([1, {"x": 1}]));
    assert_eq!(after(document, "- {target: $.a.c, update: [2, 3]}")["a"]["c"], serde_json::json!([1, 2, 3]));
    assert_eq!(after(document, "- {target: $.a.b, update: null}")["a"]["b"], serde_json::Value::Null);
    assert_eq!(after(document, "- {target: $, update: {z: 1}}")["z"], 1);
}

#[test]
fn actions_see_what_those_before_them_did() {
    let result = after(
        "a: {type: string}\n",
        "- {target: $.a.type, remove: true}\n- {target: $.a, update: {type: [string, 'null']}}\n",
    );
    assert_eq!(result, serde_json::json!({"a": {"type": ["string", "null"]}}));
}

#[test]
fn an_update_of_several_values_leaves_alone_those_that_have_it() {
    let result = after("- {a: [1]}\n- {a: [2]}\n", "- {target: '$[*].a', update: [2]}");
    assert_eq!(result, serde_json::json!([{"a": [1, 2]}, {"a": [2]}]));
}

#[test]
fn removal_takes_out_all_that_is_selected() {
    let document = "a: [1, 2, 3, 2, {b: 2}]\nc: {d: 2, e: 3}\n";
    assert_eq!(after(document, "- {target: '$.a[?@ == 2]', remove: true}")["a"], serde_json::json!([1, 3, {"b": 2}]));
    assert_eq!(after(document, "- {target: '$.c.*', remove: true}")["c"], serde_json::json!({}));
    assert_eq!(after(document, "- {target: '$..*', remove: true}"), serde_json::json!({}));
    assert_eq!(after(document, "- {target: \"$['a', 'c']\", remove: true}"), serde_json::json!({}));
}

#[test]
fn merged_in_values_stand_in_the_overlay() {
    let applied = actions("a: {b: 1}\n", "- {target: $.a, update: {b: 2, c: {d: 3}}}");
    let at = |pointer: &str| {
        let place = applied.document.pointer(pointer).unwrap().place;
        (place.file.0, applied.files.position(place).column)
    };
    assert_eq!((at("/a"), at("/a/b"), at("/a/c/d")), ((0, 4), (1, 29), (1, 39)));
    let key = applied.document.get("a").unwrap().as_mapping().unwrap().member("c").unwrap().key_place;
    assert_eq!((key.file.0, applied.files.position(key).column), (1, 32));
}

#[test]
fn queries_select_as_the_rfc_says() {
    let document = "
store:
  book:
    - {category: reference, price: 8, isbn: x}
    - {category: fiction, price: 12.0, tags: [a, b]}
    - {category: fiction, price: null}
  x-name: {price: 12}
  'it''s': 1
";
    let count = |target: &str| selected(document, target).len();
    for (target, expected) in [
        ("$", 1),
        ("$.store.book", 1),
        ("$['store'][\"book\"]", 1),
        ("$.store.book[0]", 1),
        ("$.store.book[-1].price", 1),
        ("$.store.book[-4]", 0),
        ("$.store.book[3]", 0),
        ("$.store[0]", 0),
        ("$.store.book.category", 0),
        ("$.store.book[*].category", 3),
        ("$.store.book.*", 3),
        ("$.store.book[0, -1, 0]", 2),
        ("$..price", 4),
        ("$..['price', 'isbn']", 5),
        ("$..[0]", 2),
        ("$..*", 18),
        ("$..*..*", 17),
        ("$.store['x-name']", 1),
        (r"$.store['it\'s']", 1),
        ("$.store[\"it's\"]", 1),
        (r"$.store['\u0078-name']", 1),
        ("$.store.book[?@.isbn]", 1),
        ("$.store.book[?!@.isbn]", 2),
        ("$.store.book[?@.price]", 3),
        ("$.store.book[?@.price == null]", 1),
        ("$.store.book[?@.price == 12]", 1),
        ("$.store.book[?@.category == 'fiction']", 2),
        ("$.store.book[?(@.category=='fiction')]", 2),
        ("$.store.book[? @.category != \"fiction\" ]", 1),
        ("$.store.book[?@.category == 'fiction' && @.price == 12]", 1),
        ("$.store.book[?@.isbn || @.price == 12 && @.tags]", 2),
        ("$.store.book[?(@.isbn || @.price == 12) && @.tags]", 1),
        ("$.store.book[?!(@.isbn || @.tags)]", 1),
        ("$.store.book[?@.tags[0] == 'a']", 1),
        ("$.store.book[?@['tags'][?@ == 'b']]", 1),
        ("$.store.book[?@.no == @.nothing]", 3),
        ("$.store.book[?@.no != @.price]", 3),
        ("$.store[?@.price == 12]", 1),
        ("$.store.book[?'a' == 'a']", 3),
        ("$.store.book[?@.category == true]", 0),
    ] {
        assert_eq!(count(target), expected, "{target}");
    }
    assert_eq!(selected(document, "$.store.book[-1].category"), ["fiction"]);
}

#[test]
fn queries_that_are_not_supported_are_refused_at_their_place() {
    for (target, at) in [
        ("", 0),
        ("a", 0),
        ("$x", 1),
        ("$.", 2),
        ("$.200", 2),
        ("$.x-name", 3),
        ("$./a", 2),
        ("$..", 3),
        ("$[", 2),
        ("$[a]", 2),
        ("$['a'", 5),
        ("$['a]", 2),
        ("$['\\q']", 3),
        ("$[01]", 2),
        ("$[--1]", 2),
        ("$[99999999999999999999]", 2),
        ("$[0:1]", 3),
        ("$[:1]", 2),
        ("$[?]", 3),
        ("$[?@.a > 1]", 7),
        ("$[?@.a = 1]", 7),
        ("$[?length(@.a) == 1]", 3),
        ("$[?$.a == 1]", 3),
        ("$[?1]", 4),
        ("$[?@.* == 1]", 3),
        ("$[?@..a == 1]", 3),
        ("$[?(@.a]", 7),
        ("$[?@.a &&]", 9),
        ("$.a ", 3),
    ] {
        match jsonpath::parse(target) {
            Ok(path) => panic!("{target}: {path:?}"),
            Err(fault) => assert_eq!(fault.span.start, at, "{target}: {}", fault.message),
        }
    }
    for hostile in ["(", "!(", "@[?", "!@[?"] {
        let fault = jsonpath::parse(&format!("$[?{}", hostile.repeat(100_000))).unwrap_err();
        assert!(fault.message.contains("too deep"), "{}", fault.message);
    }
}

#[test]
fn an_update_may_not_outgrow_the_limits() {
    let deep = |levels: usize| format!("{}{}", "{a: ".repeat(levels), "{}".to_owned() + &"}".repeat(levels));
    let update = |levels: usize| format!("- {{target: '$..a', update: {{b: {}}}}}", deep(levels));
    assert_eq!(actions(&deep(100), &update(50)).found(), ["E0009 4:28"]);
    assert!(actions(&deep(50), &update(50)).findings.is_empty());
    let document = format!("a:\n{}", "  - {}\n".repeat(10_000));
    let update = format!("- {{target: '$.a[*]', update: {{x: [{}1]}}}}", "1, ".repeat(1000));
    assert_eq!(actions(&document, &update).found()[0][..5], *"E0010");
}

proptest! {
    #[test]
    fn any_target_is_a_query_or_a_fault(target in r#"\$?[\$@\.\[\]\?\*'"a0\-:,()!=&|\\u é<]{0,24}"#) {
        match jsonpath::parse(&target) {
            Ok(path) => {
                let node = Node::text("a", Place::whole(FileId(0)));
                select::select(&node, &path.segments);
            }
            Err(fault) => prop_assert!(target.get(fault.span).is_some()),
        }
    }
}
