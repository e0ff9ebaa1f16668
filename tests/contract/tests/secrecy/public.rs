//! What the generated crate makes public, read from its source: a new type is found without anybody's thinking of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::{Item, ItemMacro, Type, UseTree, Visibility};

/// The public types and what is in them.
#[derive(Default)]
pub struct Surface {
    /// Structs and enums that can be named from outside.
    pub types: BTreeSet<String>,
    /// The variants of the enums among them.
    pub variants: BTreeMap<String, Vec<String>>,
    /// The types that are nothing but a secret.
    pub secrets: BTreeSet<String>,
    /// The public members of structs that are secrets: struct, member, type.
    pub members: Vec<(String, String, String)>,
}

impl Surface {
    /// The surface of the generated crate.
    pub fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../generated/telnyx-oauth/src");
        let mut files = Vec::new();
        collect(&root, &mut files);
        let mut surface = Self::default();
        let mut exported = BTreeSet::new();
        let mut fields = Vec::new();
        for path in files {
            let text = fs::read_to_string(&path).expect("a source file");
            let file = syn::parse_file(&text).expect("Rust");
            let is_root = path == root.join("lib.rs") || path == root.join("types/mod.rs");
            // The modules of resources and of the test support are public themselves.
            let is_open = path.parent() == Some(&root.join("resources")) || path == root.join("test_util.rs");
            for item in &file.items {
                if let Item::Use(item) = item
                    && is_root
                    && matches!(item.vis, Visibility::Public(_))
                {
                    names(&item.tree, &mut exported);
                }
                surface.add(item, is_open, &mut exported, &mut fields);
            }
        }
        surface.types.retain(|name| exported.contains(name));
        for (owner, member, ty) in fields {
            let secret = words(&ty).find(|word| surface.secrets.contains(word));
            if let (Some(secret), true) = (secret, surface.types.contains(&owner)) {
                surface.members.push((owner, member, secret));
            }
        }
        surface
    }

    fn add(
        &mut self,
        item: &Item,
        is_open: bool,
        exported: &mut BTreeSet<String>,
        fields: &mut Vec<(String, String, String)>,
    ) {
        match item {
            Item::Struct(item) if matches!(item.vis, Visibility::Public(_)) => {
                let name = item.ident.to_string();
                for field in &item.fields {
                    if let (Some(member), Visibility::Public(_)) = (&field.ident, &field.vis) {
                        fields.push((name.clone(), member.to_string(), text(&field.ty)));
                    }
                }
                exported.extend(is_open.then(|| name.clone()));
                self.types.insert(name);
            }
            Item::Enum(item) if matches!(item.vis, Visibility::Public(_)) => {
                let name = item.ident.to_string();
                let variants = item.variants.iter().map(|variant| variant.ident.to_string());
                self.variants.insert(name.clone(), variants.collect());
                exported.extend(is_open.then(|| name.clone()));
                self.types.insert(name);
            }
            Item::Macro(item) => self.add_macro(item),
            _ => {}
        }
    }

    /// Types are made by two macros of the crate.
    fn add_macro(&mut self, item: &ItemMacro) {
        let Some(name) = item.mac.path.segments.last().map(|segment| segment.ident.to_string()) else { return };
        let tokens: Vec<String> = item.mac.tokens.clone().into_iter().map(|token| token.to_string()).collect();
        let declared = |keyword: &str| -> Vec<String> {
            let pairs = tokens.windows(2).filter(|pair| pair[0] == keyword);
            pairs.map(|pair| pair[1].clone()).collect()
        };
        match name.as_str() {
            "secret" => {
                self.types.extend(declared("struct"));
                self.secrets.extend(declared("struct"));
            }
            "open_enum" => self.types.extend(declared("enum")),
            _ => {}
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the generated crate") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
}

fn names(tree: &UseTree, found: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => names(&path.tree, found),
        UseTree::Group(group) => group.items.iter().for_each(|tree| names(tree, found)),
        UseTree::Name(name) => drop(found.insert(name.ident.to_string())),
        UseTree::Rename(rename) => drop(found.insert(rename.rename.to_string())),
        UseTree::Glob(_) => panic!("the crate exports item by item"),
    }
}

/// The words of a type: `Option<AccessToken>` has two.
fn text(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .iter()
            .map(|segment| match &segment.arguments {
                syn::PathArguments::AngleBracketed(arguments) => {
                    let inner = arguments.args.iter().map(|argument| match argument {
                        syn::GenericArgument::Type(ty) => text(ty),
                        _ => String::new(),
                    });
                    format!("{} {}", segment.ident, inner.collect::<Vec<_>>().join(" "))
                }
                _ => segment.ident.to_string(),
            })
            .collect::<Vec<_>>()
            .join(" "),
        _ => String::new(),
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace().map(str::to_owned)
}
