//! Ruby samples: run where the SDK's gem is installed, else parsed.

use std::io;
use std::process::Command;

use super::parse::Parser;
use super::runtime::{NOWHERE, Program, Runtime};
use crate::product::Product;
use crate::sample::Language;
use crate::sandbox::which;

/// Looks for the gem that the product names (`[skills.sdks.ruby]`).
pub(super) fn set_up(product: &Product) -> io::Result<Runtime> {
    let package = product.sdks.get(Language::Ruby.name());
    let (Some(ruby), Some(package)) = (which("ruby"), package) else {
        return Ok(Parser::of(Language::Ruby));
    };
    // Where its gems are, since a sample runs with another home.
    let script = "require ARGV[0]; puts Gem.path.join(File::PATH_SEPARATOR)";
    let output = Command::new(&ruby).args(["-e", script, package]).output()?;
    if !output.status.success() {
        return Ok(Parser::of(Language::Ruby));
    }
    let gems = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let mut environment: Vec<_> = NOWHERE.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    environment.push(("GEM_PATH".to_owned(), gems));
    Ok(Runtime::Run(Program {
        how: format!("run with Ruby and the gem {package}"),
        program: ruby,
        arguments: Vec::new(),
        file: "sample.rb",
        environment,
        folder: None,
        project: None,
    }))
}
