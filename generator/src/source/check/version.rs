//! The versions of OpenAPI that are read.

use crate::source::node::Node;

/// A version of OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    /// 3.0.x.
    V3_0,
    /// 3.1.x.
    V3_1,
}

impl Version {
    /// The version a document names; `None` for one that is not read.
    pub(crate) fn named_by(document: &Node) -> Option<Self> {
        let text = document.get("openapi")?.as_text()?;
        let (minor, patch) = text.strip_prefix("3.")?.split_once('.')?;
        let patch = patch.split_once('-').map_or(patch, |(number, _)| number);
        if patch.is_empty() || !patch.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        match minor {
            "0" => Some(Self::V3_0),
            "1" => Some(Self::V3_1),
            _ => None,
        }
    }
}
