//! Two versions of a service and one database.

use std::time::Duration;

use outbox::Home;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Executor as _, PgPool, SqlSafeStr as _};
use stack::testing;

const HOME: Home =
    Home { schema: "moving", application: "moving", session: &[], acquire_timeout: Duration::from_secs(5) };
const STEPS: [&str; 2] = ["CREATE TABLE calls (call_id integer)", "ALTER TABLE calls ADD COLUMN note text"];

async fn version(database: &str, steps: usize) -> PgPool {
    let migrations = STEPS.into_iter().take(steps).zip(1..).map(|(step, number)| {
        Migration::new(number, "a step".into(), MigrationType::Simple, step.into_sql_str(), false)
    });
    HOME.open(database, 2, &Migrator::with_migrations(migrations.collect())).await.unwrap()
}

#[tokio::test]
async fn a_version_works_and_starts_again_beside_the_tables_of_the_next() {
    let database = testing::database().await;
    let old = version(&database, 1).await;
    let new = version(&database, 2).await;
    old.execute("INSERT INTO calls (call_id) VALUES (1)").await.unwrap();
    new.execute("INSERT INTO calls (call_id, note) VALUES (2, 'of the new')").await.unwrap();

    // A pod of the old version is moved in the middle of the rollout, or the rollout is taken back.
    let again = version(&database, 1).await;
    again.execute("INSERT INTO calls (call_id) VALUES (3)").await.unwrap();

    let (calls,): (i64,) = sqlx::query_as("SELECT count(*) FROM calls").fetch_one(&again).await.unwrap();
    assert_eq!(calls, 3);
}
