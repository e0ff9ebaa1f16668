//! Rules: product.toml.

use super::Rule;

rules! {
    UNREADABLE = "E0301" Error "product.toml cannot be read",
        "product.toml is TOML 1.0 and has the sections and keys that `generator/docs/product.md` lists. An unknown key is most often a typing error.",
        "[product]\ntitel = \"Shop\"\n";
    UNKNOWN_OPERATION = "E0302" Error "product.toml names an operation that does not exist",
        "Resources, retry classes, aliases, flows and secrets name operations by their `operationId`. After a change of the document such a name may have gone.",
        "[retry]\nonce = [\"CreateOrdr\"]\n";
    UNKNOWN_PLACE = "E0303" Error "product.toml names a schema, property or parameter that does not exist",
        "Secrets, enums and examples name a place as `Schema.property` (the component's key, dots for deeper members) or as `OperationId:parameter`.",
        "[secrets.Token]\nplaces = [\"Order.tokn\"]\n";
    UNKNOWN_SCHEME = "E0304" Error "product.toml names a security scheme that does not exist",
        "Credentials name schemes by their key under `components.securitySchemes`.",
        "[credentials.bearr]\nkind = \"api-key\"\n";
    UNKNOWN_TYPE = "E0305" Error "product.toml renames a type that does not exist",
        "Names are those of components, or those that inline schemas would get.",
        "[names.types]\nOrdr = \"Order\"\n";
    OPERATION_TWICE = "E0306" Error "product.toml gives one operation two methods",
        "An operation is one method of one resource.",
        "[resources.orders.methods]\nlist = \"ListOrders\"\nall = \"ListOrders\"\n";
    UNKNOWN_VARIANT = "E0307" Error "product.toml names an alternative that does not exist",
        "A retry class `OperationId:Variant` names an alternative of the operation's request body.",
        "[retry]\nsafe = [\"CreateOrder:Gift\"]\n";
    BAD_NAME = "E0308" Error "product.toml gives a name that is none",
        "Resources and methods become identifiers: small letters, digits and underscores, beginning with a letter.",
        "[resources.orders.methods]\nListAll = \"ListOrders\"\n";
}
