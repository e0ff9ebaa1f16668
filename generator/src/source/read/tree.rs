//! The tree under construction: one stack, the limits, unique keys, merge keys.

use super::rules;
use super::{MAX_DEPTH, MAX_NODES, place};
use crate::source::diagnostic::{Diagnostic, Findings};
use crate::source::node::{Mapping, Node, Value};
use crate::source::place::{FileId, Place};
use crate::source::text::shown;

/// A finding that ends the reading.
pub(super) type Fatal = Box<Diagnostic>;

/// After so many errors the rest of a file tells nothing new.
const MAX_FAULTS: usize = 100;

/// Takes values in the order of the text and makes the tree of them.
pub(super) struct Builder<'a> {
    file: FileId,
    text: &'a str,
    findings: &'a mut Findings,
    faults: usize,
    nodes: usize,
    stack: Vec<Frame>,
    root: Option<Node>,
}

/// A list or mapping that is not closed yet.
struct Frame {
    place: Place,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { members: Mapping, key: Option<Key>, merges: Vec<Node> },
}

enum Key {
    Text(String, Place),
    Merge(Place),
}

/// A collection to open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Sequence,
    Mapping,
}

impl<'a> Builder<'a> {
    pub(super) fn new(file: FileId, text: &'a str, findings: &'a mut Findings) -> Self {
        Self { file, text, findings, faults: 0, nodes: 0, stack: Vec::new(), root: None }
    }

    /// The place between two offsets of the text.
    pub(super) fn place(&self, start: usize, end: usize) -> Place {
        place(self.file, start.min(self.text.len()), end.min(self.text.len()))
    }

    /// Reports a fault that does not end the reading; ends it if there are too many.
    pub(super) fn fault(&mut self, diagnostic: Diagnostic) -> Result<(), Fatal> {
        if self.faults + 1 >= MAX_FAULTS {
            return Err(Box::new(diagnostic));
        }
        self.faults += usize::from(diagnostic.is_error());
        self.findings.push(diagnostic);
        Ok(())
    }

    /// How many collections are open.
    pub(super) fn depth(&self) -> usize {
        self.stack.len()
    }

    /// Whether the next value is a key.
    pub(super) fn expects_key(&self) -> bool {
        matches!(self.stack.last(), Some(Frame { content: Content::Mapping { key: None, .. }, .. }))
    }

    /// The place of the key whose value comes next.
    pub(super) fn key_place(&self) -> Option<Place> {
        match self.stack.last()?.content {
            Content::Mapping { key: Some(Key::Text(_, place) | Key::Merge(place)), .. } => Some(place),
            _ => None,
        }
    }

    /// Opens a list or mapping.
    pub(super) fn open(&mut self, kind: Kind, place: Place) -> Result<(), Fatal> {
        if self.expects_key() {
            let what = if kind == Kind::Sequence { "a list" } else { "a mapping" };
            return Err(key_not_scalar(place, what));
        }
        if self.stack.len() >= MAX_DEPTH {
            return Err(too_deep(place));
        }
        self.count(1, place)?;
        let content = match kind {
            Kind::Sequence => Content::Sequence(Vec::new()),
            Kind::Mapping => Content::Mapping { members: Mapping::default(), key: None, merges: Vec::new() },
        };
        self.stack.push(Frame { place, content });
        Ok(())
    }

    /// Counts values that come into being.
    pub(super) fn count(&mut self, nodes: usize, place: Place) -> Result<(), Fatal> {
        self.nodes += nodes;
        if self.nodes > MAX_NODES { Err(too_many_nodes(place)) } else { Ok(()) }
    }

    /// Takes the key of the next value.
    pub(super) fn key(&mut self, text: String, place: Place, merge: bool) -> Result<(), Fatal> {
        let Some(Frame { place: start, content: Content::Mapping { members, key, .. } }) = self.stack.last_mut() else {
            return Ok(());
        };
        // A mapping without brackets stands where its first key does.
        if start.start == place.start {
            *start = place;
        }
        if merge {
            *key = Some(Key::Merge(place));
            return Ok(());
        }
        let first = members.member(&text).map(|member| member.key_place);
        let twice = first.map(|first| duplicate(self.text, &text, place, first));
        *key = Some(Key::Text(text, place));
        twice.map_or(Ok(()), |twice| self.fault(twice))
    }

