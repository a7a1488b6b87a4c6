//! A person who asks for it is forgotten, in the rows of every service.

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use stack::Service;

use crate::privacy::sentences;
use crate::world::{DINNER, World};

const SHOES: &str = "Ask about store hours and if they have size 10 Nike Air Max in stock";

/// Every row of every table of ours, as text.
async fn rows(world: &World) -> String {
    let mut connection = PgConnection::connect(world.system.database_url()).await.unwrap();
    let tables: Vec<(String, String)> = sqlx::query_as(
        "SELECT table_schema::text, table_name::text FROM information_schema.tables
         WHERE table_schema IN ('gateway', 'dialer', 'notifier') AND table_type = 'BASE TABLE'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert!(tables.len() > 20, "only {} tables were read", tables.len());
    let mut rows = String::new();
    for (schema, table) in tables {
        let all = format!("SELECT coalesce(string_agg(line::text, ' '), '') FROM {schema}.{table} AS line");
        let text: String = sqlx::query_scalar(AssertSqlSafe(all)).fetch_one(&mut connection).await.unwrap();
        rows.push_str(&text);
    }
    // What is kept as bytes stands there as hexadecimal digits; quotation marks are doubled or escaped.
    rows
}

fn stands(rows: &str, private: &str) -> bool {
    let hex = private.bytes().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    rows.contains(private) || rows.contains(&hex)
}

#[tokio::test]
async fn a_person_who_wants_it_is_forgotten_by_every_service_and_nobody_else_is() {
    let world = World::start().await;
    let (person, other) = (world.callee("restaurant"), world.callee("shop"));
    let call = world.ask_for_call(&person, DINNER).await;
    let said = world.next_callback(&call).await;
    let others_call = world.ask_for_call(&other, SHOES).await;
    let others_said = world.next_callback(&others_call).await;
    for call in [&call, &others_call] {
        world.until_callback_is(call, "delivered").await;
    }
    let common = sentences(&others_said);
    let mut private = sentences(&said);
    private.retain(|sentence| !common.contains(sentence));
    private.extend([person.clone(), "Josh Miller".to_owned(), "Olive Garden".to_owned()]);
    let before = rows(&world).await;
    let known: Vec<_> = private.iter().filter(|private| stands(&before, private)).collect();
    assert!(known.len() > 5, "hardly anything private was in the rows: {known:?}");

    let erased = world.system.admin(&["erase", "--number", &person]).await.unwrap();
    assert_eq!((erased["erased"].as_str(), erased["open"].as_str()), (call.as_str(), ""));
    for service in [Service::Dialer, Service::Notifier] {
        let printed = world.system.admin_of(service, &["erase", &call]).await.unwrap();
        assert!(printed.contains("calls erased: 1 of 1"), "{printed}");
    }

    // The facts are still in the stream, and an operator may have what clients see made anew from them.
    world.system.admin(&["rebuild"]).await.unwrap();

    let after = rows(&world).await;
    for private in &private {
        assert!(!stands(&after, private), "{private:?} is still known");
    }
    for sentence in &common {
        assert_eq!(stands(&after, sentence), stands(&before, sentence), "{sentence:?} was somebody else's");
    }
    assert!(stands(&after, &other));
    let left = world.call(&call).await;
    assert_eq!((left["status"].as_str(), left["outcome"]["call_status"].as_str()), (Some("ended"), Some("success")));
    assert_eq!((&left["messages"], &left["call_summary"]), (&Value::Array(Vec::new()), &Value::from("")));
    assert!(!world.call(&others_call).await["messages"].as_array().unwrap().is_empty());
}
