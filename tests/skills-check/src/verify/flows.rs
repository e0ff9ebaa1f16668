//! Flows: scripts of several steps, run one after the other against the server that remembers.

use std::io;

use super::runtime::Runtime;
use super::{Trial, Tried, tried};
use crate::bench;
use crate::markdown::Kind;
use crate::mock::Mock;
use crate::sample;
use crate::sandbox::Sandbox;
use crate::section::{self, Section};
use crate::skill::Skill;

/// The flows of a skill: code of its language in files beside `SKILL.md` that belongs to no operation, by the heading
/// it stands under. All run in one folder, in order: a later one may take up what an earlier one stored.
pub(super) fn check(skill: &Skill, sections: &[Section<'_>], trial: &Trial<'_>) -> io::Result<Vec<(String, Tried)>> {
    let mut scripts = Vec::new();
    for source in &skill.references {
        for (title, blocks) in section::parts(source) {
            let is_operation = sections.iter().any(|section| std::ptr::eq(section.blocks, blocks));
            for block in blocks.iter().filter(|_| !is_operation) {
                if let Kind::Fence(info, code) = &block.kind
                    && trial.language.is(info)
                {
                    scripts.push((format!("flow: {title}"), code.as_str()));
                }
            }
        }
    }
    if scripts.is_empty() {
        return Ok(Vec::new());
    }
    let program = match trial.runtime {
        Runtime::Run(program) => program,
        Runtime::Parse(parser) => {
            let parse = |(title, code): (String, &str)| {
                Ok((title, tried(parser.complaints(&trial.bench.sandbox, trial.setup, code)?)))
            };
            return scripts.into_iter().map(parse).collect();
        }
        Runtime::Missing(_) => return Ok(scripts.into_iter().map(|(title, _)| (title, Tried::Skipped)).collect()),
    };
    let mock = Mock::start(trial.product, 0)?;
    let address = mock.url().trim_start_matches("http://").parse().map_err(io::Error::other)?;
    let sandbox = Sandbox::new(address)?;
    let folder = program.new_folder(&sandbox)?;
    let variables = trial.variables(&mock.base_url());
    let mut results = Vec::new();
    for (title, code) in scripts {
        let before = mock.server().recorded().len();
        let refused = mock.answered().len();
        let user = |printed: &str| visited(printed, &mock);
        let script = format!("{}\n{code}", trial.setup);
        let outcome = program.run(&sandbox, Some(&folder), &script, &variables, Some(&user))?;
        let requests: Vec<_> = mock.server().recorded().into_iter().skip(before).collect();
        let mut reasons = sample::wrong_requests(&requests);
        if reasons.is_empty() {
            let refusals = mock.answered().into_iter().skip(refused);
            reasons.extend(refusals.filter_map(|it| Some(format!("{} {}: {}", it.method, it.path, it.refusal?))));
        }
        if requests.is_empty() {
            reasons.push("no request is sent".to_owned());
        }
        match outcome.status {
            Some(0) => {}
            // A refusal makes a script fail; that is no reason of its own.
            Some(_) if !reasons.is_empty() && !requests.is_empty() => {}
            Some(status) => reasons.push(format!("exit status {status}: {}", outcome.complaint())),
            None => reasons.push("does not end".to_owned()),
        }
        let printed = outcome.printed();
        if mock.secrets().iter().any(|secret| printed.contains(secret)) || printed.contains(crate::answers::PLANTED) {
            reasons.push("prints a secret".to_owned());
        }
        results.push((title, tried(reasons)));
    }
    Ok(results)
}

/// What a user does: opens the address that was printed, and says where the browser was sent.
fn visited(printed: &str, mock: &Mock) -> Option<String> {
    let base = mock.base_url();
    let (before, _) = printed.rsplit_once('\n')?;
    let at = before.find(&format!("{base}/"))?;
    let url = before.get(at..)?.split_whitespace().next().filter(|url| url.contains('?'))?;
    bench::visit(url).ok()
}
