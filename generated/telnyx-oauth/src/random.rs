//! Secrets that cannot be guessed.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::error::Error;

/// 256 bits of the operating system's randomness as 43 characters that are safe in a URL.
pub(crate) fn random_text() -> Result<String, Error> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    getrandom::fill(&mut *bytes)
        .map_err(|error| Error::configuration(format!("the operating system gives no randomness: {error}")))?;
    Ok(URL_SAFE_NO_PAD.encode(*bytes))
}
