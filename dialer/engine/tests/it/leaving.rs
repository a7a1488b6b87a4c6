use engine::{Ending, Input};
use proto::{Private, Role};

use crate::talk::{Talk, dinner, workflow};

#[test]
fn who_asks_not_to_be_called_again_is_left_in_peace_and_remembered() {
    let mut talk = Talk::answered(workflow(dinner()));
    let said = talk.hear_later("I'm not interested, please don't call me again.");
    assert_eq!(said, ["I apologize for the disturbance. You will not be called again. Goodbye."]);
    assert_eq!(talk.opt_outs, 1);
    assert_eq!(talk.wait_for_the_end(), Ending::OptedOut);
    assert!(talk.report().opted_out);
}

#[test]
fn even_who_opts_out_at_once_learns_who_called() {
    let mut talk = Talk::dialed(workflow(dinner()));
    talk.connect();
    let said = talk.hear("Stop calling me!");
    assert!(said[0].starts_with("Hello, this is an AI assistant calling on behalf of Josh Miller."), "{said:?}");
    assert_eq!((said.len(), talk.opt_outs), (2, 1));
}

#[test]
fn an_opt_out_into_our_goodbye_is_heard() {
    let mut talk = Talk::answered(workflow(dinner()));
    talk.hear_later("You have the wrong number.");
    let said = talk.hear("And take me off your list.");
    assert!(said.is_empty(), "we have said goodbye");
    assert_eq!(talk.opt_outs, 1);
}

#[test]
fn a_goodbye_is_returned_and_its_answer_kept() {
    let mut talk = Talk::answered(workflow(dinner()));
    assert_eq!(talk.hear_later("Yes, that's available. Bye now."), ["Thank you for your time. Goodbye."]);
    assert_eq!(talk.wait_for_the_end(), Ending::Goodbye);
    assert_eq!(talk.known("available"), "answered true");
    assert_eq!(talk.known("confirmation_number"), "not asked");
}

#[test]
fn nothing_is_said_into_a_closed_line() {
    let mut talk = Talk::answered(workflow(dinner()));
    assert!(talk.give(Input::HungUp).is_empty());
    for input in
        [Input::Heard { text: Private::new("Yes.") }, Input::Tick, Input::Connected, Input::Machine, Input::Beep]
    {
        assert!(talk.give(input).is_empty());
    }
    assert_eq!(talk.report().ending, Some(Ending::HungUp));
    assert_eq!(talk.conversation.poll_timeout(), None);
    assert_eq!(talk.hung_up, None, "there is nothing to hang up");
}

#[test]
fn who_hangs_up_in_our_goodbye_heard_all_of_it_that_matters() {
    let mut talk = Talk::answered(workflow(dinner()));
    talk.hear_later("Okay, goodbye.");
    talk.give(Input::HungUp);
    assert_eq!(talk.report().ending, Some(Ending::Goodbye));
}

#[test]
fn the_line_closes_when_the_goodbye_was_played() {
    let mut talk = Talk::answered(workflow(dinner()));
    talk.hear_later("Okay, goodbye.");
    assert_eq!(talk.hung_up, None);
    talk.give(Input::Spoken);
    assert_eq!(talk.hung_up, Some(Ending::Goodbye));
}

#[test]
fn last_words_are_kept_but_not_without_end() {
    let mut talk = Talk::answered(workflow(dinner()));
    talk.hear_later("Okay, goodbye.");
    for _ in 0..100 {
        assert!(talk.give(Input::Heard { text: Private::new("And another thing.") }).is_empty());
    }
    let after = talk.transcript().iter().rev().take_while(|(role, _)| *role == Role::User).count();
    assert_eq!(after, 8);
}
