//! The sample of errors: its request is made to fail in each way the document declares, and it must say the right
//! thing each time.

use std::io;

use judge::server::{Response, Server};
use serde_json::json;

use super::Script;
use super::outcome::{Entry, Tried};
use super::runtime::Program;
use super::trial::{Trial, Way};
use crate::answers::PLANTED;
use crate::api::Operation;
use crate::bench::Bench;
use crate::mock::Mock;
use crate::sample;
use crate::sandbox::{Outcome, Sandbox};
use crate::section::{self, Section};
use crate::skill::Skill;

/// The first code of `SKILL.md` that is neither Setup nor of an operation: that of errors.
pub(super) fn check(skill: &Skill, sections: &[Section<'_>], trial: &Trial<'_>) -> io::Result<Option<Entry>> {
    let Some(script) = script(skill, sections, trial) else { return Ok(None) };
    let run = || {
        Ok(vec![match trial.way(script.code) {
            Way::Skip => Tried::Skipped,
            Way::Parse(parser) => Tried::parsed(trial.complaints(parser, script.code)?),
            Way::Run(program) => Tried::ran(Failing { trial, program, code: script.code }.wrong()?),
        }])
    };
    let tried = trial.seen.once(trial.key("errors", &[script.code]), run)?.pop().unwrap_or(Tried::Skipped);
    Ok(Some(script.entry("errors", tried)))
}

fn script<'s>(skill: &'s Skill, sections: &[Section<'_>], trial: &Trial<'_>) -> Option<Script<'s>> {
    let parts = section::parts(&skill.main);
    let others = parts.into_iter().filter(|(_, blocks)| !sections.iter().any(|it| std::ptr::eq(it.blocks, *blocks)));
    let mut codes = others.flat_map(|(title, blocks)| section::fences(blocks).map(move |fence| (title, fence)));
    let (title, (_, code, line)) =
        codes.find(|(_, (info, code, _))| trial.language.is(info) && !trial.setup.contains(code))?;
    Some(Script { title, file: skill.main.path.clone(), line, code })
}

/// A sample whose request fails.
struct Failing<'f> {
    trial: &'f Trial<'f>,
    program: &'f Program,
    code: &'f str,
}

impl Failing<'_> {
    /// What is wrong with it.
    fn wrong(&self) -> io::Result<Vec<String>> {
        let mock = Mock::start(self.trial.product, 0)?;
        let variables = self.trial.variables(&mock.base_url());
        let succeeded = self.run(&mock.url(), &variables)?;
        let recorded = mock.server().recorded();
        let mut reasons = sample::wrong_requests(&recorded);
        reasons.extend(self.trial.told_in_public(&recorded));
        reasons.extend(badly("a success", &succeeded));
        let Some(operation) = self.operation(recorded.first().and_then(|it| it.verdict.operation.as_deref())) else {
            reasons.push(format!("no request is sent to an operation: {}", succeeded.complaint()));
            return Ok(reasons);
        };
        if reasons.is_empty() {
            reasons.extend(self.another_secret(&mock, &variables)?);
            for (status, answer) in &operation.responses {
                let Some(status) = status.parse().ok().filter(|status| *status >= 400) else { continue };
                for code in &answer.codes {
                    let body = json!({"error": code, "error_description": "as asked for"});
                    reasons.extend(self.answered(&Response::json(status, &body), code, &succeeded)?);
                }
            }
            let outage = Response::new(503).header("content-type", "text/html").body("<h1>Unavailable</h1>");
            reasons.extend(self.answered(&outage, "503", &succeeded)?);
            reasons.extend(self.unanswered(&succeeded)?);
        }
        Ok(reasons)
    }

    fn operation(&self, id: Option<&str>) -> Option<&Operation> {
        self.trial.product.api.operations.iter().find(|operation| Some(operation.id.as_str()) == id)
    }

    fn run(&self, url: &str, variables: &[(String, String)]) -> io::Result<Outcome> {
        let address = url.trim_start_matches("http://").parse().map_err(io::Error::other)?;
        let sandbox = Sandbox::new(address)?;
        self.program.run(&sandbox, None, (self.trial.setup, self.code), variables, None)
    }

    /// A failure that nobody staged: the server knows the client by the secret it showed first.
    fn another_secret(&self, mock: &Mock, variables: &[(String, String)]) -> io::Result<Vec<String>> {
        let other = |(name, value): &(String, String)| {
            let value = if name.contains("SECRET") { format!("{value}-other") } else { value.clone() };
            (name.clone(), value)
        };
        let before = mock.answered().len();
        let outcome = self.run(&mock.url(), &variables.iter().map(other).collect::<Vec<_>>())?;
        let refusals: Vec<_> =
            mock.answered().into_iter().skip(before).filter_map(|answered| answered.refusal).collect();
        let Some(refusal) = refusals.first() else {
            return Ok(vec!["a wrong secret is not sent".to_owned()]);
        };
        let code = refusal.split(':').next().unwrap_or_default();
        Ok(self.misjudged(code, &outcome).into_iter().chain(badly("a wrong secret", &outcome)).collect())
    }

    /// A failure of the server's choosing.
    fn answered(&self, response: &Response, code: &str, succeeded: &Outcome) -> io::Result<Vec<String>> {
        let answer = response.clone();
        let server = Server::start(self.trial.product.judge(), move |_| answer.clone())?;
        let variables = self.trial.variables(&format!("{}{}", server.url(), Bench::base_path(self.trial.product)));
        let outcome = self.run(&server.url(), &variables)?;
        let mut reasons = badly(code, &outcome);
        if server.recorded().is_empty() {
            reasons.push(format!("{code}: no request is sent"));
        } else if outcome.printed().trim() == succeeded.printed().trim() {
            reasons.push(format!("{code}: looks like a success"));
        }
        reasons.extend(self.misjudged(code, &outcome));
        Ok(reasons)
    }

    /// A server that is not there.
    fn unanswered(&self, succeeded: &Outcome) -> io::Result<Vec<String>> {
        let url = Server::start(self.trial.product.judge(), |_| Response::new(500))?.url();
        let outcome = self.run(&url, &self.trial.variables(&url))?;
        let mut reasons = badly("no answer", &outcome);
        if outcome.printed().trim() == succeeded.printed().trim() {
            reasons.push("no answer: looks like a success".to_owned());
        }
        Ok(reasons)
    }

    /// What is said in place of what stands beside the code in the sample; a code the sample does not name may get
    /// anything.
    fn misjudged(&self, code: &str, outcome: &Outcome) -> Option<String> {
        let beside = beside(self.code, code)?;
        let printed = outcome.printed();
        let mut said = printed.lines().filter(|line| !line.trim().is_empty()).flat_map(pieces);
        (!said.any(|text| beside.contains(text))).then(|| format!("{code}: says \"{}\"", printed.trim()))
    }
}

