//! Which pages and programs there are, and what each is for.

/// A page about one topic: a template `guide/<name>.md` of the runtime.
pub(super) struct Page {
    /// The name of its module.
    pub(super) name: &'static str,
    /// What it tells, as its entry in a table.
    pub(super) about: &'static str,
    /// What the product must have: modules of the runtime, features, calls, abilities; after `!`, what it must not.
    pub(super) needs: &'static [&'static str],
}

/// A program: a template `examples/<name>.rs` of the runtime.
pub(super) struct Program {
    /// Its name.
    pub(super) name: &'static str,
    /// What it shows, as its entry in a table.
    pub(super) about: &'static str,
    /// As those of a page.
    pub(super) needs: &'static [&'static str],
    /// Features it cannot be compiled without.
    pub(super) features: &'static [&'static str],
}

/// All pages, in the order they are read.
pub(super) const PAGES: &[Page] = &[
    Page {
        name: "credentials",
        about: "Which credential an operation is sent with, and how to set it.",
        needs: &["credentials_of_document"],
    },
    Page {
        name: "client_credentials",
        about: "A service that acts for itself (RFC 6749 section 4.4).",
        needs: &["TOKEN", "managed_token", "sends_bearer"],
    },
    Page {
        name: "authorization_code",
        about: "A user's consent, with PKCE, end to end (RFC 6749 section 4.1, RFC 7636).",
        needs: &["BEGIN", "EXCHANGE", "into_token_set", "managed_token"],
    },
    Page {
        name: "refresh_tokens",
        about: "A user's tokens, renewed and kept (RFC 6749 section 6).",
        needs: &["REFRESH", "managed_token"],
    },
    Page {
        name: "introspection",
        about: "Asking the server whether a token is good (RFC 7662).",
        needs: &["INTROSPECT"],
    },
    Page {
        name: "jwt",
        about: "Judging access tokens that are JWTs by the server's keys (RFC 9068).",
        needs: &["verify"],
    },
    Page {
        name: "registration",
        about: "Becoming a client at run time (RFC 7591).",
        needs: &["REGISTER", "client_auth_of_registration"],
    },
    Page {
        name: "discovery",
        about: "From a refused call to the authorization server (RFC 9728, RFC 8414).",
        needs: &["DISCOVER"],
    },
    Page { name: "errors", about: "What fails how, and what to ask an error.", needs: &["FIRST"] },
    Page { name: "retries", about: "What is repeated, when, and how to change that.", needs: &["FIRST"] },
    Page { name: "pagination", about: "Pages, and streams over all of them.", needs: &["LIST"] },
    Page { name: "testing", about: "Tests without a server.", needs: &["FIRST", "test_util"] },
    Page {
        name: "tls_and_proxies",
        about: "Certificates, proxies, time limits, and other HTTP stacks.",
        needs: &["reqwest_transport"],
    },
    Page { name: "blocking", about: "Calls without async.", needs: &["FIRST", "blocking"] },
    Page { name: "logs", about: "What a call tells `tracing`.", needs: &["trace"] },
];

/// All programs, in the order they are listed.
pub(super) const PROGRAMS: &[Program] = &[
    Program {
        name: "client_credentials",
        about: "A service that acts for itself.",
        needs: &["TOKEN", "FIRST.answer", "managed_token"],
        features: &[],
    },
    Program {
        name: "desktop",
        about: "A program on the user's machine: authorization code, PKCE, loopback redirect.",
        needs: &["BEGIN", "EXCHANGE", "FIRST.answer", "into_token_set", "managed_token", "loopback"],
        features: &["loopback"],
    },
    Program {
        name: "mcp_server",
        about: "A server that registers itself and introspects the tokens it is called with.",
        needs: &["REGISTER.answer", "INTROSPECT.answer", "client_auth_of_registration", "is_for"],
        features: &[],
    },
    Program {
        name: "resource_server",
        about: "A server that verifies the JWTs it is called with.",
        needs: &["KEYS", "verify"],
        features: &["verify"],
    },
    Program { name: "pagination", about: "Every item of a list.", needs: &["LIST.answer"], features: &[] },
    Program { name: "first_call", about: "A call.", needs: &["FIRST.answer", "!LIST"], features: &[] },
    Program { name: "errors", about: "What to do about a call that fails.", needs: &["FIRST"], features: &[] },
];
