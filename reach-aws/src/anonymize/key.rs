use sha2::{Digest, Sha256};

/// What the replacements hang on: under the same key, the same text is replaced by the same.
#[derive(Clone)]
pub(crate) struct Key([u8; 32]);

impl Key {
    /// From text of any length.
    pub(crate) fn of(secret: &[u8]) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// A function of the key, what for, and what of.
    pub(crate) fn hash(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(self.0);
        for part in [purpose.as_bytes()].iter().chain(parts) {
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part);
        }
        // Hashed once more with the key behind, so that nobody can go on from a replacement.
        let inner: [u8; 32] = digest.finalize().into();
        Sha256::new().chain_update(inner).chain_update(self.0).finalize().into()
    }

    /// So many hexadecimal digits, at most 64.
    pub(crate) fn hex(&self, purpose: &str, text: &str, digits: usize) -> String {
        let hash = self.hash(purpose, &[text.as_bytes()]);
        let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        nibbles.take(digits).filter_map(|it| char::from_digit(it.into(), 16)).collect()
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}
