//! The documents the project started from, where they lie beside the workspace.

use std::fs;
use std::path::{Path, PathBuf};

use skills_check::lint::{self, Report};
use skills_check::product::Product;
use skills_check::skill::Skill;
use tempfile::TempDir;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The text of a seed; `None` with a message where the seeds are not.
fn seed(name: &str) -> Option<String> {
    let file = workspace().join("../shared/seeds").join(name);
    let text = fs::read_to_string(&file).ok().or_else(|| {
        // A worktree lies one folder deeper.
        fs::read_to_string(workspace().join("../../shared/seeds").join(name)).ok()
    });
    if text.is_none() {
        println!("skipped: ../shared/seeds/{name} is not beside the workspace");
    }
    text
}

fn report(name: &str, text: &str) -> Report {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join(name).join("SKILL.md");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, text).unwrap();
    let product = Product::of_workspace(&workspace(), "oauth").unwrap();
    lint::check(&Skill::read(&file).unwrap(), &product, true).unwrap()
}

#[test]
fn the_published_curl_document_has_8_of_17_samples_right() {
    if let Some(why) = skills_check::sandbox::lacks_curl() {
        println!("skipped: {why}");
        return;
    }
    let Some(page) = seed("004_70de078bb9012d7c.txt") else { return };
    let after = page.split_once("SKILL.md Source\n").unwrap().1;
    let document = after.split_once("\nRelated Skills\n").unwrap().0;
    let report = report("telnyx-oauth-curl", document.trim_start());
    let verdicts: Vec<(&str, &str)> =
        report.rows.iter().map(|row| (row.operation.as_str(), row.verdict.name())).collect();
    assert_eq!(
        verdicts,
        [
            ("GET /.well-known/oauth-authorization-server", "wrong"),
            ("GET /.well-known/oauth-protected-resource", "wrong"),
            ("GET /oauth/authorize", "wrong"),
            ("GET /oauth/consent/{consent_token}", "wrong"),
            ("POST /oauth/grants", "right"),
            ("POST /oauth/introspect", "wrong"),
            ("GET /oauth/jwks", "wrong"),
            ("POST /oauth/register", "wrong"),
            ("POST /oauth/token", "wrong"),
            ("GET /oauth_clients", "right"),
            ("POST /oauth_clients", "right"),
            ("GET /oauth_clients/{id}", "right"),
            ("PUT /oauth_clients/{id}", "wrong"),
            ("DELETE /oauth_clients/{id}", "right"),
            ("GET /oauth_grants", "right"),
            ("GET /oauth_grants/{id}", "right"),
            ("DELETE /oauth_grants/{id}", "right"),
        ]
    );
    assert_eq!(report.counts(), (8, 9, 0));
    let has = |code: &str, part: &str| {
        report.findings.iter().any(|finding| finding.code == code && finding.message.contains(part))
    };
    assert!(has("spelling", "`Oauth`"));
    assert!(has("wrong-sample", "\"Error Handling\": no such path: /v2/messages"));
    assert!(has("prints-secret", "POST /oauth_clients prints the secret `client_secret`"));
    // 7 of authorize, 8 and 2 of the lists: none of the query parameters is told.
    let told = |row: &&lint::Row| row.missing.iter().any(|fact| fact.contains("parameters"));
    assert_eq!(report.rows.iter().filter(told).count(), 3);
}

#[test]
fn the_published_ruby_document_names_its_operations_and_misses_facts() {
    let Some(listing) = seed("000_b0eb09dc9a41b16f.txt") else { return };
    let listing: serde_json::Value = serde_json::from_str(&listing).unwrap();
    let head = "---\nname: telnyx-oauth-ruby\ndescription: >-\n  OAuth for an API.\nmetadata:\n  product: oauth\n  \
                language: ruby\n---\n\n";
    let report = report("telnyx-oauth-ruby", &format!("{head}{}", listing["description"].as_str().unwrap()));
    assert_eq!(report.counts(), (0, 0, 17), "{:#?}", report.rows);
    assert!(report.rows.iter().all(|row| !row.missing.is_empty()));
    let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code).collect();
    assert!(!codes.contains(&"unknown-operation") && codes.contains(&"frontmatter-description"), "{codes:?}");
}

#[test]
fn an_old_document_names_paths_that_never_existed() {
    let Some(text) = seed("002_2b2647303d83ac09.txt") else { return };
    let report = report("telnyx-oauth-ruby", &text);
    let unknown: Vec<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.code == "unknown-operation")
        .map(|finding| finding.message.as_str())
        .collect();
    assert!(unknown.contains(&"the document has no path `GET /oauth/clients`"), "{unknown:?}");
}

#[test]
fn a_document_without_line_breaks_is_told_so() {
    let Some(text) = seed("001_ffd462fc25da39c4.txt") else { return };
    let report = report("telnyx-oauth-ruby", &text);
    assert!(report.findings.iter().any(|finding| finding.code == "no-headings"));
}
