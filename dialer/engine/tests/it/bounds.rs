use std::time::Duration;

use engine::{Ending, Input, Limits, Output};
use proto::Private;

use crate::talk::{Talk, conversation, dinner, workflow};

#[test]
fn the_first_words_disclose_and_can_not_be_cut_off() {
    let mut talking = conversation(workflow(dinner()), Limits::default(), None);
    talking.handle(Input::Connected, Duration::ZERO);
    assert_eq!(talking.poll_output(), None, "the callee may greet first");
    let now = talking.poll_timeout().unwrap();
    assert_eq!(now, Limits::default().greeting);
    talking.handle(Input::Tick, now);
    let outputs: Vec<_> = std::iter::from_fn(|| talking.poll_output()).collect();
    let Output::Turn { index: 0, message } = &outputs[0] else { panic!("{:?}", outputs[0]) };
    assert!(message.content.expose().starts_with("Hello, this is an AI assistant calling on behalf of Josh Miller."));
    assert!(matches!(&outputs[1], Output::Say { interruptible: false, last: false, .. }));
    assert!(matches!(&outputs[3], Output::Say { interruptible: true, last: true, .. }));
    let disclosure = talking.report().disclosure.unwrap();
    assert_eq!((disclosure.message_index, disclosure.offset), (0, now));
}

#[test]
fn without_a_principal_it_still_says_what_it_is() {
    let draft = proto::workflow::Draft { on_behalf_of: None, ..dinner() };
    let talk = Talk::answered(workflow(draft.clone()));
    assert!(talk.said[0].starts_with("Hello, this is an AI assistant calling. "));
    let acme = Some(Private::new("Acme Inc."));
    let mut talk = Talk::over(conversation(workflow(draft), Limits::default(), acme));
    talk.connect();
    assert!(talk.hear("Hi.")[0].starts_with("Hello, this is an AI assistant calling on behalf of Acme Inc. I would"));
}

#[test]
fn silence_is_counted_from_the_end_of_our_words() {
    let mut talk = Talk::answered(workflow(dinner()));
    let spoken = talk.now + Duration::from_secs(3);
    talk.now = spoken;
    talk.give(Input::Spoken);
    assert_eq!(talk.conversation.poll_timeout(), Some(spoken + Limits::default().silence));
}

#[test]
fn who_speaks_is_not_silent() {
    let mut talk = Talk::answered(workflow(dinner()));
    talk.now += Duration::from_secs(6);
    talk.give(Input::Hearing);
    talk.now += Duration::from_secs(2);
    assert!(talk.give(Input::Tick).is_empty());
}

#[test]
fn a_callee_who_turns_in_circles_is_left() {
    let mut talk = Talk::answered(workflow(dinner()));
    for _ in 0..3 {
        talk.hear_later("For sales press one now");
    }
    talk.hear_later("For sales press one now");
    assert!(talk.wait_for_the_end() != Ending::TooLong);
    let limits = Limits { repeats_max: 1, ..Limits::default() };
    let mut talk = Talk::over(conversation(workflow(dinner()), limits, None));
    talk.connect();
    talk.hear_later("Please listen to the menu");
    talk.hear_later("Please listen to the menu");
    assert_eq!(talk.wait_for_the_end(), Ending::Repetition);
}

#[test]
fn there_is_a_last_turn() {
    let limits = Limits { turns_max: 3, repeats_max: 100, ..Limits::default() };
    let mut talk = Talk::over(conversation(workflow(dinner()), limits, None));
    talk.connect();
    for text in ["Hello?", "What?", "For how many?", "Who?"] {
        assert_eq!(talk.hung_up, None);
        talk.hear_later(text);
    }
    assert_eq!(talk.said.last().unwrap(), "I will leave it at that. Thank you for your time. Goodbye.");
    assert_eq!(talk.wait_for_the_end(), Ending::TooManyTurns);
}

#[test]
fn the_goodbye_begins_before_the_time_is_over() {
    let limits = Limits { duration_max: Duration::from_mins(2), hold: Duration::from_mins(10), ..Limits::default() };
    let mut talk = Talk::over(conversation(workflow(dinner()), limits, None));
    talk.connect();
    talk.hear("Hello?");
    talk.hear_later("Hold on, please.");
    let said = talk.wait();
    assert_eq!(said, ["I am sorry, I have to end the call here. Thank you for your time. Goodbye."]);
    assert_eq!(talk.now, Duration::from_secs(110));
    assert_eq!(talk.wait_for_the_end(), Ending::TooLong);
    assert!(talk.now <= Duration::from_mins(2));
}

#[test]
fn on_a_fast_line_patience_is_short() {
    let limits = Limits::default().at_rate(20.0);
    assert_eq!(limits.silence, Duration::from_millis(300));
    let mut talk = Talk::over(conversation(workflow(dinner()), limits, None));
    talk.connect();
    assert_eq!(talk.wait_for_the_end(), Ending::Silence);
    assert!(talk.now < Duration::from_secs(3), "{:?}", talk.now);
}
