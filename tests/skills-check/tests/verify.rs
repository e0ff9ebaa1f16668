//! Samples and flows, run.

mod support;

use skills_check::sample::Language;
use skills_check::verify::{Report, Tried, Verifier};
use support::{has_curl, product, spoiled};

fn report(old: &str, new: &str) -> Report {
    let (_folder, skill) = spoiled(old, new);
    Verifier::default().check(&skill, &product(), None).unwrap().unwrap()
}

/// Why the one sample that fails does.
#[track_caller]
fn failure(old: &str, new: &str) -> (String, String) {
    let report = report(old, new);
    let failed: Vec<_> = report
        .results
        .iter()
        .filter_map(|(what, result)| match result {
            Tried::Failed(reasons) => Some((what.clone(), reasons.join("; "))),
            _ => None,
        })
        .collect();
    assert_eq!(failed.len(), 1, "{:#?}", report.results);
    failed.into_iter().next().unwrap()
}

#[test]
fn good_samples_pass() {
    if !has_curl() {
        return;
    }
    let report = report("OAuth tokens", "OAuth tokens");
    assert_eq!((report.counts(), report.language), ((3, 0, 0), Language::Curl));
}

#[test]
fn another_language_is_left_out() {
    let (_folder, skill) = spoiled("OAuth tokens", "OAuth tokens");
    assert!(Verifier::default().check(&skill, &product(), Some(Language::Ruby)).unwrap().is_none());
}

#[test]
fn a_wrong_request_fails() {
    if !has_curl() {
        return;
    }
    let (what, why) = failure("'page[size]=5'", "'page[size]=x'");
    assert_eq!(what, "GET /things");
    assert!(why.starts_with("query parameter `page[size]`"), "{why}");
}

#[test]
fn a_sample_may_print_an_address_for_a_browser_and_it_must_be_right() {
    if !has_curl() {
        return;
    }
    let request = "curl -sS --fail-with-body \"${EXAMPLE_BASE_URL%/v1}/keys\"";
    assert_eq!(report(request, "echo \"${EXAMPLE_BASE_URL%/v1}/keys\"").counts(), (3, 0, 0));
    let (what, why) = failure(request, "echo \"$EXAMPLE_BASE_URL/keys\"");
    assert!(what == "GET /keys" && why.starts_with("no such path on server"), "{what}: {why}");
}

#[test]
fn a_secret_of_the_environment_must_not_be_printed() {
    if !has_curl() {
        return;
    }
    let (what, why) = failure("'page[size]=5'\n", "'page[size]=5' && echo \"$EXAMPLE_API_KEY\"\n");
    assert_eq!((what.as_str(), why.as_str()), ("GET /things", "prints the secret `example_api_key`"));
}

#[test]
fn a_secret_of_an_answer_must_not_be_printed() {
    if !has_curl() {
        return;
    }
    let (what, why) = failure(" \\\n  -o token.json", "");
    assert_eq!((what.as_str(), why.as_str()), ("POST /token", "prints the secret `access_token`"));
}

#[test]
fn a_secret_must_not_be_told_to_a_public_operation() {
    if !has_curl() {
        return;
    }
    let (what, why) = failure("%/v1}/keys\"", "%/v1}/keys\" -H \"User-Agent: $EXAMPLE_API_KEY\"");
    assert_eq!((what.as_str(), why.as_str()), ("GET /keys", "sends a secret to /keys, which is public"));
}

#[test]
fn a_sample_that_ends_badly_fails() {
    if !has_curl() {
        return;
    }
    let (_, why) = failure("-o token.json", "-o no-such-folder/token.json");
    assert!(why.starts_with("exit status 23"), "{why}");
}

/// The flow of a page of the references, tried.
fn flow(code: &str) -> Tried {
    let (_folder, mut skill) = spoiled("OAuth tokens", "OAuth tokens");
    let file = skill.path.join("references/flows.md");
    std::fs::write(&file, format!("# Flows\n\n## One flow\n\n```bash\n{code}\n```\n")).unwrap();
    skill = skills_check::skill::Skill::read(&skill.main.path).unwrap();
    let report = Verifier::default().check(&skill, &product(), None).unwrap().unwrap();
    let flow = report.results.into_iter().find(|(what, _)| what == "flow: One flow");
    flow.unwrap().1
}

const TOKEN: &str = "curl -sS --fail-with-body -X POST \"$EXAMPLE_BASE_URL/token\" --user \"me:$EXAMPLE_CLIENT_SECRET\" \
                     -d grant_type=client_credentials";

#[test]
fn a_flow_runs_against_a_server_that_remembers() {
    if !has_curl() {
        return;
    }
    assert_eq!(flow(&format!("{TOKEN} -o token.json; test -s token.json")), Tried::Passed);
}

#[test]
fn a_flow_that_prints_its_token_or_stops_early_fails() {
    if !has_curl() {
        return;
    }
    assert_eq!(flow(TOKEN), Tried::Failed(vec!["prints a secret".to_owned()]));
    assert_eq!(flow("exit 3"), Tried::Failed(vec!["no request is sent".to_owned(), "exit status 3: ".to_owned()]));
}
