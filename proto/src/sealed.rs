use std::fmt;

/// A secret encrypted under a key that facts never carry. `runtime::seal` seals and opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Names the key, so that keys can be rotated while sealed secrets are still in flight.
    pub key_id: String,
    pub nonce: Vec<u8>,
    pub ciphertext: Vec<u8>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed(key {})", self.key_id)
    }
}
