//! The first release runs under load while its tables are migrated, and while its services are replaced by today's.

use std::path::PathBuf;
use std::time::Duration;

use runtime::ProcessEnv;
use runtime::settings::optional;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use stack::{Service, SystemSettings};

use crate::load::{self, COPIES, DRAIN_PATIENCE, Load};
use crate::world::World;

/// Where the programs of the first release are.
const PROGRAMS: &str = "RELEASED_PROGRAMS";
/// Enough that somebody talks at any moment.
const CALL_EVERY: Duration = Duration::from_millis(800);
/// How many calls come before the migrations, and after them to the old programs alone.
const CALLS: usize = 10;

const KEEPERS: [Service; 3] = [Service::Gateway, Service::Dialer, Service::Notifier];

/// What happened, in the order of the story.
struct Rollout {
    /// Calls that were over before anything was changed.
    before: Vec<String>,
    /// People who talked while the tables were migrated.
    talked_then: usize,
    /// Migrations of each service that the first release did not know.
    migrated: Vec<i64>,
    /// Calls that the old programs took and finished with the new tables.
    between: usize,
    /// People who talked when each process was replaced.
    talked: Vec<usize>,
}

fn released_programs() -> PathBuf {
    let folder = optional(&ProcessEnv::read().unwrap(), PROGRAMS);
    folder.unwrap_or_else(|| panic!("{PROGRAMS} is not set: `make check-upgrade` builds them and tells us")).into()
}

async fn contract(world: &World) -> Value {
    let url = format!("{}/openapi.json", world.system.url(Service::Gateway));
    reqwest::get(url).await.unwrap().json().await.unwrap()
}

fn contract_of_today() -> Value {
    serde_json::from_str(include_str!("../../gateway/openapi.json")).unwrap()
}

async fn migrations(world: &World) -> Vec<i64> {
    let mut connection = PgConnection::connect(world.system.database_url()).await.unwrap();
    let mut counts = Vec::new();
    for keeper in KEEPERS {
        let count = format!("SELECT count(*) FROM {}._sqlx_migrations WHERE success", keeper.name());
        counts.push(sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut connection).await.unwrap());
    }
    counts
}

async fn told(world: &World, calls: &[String]) {
    for call in calls {
        world.next_callback(call).await;
        world.until_callback_is(call, "delivered").await;
    }
}

async fn roll_out(world: &World, load: &Load, order: [Service; 4]) -> Rollout {
    let before = load.next_calls(CALLS).await;
    told(world, &before).await;
    let known = migrations(world).await;
    let talked_then = load::talking(world).await;
    for keeper in KEEPERS {
        world.system.migrate(keeper).await.unwrap();
    }
    let migrated: Vec<_> = migrations(world).await.iter().zip(&known).map(|(now, then)| now - then).collect();

    let between = load.next_calls(CALLS).await;
    told(world, &between).await;
    assert_ne!(contract(world).await, contract_of_today(), "the first release should still run");

    let mut talked = Vec::new();
    for service in order {
        for copy in 0..COPIES {
            talked.push(load::talking(world).await);
            world.system.upgrade(service, copy, DRAIN_PATIENCE).await.unwrap();
        }
    }
    assert_eq!(contract(world).await, contract_of_today());
    let after = load.next_calls(CALLS).await;
    load.stop();
    told(world, &after).await;
    Rollout { before, talked_then, migrated, between: between.len(), talked }
}

async fn replace_all(order: [Service; 4]) {
    let world = World::with(SystemSettings { programs: Some(released_programs()), ..load::settings() }).await;
    load::allow(&world).await;
    let load = Load::every(CALL_EVERY);
    let ((), rollout) = tokio::join!(load.keep_calling(&world), roll_out(&world, &load, order));

    let outcome = load.outcome(&world).await;
    assert!(rollout.migrated.iter().sum::<i64>() > 0, "nothing was migrated: {:?}", rollout.migrated);
    assert_eq!(world.calls("status=ended&limit=100").await.len(), outcome.calls.len().min(100));
    for call in &rollout.before {
        let (shown, callback) = (world.call(call).await, world.next_callback(call).await);
        assert_eq!(
            (&shown["status"], &shown["outcome"]["call_status"]),
            (&json!("ended"), &json!("success")),
            "{shown}"
        );
        assert_eq!(shown["messages"], callback["messages"], "as it was told by the first release");
        assert_eq!(shown["form_fills"], callback["form_fills"]);
    }

    let Rollout { before, talked_then, migrated, between, talked } = rollout;
    println!("the first release, then {}", order.map(Service::name).join(", "));
    println!(
        "  {} calls before, migrations of {:?} under {talked_then} conversations: {migrated:?}",
        before.len(),
        KEEPERS
    );
    println!("  {between} calls of the old programs on the new tables");
    println!("  {} processes replaced, conversations at each: {talked:?}", talked.len());
    println!("{outcome}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the programs of the first release: make check-upgrade"]
async fn the_first_release_is_replaced_from_the_front_and_no_request_call_or_callback_is_lost() {
    replace_all([Service::Gateway, Service::Planner, Service::Dialer, Service::Notifier]).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the programs of the first release: make check-upgrade"]
async fn the_first_release_is_replaced_from_the_back_and_no_request_call_or_callback_is_lost() {
    replace_all([Service::Notifier, Service::Dialer, Service::Planner, Service::Gateway]).await;
}