/// The code of a sample from an error code to the next one.
fn beside<'c>(sample: &'c str, code: &str) -> Option<&'c str> {
    let is_word = |char: char| char.is_alphanumeric() || char == '_';
    let is_whole = |at: usize| {
        let before = sample.get(..at).and_then(|text| text.chars().next_back());
        let after = sample.get(at + code.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    };
    let (at, _) = sample.match_indices(code).find(|(at, _)| is_whole(*at))?;
    let rest = sample.get(at + code.len()..)?;
    // What the next line says is of another code, unless this one says nothing yet.
    let lines: Vec<usize> = rest.match_indices('\n').map(|(at, _)| at).take(2).collect();
    let end = match lines.as_slice() {
        [first, ..] if rest.get(..*first).is_some_and(|line| line.len() > 10) => *first,
        [_, second] => *second,
        _ => rest.len(),
    };
    rest.get(..end)
}

/// A line and its ends: what a program prints may stand behind a prefix of its own.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let starts = std::iter::once(0).chain(line.match_indices(' ').map(|(at, _)| at + 1));
    starts.filter_map(|at| line.get(at..)).filter(|piece| piece.len() > 20 || piece.len() == line.len())
}

/// How a run ended badly.
fn badly(when: &str, outcome: &Outcome) -> Vec<String> {
    let mut reasons = Vec::new();
    match outcome.status {
        Some(0) => {}
        Some(status) => reasons.push(format!("{when}: exit status {status}: {}", outcome.complaint())),
        None => reasons.push(format!("{when}: does not end")),
    }
    if outcome.printed().contains(PLANTED) {
        reasons.push(format!("{when}: prints a secret"));
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_a_code_ends_before_the_next() {
        let sample = "case 'a_b') echo 'First thing' ;;\ncase 'a_b_c') echo 'Second thing' ;;\n";
        assert_eq!(beside(sample, "a_b"), Some("') echo 'First thing' ;;"));
        assert_eq!(beside(sample, "a_b_c"), Some("') echo 'Second thing' ;;"));
        assert_eq!(beside(sample, "c"), None);
        assert_eq!(beside("case \"a\":\n  print(\"x\")\ncase", "a"), Some("\":\n  print(\"x\")"));
    }

    #[test]
    fn a_line_is_compared_whole_or_by_a_long_end() {
        assert_eq!(pieces("short").collect::<Vec<_>>(), ["short"]);
        let ends: Vec<&str> = pieces("error: what to do about it now").collect();
        assert_eq!(ends, ["error: what to do about it now", "what to do about it now"]);
    }
}
