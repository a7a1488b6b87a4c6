use draft::{PROMPT_CHARS_MAX, Refusal, draft};
use proto::workflow::VoicemailPolicy;

use crate::shown::shown;

/// Each prompt with the plan that a careful person would make of it.
const PLANS: &str = include_str!("plans.txt");

/// `# prompt`, then its plan.
fn table() -> Vec<(&'static str, &'static str)> {
    let blocks = PLANS.split("# ").filter(|block| !block.trim().is_empty());
    blocks.map(|block| block.split_once('\n').unwrap()).collect()
}

#[test]
fn each_prompt_becomes_the_plan_that_was_agreed_on() {
    let table = table();
    assert!(table.len() >= 60, "{} prompts", table.len());
    for (prompt, plan) in table {
        assert_eq!(shown(&draft(prompt)), plan, "{prompt}");
    }
}

#[test]
fn what_says_nothing_is_refused_with_a_question_for_each_gap() {
    let vague = [
        "",
        "   ",
        "?",
        "Hi",
        "Hello there",
        "Make a call",
        "Make a phone call please",
        "Call them",
        "Call John",
        "Call him back",
        "Please call my dentist",
        "Olive Garden",
        "Josh Miller",
        "Book something",
        "Book it",
        "Book a reservation",
        "Book a table",
        "Book an appointment",
        "Schedule something for tomorrow",
        "Reserve",
        "Cancel",
        "Cancel it",
        "Cancel my appointment",
        "Confirm",
        "Confirm it",
        "Confirm the appointment",
        "Reschedule my appointment",
        "Ask",
        "Ask them",
        "Ask a question",
        "Ask them something",
        "Find out",
        "Order something",
        "Order",
        "Tell them",
        "Leave a message",
        "Remind her",
        "Follow up",
        "Follow up with them",
        "Get a quote",
        "Join the waitlist",
        "Do the thing",
        "Handle it for me",
        "Talk to the manager",
        "12345",
    ];
    for prompt in vague {
        let Err(Refusal::Vague(refused)) = draft(prompt) else { panic!("planned: {prompt}") };
        assert!(!refused.missing.is_empty(), "{prompt}");
        for missing in refused.missing {
            assert!(!missing.what.is_empty() && missing.suggested_question.ends_with('?'), "{prompt}: {missing:?}");
        }
    }
}

#[test]
fn a_prompt_in_another_language_is_told_apart_from_one_that_says_too_little() {
    let foreign = [
        "Reserva una mesa para dos el viernes a las siete",
        "Réservez une table pour deux demain soir",
        "Ruf bitte den Zahnarzt an und mach einen Termin für Montag",
        "Prenota un tavolo per due persone",
        "Bel de tandarts en maak een afspraak voor morgen om tien uur",
        "Забронируйте столик на двоих",
        "予約してください",
    ];
    for prompt in foreign {
        assert_eq!(draft(prompt).unwrap_err(), Refusal::NotEnglish, "{prompt}");
    }
    assert!(Refusal::NotEnglish.to_string().contains("speaks English only"));
    // Names of other languages are no other language.
    assert!(draft("Table for 2 at Trattoria da Luigi, Friday 8pm, Rossi").is_ok());
    assert!(draft("Réserver? No: book a table for 2 at Café Müller on Friday at 8pm under José Núñez").is_ok());
}

#[test]
fn a_prompt_that_is_no_briefing_any_more_is_too_long() {
    let ask = "Ask if they are open on Sunday. ";
    assert!(draft(&ask.repeat(PROMPT_CHARS_MAX / ask.len())).is_ok());
    assert_eq!(draft(&ask.repeat(PROMPT_CHARS_MAX / ask.len() + 1)).unwrap_err(), Refusal::TooLong);
}

#[test]
fn what_the_callee_must_not_hear_is_neither_told_nor_asked() {
    let prompt =
        "Book a table for 2 at Nobu on Friday at 7pm under Josh. Don't tell them it's for our boss, he turns 50.";
    let plan = shown(&draft(prompt));
    assert!(plan.contains("party size: 2") && !plan.contains("boss") && !plan.contains("50"), "{plan}");
}

#[test]
fn a_machine_is_told_only_what_the_author_wants_it_to_hear() {
    let policy = |prompt: &str| draft(prompt).unwrap().into_parts().voicemail;
    assert_eq!(policy("Tell Maria that the biopsy was fine"), VoicemailPolicy::HangUp);
    let VoicemailPolicy::LeaveMessage(left) = policy("Leave a message for Maria that the car is ready") else {
        panic!("nothing is left");
    };
    assert!(left.expose().contains("AI assistant") && left.expose().contains("The car is ready."));
}
