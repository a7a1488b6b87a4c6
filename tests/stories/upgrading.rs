//! Migrations that the released versions survive: they run on while a new version migrates, and until they are replaced.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use stack::{Service, SystemSettings, testing};

use crate::world::{DINNER, World};

const KEEPERS: [Service; 3] = [Service::Gateway, Service::Dialer, Service::Notifier];

type Statements = BTreeMap<String, Vec<String>>;

/// What deploy/releases has of a release: its tables with rows, and what its services say.
fn released(release: &str) -> (String, Statements) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("deploy/releases").join(release);
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    (read("rows.sql"), serde_json::from_str(&read("statements.json")).unwrap())
}

/// How many arguments a statement takes.
fn arguments(statement: &str) -> usize {
    let numbers = statement.split('$').skip(1).map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    });
    numbers.max().unwrap_or(0)
}

/// A connection of a service that runs, with all that it says prepared.
async fn running(database: &str, service: &str, statements: &[String]) -> PgConnection {
    let mut connection = PgConnection::connect(database).await.unwrap();
    connection.execute(AssertSqlSafe(format!("SET search_path = {service}"))).await.unwrap();
    for (number, statement) in statements.iter().enumerate() {
        let prepare = AssertSqlSafe(format!("PREPARE said_{number} AS {statement}"));
        connection
            .execute(sqlx::raw_sql(prepare))
            .await
            .unwrap_or_else(|error| panic!("{service}: {statement}: {error}"));
    }
    connection
}

/// What of it is not valid any more. The plan is made anew where tables have changed, without running it.
async fn broken(connection: &mut PgConnection, statements: &[String]) -> Vec<String> {
    let mut broken = Vec::new();
    for (number, statement) in statements.iter().enumerate() {
        let nothing = vec!["NULL"; arguments(statement)].join(", ");
        let given = if nothing.is_empty() { String::new() } else { format!("({nothing})") };
        let explain = AssertSqlSafe(format!("EXPLAIN EXECUTE said_{number}{given}"));
        if let Err(error) = connection.execute(sqlx::raw_sql(explain)).await {
            broken.push(format!("{statement}: {error}"));
        }
    }
    broken
}

#[tokio::test]
async fn what_the_first_release_says_and_wrote_is_understood_after_all_migrations_since() {
    let (rows, statements) = released("0.1");
    let database = testing::database().await;
    let mut owner = PgConnection::connect(&database).await.unwrap();
    owner.execute(sqlx::raw_sql(AssertSqlSafe(rows))).await.unwrap();
    let (org, call): (sqlx::types::Uuid, sqlx::types::Uuid) = sqlx::query_as(
        "SELECT org_id, call_id FROM gateway.calls JOIN gateway.results USING (call_id)
         WHERE outcome = 'completed' ORDER BY call_id LIMIT 1",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    let mut old = Vec::new();
    for (service, said) in &statements {
        assert!(said.len() > 15, "{service} says only {}", said.len());
        old.push((service, said, running(&database, service, said).await));
    }

    let settings = KEEPERS
        .into_iter()
        .fold(SystemSettings::for_tests(), |settings, service| settings.with(service, "DATABASE_URL", &database));
    let world = World::with(settings).await;

    for (service, said, connection) in &mut old {
        assert_eq!(broken(connection, said).await, Vec::<String>::new(), "{service} of the first release");
        // As one that starts, or connects anew, beside the new tables.
        let mut anew = running(&database, service, said).await;
        assert_eq!(broken(&mut anew, said).await, Vec::<String>::new(), "{service} of the first release");
    }
    let org = org.to_string();
    let key = world.system.admin(&["key", "create", "--org", &org, "--mode", "test"]).await.unwrap()["key"].clone();
    let shown = world.call_of(&key, &call.to_string()).await;
    assert_eq!(shown["outcome"]["call_status"], "success", "{shown}");
    assert!(shown["messages"].as_array().is_some_and(|messages| messages.len() > 2), "{shown}");
    let call = world.ask_for_call(&world.callee("restaurant"), DINNER).await;
    let callback: Value = world.next_callback(&call).await;
    assert_eq!(callback["call_status"], "success");
}
