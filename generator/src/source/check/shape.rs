//! What the specification says of an object: its members, and the shape of their values.

use super::version::Version;

/// What a value has to be.
#[derive(Debug)]
pub(crate) enum Shape {
    /// Text.
    Text,
    /// `true` or `false`.
    Boolean,
    /// Any number.
    Number,
    /// An integer from 0.
    Count,
    /// Anything: data of the API, not structure of the document.
    Any,
    /// The `type` of a schema: text, or a list of text since 3.1.
    Type,
    /// `exclusiveMinimum` and its like: a truth value in 3.0, a number since 3.1.
    Exclusive,
    /// A list.
    List(&'static Shape),
    /// A mapping whose every key is a name.
    Map(&'static Shape),
    /// A mapping whose keys beginning with `x-` are extensions, the others names.
    Patterned(&'static Shape),
    /// An object.
    Object(&'static Object),
    /// An object, or a reference to one.
    Reference(&'static Object),
    /// Path items by expression, or a reference to such: nothing of a callback is a call of the client.
    Callback,
    /// A schema; a truth value is one since 3.1.
    Schema,
    /// A schema or a truth value, in every version.
    SchemaOrBoolean,
}

/// An object of the specification.
#[derive(Debug)]
pub(crate) struct Object {
    /// Which one.
    pub kind: Kind,
    /// What messages call it, with its article.
    pub name: &'static str,
    /// The member of `components` that holds such objects.
    pub component: Option<&'static str>,
    /// Its members.
    pub members: &'static [Member],
}

impl Object {
    /// The member of a name.
    pub(crate) fn member(&self, name: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

/// The objects that have rules of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Document,
    Info,
    Contact,
    License,
    ExternalDocs,
    Server,
    ServerVariable,
    Tag,
    PathItem,
    Operation,
    Parameter,
    Header,
    RequestBody,
    MediaType,
    Encoding,
    Response,
    Link,
    Example,
    Components,
    SecurityScheme,
    Flows,
    Flow,
    Schema,
    Discriminator,
    Xml,
    Callback,
}

/// A member of an object.
#[derive(Debug)]
pub(crate) struct Member {
    /// Its key.
    pub name: &'static str,
    /// What its value has to be.
    pub shape: Shape,
    /// Whether it has to be there.
    pub required: bool,
    /// The version that brought it.
    pub since: Version,
    /// Whether the lowered document has it; if not, a rule of its own looks after what it says.
    pub lowered: bool,
}

/// A member that may be missing.
pub(super) const fn optional(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, required: false, since: Version::V3_0, lowered: true }
}

/// A member that has to be there.
pub(super) const fn required(name: &'static str, shape: Shape) -> Member {
    Member { required: true, ..optional(name, shape) }
}

/// A member that 3.0 does not have.
pub(super) const fn since_3_1(name: &'static str, shape: Shape) -> Member {
    Member { since: Version::V3_1, ..optional(name, shape) }
}

impl Member {
    /// The member, left out of the lowered document.
    pub(super) const fn set_aside(mut self) -> Self {
        self.lowered = false;
        self
    }
}
