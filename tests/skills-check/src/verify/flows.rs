//! Flows: scripts of several steps, run one after the other against the server that remembers.

use std::io;
use std::path::PathBuf;

use super::Script;
use super::outcome::{Entry, Tried};
use super::trial::{Trial, Way};
use crate::answers::PLANTED;
use crate::bench;
use crate::mock::Mock;
use crate::sample;
use crate::sandbox::{Outcome, Sandbox};
use crate::section::{self, Section};
use crate::skill::Skill;

/// The flows of a skill: code of its language in files beside `SKILL.md` that belongs to no operation, by the heading
/// it stands under. All run in one folder, in order: a later one may take up what an earlier one stored.
pub(super) fn check(skill: &Skill, sections: &[Section<'_>], trial: &Trial<'_>) -> io::Result<Vec<Entry>> {
    let scripts = scripts(skill, sections, trial);
    if scripts.is_empty() {
        return Ok(Vec::new());
    }
    let codes: Vec<&str> = scripts.iter().map(|script| script.code).collect();
    let tried = trial.seen.once(trial.key("flows", &codes), || run(&codes, trial))?;
    Ok(scripts.iter().zip(tried).map(|(script, tried)| script.entry("flow", tried)).collect())
}

/// Tries scripts one after the other.
fn run(codes: &[&str], trial: &Trial<'_>) -> io::Result<Vec<Tried>> {
    let mock = Mock::start(trial.product, 0)?;
    let address = mock.url().trim_start_matches("http://").parse().map_err(io::Error::other)?;
    let sandbox = Sandbox::new(address)?;
    let mut place = None;
    let variables = trial.variables(&mock.base_url());
    let mut all = Vec::new();
    for code in codes {
        let tried = match trial.way(code) {
            Way::Skip => Tried::Skipped,
            Way::Parse(parser) => Tried::parsed(trial.complaints(parser, code)?),
            Way::Run(program) => {
                let folder = match &place {
                    Some(folder) => PathBuf::clone(folder),
                    None => place.insert(program.new_folder(&sandbox)?).clone(),
                };
                let before = (mock.server().recorded().len(), mock.answered().len());
                let user = |printed: &str| consented(printed, &mock);
                let script = (trial.setup, *code);
                let outcome = program.run(&sandbox, Some(&folder), script, &variables, Some(&user))?;
                Tried::ran(wrong(&mock, before, &outcome))
            }
        };
        all.push(tried);
    }
    Ok(all)
}

/// Code of the skill's language beside `SKILL.md` that belongs to no operation.
fn scripts<'s>(skill: &'s Skill, sections: &[Section<'_>], trial: &Trial<'_>) -> Vec<Script<'s>> {
    let mut scripts = Vec::new();
    for source in &skill.references {
        for (title, blocks) in section::parts(source) {
            if sections.iter().any(|section| std::ptr::eq(section.blocks, blocks)) {
                continue;
            }
            for (_, code, line) in section::fences(blocks).filter(|(info, _, _)| trial.language.is(info)) {
                scripts.push(Script { title, file: source.path.clone(), line, code });
            }
        }
    }
    scripts
}

/// What is wrong with what a script did: requests and answers before it are not its own.
fn wrong(mock: &Mock, before: (usize, usize), outcome: &Outcome) -> Vec<String> {
    let requests: Vec<_> = mock.server().recorded().into_iter().skip(before.0).collect();
    let own: Vec<_> = requests.into_iter().filter(|recorded| !mock.is_page(&recorded.request.target)).collect();
    let mut reasons = sample::wrong_requests(&own);
    if reasons.is_empty() {
        let refusals = mock.answered().into_iter().skip(before.1);
        reasons.extend(refusals.filter_map(|it| Some(format!("{} {}: {}", it.method, it.path, it.refusal?))));
    }
    if own.is_empty() {
        reasons.push("no request is sent".to_owned());
    }
    match outcome.status {
        Some(0) => {}
        // A refusal makes a script fail; that is no reason of its own.
        Some(_) if !reasons.is_empty() && !own.is_empty() => {}
        Some(status) => reasons.push(format!("exit status {status}: {}", outcome.complaint())),
        None => reasons.push("does not end".to_owned()),
    }
    let printed = outcome.printed();
    if mock.secrets().iter().any(|secret| printed.contains(secret)) || printed.contains(PLANTED) {
        reasons.push("prints a secret".to_owned());
    }
    reasons
}

/// What a user does: opens the address that was printed, consents, and says where the browser was sent.
fn consented(printed: &str, mock: &Mock) -> Option<String> {
    let base = mock.base_url();
    let (before, _) = printed.rsplit_once('\n')?;
    let at = before.find(&format!("{base}/"))?;
    let url = before.get(at..)?.split_whitespace().next().filter(|url| url.contains('?'))?;
    let page = bench::visit(url).ok()?;
    mock.consent(&page).or(Some(page))
}
