//! What is too large for a golden case.

use generator::pipeline::run;
use whole::lone;

#[test]
fn a_chain_of_references_that_never_ends_is_an_error_and_no_crash() {
    let mut document =
        "openapi: 3.1.0\ninfo: {title: Chain, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n".to_owned();
    for link in 0..20_000 {
        document += &format!(
            "    S{link:05}: {{allOf: [{{$ref: '#/components/schemas/S{:05}'}}, {{maxProperties: 9}}]}}\n",
            link + 1
        );
    }
    document += "    S20000: {type: object, properties: {a: {type: string}}}\n";
    let file = tempfile::Builder::new().suffix(".yaml").tempfile().expect("a temporary file");
    std::fs::write(file.path(), document).expect("the document is written");
    let outcome = run(&lone(file.path()));
    let codes: Vec<&str> = outcome.findings.iter().map(|finding| finding.rule.code).collect();
    assert!(codes.contains(&"E0405"), "{codes:?}");
}

#[test]
fn names_of_inline_types_do_not_depend_on_what_else_is_there() {
    let part = "  schemas:\n    Order:\n      type: object\n      properties:\n        buyer: {type: object, properties: {name: {type: string}}}\n";
    let head = "openapi: 3.1.0\ninfo: {title: Shop, version: '1'}\nservers: [{url: 'https://shop.example'}]\npaths: {}\ncomponents:\n";
    let names = |more: &str| {
        let file = tempfile::Builder::new().suffix(".yaml").tempfile().expect("a temporary file");
        std::fs::write(file.path(), format!("{head}{part}{more}")).expect("the document is written");
        let api = run(&lone(file.path())).api.expect("there is no error");
        api.types.iter().map(|definition| definition.name.pascal()).collect::<Vec<_>>()
    };
    let alone = names("");
    let with_others =
        names("    Aardvark: {type: object, properties: {buyer: {type: object, properties: {id: {type: string}}}}}\n");
    assert!(alone.iter().all(|name| with_others.contains(name)), "{alone:?} {with_others:?}");
    assert_eq!(alone, ["Order", "OrderBuyer"]);
}
