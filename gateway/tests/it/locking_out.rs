use std::time::Duration;

use reqwest::StatusCode;
use runtime::Clock as _;

use crate::operating::operator;
use crate::world::{World, problem, until};

/// A second is what is promised for every replica; a machine that is busy with other stories takes longer, and still far
/// less than a key is remembered for.
const PROMISE: Duration = Duration::from_secs(10);
const PATH: &str = "/api/workflows";

async fn status(world: &World, replica: usize, key: &str) -> StatusCode {
    world.client().get(world.url_of(replica, PATH)).bearer_auth(key).send().await.unwrap().status()
}

/// A second key of the organization, and its id.
async fn another_key(world: &World) -> (String, String) {
    let org = world.org.to_string();
    let made = world.admin(&["key", "create", "--org", &org, "--mode", "test"]).await.unwrap();
    (made["key"].clone(), made["key_id"].clone())
}

/// Until the replica lets the key in although the table says otherwise, by a hand that tells nobody: it knows the key by
/// heart, so what comes after is not decided by a look into the table.
async fn known_by_heart(world: &World, replica: usize, key: &str, key_id: &str) {
    let operator = tokio::sync::Mutex::new(operator(world).await);
    until("the key is known without a look", async || {
        let mut operator = operator.lock().await;
        assert_eq!(status(world, replica, key).await, StatusCode::OK);
        operator.execute(&format!("UPDATE keys SET revoked_at = now() WHERE key_id = '{key_id}'")).await;
        let seen = status(world, replica, key).await;
        operator.execute(&format!("UPDATE keys SET revoked_at = NULL WHERE key_id = '{key_id}'")).await;
        (seen == StatusCode::OK).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_revoked_key_is_refused_by_every_gateway_within_a_second() {
    let mut world = World::start().await;
    world.add_gateway().await;
    let (key, key_id) = another_key(&world).await;
    for replica in [0, 1] {
        known_by_heart(&world, replica, &key, &key_id).await;
    }
    world.admin(&["key", "revoke", "--id", &key_id]).await.unwrap();
    let revoked = world.clock.instant();
    for replica in [0, 1] {
        until("the key is refused", async || {
            (status(&world, replica, &key).await == StatusCode::UNAUTHORIZED).then_some(())
        })
        .await;
        assert!(
            (world.clock.instant() - revoked) < PROMISE,
            "replica {replica} took {:?}",
            (world.clock.instant() - revoked)
        );
        let ask = world.client().get(world.url_of(replica, PATH)).bearer_auth(&key);
        problem(ask.send().await.unwrap(), 401, "revoked_key").await;
    }
    assert_eq!(status(&world, 0, &world.key).await, StatusCode::OK, "the other key still opens");
    world.stop().await;
}

#[tokio::test]
async fn a_gateway_that_can_not_hear_of_revocations_looks_each_key_up() {
    let world = World::start().await;
    let (key, key_id) = another_key(&world).await;
    known_by_heart(&world, 0, &key, &key_id).await;
    let mut operator = operator(&world).await;
    let end = "DO $$ DECLARE gone int; BEGIN
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'callcow-gateway' AND pid <> pg_backend_pid();
        GET DIAGNOSTICS gone = ROW_COUNT; IF gone = 0 THEN RAISE 'nobody listens'; END IF; END $$";
    operator.execute(end).await;
    operator.execute(&format!("UPDATE keys SET revoked_at = now() WHERE key_id = '{key_id}'")).await;
    let lost = world.clock.instant();
    until("the key is refused", async || (status(&world, 0, &key).await == StatusCode::UNAUTHORIZED).then_some(()))
        .await;
    assert!((world.clock.instant() - lost) < PROMISE, "it took {:?}", (world.clock.instant() - lost));
    // It listens again after a while, and remembers again.
    operator.execute(&format!("UPDATE keys SET revoked_at = NULL WHERE key_id = '{key_id}'")).await;
    known_by_heart(&world, 0, &key, &key_id).await;
    world.stop().await;
}
