//! Proof Key for Code Exchange (RFC 7636): whoever steals a code cannot use it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use crate::{error::Error, random::random_text, secret::secret};

secret! {
    /// The code verifier: what the client that started a flow knows, and sends when it exchanges the code.
    pub struct CodeVerifier where check;
}

/// The only method offered: `plain` would show the verifier to whoever sees the authorization request
/// (RFC 9700 section 2.1.1).
pub(crate) const CHALLENGE_METHOD: &str = "S256";

/// What a verifier is made of (RFC 7636 section 4.1).
fn check(verifier: &str) -> Result<(), &'static str> {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved) {
        Ok(())
    } else {
        Err("a code verifier is 43 to 128 letters, digits and `-._~`")
    }
}

impl CodeVerifier {
    /// A new verifier, of 32 random octets (RFC 7636 section 4.1).
    ///
    /// # Errors
    ///
    /// When the operating system gives no randomness.
    pub fn generate() -> Result<Self, Error> {
        random_text().map(Self::from)
    }

    /// The challenge of the method `S256` (RFC 7636 section 4.2): what the authorization request carries.
    #[must_use]
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.expose()))
    }
}
