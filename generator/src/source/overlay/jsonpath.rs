//! JSONPath (RFC 9535) without slices, ordering and functions.

use std::ops::Range;

use crate::source::node::{Number, Value};

/// A parsed query and its text.
#[derive(Debug)]
pub(super) struct Path {
    pub(super) text: String,
    pub(super) segments: Vec<Segment>,
}

/// One step: children, or all descendants, chosen by any of the selectors.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) descendants: bool,
    pub(super) selectors: Vec<Selector>,
    /// Its bytes in the text.
    pub(super) span: Range<usize>,
}

/// What is chosen among the children of a value.
#[derive(Debug)]
pub(super) enum Selector {
    Name(String),
    /// Negative counts from the end.
    Index(i64),
    Wildcard,
    Filter(Test),
}

/// The condition of a filter.
#[derive(Debug)]
pub(super) enum Test {
    Any(Vec<Test>),
    All(Vec<Test>),
    Not(Box<Test>),
    Exists(Vec<Segment>),
    Equal(Operand, Operand),
}

/// A side of a comparison.
#[derive(Debug)]
pub(super) enum Operand {
    Literal(Value),
    /// Below the current value; names and indices only.
    Query(Vec<Segment>),
}

/// Why a text is no query, and where.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) help: &'static str,
}

const SUPPORTED: &str =
    "supported are `$`, `.name`, `['name']`, `[0]`, `*`, `..` and filters such as `[?@.in == 'query' && !@.required]`";

/// How deep filters and parentheses may be nested.
const MAX_DEPTH: usize = 32;

