use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Barrier;

use super::*;
use crate::output::tree::Tree;
use crate::output::{MANIFEST, Products};

fn tree(files: &[(&str, &str)]) -> Tree {
    let mut tree = Tree::default();
    for (path, text) in files {
        tree.insert(*path, *text).unwrap();
    }
    tree
}

fn products(files: &[(&str, &str)]) -> Products {
    Products::from([("one".to_owned(), tree(files))])
}

/// A workspace's `generated/` with every product.
fn output<'a>(folder: &'a Path, products: &'a Products) -> Output<'a> {
    Output { folder, products, complete: true, claimed: true }
}

fn change(path: &str, kind: Kind) -> Change {
    Change { path: path.to_owned(), kind }
}

/// Every file of a folder with its text.
fn contents(folder: &Path) -> Vec<(String, String)> {
    fn collect(folder: &Path, prefix: &str, all: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().unwrap().is_dir() {
                all.push((format!("{path}/"), String::new()));
                collect(&entry.path(), &format!("{path}/"), all);
            } else {
                all.push((path, fs::read_to_string(entry.path()).unwrap()));
            }
        }
    }
    let mut all = Vec::new();
    collect(folder, "", &mut all);
    all.sort();
    all
}

const FILES: &[(&str, &str)] = &[("a.txt", "a\n"), ("src/b.rs", "b\n"), ("src/deep/c.rs", "c\n")];
const LATER: &[(&str, &str)] = &[("a.txt", "other\n"), ("src/b.rs", "b\n"), ("new/d.rs", "d\n")];

#[test]
fn a_written_folder_has_no_differences() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("not/there/yet");
    let products = products(FILES);
    let output = output(&folder, &products);
    let written = output.write().unwrap();
    assert_eq!(written.len(), 4);
    assert!(written.iter().all(|change| change.kind == Kind::Missing));
    assert_eq!(output.compare().unwrap(), []);
    let before = contents(&folder);
    assert_eq!(output.write().unwrap(), []);
    assert_eq!(contents(&folder), before);
}

#[test]
fn a_changed_a_missing_an_orphaned_and_a_foreign_file_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    output(folder, &products(FILES)).write().unwrap();
    fs::write(folder.join("foreign.txt"), "mine").unwrap();
    fs::write(folder.join("src/b.rs"), "edited").unwrap();
    let products = products(LATER);
    let output = output(folder, &products);
    let expected = vec![
        change(MANIFEST, Kind::Changed),
        change("a.txt", Kind::Changed),
        change("foreign.txt", Kind::Foreign),
        change("new/d.rs", Kind::Missing),
        change("src/b.rs", Kind::Changed),
        change("src/deep/c.rs", Kind::Orphaned),
    ];
    let before = contents(folder);
    assert_eq!(output.compare().unwrap(), expected);
    assert_eq!(contents(folder), before, "a comparison writes nothing");
    assert_eq!(output.write().unwrap(), expected);
    assert_eq!(output.compare().unwrap(), [change("foreign.txt", Kind::Foreign)]);
    assert!(!folder.join("src/deep").exists(), "the folder of the orphan is gone");
}

#[test]
fn an_orphan_that_was_edited_is_never_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    output(folder, &products(FILES)).write().unwrap();
    fs::write(folder.join("src/deep/c.rs"), "work of an evening").unwrap();
    let products = products(LATER);
    let output = output(folder, &products);
    assert!(output.write().unwrap().contains(&change("src/deep/c.rs", Kind::Edited)));
    assert_eq!(fs::read_to_string(folder.join("src/deep/c.rs")).unwrap(), "work of an evening");
    assert_eq!(output.compare().unwrap(), [change("src/deep/c.rs", Kind::Foreign)]);
}

#[test]
fn files_of_cargo_and_git_are_not_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let products = products(FILES);
    let output = output(folder, &products);
    output.write().unwrap();
    fs::write(folder.join("src/Cargo.lock"), "").unwrap();
    fs::create_dir_all(folder.join("src/target/debug")).unwrap();
    fs::write(folder.join("src/target/debug/x"), "").unwrap();
    fs::create_dir(folder.join(".git")).unwrap();
    fs::write(folder.join(".git/HEAD"), "").unwrap();
    assert_eq!(output.compare().unwrap(), []);
}

