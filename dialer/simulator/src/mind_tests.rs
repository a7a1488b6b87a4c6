use std::sync::Arc;

use super::{Mind, Reaction};
use crate::directory::Directory;
use crate::person::{Person, Then};

const CALLS: usize = 20;

fn person(name: &str) -> Arc<Person> {
    let directory = Directory::read().unwrap();
    let number = directory.people().find(|person| person.name == name).unwrap().number.clone();
    directory.who(&number)
}

/// What a person may answer, over many calls, after she was told the rest.
fn answers(name: &str, told: &[&str], asked: &str) -> Vec<Reaction> {
    let person = person(name);
    let call = |nth| {
        let mut mind = Mind::new(person.clone(), 1, &person.number, nth);
        for text in told {
            mind.hears(text);
        }
        mind.hears(asked)
    };
    (0..CALLS).map(call).collect()
}

const DINNER: &str = "Hello, this is an AI assistant calling on behalf of Josh Miller. I'd like to book a table for 2 on \
                      Friday at 7pm under the name Josh Miller.";
const APPOINTMENT: &str = "Hello, this is an AI assistant calling on behalf of Sarah Johnson. I'm calling about Sarah \
                           Johnson's 3pm appointment tomorrow.";
const SHOES: &str = "Hello, this is an AI assistant. I'm calling to ask about store hours and shoes.";

#[test]
fn people_answer_what_they_are_asked() {
    let table: [(&str, &[&str], &str, &[&str]); 39] = [
        ("restaurant", &[], DINNER, &["yes"]),
        ("restaurant", &[DINNER], "Do you have a table available then?", &["yes"]),
        ("restaurant", &[DINNER], "Is the table available?", &["yes"]),
        ("restaurant", &[DINNER], "Great. Could you please book it for us?", &["yes"]),
        ("restaurant", &[DINNER], "What is the confirmation number?", &["4827"]),
        ("restaurant", &[DINNER], "What other time would you have?", &["7pm", "8pm"]),
        ("restaurant", &[DINNER], "What other times do you have?", &["7pm", "8pm"]),
        ("restaurant", &[DINNER], "What is the earliest time that you have available?", &["7pm", "8pm"]),
        ("restaurant", &[DINNER], "Could you book it under Josh Miller, please?", &["yes"]),
        ("restaurant", &[DINNER], "Is there a confirmation number?", &["4827"]),
        ("restaurant", &[DINNER], "May I have your name?", &["maria"]),
        ("restaurant", &[DINNER], "And under what name is the reservation?", &["josh miller", "what name"]),
        ("restaurant", &[DINNER], "Is the reservation confirmed?", &["yes"]),
        ("restaurant", &[DINNER], "How late are you open?", &["11am to 10pm"]),
        ("doctor", &[], APPOINTMENT, &["yes"]),
        ("doctor", &[APPOINTMENT], "Can you confirm the appointment?", &["confirmed"]),
        ("doctor", &[APPOINTMENT], "Is that appointment confirmed?", &["confirmed"]),
        ("doctor", &[APPOINTMENT], "Is it still on the schedule?", &["confirmed"]),
        ("doctor", &[APPOINTMENT], "What time would work instead?", &["10am"]),
        ("doctor", &[APPOINTMENT], "Is there anything she should bring?", &["id", "yes", "no"]),
        ("shop", &[SHOES], "What are your store hours?", &["10am to 8pm", "ten to eight"]),
        ("shop", &[SHOES], "Do you have size 10 Nike Air Max in stock?", &["yes"]),
        ("shop", &[SHOES], "How much do they cost?", &["129 dollars"]),
        ("shop", &[SHOES], "Could you hold a pair for me?", &["yes", "sure"]),
        ("generic", &[], "Could you tell me your opening hours?", &["9am", "nine"]),
        ("generic", &[], "What's the best phone number to reach you?", &["five five five"]),
        ("generic", &[], "How much would it be in total?", &["120 dollars"]),
        ("generic", &[], "Would Tuesday be okay?", &["yes"]),
        ("generic", &[], "Could you take that order, please?", &["yes"]),
        ("generic", &[], "When will it be ready?", &["3pm", "three"]),
        ("generic", &[], "Did you get that?", &["got"]),
        ("generic", &[], "How long is the wait, roughly?", &["30 minutes"]),
        ("generic", &[], "Can you help me with that?", &["yes"]),
        ("generic", &[], "Could you put Josh Miller on the wait list, please?", &["yes"]),
        ("generic", &[], "What is your favourite colour?", &["not sure", "have to check"]),
        ("generic", &[], "Are you still there?", &["yes"]),
        ("generic", &[], "I'm calling to tell you that the package has arrived.", &["pass that on", "tell them"]),
        ("declines", &[], "What are your opening hours?", &["rather not", "prefer not", "can't"]),
        ("declines", &[], "Is the table available?", &["rather not", "prefer not", "can't"]),
    ];
    for (name, told, asked, expected) in table {
        for reaction in answers(name, told, asked) {
            let said = reaction.say.unwrap_or_default().to_lowercase();
            assert!(expected.iter().any(|words| said.contains(words)), "{name} was asked {asked:?}: {said:?}");
            assert_eq!(reaction.then, Then::Listen, "{asked}");
        }
    }
}

#[test]
fn a_farewell_is_answered_and_then_she_leaves() {
    for name in ["restaurant", "doctor", "shop", "generic", "declines"] {
        for farewell in
            ["Thank you for your help. Goodbye!", "That's all I needed, thank you. Have a great day.", "Bye."]
        {
            for reaction in answers(name, &[], farewell) {
                assert_eq!(reaction.then, Then::Leave, "{name}: {farewell}");
                assert!(reaction.say.is_some());
            }
        }
    }
}

#[test]
fn what_she_repeats_is_what_she_was_told() {
    let said: Vec<_> = answers("restaurant", &[DINNER], "Is a table available?")
        .into_iter()
        .filter_map(|reaction| reaction.say)
        .collect();
    assert!(said.contains(&"Yes, we have a table for 2 on Friday at 7pm.".to_owned()), "{said:?}");
    assert!(said.iter().all(|text| !text.contains(['{', '}'])));
    let unknown = answers("restaurant", &[], "Is a table available?");
    assert!(unknown.iter().all(|reaction| reaction.say.as_deref() == Some("Yes, we have a table for you.")));
}

#[test]
fn who_opts_out_says_so_once_and_then_goes() {
    let person = person("opts_out");
    let mut mind = Mind::new(person.clone(), 1, &person.number, 0);
    assert!(mind.hears(DINNER).say.unwrap().contains("don't call me again"));
    assert_eq!(mind.hears("I'm sorry. Goodbye.").then, Then::Leave);
}

#[test]
fn who_is_in_a_hurry_hangs_up_at_the_second_text() {
    let person = person("hangs_up");
    let mut mind = Mind::new(person.clone(), 1, &person.number, 0);
    assert_eq!(mind.hears(DINNER).then, Then::Listen);
    assert_eq!(mind.hears("Do you have a table?"), Reaction { then: Then::HangUp, ..Reaction::words(None) });
}

#[test]
fn the_same_seed_gives_the_same_words_and_another_seed_others() {
    let person = person("restaurant");
    let words = |seed| {
        let mut mind = Mind::new(person.clone(), seed, &person.number, 0);
        let greeting = mind.greeting();
        let heard = ["Is a table available on Friday at 7pm?", "Thank you. Goodbye."].map(|text| mind.hears(text).say);
        (greeting, heard, mind.pause())
    };
    assert_eq!(words(7), words(7));
    assert!((0..20).any(|seed| words(seed) != words(7)));
}
