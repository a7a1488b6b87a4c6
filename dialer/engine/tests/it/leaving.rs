use engine::{Ending, Input};
use proto::{Private, Role};

use crate::talk::{Talk, dinner, workflow};

#[test]
fn an_opt_out_into_our_goodbye_is_heard() {
    let mut talk = Talk::answered(workflow(dinner()));
    talk.hear_later("You have the wrong number.");
    let said = talk.hear("And take me off your list.");
    assert!(said.is_empty(), "we have said goodbye");
    assert_eq!(talk.opt_outs, 1);
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
fn who_does_not_speak_our_language_hears_so_with_a_voice_of_hers() {
    let mut talk = Talk::answered(workflow(dinner()));
    let said = talk.hear_later("No hablo inglés.");
    assert!(said[0].starts_with("Lo siento"), "{said:?}");
    assert_eq!(talk.languages, ["es-ES", "en-US"], "and whoever comes to the phone hears ours");
    talk.hear_later("Sorry, no English.");
    talk.hear_later("Ich spreche kein Englisch.");
    assert_eq!(talk.languages[2..], ["de-DE", "en-US"], "nothing is switched where nobody knows to what");
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
