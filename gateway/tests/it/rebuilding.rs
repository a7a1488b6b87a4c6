//! What clients see is made anew from the facts of the stream.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use gateway::store::STAGES;
use proto::CallId;
use serde_json::{Value, json};

use crate::operating::operator;
use crate::world::{Script, World, until};

/// Everything that is made from facts, and what only the gateway knows of calls.
const SEEN: &str = "SELECT concat_ws(E'\\n',
    (SELECT string_agg((to_jsonb(t) - 'told_at')::text, E'\\n' ORDER BY call_id) FROM calls t),
    (SELECT string_agg(to_jsonb(t)::text, E'\\n' ORDER BY call_id) FROM results t),
    (SELECT string_agg(to_jsonb(t)::text, E'\\n' ORDER BY call_id, place) FROM call_events t),
    (SELECT string_agg(to_jsonb(t)::text, E'\\n' ORDER BY delivery_id) FROM callbacks t),
    (SELECT string_agg(to_jsonb(t)::text, E'\\n' ORDER BY delivery_id, attempt) FROM callback_attempts t),
    (SELECT string_agg(to_jsonb(t)::text, E'\\n' ORDER BY workflow_id) FROM workflows t))";

async fn accepted(world: &World) -> (CallId, Script) {
    let call = world.accepted(json!({"callback_url": "https://agent.example.com/calls"})).await;
    (call, Script::new(&world.requested(call).await.1))
}

/// Told one after the other, each when the one before was seen.
async fn up_to_the_conversation(world: &World, call: CallId, script: &Script) {
    let steps = [
        (&script.planned, "planning"),
        (&script.dialing, "dialing"),
        (&script.ringing, "ringing"),
        (&script.answered, "in_progress"),
    ];
    for (fact, status) in steps {
        world.tell(call, fact.clone()).await;
        world.call_when(call, status, |call| call["status"] == status).await;
    }
    for (turn, count) in script.turns.iter().zip(1..) {
        world.tell(call, turn.clone()).await;
        world.call_when(call, "a turn", |call| call["messages"].as_array().map(Vec::len) == Some(count)).await;
    }
}

#[tokio::test]
async fn what_was_erased_or_broken_is_as_before() {
    let world = World::start().await;
    let (over, script) = accepted(&world).await;
    up_to_the_conversation(&world, over, &script).await;
    world.tell(over, script.ended).await;
    world.call_when(over, "it ended", |call| call["status"] == "ended").await;
    world.tell(over, script.attempted).await;
    world.call_when(over, "an attempt", |call| call["callback"]["attempts"] == 1).await;
    world.tell(over, script.delivered).await;
    world.call_when(over, "it is delivered", |call| call["callback"]["status"] == "delivered").await;
    let (talking, script) = accepted(&world).await;
    up_to_the_conversation(&world, talking, &script).await;
    let (waiting, _) = accepted(&world).await;

    let mut operator = operator(&world).await;
    let before = operator.text(SEEN).await;
    operator
        .execute(&format!(
            "DELETE FROM results; DELETE FROM callback_attempts; DELETE FROM callbacks; DELETE FROM workflows;
             UPDATE calls SET status = 'queued', planned_at = NULL, dialing_at = NULL, ringing_at = NULL,
                 answered_at = NULL, ended_at = NULL, dial_attempts = 0, turns = 0, events = 1, call_status = NULL
             WHERE call_id = '{over}';
             DELETE FROM call_events WHERE call_id = '{over}' AND place > 1;
             UPDATE calls SET status = 'ringing', answered_at = now(), turns = 0, dial_attempts = 7, events = 9
             WHERE call_id = '{talking}';
             UPDATE call_events SET data = '{{}}' WHERE call_id = '{talking}' AND place = 3;
             DELETE FROM call_events WHERE call_id = '{talking}' AND place IN (2, 6);
             UPDATE calls SET requested = NULL, events = 0 WHERE call_id = '{waiting}';
             DELETE FROM call_events WHERE call_id = '{waiting}'"
        ))
        .await;
    assert_ne!(operator.text(SEEN).await, before, "nothing was broken");
    for _ in ["once", "again"] {
        let done = world.admin(&["rebuild"]).await.unwrap();
        assert_eq!((&*done["calls_rebuilt"], &*done["calls_unknown"], &*done["facts_not_readable"]), ("3", "0", "0"));
        assert_eq!(operator.text(SEEN).await, before);
    }

    world.tell(talking, script.ended).await;
    let over = world.call_when(talking, "it goes on", |call| call["status"] == "ended").await;
    assert_eq!(over["messages"].as_array().map(Vec::len), Some(2));
    world.stop().await;
}

#[tokio::test]
async fn calls_that_go_on_meanwhile_are_never_seen_to_go_back() {
    let world = World::start().await;
    let (call, script) = accepted(&world).await;
    let (over, times) = (AtomicBool::new(false), AtomicU32::new(0));
    let rebuilding = async {
        while !over.load(Ordering::SeqCst) {
            world.admin(&["rebuild"]).await.unwrap();
            times.fetch_add(1, Ordering::SeqCst);
        }
    };
    let watching = async {
        let mut seen = (0, 0);
        while !over.load(Ordering::SeqCst) {
            let now = standing(&world.call(call).await);
            assert!(now.0 >= seen.0 && now.1 >= seen.1, "{seen:?} became {now:?}");
            seen = now;
        }
    };
    let living = async {
        up_to_the_conversation(&world, call, &script).await;
        let twice = async || (times.load(Ordering::SeqCst) > 1).then_some(());
        until("it was rebuilt in the conversation, too", twice).await;
        world.tell(call, script.ended.clone()).await;
        world.call_when(call, "it ended", |call| call["status"] == "ended").await;
        over.store(true, Ordering::SeqCst);
    };
    tokio::join!(rebuilding, watching, living);
    let told = format!("SELECT string_agg(name, ' ' ORDER BY place) FROM call_events WHERE call_id = '{call}'");
    let told = operator(&world).await.text(&told).await;
    assert_eq!(told, "queued planned dialing ringing answered turn turn ended");
    world.stop().await;
}

/// How far a call is, and how long its conversation.
fn standing(call: &Value) -> (usize, usize) {
    let stage = STAGES.into_iter().position(|stage| call["status"] == stage).unwrap();
    (stage, call["messages"].as_array().unwrap().len())
}

#[tokio::test]
async fn two_operators_do_not_rebuild_at_once_and_none_without_nats() {
    let mut world = World::start().await;
    let mut operator = operator(&world).await;
    operator.execute("SELECT pg_advisory_lock(hashtext('gateway.retold'))").await;
    assert!(world.admin(&["rebuild"]).await.unwrap_err().contains("not rebuilt"));
    operator.execute("SELECT pg_advisory_unlock(hashtext('gateway.retold'))").await;
    assert_eq!(world.admin(&["rebuild"]).await.unwrap()["calls_rebuilt"], "0");
    world.env.remove("NATS_URL");
    assert!(world.admin(&["rebuild"]).await.unwrap_err().contains("NATS_URL"));
    world.stop().await;
}
