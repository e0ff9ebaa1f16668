//! Unquoted text to values, by the core schema of YAML 1.2.2, section 10.3.

use super::rules;
use crate::source::diagnostic::Diagnostic;
use crate::source::node::{Number, Value};
use crate::source::place::Place;
use crate::source::text::shown;

/// Why text that looks like a number is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Out of the range of 64 bits or of a double.
    TooLarge,
    /// Infinity, or not a number.
    NotFinite,
}

impl Fault {
    /// The finding about it.
    pub(super) fn at(self, place: Place, text: &str) -> Diagnostic {
        let text = shown(text);
        match self {
            Self::TooLarge => {
                Diagnostic::new(&rules::NUMBER_TOO_LARGE, place, format!("the number {text} does not fit into 64 bits"))
                    .help("put it into quotes if it is text, or give a smaller one")
            }
            Self::NotFinite => {
                Diagnostic::new(&rules::NUMBER_NOT_FINITE, place, format!("{text} is no number JSON can hold"))
                    .help("put it into quotes if it is text, or leave it out")
            }
        }
    }
}

/// What plain text means; `None` is text.
pub(super) fn plain(text: &str) -> Result<Option<Value>, Fault> {
    let value = match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Boolean(true),
        "false" | "False" | "FALSE" => Value::Boolean(false),
        _ if text.starts_with(|first: char| matches!(first, '0'..='9' | '+' | '-' | '.')) => {
            return Ok(number(text)?.map(Value::Number));
        }
        _ => return Ok(None),
    };
    Ok(Some(value))
}

/// The number a text is; `None` if it is no number.
pub(super) fn number(text: &str) -> Result<Option<Number>, Fault> {
    let radix = |digits: &str, radix: u32| {
        if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
            return Ok(None);
        }
        u64::from_str_radix(digits, radix).map(|value| Some(unsigned(value))).map_err(|_| Fault::TooLarge)
    };
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err(Fault::NotFinite);
    }
    let magnitude = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(magnitude, ".inf" | ".Inf" | ".INF") {
        return Err(Fault::NotFinite);
    }
    if !magnitude.is_empty() && magnitude.bytes().all(|byte| byte.is_ascii_digit()) {
        return integer(text, magnitude).map(Some);
    }
    if is_float(magnitude) {
        return match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Some(Number::Float(value))),
            _ => Err(Fault::TooLarge),
        };
    }
    Ok(None)
}

fn integer(text: &str, magnitude: &str) -> Result<Number, Fault> {
    if text.starts_with('-') {
        return text.parse().map(Number::Signed).map_err(|_| Fault::TooLarge);
    }
    magnitude.parse().map(unsigned).map_err(|_| Fault::TooLarge)
}

fn unsigned(value: u64) -> Number {
    i64::try_from(value).map_or(Number::Unsigned(value), Number::Signed)
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_float(text: &str) -> bool {
    fn digits(text: &str) -> (usize, &str) {
        let rest = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
        (text.len() - rest.len(), rest)
    }
    let (whole, rest) = digits(text);
    let rest = match rest.strip_prefix('.') {
        Some(rest) => {
            let (fraction, rest) = digits(rest);
            if whole + fraction == 0 {
                return false;
            }
            rest
        }
        None if whole == 0 => return false,
        None => rest,
    };
    match rest.strip_prefix(['e', 'E']) {
        Some(exponent) => {
            let (count, rest) = digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
            count > 0 && rest.is_empty()
        }
        None => rest.is_empty(),
    }
}

/// Whether YAML 1.1 reads plain text as something else than YAML 1.2 does.
pub(super) fn is_ambiguous(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'y' | b'Y' | b'n' | b'N' | b'o' | b'O') if text.len() <= 3 => {
            matches!(text, "yes" | "Yes" | "YES" | "no" | "No" | "NO" | "on" | "On" | "ON" | "off" | "Off" | "OFF")
        }
        Some(b'0'..=b'9' | b'-' | b'+') => is_octal(text) || is_sexagesimal(text),
        _ => false,
    }
}

fn is_octal(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|digit| matches!(digit, b'0'..=b'7'))
}

/// `[1-9][0-9]*(:[0-5]?[0-9])+`
fn is_sexagesimal(text: &str) -> bool {
    let mut groups = text.strip_prefix(['+', '-']).unwrap_or(text).split(':');
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    let leads = groups.next().is_some_and(|first| digits(first) && !first.starts_with('0'));
    let mut more = 0;
    leads
        && groups.all(|group| {
            more += 1;
            digits(group) && group.len() <= 2 && (group.len() == 1 || group < "60")
        })
        && more > 0
}
