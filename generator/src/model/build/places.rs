//! What product.toml says about places of the document: secrets, credentials; and whether those places exist.

use super::Builder;
use crate::model::{CredentialPart, Operation, Scheme, SecretId};
use crate::product::Text;
use crate::source::diagnostic::{Diagnostic, Rule};
use crate::source::rules::product as rules;

impl Builder<'_> {
    /// The kind of secret that stands at a place.
    pub(super) fn secret_at(&mut self, place: &str) -> Option<SecretId> {
        let secret = self.secret_places.get(place).copied()?;
        self.met.insert(place.to_owned());
        Some(secret)
    }

    /// The part a member plays in client authentication (RFC 6749, section 2.3.1).
    pub(super) fn credential_part(&mut self, place: &str) -> Option<CredentialPart> {
        let part = self.product.credentials.values().find_map(|credential| {
            let has = |places: &[Text]| places.iter().any(|known| known.get_ref() == place);
            if has(&credential.client_id) {
                Some(CredentialPart::ClientId)
            } else {
                has(&credential.client_secret).then_some(CredentialPart::ClientSecret)
            }
        })?;
        self.met.insert(place.to_owned());
        Some(part)
    }

    /// Reports what product.toml names and the document does not have.
    pub(super) fn check_product(&mut self, operations: &[Operation], schemes: &[Scheme]) {
        let product = self.product;
        let ids: Vec<&str> = operations.iter().map(|operation| operation.id.as_str()).collect();
        let named = product
            .resources
            .values()
            .flat_map(|resource| resource.methods.values())
            .chain(product.aliases.keys())
            .chain(product.flows.all());
        for text in named {
            self.expect_one_of(text, &ids, &rules::UNKNOWN_OPERATION, "an operation");
        }
        let required = product.credentials.values().flat_map(|credential| &credential.required);
        for text in product.retry.all().chain(required) {
            let (id, variant) = text
                .get_ref()
                .split_once(':')
                .map_or((text.get_ref().as_str(), None), |(id, variant)| (id, Some(variant)));
            match operations.iter().find(|operation| operation.id == id) {
                None => self.expect_one_of(text, &ids, &rules::UNKNOWN_OPERATION, "an operation"),
                Some(operation) => {
                    if let Some(variant) = variant.filter(|variant| !self.has_variant(operation, variant)) {
                        let message = format!("the request body of `{id}` has no alternative `{variant}`");
                        self.findings.push(Diagnostic::new(&rules::UNKNOWN_VARIANT, product.place(text), message));
                    }
                }
            }
        }
        let keys: Vec<&str> = schemes.iter().map(|scheme| scheme.key.as_str()).collect();
        for text in product.credentials.keys() {
            self.expect_one_of(text, &keys, &rules::UNKNOWN_SCHEME, "a security scheme");
        }
        for text in product.names.types.keys() {
            if !self.renamed.contains(text.get_ref()) {
                let message = format!("there is no type `{}` to rename", text.get_ref());
                self.findings.push(Diagnostic::new(&rules::UNKNOWN_TYPE, product.place(text), message));
            }
        }
        let secret_places = product.secrets.values().flat_map(|secret| &secret.places);
        let credential_places = product
            .credentials
            .values()
            .flat_map(|credential| credential.client_id.iter().chain(&credential.client_secret));
        let places = secret_places
            .chain(credential_places)
            .chain(product.examples.keys())
            .chain(&product.enums.ignore_case)
            .chain(&product.numbers.seconds);
        for text in places {
            if !self.met.contains(text.get_ref()) {
                let message = format!("nothing stands at `{}`", text.get_ref());
                self.findings.push(
                    Diagnostic::new(&rules::UNKNOWN_PLACE, product.place(text), message)
                        .help("a place is `Schema.property`, or `OperationId:parameter`"),
                );
            }
        }
    }

    fn expect_one_of(&mut self, text: &Text, known: &[&str], rule: &'static Rule, what: &str) {
        if known.contains(&text.get_ref().as_str()) {
            return;
        }
        let message = format!("`{}` is not {what} of the document", text.get_ref());
        let mut diagnostic = Diagnostic::new(rule, self.product.place(text), message);
        if let Some(nearest) = crate::source::text::nearest(text.get_ref(), known.iter().copied()) {
            diagnostic = diagnostic.help(format!("there is `{nearest}`"));
        }
        self.findings.push(diagnostic);
    }

    fn has_variant(&self, operation: &Operation, variant: &str) -> bool {
        self.body_variants(operation).iter().any(|name| *name == self.splitter.name(variant))
    }
}
