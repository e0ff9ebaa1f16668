//! Ruby samples: run where the SDK's gem is installed. Elsewhere those that do not call it are run with a stand-in that
//! clients of Setup can be made of, and the others parsed.

use std::io;
use std::process::Command;

use tempfile::TempDir;

use super::parse::Parser;
use super::runtime::{Program, Runtime, nowhere};
use crate::product::Product;
use crate::sample::Language;
use crate::sandbox::which;

/// Sets up what is there.
pub(super) fn set_up(product: &Product) -> io::Result<Runtime> {
    let Some(ruby) = which("ruby") else {
        return Ok(Runtime::missing("ruby is not installed: the package ruby of Debian"));
    };
    let parser = Parser {
        program: ruby.clone(),
        arguments: &["-c"],
        file: "sample.rb",
        whole: |setup, code| format!("{setup}\n{code}"),
    };
    let Some(sdk) = product.sdks.get(Language::Ruby.name()) else {
        let how = "parsed with ruby -c, not run: the product has no SDK".to_owned();
        return Ok(Runtime { program: None, parser: Some(parser), has_sdk: false, how });
    };
    let mut program =
        Program { program: ruby.clone(), file: "sample.rb", environment: nowhere(), ..Program::default() };
    // Where the gem and what it needs are, since a sample runs with another home.
    let script = "require ARGV[0]; puts Gem.path.join(File::PATH_SEPARATOR), $LOAD_PATH.join(File::PATH_SEPARATOR)";
    let output = Command::new(&ruby).args(["-e", script, &sdk.package]).output()?;
    if output.status.success() {
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let (gems, load) = said.trim().split_once('\n').unwrap_or_default();
        program.environment.push(("GEM_PATH".to_owned(), gems.to_owned()));
        program.environment.push(("RUBYLIB".to_owned(), load.to_owned()));
        return Ok(Runtime::run(format!("run with Ruby and the gem {}", sdk.package), program));
    }
    let folder = TempDir::new()?;
    let text = format!("module {}\n  class Client\n    def initialize(**) = nil\n  end\nend\n", sdk.module);
    std::fs::write(folder.path().join(format!("{}.rb", sdk.package)), text)?;
    program.environment.push(("RUBYLIB".to_owned(), folder.path().display().to_string()));
    program.folder = Some(folder);
    let package = &sdk.package;
    let how = format!(
        "run with Ruby where the SDK is not called, else parsed with ruby -c: `gem install {package}` lets all run"
    );
    Ok(Runtime { program: Some(program), parser: Some(parser), has_sdk: false, how })
}
