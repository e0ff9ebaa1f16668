//! scratch
use std::path::{Path, PathBuf};
use generator::pipeline::{Input, Named, run};
fn named(p: &str) -> Named { Named { path: PathBuf::from(p), name: p.to_owned() } }
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let opt = |i: usize| args.get(i).filter(|a| !a.is_empty()).map(|a| named(a));
    let outcome = run(&Input { document: named(&args[3]), product: opt(4), overlay: opt(5), allow: vec![] });
    let Some(api) = outcome.api else {
        for d in outcome.findings.iter().take(20) { eprintln!("{d:?}"); }
        std::process::exit(1) };
    let t = generator::templates::Templates::read(Path::new(&args[1])).unwrap();
    let start = std::time::Instant::now();
    let tree = match generator::rust::emit(&api, &t) { Ok(t) => t, Err(e) => { eprintln!("ERR {e}"); std::process::exit(2) } };
    eprintln!("emit {:?}, {} files, {} bytes", start.elapsed(), tree.len(), tree.iter().map(|(_, t)| t.len()).sum::<usize>());
    let start = std::time::Instant::now();
    let _ = generator::rust::emit(&api, &t);
    eprintln!("emit again {:?}", start.elapsed());
    let out = Path::new(&args[2]);
    for d in ["src/types", "src/resources", "src"] { if let Ok(r) = std::fs::read_dir(out.join(d)) { for e in r.flatten() { if e.path().is_file() { std::fs::remove_file(e.path()).unwrap(); } } } }
    for (p, text) in tree.iter() { let p = out.join(p); std::fs::create_dir_all(p.parent().unwrap()).unwrap(); std::fs::write(p, text).unwrap(); }
}
