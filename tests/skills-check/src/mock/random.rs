//! Values that cannot be guessed from each other. Good enough for a server that guards nothing.

use std::hash::{BuildHasher, RandomState};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A source of values.
#[derive(Debug, Default)]
pub(super) struct Random {
    state: RandomState,
    count: u64,
}

impl Random {
    fn bytes(&mut self) -> Vec<u8> {
        self.count += 1;
        Sha256::digest(self.state.hash_one(self.count).to_be_bytes()).to_vec()
    }

    /// A token with this prefix.
    pub(super) fn token(&mut self, prefix: &str) -> String {
        format!("{prefix}-{}", URL_SAFE_NO_PAD.encode(self.bytes()))
    }

    /// A UUID of version 4 (RFC 9562, 5.4).
    pub(super) fn uuid(&mut self) -> String {
        let hex: String = self.bytes().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
    }
}

/// The S256 challenge of a verifier (RFC 7636, 4.2).
pub(super) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn values_differ_and_uuids_have_their_form() {
        let mut random = Random::default();
        let (first, second) = (random.uuid(), random.uuid());
        assert_ne!(first, second);
        let lengths: Vec<usize> = first.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
    }
}
