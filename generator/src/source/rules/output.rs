//! Rules: The output folder.

use super::Rule;

rules! {
    CHANGED = "E0501" Error "a generated file differs from what is generated",
        "The output is a function of the document, the templates and the generator; an edit is lost with the next run. \
         Change one of those and run `cargo xtask generate`.",
        "generated/telnyx-oauth/src/lib.rs edited by hand";
    MISSING = "E0502" Error "a generated file is missing",
        "Run `cargo xtask generate` and commit what it writes.",
        "generated/telnyx-oauth/src/lib.rs deleted";
    ORPHANED = "E0503" Error "a file is no longer generated",
        "The manifest says that an earlier run wrote it, or it was left over by a run that was killed. \
         `cargo xtask generate` deletes it.",
        "the file of an operation that is gone";
    FOREIGN = "E0504" Error "a file in the output was not generated",
        "The output folder holds generated files only, so that it can be deleted and made again. A file that no run wrote, \
         or that was edited and is no longer generated, is never deleted: move it elsewhere or delete it.",
        "generated/telnyx-oauth/src/notes.rs";
    REFUSED = "E0505" Error "the output cannot be read or written",
        "The system refused: no permission, no space, a device that is read-only. Before the first file is replaced \
         all files are written beside their places, so that such a failure changes nothing.",
        "generated/ without permission to write";
    LINK = "E0506" Error "a symbolic link in the output",
        "A link could lead out of the folder; none is followed, neither to a folder nor to a file.",
        "generated/telnyx-oauth -> /home";
    IN_THE_WAY = "E0507" Error "something is in the way of the output",
        "A folder or a device has the name of a file that is to be written, or a file has the name of a folder.",
        "a folder generated/telnyx-oauth/Cargo.toml";
    NOT_OURS = "E0508" Error "the output folder holds files that were not generated",
        "A folder named by `--out` must be empty, or hold the manifest of an earlier run, so that nothing of yours is overwritten.",
        "--out src";
    SHARED = "E0509" Error "two products have the same file",
        "Each file belongs to one product. Crate names and the names of skills must differ.",
        "two product.toml with the same crate name";
    EMIT = "E0510" Error "the files cannot be made",
        "Names of files are made of names of the document. One is empty, reserved on some system, or taken by another          file, if only but for the case of its letters. Rename what it is named after in product.toml.",
        "two products with the crate names `api` and `API`";
    LEFT_ALONE = "W0501" Warning "a file in the output was left alone",
        "It was not generated, or was edited and is no longer generated. It stays, and `--check` names it as an error.",
        "generated/telnyx-oauth/src/notes.rs";
}
