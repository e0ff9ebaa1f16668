//! Rules: Reading files.

use super::Rule;

rules! {
    UNREADABLE = "E0001" Error "the file cannot be read",
        "The file must exist, be a regular file and be readable. Check the name and the permissions.",
        "(a name that leads to nothing, or to a folder)";
    TOO_LARGE = "E0002" Error "the file is too large",
        "A document may have 32 MiB: the limit bounds memory before anything is parsed. Cut the document down, for instance with `extract`.",
        "(a file of 33 MiB)";
    NOT_UTF8 = "E0003" Error "the file is not UTF-8",
        "Documents are read as UTF-8, with or without a byte order mark (RFC 8259, section 8.1; YAML 1.2.2, section 5.2). Save the file as UTF-8.",
        "(a file that begins with the bytes FF FE)";
    EMPTY = "E0004" Error "the file holds no document",
        "A file of comments and white space alone says nothing.",
        "# nothing but a comment\n";
    YAML_SYNTAX = "E0005" Error "broken YAML",
        "The text breaks the syntax of YAML 1.2.2; nothing behind the place can be trusted.",
        "a: [1, 2\nb: 3\n";
    JSON_SYNTAX = "E0006" Error "broken JSON",
        "A file named .json is read strictly by RFC 8259: no comments, no trailing commas, no single quotes. Mend it, or name the file .yaml.",
        "{\"a\": 1,}";
    SEVERAL_DOCUMENTS = "E0007" Error "several documents in one file",
        "One file is one document; what a second one would mean is not defined by OpenAPI. Put it into a file of its own.",
        "a: 1\n---\na: 2\n";
    DUPLICATE_KEY = "E0008" Error "a key is given twice",
        "Keys of a mapping are unique (YAML 1.2.2, section 3.2.1.1); readers disagree on which one wins. Remove or rename one.",
        "a: 1\na: 2\n";
    TOO_DEEP = "E0009" Error "nested too deep",
        "Lists and mappings may be nested 128 deep, expanded aliases included: the limit keeps every later pass off the end of its stack. Name inner schemas under `components` and refer to them.",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[";
    TOO_MANY_NODES = "E0010" Error "too many values",
        "A document may have 1,000,000 values. Cut it down, for instance with `extract`.",
        "(a list of a million and one values)";
    ALIAS_BUDGET = "E0011" Error "aliases expand to too much",
        "A few lines of nested aliases can stand for billions of values. All aliases of a file together may expand to 1,000,000 values and 32 MiB of text. Write the values out, or use `$ref`.",
        "a: &a [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\nf: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]\n";
    ALIAS_CYCLE = "E0012" Error "an alias inside its own anchor",
        "A value that contains itself has no end. Say recursion with `$ref`.",
        "a: &a\n  b: *a\n";
    UNKNOWN_ALIAS = "E0013" Error "an alias without an anchor",
        "An alias repeats an anchor that stands before it in the same file.",
        "a: *b\n";
    UNKNOWN_TAG = "E0014" Error "a tag that cannot be honoured",
        "Only the tags of the core schema mean anything here: !!str, !!int, !!float, !!bool, !!null, !!seq, !!map (YAML 1.2.2, section 10.3), each on a value of its kind. Remove the tag.",
        "a: !secret b\n";
    KEY_NOT_SCALAR = "E0015" Error "a key that is no text",
        "Keys of an OpenAPI document are text; a list or a mapping cannot be one.",
        "? [a, b]\n: c\n";
    MERGE_NOT_MAPPING = "E0016" Error "a merge key without a mapping",
        "A merge key `<<` takes a mapping or a list of mappings (YAML 1.1, type `merge`). Quote the key if the text `<<` is meant.",
        "<<: text\n";
    NUMBER_TOO_LARGE = "E0017" Error "a number that does not fit",
        "Integers fit into 64 bits, signed or unsigned, and others into a finite double; anything else would be rounded in silence. Quote the number if it is text.",
        "a: 18446744073709551616\n";
    NUMBER_NOT_FINITE = "E0018" Error "a number that is not finite",
        "JSON has no infinity and no not-a-number, so no document can mean one. Quote it if it is text.",
        "a: .inf\n";
    AMBIGUOUS_SCALAR = "W0001" Warning "text that older readers take for something else",
        "Read by YAML 1.2, `yes` and `12:30` are text and `010` is ten; readers of YAML 1.1 see a truth value, 750 and eight. Quotes make it the same for all.",
        "a: yes\n";
}
