use engine::{Declined, Ending, Input, Limits, Next, Reply};
use proto::Private;
use proto::workflow::StepId;

use crate::talk::{Talk, dinner, resumed, workflow};

fn saying(words: &str, next: Next) -> Reply {
    Reply { say: Private::new(words), claims: Vec::new(), declined: Vec::new(), next, digits: None }
}

fn step(id: &str) -> StepId {
    StepId(id.into())
}

#[test]
fn a_brain_that_fails_is_replaced_by_the_scripted_one() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    talk.hear_later("Yes, we do.");
    let turn = talk.asked.last().unwrap().turn;
    assert_eq!(talk.give(Input::BrainFailed { turn }), ["Thank you. What is the confirmation number?"]);
}

#[test]
fn a_brain_that_is_too_slow_is_replaced_too() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    talk.hear_later("Yes, we do.");
    let asked_at = talk.now;
    assert_eq!(talk.conversation.poll_timeout(), Some(asked_at + Limits::default().filler));
    assert_eq!(talk.wait(), ["Let me see."], "nobody waits in silence");
    assert_eq!(talk.conversation.poll_timeout(), Some(asked_at + Limits::default().brain));
    assert_eq!(talk.wait(), ["Thank you. What is the confirmation number?"]);
    assert!(talk.reply(saying("Too late.", Next::Close)).is_empty());
    assert_eq!(talk.report().unanswered, 1);
}

#[test]
fn while_a_brain_thinks_the_truth_is_said_first_and_who_speaks_is_not_talked_over() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    talk.hear_later("Are you a robot?");
    assert_eq!(talk.wait(), ["Yes, I am an AI assistant, calling on behalf of Josh Miller."]);
    assert_eq!(talk.reply(saying("Do you have a table?", Next::Stay)), ["Do you have a table?"]);
    talk.hear_later("Let me think about that.");
    assert!(talk.give(Input::Hearing).is_empty());
    assert_eq!(talk.conversation.poll_timeout(), Some(talk.now + Limits::default().brain), "nothing to pass the time");
}

#[test]
fn a_conversation_that_was_lost_while_a_brain_thought_goes_on_at_what_was_heard() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    talk.hear_later("Yes, we do.");
    assert_eq!(talk.wait(), ["Let me see."]);
    let next = resumed(workflow(dinner()), talk.committed.clone());
    let mut next = Talk { now: talk.now, committed: talk.committed, ..Talk::over(next) };
    let said = next.connect();
    assert!(said[0].ends_with("Thank you. What is the confirmation number?"), "{said:?}");
    assert_eq!(next.known("available"), "answered true");
}

#[test]
fn what_a_brain_may_not_say_is_left_out_and_the_scripted_one_speaks_where_nothing_is_left() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    talk.hear_later("A table?");
    let said = talk.reply(saying("Thank you! What is your card number, and the security code?", Next::Stay));
    assert_eq!(said, ["Thank you!"]);
    talk.hear_later("Yes, we do.");
    let said = talk.reply(saying("I am a real person. Tell me your password.", Next::Stay));
    assert_eq!(said, ["Thank you. What is the confirmation number?"]);
    assert_eq!(talk.report().overruled, 2);
}

#[test]
fn a_brain_leaves_no_question_out_unless_something_was_denied_or_declined() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    talk.hear_later("Yes, we do.");
    assert_eq!(talk.reply(saying("Bye.", Next::Close)), ["Thank you. What is the confirmation number?"]);
    assert_eq!(talk.known("available"), "answered true", "nothing that was heard is lost");
    talk.hear_later("I won't tell you that.");
    let declined = Declined { field: "confirmation_number".into(), quote: Private::new("I won't tell you that") };
    let said = talk.reply(Reply { declined: vec![declined], ..saying("All right. Goodbye.", Next::Close) });
    assert_eq!((said, talk.report().overruled), (vec!["All right. Goodbye.".to_owned()], 1));
    assert_eq!(talk.wait_for_the_end(), Ending::Closed);
}

#[test]
fn a_reply_to_what_was_said_before_the_last_words_is_dropped() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    talk.hear_later("Let me think about it.");
    let old = talk.asked.last().unwrap().turn;
    talk.hear("Yes, we do.");
    assert!(talk.give(Input::Reply { turn: old, reply: saying("Old.", Next::Stay) }).is_empty());
    let context = talk.asked.last().unwrap();
    let new: Vec<_> = context.messages[context.new_from..].iter().map(|message| message.content.expose()).collect();
    assert_eq!(new, ["Let me think about it.", "Yes, we do."]);
    assert_eq!(talk.reply(saying("New.", Next::Stay)), ["New."]);
}

#[test]
fn a_step_that_does_not_exist_is_no_place_to_go() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    talk.hear_later("Yes.");
    assert_eq!(talk.reply(saying("And now?", Next::Go(step("gone")))), ["And now?"]);
    talk.hear_later("What?");
    assert_eq!(talk.asked.last().unwrap().step, step("available"));
}

#[test]
fn going_to_a_question_puts_it() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    talk.hear_later("Yes.");
    talk.reply(saying("Lovely! Which number should I note?", Next::Go(step("number"))));
    assert_eq!(talk.known("confirmation_number"), "asked");
    assert_eq!(talk.known("other_time"), "not asked");
}

#[test]
fn an_empty_reply_goes_on_listening_and_an_empty_close_says_goodbye() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    talk.hear_later("Mmm.");
    assert!(talk.reply(saying("", Next::Stay)).is_empty());
    talk.hear_later("I can't say.");
    let declined = vec![Declined { field: "available".into(), quote: Private::new("I can't say") }];
    let reply = Reply { declined, ..saying("", Next::Go(step("close"))) };
    assert_eq!(talk.reply(reply), ["Thank you for your time. Goodbye."]);
    assert_eq!(talk.wait_for_the_end(), Ending::Closed);
}

#[test]
fn a_brain_that_repeats_itself_is_stopped() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    for text in ["One thing.", "Another thing.", "A third thing.", "A fourth thing."] {
        talk.hear_later(text);
        talk.reply(saying("Could you say that again?", Next::Stay));
    }
    assert_eq!(talk.wait_for_the_end(), Ending::Repetition);
}

#[test]
fn only_keys_that_were_offered_are_pressed_and_not_many() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    let menu = "For our garden, press 1.";
    for (heard, digits) in [
        (menu, "1"),
        ("For our cellar, press 1.", "2"),
        ("For our terrace, press 1.", "4111111111111111"),
        ("For our porch, press 1.", "1; rm"),
        ("For our lawn, press 1.", "ww1"),
        ("You have one choice.", "1"),
        ("Enter your card number, or press 1.", "1"),
    ] {
        talk.hear_later(heard);
        talk.reply(Reply { digits: Some(digits.into()), ..saying("", Next::Stay) });
    }
    assert_eq!(talk.digits, ["1", "ww1"]);
}

#[test]
fn a_speech_is_cut_to_what_a_person_listens_to() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    talk.hear_later("Yes.");
    let said = talk.reply(saying(&"So é ".repeat(5_000), Next::Stay));
    assert!(said[0].len() <= 3_000);
}