    /// Adds a value to the list or mapping that is open, or makes it the root.
    pub(super) fn add(&mut self, node: Node) {
        match self.stack.last_mut().map(|frame| &mut frame.content) {
            None => self.root = Some(node),
            Some(Content::Sequence(items)) => items.push(node),
            Some(Content::Mapping { members, key, merges }) => match key.take() {
                // Of two equal keys the first stays.
                Some(Key::Text(text, place)) if !members.contains(&text) => {
                    members.insert(text, place, node);
                }
                Some(Key::Merge(_)) => merges.push(node),
                _ => {}
            },
        }
    }

    /// Closes the innermost list or mapping; `end` is the offset behind it, if it has a closing bracket.
    pub(super) fn close(&mut self, end: Option<usize>) -> Result<Option<Node>, Fatal> {
        let Some(Frame { mut place, content }) = self.stack.pop() else { return Ok(None) };
        if let Some(end) = end {
            place.end = self.place(0, end).end;
        }
        let value = match content {
            Content::Sequence(items) => Value::Sequence(items),
            Content::Mapping { mut members, merges, .. } => {
                for merge in merges {
                    self.merge(&mut members, merge)?;
                }
                Value::Mapping(members)
            }
        };
        Ok(Some(Node::new(value, place)))
    }

    /// Adds the members of merged mappings that the mapping does not have itself; the first mapping wins.
    fn merge(&mut self, members: &mut Mapping, merge: Node) -> Result<(), Fatal> {
        let place = merge.place;
        let sources = match merge.value {
            Value::Sequence(items) => items,
            _ => vec![merge],
        };
        for source in sources {
            let kind = source.kind();
            let Value::Mapping(source) = source.value else {
                let message = format!("`<<` takes a mapping or a list of mappings, not {kind}");
                self.fault(
                    Diagnostic::new(&rules::MERGE_NOT_MAPPING, place, message)
                        .help("quote the key, `\"<<\"`, if it is meant as text"),
                )?;
                continue;
            };
            for (key, member) in source.into_members() {
                if !members.contains(&key) {
                    members.insert(key, member.key_place, member.node);
                }
            }
        }
        Ok(())
    }

    /// The tree, if the text had no error.
    pub(super) fn finish(self) -> Result<Option<Node>, Fatal> {
        match self.root {
            _ if self.faults > 0 => Ok(None),
            Some(root) => Ok(Some(root)),
            None => Err(empty(self.file)),
        }
    }
}

pub(super) fn empty(file: FileId) -> Fatal {
    let message = "the file holds no document";
    Box::new(
        Diagnostic::new(&rules::EMPTY, Place::whole(file), message).help("write the document, or name another file"),
    )
}

pub(super) fn too_deep(place: Place) -> Fatal {
    let message = format!("nested deeper than the limit of {MAX_DEPTH}");
    Box::new(
        Diagnostic::new(&rules::TOO_DEEP, place, message)
            .help("name inner schemas under `components` and refer to them with `$ref`"),
    )
}

fn too_many_nodes(place: Place) -> Fatal {
    let message = format!("more than the limit of {MAX_NODES} values");
    Box::new(
        Diagnostic::new(&rules::TOO_MANY_NODES, place, message)
            .help("cut the document down, for instance to the operations that are needed"),
    )
}

pub(super) fn key_not_scalar(place: Place, what: &str) -> Fatal {
    let message = format!("a key is text, not {what}");
    Box::new(
        Diagnostic::new(&rules::KEY_NOT_SCALAR, place, message).help("write the key as text, in quotes if need be"),
    )
}

fn duplicate(text: &str, key: &str, place: Place, first: Place) -> Diagnostic {
    let line = |place: Place| {
        let before = text.as_bytes().get(..place.start as usize).unwrap_or_default();
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    };
    let message = format!("the key {} is given twice, first on line {}", shown(key), line(first));
    Diagnostic::new(&rules::DUPLICATE_KEY, place, message)
        .help("remove or rename one of the two")
        .note(first, "first given here")
}
