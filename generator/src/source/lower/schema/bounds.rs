//! Bounds of numbers.

use std::cmp::Ordering;

use super::{Draft, Node, Number, Pass, Value};
use crate::source::check::compare;
use crate::source::lower::extra::Bound;

/// Numeric `exclusiveMinimum` and `exclusiveMaximum` become the flags of 3.0.
pub(super) fn exclusive(_: &mut Pass<'_>, draft: &mut Draft) {
    one_side(draft, "minimum", "exclusiveMinimum", Ordering::Less);
    one_side(draft, "maximum", "exclusiveMaximum", Ordering::Greater);
}

/// The tighter of the two bounds stays; a flag without a bound goes.
fn one_side(draft: &mut Draft, inclusive: &str, exclusive: &str, looser: Ordering) {
    let Some(member) = draft.members.remove(exclusive) else { return };
    let bound = number(draft.members.get(inclusive));
    match member.node.value {
        Value::Boolean(true) if bound.is_some() => draft.set_flag(exclusive),
        Value::Number(limit) => {
            let tighter = bound.is_none_or(
                |bound| matches!(compare(bound, limit), order if order == looser || order == Ordering::Equal),
            );
            if tighter {
                draft.members.insert(inclusive, member.key_place, member.node);
                draft.set_flag(exclusive);
            }
        }
        _ => {}
    }
}

fn number(node: Option<&Node>) -> Option<Number> {
    match node?.value {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

/// Puts bounds that the tree would round or refuse into the extra. An integer type holds `i64` only, the others `f64`.
pub(super) fn fit(draft: &mut Draft, is_integer: bool) {
    if let Some(value) = inexact(draft, "multipleOf", is_integer) {
        draft.extra.multiple_of = json(value);
    }
    for (inclusive, exclusive, is_minimum) in
        [("minimum", "exclusiveMinimum", true), ("maximum", "exclusiveMaximum", false)]
    {
        let exclusive = draft.members.get(exclusive).and_then(Node::as_boolean) == Some(true);
        let bound = inexact(draft, inclusive, is_integer).and_then(json).map(|value| Bound { value, exclusive });
        if is_minimum {
            draft.extra.minimum = bound;
        } else {
            draft.extra.maximum = bound;
        }
    }
}

/// The number of a member if the tree cannot hold it; taken out where that would change the type.
fn inexact(draft: &mut Draft, key: &str, is_integer: bool) -> Option<Number> {
    let node = draft.members.get_mut(key)?;
    let Value::Number(number) = node.value else { return None };
    let number = integral(number);
    node.value = Value::Number(number);
    let exact = match number {
        Number::Signed(value) => is_integer || value.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS,
        Number::Unsigned(_) => false,
        Number::Float(_) => !is_integer,
    };
    if exact {
        return None;
    }
    if is_integer {
        draft.take(key);
    }
    Some(number)
}

fn json(number: Number) -> Option<serde_json::Number> {
    match number {
        Number::Signed(value) => Some(value.into()),
        Number::Unsigned(value) => Some(value.into()),
        Number::Float(value) => serde_json::Number::from_f64(value),
    }
}

/// A number as an integer if it is one without rounding: `1.0` is 1.
pub(in crate::source::lower) fn integral(number: Number) -> Number {
    const EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;
    match number {
        // The cast is exact: the range is that of integers an `f64` holds.
        Number::Float(value) if value.fract() == 0.0 && value.abs() <= EXACT => Number::Signed(value as i64),
        number => number,
    }
}
