//! A skill as one file, for those who fetch it from a host (Agent Skills discovery 0.2.0, type `archive`).

use std::io;

use flate2::{Compression, GzBuilder};
use tar::{Builder, Header};

/// Packs files, paths from the folder of the skill. The same files give the same bytes: nothing tells when or by whom.
///
/// # Errors
///
/// When a path is too long for the format.
pub(super) fn pack<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> io::Result<Vec<u8>> {
    // 255: an unknown system (RFC 1952 2.3.1).
    let gzip = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    let mut archive = Builder::new(gzip);
    for (path, text) in files {
        let mut header = Header::new_ustar();
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(text.len() as u64);
        archive.append_data(&mut header, path, text.as_bytes())?;
    }
    archive.into_inner()?.finish()
}

/// The files of an archive, with their texts.
#[cfg(test)]
pub(super) fn unpack(packed: &[u8]) -> Vec<(String, String)> {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed));
    let files = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().display().to_string();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut entry, &mut text).unwrap();
        (path, text)
    });
    files.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_again() {
        let files = [("SKILL.md", "# A\n"), ("references/flows.md", "令牌\n")];
        assert_eq!(unpack(&pack(files).unwrap()), files.map(|(path, text)| (path.to_owned(), text.to_owned())));
    }

    #[test]
    fn nothing_tells_when_or_by_whom_it_was_packed() {
        let packed = pack([("SKILL.md", "# A\n")]).unwrap();
        // Method, no flags, no time, best compression, unknown system (RFC 1952 2.3).
        assert_eq!(packed[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed.as_slice()));
        let header = archive.entries().unwrap().next().unwrap().unwrap().header().clone();
        assert_eq!((header.mtime().unwrap(), header.uid().unwrap(), header.gid().unwrap()), (0, 0, 0));
        assert_eq!(header.mode().unwrap(), 0o644);
    }
}
