//! The front page's words and examples for the optional parts of the runtime.

/// A part of the front page that is there when the crate has a feature.
pub(crate) struct Guide {
    /// The feature.
    pub(crate) feature: &'static str,
    /// The heading.
    pub(crate) title: &'static str,
    /// What to know. It links to nothing: without the feature the items are not there.
    pub(crate) text: &'static str,
    /// An example in which `krate` stands for the crate. Lines that begin with `# ` only make it compile.
    example: Option<&'static str>,
}

impl Guide {
    /// The example for a crate of this name.
    pub(crate) fn example(&self, krate: &str) -> Option<String> {
        self.example.map(|example| example.replace("krate::", &format!("{krate}::")))
    }
}

/// All guides, in the order they are read.
pub(crate) const GUIDES: &[Guide] = &[
    Guide {
        feature: "blocking",
        title: "Without async",
        text: "With the feature `blocking` there is no second client to learn: every request can be called where it would \
               be awaited. `.call()` gives its value, `.send_blocking()` the status and headers too, pages and items are \
               iterators, and `Client::block_on` runs any other future of this crate. The calls share a runtime that the \
               first one starts. On a thread of an async runtime they are an error, not a deadlock.",
        example: None,
    },
    Guide {
        feature: "verify",
        title: "Access tokens sent to your server",
        text: "With the feature `verify` a `Verifier` checks access tokens that are JWTs (RFC 9068): signature by the \
               server's keys, issuer, audience, time. Keep one; it keeps the keys.",
        example: Some(
            "# #[cfg(feature = \"verify\")]
# async fn example(token: &str) -> Result<(), Box<dyn std::error::Error>> {
use krate::{Client, Verifier};
let client = Client::builder().build()?;
let verifier = Verifier::new(&client, \"https://issuer.example.com\", \"https://my-server.example.com\");
let claims = verifier.verify(token).await?;
println!(\"{:?} may {:?}\", claims.sub, claims.scopes().collect::<Vec<_>>());
# Ok(())
# }",
        ),
    },
    Guide {
        feature: "loopback",
        title: "Desktop and command-line programs",
        text: "With the feature `loopback` a `LoopbackListener` takes the redirect of the user's browser on 127.0.0.1 \
               (RFC 8252). Use its redirect URI to begin the attempt; opening the browser is up to the program.",
        example: Some(
            "# #[cfg(feature = \"loopback\")]
# async fn example(
#     begin: impl Fn(String) -> Result<krate::AuthorizationAttempt, krate::Error>,
# ) -> Result<(), Box<dyn std::error::Error>> {
use std::time::Duration;
let listener = krate::LoopbackListener::bind(\"/callback\").await?;
let mut attempt = begin(listener.redirect_uri())?; // by `authorize_url`
println!(\"Open {} in your browser\", attempt.url());
let answer = listener.callback(attempt.state(), Duration::from_secs(300)).await?;
let code = attempt.accept_callback(answer.expose())?;
# Ok(())
# }",
        ),
    },
    Guide {
        feature: "tracing",
        title: "Logs",
        text: "With the feature `tracing` every call is a span at the level `DEBUG` with `operation`, `method`, `path` (as \
               the document writes it), `attempt`, `status` and `request_id`. Queries, headers, bodies and values in the \
               path are in no span and no event.",
        example: None,
    },
];
