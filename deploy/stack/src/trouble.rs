use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

/// Why the stack, or a part of it, does not run. The text says what to do where there is something to do.
#[derive(Debug, Error)]
pub enum Trouble {
    #[error("{program} is not on this machine; deploy/install-servers.sh installs it")]
    Missing { program: &'static str },
    #[error("nats-server {found} is too old; deploy/install-servers.sh installs a newer one")]
    TooOld { found: String },
    #[error("{binary} is not built; `cargo build --workspace --bins` builds it")]
    NotBuilt { binary: PathBuf },
    #[error("{name} ended instead of answering; its log ends so:\n{log_tail}")]
    Ended { name: String, log_tail: String },
    #[error("{name} did not answer within {} s; its log ends so:\n{log_tail}", waited.as_secs())]
    Silent { name: String, waited: Duration, log_tail: String },
    #[error("{what} failed:\n{told}")]
    Failed { what: String, told: String },
    #[error("{what}")]
    Io { what: String, source: io::Error },
    #[error("postgres refused what was asked of it")]
    Database(#[from] sqlx::Error),
}

impl Trouble {
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}
