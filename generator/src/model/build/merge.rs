//! Two schemas that both hold: the intersection that `allOf` means.

use super::Builder;
use super::flat::{Extra, Flat, Word, same};
use crate::model::Constraints;
use crate::source::diagnostic::Diagnostic;
use crate::source::rules::model as rules;

impl<'a> Builder<'a> {
    /// What both schemas say. The first one's annotations win: it is the one nearer to its use.
    pub(super) fn merge(&mut self, mut base: Flat<'a>, part: &Flat<'a>) -> Flat<'a> {
        let word = match (base.word, part.word) {
            (word, Word::Any) | (Word::Any, word) => Some(word),
            (Word::Integer, Word::Number) | (Word::Number, Word::Integer) => Some(Word::Integer),
            (one, other) => (one == other).then_some(one),
        };
        match word {
            Some(word) => base.word = word,
            None => {
                let place = self.place(base.node.or(part.node));
                self.findings.push(Diagnostic::new(
                    &rules::ALL_OF_CONFLICT,
                    place,
                    format!("no value is {} and {} at once", base.word.prose(), part.word.prose()),
                ));
            }
        }
        base.node = base.node.or(part.node);
        base.never |= part.never;
        base.nullable |= part.nullable;
        base.deprecated |= part.deprecated;
        base.read_only |= part.read_only;
        base.write_only |= part.write_only;
        base.title = base.title.or_else(|| part.title.clone());
        base.description = base.description.or_else(|| part.description.clone());
        base.default = base.default.or_else(|| part.default.clone());
        base.example = base.example.or_else(|| part.example.clone());
        base.discriminator = base.discriminator.or(part.discriminator);
        if base.enumeration.is_empty() {
            base.enumeration.clone_from(&part.enumeration);
        } else if !part.enumeration.is_empty() {
            base.enumeration.retain(|value| part.enumeration.contains(value));
        }
        merge_constraints(&mut base.constraints, &part.constraints);
        for (key, schema) in &part.properties {
            match base.properties.get_mut(key) {
                Some(own) => *own = own.clone().and(schema),
                None => drop(base.properties.insert(key.clone(), schema.clone())),
            }
        }
        base.required.extend(part.required.iter().cloned());
        base.additional = match (base.additional, &part.additional) {
            (Extra::Unsaid, other) => other.clone(),
            (own, Extra::Unsaid) => own,
            // Two closed worlds that name different members: what both name is let in, which `properties` says.
            (Extra::Closed, _) | (_, Extra::Closed) => Extra::Closed,
            (Extra::Open, other) => other.clone(),
            (own, Extra::Open) => own,
            (Extra::Typed(one), Extra::Typed(other)) => Extra::Typed(one.and(other)),
        };
        base.items = match (base.items, &part.items) {
            (Some(one), Some(other)) => Some(one.and(other)),
            (one, other) => one.or_else(|| other.clone()),
        };
        for choice in &part.choices {
            if !base.choices.iter().any(|known| same(known, choice)) {
                base.choices.push(choice.clone());
            }
        }
        base
    }
}

impl Word {
    fn prose(self) -> &'static str {
        match self {
            Self::Any => "anything",
            Self::Text => "text",
            Self::Number => "a number",
            Self::Integer => "an integer",
            Self::Boolean => "a boolean",
            Self::Object => "an object",
            Self::Array => "a list",
        }
    }
}

fn merge_constraints(own: &mut Constraints, other: &Constraints) {
    fn or<T: Clone>(own: &mut Option<T>, other: &Option<T>) {
        if own.is_none() {
            own.clone_from(other);
        }
    }
    or(&mut own.format, &other.format);
    or(&mut own.minimum, &other.minimum);
    or(&mut own.maximum, &other.maximum);
    or(&mut own.multiple_of, &other.multiple_of);
    or(&mut own.pattern, &other.pattern);
    own.min_length = own.min_length.max(other.min_length);
    own.max_length = tighter(own.max_length, other.max_length);
    own.min_items = own.min_items.max(other.min_items);
    own.max_items = tighter(own.max_items, other.max_items);
    own.unique_items |= other.unique_items;
}

fn tighter(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
