//! How calls end, by who picks up.

use proto::call::{Blame, Outcome, Rang};
use proto::workflow::VoicemailPolicy;
use proto::{Kind, Mode, Private, Role, Verdict};

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_cooperative_callee_is_asked_and_what_she_says_is_kept_with_her_words() {
    let world = World::start().await;
    let ask = world.ask("restaurant");
    let ended = world.call(&ask).await;

    assert_eq!((ended.outcome, &ended.failure), (Outcome::Completed, &None));
    assert_eq!(ended.workflow_name.as_deref(), Some("Book a table"));
    assert!(!ended.summary.is_empty());
    let disclosure = ended.disclosure.expect("the callee was told that an AI calls");
    let first_of_ours = ended.messages.iter().position(|message| message.role == Role::Assistant);
    assert_eq!(Some(disclosure.message_index as usize), first_of_ours);
    for name in ["available", "number"] {
        let fill = ended.form_fills.iter().find(|fill| fill.field == name).unwrap();
        let Verdict::Answered { evidence, .. } = &fill.verdict else {
            panic!("{name} is {:?}", fill.verdict);
        };
        let said = &ended.messages[evidence.message_index as usize];
        assert_eq!(said.role, Role::User);
        assert!(said.content.expose().contains(evidence.quote.expose()), "the quote of {name} was not said");
    }
    assert_eq!(world.rings(&ask), 1);
    let told = [Kind::CallPlanned, Kind::CallDialing, Kind::CallRinging, Kind::CallAnswered, Kind::CallTurn];
    assert_eq!(world.kinds(&ask)[..5], told);
    assert_eq!(world.kinds(&ask).last(), Some(&Kind::CallEnded));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_callee_is_reported_as_busy() {
    let world = World::start().await;
    let ended = world.call(&world.ask("busy")).await;
    assert_eq!(ended.outcome, Outcome::Busy);
    let failure = ended.failure.unwrap();
    assert_eq!((failure.who, failure.code.as_str(), failure.retryable), (Blame::Callee, "busy", true));
    assert!(ended.messages.is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_nobody_answers_rang() {
    let world = World::start().await;
    let ended = world.call(&world.ask("no_answer")).await;
    assert_eq!(ended.outcome, Outcome::NoAnswer);
    let failure = ended.failure.unwrap();
    assert_eq!((failure.who, failure.code.as_str(), failure.rang), (Blame::Callee, "no_answer", Rang::Yes));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_call_counts_as_busy() {
    let world = World::start().await;
    let ended = world.call(&world.ask("rejects")).await;
    assert_eq!(ended.outcome, Outcome::Busy);
    assert_eq!(ended.failure.unwrap().code, "declined");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_number_is_the_callers_fault_whenever_the_carrier_notices() {
    let world = World::start().await;
    for behaviour in ["bad_number", "refused"] {
        let ended = world.call(&world.ask(behaviour)).await;
        assert_eq!(ended.outcome, Outcome::Failed, "{behaviour}");
        let failure = ended.failure.unwrap();
        assert_eq!((failure.who, failure.code.as_str()), (Blame::Caller, "invalid_number"), "{behaviour}");
        assert_eq!((failure.rang, failure.retryable), (Rang::No, false), "{behaviour}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_left_alone_when_the_workflow_says_so() {
    let world = World::start().await;
    let ended = world.call(&world.ask("voicemail")).await;
    assert_eq!(ended.outcome, Outcome::Voicemail);
    assert_eq!(ended.failure, None);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_gets_its_message_after_the_beep() {
    let world = World::start().await;
    let mut ask = world.ask("voicemail");
    let message = "Please call Josh Miller back about the table.";
    ask.voicemail = VoicemailPolicy::LeaveMessage(Private::new(message));
    let ended = world.call(&ask).await;
    assert_eq!(ended.outcome, Outcome::Voicemail);
    let left: Vec<_> = ended.messages.iter().filter(|said| said.content.expose().contains(message)).collect();
    assert_eq!(left.len(), 1, "the message is left once: {} messages", ended.messages.len());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_line_is_given_up() {
    let world = World::start().await;
    let ended = world.call(&world.ask("silent")).await;
    assert_eq!(ended.outcome, Outcome::Completed);
    assert_eq!(ended.failure.unwrap().code, "silent");
    assert!(ended.messages.iter().all(|message| message.role == Role::Assistant));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_until_the_callee_hung_up_is_kept() {
    let world = World::start().await;
    let ended = world.call(&world.ask("hangs_up")).await;
    assert_eq!(ended.outcome, Outcome::Completed);
    assert!(ended.messages.iter().any(|message| message.role == Role::User));
    assert!(ended.form_fills.iter().all(|fill| !matches!(fill.verdict, Verdict::Answered { .. })));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_not_to_be_called_is_never_called_again_by_that_organization() {
    let mut world = World::start().await;
    let first = world.ask("opts_out");
    let ended = world.call(&first).await;
    assert_eq!((ended.outcome, ended.opted_out), (Outcome::Completed, true));

    let again = world.call(&world.ask("opts_out")).await;
    assert_eq!(again.outcome, Outcome::Failed);
    let failure = again.failure.unwrap();
    assert_eq!((failure.who, failure.code.as_str(), failure.rang), (Blame::Policy, "do_not_call", Rang::No));
    assert_eq!(world.rings(&first), 1);

    // She spoke to one organization, not to all.
    world.org = proto::OrgId::new(proto::Timestamp::default(), rand::random());
    assert_eq!(world.call(&world.ask("opts_out")).await.outcome, Outcome::Completed);
    assert_eq!(world.rings(&first), 2);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_carrier_a_live_call_is_refused_by_policy() {
    let world = World::start().await;
    let mut ask = world.ask("restaurant");
    ask.route.mode = Mode::Live;
    let ended = world.call(&ask).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    let failure = ended.failure.unwrap();
    assert_eq!((failure.who, failure.code.as_str()), (Blame::Policy, "no_carrier"));
    assert_eq!(world.rings(&ask), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_not_to_be_called_and_hangs_up_is_not_called_again() {
    let world = World::start().await;
    let ask = world.ask("opts_out_and_leaves");
    let ended = world.call(&ask).await;
    assert_eq!(ended.outcome, Outcome::Completed);
    assert!(ended.opted_out, "she said so");
    let again = world.call(&world.ask("opts_out_and_leaves")).await;
    assert_eq!(again.failure.unwrap().code, "do_not_call");
    assert!(!again.opted_out, "this call did not hear it");
    assert_eq!(world.rings(&ask), 1);
    world.stop().await;
}
