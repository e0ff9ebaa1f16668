//! How long each pass takes on the OAuth document, and on that document many times over: growth must be linear.
//!
//! `cargo bench -p whole`

use std::collections::BTreeMap;
use std::process::Command;
use std::time::{Duration, Instant};

use generator::pipeline::{self, Input, Named};
use generator::skills::{self, Facts};
use generator::source::diagnostic::Findings;
use generator::source::place::Files;
use generator::source::read::read_file;
use generator::templates::Templates;
use serde_json::{Map, Value};
use whole::{oauth, root, templates};

const FACTS: Facts<'static> = Facts { spec_sha256: "", generator_version: "", untrusted: true };

fn main() {
    let templates = templates();
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!("milliseconds, median of 15 runs; the document n times over, as JSON\n");
    let mut table: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    let sizes = [1, 4, 16, 64];
    for times in sizes {
        let path = folder.path().join(format!("{times}.json"));
        std::fs::write(&path, multiplied(times).to_string()).expect("the document is written");
        let input = Input { document: Named::new(&path), overlay: None, product: None, allow: Vec::new() };
        for (pass, took) in median_of_runs(&input, &templates) {
            if !order.contains(&pass) {
                order.push(pass);
            }
            table.entry(pass).or_default().push(took.as_secs_f64() * 1e3);
        }
    }
    println!("{:>10} {}", "pass", sizes.map(|times| format!("{:>9}", format!("x{times}"))).join(" "));
    for pass in order {
        let row: Vec<String> = table[pass].iter().map(|value| format!("{value:>9.2}")).collect();
        println!("{pass:>10} {}", row.join(" "));
    }
    println!("\nthe OAuth product (document, overlay, product.toml):");
    for (pass, took) in median_of_runs(&oauth(), &templates) {
        println!("{pass:>10} {:>9.2}", took.as_secs_f64() * 1e3);
    }
    println!("\nthe whole process, output unchanged: {:.2}", whole_process().as_secs_f64() * 1e3);
}

/// `generate` as a process of its own, on the workspace's products.
fn whole_process() -> Duration {
    let build = Command::new(env!("CARGO")).args(["build", "--quiet", "--release", "--package", "xtask"]).status();
    assert!(build.is_ok_and(|status| status.success()), "xtask does not build");
    let beside_this = std::env::current_exe().expect("this program has a path");
    let program = beside_this.ancestors().nth(2).expect("it is in target/release/deps").join("xtask");
    let mut runs: Vec<Duration> = (0..31)
        .map(|_| {
            let start = Instant::now();
            let output = Command::new(&program).arg("generate").current_dir(root()).output().expect("xtask starts");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            start.elapsed()
        })
        .collect();
    runs.sort();
    runs[runs.len() / 2]
}

fn median_of_runs(input: &Input, templates: &Templates) -> Vec<(&'static str, Duration)> {
    let mut runs: Vec<(&'static str, Vec<Duration>)> = Vec::new();
    for _ in 0..15 {
        let start = Instant::now();
        let outcome = pipeline::run(input);
        let api = outcome.api.expect("the document has no errors");
        let modelled = Instant::now();
        drop(generator::rust::emit(&api, templates));
        let emitted = Instant::now();
        drop(skills::emit(&api, templates, &FACTS));
        let documented = Instant::now();
        let emits = [("rust", emitted - modelled), ("skills", documented - emitted), ("all", documented - start)];
        for (pass, took) in outcome.timings.into_iter().chain(emits) {
            match runs.iter_mut().find(|(known, _)| *known == pass) {
                Some((_, all)) => all.push(took),
                None => runs.push((pass, vec![took])),
            }
        }
    }
    runs.into_iter()
        .map(|(pass, mut all)| {
            all.sort();
            (pass, all[all.len() / 2])
        })
        .collect()
}

/// The OAuth document with every path, operation and component so many times over, each copy under names of its own.
fn multiplied(times: usize) -> Value {
    let path = root().join("spec/oauth/openapi.yaml");
    let document = read_file(&path, "openapi.yaml", &mut Files::default(), &mut Findings::default());
    let document = document.expect("the document is readable").to_json();
    let mut whole = document.clone();
    for copy in 1..times {
        let text = document.to_string().replace("#/components/schemas/", &format!("#/components/schemas/Copy{copy}"));
        let mut part: Value = serde_json::from_str(&text).expect("still JSON");
        let mut renamed = Map::new();
        for (key, schema) in part["components"]["schemas"].as_object().into_iter().flatten() {
            renamed.insert(format!("Copy{copy}{key}"), schema.clone());
        }
        whole["components"]["schemas"].as_object_mut().expect("a mapping").append(&mut renamed);
        let mut paths = Map::new();
        for (key, item) in part["paths"].as_object_mut().into_iter().flatten() {
            for operation in item.as_object_mut().into_iter().flatten().map(|(_, operation)| operation) {
                if let Some(id) = operation.get("operationId").and_then(Value::as_str) {
                    operation["operationId"] = format!("{id}Copy{copy}").into();
                }
            }
            paths.insert(format!("/copy{copy}{key}"), item.clone());
        }
        whole["paths"].as_object_mut().expect("a mapping").append(&mut paths);
    }
    whole
}