#[test]
fn one_product_leaves_the_files_of_another_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let one = tree(&[("one/a", "a"), ("one/b", "b")]);
    let two = tree(&[("two/a", "a")]);
    let both = Products::from([("one".to_owned(), one), ("two".to_owned(), two)]);
    output(folder, &both).write().unwrap();
    fs::write(folder.join("two/a"), "edited").unwrap();

    let changed = Products::from([("one".to_owned(), tree(&[("one/a", "a")]))]);
    let part = Output { complete: false, ..output(folder, &changed) };
    assert_eq!(part.write().unwrap(), [change(MANIFEST, Kind::Changed), change("one/b", Kind::Orphaned)]);
    assert_eq!(part.compare().unwrap(), []);
    assert_eq!(fs::read_to_string(folder.join("two/a")).unwrap(), "edited");

    let whole = output(folder, &changed).compare().unwrap();
    assert_eq!(whole, [change(MANIFEST, Kind::Changed), change("two/a", Kind::Edited)]);
}

#[test]
fn two_products_cannot_have_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let both = Products::from([("one".to_owned(), tree(&[("x", "")])), ("two".to_owned(), tree(&[("X", "")]))]);
    assert!(matches!(output(folder.path(), &both).write(), Err(Error::Shared { .. })));
    output(folder.path(), &Products::from([("one".to_owned(), tree(&[("x", "")]))])).write().unwrap();
    let two = Products::from([("two".to_owned(), tree(&[("x", "")]))]);
    let part = Output { complete: false, ..output(folder.path(), &two) };
    assert!(matches!(part.write(), Err(Error::Shared { .. })));
}

#[test]
fn a_folder_with_files_and_no_manifest_is_refused_unless_it_is_ours() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("mine"), "1").unwrap();
    let products = products(FILES);
    let given = Output { claimed: false, ..output(folder, &products) };
    let before = contents(folder);
    assert!(matches!(given.compare(), Err(Error::NotOurs)));
    assert!(matches!(given.write(), Err(Error::NotOurs)));
    fs::write(folder.join(MANIFEST), r#"{"files":[]}"#).unwrap();
    assert!(matches!(given.write(), Err(Error::NotOurs)), "somebody else's manifest");
    fs::remove_file(folder.join(MANIFEST)).unwrap();
    assert_eq!(contents(folder), before);
    assert!(output(folder, &products).write().unwrap().contains(&change("mine", Kind::Foreign)));
    assert_eq!(given.compare().unwrap(), [change("mine", Kind::Foreign)]);
}

#[test]
fn a_manifest_with_conflict_marks_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let products = products(FILES);
    let output = output(folder, &products);
    output.write().unwrap();
    let manifest = fs::read_to_string(folder.join(MANIFEST)).unwrap();
    fs::write(folder.join(MANIFEST), format!("<<<<<<< HEAD\n{manifest}")).unwrap();
    assert_eq!(output.compare().unwrap(), [change(MANIFEST, Kind::Changed)]);
    output.write().unwrap();
    assert_eq!(fs::read_to_string(folder.join(MANIFEST)).unwrap(), manifest);
}

#[cfg(unix)]
#[test]
fn no_symbolic_link_is_followed() {
    use std::os::unix::fs::symlink;
    let home = tempfile::tempdir().unwrap();
    let elsewhere = home.path().join("elsewhere");
    let folder = home.path().join("out");
    fs::create_dir(&elsewhere).unwrap();
    fs::create_dir(&folder).unwrap();
    let products = products(FILES);
    let output = output(&folder, &products);
    let refused = |link: &str| {
        for answer in [output.compare(), output.write()] {
            assert!(matches!(answer, Err(Error::Link { path }) if path == link), "{link}");
        }
        assert_eq!(contents(&elsewhere), []);
        fs::remove_file(folder.join(link)).unwrap();
        assert_eq!(contents(&folder), []);
    };
    symlink(&elsewhere, folder.join("src")).unwrap();
    refused("src");
    symlink(elsewhere.join("file"), folder.join("a.txt")).unwrap();
    refused("a.txt");
    symlink(elsewhere.join("manifest"), folder.join(MANIFEST)).unwrap();
    refused(MANIFEST);
    fs::remove_dir(&folder).unwrap();
    symlink(&elsewhere, &folder).unwrap();
    assert!(matches!(output.write(), Err(Error::Link { path }) if path.is_empty()));
    assert_eq!(contents(&elsewhere), []);
}

