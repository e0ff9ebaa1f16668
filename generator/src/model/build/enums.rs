//! Enums of text: equal ones are one type, named when all their uses are known.

use std::collections::BTreeMap;

use serde_json::Value;

use super::flat::Flat;
use super::{Builder, Owner};
use crate::model::{Enum, EnumValue, Name, Scope, Type, TypeDef, TypeId, TypeKind, Usage};

/// Inline enums by their set of values; names come last.
#[derive(Debug, Default)]
pub(super) struct Pending {
    by_values: BTreeMap<Vec<String>, TypeId>,
    uses: BTreeMap<TypeId, Vec<Use>>,
}

/// One use of an inline enum.
#[derive(Debug)]
struct Use {
    /// The name with that of the owner.
    full: Name,
    /// The name of the property alone.
    part: Option<Name>,
}

impl<'a> Builder<'a> {
    /// The values of an enum, each with a name.
    pub(super) fn enumeration(&mut self, texts: &[&str], place: &str) -> Enum {
        let mut names = Scope::default();
        let mut values: Vec<EnumValue> = Vec::new();
        for text in texts {
            if values.iter().any(|value| value.wire == *text) {
                continue;
            }
            let name = names.claim(&self.value_name(text));
            values.push(EnumValue { name, wire: (*text).to_owned() });
        }
        let ignore_case = self.ignore_case.contains(place);
        if ignore_case {
            self.met.insert(place.to_owned());
        }
        Enum { values, ignore_case }
    }

    /// The name of a value; one that has no letter nor digit is called after its characters.
    fn value_name(&self, text: &str) -> Name {
        if text.is_empty() {
            return self.splitter.name("empty");
        }
        if text.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            let sign = if text.starts_with('-') { "minus " } else { "" };
            return self.splitter.name(&format!("{sign}{text}"));
        }
        let words: Vec<String> = text.chars().take(8).map(character_word).collect();
        self.splitter.name(&words.join(" "))
    }

    /// The type of an inline enum: that of an equal one, if there is one.
    pub(super) fn inline_enum(&mut self, texts: &[&str], flat: &Flat<'a>, owner: &Owner) -> Type {
        let ignore_case = self.ignore_case.contains(&owner.place);
        let mut key: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        key.sort();
        key.dedup();
        // What ignores case is no equal of what does not.
        if ignore_case {
            key.push(format!("\u{0}{}", owner.place));
        }
        let known = self.enums.by_values.get(&key).copied();
        let id = known.unwrap_or_else(|| {
            let id = TypeId(self.types.len());
            let kind = TypeKind::Enum(self.enumeration(texts, &owner.place));
            self.types.push(Some(TypeDef {
                name: owner.name.clone(),
                pointer: self.pointer(flat.node),
                component: None,
                title: flat.title.clone(),
                description: flat.description.clone(),
                deprecated: false,
                usage: Usage::default(),
                sensitive: false,
                kind,
                example: texts.first().map_or(Value::Null, |text| (*text).into()),
                place: self.place(flat.node),
            }));
            self.enums.by_values.insert(key, id);
            id
        });
        let part = owner.parts.as_ref().map(|(_, part)| part.clone());
        self.enums.uses.entry(id).or_default().push(Use { full: owner.name.clone(), part });
        Type::Named(id)
    }

    /// Names the inline enums: one with one use after owner and property, one with several after the shortest
    /// property that is free.
    pub(super) fn name_enums(&mut self) {
        let pending = std::mem::take(&mut self.enums);
        for id in pending.by_values.into_values() {
            let uses = pending.uses.get(&id).map_or(&[][..], Vec::as_slice);
            let Some(first) = uses.first() else { continue };
            let mut parts: Vec<&Name> = uses.iter().filter_map(|one| one.part.as_ref()).collect();
            parts.sort_by_key(|part| (part.snake().len(), part.snake()));
            let shared =
                (uses.len() > 1).then(|| parts.into_iter().find(|part| self.type_names.is_free(part))).flatten();
            let wanted = shared.unwrap_or(&first.full).clone();
            let place = self.types.get(id.0).and_then(Option::as_ref).map(|definition| definition.place);
            let name = self.claim_type(&wanted, place.unwrap_or_else(|| self.place(None)));
            if let Some(definition) = self.types.get_mut(id.0).and_then(Option::as_mut) {
                definition.name = name;
                // What one use says of it does not hold for all.
                if uses.len() > 1 {
                    definition.description = None;
                    definition.title = None;
                }
            }
        }
    }
}

/// The word for a character that is neither letter nor digit.
fn character_word(character: char) -> String {
    match character {
        '*' => "star".to_owned(),
        '+' => "plus".to_owned(),
        '-' => "minus".to_owned(),
        '#' => "hash".to_owned(),
        '<' => "less".to_owned(),
        '>' => "greater".to_owned(),
        '=' => "equal".to_owned(),
        '!' => "not".to_owned(),
        '/' => "slash".to_owned(),
        '.' => "dot".to_owned(),
        '_' => "underscore".to_owned(),
        ' ' => "space".to_owned(),
        other => format!("u{:x}", u32::from(other)),
    }
}
