use proto::workflow::FieldKind;

use crate::talk::{Talk, dinner, question, workflow};

const GREETING: &str = "Hello, this is an AI assistant calling on behalf of Josh Miller. I would like to book a table for 2 on Friday at 7pm.";
const AVAILABLE: &str = "Do you have a table available?";
const CLOSE: &str = "Thank you very much. Goodbye.";

#[test]
fn a_cooperative_host_books_the_table() {
    let mut talk = Talk::dialed(workflow(dinner()));
    assert!(talk.connect().is_empty(), "the callee greets first");
    assert_eq!(talk.hear("Olive Garden, how can I help you?"), [GREETING, AVAILABLE]);
    assert_eq!(
        talk.hear_later("Yes, we have a table for 2 on Friday at 7pm."),
        ["Thank you. What is the confirmation number?"]
    );
    assert_eq!(talk.hear_later("It's forty-eight."), [CLOSE]);
    assert_eq!(talk.wait_for_the_end(), engine::Ending::Closed);
    assert_eq!(talk.known("available"), "answered true");
    assert_eq!(talk.known("confirmation_number"), "answered 48");
    assert_eq!(talk.known("other_time"), "not asked");
    assert_eq!(talk.report().messages, talk.committed);
}

#[test]
fn a_full_restaurant_is_asked_for_another_time() {
    let mut talk = Talk::answered(workflow(dinner()));
    let answer = "I'm sorry, we're fully booked at seven, but we have 8:30.";
    assert_eq!(talk.hear_later(answer), ["Thank you. What other time do you have?"]);
    assert_eq!(talk.hear_later("We could do 8:30 pm."), [CLOSE]);
    assert_eq!(talk.known("available"), "answered false");
    assert_eq!(talk.known("other_time"), "answered 8:30 pm");
}

#[test]
fn another_offer_is_not_taken_for_a_yes() {
    let mut talk = Talk::answered(workflow(dinner()));
    let clarify = format!("I am sorry, I did not quite get that. {AVAILABLE}");
    assert_eq!(talk.hear_later("We have a table at 9."), [clarify]);
    assert_eq!(talk.hear_later("We have one on Saturday."), ["That is all right. What other time do you have?"]);
    assert_eq!(talk.known("available"), "asked");
}

#[test]
fn the_callees_questions_are_answered_from_the_facts() {
    let cases = [
        ("For how many people?", "The party size is 2."),
        ("What name should I put it under?", "The name is Josh Miller."),
        ("What time was that?", "The time is Friday at 7pm."),
        ("Sorry, who is this?", "I am an AI assistant, calling on behalf of Josh Miller."),
        ("What is this about?", "I would like to book a table for 2 on Friday at 7pm."),
        ("Sorry, I didn't catch that.", "I would like to book a table for 2 on Friday at 7pm."),
        ("Do you have a favorite dish?", "I am sorry, I do not have that information."),
        ("Are you a robot?", "Yes, I am an AI assistant, calling on behalf of Josh Miller."),
    ];
    for (asked, told) in cases {
        let mut talk = Talk::answered(workflow(dinner()));
        assert!(talk.hear_later(asked)[0].starts_with(told), "{asked} → {:?}", talk.said);
        assert!(talk.said.last().unwrap().ends_with(AVAILABLE), "{asked} → {:?}", talk.said);
        assert_eq!(talk.known("available"), "asked", "{asked}");
    }
}

#[test]
fn an_answer_and_a_question_in_one_breath_are_both_heard() {
    let mut talk = Talk::answered(workflow(dinner()));
    assert_eq!(
        talk.hear_later("Yes, we do. For how many people?"),
        ["The party size is 2. What is the confirmation number?"]
    );
    assert_eq!(talk.known("available"), "answered true");
}

#[test]
fn who_will_not_say_is_not_pressed() {
    let mut talk = Talk::answered(workflow(dinner()));
    assert_eq!(talk.hear_later("I'd rather not say."), ["That is all right. What other time do you have?"]);
    assert_eq!(
        talk.hear_later("I can't give you that information."),
        ["That is all right. Thank you very much. Goodbye."]
    );
    assert_eq!(talk.known("available"), "declined I'd rather not say");
    assert_eq!(talk.known("other_time"), "declined I can't give you that information");
}

#[test]
fn answers_are_read_as_their_kind() {
    let choice = FieldKind::Choice(vec!["Red".into(), "Dark blue".into()]);
    let cases = [
        (FieldKind::Text, "We're open nine to five.", "answered We're open nine to five"),
        (FieldKind::Text, "Sure, let me check. It's in the back, by the door.", "answered in the back, by the door"),
        (FieldKind::Text, "Well, it's 48 B.", "answered 48 B"),
        (FieldKind::Text, "That is the blue one.", "answered the blue one"),
        (FieldKind::Text, "My boss is away.", "answered My boss is away"),
        (FieldKind::Text, "No.", "answered No"),
        (FieldKind::Text, "Okay, sure.", "asked"),
        (FieldKind::Text, "I'm not sure about that, sorry.", "declined I'm not sure about that"),
        (FieldKind::Number, "Two, please.", "answered 2"),
        (FieldKind::Number, "I have that one here.", "asked"),
        (FieldKind::Number, "Two or three.", "asked"),
        (FieldKind::Money, "They're 129 dollars.", "answered 129"),
        (FieldKind::Money, "That's twelve fifty.", "answered 12.5"),
        (FieldKind::Time, "Seven.", "answered Seven"),
        (FieldKind::Time, "Between 6:30 and 8:15 pm.", "answered 6:30 and 8:15 pm"),
        (FieldKind::Date, "Tuesday works.", "answered Tuesday"),
        (FieldKind::DateTime, "We have Thursday at 10am.", "answered Thursday at 10am"),
        (FieldKind::Phone, "It's four one five, 555 0123.", "answered 4155550123"),
        (choice.clone(), "The dark blue one.", "answered Dark blue"),
        (choice, "Red or dark blue.", "asked"),
        (FieldKind::Boolean, "That should be okay.", "answered true"),
        (FieldKind::Boolean, "Go ahead.", "asked"),
        (FieldKind::Boolean, "Hello? I can't hear you.", "asked"),
    ];
    for (kind, text, known) in cases {
        let mut talk = Talk::answered(question("Well?", kind.clone()));
        talk.hear_later(text);
        assert_eq!(talk.known("it"), known, "{kind:?}: {text}");
    }
}

#[test]
fn a_question_is_put_twice_and_then_left() {
    let mut talk = Talk::answered(question("How many?", FieldKind::Number));
    assert_eq!(talk.hear_later("Well, lovely weather."), ["I am sorry, I did not quite get that. How many?"]);
    assert_eq!(talk.hear_later("It rains."), ["That is all right. Goodbye."]);
    assert_eq!(talk.known("it"), "asked");
}

#[test]
fn asking_back_does_not_use_up_the_second_chance() {
    let mut talk = Talk::answered(workflow(dinner()));
    talk.hear_later("For how many people?");
    assert_eq!(talk.hear_later("I see."), [format!("I am sorry, I did not quite get that. {AVAILABLE}")]);
    talk.hear_later("Yes, we have one.");
    assert_eq!(talk.known("available"), "answered true");
}
