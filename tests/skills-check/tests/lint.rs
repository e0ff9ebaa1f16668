//! One good skill, and what is said of it when one thing is wrong.

mod support;

use skills_check::lint::{self, Report};
use skills_check::report::{Format, Summary};
use skills_check::skill::{self, Skill};
use support::{fixtures, has_curl, product, spoiled, written};

fn report(skill: &Skill) -> Report {
    lint::check(skill, &product(), true).unwrap()
}

/// The findings of the good skill with one text replaced: code and message.
fn found(old: &str, new: &str) -> Vec<(&'static str, String)> {
    let (_folder, skill) = spoiled(old, new);
    report(&skill).findings.into_iter().map(|finding| (finding.code, finding.message)).collect()
}

/// The only finding.
#[track_caller]
fn only(old: &str, new: &str) -> (&'static str, String) {
    let found = found(old, new);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.into_iter().next().unwrap()
}

#[test]
fn a_good_skill_has_no_findings_and_every_sample_is_right() {
    if !has_curl() {
        return;
    }
    let skills = skill::find(&fixtures()).unwrap();
    assert_eq!(skills.len(), 1);
    let report = report(&skills[0]);
    assert_eq!(report.findings, []);
    assert_eq!(report.counts(), (3, 0, 0));
}

#[test]
fn the_form_of_the_frontmatter_is_checked() {
    for (old, new, code) in [
        ("name: things-curl", "name: other-name", "frontmatter-name"),
        ("name: things-curl", "name: Things_Curl", "frontmatter-name"),
        ("name: things-curl\n", "", "frontmatter-missing"),
        ("license: MIT", "user_invocable: yes", "frontmatter-key"),
        ("  language: \"curl\"", "  language: \"curl\"\n  count: 3", "frontmatter-type"),
        ("Things of an account.", "Things of <an> account.", "frontmatter-description"),
        ("description: \"Things", "description: \"Things: \"Things", "frontmatter"),
        ("Use when things", "For when things", "frontmatter-description"),
    ] {
        let codes: Vec<_> = found(old, new).into_iter().map(|(code, _)| code).collect();
        assert!(codes.contains(&code), "{new:?}: {codes:?}");
    }
    let long = format!("Things of {} account.", "many ".repeat(250));
    assert_eq!(only("Things of an account.", &long).0, "frontmatter-length");
}

#[test]
fn a_skill_that_is_too_long_is_told() {
    let lines = format!("OAuth tokens\n{}", "x\n".repeat(500));
    assert_eq!(only("OAuth tokens", &lines).0, "too-long");
    let words = format!("OAuth tokens {}", "word ".repeat(4_000));
    assert_eq!(only("OAuth tokens", &words).0, "too-long");
}

#[test]
fn a_file_that_lost_its_line_breaks_is_told() {
    let (_folder, skill) = written("--- name: things-curl --- # Things ## Setup ```bash ls ```");
    let codes: Vec<_> = report(&skill).findings.into_iter().map(|finding| finding.code).collect();
    assert!(codes.contains(&"no-headings"), "{codes:?}");
}

#[test]
fn links_must_lead_somewhere() {
    let link = "(references/schemas.md#thing)";
    assert_eq!(only(link, "(references/schemas.md#things)").0, "broken-link");
    let codes: Vec<_> = found(link, "(references/none.md)").into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["unlinked-reference", "broken-link"].map(|code| code).into_iter().rev().collect::<Vec<_>>());
    assert!(found(link, "(../other.md)").iter().any(|(_, message)| message.contains("out of the skill")));
}

#[test]
fn words_of_the_product_have_their_spelling() {
    let (code, message) = only("OAuth tokens", "Oauth tokens");
    assert_eq!((code, message.as_str()), ("spelling", "`Oauth` is spelled \"OAuth\""));
}

