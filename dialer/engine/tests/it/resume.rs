use std::time::Duration;

use engine::Ending;
use proto::workflow::{Draft, VoicemailPolicy};
use proto::{Message, Private, Role};

use crate::talk::{self, Talk, dinner, workflow};

const CUT_OFF: &str = "Sorry, we were cut off for a moment. This is the AI assistant again.";

fn resumed(messages: Vec<Message>) -> Talk {
    let conversation = talk::resumed(workflow(dinner()), messages);
    let mut talk = Talk::over(conversation);
    talk.committed = talk.report().messages;
    talk.now = Duration::from_mins(1);
    talk
}

/// What a first process heard before it died.
fn before(heard: &[&str]) -> Vec<Message> {
    let mut talk = Talk::answered(workflow(dinner()));
    for text in heard {
        talk.hear_later(text);
    }
    talk.committed
}

#[test]
fn another_process_puts_the_question_that_was_open() {
    let mut talk = resumed(before(&["Yes, we have a table at 7pm."]));
    assert_eq!(talk.known("available"), "answered true");
    assert_eq!(talk.connect(), [format!("{CUT_OFF} What is the confirmation number?")]);
    talk.hear_later("It is 48.");
    assert_eq!(talk.wait_for_the_end(), Ending::Closed);
    assert_eq!(talk.known("confirmation_number"), "answered 48");
    assert_eq!(talk.report().disclosure.unwrap().message_index, 1);
}

#[test]
fn a_line_that_is_lost_again_and_again_wears_nobody_out() {
    let mut messages = before(&["Yes, we have a table at 7pm."]);
    for _ in 0..9 {
        let mut talk = resumed(messages);
        assert_eq!(talk.connect(), [format!("{CUT_OFF} What is the confirmation number?")]);
        messages = talk.report().messages;
    }
    let mut talk = resumed(messages);
    talk.connect();
    talk.hear_later("Sorry, what?");
    talk.hear_later("It is 48.");
    assert_eq!(talk.wait_for_the_end(), Ending::Closed);
    assert_eq!(talk.known("confirmation_number"), "answered 48");
}

#[test]
fn words_that_nobody_replied_to_are_replied_to() {
    let mut messages = before(&[]);
    messages.push(Message {
        role: Role::User,
        content: Private::new("No, we're full."),
        offset: Duration::from_secs(40),
    });
    let mut talk = resumed(messages);
    assert_eq!(talk.connect(), [format!("{CUT_OFF} Thank you. What other time do you have?")]);
    assert_eq!(talk.known("available"), "answered false");
}

#[test]
fn a_conversation_that_was_over_is_closed_again() {
    let mut talk = resumed(before(&["Yes.", "It is 48."]));
    assert_eq!(talk.connect(), [format!("{CUT_OFF} Thank you very much. Goodbye.")]);
    assert_eq!(talk.wait_for_the_end(), Ending::Closed);
}

#[test]
fn without_a_word_before_it_begins_with_the_disclosure() {
    let mut talk = resumed(Vec::new());
    assert!(talk.connect()[0].starts_with("Hello, this is an AI assistant calling on behalf of Josh Miller."));
}

#[test]
fn an_opt_out_survives_the_process_that_heard_it() {
    let mut messages = before(&[]);
    messages.push(Message {
        role: Role::User,
        content: Private::new("Don't call me again."),
        offset: Duration::from_secs(40),
    });
    let mut talk = resumed(messages);
    talk.connect();
    assert_eq!((talk.opt_outs, talk.wait_for_the_end()), (1, Ending::OptedOut));
}

#[test]
fn a_message_that_was_left_is_not_left_again() {
    let message = "Please call Josh Miller back.";
    let voicemail = VoicemailPolicy::LeaveMessage(Private::new(message));
    let workflow = workflow(Draft { voicemail, ..dinner() });
    let said = ["Hello, this is an AI assistant calling on behalf of Josh Miller.", message];
    let said = said.map(|text| Message { role: Role::Assistant, content: Private::new(text), offset: Duration::ZERO });
    let conversation = talk::resumed(workflow, said.into());
    let mut talk = Talk::over(conversation);
    assert!(talk.connect().is_empty());
    assert_eq!(talk.hung_up, Some(Ending::MessageLeft));
}

#[test]
fn another_process_does_not_talk_to_a_menu_or_press_its_key_again() {
    let menu = "For hours, press 1. For reservations, press 2.";
    let mut talk = resumed(vec![Message { role: Role::User, content: Private::new(menu), offset: Duration::ZERO }]);
    assert!(talk.connect().is_empty());
    assert!(talk.digits.is_empty());
    assert!(talk.hear("Hello?")[0].starts_with("Hello, this is an AI assistant calling on behalf of Josh Miller."));
}
