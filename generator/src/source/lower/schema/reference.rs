//! `$ref` with other keywords beside it.

use super::{Draft, Mapping, Pass, add_to_all_of, rules};
use crate::source::check::table;
use crate::source::check::version::Version;

/// Whether a schema with `$ref` says anything else.
pub(in crate::source::lower) fn has_siblings(mapping: &Mapping) -> bool {
    mapping.iter().any(|(key, _)| table::SCHEMA.member(key).is_some_and(|member| member.lowered && key != "$ref"))
}

/// 3.1: the siblings of `$ref` count, so the reference becomes the first of `allOf`. 3.0: they do not (Reference Object).
pub(super) fn siblings_beside_all_of(pass: &mut Pass<'_>, draft: &mut Draft) {
    let Some(reference) = draft.take("$ref") else { return };
    let Some(target) = pass.reference(&reference, &table::SCHEMA) else { return };
    if pass.version == Version::V3_0 {
        let names: Vec<String> = draft.members.iter().map(|(key, _)| format!("`{key}`")).collect();
        pass.lossy(
            &rules::SIBLING_LOST,
            reference.place,
            format!("{} beside `$ref` is not used: OpenAPI 3.0 ignores it", names.join(", ")),
        );
        draft.members = Mapping::default();
    } else {
        draft.extra.ref_siblings = true;
    }
    add_to_all_of(draft, target, true);
}
