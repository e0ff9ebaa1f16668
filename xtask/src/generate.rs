//! `cargo xtask generate`: documents to crates and skill documents, or a check of what is there.

mod view;

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use generator::output::Output;
use generator::source::diagnostic::Diagnostic;

use crate::pipeline::{self, Job};
use crate::report::Format;
use crate::terminal;
use crate::workspace::{GENERATED, Workspace};
use crate::{Exit, WrongUsage};
use view::View;

/// Writes the client crates and skill documents
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// One product of spec/; without it, all, and the indexes over them
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
    if arguments.product.is_none() {
        made.add_indexes();
    }
    let is_human = arguments.format == Format::Human;
    let Some(products) = made.products.take() else {
        made.show(arguments.format, arguments.timings);
        if is_human {
            terminal::errors().say("nothing was written\n");
        }
        return Ok(Exit::Findings);
    };

    let output = Output {
        folder: &target.folder,
        products: &products,
        complete: arguments.product.is_none(),
        claimed: target.is_generated,
    };
    let before = Instant::now();
    let answer = if arguments.check { output.compare() } else { output.write() };
    made.timings.add(if arguments.check { "compare" } else { "write" }, before.elapsed());
    let files = &mut made.report.files;
    let findings: Vec<Diagnostic> = match &answer {
        Err(error) => vec![error.finding(&target.name, files)],
        // People get a list and the diffs instead.
        Ok(_) if is_human => Vec::new(),
        Ok(changes) if arguments.check => changes.iter().map(|change| change.finding(&target.name, files)).collect(),
        Ok(changes) => changes.iter().filter_map(|change| change.left_alone(&target.name, files)).collect(),
    };
    findings.into_iter().for_each(|finding| made.report.push(finding));
    made.show(arguments.format, arguments.timings);
    let Ok(changes) = answer else { return Ok(Exit::Findings) };
    if is_human {
        View { arguments, target: &target, jobs: &jobs, made: &made, output: &output, changes: &changes }
            .show(started.elapsed());
    }
    Ok(if arguments.check && !changes.is_empty() { Exit::Findings } else { Exit::Done })
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
