use engine::{Ending, Input};
use proto::Private;
use proto::workflow::{Draft, VoicemailPolicy};

use crate::talk::{Talk, dinner, workflow};

fn with_message() -> Draft {
    Draft { voicemail: VoicemailPolicy::LeaveMessage(Private::new("Please call Josh Miller back.")), ..dinner() }
}

#[test]
fn a_machine_is_hung_up_on_without_a_message() {
    let mut talk = Talk::answered(workflow(dinner()));
    assert!(talk.give(Input::Machine).is_empty());
    assert_eq!(talk.hung_up, Some(Ending::Machine));
}

#[test]
fn a_machine_gives_itself_away_by_its_words() {
    let mut talk = Talk::dialed(workflow(dinner()));
    talk.connect();
    talk.hear("Hi, you've reached Pat. Please leave a message after the tone.");
    assert_eq!(talk.hung_up, Some(Ending::Machine));
    assert!(talk.said.is_empty());
}

#[test]
fn the_message_is_left_once_after_the_beep() {
    let mut talk = Talk::dialed(workflow(with_message()));
    talk.connect();
    assert!(talk.give(Input::Machine).is_empty());
    assert!(talk.hear("You have reached Pat.").is_empty());
    let said = talk.give(Input::Beep);
    let disclosure = "Hello, this is an AI assistant calling on behalf of Josh Miller.";
    assert_eq!(said, [disclosure, "Please call Josh Miller back."]);
    assert!(talk.give(Input::Beep).is_empty());
    assert!(talk.give(Input::Machine).is_empty());
    assert_eq!(talk.wait_for_the_end(), Ending::MessageLeft);
}

#[test]
fn a_machine_that_never_beeps_is_hung_up_on() {
    let mut talk = Talk::answered(workflow(with_message()));
    talk.give(Input::Machine);
    assert!(talk.wait().is_empty());
    assert_eq!(talk.hung_up, Some(Ending::Machine));
}

#[test]
fn a_machine_that_turns_out_to_be_a_person_is_talked_to() {
    let mut talk = Talk::answered(workflow(with_message()));
    talk.give(Input::Machine);
    assert_eq!(talk.give(Input::Human), ["Do you have a table available?"]);
    assert_eq!(talk.hear_later("Yes, we do."), ["Thank you. What is the confirmation number?"]);
}

#[test]
fn a_person_who_answered_us_is_no_machine() {
    let mut talk = Talk::answered(workflow(dinner()));
    talk.hear_later("Yes, we do.");
    talk.give(Input::Machine);
    talk.give(Input::Beep);
    assert_eq!(talk.hung_up, None);
}
