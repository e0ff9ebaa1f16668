//! A small product, and a skill of it to spoil.

use std::fs;
use std::path::{Path, PathBuf};

use skills_check::product::Product;
use skills_check::skill::Skill;
use tempfile::TempDir;

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

pub(crate) fn product() -> Product {
    let folder = fixtures();
    Product::load("things", &folder.join("openapi.yaml"), None, Some(&folder.join("product.toml"))).unwrap()
}

/// The good skill with one text replaced; the folder goes when dropped.
pub(crate) fn spoiled(old: &str, new: &str) -> (TempDir, Skill) {
    let good = fs::read_to_string(fixtures().join("things-curl/SKILL.md")).unwrap();
    assert!(good.contains(old), "the good skill has no {old:?}");
    written(&good.replace(old, new))
}

/// This text as the skill, beside the good one's references.
pub(crate) fn written(text: &str) -> (TempDir, Skill) {
    let folder = TempDir::new().unwrap();
    let skill = folder.path().join("things-curl");
    fs::create_dir_all(skill.join("references")).unwrap();
    let schemas = fixtures().join("things-curl/references/schemas.md");
    fs::copy(schemas, skill.join("references/schemas.md")).unwrap();
    fs::write(skill.join("SKILL.md"), text).unwrap();
    let skill = Skill::read(&skill.join("SKILL.md")).unwrap();
    (folder, skill)
}

/// Whether curl samples can be run here; says so if not.
pub(crate) fn has_curl() -> bool {
    match skills_check::sandbox::lacks_curl() {
        Some(why) => {
            println!("skipped: {why}");
            false
        }
        None => true,
    }
}
