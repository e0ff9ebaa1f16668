//! The skills of this workspace, where they are generated.

use std::path::{Path, PathBuf};

use skills_check::lint;
use skills_check::product::Product;
use skills_check::sample::Language;
use skills_check::sandbox::lacks_curl;
use skills_check::skill::{self, Skill};
use skills_check::verify::Verifier;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Skill and product; none, with a message, before anything is generated.
fn skills() -> Vec<(Skill, Product)> {
    let folder = workspace().join("generated/skills");
    if !folder.is_dir() {
        println!("skipped: generated/skills does not exist; `cargo xtask generate` makes it");
        return Vec::new();
    }
    let skills = skill::find(&folder).unwrap();
    assert!(!skills.is_empty(), "generated/skills holds no skill");
    let of = |skill: Skill| {
        let name = skill.frontmatter.metadata("product").expect("a generated skill names its product");
        let product = Product::of_workspace(&workspace(), name).unwrap();
        (skill, product)
    };
    skills.into_iter().map(of).collect()
}

#[test]
fn generated_skills_have_no_findings() {
    for (skill, product) in skills() {
        let report = lint::check(&skill, &product, true).unwrap();
        assert_eq!(report.findings, [], "{}", report.name);
        if report.language == Some(Language::Curl) && lacks_curl().is_none() {
            assert_eq!(report.counts(), (product.api.operations.len(), 0, 0), "{:#?}", report.rows);
        }
    }
}

#[test]
fn every_curl_sample_and_flow_of_a_generated_skill_passes() {
    if let Some(why) = lacks_curl() {
        println!("skipped: {why}");
        return;
    }
    let mut verifier = Verifier::default();
    for (skill, product) in skills() {
        let Some(report) = verifier.check(&skill, &product, Some(Language::Curl)).unwrap() else { continue };
        let counts = report.counts();
        assert_eq!((counts.parsed, counts.failed, counts.skipped), (0, 0, 0), "{:#?}", report.entries);
        // One for each operation, one of errors, and flows.
        assert!(counts.run > product.api.operations.len() + 1, "{:#?}", report.entries);
    }
}

#[test]
fn indexes_of_generated_skills_are_right() {
    assert_eq!(lint::check_indexes(&workspace().join("generated/skills")), []);
}
