//! The manifest: what we wrote, so that a later run knows what it may delete.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::tree::{self, Tree};

/// The manifest's name in the folder.
pub const NAME: &str = ".manifest.json";

/// The manifest of a run that is under way, or was killed: what it writes is ours even if it never came to its end.
pub(super) const NEXT: &str = ".manifest.next.json";

/// Files by path, each with the SHA-256 of its bytes in hexadecimal.
pub(super) type Hashes = BTreeMap<String, String>;

/// What we wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// The version of the generator.
    generator: String,
    /// The files of each product.
    pub(super) products: BTreeMap<String, Hashes>,
}

impl Manifest {
    /// Reads a manifest; none if the text is not one, be it that a merge left marks in it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let manifest: Self = serde_json::from_str(text).ok()?;
        manifest.products.values().flat_map(Hashes::keys).all(|path| tree::is_safe_path(path)).then_some(manifest)
    }

    /// The manifest of these products, and of the others that are kept as they are.
    pub(super) fn new(products: &BTreeMap<String, Tree>, kept: BTreeMap<String, Hashes>) -> Self {
        let made = products.iter().map(|(product, tree)| {
            let hashes = tree.contents().map(|(path, bytes)| (path.to_owned(), hash(bytes))).collect();
            (product.clone(), hashes)
        });
        Self { generator: env!("CARGO_PKG_VERSION").to_owned(), products: kept.into_iter().chain(made).collect() }
    }

    /// The text that is written.
    pub(super) fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// The SHA-256 of some bytes in hexadecimal.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_reads_back_what_was_written() {
        let mut tree = Tree::default();
        tree.insert("src/lib.rs", "//! A crate.\n").unwrap();
        let manifest = Manifest::new(&BTreeMap::from([("one".to_owned(), tree)]), BTreeMap::new());
        assert_eq!(Manifest::parse(&manifest.text()), Some(manifest));
    }

    #[test]
    fn a_manifest_that_names_a_file_outside_the_folder_is_none() {
        let text = |path: &str| format!(r#"{{"generator":"1","products":{{"a":{{"{path}":"00"}}}}}}"#);
        assert!(Manifest::parse(&text("a/b.rs")).is_some());
        for path in ["../b.rs", "/etc/passwd", "a/../../b", ""] {
            assert_eq!(Manifest::parse(&text(path)), None, "{path}");
        }
    }

    #[test]
    fn the_hash_is_sha_256() {
        assert_eq!(hash(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