#[test]
fn operations_are_there_once_and_exist() {
    let unknown = only("OAuth tokens are secret.", "OAuth tokens: `DELETE /token`.");
    assert_eq!(unknown, ("unknown-operation", "the document has no method `DELETE /token`".to_owned()));
    let (codes, again) = ("## List keys\n\n`GET /keys`\n", "## Things again\n\n`GET /things`\n");
    let codes: Vec<_> = found(codes, again).into_iter().map(|(code, _)| code).collect();
    assert!(codes.contains(&"missing-operation") && codes.contains(&"repeated-operation"), "{codes:?}");
}

#[test]
fn names_and_statuses_must_exist() {
    let name = only("Optional: `refresh_token`", "Optional: `refresh_tokens`");
    assert_eq!(name, ("unknown-name", "POST /token has no name `refresh_tokens`".to_owned()));
    let status = only("Errors: `401`", "Errors: `401` · `403`");
    assert_eq!(status, ("unknown-name", "GET /things has no status `403`".to_owned()));
}

#[test]
fn a_section_has_one_sample() {
    assert_eq!(only("Errors: `401`", "Errors: `401`\n\n```json\n{}\n```").0, "sample-count");
}

#[test]
fn facts_that_are_missing_are_named() {
    for (old, new, fact) in [
        ("- Credentials: API key (bearer)\n", "", "credentials"),
        (
            "- Query: `page[size]` (integer, default 20)\n",
            "",
            "optional parameters `page[size]`; defaults of `page[size]`",
        ),
        ("(integer, default 20)", "(integer)", "defaults of `page[size]`"),
        ("(enum: client_credentials, refresh_token)", "(string)", "allowed values of `grant_type`"),
        (" Server: `https://api.example.com`", "", "server https://api.example.com"),
        ("Errors: `401`\n", "", "status 401"),
        ("Errors: `400` `invalid_grant`", "Errors: `400`", "error codes `invalid_grant`"),
    ] {
        let (code, message) = only(old, new);
        assert_eq!(code, "missing-facts");
        assert!(message.ends_with(&format!("does not tell {fact}")), "{message}");
    }
}

#[test]
fn samples_are_run_and_judged() {
    if !has_curl() {
        return;
    }
    for (old, new, reason) in [
        (
            "%/v1}/keys",
            "}/keys",
            "no such path on server https://api.example.com/v1; the operation lives on https://api.example.com",
        ),
        (
            "\"$EXAMPLE_BASE_URL/things\"",
            "\"https://evil.example/v1/things\"",
            "no such path on server https://evil.example; the operation lives on https://api.example.com/v1",
        ),
        ("https://api.example.com/v1}", "http://api.example.com/v1}", "http://api.example.com"),
        (
            "Bearer $EXAMPLE_API_KEY",
            "Basic bWU6eA==",
            "the request presents HTTP basic; the operation wants key (HTTP bearer)",
        ),
        ("'page[size]=5'", "'page[size]=x'", "query parameter `page[size]`"),
        ("\n  --data-urlencode 'grant_type=client_credentials' \\", "", "body is required"),
        ("/keys\"\n```", "/keys\" | jq .\n```", "exit status 127"),
        ("curl -sS --fail-with-body -X POST", "echo curl", "no request is sent"),
        (
            "curl -sS --fail-with-body -G \"$EXAMPLE_BASE_URL/things\"",
            "curl -sS -G \"$EXAMPLE_BASE_URL/thing\"",
            "no such path: /v1/thing",
        ),
    ] {
        let found = found(old, new);
        let wrong = found.iter().find(|(code, _)| *code == "wrong-sample");
        assert!(wrong.is_some_and(|(_, message)| message.contains(reason)), "{reason}: {found:#?}");
    }
}

#[test]
fn a_secret_that_is_printed_is_found() {
    if !has_curl() {
        return;
    }
    let (code, message) = only(" \\\n  -o token.json", "");
    assert_eq!(
        (code, message.as_str()),
        ("prints-secret", "the sample of POST /token prints the secret `access_token`")
    );
}