#[test]
fn what_is_in_the_way_is_named_and_nothing_changes() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("out");
    let products = products(FILES);
    let output = output(&folder, &products);
    fs::create_dir_all(folder.join("src/b.rs")).unwrap();
    assert!(matches!(output.write(), Err(Error::InTheWay { path }) if path == "src/b.rs"));
    fs::remove_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("src"), "file").unwrap();
    assert!(matches!(output.write(), Err(Error::InTheWay { path }) if path == "src"));
    assert_eq!(contents(&folder), [("src".to_owned(), "file".to_owned())]);
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "file").unwrap();
    assert!(matches!(output.write(), Err(Error::InTheWay { path }) if path.is_empty()));
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_that_leaves_nothing_behind() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("file"), "").unwrap();
    let products = products(FILES);
    for folder in ["file/out", "new/folder/\0"] {
        let folder = home.path().join(folder);
        assert!(matches!(output(&folder, &products).write(), Err(Error::Io { .. })), "{}", folder.display());
    }
    assert_eq!(contents(home.path()), [("file".to_owned(), String::new())]);
}

/// Mounts a file system of one megabyte that holds a folder of output.
#[cfg(target_os = "linux")]
struct SmallDisk(tempfile::TempDir);

#[cfg(target_os = "linux")]
impl SmallDisk {
    /// None where this is not allowed.
    fn mount() -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        let mount = mount.args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(home.path()).output();
        if mount.is_ok_and(|output| output.status.success()) {
            return Some(Self(home));
        }
        println!("skipped: mounting a file system is not allowed here");
        None
    }

    fn make_read_only(&self) {
        let status = Command::new("mount").args(["-o", "remount,ro"]).arg(self.0.path()).status();
        assert!(status.unwrap().success());
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_changes_nothing() {
    let Some(disk) = SmallDisk::mount() else { return };
    let folder = disk.0.path().join("out");
    output(&folder, &products(FILES)).write().unwrap();
    let before = contents(disk.0.path());
    let big = "x".repeat(300_000);
    let texts: Vec<String> = (0..5).map(|number| format!("many/{number}")).collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|path| (path.as_str(), big.as_str())).collect();
    let products = products(&files);
    let failure = output(&folder, &products).write().unwrap_err();
    assert!(failure.path().starts_with("many/"), "{failure:?}");
    assert!(matches!(failure, Error::Io { source, .. } if source.kind() == ErrorKind::StorageFull));
    assert_eq!(contents(disk.0.path()), before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_read_only_can_be_compared_and_not_written() {
    let Some(disk) = SmallDisk::mount() else { return };
    let folder = disk.0.path().join("out");
    let before = products(FILES);
    output(&folder, &before).write().unwrap();
    disk.make_read_only();
    assert_eq!(output(&folder, &before).compare().unwrap(), []);
    assert_eq!(output(&folder, &before).write().unwrap(), [], "nothing is to be written");
    let after = products(LATER);
    assert!(matches!(output(&folder, &after).write(), Err(Error::Io { .. })));
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_changes_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("out");
    output(&folder, &products(FILES)).write().unwrap();
    let before = contents(&folder);
    let locked = folder.join("src");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    let products = products(&[("a.txt", "other"), ("src/b.rs", "other"), ("src/deep/c.rs", "c\n")]);
    let answer = if fs::write(locked.join("probe"), "").is_ok() {
        println!("skipped: permissions do not hold for this user");
        fs::remove_file(locked.join("probe")).unwrap();
        None
    } else {
        Some(output(&folder, &products).write())
    };
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(!matches!(answer, Some(Ok(_))));
    assert_eq!(contents(&folder), before);
}

#[test]
fn an_error_half_way_through_staging_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    output(folder, &products(FILES)).write().unwrap();
    let before = contents(folder);
    let products = products(LATER);
    let mut steps = 0;
    // A folder takes the name of the last temporary file once the others are written.
    let answer = write(&output(folder, &products), &mut || {
        steps += 1;
        if steps == 2 {
            fs::create_dir(folder.join(format!("{}a.txt", disk::TEMPORARY))).unwrap();
        }
    });
    assert!(matches!(answer, Err(Error::Io { path, .. }) if path == "a.txt" || path == MANIFEST));
    fs::remove_dir(folder.join(format!("{}a.txt", disk::TEMPORARY))).unwrap();
    assert_eq!(contents(folder), before);
}

#[test]
fn runs_at_the_same_time_take_turns() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (first, second) = (products(FILES), products(LATER));
    let barrier = Barrier::new(8);
    std::thread::scope(|scope| {
        for run in 0..8 {
            let (barrier, products) = (&barrier, if run % 2 == 0 { &first } else { &second });
            scope.spawn(move || {
                barrier.wait();
                for _ in 0..10 {
                    output(folder, products).write().unwrap();
                }
            });
        }
    });
    let last = [&first, &second].into_iter().filter(|products| output(folder, products).compare().unwrap().is_empty());
    assert_eq!(last.count(), 1, "the folder is that of one run, whole");
}

