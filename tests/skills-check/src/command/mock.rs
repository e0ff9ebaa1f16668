//! `mock`: the server that judges, for people.

use clap::Args;
use skills_check::mock::Mock;

use super::against::{Against, Products};
use super::say;
use crate::Exit;

/// Starts a local server that judges requests and answers from the document, with state enough for OAuth flows
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    port: u16,
    #[command(flatten)]
    against: Against,
}

/// Runs the command; it ends when the process is stopped.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, String> {
    let product = Products::new(&arguments.against).of(None).map_err(|error| error.to_string())?;
    let port = arguments.port;
    let mock = Mock::start(&product, port)
        .map_err(|error| format!("cannot listen on port {port}: {error}; --port 0 takes a free one"))?;
    say(&format!(
        "{} answers at {}\n\nPoint samples at it, then run them as they stand:\n\n",
        product.name,
        mock.url()
    ));
    for (name, value) in variables(product.env_prefix.as_deref(), &mock.base_url()) {
        say(&format!("    export {name}=\"{value}\"\n"));
    }
    say(
        "\nAny API key will do. A client it does not know is taken in with the id and secret it shows first; an object\n\
         that nobody created is the document's example. What the document does not allow is refused, with the reason.\n",
    );
    if let Some(path) = mock.decides() {
        say(&format!(
            "An authorization address leads to a consent page: open it in a browser, or send its consent_token to {path}.\n"
        ));
    }
    say("Stop it with Ctrl-C.\n\n");
    loop {
        // Nothing but the end of the process ends this.
        std::thread::park_timeout(std::time::Duration::from_millis(200));
        for one in mock.drain() {
            say(&format!("{}  {} {}\n", one.status, one.method, one.path));
            if let Some(refusal) = &one.refusal {
                say(&format!("     {refusal}\n"));
            }
        }
    }
}

/// What to export.
fn variables(prefix: Option<&str>, base_url: &str) -> Vec<(String, String)> {
    let prefix = prefix.map_or_else(String::new, |prefix| format!("{prefix}_"));
    vec![(format!("{prefix}BASE_URL"), base_url.to_owned())]
}
