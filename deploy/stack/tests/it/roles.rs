//! Each service is a role of Postgres that reaches its own schema and no other.

use sqlx::error::DatabaseError;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use stack::{Service, System, SystemSettings, testing};

/// What the clusters of deploy/kubernetes and the compose file run.
const ROLES: &str = include_str!("../../../kubernetes/base/postgres/10-roles.sql");
const KEEPERS: [(Service, &str); 3] =
    [(Service::Gateway, "gateway"), (Service::Dialer, "dialer"), (Service::Notifier, "notifier")];
/// SQLSTATE of `insufficient_privilege`.
const REFUSED: &str = "42501";

/// The database, as the role of a service.
fn as_role(database: &str, schema: &str) -> String {
    let (_, server) = database.split_once('@').expect("the superuser is named in the URL");
    format!("postgres://callcow_{schema}:of-{schema}@{server}")
}

async fn said(connection: &mut PgConnection, statement: String) -> Result<(), String> {
    match connection.execute(AssertSqlSafe(statement)).await {
        Ok(_) => Ok(()),
        Err(error) => Err(error.as_database_error().and_then(DatabaseError::code).unwrap_or_default().into_owned()),
    }
}

#[tokio::test]
async fn each_service_runs_as_a_role_that_is_refused_the_schemas_of_the_others() {
    let database = testing::database().await;
    let mut owner = PgConnection::connect(&database).await.unwrap();
    // Twice, because an operator may run it again.
    for _ in 0..2 {
        owner.execute(ROLES).await.unwrap();
    }
    for (_, schema) in KEEPERS {
        let password = format!("ALTER ROLE callcow_{schema} PASSWORD 'of-{schema}'");
        owner.execute(AssertSqlSafe(password)).await.unwrap();
    }

    // Each service makes its tables and is ready.
    let settings = KEEPERS.into_iter().fold(SystemSettings::for_tests(), |settings, (service, schema)| {
        settings.with(service, "DATABASE_URL", &as_role(&database, schema))
    });
    let system = System::start(settings).await.unwrap();
    let made = system.admin(&["org", "create", "--name", "Roles"]).await.unwrap();
    assert!(!made.is_empty(), "the gateway's role may write");
    system.stop().await;

    for (_, schema) in KEEPERS {
        let mut role = PgConnection::connect(&as_role(&database, schema)).await.unwrap();
        for (_, other) in KEEPERS {
            let expected = if other == schema { Ok(()) } else { Err(REFUSED.to_owned()) };
            for statement in [format!("SELECT * FROM {other}.calls"), format!("DELETE FROM {other}.outbox")] {
                assert_eq!(said(&mut role, statement.clone()).await, expected, "{schema}: {statement}");
            }
            let made = said(&mut role, format!("CREATE TABLE {other}.mine (id int)")).await;
            assert_eq!(made, expected, "{schema} makes a table in {other}");
        }
        for statement in
            ["CREATE SCHEMA mine", "CREATE TABLE public.mine (id int)", "CREATE TEMPORARY TABLE mine (id int)"]
        {
            assert_eq!(said(&mut role, statement.to_owned()).await, Err(REFUSED.to_owned()), "{schema}: {statement}");
        }
    }
}
