//! What holds for every prompt.

use std::collections::BTreeSet;

use draft::draft;
use proptest::prelude::*;
use proptest::sample::select;
use proto::Workflow;

/// Words of briefings, in any order: far stranger than what people write, and often enough a plan.
const WORDS: &[&str] = &[
    "Book",
    "book",
    "a",
    "the",
    "table",
    "for",
    "2",
    "4",
    "at",
    "Olive",
    "Garden",
    "Dr.",
    "Smith's",
    "office",
    "on",
    "Friday",
    "7pm",
    "7",
    "3:30",
    "p.m.",
    "tomorrow",
    "under",
    "Josh",
    "Miller,",
    "party",
    "of",
    "and",
    "ask",
    "Ask",
    "if",
    "they",
    "have",
    "size",
    "10",
    "in",
    "stock",
    "about",
    "hours",
    "Confirm",
    "Sarah",
    "Johnson's",
    "appointment",
    "Cancel",
    "order",
    "#12345",
    "number",
    "call",
    "Call",
    "+1",
    "415",
    "555-0132",
    "tell",
    "them",
    "that",
    "I'll",
    "be",
    "late.",
    "Move",
    "from",
    "to",
    "March",
    "30th,",
    "2026",
    "$50",
    "my",
    "name",
    "is",
    "how",
    "much",
    "it",
    "costs",
    "wait",
    "list",
    "quote",
    "remind",
    "her",
    "please",
    "with",
    "2,000",
    "people",
    "-",
    "(",
    ")",
    "\n",
    "?",
    "50%",
    "12",
    "Main",
    "Street",
    "if",
    "possible",
    "what",
    "time",
    "close",
    "Name:",
    "Let",
    "know",
    "Order",
    "pizza",
    "delivery",
    "Put",
    "me",
    "follow",
    "up",
    "request",
    "thank",
    "between",
];

fn salad() -> impl Strategy<Value = String> {
    proptest::collection::vec(select(WORDS), 1..60).prop_map(|words| words.join(" "))
}

fn briefing() -> impl Strategy<Value = String> {
    let task = select(vec!["Book a table", "Make a dinner reservation", "Schedule an appointment", "Reserve a room"]);
    let day = select(vec!["Friday", "tomorrow", "March 30th", "next Tuesday", "4/17"]);
    let name = select(vec!["Josh Miller", "Ann Perry", "J. van Dyk", "Zoë O'Hara"]);
    (task, day, name, 1_u32..13, 1_u32..40, 1_000_u32..99_999).prop_map(|(task, day, name, hour, size, code)| {
        format!("{task} at Nobu for {day} {hour}pm, party of {size}, under {name}. Our reference number is {code}.")
    })
}

fn numbers(words: &str) -> BTreeSet<&str> {
    words.split(|letter: char| !letter.is_ascii_digit()).filter(|number| !number.is_empty()).collect()
}

/// What is told at once, when asked, and as questions, and who is called ("Studio 54").
fn told(workflow: &Workflow) -> String {
    let parts = workflow.parts();
    let facts = parts.facts.iter().map(|fact| fact.value.expose());
    let questions = parts.fields.iter().map(|field| field.question.expose());
    let callee = parts.callee_name.iter().map(proto::Private::expose);
    [parts.purpose.expose()].into_iter().chain(callee).chain(facts).chain(questions).collect::<Vec<_>>().join(" \n")
}

fn is_kept(prompt: &str) {
    let Ok(workflow) = draft(prompt) else { return };
    let told = told(&workflow);
    let lost: Vec<_> = numbers(prompt).difference(&numbers(&told)).copied().collect();
    assert!(lost.is_empty(), "lost {lost:?} of {prompt:?}, told {told:?}");
    let parts = workflow.parts();
    assert!(parts.purpose.expose().ends_with(['.', '?', '!']), "{}", parts.purpose.expose());
    for field in &parts.fields {
        assert!(field.question.expose().ends_with('?'), "{}", field.question.expose());
        let plain = field.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        assert!(plain && !field.name.is_empty(), "{}", field.name);
    }
    assert!(!parts.name.contains(|letter: char| letter.is_ascii_digit()), "{}", parts.name);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_text_is_answered_and_no_number_of_a_planned_one_is_lost(prompt in "\\PC{0,200}") {
        is_kept(&prompt);
    }

    #[test]
    fn no_mixture_of_words_makes_a_plan_that_loses_a_number(prompt in salad()) {
        is_kept(&prompt);
    }

    #[test]
    fn no_list_of_lines_makes_a_plan_that_loses_a_number(lines in proptest::collection::vec(salad(), 1..8)) {
        is_kept(&lines.join("\n- "));
    }

    #[test]
    fn a_briefing_is_planned_with_all_that_it_says(prompt in briefing()) {
        let workflow = draft(&prompt).unwrap();
        is_kept(&prompt);
        let name = workflow.parts().on_behalf_of.as_ref().unwrap().expose().to_owned();
        prop_assert!(prompt.contains(&format!("under {name}.")), "{name} of {prompt}");
        prop_assert_eq!(workflow.parts().callee_name.as_ref().unwrap().expose(), "Nobu");
        let told = told(&workflow);
        for labelled in ["party size", "date and time", "reference number"] {
            prop_assert!(workflow.parts().facts.iter().any(|fact| fact.label == labelled), "{labelled}: {told}");
        }
    }
}
