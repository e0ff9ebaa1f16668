//! Documents for tests.

use crate::source::diagnostic::Findings;
use crate::source::node::Node;
use crate::source::place::Files;
use crate::source::read::{Format, read_text};

/// A document from YAML.
pub(crate) fn document(text: &str) -> Node {
    in_files(text, &mut Files::default())
}

/// A document from YAML, with the file it stands in.
pub(crate) fn in_files(text: &str, files: &mut Files) -> Node {
    let mut findings = Findings::default();
    let node = read_text("openapi.yaml", text.as_bytes(), Format::Yaml, files, &mut findings);
    assert!(findings.is_empty(), "{findings:#?}");
    node.unwrap()
}

/// The text of a document beside the repository, if it is there.
pub(crate) fn upstream(path: &str) -> Option<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let file = |up: &&str| std::fs::read_to_string(root.join(up).join("shared/upstream").join(path)).ok();
    ["..", "../.."].iter().find_map(file)
}
