//! Calls that somebody does not want any more, and calls whose time is over.

use std::time::Duration;

use proto::call::{Blame, Outcome, Rang};
use proto::fact::CallPlanFailed;
use proto::{Envelope, EventId, Fact, Kind, Private};
use runtime::{Clock, SystemClock};

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_comes_after_the_cancelation_is_never_dialed() {
    let world = World::start().await;
    let ask = world.ask("restaurant");
    world.cancel(&ask).await;
    let ended = world.ended(&ask).await;
    assert_eq!(ended.outcome, Outcome::Canceled);
    assert_eq!(ended.failure.unwrap().rang, Rang::No);

    world.plan(&ask).await;
    // A call that is planned later is heard later, so that its end proves that the first was heard.
    world.call(&world.ask("busy")).await;
    assert_eq!(world.rings(&ask), 0);
    assert_eq!(world.ends(&ask).len(), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ringing_phone_stops_when_the_caller_cancels() {
    let world = World::start().await;
    let ask = world.ask("no_answer");
    world.plan(&ask).await;
    world.heard(&ask, Kind::CallRinging).await;
    world.cancel(&ask).await;
    let ended = world.ended(&ask).await;
    assert_eq!(ended.outcome, Outcome::Canceled);
    let failure = ended.failure.unwrap();
    assert_eq!((failure.who, failure.code.as_str(), failure.rang), (Blame::Caller, "canceled", Rang::Yes));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_stops_when_the_caller_cancels() {
    let world = World::start().await;
    let ask = world.ask("silent");
    world.plan(&ask).await;
    world.heard(&ask, Kind::CallTurn).await;
    world.cancel(&ask).await;
    let ended = world.ended(&ask).await;
    assert_eq!(ended.outcome, Outcome::Canceled);
    assert!(!ended.messages.is_empty(), "what was said is told");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_past_its_deadline_is_never_dialed() {
    let world = World::start().await;
    let mut ask = world.ask("restaurant");
    ask.deadline = SystemClock.now() - Duration::from_secs(1);
    let ended = world.call(&ask).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    let failure = ended.failure.unwrap();
    assert_eq!((failure.who, failure.code.as_str(), failure.rang), (Blame::Platform, "deadline", Rang::No));
    assert_eq!(world.rings(&ask), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_reaches_its_deadline_is_hung_up() {
    let mut world = World::without_dialer().await;
    // At the pace of the network the phone would ring for much longer.
    world.set("RING_TIMEOUT", "600s");
    world.start_dialer().await;
    let mut ask = world.ask("no_answer");
    ask.deadline = SystemClock.now() + Duration::from_secs(2);
    let ended = world.call(&ask).await;
    let failure = ended.failure.unwrap();
    assert_eq!((failure.who, failure.code.as_str()), (Blame::Platform, "deadline"));
    assert_eq!(failure.rang, Rang::Yes);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_could_not_be_planned_ends_with_the_planners_reason() {
    let world = World::start().await;
    let ask = world.ask("restaurant");
    let failure = proto::Failure {
        who: Blame::Caller,
        code: "vague_prompt".into(),
        detail: Private::new("Whom to call?"),
        rang: Rang::No,
        retryable: false,
    };
    let failed = CallPlanFailed { route: ask.route.clone(), failure: failure.clone() };
    let now = SystemClock.now();
    let fact = Envelope {
        event_id: EventId::new(now, rand::random()),
        org_id: ask.org,
        call_id: ask.call,
        at: now,
        fact: Fact::CallPlanFailed(failed),
    };
    world.tell(&fact).await;
    let ended = world.ended(&ask).await;
    assert_eq!((ended.outcome, ended.failure), (Outcome::Failed, Some(failure)));
    assert_eq!(ended.workflow_name, None);
    world.stop().await;
}
