//! Parameters in the query, in headers and in cookies, in the styles of OpenAPI.

use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::Value;

use crate::path::{encode_into, plain};

/// A query parameter.
pub(crate) struct Query(pub(crate) &'static str);

/// A header parameter.
pub(crate) struct Header(pub(crate) &'static str);

/// A cookie parameter.
pub(crate) struct Cookie(pub(crate) &'static str);

/// A parameter: where it goes and how it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    pub(crate) place: Place,
    style: Style,
    explode: bool,
    allow_reserved: bool,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Query(&'static str),
    Header(&'static str),
    Cookie(&'static str),
}

#[derive(Clone, Copy, Debug)]
enum Style {
    Delimited(Delimiter),
    DeepObject,
    Json,
}

/// What stands between the elements of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Delimiter {
    Comma,
    Space,
    Pipe,
}

impl Delimiter {
    const fn in_query(self) -> &'static str {
        match self {
            Self::Comma => ",",
            Self::Space => "%20",
            Self::Pipe => "%7C",
        }
    }
}

impl From<Query> for Parameter {
    /// Style `form`, exploded: a list repeats the name.
    fn from(Query(name): Query) -> Self {
        Self::at(Place::Query(name), true)
    }
}

impl From<Header> for Parameter {
    /// Style `simple`: a list is joined with commas.
    fn from(Header(name): Header) -> Self {
        Self::at(Place::Header(name), false)
    }
}

impl From<Cookie> for Parameter {
    /// Style `form`: a list is joined with commas, since a cookie cannot be repeated.
    fn from(Cookie(name): Cookie) -> Self {
        Self::at(Place::Cookie(name), false)
    }
}

macro_rules! styles {
    ($($place:ident),+) => {$(
        impl $place {
            /// Lists are joined with `delimiter`.
            pub(crate) fn delimited(self, delimiter: Delimiter) -> Parameter {
                Parameter::from(self).delimited(delimiter)
            }

            /// Every element and every property by itself.
            pub(crate) fn exploded(self) -> Parameter {
                Parameter::from(self).exploded()
            }

            /// The value as JSON: a parameter with `content`.
            pub(crate) fn json(self) -> Parameter {
                Parameter::from(self).json()
            }
        }
    )+};
}
styles!(Query, Header, Cookie);

impl Query {
    /// `name[property]=value`.
    pub(crate) fn deep_object(self) -> Parameter {
        Parameter { style: Style::DeepObject, ..self.into() }
    }

    /// Reserved characters are not encoded, except those that would end the value.
    pub(crate) fn allow_reserved(self) -> Parameter {
        Parameter::from(self).allow_reserved()
    }
}

impl Parameter {
    const fn at(place: Place, explode: bool) -> Self {
        Self { place, style: Style::Delimited(Delimiter::Comma), explode, allow_reserved: false }
    }

    /// Lists are joined with `delimiter`.
    pub(crate) const fn delimited(self, delimiter: Delimiter) -> Self {
        Self { style: Style::Delimited(delimiter), explode: false, ..self }
    }

    /// Every element and every property by itself.
    pub(crate) const fn exploded(self) -> Self {
        Self { explode: true, ..self }
    }

    /// The value as JSON: a parameter with `content`.
    pub(crate) const fn json(self) -> Self {
        Self { style: Style::Json, ..self }
    }

    /// Reserved characters are not encoded, except those that would end the value.
    pub(crate) const fn allow_reserved(self) -> Self {
        Self { allow_reserved: true, ..self }
    }

    /// Appends the parameter to a query. `null` adds nothing.
    pub(crate) fn write_query(&self, query: &mut String, name: &str, value: &Value) {
        let mut pair = |name: &str, value: &str| {
            begin_pair(query, name);
            self.encode(query, value);
        };
        match (value, self.style) {
            (Value::Null, _) => {}
            (value, Style::Json) => pair(name, &value.to_string()),
            (Value::Array(items), Style::DeepObject) => items.iter().for_each(|item| pair(name, &plain(item))),
            (Value::Array(items), Style::Delimited(_)) if self.explode => {
                items.iter().for_each(|item| pair(name, &plain(item)));
            }
            (Value::Array(items), Style::Delimited(delimiter)) => {
                if !items.is_empty() {
                    begin_pair(query, name);
                    self.join(query, items.iter().map(plain), delimiter.in_query());
                }
            }
            (Value::Object(members), Style::DeepObject) => {
                for (key, member) in members {
                    self.write_query(query, &format!("{name}[{key}]"), member);
                }
            }
            (Value::Object(members), Style::Delimited(_)) if self.explode => {
                members
                    .iter()
                    .filter(|(_, member)| !member.is_null())
                    .for_each(|(key, member)| pair(key, &plain(member)));
            }
            (Value::Object(members), Style::Delimited(delimiter)) => {
                if !members.is_empty() {
                    begin_pair(query, name);
                    let flat = members.iter().flat_map(|(key, member)| [key.as_str().into(), plain(member)]);
                    self.join(query, flat, delimiter.in_query());
                }
            }
            (scalar, _) => pair(name, &plain(scalar)),
        }
    }

    /// The text of a header or a cookie; `None` for `null`.
    pub(crate) fn text(&self, value: &Value) -> Option<String> {
        Some(match (value, self.style) {
            (Value::Null, _) => return None,
            (value, Style::Json) => value.to_string(),
            (Value::Array(items), _) => items.iter().map(plain).collect::<Vec<_>>().join(","),
            (Value::Object(members), _) => {
                let between = if self.explode { '=' } else { ',' };
                let members = members.iter().map(|(key, member)| format!("{key}{between}{}", plain(member)));
                members.collect::<Vec<_>>().join(",")
            }
            (scalar, _) => plain(scalar).into_owned(),
        })
    }

    fn join<'v>(&self, query: &mut String, items: impl Iterator<Item = std::borrow::Cow<'v, str>>, delimiter: &str) {
        for (position, item) in items.enumerate() {
            if position > 0 {
                query.push_str(delimiter);
            }
            self.encode(query, &item);
        }
    }

    fn encode(&self, query: &mut String, text: &str) {
        if !self.allow_reserved {
            return encode_into(query, text);
        }
        for piece in text.split_inclusive(|c| !may_stay(c)) {
            let stays = piece.trim_end_matches(|c| !may_stay(c));
            query.push_str(stays);
            encode_into(query, piece.get(stays.len()..).unwrap_or_default());
        }
    }
}

/// Characters that `allowReserved` leaves alone: `&`, `#`, `+` and `%` would change what the query means.
fn may_stay(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?[]@!$'()*,;=".contains(c)
}

fn begin_pair(query: &mut String, name: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    encode_into(query, name);
    query.push('=');
}

/// Appends `name=value`.
pub(crate) fn push_pair(query: &mut String, name: &str, value: &str) {
    begin_pair(query, name);
    encode_into(query, value);
}

/// Sets `name` to `value` in place of every value it has.
pub(crate) fn set_pair(query: &mut String, name: &str, value: &str) {
    let mut own = String::new();
    encode_into(&mut own, name);
    own.push('=');
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with(&own)).collect();
    *query = kept.join("&");
    push_pair(query, name, value);
}

/// A header, unless its name or value could not be sent as one (RFC 9110 section 5.5): nothing can be injected.
pub(crate) fn header(name: &str, value: &str, secret: bool) -> Result<(HeaderName, HeaderValue), String> {
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| "a header name is not a token".to_owned())?;
    let Ok(mut value) = HeaderValue::from_str(value) else {
        return Err(format!("the value of the header `{name}` holds a control or non-ASCII character"));
    };
    value.set_sensitive(secret);
    Ok((name, value))
}

/// Headers that say where a message goes and where it ends: the HTTP stack's own (RFC 9110 section 7.2, RFC 9112
/// section 6). Another value of theirs makes two messages of one.
pub(crate) const OF_TRANSPORT: [HeaderName; 7] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::HOST,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Adds a cookie to those that are there: there is one header for all (RFC 6265 section 5.4).
pub(crate) fn add_cookie(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), String> {
    let pair = cookie(name, value)?;
    let held = headers.get(header::COOKIE).and_then(|value| value.to_str().ok());
    let all = held.map_or_else(|| pair.clone(), |held| format!("{held}; {pair}"));
    let (name, value) = self::header("cookie", &all, true)?;
    headers.insert(name, value);
    Ok(())
}

/// `name=value` of a cookie, of the octets RFC 6265 section 4.1.1 allows.
fn cookie(name: &str, value: &str) -> Result<String, String> {
    let allowed = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b';' | b'\\');
    if value.bytes().all(allowed) {
        Ok(format!("{name}={value}"))
    } else {
        Err(format!("the value of the cookie `{name}` holds a character no cookie can hold"))
    }
}
