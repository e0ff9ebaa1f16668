//! Rules: translations.

use super::Rule;

rules! {
    UNREADABLE = "E0601" Error "translations cannot be read",
        "`locales/LOCALE.toml` is TOML 1.0: sections of any name, in them the English text as key and its translation as value.",
        "[operations]\n\"List orders\" = 1\n";
    MISSING = "E0602" Error "a text has no translation",
        "A document is in one language. Every text that a skill document takes from the API description or from product.toml needs a \
         translation in each locale that product.toml asks for. After a change of the English text its key has changed with it.",
        "[skills.locales]\nzh-CN = [\"curl\"]\n";
    OTHER_CODE = "E0603" Error "a translation names other code than the English text",
        "Names, values and numbers of sections stay as they are: the code spans of both texts must be the same, if in another order.",
        "\"See `error`.\" = \"`errors`\"\n";
    TWICE = "E0604" Error "a text has two translations",
        "A text is translated once, in whichever section.",
        "[a]\n\"List orders\" = \"x\"\n[b]\n\"List orders\" = \"y\"\n";
    STALE = "W0601" Warning "a translation is of a text that is not there",
        "The English text has changed or gone. Change the key to what the text is now and look at the translation, or delete both.",
        "\"List ordres\" = \"x\"\n";
}
