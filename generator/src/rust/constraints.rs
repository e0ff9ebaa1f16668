//! What values must satisfy, as a sentence.

use super::doc::code;
use crate::model::{Constraints, Type};

/// The constraints as one sentence of our own Markdown, if there are any.
pub(crate) fn sentence(constraints: &Constraints, ty: &Type) -> Option<String> {
    let mut parts = Vec::new();
    if !constraints.allowed.is_empty() {
        let values: Vec<String> = constraints.allowed.iter().map(|value| code(&value.to_string())).collect();
        parts.push(format!("one of {}", values.join(", ")));
    }
    if let Some((minimum, exclusive)) = &constraints.minimum {
        parts.push(format!("{} {minimum}", if *exclusive { "more than" } else { "at least" }));
    }
    if let Some((maximum, exclusive)) = &constraints.maximum {
        parts.push(format!("{} {maximum}", if *exclusive { "less than" } else { "at most" }));
    }
    if let Some(number) = &constraints.multiple_of {
        parts.push(format!("a multiple of {number}"));
    }
    parts.extend(range(constraints.min_length, constraints.max_length, "character"));
    parts.extend(range(constraints.min_items, constraints.max_items, "item"));
    if constraints.unique_items {
        parts.push("no item twice".to_owned());
    }
    if let Some(pattern) = &constraints.pattern {
        parts.push(format!("matches {}", code(pattern)));
    }
    // The format of a number or a time is its type.
    if let (Some(format), Type::Text) = (&constraints.format, ty) {
        parts.push(format!("format {}", code(format)));
    }
    let sentence = parts.join("; ");
    let first = sentence.chars().next()?.to_uppercase();
    Some(format!("{first}{}.", sentence.get(1..).unwrap_or("")))
}

fn range(least: Option<u64>, most: Option<u64>, unit: &str) -> Option<String> {
    let units = |count: u64| if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") };
    match (least, most) {
        (Some(least), Some(most)) if least == most => Some(units(least)),
        (Some(least), Some(most)) => Some(format!("{least} to {}", units(most))),
        (Some(least), None) => Some(format!("at least {}", units(least))),
        (None, Some(most)) => Some(format!("at most {}", units(most))),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_make_one_sentence() {
        let constraints = Constraints {
            minimum: Some((1.into(), false)),
            maximum: Some((250.into(), true)),
            max_length: Some(1),
            ..Constraints::default()
        };
        assert_eq!(sentence(&constraints, &Type::Text).unwrap(), "At least 1; less than 250; at most 1 character.");
        assert_eq!(sentence(&Constraints::default(), &Type::Any), None);
    }
}
