//! YAML to the tree, by the events of the parser.

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};

use super::cursor::Cursor;
use super::lookahead;
use super::tree::{Builder, Fatal, Kind, empty, key_not_scalar, too_deep};
use super::{MAX_BYTES, MAX_DEPTH, MAX_NODES, rules, scalar};
use crate::source::diagnostic::Diagnostic;
use crate::source::node::{Node, Number, Value};
use crate::source::place::Place;
use crate::source::text::shown;

/// Reads a YAML text into the tree.
pub(super) fn read(text: &str, tree: &mut Builder<'_>) -> Result<(), Fatal> {
    if let Some(at) = lookahead::excess(text) {
        return Err(lookahead::fatal(tree.place(at, at + 1)));
    }
    Reader { text, tree, cursor: Cursor::new(text), anchors: Vec::new(), open: Vec::new(), ambiguous: None }.run()
}

struct Reader<'t, 'b, 'f> {
    text: &'t str,
    tree: &'b mut Builder<'f>,
    cursor: Cursor<'t>,
    /// By number: `None` while the value is still open.
    anchors: Vec<Option<Anchor>>,
    /// Anchor numbers of the open collections; 0 is none.
    open: Vec<usize>,
    /// The first scalar that YAML 1.1 reads differently, and how many there are.
    ambiguous: Option<(Place, String, usize)>,
}

/// A value that aliases repeat, and what one repetition costs.
struct Anchor {
    node: Node,
    cost: Cost,
}

#[derive(Clone, Copy, Default)]
struct Cost {
    nodes: usize,
    bytes: usize,
    depth: usize,
}

