//! One TLS provider for the whole process.

/// Makes ring the provider of TLS. With none chosen rustls panics at the first connection, so this is the first thing
/// that `main` does, and tests that connect do it too. Doing it again changes nothing.
pub fn install_crypto() {
    // An error means that it is installed already.
    drop(rustls::crypto::ring::default_provider().install_default());
}
