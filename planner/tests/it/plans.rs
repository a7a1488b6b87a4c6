use std::sync::Arc;

use bus::{Hear as _, Heard, Verdict};
use planner::{Planner, Worker};
use proto::fact::{KnownWorkflow, Recipient};
use proto::{Blame, Fact, Private, Rang};
use runtime::{SharedClock, SystemClock, TraceContext};

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
    let clock: SharedClock = Arc::new(SystemClock);
    let planner = Arc::new(Planner::builtin(Arc::clone(&clock)));
    let worker = Worker { bus: world.bus.clone(), clock, planner };
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

#[tokio::test]
async fn a_workflow_that_is_there_is_followed_again_for_somebody_else() {
    let world = World::start().await;
    let known = KnownWorkflow { workflow: draft::draft(DINNER).unwrap(), planner: "llm/1".to_owned() };
    let mut heard = requested("");
    let Fact::CallRequested(asked) = &mut heard.fact else { unreachable!("a request") };
    asked.workflow = Some(Box::new(known.clone()));
    asked.recipient = Recipient { name: Some(Private::new("Ann Perry")), ..Recipient::default() };
    asked.terms.latest_at = Some(asked.deadline);
    let terms = asked.terms.clone();
    world.tell(&heard).await;
    let told = world.answer(heard.call_id).await;
    let Fact::CallPlanned(planned) = &told.fact else { panic!("told {:?}", told.fact.kind()) };
    assert_eq!((planned.planner.as_str(), &planned.terms), ("llm/1", &terms));
    assert_eq!(planned.workflow.parts().callee_name.as_ref().unwrap().expose(), "Ann Perry");
    assert_eq!(planned.workflow.parts().steps, known.workflow.parts().steps);
    world.app.stop().await.unwrap();
}

#[tokio::test]
async fn what_a_caller_wishes_goes_into_the_plan_or_is_refused() {
    let world = World::start().await;
    let mut heard = requested(DINNER);
    let Fact::CallRequested(asked) = &mut heard.fact else { unreachable!("a request") };
    let schema = r#"{"type": "object", "properties": {"deposit": {"type": "number"}}}"#;
    asked.wishes.result_schema = Some(Private::new(schema));
    world.tell(&heard).await;
    let told = world.answer(heard.call_id).await;
    let Fact::CallPlanned(planned) = &told.fact else { panic!("told {:?}", told.fact.kind()) };
    let deposit = planned.workflow.field("deposit").unwrap();
    assert_eq!(deposit.schema.as_ref().map(proto::PropertySchema::expose), Some(r#"{"type":"number"}"#));

    let mut foreign = requested(DINNER);
    let Fact::CallRequested(asked) = &mut foreign.fact else { unreachable!("a request") };
    asked.wishes.language = Some("fr".to_owned());
    world.tell(&foreign).await;
    let told = world.answer(foreign.call_id).await;
    let Fact::CallPlanFailed(failed) = &told.fact else { panic!("told {:?}", told.fact.kind()) };
    assert_eq!((failed.failure.who, failed.failure.code.as_str()), (Blame::Caller, "language_not_supported"));
    world.app.stop().await.unwrap();
}
