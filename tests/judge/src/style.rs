//! Serialization styles of parameters and form fields (OpenAPI 3.1, 4.8.12.3; RFC 6570), read back.

use serde_json::Value;

use crate::coerce;
use crate::document::Node;
use crate::fault::FaultKind;
use crate::percent;
use crate::schema::Schemas;

/// A parameter or form field: how it is written and what it holds.
#[derive(Clone)]
pub(crate) struct Field<'d> {
    pub(crate) name: &'d str,
    pub(crate) required: bool,
    pub(crate) style: String,
    pub(crate) explode: bool,
    pub(crate) allow_reserved: bool,
    pub(crate) schema: Option<Node<'d>>,
    /// The value is a JSON text (`content` in place of `schema`).
    pub(crate) is_json: bool,
}

/// Text that is not of its style.
pub(crate) struct Broken(pub(crate) FaultKind, pub(crate) String);

impl From<String> for Broken {
    fn from(message: String) -> Self {
        Self(FaultKind::PercentEncoding, message)
    }
}

/// How text can be read: styles write scalars, arrays and objects differently.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    Scalar,
    Array,
    Object,
}

pub(crate) enum Texts {
    One(String),
    Many(Vec<String>),
    Pairs(Vec<(String, String)>),
}

impl Field<'_> {
    /// Reads the text of a parameter that is one text: in a path, a header, a cookie, or unexploded in a query.
    pub(crate) fn read(&self, schemas: &Schemas, text: &str, decode: Decode) -> Result<Value, Broken> {
        if self.is_json {
            let text = decode(text)?;
            return serde_json::from_str(&text)
                .map_err(|error| Broken(FaultKind::MalformedParameter, format!("no JSON: {error}")));
        }
        choose(schemas, self.schema.as_ref(), &|reading| self.split(reading, text, decode))
    }

    fn split(&self, reading: Reading, text: &str, decode: Decode) -> Result<Texts, Broken> {
        let text = self.without_prefix(text, reading)?;
        match reading {
            Reading::Scalar => Ok(Texts::One(decode(&text)?)),
            Reading::Array if text.is_empty() => Ok(Texts::Many(Vec::new())),
            Reading::Array => {
                let pieces = self.pieces(&text).into_iter().map(|piece| {
                    let piece = if self.style == "matrix" && self.explode {
                        let named = piece.split_once('=').filter(|(name, _)| *name == self.name);
                        named.ok_or_else(|| malformed(format!("`;{}=` is missing", self.name)))?.1.to_owned()
                    } else {
                        piece
                    };
                    Ok(decode(&piece)?)
                });
                pieces.collect::<Result<_, Broken>>().map(Texts::Many)
            }
            Reading::Object if self.explode && self.style != "form" => {
                let pairs = self.pieces(&text).into_iter().map(|piece| {
                    let (name, value) =
                        piece.split_once('=').ok_or_else(|| malformed(format!("`{piece}` is no name=value")))?;
                    Ok((decode(name)?, decode(value)?))
                });
                pairs.collect::<Result<_, Broken>>().map(Texts::Pairs)
            }
            Reading::Object => {
                let pieces = self.pieces(&text).iter().map(|piece| decode(piece)).collect::<Result<Vec<_>, _>>()?;
                let pairs = pieces.chunks(2).map(|pair| match pair {
                    [name, value] => Ok((name.clone(), value.clone())),
                    _ => Err(malformed("a name has no value".to_owned())),
                });
                pairs.collect::<Result<_, Broken>>().map(Texts::Pairs)
            }
        }
    }

    fn without_prefix(&self, text: &str, reading: Reading) -> Result<String, Broken> {
        let stripped = match self.style.as_str() {
            "label" => text.strip_prefix('.').map(str::to_owned).ok_or("a `.` must stand first".to_owned()),
            "matrix" if self.explode && reading != Reading::Scalar => {
                text.strip_prefix(';').map(str::to_owned).ok_or("a `;` must stand first".to_owned())
            }
            "matrix" => text
                .strip_prefix(&format!(";{}", self.name))
                .filter(|rest| rest.is_empty() || rest.starts_with('='))
                .map(|rest| rest.trim_start_matches('=').to_owned())
                .ok_or(format!("`;{}=` must stand first", self.name)),
            _ => Ok(text.to_owned()),
        };
        stripped.map_err(malformed)
    }

    fn pieces(&self, text: &str) -> Vec<String> {
        let (text, delimiter) = match self.style.as_str() {
            "label" if self.explode => (text.to_owned(), '.'),
            "matrix" if self.explode => (text.to_owned(), ';'),
            "spaceDelimited" => (text.replace("%20", " ").replace('+', " "), ' '),
            "pipeDelimited" => (text.replace("%7C", "|").replace("%7c", "|"), '|'),
            _ => (text.to_owned(), ','),
        };
        text.split(delimiter).map(|piece| piece.trim_matches(' ').to_owned()).collect()
    }
}