impl Reader<'_, '_, '_> {
    fn run(mut self) -> Result<(), Fatal> {
        let mut parser = Parser::new_from_str(self.text);
        let mut spent = Cost::default();
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| self.syntax(&error))?;
            match event {
                Event::DocumentStart(_) if documents > 0 => return Err(self.several(span)),
                Event::DocumentStart(_) => documents += 1,
                Event::Scalar(value, style, anchor, tag) => {
                    self.scalar(&value, style, anchor, tag.as_deref(), span, &mut spent)?;
                }
                Event::SequenceStart(anchor, tag) => self.start(Kind::Sequence, anchor, tag.as_deref(), span)?,
                Event::MappingStart(anchor, tag) => self.start(Kind::Mapping, anchor, tag.as_deref(), span)?,
                Event::SequenceEnd | Event::MappingEnd => self.end(span, &mut spent)?,
                Event::Alias(anchor) => self.alias(anchor, span, &mut spent)?,
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
        }
        match self.ambiguous.take() {
            Some((place, text, count)) => self.tree.fault(ambiguous(place, &text, count)),
            None => Ok(()),
        }
    }

    /// The bytes of a span.
    fn bytes(&mut self, span: Span) -> (usize, usize) {
        (self.cursor.byte(span.start.index()), self.cursor.byte(span.end.index()))
    }

    fn start(&mut self, kind: Kind, anchor: usize, tag: Option<&Tag>, span: Span) -> Result<(), Fatal> {
        let (start, end) = self.bytes(span);
        // Anchor and tag stand before the value: the value is where its bracket is, its first `-` or its first key.
        let bracket = if kind == Kind::Sequence { '[' } else { '{' };
        let at = if start < end && self.text.get(start..end).is_some_and(|text| text.ends_with(bracket)) {
            end - 1
        } else if kind == Kind::Sequence && self.tree.key_place().is_some() {
            self.dash(end)
        } else {
            end
        };
        let length = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let place = self.tree.place(at, at + length);
        let due = if kind == Kind::Sequence { "seq" } else { "map" };
        if let Some(tag) = tag
            && !(tag.is_yaml_core_schema() && tag.suffix == due)
        {
            let start = self.tree.place(start, end);
            self.tree.fault(unknown_tag(start, tag))?;
        }
        self.reserve(anchor);
        self.open.push(anchor);
        self.tree.open(kind, place)
    }

    /// The `-` that begins the line of a position: the parser gives what stands behind it.
    fn dash(&self, at: usize) -> usize {
        let line = self.text.get(..at).unwrap_or_default().rsplit(['\n', '\r']).next().unwrap_or_default();
        let item = line.trim_start();
        if item.starts_with('-') { at - item.len() } else { at }
    }

    fn end(&mut self, span: Span, spent: &mut Cost) -> Result<(), Fatal> {
        let (start, end) = self.bytes(span);
        let bracket = start < end && matches!(self.text.as_bytes().get(end - 1), Some(b']' | b'}'));
        let anchor = self.open.pop().unwrap_or_default();
        match self.tree.close(bracket.then_some(end))? {
            Some(node) => {
                self.define(anchor, &node, spent)?;
                self.tree.add(node);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        span: Span,
        spent: &mut Cost,
    ) -> Result<(), Fatal> {
        let (start, end) = self.bytes(span);
        let plain = style == ScalarStyle::Plain;
        let place = self.scalar_place(start, end, plain && text.is_empty(), anchor > 0 || tag.is_some());
        self.reserve(anchor);
        if plain && scalar::is_ambiguous(text) {
            let (_, _, count) = self.ambiguous.get_or_insert_with(|| (place, text.to_owned(), 0));
            *count += 1;
        }
        if self.tree.expects_key() {
            if let Some(tag) = tag.filter(|tag| !(is_text(tag))) {
                self.tree.fault(unknown_tag(place, tag))?;
            }
            self.define(anchor, &Node::text(text, place), spent)?;
            return self.tree.key(text.to_owned(), place, plain && tag.is_none() && text == "<<");
        }
        if plain && text.is_empty() && tag.is_none() && anchor == 0 && self.tree.depth() == 0 {
            return Err(empty(place.file));
        }
        self.tree.count(1, place)?;
        let value = self.value(text, plain, tag, place)?;
        let node = Node::new(value, place);
        self.define(anchor, &node, spent)?;
        self.tree.add(node);
        Ok(())
    }

    /// Where a scalar stands: without anchor and tag; for one left out, its key or the indicator before it.
    fn scalar_place(&mut self, start: usize, end: usize, absent: bool, properties: bool) -> Place {
        if absent && !properties {
            if let Some(place) = self.tree.key_place() {
                return place;
            }
            let dash = self.dash(start);
            return self.tree.place(dash, dash + usize::from(dash < start));
        }
        let mut text = self.text.get(start..end).unwrap_or_default().trim_end();
        let end = start + text.len();
        if properties {
            while text.starts_with(['&', '!'])
                && let Some(space) = text.find([' ', '\t', '\r', '\n'])
            {
                text = text.get(space..).unwrap_or_default().trim_start();
            }
        }
        let start = end - text.len();
        self.tree.place(start, start + quoted_length(text).unwrap_or(text.len()))
    }

    /// What the text of a scalar means.
    fn value(&mut self, text: &str, plain: bool, tag: Option<&Tag>, place: Place) -> Result<Value, Fatal> {
        let resolved = match tag {
            Some(tag) if is_text(tag) => return Ok(Value::Text(text.to_owned())),
            None if !plain => return Ok(Value::Text(text.to_owned())),
            _ => scalar::plain(text),
        };
        let resolved = match resolved {
            Ok(resolved) => resolved,
            Err(fault) => {
                self.tree.fault(fault.at(place, text))?;
                return Ok(Value::Null);
            }
        };
        let Some(tag) = tag else {
            return Ok(resolved.unwrap_or_else(|| Value::Text(text.to_owned())));
        };
        match (tag.is_yaml_core_schema().then_some(tag.suffix.as_str()), resolved) {
            (Some("null"), Some(Value::Null)) => Ok(Value::Null),
            (Some("bool"), Some(Value::Boolean(value))) => Ok(Value::Boolean(value)),
            (Some("int"), Some(Value::Number(value @ (Number::Signed(_) | Number::Unsigned(_))))) => {
                Ok(Value::Number(value))
            }
            (Some("float"), Some(Value::Number(value))) => Ok(Value::Number(float(value))),
            _ => {
                self.tree.fault(unknown_tag(place, tag))?;
                Ok(Value::Null)
            }
        }
    }

    /// Makes room for an anchor whose value is still to come.
    fn reserve(&mut self, anchor: usize) {
        if anchor >= self.anchors.len() {
            self.anchors.resize_with(anchor + 1, || None);
        }
    }

    /// Keeps the value of an anchor for the aliases behind it. The copy counts like an expansion, else a thousand
    /// nested anchors would hold a thousand copies.
    fn define(&mut self, anchor: usize, node: &Node, spent: &mut Cost) -> Result<(), Fatal> {
        if anchor == 0 {
            return Ok(());
        }
        let cost = cost(node);
        spend(spent, cost, node.place)?;
        if let Some(slot) = self.anchors.get_mut(anchor) {
            *slot = Some(Anchor { node: node.clone(), cost });
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, span: Span, spent: &mut Cost) -> Result<(), Fatal> {
        let (start, end) = self.bytes(span);
        let place = self.tree.place(start, end);
        let name = self.text.get(start..end).unwrap_or_default();
        let Some(Some(anchor)) = self.anchors.get(anchor) else {
            let message = format!("{} stands inside the value it repeats", shown(name));
            return Err(Box::new(
                Diagnostic::new(&rules::ALIAS_CYCLE, place, message).help("say recursion with `$ref`"),
            ));
        };
        if self.tree.expects_key() {
            let key = match &anchor.node.value {
                Value::Text(text) => text.clone(),
                Value::Sequence(_) | Value::Mapping(_) => return Err(key_not_scalar(place, anchor.node.kind())),
                _ => {
                    let at = anchor.node.place;
                    self.text.get(at.start as usize..at.end as usize).unwrap_or_default().to_owned()
                }
            };
            return self.tree.key(key, place, false);
        }
        spend(spent, anchor.cost, place)?;
        if self.tree.depth() + anchor.cost.depth > MAX_DEPTH {
            return Err(too_deep(place));
        }
        let node = anchor.node.clone();
        self.tree.count(anchor.cost.nodes, place)?;
        self.tree.add(node);
        Ok(())
    }

    fn several(&mut self, span: Span) -> Fatal {
        let (start, end) = self.bytes(span);
        let place = self.tree.place(start, end);
        Box::new(
            Diagnostic::new(&rules::SEVERAL_DOCUMENTS, place, "a second document begins here")
                .help("put it into a file of its own"),
        )
    }

    /// A finding of the parser in our words.
    fn syntax(&mut self, error: &ScanError) -> Fatal {
        let at = self.cursor.byte(error.marker().index());
        let rest = self.text.get(at..).unwrap_or_default();
        let place = self.tree.place(at, at + rest.chars().next().map_or(0, char::len_utf8));
        let info = error.info();
        if info.contains("unknown anchor") {
            let name = rest.split(|letter: char| letter.is_whitespace() || ",[]{}".contains(letter)).next();
            let name = name.unwrap_or_default();
            let place = self.tree.place(at, at + name.len());
            let anchor = name.replacen('*', "&", 1);
            return Box::new(
                Diagnostic::new(&rules::UNKNOWN_ALIAS, place, format!("{} has no anchor before it", shown(name)))
                    .help(format!("mark the value with {}, or write it out", shown(&anchor))),
            );
        }
        if info.contains("recursion limit") {
            return too_deep(place);
        }
        if info.contains("wasn't declared") {
            return Box::new(
                Diagnostic::new(&rules::UNKNOWN_TAG, place, "a tag that means nothing here").help("remove the tag"),
            );
        }
        let before = self.text.get(..at).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let help = if rest.starts_with('\t') || (line.contains('\t') && line.trim().is_empty()) {
            "indent with spaces: YAML allows no tabs there"
        } else if info.contains("mapping values") || info.contains("unexpected character") {
            "put text that holds `: ` or begins with a special character into quotes"
        } else if info.contains("simple key") {
            "check the indentation, and that the key on this line ends with `: `"
        } else {
            "check the indentation, quotes and brackets at this line and the one before"
        };
        Box::new(Diagnostic::new(&rules::YAML_SYNTAX, place, format!("broken YAML: {info}")).help(help))
    }
}

/// The length of a quoted scalar: the parser's span goes on to the next token.
fn quoted_length(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate();
    let (_, quote) = bytes.next().filter(|(_, quote)| matches!(quote, b'\'' | b'"'))?;
    while let Some((at, byte)) = bytes.next() {
        let doubled = quote == b'\'' && text.as_bytes().get(at + 1) == Some(&quote);
        if (byte == b'\\' && quote == b'"') || (byte == quote && doubled) {
            bytes.next();
        } else if byte == quote {
            return Some(at + 1);
        }
    }
    None
}

/// Adds a cost to what the aliases of the file have cost so far.
fn spend(spent: &mut Cost, cost: Cost, place: Place) -> Result<(), Fatal> {
    spent.nodes += cost.nodes;
    spent.bytes += cost.bytes;
    let message = if spent.nodes > MAX_NODES {
        format!("anchors and aliases expand to more than the limit of {MAX_NODES} values")
    } else if spent.bytes > MAX_BYTES {
        "anchors and aliases expand to more than the limit of 32 MiB of text".to_owned()
    } else {
        return Ok(());
    };
    Err(Box::new(Diagnostic::new(&rules::ALIAS_BUDGET, place, message).help("write the values out, or use `$ref`")))
}

/// What a copy of a tree costs.
fn cost(node: &Node) -> Cost {
    let mut cost = Cost::default();
    let mut stack = vec![(node, 0)];
    while let Some((node, depth)) = stack.pop() {
        cost.nodes += 1;
        match &node.value {
            Value::Text(text) => cost.bytes += text.len(),
            Value::Sequence(items) => {
                cost.depth = cost.depth.max(depth + 1);
                stack.extend(items.iter().map(|item| (item, depth + 1)));
            }
            Value::Mapping(members) => {
                cost.depth = cost.depth.max(depth + 1);
                stack.extend(members.iter().map(|(key, member)| {
                    cost.bytes += key.len();
                    (&member.node, depth + 1)
                }));
            }
            Value::Null | Value::Boolean(_) | Value::Number(_) => {}
        }
    }
    cost
}

/// `!!str`, and `!`, which says that a scalar is text (YAML 1.2.2, section 6.9.1).
fn is_text(tag: &Tag) -> bool {
    (tag.is_yaml_core_schema() && tag.suffix == "str") || (tag.handle.is_empty() && tag.suffix == "!")
}

fn float(number: Number) -> Number {
    match number {
        Number::Signed(value) => Number::Float(value as f64),
        Number::Unsigned(value) => Number::Float(value as f64),
        Number::Float(_) => number,
    }
}

fn unknown_tag(place: Place, tag: &Tag) -> Diagnostic {
    let name =
        if tag.is_yaml_core_schema() { format!("!!{}", tag.suffix) } else { format!("{}{}", tag.handle, tag.suffix) };
    Diagnostic::new(&rules::UNKNOWN_TAG, place, format!("the tag {} means nothing on this value", shown(&name)))
        .help("remove the tag")
}

fn ambiguous(place: Place, text: &str, count: usize) -> Diagnostic {
    let more = if count > 1 { format!(", and {} more like it", count - 1) } else { String::new() };
    let message = format!("{} is something else to readers of YAML 1.1{more}", shown(text));
    Diagnostic::new(&rules::AMBIGUOUS_SCALAR, place, message).help("put it into quotes if it is text")
}
