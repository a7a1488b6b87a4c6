//! Answers what the callee asks, from what the workflow allows to tell and from nothing else.

use proto::workflow::TellFact;

use crate::Context;
use crate::words::{Speech, Word, has_any, intent, request, starts_with};

/// More would be a speech.
const FACTS_TOLD_MAX: usize = 2;
const UNKNOWN: &str = "I am sorry, I do not have that information.";

/// How callees ask for a fact, and how the label of such a fact may read.
const TOPICS: &[(&[&str], &[&str])] = &[
    (
        &["how many", "party", "how large", "how big a", "number of people", "number of guests"],
        &["party", "people", "guests", "quantity"],
    ),
    (
        &[
            "name",
            "whose",
            "who is it for",
            "who is that for",
            "who for",
            "for whom",
            "for who",
            "which patient",
            "whats it under",
        ],
        &["name", "for", "under", "patient"],
    ),
    (
        &["when", "what time", "which time", "what day", "which day", "what date", "which date"],
        &["date", "time", "day", "when", "appointment"],
    ),
    (&["phone", "telephone", "callback", "contact", "reach", "number"], &["phone", "callback", "contact"]),
    (&["what size", "which size"], &["size"]),
    (
        &[
            "which model",
            "what model",
            "which one",
            "what kind",
            "which kind",
            "which product",
            "what item",
            "which item",
        ],
        &["item", "product", "model", "kind"],
    ),
    (&["which doctor", "what doctor", "which provider"], &["doctor", "with", "provider"]),
    (&["address", "where"], &["address", "location", "place"]),
];
const WHO: &[&str] = &[
    "who is this",
    "whos this",
    "who are you",
    "who am i",
    "whos calling",
    "who is calling",
    "who is it",
    "whos there",
    "calling from",
    "where are you calling",
];
const WHY: &[&str] = &[
    "can i help",
    "may i help",
    "can i do for you",
    "what is this about",
    "whats this about",
    "what is it about",
    "whats this regarding",
    "what is this regarding",
    "why are you",
    "what do you want",
    "what do you need",
    "what can i",
    "repeat",
    "say that again",
    "pardon",
    "come again",
    "reason",
];
const OFFER: &[&str] = &[
    "that work",
    "that be ok",
    "that be okay",
    "that be all right",
    "that suit",
    "is that ok",
    "is that okay",
    "is that fine",
    "interested",
    "would you like",
    "do you want",
];
const NOTHING_TO_TELL: &[&str] =
    &["anything else", "something else", "how are you", "is that all", "you there", "hear me"];
const TAGS: &[&str] = &["right", "correct", "yes", "okay"];

/// What to tell, if the utterance asks for something. Nothing, where the engine has told the truth itself.
pub(super) fn answer(context: &Context, text: &str) -> Option<String> {
    let purpose = || Some(context.workflow.parts().purpose.expose().to_owned());
    if intent::did_not_understand(text) {
        return purpose();
    }
    if intent::asks_whether_robot(text) || request::asks_for_person(text) {
        return Some(String::new());
    }
    let speech = Speech::new(text);
    let asked = speech.sentences().into_iter().rev().find(|sentence| sentence.question)?;
    let question = &speech.words[asked.range];
    if has_any(question, NOTHING_TO_TELL) {
        return None;
    }
    if has_any(question, WHO) {
        return Some(who(context));
    }
    if has_any(question, WHY) {
        return purpose();
    }
    if intent::is_courtesy(question) || intent::only_greets(text) {
        return None;
    }
    if question.last().is_some_and(|last| TAGS.contains(&last.text.as_str())) {
        return purpose();
    }
    if has_any(question, OFFER) {
        return Some("I will pass that on.".to_owned());
    }
    let facts = facts_asked(&context.workflow.parts().facts, question);
    if !facts.is_empty() {
        return Some(facts.into_iter().map(told).collect::<Vec<_>>().join(" "));
    }
    if has_any(question, TOPICS[1].0) {
        return Some(who(context));
    }
    if has_any(question, TOPICS[2].0) || starts_with(question, "what for") {
        return purpose();
    }
    Some(UNKNOWN.to_owned())
}

fn facts_asked<'a>(facts: &'a [TellFact], question: &[Word]) -> Vec<&'a TellFact> {
    let labelled = |fact: &&TellFact| {
        has_any(
            question,
            &[Speech::new(&fact.label)
                .words
                .iter()
                .map(|word| word.text.as_str())
                .collect::<Vec<_>>()
                .join(" ")
                .as_str()],
        )
    };
    let mut found: Vec<_> = facts.iter().filter(labelled).collect();
    if found.is_empty() {
        let labels = TOPICS.iter().filter(|(asks, _)| has_any(question, asks)).flat_map(|(_, labels)| *labels);
        for label in labels {
            let fact = facts.iter().find(|fact| has_any(&Speech::new(&fact.label).words, &[label]));
            found.extend(fact.filter(|fact| !found.contains(fact)));
        }
    }
    found.truncate(FACTS_TOLD_MAX);
    found
}

fn told(fact: &TellFact) -> String {
    format!("The {} is {}.", fact.label.replace('_', " "), fact.value.expose().trim_end_matches('.'))
}

fn who(context: &Context) -> String {
    match &context.principal {
        Some(principal) => format!("I am an AI assistant, calling on behalf of {}.", principal.expose()),
        None => "I am an AI assistant.".to_owned(),
    }
}