const KILLED_AT: &str = "OUTPUT_TEST_KILLED_AT";
const KILLED_IN: &str = "OUTPUT_TEST_KILLED_IN";

/// Not a test of its own: the process that the next test kills. It ends without cleaning up.
#[test]
#[ignore = "is started by another test"]
fn killed_run() {
    let (Ok(at), Ok(folder)) = (std::env::var(KILLED_AT), std::env::var(KILLED_IN)) else { return };
    let mut left: usize = at.parse().unwrap();
    let products = products(LATER);
    let _ = write(&output(Path::new(&folder), &products), &mut || match left {
        0 => std::process::exit(9),
        _ => left -= 1,
    });
}

/// Kills a run at a step. False if it came to its end before.
fn kill_at(step: usize, folder: &Path) -> bool {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "output::write::tests::killed_run", "--ignored", "--quiet"])
        .env(KILLED_AT, step.to_string())
        .env(KILLED_IN, folder)
        .output()
        .unwrap()
        .status;
    assert!(matches!(status.code(), Some(0 | 9)), "{status}");
    status.code() == Some(9)
}

#[test]
fn a_run_killed_at_any_step_is_told_of_and_mended() {
    let mut step = 0;
    loop {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path();
        output(folder, &products(FILES)).write().unwrap();
        if !kill_at(step, folder) {
            break;
        }
        let later = products(LATER);
        let later = output(folder, &later);
        assert!(!later.compare().unwrap().is_empty(), "killed at step {step}: the check sees it");
        assert!(later.compare().unwrap().iter().all(|change| !change.kind.is_left_alone()), "step {step}");
        later.write().unwrap();
        assert_eq!(later.compare().unwrap(), [], "step {step}");
        let fresh = tempfile::tempdir().unwrap();
        output(fresh.path(), later.products).write().unwrap();
        assert_eq!(contents(folder), contents(fresh.path()), "step {step}: as if it had not been killed");
        step += 1;
    }
    assert!(step >= 8, "only {step} steps were tried");
}

#[test]
fn a_killed_run_can_be_taken_back() {
    let mut step = 0;
    loop {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("out");
        let earlier = products(FILES);
        let earlier = Output { claimed: false, ..output(&folder, &earlier) };
        earlier.write().unwrap();
        let before = contents(&folder);
        if !kill_at(step, &folder) {
            break;
        }
        earlier.write().unwrap();
        assert_eq!(contents(&folder), before, "step {step}");
        step += 1;
    }
    assert!(step >= 8, "only {step} steps were tried");
}

#[test]
fn a_first_run_that_was_killed_does_not_lock_one_out() {
    let mut step = 0;
    loop {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("out");
        let killed = kill_at(step, &folder);
        let products = products(LATER);
        let given = Output { claimed: false, ..output(&folder, &products) };
        given.write().unwrap();
        assert_eq!(given.compare().unwrap(), [], "step {step}");
        if !killed {
            break;
        }
        step += 1;
    }
    assert!(step >= 8, "only {step} steps were tried");
}