/// Parses a query that starts at the root.
pub(super) fn parse(text: &str) -> Result<Path, Fault> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    if !parser.eat("$") {
        return Err(parser.fault("a target begins with `$`"));
    }
    let segments = parser.segments()?;
    if parser.at < text.len() {
        return Err(parser.fault("not a part of a JSONPath"));
    }
    Ok(Path { text: text.to_owned(), segments })
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn fault_with(&self, what: &str, help: &'static str) -> Fault {
        let end = self.at + self.peek().map_or(0, char::len_utf8);
        let found = match self.peek() {
            Some(found) => format!("`{found}` in the target"),
            None => "the end of the target".to_owned(),
        };
        Fault { span: self.at..end, message: format!("{found}: {what}"), help }
    }

    fn fault(&self, what: &str) -> Fault {
        self.fault_with(what, SUPPORTED)
    }

    fn expect(&mut self, token: &str) -> Result<(), Fault> {
        if self.eat(token) { Ok(()) } else { Err(self.fault(&format!("`{token}` is due"))) }
    }

    /// Guards against nesting that would exhaust the stack.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth >= MAX_DEPTH {
            return Err(self.fault_with("nested too deep", "simplify the filter: 32 levels are the limit"));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    fn segments(&mut self) -> Result<Vec<Segment>, Fault> {
        let mut segments = Vec::new();
        loop {
            let start = self.at;
            let (descendants, selectors) = if self.eat("..") {
                (true, if self.peek() == Some('[') { self.brackets()? } else { vec![self.shorthand()?] })
            } else if self.eat(".") {
                (false, vec![self.shorthand()?])
            } else if self.peek() == Some('[') {
                (false, self.brackets()?)
            } else {
                return Ok(segments);
            };
            segments.push(Segment { descendants, selectors, span: start..self.at });
        }
    }

    /// `name` or `*` behind a dot.
    fn shorthand(&mut self) -> Result<Selector, Fault> {
        if self.eat("*") {
            return Ok(Selector::Wildcard);
        }
        let is_name = |letter: char| letter == '_' || letter.is_ascii_alphabetic() || !letter.is_ascii();
        let rest = self.rest();
        let name = rest.trim_start_matches(|letter: char| is_name(letter) || letter.is_ascii_digit());
        let name = rest.get(..rest.len() - name.len()).unwrap_or_default().to_owned();
        if !name.starts_with(is_name) {
            return Err(self.fault_with("no name that can follow a dot", "write it in brackets: `['name']`"));
        }
        self.at += name.len();
        if matches!(self.peek(), Some('-' | '/' | '$' | '{' | '#' | ':')) {
            let help = "write a name with such characters in brackets: `['x-name']`";
            return Err(self.fault_with("not allowed in a name behind a dot", help));
        }
        Ok(Selector::Name(name))
    }

    fn brackets(&mut self) -> Result<Vec<Selector>, Fault> {
        self.expect("[")?;
        let mut selectors = Vec::new();
        loop {
            self.space();
            selectors.push(self.selector()?);
            self.space();
            if self.eat("]") {
                return Ok(selectors);
            }
            if self.peek() == Some(':') {
                return Err(self.fault("slices are not supported"));
            }
            self.expect(",")?;
        }
    }

    fn selector(&mut self) -> Result<Selector, Fault> {
        match self.peek() {
            Some('\'' | '"') => self.string().map(Selector::Name),
            Some('*') => {
                self.at += 1;
                Ok(Selector::Wildcard)
            }
            Some('?') => {
                self.at += 1;
                self.nested(Self::any).map(Selector::Filter)
            }
            Some('-' | '0'..='9') => self.index().map(Selector::Index),
            Some(':') => Err(self.fault("slices are not supported")),
            _ => Err(self.fault("a name in quotes, an index, `*` or a filter is due")),
        }
    }

    fn index(&mut self) -> Result<i64, Fault> {
        let digits = self.rest().trim_start_matches('-').trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
        let text = self.rest().get(..self.rest().len() - digits).unwrap_or_default();
        let canonical = text == "0" || !text.trim_start_matches('-').starts_with('0');
        match text.parse() {
            Ok(index) if canonical => {
                self.at += text.len();
                Ok(index)
            }
            _ => Err(self.fault("not an index")),
        }
    }

    fn any(&mut self) -> Result<Test, Fault> {
        let mut tests = vec![self.all()?];
        while self.eat("||") {
            tests.push(self.all()?);
        }
        Ok(Test::Any(tests))
    }

    fn all(&mut self) -> Result<Test, Fault> {
        let mut tests = vec![self.basic()?];
        while self.eat("&&") {
            tests.push(self.basic()?);
        }
        Ok(Test::All(tests))
    }

    /// A test with the space around it.
    fn basic(&mut self) -> Result<Test, Fault> {
        self.space();
        let test = if self.rest().starts_with('!') && !self.rest().starts_with("!=") {
            self.at += 1;
            Test::Not(Box::new(self.nested(Self::basic_of_not)?))
        } else if self.eat("(") {
            let test = self.nested(Self::any)?;
            self.expect(")")?;
            test
        } else {
            self.comparison()?
        };
        self.space();
        Ok(test)
    }

    /// Behind `!`: parentheses or an existence test (RFC 9535, section 2.3.5.1).
    fn basic_of_not(&mut self) -> Result<Test, Fault> {
        self.space();
        if self.eat("(") {
            let test = self.any()?;
            self.expect(")")?;
            return Ok(test);
        }
        self.expect("@")?;
        self.segments().map(Test::Exists)
    }

    fn comparison(&mut self) -> Result<Test, Fault> {
        let start = self.at;
        let left = self.operand()?;
        self.space();
        let equal = self.eat("==");
        if !equal && !self.eat("!=") {
            if matches!(self.peek(), Some('<' | '>')) {
                return Err(self.fault("order is not supported"));
            }
            return match left {
                Operand::Query(segments) => Ok(Test::Exists(segments)),
                Operand::Literal(_) => Err(self.fault("`==` or `!=` is due")),
            };
        }
        self.space();
        let right = self.operand()?;
        for side in [&left, &right] {
            if let Operand::Query(segments) = side
                && !segments.iter().all(is_singular)
            {
                let message = "only one value can be compared: names and indices, no `*`, `..` or filter".to_owned();
                return Err(Fault { span: start..self.at, message, help: SUPPORTED });
            }
        }
        let test = Test::Equal(left, right);
        Ok(if equal { test } else { Test::Not(Box::new(test)) })
    }

    fn operand(&mut self) -> Result<Operand, Fault> {
        match self.peek() {
            Some('@') => {
                self.at += 1;
                self.segments().map(Operand::Query)
            }
            Some('\'' | '"') => Ok(Operand::Literal(Value::Text(self.string()?))),
            Some('-' | '0'..='9') => self.number().map(|number| Operand::Literal(Value::Number(number))),
            _ => {
                for (word, value) in
                    [("true", Value::Boolean(true)), ("false", Value::Boolean(false)), ("null", Value::Null)]
                {
                    if self.eat(word) {
                        return Ok(Operand::Literal(value));
                    }
                }
                Err(self.fault("`@`, a text in quotes, a number, `true`, `false` or `null` is due"))
            }
        }
    }

    fn number(&mut self) -> Result<Number, Fault> {
        let rest = self.rest();
        let end = rest.trim_start_matches(|letter: char| letter.is_ascii_digit() || "+-.eE".contains(letter)).len();
        let text = rest.get(..rest.len() - end).unwrap_or_default();
        let length = text.len();
        let number = match text.parse::<i64>() {
            Ok(value) => Some(Number::Signed(value)),
            Err(_) => text.parse::<f64>().ok().filter(|value| value.is_finite()).map(Number::Float),
        };
        let number = number.ok_or_else(|| self.fault("not a number"))?;
        self.at += length;
        Ok(number)
    }

    /// A text in single or double quotes (RFC 9535, section 2.3.1.1).
    fn string(&mut self) -> Result<String, Fault> {
        let opening = self.at;
        let Some(quote) = self.peek() else { return Err(self.fault("a text in quotes is due")) };
        self.at += 1;
        let mut result = String::new();
        while let Some(letter) = self.peek() {
            if letter == quote {
                self.at += 1;
                return Ok(result);
            }
            if letter == '\\' {
                result.push(self.escape(quote)?);
            } else {
                self.at += letter.len_utf8();
                result.push(letter);
            }
        }
        self.at = opening;
        Err(self.fault_with("a quote that is never closed", "close it"))
    }

    fn escape(&mut self, quote: char) -> Result<char, Fault> {
        let (letter, length) = match self.rest().chars().nth(1) {
            Some(letter @ ('\\' | '/')) => (letter, 2),
            Some(letter) if letter == quote => (letter, 2),
            Some('b') => ('\u{8}', 2),
            Some('f') => ('\u{C}', 2),
            Some('n') => ('\n', 2),
            Some('r') => ('\r', 2),
            Some('t') => ('\t', 2),
            Some('u') => {
                let digits = self.rest().get(2..6).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
                let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
                match code.and_then(char::from_u32) {
                    Some(letter) => (letter, 6),
                    None => return Err(self.fault_with("an unknown escape", "write the character itself")),
                }
            }
            _ => return Err(self.fault_with("an unknown escape", "write the character itself")),
        };
        self.at += length;
        Ok(letter)
    }
}

/// Whether a segment selects at most one value (RFC 9535, section 2.3.5.1).
fn is_singular(segment: &Segment) -> bool {
    !segment.descendants && matches!(segment.selectors.as_slice(), [Selector::Name(_) | Selector::Index(_)])
}
