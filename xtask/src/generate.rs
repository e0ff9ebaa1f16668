//! `cargo xtask generate`: documents to crates and skill documents, or a check of what is there.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use generator::output::tree::Tree;
use generator::output::{Change, Kind, MANIFEST, Output, unified_diff};
use generator::source::text::visible;

use crate::pipeline::{self, Job, Made};
use crate::report::Format;
use crate::terminal::{self, Color, count};
use crate::workspace::{GENERATED, Workspace};
use crate::{Exit, WrongUsage};

/// Bytes of diffs that are shown in all, about 4,000 lines.
const DIFF_BYTES: usize = 200_000;
/// Written files that are named; of more only the number is told.
const NAMED: usize = 20;

/// Writes the client crates and skill documents
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// One product of spec/; without it, all
    #[arg(long, value_name = "NAME")]
    product: Option<String>,
    /// Write nothing; fail if the output is not what would be written
    #[arg(long)]
    check: bool,
    /// How findings are shown
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Any OpenAPI document, instead of a product
    #[arg(long, value_name = "FILE", requires = "out", conflicts_with = "product")]
    spec: Option<PathBuf>,
    /// The folder of the crate that is made of --spec
    #[arg(long, value_name = "DIR", requires = "spec")]
    out: Option<PathBuf>,
    /// The name of that crate
    #[arg(long, value_name = "CRATE", requires = "spec", value_parser = pipeline::crate_name)]
    name: Option<String>,
    /// An OpenAPI Overlay that is applied to --spec
    #[arg(long, value_name = "FILE", requires = "spec")]
    overlay: Option<PathBuf>,
    /// The code of a rule whose breaches by --spec are left out
    #[arg(long, value_name = "CODE", requires = "spec", value_parser = pipeline::code)]
    allow: Vec<String>,
    /// Write skill documents too, to the folder skills of --out
    #[arg(long, requires = "spec")]
    skills: bool,
    /// Show how long each pass takes, on standard error
    #[arg(long)]
    timings: bool,
}

/// Where the output goes.
struct Target {
    /// The folder.
    folder: PathBuf,
    /// How it is called in messages.
    name: String,
    /// Whether it is the workspace's own.
    is_generated: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, WrongUsage> {
    let started = Instant::now();
    let workspace = Workspace::find()?;
    let (jobs, target) = arguments.jobs(&workspace)?;
    let mut made = pipeline::run(&workspace, &jobs, &arguments.allow);
    let mut changes = None;
    if let Some(products) = made.products.take() {
        let output = Output {
            folder: &target.folder,
            products: &products,
            complete: arguments.product.is_none(),
            claimed: target.is_generated,
        };
        let before = Instant::now();
        match if arguments.check { output.compare() } else { output.write() } {
            Ok(found) => {
                for change in &found {
                    let files = &mut made.report.files;
                    let finding = match arguments.check {
                        true => Some(change.finding(&target.name, files)),
                        false => change.left_alone(&target.name, files),
                    };
                    // People get the list and the diffs instead.
                    if let Some(finding) = finding.filter(|_| arguments.format != Format::Human) {
                        made.report.push(finding);
                    }
                }
                changes = Some((output, found));
            }
            Err(error) => {
                let finding = error.finding(&target.name, &mut made.report.files);
                made.report.push(finding);
            }
        }
        made.timings.add(if arguments.check { "compare" } else { "write" }, before.elapsed());
        made.show(arguments.format, arguments.timings);
        let Some((output, changes)) = changes else { return Ok(Exit::Findings) };
        if arguments.format == Format::Human {
            let view =
                View { arguments, target: &target, jobs: &jobs, made: &made, output: &output, changes: &changes };
            view.show(started.elapsed());
        }
        return Ok(if arguments.check && !changes.is_empty() { Exit::Findings } else { Exit::Done });
    }
    made.show(arguments.format, arguments.timings);
    if arguments.format == Format::Human {
        terminal::errors().say("nothing was written\n");
    }
    Ok(Exit::Findings)
}

impl Arguments {
    /// What is to be made, and where.
    fn jobs(&self, workspace: &Workspace) -> Result<(Vec<Job>, Target), WrongUsage> {
        let generated = workspace.root.join(GENERATED);
        let (Some(spec), Some(out)) = (&self.spec, &self.out) else {
            let products = workspace.products(self.product.as_deref())?;
            let jobs = products.iter().map(|product| Job::of_product(workspace, product)).collect();
            return Ok((jobs, Target { folder: generated, name: GENERATED.to_owned(), is_generated: true }));
        };
        if out.canonicalize().is_ok_and(|out| generated.canonicalize().is_ok_and(|generated| out == generated)) {
            let message = format!("`{}` is the folder of the workspace's own output: name another", out.display());
            return Err(WrongUsage(message));
        }
        let job = Job {
            crate_name: self.name.clone(),
            skills: self.skills,
            ..Job::of_document(spec, self.overlay.as_deref())
        };
        // Without a slash at its end, which would make the system follow a link.
        let folder = out.components().collect();
        Ok((vec![job], Target { folder, name: out.display().to_string(), is_generated: false }))
    }

