//! What is to be done to a folder.

use std::collections::{BTreeMap, BTreeSet};

use super::disk::{self, Disk};
use super::manifest::{self, Hashes, Manifest};
use super::{Change, Error, Kind, Output};

/// What is to be done to a folder.
#[derive(Debug)]
pub(super) struct Plan {
    /// Every difference, by path.
    pub(super) changes: Vec<Change>,
    /// The text of the manifest.
    pub(super) manifest: String,
    /// Temporary files of runs that were killed; part of the changes too.
    pub(super) leftovers: BTreeSet<String>,
    /// Files of ours that are not to be, whether they are there or not: their folders may be empty now.
    pub(super) gone: BTreeSet<String>,
}

/// The manifests a folder may hold.
struct Recorded {
    /// The text of the one that counts.
    text: Option<String>,
    /// The one that counts, and that of a run that was killed.
    manifests: Vec<Manifest>,
}

/// Compares a folder with what it is to hold.
pub(super) fn make(output: &Output<'_>) -> Result<Plan, Error> {
    let disk = disk::scan(output.folder)?;
    let recorded = recorded(output)?;
    if !output.claimed && recorded.manifests.is_empty() && (recorded.text.is_some() || !disk.files.is_empty()) {
        return Err(Error::NotOurs);
    }
    let kept = kept(output, &recorded);
    let wanted = wanted(output, &kept)?;
    if let Some(path) = in_the_way(&wanted, &disk) {
        return Err(Error::InTheWay { path });
    }

    let mut changes = Vec::new();
    let mut note = |path: &str, kind| changes.push(Change { path: path.to_owned(), kind });
    for (path, wanted) in &wanted {
        match disk::read(output.folder, path)? {
            None => note(path, Kind::Missing),
            Some(bytes) if bytes != *wanted => note(path, Kind::Changed),
            Some(_) => {}
        }
    }
    let is_kept = |path: &String| kept.values().any(|hashes| hashes.contains_key(path));
    for path in disk.files.iter().filter(|path| !wanted.contains_key(path.as_str()) && !is_kept(path)) {
        note(path, unwanted(output, &recorded, path)?);
    }
    for path in &disk.others {
        note(path, Kind::Foreign);
    }
    for path in &disk.leftovers {
        note(path, Kind::Orphaned);
    }
    let manifest = Manifest::new(output.products, kept.clone()).text();
    match &recorded.text {
        None => note(manifest::NAME, Kind::Missing),
        Some(text) if *text != manifest => note(manifest::NAME, Kind::Changed),
        Some(_) => {}
    }
    if disk::read(output.folder, manifest::NEXT)?.is_some() {
        note(manifest::NEXT, Kind::Orphaned);
    }
    changes.sort();
    let ours = recorded.manifests.iter().flat_map(|manifest| manifest.products.values()).flat_map(Hashes::keys);
    let gone = ours.filter(|path| !wanted.contains_key(path.as_str()) && !is_kept(path)).chain(&disk.leftovers);
    let gone = gone.cloned().collect();
    Ok(Plan { changes, manifest, leftovers: disk.leftovers, gone })
}

/// Reads the manifests.
fn recorded(output: &Output<'_>) -> Result<Recorded, Error> {
    let read = |name| {
        let bytes = disk::read(output.folder, name)?;
        Ok::<_, Error>(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    };
    let (text, next) = (read(manifest::NAME)?, read(manifest::NEXT)?);
    let manifests = [&text, &next].into_iter().flatten().filter_map(|text| Manifest::parse(text)).collect();
    Ok(Recorded { text, manifests })
}

/// The files of the products that this run is not about.
fn kept(output: &Output<'_>, recorded: &Recorded) -> BTreeMap<String, Hashes> {
    let mut kept = BTreeMap::<String, Hashes>::new();
    if !output.complete {
        for (product, hashes) in recorded.manifests.iter().flat_map(|manifest| &manifest.products) {
            if !output.products.contains_key(product) {
                kept.entry(product.clone()).or_default().extend(hashes.clone());
            }
        }
    }
    kept
}

/// The files of this run, by path.
fn wanted<'a>(output: &Output<'a>, kept: &BTreeMap<String, Hashes>) -> Result<BTreeMap<&'a str, &'a [u8]>, Error> {
    let mut wanted = BTreeMap::new();
    let mut owners = BTreeMap::<String, &str>::new();
    let kept = kept.iter().flat_map(|(product, hashes)| hashes.keys().map(move |path| (product, path)));
    owners.extend(kept.map(|(product, path)| (path.to_ascii_lowercase(), product.as_str())));
    for (product, tree) in output.products {
        for (path, bytes) in tree.contents() {
            if let Some(first) = owners.insert(path.to_ascii_lowercase(), product) {
                let (first, second) = (first.to_owned(), product.clone());
                return Err(Error::Shared { path: path.to_owned(), first, second });
            }
            wanted.insert(path, bytes);
        }
    }
    Ok(wanted)
}

/// What stands where a file is to be, or where one of its folders is to be.
fn in_the_way(wanted: &BTreeMap<&str, &[u8]>, disk: &Disk) -> Option<String> {
    wanted.keys().find_map(|path| {
        if disk.folders.contains(*path) || disk.others.contains(*path) {
            return Some((*path).to_owned());
        }
        let mut folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        folders.find(|folder| disk.files.contains(*folder) || disk.others.contains(*folder)).map(str::to_owned)
    })
}

/// What a file is that is not wanted.
fn unwanted(output: &Output<'_>, recorded: &Recorded, path: &str) -> Result<Kind, Error> {
    let products = recorded.manifests.iter().flat_map(|manifest| manifest.products.values());
    let hashes: Vec<&String> = products.filter_map(|hashes| hashes.get(path)).collect();
    if hashes.is_empty() {
        return Ok(Kind::Foreign);
    }
    let bytes = disk::read(output.folder, path)?.unwrap_or_default();
    Ok(if hashes.contains(&&manifest::hash(&bytes)) { Kind::Orphaned } else { Kind::Edited })
}
