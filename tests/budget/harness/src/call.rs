//! The calls.

/// The API key of every subject.
pub const KEY: &str = "KEY0123456789abcdef_0123456789ABCDEF";
/// The client identifier of every subject. Encoding leaves it alone, so that those that do not encode send the same.
pub const BASIC_ID: &str = "0b7f9ae2-5b1e-4f0e-9d0a-3c4c7f1d2e6b";
/// The client secret of every subject.
pub const BASIC_SECRET: &str = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0";

/// What is called: each kind of request once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// A page of 20 clients, with two query parameters.
    List,
    /// One client.
    Retrieve,
    /// A client-credentials token, by form and HTTP Basic.
    Token,
    /// A client to create, as JSON.
    Create,
    /// An introspection, by form and HTTP Basic.
    Introspect,
}

impl Call {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::List, Self::Retrieve, Self::Token, Self::Create, Self::Introspect];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Retrieve => "retrieve",
            Self::Token => "token",
            Self::Create => "create",
            Self::Introspect => "introspect",
        }
    }

    /// The call of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|call| call.name() == name)
    }

    /// The call that this request line makes.
    pub(crate) fn requested(line: &str) -> Option<Self> {
        let (method, rest) = line.split_once(' ')?;
        let path = rest.split([' ', '?']).next()?;
        match (method, path) {
            ("GET", "/v2/oauth_clients") => Some(Self::List),
            ("GET", path) if path.starts_with("/v2/oauth_clients/") => Some(Self::Retrieve),
            ("POST", "/v2/oauth/token") => Some(Self::Token),
            ("POST", "/v2/oauth_clients") => Some(Self::Create),
            ("POST", "/v2/oauth/introspect") => Some(Self::Introspect),
            _ => None,
        }
    }

    /// The whole response.
    pub(crate) fn response(self) -> String {
        let (status, body) = match self {
            Self::List => {
                let clients: Vec<String> = (0..20).map(client).collect();
                let meta = r#"{"page_number":1,"page_size":20,"total_pages":3,"total_results":50}"#;
                ("200 OK", format!(r#"{{"data":[{}],"meta":{meta}}}"#, clients.join(",")))
            }
            Self::Retrieve => ("200 OK", format!(r#"{{"data":{}}}"#, client(0))),
            Self::Create => ("201 Created", format!(r#"{{"data":{}}}"#, client(0))),
            Self::Token => {
                let token = "eyJhbGciOiJSUzI1NiJ9.".repeat(20);
                let body =
                    format!(r#"{{"access_token":"{token}","expires_in":3600,"scope":"admin","token_type":"Bearer"}}"#);
                ("200 OK", body)
            }
            Self::Introspect => {
                let body = r#"{"active":true,"aud":"https://api.telnyx.com/v2","client_id":"0b7f9ae2-5b1e-4f0e-9d0a-3c4c7f1d2e6b","exp":1767225600,"iat":1767222000,"iss":"https://api.telnyx.com","scope":"admin"}"#;
                ("200 OK", body.to_owned())
            }
        };
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nx-request-id: 5c2f6f0e-1a54-4f4e-8f5b-0a8f7d3f5a11\r\n\
             cache-control: no-store\r\ndate: Thu, 01 Jan 2026 00:00:00 GMT\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    }
}

fn client(number: u32) -> String {
    format!(
        r#"{{"allowed_grant_types":["client_credentials","authorization_code"],"allowed_scopes":["admin","calls:read"],"client_id":"0b7f9ae2-5b1e-4f0e-9d0a-{number:012}","client_secret":null,"client_type":"confidential","created_at":"2026-01-02T03:04:05.678Z","logo_uri":"https://example.com/logo.png","name":"Client {number}","org_id":"9f2d","policy_uri":null,"record_type":"oauth_client","redirect_uris":["https://example.com/callback"],"require_pkce":true,"tos_uri":null,"updated_at":"2026-01-02T03:04:05.678Z","user_id":"7d1c"}}"#
    )
}
