use std::sync::Arc;

use bus::{Hear as _, Heard, Verdict};
use planner::Worker;
use proto::{Blame, Fact, Rang};
use runtime::{SystemClock, TraceContext};

use crate::world::{DINNER, World, requested};

#[tokio::test]
async fn a_prompt_becomes_a_plan_for_the_same_call() {
    let world = World::start().await;
    let heard = requested(DINNER);
    world.tell(&heard).await;
    let told = world.answer(heard.call_id).await;
    assert_eq!((told.call_id, told.org_id), (heard.call_id, heard.org_id));
    assert_eq!(told.event_id, heard.event_id.derive("call.planned"));
    let (Fact::CallRequested(asked), Fact::CallPlanned(planned)) = (&heard.fact, &told.fact) else {
        panic!("told {:?}", told.fact.kind());
    };
    assert_eq!(planned.route, asked.route);
    assert_eq!((planned.deadline, planned.max_duration), (asked.deadline, asked.max_duration));
    assert_eq!(planned.planner, "builtin/1");
    assert_eq!(planned.workflow.parts().on_behalf_of.as_ref().unwrap().expose(), "Josh Miller");
    world.app.stop().await.unwrap();
}

#[tokio::test]
async fn a_prompt_that_says_too_little_is_told_as_the_callers_failure() {
    let world = World::start().await;
    let heard = requested("Make a call");
    world.tell(&heard).await;
    let told = world.answer(heard.call_id).await;
    let Fact::CallPlanFailed(failed) = &told.fact else { panic!("told {:?}", told.fact.kind()) };
    assert_eq!(told.event_id, heard.event_id.derive("call.plan_failed"));
    assert_eq!((failed.failure.who, failed.failure.rang), (Blame::Caller, Rang::No));
    assert_eq!(failed.failure.code, "vague_prompt");
    world.app.stop().await.unwrap();
}

#[tokio::test]
async fn a_prompt_that_is_heard_twice_is_planned_once() {
    let world = World::start().await;
    let heard = requested(DINNER);
    let worker = Worker { bus: world.bus.clone(), clock: Arc::new(SystemClock) };
    for delivery in 1..=2 {
        let again = Heard { envelope: heard.clone(), trace: TraceContext::default(), delivery };
        assert_eq!(worker.hear(again).await, Verdict::Done);
    }
    // Facts come in the order in which they were stored: once a later one is there, no second plan is on its way.
    let later = requested("Make a call");
    world.tell(&later).await;
    world.answer(later.call_id).await;
    assert_eq!(world.answers(heard.call_id).len(), 1);
    world.app.stop().await.unwrap();
}
