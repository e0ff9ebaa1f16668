//! The clients made of the golden cases compile, with their programs and without a warning.

use std::fs;
use std::path::Path;
use std::process::Command;

use generator::emit::{Layout, emit};
use generator::pipeline::run;
use whole::{lone, root, templates};

#[test]
fn the_clients_of_all_cases_compile_without_a_warning() {
    let templates = templates();
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cases");
    let _ = fs::remove_dir_all(&workspace);
    let mut names = Vec::new();
    for case in fs::read_dir(root().join("tests/cases")).expect("there are cases").flatten() {
        let mut input = lone(&case.path().join("openapi.yaml"));
        input.product = Some(case.path().join("product.toml"))
            .filter(|path| path.exists())
            .map(|path| generator::pipeline::Named::new(&path));
        let Some(mut api) = run(&input).api else { continue };
        let name = case.file_name().to_string_lossy().into_owned();
        api.product.product.crate_name = format!("case-{name}");
        let tree =
            emit(&api, &templates, Layout { beside_others: false, skills: false }).expect("the client is made").tree;
        for (path, text) in tree.iter() {
            let file = workspace.join(&name).join(path);
            fs::create_dir_all(file.parent().expect("a file is in a folder")).expect("the folder is made");
            // One workspace for all of them: what they depend on is compiled once.
            fs::write(file, text.replace("\n[workspace]\n", "\n")).expect("the file is written");
        }
        names.push(name);
    }
    names.sort();
    assert!(names.len() >= 15, "{names:?}");
    let members: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", members.join(", "));
    fs::write(workspace.join("Cargo.toml"), manifest).expect("the manifest is written");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--workspace", "--all-targets", "--quiet", "--manifest-path"])
        .arg(workspace.join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", workspace.join("target"))
        .output()
        .expect("cargo starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !told.contains("warning"), "{told}");
}
