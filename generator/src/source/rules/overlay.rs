//! Rules: The OpenAPI Overlay Specification.

use super::Rule;

rules! {
    SHAPE = "E0201" Error "not an overlay",
        "An overlay has `overlay`, `info` and a list of `actions`; an action has a `target` and either `update` or `remove: true` (Overlay 1.1.0, section Schema).",
        "overlay: 1.0.0\ninfo: {title: t, version: v}\n";
    UNKNOWN_MEMBER = "E0202" Error "an unknown member in an overlay",
        "A member that the Overlay Specification does not define does nothing; most are typing errors. Members of your own begin with `x-`.",
        "overlay: 1.0.0\ninfo: {title: t, version: v}\nactions: [{target: $.a, udpate: {b: 2}}]\n";
    VERSION = "E0203" Error "an unsupported version of overlays",
        "Versions 1.0 and 1.1 of the Overlay Specification are supported.",
        "overlay: 2.0.0\ninfo: {title: t, version: v}\nactions: [{target: $.a, update: {c: 2}}]\n";
    TARGET = "E0204" Error "a target that cannot be read",
        "Targets are JSONPath (RFC 9535): `$`, `.name`, `['name']`, `[0]`, `[-1]`, `*`, `..`, lists of them in brackets, and filters `[?@.a == 'b']` with `==`, `!=`, `&&`, `||`, `!` and parentheses. Slices, order and functions are not supported.",
        "overlay: 1.0.0\ninfo: {title: t, version: v}\nactions: [{target: '$.a[0:2]', update: {c: 2}}]\n";
    MATCHES_NOTHING = "E0205" Error "an action that matches nothing",
        "An action without an effect hides a typing error, or a document that has changed. Mend the target or remove the action.",
        "overlay: 1.0.0\ninfo: {title: t, version: v}\nactions: [{target: $.b.c, update: {c: 2}}]\n";
    NO_LONGER_NEEDED = "E0206" Error "an action that is no longer needed",
        "The document says already what the action would make it say. Remove the action, so that the overlay holds what is true today.",
        "overlay: 1.0.0\ninfo: {title: t, version: v}\nactions: [{target: $.a, update: {b: 1}}]\n";
    INCOMPATIBLE = "E0207" Error "an update that does not fit its target",
        "A mapping merges with a mapping, a list is appended to a list, a scalar replaces a scalar; every other combination is an error (Overlay 1.1.0, Action Object). Remove the old value by an action of its own first.",
        "overlay: 1.0.0\ninfo: {title: t, version: v}\nactions: [{target: $.a, update: {b: {c: 2}}}]\n";
    COPY = "E0208" Error "a copy action",
        "`copy` of Overlay 1.1 is not supported: a copy drifts from its original. Use `$ref`, or write the value as `update`.",
        "overlay: 1.1.0\ninfo: {title: t, version: v}\nactions: [{target: $.a, copy: $.d}]\n";
    ROOT = "E0209" Error "an action that removes the document",
        "Nothing would be left. Name what is to go.",
        "overlay: 1.0.0\ninfo: {title: t, version: v}\nactions: [{target: $, remove: true}]\n";
    EXTENDS = "W0201" Warning "`extends` has no effect",
        "Which document an overlay is applied to is said on the command line or in product.toml, not by the overlay.",
        "overlay: 1.0.0\ninfo: {title: t, version: v}\nextends: other.yaml\nactions: [{target: $.a, update: {c: 2}}]\n";
}
