use sqlx::postgres::PgListener;
use sqlx::{Executor as _, PgConnection};

use super::{Store, StoreError};

/// Tells every gateway that something about keys, or about what organizations call with, is not as it was.
const CHANNEL: &str = "gateway_keys";

/// A connection that hears of such changes.
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

/// Every gateway hears of it when this commits.
pub(super) async fn tell(tx: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_notify($1, '')").bind(CHANNEL).execute(tx).await.map(drop)
}

impl KeyNews {
    /// Returns when something changed. May be dropped while it waits.
    pub async fn next(&mut self) -> Result<(), StoreError> {
        self.0.try_recv().await?.map(drop).ok_or_else(lost)
    }

    /// Whether a change was told with the answer to a ping.
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
