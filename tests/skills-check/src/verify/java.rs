//! Java samples: those that do not call the SDK are run with a stand-in that clients of Setup can be made of, where
//! Jackson is there, which the SDK brings with it; the others are parsed.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::parse::Parser;
use super::runtime::{Program, Runtime};
use crate::product::{Product, Sdk};
use crate::sample::Language;
use crate::sandbox::which;

/// Where Debian puts the archives of its packages.
const ARCHIVES: &str = "/usr/share/java";
/// What is needed of Jackson.
const JACKSON: [&str; 3] = ["jackson-annotations.jar", "jackson-core.jar", "jackson-databind.jar"];

/// Sets up what is there.
pub(super) fn set_up(product: &Product) -> io::Result<Runtime> {
    let Some(javac) = which("javac") else {
        return Ok(Runtime::missing("javac is not installed: the package default-jdk-headless of Debian"));
    };
    let parser = Parser {
        program: javac.clone(),
        arguments: &["-proc:none", "-XDshould-stop.ifNoError=PARSE"],
        file: "Sample.java",
        whole,
    };
    let jackson = JACKSON.map(|name| Path::new(ARCHIVES).join(name));
    let sdk = product.sdks.get(Language::Java.name());
    let (Some(java), Some(sdk), true) = (which("java"), sdk, jackson.iter().all(|archive| archive.is_file())) else {
        let way = "those that call no SDK would run with java and the package libjackson2-databind-java of Debian";
        let how = format!("parsed with javac, not run: {way}");
        return Ok(Runtime { program: None, parser: Some(parser), has_sdk: false, how });
    };
    let folder = TempDir::new()?;
    let classes = folder.path().join("classes");
    let mut path = vec![classes.clone()];
    path.extend(jackson);
    let path = std::env::join_paths(&path).map_err(io::Error::other)?;
    let compile = {
        let (folder, path) = (folder.path().to_owned(), path.clone());
        move |files: &[PathBuf]| {
            let mut command = Command::new(&javac);
            command.args(["-proc:none", "-nowarn", "-d", "classes", "-cp"]).arg(&path).args(files).current_dir(&folder);
            let output = command.output()?;
            let said = String::from_utf8_lossy(&output.stderr);
            let first = said.lines().find(|line| line.contains("error:")).or_else(|| said.lines().next());
            Ok(if output.status.success() { Ok(()) } else { Err(first.unwrap_or("javac fails").to_owned()) })
        }
    };
    let files = stand_in(folder.path(), sdk)?;
    let stood: io::Result<Result<(), String>> = compile(&files);
    if let Err(why) = stood? {
        let how = format!("parsed with javac, not run: the stand-in of the SDK does not compile: {why}");
        return Ok(Runtime { program: None, parser: Some(parser), has_sdk: false, how });
    }
    let program = Program {
        program: java,
        arguments: vec!["-cp".into(), path, "Sample".into()],
        file: "Sample.java",
        compiler: Some(Box::new({
            let folder = folder.path().to_owned();
            move |setup, code| {
                let file = folder.join("Sample.java");
                std::fs::write(&file, whole(setup, code))?;
                compile(&[file])
            }
        })),
        folder: Some(folder),
        ..Program::default()
    };
    let how =
        "run with Java where the SDK is not called, else parsed with javac: the SDK is not set up here".to_owned();
    Ok(Runtime { program: Some(program), parser: Some(parser), has_sdk: false, how })
}

/// Classes that have what Setup needs of the SDK, and nothing that a sample calls: the files to compile.
fn stand_in(folder: &Path, sdk: &Sdk) -> io::Result<Vec<PathBuf>> {
    let Sdk { group, module, .. } = sdk;
    let client = format!("package {group}.client;\n\npublic interface {module}Client {{}}\n");
    let builder = format!(
        "package {group}.client.okhttp;\n\nimport {group}.client.{module}Client;\n\n\
         public final class {module}OkHttpClient {{\n    \
         public static Builder builder() {{ return new Builder(); }}\n\n    \
         public static final class Builder {{\n        \
         public Builder apiKey(String key) {{ return this; }}\n        \
         public Builder baseUrl(String url) {{ return this; }}\n        \
         public {module}Client build() {{ return new {module}Client() {{}}; }}\n    }}\n}}\n"
    );
    let mappers = format!(
        "package {group}.core;\n\nimport com.fasterxml.jackson.databind.json.JsonMapper;\n\n\
         public final class ObjectMappers {{\n    \
         public static JsonMapper jsonMapper() {{ return new JsonMapper(); }}\n}}\n"
    );
    let classes = [
        (format!("{module}Client"), client),
        (format!("{module}OkHttpClient"), builder),
        ("ObjectMappers".to_owned(), mappers),
    ];
    std::fs::create_dir_all(folder.join("classes"))?;
    let mut files = Vec::new();
    for (name, text) in classes {
        let file = folder.join(format!("{name}.java"));
        std::fs::write(&file, text)?;
        files.push(file);
    }
    Ok(files)
}

/// A class around statements; imports go first.
fn whole(setup: &str, code: &str) -> String {
    let (mut imports, mut body) = (String::new(), String::new());
    for line in setup.lines().chain(code.lines()) {
        let target = if line.starts_with("import ") { &mut imports } else { &mut body };
        target.push_str(line);
        target.push('\n');
    }
    let main = "public static void main(String[] arguments) throws Exception";
    format!("{imports}\nclass Sample {{\n{main} {{\n{body}\n}}\n}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_go_before_the_class_and_statements_into_main() {
        let text = whole("import a.B;\nB b;", "import c.D;\nb.call();\n");
        assert!(text.starts_with("import a.B;\nimport c.D;\n\nclass Sample {"), "{text}");
        assert!(text.contains("throws Exception {\nB b;\nb.call();"), "{text}");
    }
}
