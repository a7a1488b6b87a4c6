//! A reply that is said while it is made.

use engine::{Claim, Ending, Input, Limits, Next, Output, Reply};
use proto::{FieldValue, Private, Role};

use crate::talk::{Talk, dinner, resumed, workflow};

const REPLY: &str = "Lovely, thank you! Which confirmation number shall I note?";

fn reply(words: &str, next: Next) -> Reply {
    Reply { say: Private::new(words), claims: Vec::new(), declined: Vec::new(), next, digits: None }
}

fn to(step: &str) -> Next {
    Next::Go(proto::workflow::StepId(step.into()))
}

fn available(quote: &str) -> Claim {
    Claim { field: "available".into(), value: FieldValue::Boolean(true), quote: Private::new(quote) }
}

/// She has said that there is a table, and the brain thinks about it.
fn asked() -> Talk {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    talk.hear_later("Yes, we do.");
    talk
}

fn last(talk: &Talk) -> String {
    talk.transcript().pop().expect("somebody spoke").1
}

#[test]
fn a_sentence_is_said_as_soon_as_it_is_whole_and_the_message_grows() {
    let mut talk = asked();
    assert!(talk.reply_begins("Lovely, th", false).is_empty());
    assert!(talk.reply_begins("Lovely, thank you!", false).is_empty(), "it may go on");
    assert_eq!(talk.reply_begins("Lovely, thank you! Wh", false), ["Lovely, thank you!"]);
    assert_eq!(last(&talk), "Lovely, thank you!", "what is said is kept before the rest is known");
    assert_eq!(talk.reply_begins(REPLY, true), ["Which confirmation number shall I note?"]);
    let claims = vec![available("Yes, we do")];
    assert!(talk.reply(Reply { claims, ..reply(REPLY, to("number")) }).is_empty(), "all of it is said");
    assert_eq!(last(&talk), REPLY);
    assert_eq!(
        (talk.known("available").as_str(), talk.known("confirmation_number").as_str()),
        ("answered true", "asked")
    );
    talk.hear_later("It's 48.");
    talk.reply(Reply {
        claims: vec![Claim {
            field: "confirmation_number".into(),
            value: FieldValue::Number(48.into()),
            quote: Private::new("48"),
        }],
        ..reply("Thank you. Goodbye.", Next::Close)
    });
    assert_eq!(talk.known("confirmation_number"), "answered 48", "the question was put in the message that grew");
    assert_eq!(talk.wait_for_the_end(), Ending::Closed);
}

#[test]
fn more_is_to_come_until_the_reply_is_whole() {
    let mut talk = asked();
    let mut says = |input: Input| {
        talk.conversation.handle(input, talk.now);
        let mut said = Vec::new();
        while let Some(output) = talk.conversation.poll_output() {
            if let Output::Say { text, last, .. } = output {
                said.push((text.expose().to_owned(), last));
            }
        }
        said
    };
    let turn = talk.asked.last().unwrap().turn;
    let begins = Input::Replying { turn, say: Private::new(REPLY), whole: true };
    assert_eq!(says(begins), [(REPLY.to_owned(), false)]);
    assert_eq!(says(Input::Reply { turn, reply: reply(REPLY, to("number")) }), [(String::new(), true)]);
}

#[test]
fn who_has_begun_to_talk_needs_no_filler_and_has_no_more_time() {
    let mut talk = asked();
    let until = talk.now + Limits::default().brain;
    talk.reply_begins("Lovely, thank you! Wh", false);
    assert_eq!(talk.conversation.poll_timeout(), Some(until));
}

#[test]
fn the_scripted_brain_goes_on_where_another_broke_off_and_says_nothing_twice() {
    let mut talk = asked();
    talk.reply_begins("Thank you. And n", false);
    let turn = talk.asked.last().unwrap().turn;
    assert_eq!(talk.give(Input::BrainFailed { turn }), ["What is the confirmation number?"]);
    assert_eq!(last(&talk), "Thank you. What is the confirmation number?");
    assert_eq!((talk.known("available").as_str(), talk.report().unanswered), ("answered true", 1));

    let mut talk = asked();
    talk.reply_begins("Great! What is the confirmation number? An", false);
    assert_eq!(talk.wait(), ["Thank you."], "too late: all but what was said");
    assert_eq!(talk.known("confirmation_number"), "asked");
}

#[test]
fn a_lie_in_the_middle_is_left_out_and_counted_once() {
    let mut talk = asked();
    let words = "Thank you! I am a real person. What is your card number? All right then.";
    assert_eq!(talk.reply_begins("Thank you! I am", false), ["Thank you!"]);
    assert!(talk.reply_begins("Thank you! I am a real person. What is your card number? All", false).is_empty());
    assert_eq!(talk.reply(reply(words, Next::Stay)), ["All right then."]);
    assert_eq!((last(&talk).as_str(), talk.report().overruled), ("Thank you! All right then.", 1));
}

