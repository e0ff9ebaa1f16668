//! Security schemes and servers.

use openapiv3::{APIKeyLocation, OAuth2Flows, ReferenceOr, SecurityRequirement, SecurityScheme, Server};

use super::{Builder, resolve};
use crate::model::{Requirement, Scheme, SchemeKind};
use crate::product::CredentialKind;
use crate::source::diagnostic::Diagnostic;
use crate::source::place::{FileId, Place};
use crate::source::rules::model as rules;

impl Builder<'_> {
    /// The security schemes by key, with what product.toml says of them.
    pub(super) fn schemes(&mut self) -> Vec<Scheme> {
        let mut schemes: Vec<Scheme> = Vec::new();
        for (key, scheme) in self.openapi.components.iter().flat_map(|components| &components.security_schemes) {
            if let Some(scheme) = self.resolve_scheme(scheme) {
                schemes.push(self.scheme(key, scheme));
            }
        }
        for key in self.mutual_tls.keys() {
            schemes.push(Scheme {
                key: key.clone(),
                description: None,
                kind: SchemeKind::MutualTls,
                scopes: Vec::new(),
            });
        }
        schemes.sort_by(|one, other| one.key.cmp(&other.key));
        schemes
    }

    fn resolve_scheme<'b>(&'b self, scheme: &'b ReferenceOr<SecurityScheme>) -> Option<&'b SecurityScheme> {
        resolve(scheme, "securitySchemes", self.openapi.components.as_ref().map(|all| &all.security_schemes))
    }

    fn scheme(&self, key: &str, scheme: &SecurityScheme) -> Scheme {
        let (kind, description, scopes) = match scheme {
            SecurityScheme::APIKey { location, name, description, .. } => {
                let kind = match location {
                    APIKeyLocation::Query => SchemeKind::ApiKeyQuery(name.clone()),
                    APIKeyLocation::Header => SchemeKind::ApiKeyHeader(name.clone()),
                    APIKeyLocation::Cookie => SchemeKind::ApiKeyCookie(name.clone()),
                };
                (kind, description, Vec::new())
            }
            SecurityScheme::HTTP { scheme, description, .. } => {
                let kind = match scheme.to_ascii_lowercase().as_str() {
                    "bearer" => SchemeKind::Bearer,
                    "basic" => SchemeKind::Basic,
                    other => SchemeKind::Other(other.to_owned()),
                };
                (kind, description, Vec::new())
            }
            SecurityScheme::OAuth2 { flows, description, .. } => (SchemeKind::Bearer, description, scopes(flows)),
            SecurityScheme::OpenIDConnect { description, .. } => (SchemeKind::Bearer, description, Vec::new()),
        };
        let configured = self.product.credentials.iter().find(|(known, _)| known.get_ref() == key);
        let kind = match configured.map(|(_, credential)| credential.kind) {
            Some(CredentialKind::ApiKey) if kind == SchemeKind::Basic => SchemeKind::Bearer,
            Some(CredentialKind::ClientAuthentication) => {
                SchemeKind::ClientAuthentication { id: "client_id".to_owned(), secret: "client_secret".to_owned() }
            }
            _ => kind,
        };
        Scheme { key: key.to_owned(), description: description.clone(), kind, scopes }
    }

    /// The alternatives of a security requirement list.
    pub(super) fn requirements(
        &mut self,
        own: Option<&Vec<SecurityRequirement>>,
        schemes: &[Scheme],
        place: Place,
    ) -> Vec<Vec<Requirement>> {
        let Some(list) = own.or(self.openapi.security.as_ref()) else { return Vec::new() };
        let mut alternatives = Vec::new();
        for requirement in list {
            let mut set = Vec::new();
            for (key, scopes) in requirement {
                let Some(scheme) = schemes.iter().position(|scheme| scheme.key == *key) else { continue };
                let kind = schemes.get(scheme).map(|scheme| &scheme.kind);
                if matches!(kind, Some(SchemeKind::Other(_) | SchemeKind::MutualTls)) {
                    self.findings.push(Diagnostic::new(
                        &rules::UNKNOWN_SECURITY,
                        place,
                        format!("the client cannot send the credentials of security scheme `{key}`"),
                    ));
                }
                set.push(Requirement { scheme, scopes: scopes.clone() });
            }
            set.sort_by_key(|requirement| requirement.scheme);
            alternatives.push(set);
        }
        alternatives
    }

    /// The server of the document: absolute, or empty.
    pub(super) fn default_server(&mut self) -> String {
        let server = self.openapi.servers.first().map(server_url).unwrap_or_default();
        if server.starts_with("http://") || server.starts_with("https://") {
            return server;
        }
        self.findings.push(
            Diagnostic::new(
                &rules::NO_SERVER,
                Place::whole(FileId(0)),
                "the document has no absolute server, so that every caller must set a base URL",
            )
            .help("add to the document, or by an overlay: servers: [{url: https://...}]"),
        );
        String::new()
    }

    /// The server of a path or operation, where it is not the document's.
    pub(super) fn own_server(&self, operation: &[Server], path: &[Server]) -> Option<String> {
        let own = operation.first().or(path.first())?;
        let url = server_url(own);
        let default = self.openapi.servers.first().map(server_url).unwrap_or_default();
        (url != default).then_some(url)
    }
}

/// The URL of a server with its variables at their defaults, without a trailing slash.
fn server_url(server: &Server) -> String {
    let mut url = server.url.clone();
    for (name, variable) in server.variables.iter().flatten() {
        url = url.replace(&format!("{{{name}}}"), &variable.default);
    }
    url.trim_end_matches('/').to_owned()
}

/// The scopes of all flows, by name.
fn scopes(flows: &OAuth2Flows) -> Vec<(String, String)> {
    let all = [
        flows.implicit.as_ref().map(|flow| &flow.scopes),
        flows.password.as_ref().map(|flow| &flow.scopes),
        flows.client_credentials.as_ref().map(|flow| &flow.scopes),
        flows.authorization_code.as_ref().map(|flow| &flow.scopes),
    ];
    let mut scopes: Vec<(String, String)> = Vec::new();
    for (scope, description) in all.into_iter().flatten().flatten() {
        if !scopes.iter().any(|(known, _)| known == scope) {
            scopes.push((scope.clone(), description.clone()));
        }
    }
    scopes.sort();
    scopes
}