/// How text is decoded where it stands: a path, a form, a header.
pub(crate) type Decode = fn(&str) -> Result<String, String>;

/// Text that is not percent-encoded.
#[allow(clippy::unnecessary_wraps, reason = "one of the ways to decode")]
pub(crate) fn verbatim(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

fn malformed(message: String) -> Broken {
    Broken(FaultKind::MalformedParameter, message)
}

/// The first reading the schema accepts; else the one it describes first.
pub(crate) fn choose(
    schemas: &Schemas,
    schema: Option<&Node<'_>>,
    split: &dyn Fn(Reading) -> Result<Texts, Broken>,
) -> Result<Value, Broken> {
    let describes = |name| schema.is_some_and(|schema| coerce::describes(schema, name));
    let mut readings = Vec::new();
    if describes("array") {
        readings.push(Reading::Array);
    }
    if describes("object") {
        readings.push(Reading::Object);
    }
    if readings.is_empty() || ["string", "integer", "number", "boolean"].into_iter().any(describes) {
        readings.push(Reading::Scalar);
    }
    let mut first = None;
    for reading in readings {
        let value = split(reading).map(|texts| match texts {
            Texts::One(text) => coerce::scalar(schemas, schema, &text),
            Texts::Many(texts) => coerce::array(schemas, schema, &texts),
            Texts::Pairs(pairs) => coerce::object(schemas, schema, &pairs),
        });
        match (&value, schema) {
            (Ok(accepted), Some(schema)) if schemas.accepts(schema, accepted) => return value,
            _ => {
                first.get_or_insert(value);
            }
        }
    }
    first.unwrap_or(Ok(Value::Null))
}

/// A reserved character (RFC 3986, 2.2) that should have been percent-encoded. Those that the usual encoders leave
/// alone (`!`, `'`, `(`, `)`, `*`), the form's space (`+`) and the styles' delimiter (`,`) pass.
pub(crate) fn reserved(text: &str) -> Option<char> {
    text.chars().find(|char| ":/?#[]@$&;=".contains(*char))
}

/// Text in a path or a cookie, where `+` is itself.
pub(crate) const PATH: Decode = percent::decode;
/// Text in a query or a form, where `+` is a space.
pub(crate) const FORM: Decode = percent::decode_form;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::Document;

    fn read(style: &str, explode: bool, schema: &Value, text: &str) -> Result<Value, String> {
        let document = Document::from_value(json!({"openapi": "3.1.0", "x": schema})).unwrap();
        let field = Field {
            name: "color",
            required: true,
            style: style.to_owned(),
            explode,
            allow_reserved: false,
            schema: document.root().child("x"),
            is_json: false,
        };
        field.read(&Schemas::new(&document), text, PATH).map_err(|Broken(_, message)| message)
    }

    #[test]
    fn arrays_are_read_in_every_style() {
        let schema = json!({"type": "array", "items": {"type": "integer"}});
        for (style, explode, text) in [
            ("simple", false, "1,2"),
            ("label", false, ".1,2"),
            ("label", true, ".1.2"),
            ("matrix", false, ";color=1,2"),
            ("matrix", true, ";color=1;color=2"),
            ("form", false, "1,2"),
            ("spaceDelimited", false, "1%202"),
            ("pipeDelimited", false, "1|2"),
            ("pipeDelimited", false, "1%7C2"),
        ] {
            assert_eq!(read(style, explode, &schema, text), Ok(json!([1, 2])), "{style} {explode}");
        }
    }

    #[test]
    fn objects_are_read_in_every_style() {
        let schema = json!({"type": "object", "additionalProperties": {"type": "integer"}});
        for (style, explode, text) in [
            ("simple", false, "R,1,G,2"),
            ("simple", true, "R=1,G=2"),
            ("label", true, ".R=1.G=2"),
            ("matrix", false, ";color=R,1,G,2"),
            ("matrix", true, ";R=1;G=2"),
            ("form", false, "R,1,G,2"),
            ("spaceDelimited", false, "R%201%20G%202"),
        ] {
            assert_eq!(read(style, explode, &schema, text), Ok(json!({"R": 1, "G": 2})), "{style} {explode}");
        }
    }

    #[test]
    fn text_of_another_style_is_malformed() {
        let schema = json!({"type": "string"});
        assert!(read("label", false, &schema, "red").is_err());
        assert!(read("matrix", false, &schema, ";colors=red").is_err());
        assert!(read("simple", false, &json!({"type": "object"}), "R,1,G").is_err());
        assert_eq!(read("matrix", false, &schema, ";color=red"), Ok(json!("red")));
    }

    #[test]
    fn a_scalar_alternative_is_taken_when_the_array_does_not_fit() {
        let schema =
            json!({"oneOf": [{"type": "array", "items": {"type": "integer"}}, {"enum": ["all"], "type": "string"}]});
        assert_eq!(read("form", false, &schema, "all"), Ok(json!("all")));
        assert_eq!(read("form", false, &schema, "1,2"), Ok(json!([1, 2])));
    }
}