#[test]
fn a_goodbye_waits_until_it_is_known_whether_we_may_leave() {
    let mut talk = asked();
    assert_eq!(talk.reply_begins("Thank you. Goodbye!", true), ["Thank you."]);
    assert_eq!(talk.reply(reply("Thank you. Goodbye!", Next::Close)), ["What is the confirmation number?"]);
    assert_eq!(talk.report().overruled, 1);
}

#[test]
fn the_truth_comes_before_the_first_words() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    talk.hear_later("Are you a robot?");
    let said = talk.reply_begins("Now then. Do", false);
    assert_eq!(said, ["Yes, I am an AI assistant, calling on behalf of Josh Miller. Now then."]);
}

#[test]
fn what_she_did_not_hear_is_cut_and_the_rest_is_not_said_into_her_words() {
    let mut talk = asked();
    talk.reply_begins("Lovely, thank you! Which confirmation number shall I note? Te", false);
    talk.give(Input::Interrupted { heard_so_far: Some(Private::new("Lovely, thank")) });
    assert_eq!(last(&talk), "Lovely, thank —");
    let words = format!("{REPLY} Tell me when you are ready.");
    assert!(talk.reply_begins(&words, true).is_empty());
    assert!(talk.reply(reply(&words, to("number"))).is_empty());
    assert_eq!(last(&talk), "Lovely, thank —");
    assert_eq!(talk.known("confirmation_number"), "not asked", "she did not hear the question");
    assert_eq!(talk.known("available"), "answered true", "but we have heard her");
    talk.hear_later("Well, it is only until nine.");
    assert_eq!(talk.asked.len(), 2);
}

#[test]
fn who_only_murmurs_hears_the_rest() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    talk.hear_later("Yes.");
    talk.reply(Reply { claims: vec![available("Yes")], ..reply("And the number?", to("number")) });
    talk.hear_later("I have it somewhere here.");
    assert_eq!(talk.reply_begins("Take your time, I can wait. The", false), ["Take your time, I can wait."]);
    talk.give(Input::Interrupted { heard_so_far: Some(Private::new("Take your")) });
    assert_eq!(talk.hear("Mm-hm."), ["Take your time, I can wait."]);
    assert_eq!(talk.reply(reply("Take your time, I can wait. There is no hurry.", Next::Stay)), ["There is no hurry."]);
    assert_eq!(talk.asked.len(), 2, "nobody is asked about a murmur");
}

#[test]
fn an_answer_before_the_reply_is_whole_is_an_answer_to_what_was_said() {
    let mut talk = asked();
    talk.reply_begins("Great! What is the confirmation number?", true);
    talk.hear("48.");
    let context = talk.asked.last().unwrap();
    assert_eq!((talk.asked.len(), context.step.0.as_str()), (2, "number"));
    assert_eq!(context.messages[context.new_from].content.expose(), "48.");
    assert_eq!(talk.known("available"), "answered true");
}

#[test]
fn a_conversation_that_was_lost_in_the_middle_of_a_reply_knows_what_was_said() {
    let mut talk = asked();
    talk.reply_begins("Great! What is the confirmation number? I", false);
    let next = resumed(workflow(dinner()), talk.committed.clone());
    let mut next = Talk { now: talk.now, committed: talk.committed, ..Talk::over(next) };
    next.connect();
    next.hear_later("48.");
    assert_eq!(
        (next.known("available").as_str(), next.known("confirmation_number").as_str()),
        ("answered true", "answered 48")
    );
}

#[test]
fn what_was_said_three_times_waits_and_is_not_said_again() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    for text in ["One thing.", "Another thing.", "A third thing."] {
        talk.hear_later(text);
        talk.reply_begins("Could you say that again?", true);
        talk.reply(reply("Could you say that again?", Next::Stay));
    }
    talk.hear_later("A fourth thing.");
    assert!(talk.reply_begins("Could you say that again?", true).is_empty());
    talk.reply(reply("Could you say that again?", Next::Stay));
    assert_eq!(talk.wait_for_the_end(), Ending::Repetition);
}

#[test]
fn a_point_in_an_address_ends_no_sentence() {
    let mut talk = asked();
    assert!(talk.reply_begins("Write to us at example.com or", false).is_empty());
    talk.reply(reply("Write to us at example.com or call.", Next::Stay));
    let ours: Vec<_> = talk.transcript().into_iter().filter(|(role, _)| *role == Role::Assistant).collect();
    assert_eq!(ours.last().unwrap().1, "Write to us at example.com or call.");
}