    /// The command that makes the output what it is to be.
    fn mend(&self) -> String {
        let mut command = "cargo xtask generate".to_owned();
        let mut add = |flag: &str, value: &str| command.push_str(&format!(" {flag} {}", quoted(value)));
        if let Some(product) = &self.product {
            add("--product", product);
        }
        for (flag, path) in [("--spec", &self.spec), ("--out", &self.out), ("--overlay", &self.overlay)] {
            if let Some(path) = path {
                add(flag, &path.to_string_lossy());
            }
        }
        if let Some(name) = &self.name {
            add("--name", name);
        }
        for code in &self.allow {
            add("--allow", code);
        }
        if self.skills {
            command.push_str(" --skills");
        }
        command
    }
}

/// A word of a command line, quoted if a shell would take it apart.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@%+,".contains(letter);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// What people are told.
struct View<'a> {
    arguments: &'a Arguments,
    target: &'a Target,
    jobs: &'a [Job],
    made: &'a Made,
    output: &'a Output<'a>,
    changes: &'a [Change],
}

impl View<'_> {
    fn show(&self, took: Duration) {
        let mut output = terminal::output();
        output.say(&self.list(&output));
        if self.arguments.check {
            let diffs = self.diffs();
            output.say(&output.paint_diff(&diffs));
        }
        for (job, summary) in self.jobs.iter().zip(self.made.summaries.iter().flatten()) {
            output.say(&format!("{}: {summary}\n", job.name));
        }
        output.say(&self.verdict(&output, took));
    }

    /// One line for each change; of many written files only the number.
    fn list(&self, output: &terminal::Stream) -> String {
        let check = self.arguments.check;
        let written = self.changes.iter().filter(|change| !change.kind.is_left_alone()).count();
        let is_told = |change: &&Change| written <= NAMED && change.path != MANIFEST;
        let shown = |change: &&Change| check || change.kind.is_left_alone() || is_told(change);
        let line = |change: &Change| {
            let (color, word) = match (change.kind, check) {
                (Kind::Changed, true) => (Color::Yellow, "changed"),
                (Kind::Missing, true) => (Color::Red, "missing"),
                (Kind::Orphaned, true) => (Color::Red, "orphaned"),
                (Kind::Changed | Kind::Missing, false) => (Color::Green, "written"),
                (Kind::Orphaned, false) => (Color::Red, "deleted"),
                (Kind::Foreign | Kind::Edited, _) => (Color::Cyan, "foreign"),
            };
            let why = match change.kind {
                Kind::Edited => " (no longer generated, and edited since)",
                Kind::Foreign if !check => " (left alone)",
                _ => "",
            };
            format!("{} {}{why}\n", output.paint(color, &format!("{word:8}")), self.shown(&change.path))
        };
        self.changes.iter().filter(shown).map(line).collect()
    }

    /// The diffs of all that writing would change, up to a length.
    fn diffs(&self) -> String {
        let mut text = String::new();
        let mut left_out = 0;
        for change in self.changes.iter().filter(|change| !change.kind.is_left_alone() && change.path != MANIFEST) {
            if text.len() > DIFF_BYTES {
                left_out += 1;
                continue;
            }
            let old = fs::read(self.target.folder.join(&change.path)).ok();
            text.push('\n');
            text.push_str(&unified_diff(&self.shown(&change.path), old.as_deref(), self.output.text(&change.path)));
        }
        if left_out > 0 {
            text.push_str(&format!("\n(and the diffs of {left_out} more files)\n"));
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text
    }

    /// The last lines: how it is, and what to do.
    fn verdict(&self, output: &terminal::Stream, took: Duration) -> String {
        let counted = || self.changes.iter().filter(|change| self.arguments.check || change.path != MANIFEST);
        let number = |kinds: &[Kind]| counted().filter(|change| kinds.contains(&change.kind)).count();
        let files: usize = self.output.products.values().map(Tree::len).sum();
        let (name, took) = (visible(&self.target.name), took.as_millis());
        if !self.arguments.check {
            let written = number(&[Kind::Changed, Kind::Missing]);
            let deleted = number(&[Kind::Orphaned]);
            return format!(
                "{name}: {} in all, {written} written, {deleted} deleted, in {took} ms\n",
                count(files, "file")
            );
        }
        if self.changes.is_empty() {
            let verdict = output.paint(Color::Green, "up to date");
            return format!("{name}: {verdict}, {}, in {took} ms\n", count(files, "file"));
        }
        let foreign = number(&[Kind::Foreign, Kind::Edited]);
        let numbers = [
            ("changed", number(&[Kind::Changed])),
            ("missing", number(&[Kind::Missing])),
            ("orphaned", number(&[Kind::Orphaned])),
            ("foreign", foreign),
        ];
        let numbers = numbers.into_iter().filter(|(_, number)| *number > 0);
        let numbers: Vec<String> = numbers.map(|(word, number)| format!("{number} {word}")).collect();
        let verdict = output.paint(Color::Red, "stale");
        let mut text = format!("{name}: {verdict}, {}, in {took} ms\n", numbers.join(", "));
        if foreign > 0 {
            text.push_str("foreign files are never deleted: move or delete them\n");
        }
        if foreign < self.changes.len() {
            text.push_str(&format!("to mend it, run: {}\n", self.arguments.mend()));
        }
        text
    }

    /// A path of the output as people know it.
    fn shown(&self, path: &str) -> String {
        visible(&Path::new(&self.target.name).join(path).to_string_lossy())
    }
}
