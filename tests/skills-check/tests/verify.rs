//! Samples and flows, run.

mod support;

use skills_check::sample::Language;
use skills_check::verify::{Counts, Report, Tried, Verifier};
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
        .entries
        .iter()
        .filter(|entry| !entry.tried.reasons().is_empty())
        .map(|entry| (entry.what.clone(), entry.tried.reasons().join("; ")))
        .collect();
    assert_eq!(failed.len(), 1, "{:#?}", report.entries);
    failed.into_iter().next().unwrap()
}

/// That many were run, and no other thing happened.
fn run(run: usize) -> Counts {
    Counts { run, ..Counts::default() }
}

#[test]
fn good_samples_pass() {
    if !has_curl() {
        return;
    }
    let report = report("OAuth tokens", "OAuth tokens");
    assert_eq!((report.counts(), report.language), (run(3), Language::Curl));
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
    assert_eq!(report(request, "echo \"${EXAMPLE_BASE_URL%/v1}/keys\"").counts(), run(3));
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
    report.entries.into_iter().find(|entry| entry.what == "flow: One flow").unwrap().tried
}

const TOKEN: &str = "curl -sS --fail-with-body -X POST \"$EXAMPLE_BASE_URL/token\" --user \"me:$EXAMPLE_CLIENT_SECRET\" \
                     -d grant_type=client_credentials";

#[test]
fn a_flow_runs_against_a_server_that_remembers() {
    if !has_curl() {
        return;
    }
    assert_eq!(flow(&format!("{TOKEN} -o token.json; test -s token.json")), Tried::Ran);
}

#[test]
fn a_flow_that_prints_its_token_or_stops_early_fails() {
    if !has_curl() {
        return;
    }
    assert_eq!(flow(TOKEN), Tried::Failed(vec!["prints a secret".to_owned()]));
    assert_eq!(flow("exit 3"), Tried::Failed(vec!["no request is sent".to_owned(), "exit status 3: ".to_owned()]));
}

/// A sample of errors with these branches, tried.
fn failing(branches: &str) -> Tried {
    let code = format!(
        "answer=$(mktemp)\nstatus=$({} -o \"$answer\" -w '%{{http_code}}')\n\
         code=$(sed -n 's/.*\"error\" *: *\"\\([^\"]*\\)\".*/\\1/p' \"$answer\")\n\
         case \"$status $code\" in\n{branches}\nesac",
        TOKEN.replace("--fail-with-body ", "")
    );
    let (_folder, skill) = spoiled("## List keys", &format!("## Errors\n\n```bash\n{code}\n```\n\n## List keys"));
    let report = Verifier::default().check(&skill, &product(), None).unwrap().unwrap();
    report.entries.into_iter().find(|entry| entry.what == "errors: Errors").unwrap().tried
}

#[test]
fn a_sample_of_errors_says_of_each_what_stands_beside_it() {
    if !has_curl() {
        return;
    }
    let branches = "2*) echo 'Fine' ;;\n'400 invalid_grant') echo 'Start over' ;;\n*) echo 'Another error' ;;";
    assert_eq!(failing(branches), Tried::Ran);
    let mixed_up = branches.replace("400 invalid_grant", "401 invalid_grant");
    assert_eq!(failing(&mixed_up), Tried::Failed(vec!["invalid_grant: says \"Another error\"".to_owned()]));
}

#[test]
fn a_sample_of_errors_must_not_take_a_failure_for_a_success_nor_end_badly() {
    if !has_curl() {
        return;
    }
    let Tried::Failed(reasons) = failing("*) echo 'Fine' ;;") else { panic!("it passes") };
    assert!(reasons.contains(&"invalid_grant: looks like a success".to_owned()), "{reasons:?}");
    let Tried::Failed(reasons) = failing("2*) echo 'Fine' ;;\n'400 invalid_grant') echo 'Start over' ;;\n*) exit 3 ;;")
    else {
        panic!("it passes")
    };
    let cases: Vec<_> = reasons.iter().map(|reason| reason.split_once(": exit status 3: ").unwrap().0).collect();
    assert_eq!(cases, ["a wrong secret", "503", "no answer"]);
}