#[test]
fn a_sample_outside_of_the_operations_is_judged_too() {
    if !has_curl() {
        return;
    }
    let sample = "OAuth tokens are secret.\n\n```bash\ncurl -s https://api.example.com/v1/messages\n```\n";
    let (code, message) = only("OAuth tokens are secret.", sample);
    assert_eq!((code, message.as_str()), ("wrong-sample", "sample of \"Important Notes\": no such path: /v1/messages"));
}

#[test]
fn samples_can_be_left_unrun() {
    let (_folder, skill) = spoiled("OAuth tokens", "OAuth tokens");
    let report = lint::check(&skill, &product(), false).unwrap();
    assert_eq!((report.counts(), report.findings), ((0, 0, 3), vec![]));
}

#[test]
fn a_skill_of_an_unknown_product_is_checked_for_form_only() {
    let (_folder, skill) = spoiled("OAuth tokens", "Oauth tokens");
    let report = lint::check_form(&skill, "other");
    let codes: Vec<_> = report.findings.iter().map(|finding| finding.code).collect();
    assert_eq!((codes, report.rows), (vec!["unknown-product"], vec![]));
}

#[test]
fn an_index_names_files_by_their_digests() {
    use sha2::{Digest, Sha256};
    let (folder, skill) = spoiled("OAuth tokens", "OAuth tokens");
    let digest: String = Sha256::digest(skill.main.text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let index = |digest: &str| {
        let text = format!("{{\"skills\": [\n{{\"path\": \"things-curl\", \"sha256\": \"{digest}\"}}]}}");
        std::fs::write(folder.path().join("index.json"), text).unwrap();
        lint::check_indexes(folder.path())
    };
    assert_eq!(index(&digest), []);
    let found = index("0000");
    assert_eq!((found[0].code, found[0].line), ("index", 2));
    assert!(found[0].message.contains(&digest), "{}", found[0].message);
}

#[test]
fn every_format_says_what_is_wrong_and_where() {
    if !has_curl() {
        return;
    }
    let (_folder, skill) = spoiled("OAuth tokens", "Oauth tokens, 100%");
    let summary = Summary { skills: vec![report(&skill)], indexes: Vec::new() };
    let human = summary.render(Format::Human);
    assert!(human.contains("SKILL.md:21:1: error[spelling]: `Oauth` is spelled \"OAuth\""), "{human}");
    assert!(human.contains("3 of 3 samples right, 0 wrong, 0 not judged; 1 error, 0 warnings"), "{human}");
    let json: serde_json::Value = serde_json::from_str(&summary.render(Format::Json)).unwrap();
    assert_eq!(json["findings"][0]["code"], "spelling");
    assert_eq!((&json["findings"][0]["line"], &json["findings"][0]["column"]), (&21.into(), &1.into()));
    assert_eq!(json["skills"][0]["samples"]["right"], 3);
    let github = summary.render(Format::Github);
    assert!(
        github.starts_with("::error file=") && github.contains(",line=21,col=1,title=spelling::`Oauth`"),
        "{github}"
    );
}

#[test]
fn a_file_that_is_no_text_is_told_and_others_go_on() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("SKILL.md");
    std::fs::write(&file, b"---\nname: a\n\xff\xfe\n").unwrap();
    let skills = skills_check::skill::find(folder.path()).unwrap();
    let report = lint::check(&skills[0], &product(), false).unwrap();
    let found: Vec<_> = report.findings.iter().map(|finding| (finding.code, finding.line)).collect();
    assert_eq!((found, report.rows.len()), (vec![("encoding", 3)], 0));
}

#[test]
fn findings_know_line_and_character() {
    let (_folder, skill) = spoiled("OAuth tokens are secret.", "Tokens of Oauth, [there](none.md): `GET /nothing`.");
    let findings = report(&skill).findings;
    let place = |code: &str| findings.iter().find(|it| it.code == code).map(|it| (it.line, it.column)).unwrap();
    assert_eq!(place("spelling"), (21, 11));
    assert_eq!(place("broken-link"), (21, 18));
    assert_eq!(place("unknown-operation"), (21, 36));
}
