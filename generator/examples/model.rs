//! Prints the model of a document, or what is wrong with it.
use generator::pipeline::{Input, Named, run};
use generator::source::render::render;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().map(|path| Named::new(path.as_ref()));
    let Some(document) = next() else { return };
    let (product, overlay) = (next(), next());
    let outcome = run(&Input { document, overlay, product, allow: Vec::new() });
    eprintln!("{}", render(&outcome.findings, &outcome.files, false));
    for (pass, took) in &outcome.timings {
        eprintln!("{pass:>8} {took:?}");
    }
    if let Some(api) = outcome.api {
        println!("{}", serde_json::to_string_pretty(&api).unwrap_or_default());
    }
}
