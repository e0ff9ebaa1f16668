//! The workspace: where its folders are, and what its products are.

use std::path::{Path, PathBuf};
use std::{env, fs};

use generator::source::text::nearest;

use crate::WrongUsage;

/// The folder of the committed output.
pub(crate) const GENERATED: &str = "generated";

/// The workspace.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// Its folder.
    pub(crate) root: PathBuf,
}

/// A product: a folder of `spec/`. Paths are relative to the workspace.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    /// The folder's name.
    pub(crate) name: String,
    /// `openapi.yaml`, or `.yml`, or `.json`.
    pub(crate) document: PathBuf,
    /// `overlay.yaml`, if there is one.
    pub(crate) overlay: Option<PathBuf>,
    /// `product.toml`, if there is one.
    pub(crate) product: Option<PathBuf>,
}

impl Workspace {
    /// Finds the workspace: that of the package cargo runs, else that around the current folder, else that around
    /// this program, else the one it was compiled in.
    pub(crate) fn find() -> Result<Self, WrongUsage> {
        let starts = [
            env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from),
            env::current_dir().ok(),
            env::current_exe().ok(),
            Some(env!("CARGO_MANIFEST_DIR").into()),
        ];
        let is_root = |folder: &&Path| folder.join("templates").is_dir() && folder.join("Cargo.toml").is_file();
        starts
            .iter()
            .flatten()
            .find_map(|start| start.ancestors().find(is_root))
            .map(|root| Self { root: root.to_owned() })
            .ok_or_else(|| {
                WrongUsage("not inside the workspace: no folder above holds `templates/` and `Cargo.toml`".to_owned())
            })
    }

    /// The folders of the generated crates, within the workspace, by name.
    pub(crate) fn crates(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.root.join(GENERATED)).into_iter().flatten().flatten();
        let folders = entries.map(|entry| Path::new(GENERATED).join(entry.file_name()));
        let mut crates: Vec<PathBuf> =
            folders.filter(|folder| self.root.join(folder).join("Cargo.toml").is_file()).collect();
        crates.sort();
        crates
    }

    /// The products, by name; the one of that name, if one is given.
    pub(crate) fn products(&self, only: Option<&str>) -> Result<Vec<Product>, WrongUsage> {
        let folder = self.root.join("spec");
        let entries = fs::read_dir(&folder).map_err(|error| WrongUsage(format!("cannot list `spec/`: {error}")))?;
        let folders = entries.flatten().filter(|entry| entry.path().is_dir());
        let mut names: Vec<String> = folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        if names.is_empty() {
            return Err(WrongUsage("`spec/` holds no product: add a folder with an `openapi.yaml`".to_owned()));
        }
        if let Some(only) = only.filter(|only| !names.iter().any(|name| name == only)) {
            let near = nearest(only, names.iter().map(String::as_str)).map(|name| format!("; did you mean `{name}`?"));
            let (near, all) = (near.unwrap_or_default(), names.join("`, `"));
            return Err(WrongUsage(format!("there is no product `{only}`{near}\n\n  products: `{all}`")));
        }
        names.retain(|name| only.is_none_or(|only| name == only));
        Ok(names.into_iter().map(|name| self.product(name)).collect())
    }

    /// The files of a product. A document that is missing is for the reader to tell.
    fn product(&self, name: String) -> Product {
        let folder = Path::new("spec").join(&name);
        let existing = |file: &str| Some(folder.join(file)).filter(|path| self.root.join(path).exists());
        let document = ["openapi.yaml", "openapi.yml", "openapi.json"].into_iter().find_map(existing);
        Product {
            document: document.unwrap_or_else(|| folder.join("openapi.yaml")),
            overlay: existing("overlay.yaml"),
            product: existing("product.toml"),
            name,
        }
    }
}
