//! The tree of values a document is read into: every value knows its place.

use indexmap::IndexMap;

use super::place::Place;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it stands; that of the alias's anchor for an expanded YAML alias.
    pub place: Place,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`, `~`, or nothing.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, exact where it is an integer.
    Number(Number),
    /// Text.
    Text(String),
    /// A list.
    Sequence(Vec<Node>),
    /// A mapping from text to values.
    Mapping(Mapping),
}

/// A number of a document. Integers are never rounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A negative integer, or one that fits.
    Signed(i64),
    /// An integer above `i64::MAX`.
    Unsigned(u64),
    /// Any other number; finite.
    Float(f64),
}

/// A member of a mapping.
#[derive(Clone, Debug)]
pub struct Member {
    /// Where the key stands.
    pub key_place: Place,
    /// The value.
    pub node: Node,
}

/// A mapping: keys are unique, order is that of the document.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    members: IndexMap<String, Member>,
}

impl Mapping {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.members.get(key).map(|member| &member.node)
    }

    /// The value of a key, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.members.get_mut(key).map(|member| &mut member.node)
    }

    /// Key place and value of a key.
    #[must_use]
    pub fn member(&self, key: &str) -> Option<&Member> {
        self.members.get(key)
    }

    /// Whether the key is there.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.members.contains_key(key)
    }

    /// Sets a key; returns what it replaced.
    pub fn insert(&mut self, key: impl Into<String>, key_place: Place, node: Node) -> Option<Member> {
        self.members.insert(key.into(), Member { key_place, node })
    }

    /// Takes a key out, keeping the order of the others.
    pub fn remove(&mut self, key: &str) -> Option<Member> {
        self.members.shift_remove(key)
    }

    /// The members in the order of the document.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Member)> {
        self.members.iter().map(|(key, member)| (key.as_str(), member))
    }

    /// The members in the order of the document, to change.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&str, &mut Member)> {
        self.members.iter_mut().map(|(key, member)| (key.as_str(), member))
    }

    /// The member at a position, counted from 0.
    #[must_use]
    pub fn at(&self, position: usize) -> Option<(&str, &Member)> {
        self.members.get_index(position).map(|(key, member)| (key.as_str(), member))
    }

    /// The position of a key, counted from 0.
    #[must_use]
    pub fn position(&self, key: &str) -> Option<usize> {
        self.members.get_index_of(key)
    }

    /// The value at a position, to change.
    pub fn at_mut(&mut self, position: usize) -> Option<&mut Node> {
        self.members.get_index_mut(position).map(|(_, member)| &mut member.node)
    }

    /// Takes out the member at a position, keeping the order of the others.
    pub fn remove_at(&mut self, position: usize) -> Option<Member> {
        self.members.shift_remove_index(position).map(|(_, member)| member)
    }

    /// The members in the order of the document, taken out.
    pub fn into_members(self) -> impl ExactSizeIterator<Item = (String, Member)> {
        self.members.into_iter()
    }

    /// The number of members.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl Node {
    /// A node at a place.
    #[must_use]
    pub fn new(value: Value, place: Place) -> Self {
        Self { value, place }
    }

    /// A text node at a place.
    #[must_use]
    pub fn text(text: impl Into<String>, place: Place) -> Self {
        Self::new(Value::Text(text.into()), place)
    }

    /// The mapping, if it is one.
    #[must_use]
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The mapping to change, if it is one.
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        match &mut self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The list, if it is one.
    #[must_use]
    pub fn as_sequence(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    #[must_use]
    pub fn as_boolean(&self) -> Option<bool> {
        match self.value {
            Value::Boolean(value) => Some(value),
            _ => None,
        }
    }

    /// The value of a member, if it is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_mapping()?.get(key)
    }

    /// Whether both hold the same data, wherever they stand; the order of mappings does not matter.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Null, Value::Null) => true,
            (Value::Boolean(one), Value::Boolean(two)) => one == two,
            (Value::Number(one), Value::Number(two)) => one == two,
            (Value::Text(one), Value::Text(two)) => one == two,
            (Value::Sequence(one), Value::Sequence(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.same(two))
            }
            (Value::Mapping(one), Value::Mapping(two)) => {
                one.len() == two.len()
                    && one.iter().all(|(key, member)| two.get(key).is_some_and(|node| member.node.same(node)))
            }
            _ => false,
        }
    }

    /// What a JSON pointer leads to (RFC 6901), without the leading `#`.
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<&Node> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(self, |node, token| {
            let token = token.replace("~1", "/").replace("~0", "~");
            match &node.value {
                Value::Mapping(mapping) => mapping.get(&token),
                Value::Sequence(items) => items.get(token.parse::<usize>().ok()?),
                _ => None,
            }
        })
    }

    /// The word for what it is, as messages say it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Boolean(_) => "a boolean",
            Value::Number(Number::Float(_)) => "a number",
            Value::Number(_) => "an integer",
            Value::Text(_) => "text",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }

    /// The value as JSON data, without places. Mapping keys come out sorted.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Boolean(value) => (*value).into(),
            Value::Number(Number::Signed(value)) => (*value).into(),
            Value::Number(Number::Unsigned(value)) => (*value).into(),
            Value::Number(Number::Float(value)) => (*value).into(),
            Value::Text(text) => text.as_str().into(),
            Value::Sequence(items) => items.iter().map(Self::to_json).collect(),
            Value::Mapping(mapping) => {
                mapping.iter().map(|(key, member)| (key.to_owned(), member.node.to_json())).collect()
            }
        }
    }
}

/// One token of a JSON pointer, escaped (RFC 6901, section 3).
#[must_use]
pub fn pointer_token(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
