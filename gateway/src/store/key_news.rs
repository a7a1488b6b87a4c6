use sqlx::Executor as _;
use sqlx::postgres::PgListener;

use super::{Store, StoreError};

/// Tells every gateway that a key opens nothing any more.
pub(super) const CHANNEL: &str = "gateway_keys";

/// A connection that hears which keys are revoked.
pub struct KeyNews(PgListener);

impl Store {
    pub async fn key_news(&self) -> Result<KeyNews, StoreError> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        // Connecting again takes a while, in which nothing would be heard.
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        Ok(KeyNews(listener))
    }
}

impl KeyNews {
    /// Returns when a key was revoked. May be dropped while it waits.
    pub async fn next(&mut self) -> Result<(), StoreError> {
        self.0.try_recv().await?.map(drop).ok_or_else(lost)
    }

    /// Whether a revocation came with the answer to a ping.
    pub fn heard(&mut self) -> bool {
        self.0.next_buffered().is_some()
    }

    /// The database is there, on this connection.
    pub async fn ping(&mut self) -> Result<(), StoreError> {
        self.0.execute("SELECT 1").await?;
        Ok(())
    }
}

fn lost() -> StoreError {
    StoreError::Unavailable(sqlx::Error::Io(std::io::ErrorKind::ConnectionAborted.into()))
}

impl StoreError {
    /// The database did not answer in time.
    pub fn silent() -> Self {
        Self::Unavailable(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))
    }
}
