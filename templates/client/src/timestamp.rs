//! Points in time, as APIs write them.

use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::wire::wire_as_serialize;

/// A point in time, to the nanosecond.
///
/// It is written as RFC 3339 in UTC. It is read from RFC 3339, from the same without an offset, which is taken as UTC,
/// and from a number of seconds since 1970 (RFC 7519's NumericDate).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    seconds: i64,
    nanoseconds: u32,
}

/// The text is not a date and time of RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseTimestampError;

const DAY: i64 = 86_400;
/// 0000-01-01 and 9999-12-31T23:59:59, what four digits of a year can hold.
const FIRST: i64 = -62_167_219_200;
const LAST: i64 = 253_402_300_799;

impl Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z. Years before 0 and after 9999, which RFC 3339 cannot write, become the
    /// nearest it can.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Self {
        Self { seconds: seconds.clamp(FIRST, LAST), nanoseconds: 0 }
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds since the last whole second, below a thousand million.
    #[must_use]
    pub const fn subsec_nanos(self) -> u32 {
        self.nanoseconds
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let (seconds, nanoseconds) = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => (i64::try_from(after.as_secs()).unwrap_or(LAST), after.subsec_nanos()),
            Err(error) => {
                let before = error.duration();
                let seconds = i64::try_from(before.as_secs()).map_or(FIRST, |seconds| -seconds);
                match before.subsec_nanos() {
                    0 => (seconds, 0),
                    nanoseconds => (seconds.saturating_sub(1), 1_000_000_000 - nanoseconds),
                }
            }
        };
        Self { nanoseconds, ..Self::from_unix(seconds) }
    }
}

impl From<Timestamp> for SystemTime {
    fn from(timestamp: Timestamp) -> Self {
        let whole = Duration::from_secs(timestamp.seconds.unsigned_abs());
        let nanoseconds = Duration::from_nanos(timestamp.nanoseconds.into());
        let second = if timestamp.seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
        second.and_then(|second| second.checked_add(nanoseconds)).unwrap_or(UNIX_EPOCH)
    }
}

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, ParseTimestampError> {
        parse_rfc3339(text).ok_or(ParseTimestampError)
    }
}

fn parse_rfc3339(text: &str) -> Option<Timestamp> {
    let (whole, rest) = text.as_bytes().split_at_checked(19)?;
    #[rustfmt::skip]
    let &[y1, y2, y3, y4, b'-', o1, o2, b'-', d1, d2, b'T' | b't' | b' ',
          h1, h2, b':', m1, m2, b':', s1, s2] = whole else { return None };
    let date = days(number(&[y1, y2, y3, y4])?, number(&[o1, o2])?, number(&[d1, d2])?)?;
    let time = seconds_of_day(number(&[h1, h2])?, number(&[m1, m2])?, number(&[s1, s2])?)?;
    let (nanoseconds, offset) = match rest {
        [b'.', rest @ ..] => {
            let length = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
            let (fraction, offset) = rest.split_at_checked(length)?;
            (nanoseconds(fraction)?, offset)
        }
        _ => (0, rest),
    };
    let seconds = date * DAY + time - offset_seconds(offset)?;
    (FIRST..=LAST).contains(&seconds).then_some(Timestamp { seconds, nanoseconds })
}

/// Digits beyond the ninth say less than a nanosecond.
fn nanoseconds(fraction: &[u8]) -> Option<u32> {
    let known = fraction.get(..fraction.len().min(9))?;
    let scale = 10_u32.pow(9 - u32::try_from(known.len()).ok()?);
    Some(u32::try_from(number(known)?).ok()? * scale)
}

fn offset_seconds(offset: &[u8]) -> Option<i64> {
    let (sign, hours, minutes) = match *offset {
        [] | [b'Z' | b'z'] => return Some(0),
        [b'+', h1, h2, b':', m1, m2] => (1, [h1, h2], [m1, m2]),
        [b'-', h1, h2, b':', m1, m2] => (-1, [h1, h2], [m1, m2]),
        _ => return None,
    };
    let (hours, minutes) = (number(&hours)?, number(&minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// `hh:mm:ss` in seconds.
fn clock_time(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, ':');
    seconds_of_day(digits(parts.next()?, 2)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?)
}

/// A leap second is the second after it.
fn seconds_of_day(hours: i64, minutes: i64, seconds: i64) -> Option<i64> {
    (hours < 24 && minutes < 60 && seconds <= 60).then_some(hours * 3600 + minutes * 60 + seconds)
}

fn digits(text: &str, length: usize) -> Option<i64> {
    if text.len() == length { number(text.as_bytes()) } else { None }
}

/// A number of at least one and at most nine digits.
fn number(digits: &[u8]) -> Option<i64> {
    let add = |number, digit: &u8| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'));
    if (1..=9).contains(&digits.len()) { digits.iter().try_fold(0, add) } else { None }
}

/// Days since 1970-01-01 in the Gregorian calendar; `None` when there is no such day.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // A year that begins in March ends with the day that is sometimes there; 400 of them have 146,097 days.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    Some(era * 146_097 + year * 365 + year / 4 - year / 100 + day_of_year - 719_468)
}

/// Year, month and day of a number of days since 1970-01-01: [`days`] backwards.
const fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
}

/// `2024-05-01T10:00:00.5Z`: no more digits after the second than it has.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date(self.seconds.div_euclid(DAY));
        let second = self.seconds.rem_euclid(DAY);
        let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}")?;
        if self.nanoseconds > 0 {
            let fraction = format!("{:09}", self.nanoseconds);
            write!(f, ".{}", fraction.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for ParseTimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date and time of RFC 3339")
    }
}

impl std::error::Error for ParseTimestampError {}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TimestampVisitor)
    }
}

struct TimestampVisitor;

impl de::Visitor<'_> for TimestampVisitor {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date and time of RFC 3339")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
        text.parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Timestamp, E> {
        Ok(Timestamp::from_unix(seconds))
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Timestamp, E> {
        Ok(Timestamp::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX)))
    }

    fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Timestamp, E> {
        // The cast saturates; what is lost is below a nanosecond for any date of RFC 3339.
        let whole = Timestamp::from_unix(seconds.floor() as i64);
        Ok(Timestamp { nanoseconds: ((seconds - seconds.floor()) * 1e9) as u32, ..whole })
    }
}

wire_as_serialize!(Timestamp);

/// A date of HTTP in any of its three formats (RFC 9110 section 5.6.7).
pub(crate) fn parse_http_date(text: &str) -> Option<SystemTime> {
    let words: Vec<&str> = text.split([' ', ',', '-']).filter(|word| !word.is_empty()).collect();
    let (day, month, year, time) = match *words.as_slice() {
        [_, day, month, year, time, "GMT"] => (day, month, year, time),
        [_, month, day, time, year] => (day, month, year, time),
        _ => return None,
    };
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = i64::try_from(months.iter().position(|name| *name == month)?).ok()? + 1;
    let year = match year.len() {
        2 => digits(year, 2).map(|year| if year < 70 { year + 2000 } else { year + 1900 })?,
        _ => digits(year, 4)?,
    };
    let day = digits(day, day.len().clamp(1, 2))?;
    Some(Timestamp::from_unix(days(year, month, day)? * DAY + clock_time(time)?).into())
}
