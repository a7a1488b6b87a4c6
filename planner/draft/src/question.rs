//! What the author wants to know, as questions that can be asked on the phone.

mod wording;

use std::ops::Range;

use proto::Private;
use proto::workflow::{Field, FieldKind};

use crate::act::Act;
use crate::speech::to_callee;
use crate::text::{Pause, Text};
use crate::{noun, when};

const CLAUSES: [&str; 15] = [
    "if", "whether", "that", "what", "what's", "when", "where", "who", "which", "why", "how", "do", "does", "is", "are",
];
const TOPIC_MARKS: [&str; 5] = ["about", "regarding", "concerning", "for", "on"];
/// "Until what age", "at what time", "for how long".
const WHOLE: [&str; 10] = ["until", "till", "at", "from", "for", "by", "in", "to", "on", "with"];
const JOINTS: [&str; 7] = ["and", "or", "also", "plus", "then", "ask", "&"];
/// Nouns that begin a new thing to know even after a clause: "if they have it in stock and the price".
const TOPICS: [&str; 38] = [
    "date",
    "dates",
    "time",
    "times",
    "name",
    "number",
    "email",
    "deposit",
    "age",
    "limit",
    "requirements",
    "website",
    "capacity",
    "rent",
    "discount",
    "refund",
    "slot",
    "amount",
    "price",
    "prices",
    "cost",
    "costs",
    "fee",
    "fees",
    "hours",
    "address",
    "availability",
    "rates",
    "policy",
    "deposit",
    "parking",
    "menu",
    "warranty",
    "deadline",
    "status",
    "delivery",
    "options",
    "pricing",
];

/// The questions of one act, each with where it stands. Words that something else has claimed ("… under Josh") are left
/// out, and so are statements between the questions.
pub(crate) fn questions(
    text: &Text,
    act: &Act,
    claimed: &[bool],
    principal: Option<&str>,
) -> Vec<(Field, Range<usize>)> {
    let direct = act.trigger.is_empty();
    let items = items(text, act, claimed);
    // "Make sure my appointment is still on" leaves out the "that".
    let sure = (text.is(act.trigger.start, &["make"])
        || text.is(act.trigger.start, &["check", "checking"]) && states(text, act.words.start))
        && !text.is(act.trigger.end.wrapping_sub(1), &["that"]);
    let asked = |(at, item): (usize, Range<usize>)| {
        let confirms = act.confirms(text) && !item.clone().take(3).any(|at| text.is(at, &CLAUSES));
        if at > 0 && (confirms || is_statement(text, &item)) {
            return None;
        }
        let sure = sure && !text.is(item.start, &["if", "whether"]);
        let field = question(text, item.clone(), if sure && at == 0 { "that " } else { "" }, direct, principal)?;
        Some((field, item))
    };
    items.into_iter().enumerate().filter_map(asked).collect()
}

/// "I'm still in for half past four", "they've got us".
fn states(text: &Text, at: usize) -> bool {
    text.is(
        at,
        &[
            "i'm",
            "we're",
            "they've",
            "they're",
            "it's",
            "he's",
            "she's",
            "i",
            "we",
            "they",
            "he",
            "she",
            "you've",
            "all",
            "everything",
        ],
    )
}

/// "It's about fifteen metres", "5 Gull Terrace", "Hugo and Sanne de Wit", "till closing time": told, not asked.
fn is_statement(text: &Text, item: &Range<usize>) -> bool {
    let first = item.start;
    let topic = item.clone().any(|at| text.is(at, &TOPICS) || text.is(at, &CLAUSES));
    let named =
        noun::name(text, first, item.end).is_some_and(|name| name.end == item.end || text.is(name.end, &["and", "&"]));
    let numbered = text
        .lower(first)
        .starts_with(|letter: char| letter.is_ascii_digit() || matches!(letter, '+' | '#' | '$' | '£' | '€'));
    let timed = when::phrase(text, first, item.end).is_some()
        || text.is(first, &["till", "until", "name", "name's", "under", "say", "call"]);
    let subject = text.is(
        first,
        &[
            "it's", "its", "there's", "we're", "i'm", "i've", "we've", "they've", "he's", "she's", "my", "this",
            "job's", "that's", "if", "because", "since", "as", "so",
        ],
    ) || (text.is(first, &["i", "we", "they", "he", "she", "it"]) && item.len() > 2);
    let condition =
        text.is(first, &["if"]) && (text.is(first + 1, &["nobody", "so", "not", "possible", "that's", "needed"]));
    (subject && (!text.is(first, &["if"]) || condition)) || ((named || numbered || timed) && !topic)
}

/// Whom the act asks, when it says so: "ask Foot Locker if …".
pub(crate) fn asked_party(text: &Text, act: &Act) -> Option<Range<usize>> {
    let start = act.words.start;
    let mark = begin(text, act);
    let called = mark > start && text.pause(mark.wrapping_sub(1)) == Pause::Colon;
    let lead = usize::from(text.is(start, &["with", "from", "at"]));
    if called && let Some(lead) = (start..mark - 1).rev().find(|at| text.is(*at, &["from", "for", "with", "at"])) {
        return Some(lead + 1..mark);
    }
    let marked = text.is(mark, &CLAUSES) || text.is(mark, &TOPIC_MARKS) || (called && text.capital(start + lead));
    if mark <= start + lead || !marked {
        return None;
    }
    // "Pat at Dunn Motors".
    let desk = (start + lead + 1..mark).find(|at| text.is(*at, &["at"]) && text.capital(at.wrapping_sub(1)));
    Some(start + lead..desk.unwrap_or(mark))
}

/// Where the first question begins: behind whoever is asked.
pub(crate) fn begin(text: &Text, act: &Act) -> usize {
    let start = act.words.start;
    // "Two things from the library: do they lend laptops, …".
    let colon = (start..act.words.end.min(start + 9)).find(|at| text.pause(*at) == Pause::Colon);
    if let Some(colon) =
        colon.filter(|colon| (start..*colon).all(|at| !text.is(at, &CLAUSES) && !text.is(at, &["about"])))
    {
        return colon + 1;
    }
    if act.trigger.is_empty() {
        return start;
    }
    if start > 0 && text.is(start.wrapping_sub(1), &["if", "whether", "that"]) {
        return start - 1;
    }
    let them = start + usize::from(text.is(start, &["them", "him", "her"]));
    let near = start..act.words.end.min(start + 7);
    let named = |at: usize| at > start && text.is(at, &["for"]) && (start..at).all(|at| text.capital(at));
    let marks = |at: usize| text.is(at, &CLAUSES) || text.is(at, &["about", "regarding"]) || named(at);
    let Some(mark) = near.into_iter().find(|at| marks(*at)) else {
        return them;
    };
    // "Check with Dr. Weiss's office if …", "confirm with the Blue Note that …".
    let with =
        text.is(act.trigger.end.wrapping_sub(1), &["with", "from"]) || text.is(start, &["with", "from", "at", "of"]);
    let asks = with || text.is(act.trigger.start, &["ask", "confirm"]);
    let topic = text.is(start, &["their", "for", "the"])
        && !with
        && !text.capital(start + 1)
        && !text.is(mark, &["if", "whether", "about"]);
    let called = |at: usize| at + 1 == mark && text.pause(at) == Pause::Colon && text.capital(start);
    let joined = (start..mark).any(|at| text.is(at, &JOINTS) || (text.pause(at) != Pause::None && !called(at)));
    if mark == them || (asks && !topic && !joined && !text.is(start, &["their", "for"])) { mark } else { them }
}

fn items(text: &Text, act: &Act, claimed: &[bool]) -> Vec<Range<usize>> {
    // The word that begins the first question may belong to the verb: "see if".
    let taken = |at: usize| at >= act.words.start && claimed.get(at).copied().unwrap_or(false);
    let mut items: Vec<Range<usize>> = Vec::new();
    let mut start = begin(text, act);
    // "Ask: check-out time, whether pets are allowed" is a list.
    let listed = start > 0 && text.pause(start - 1) == Pause::Colon;
    let mut at = start;
    while at < act.words.end {
        if taken(at) {
            let preposition = at > start && text.is(at.wrapping_sub(1), &["at", "with", "from", "of", "for", "to"]);
            items.push(start..at - usize::from(preposition));
            while at < act.words.end && taken(at) {
                at += 1;
            }
            start = at;
            continue;
        }
        let listed =
            listed && text.pause(at.wrapping_sub(1)) == Pause::Comma && when::phrase(text, at, text.len()).is_none();
        if at > start && (listed || splits(text, at, start)) {
            items.push(start..at);
            start = at;
        }
        at += 1;
    }
    items.push(start..act.words.end);
    items.into_iter().map(|item| trimmed(text, item)).filter(|item| !item.is_empty()).collect()
}

/// Whether a new question begins at the joint before `at` or with it.
fn splits(text: &Text, at: usize, start: usize) -> bool {
    let comma = text.pause(at.wrapping_sub(1)) >= Pause::Comma;
    let joint = text.is(at, &JOINTS);
    if !comma && !joint {
        return false;
    }
    let next = (at..text.len()).find(|at| !text.is(*at, &JOINTS)).unwrap_or(at);
    let in_clause = text.is(skip_joints(text, start), &CLAUSES);
    // "…, and can they seat nine", "… and do you take walk-ins".
    if text.is(next, &["can", "could", "will", "would", "did", "has", "have", "do", "does", "is", "are"])
        && text.is(next + 1, &["you", "they", "it", "i", "we", "your", "their", "the", "there"])
    {
        return true;
    }
    if text.is(next, &WHOLE) && text.is(next + 1, &["what", "which", "how", "whom", "when"]) {
        return true;
    }
    if text.is(next, &CLAUSES) || text.is(next, &["about", "regarding"]) {
        return joint || comma;
    }
    let noun = next + usize::from(text.is(next, &["the", "their", "its", "any"]));
    // "…, Friday, around 11:30 pm" goes on.
    if when::phrase(text, next, text.len()).is_some() {
        return false;
    }
    let topic = text.is(noun, &TOPICS) || text.is(noun + 1, &TOPICS);
    // "Prices for a haircut and beard trim" is one topic.
    let detailed = !comma && (start + 1..at).any(|at| text.is(at, &["for", "of"]));
    topic || (!in_clause && !detailed && !text.is(at, &["or", "&"]))
}

fn skip_joints(text: &Text, mut at: usize) -> usize {
    while text.is(at, &JOINTS) {
        at += 1;
    }
    at
}

fn trimmed(text: &Text, item: Range<usize>) -> Range<usize> {
    let mut start = item.start;
    while start < item.end
        && (text.is(start, &JOINTS)
            || text.is(start, &["them", "please"])
            || (text.is(start, &TOPIC_MARKS) && !text.is(start + 1, &["what", "which", "how", "whom"])))
    {
        start += 1;
    }
    let mut end = item.end;
    while end > start
        && (text.is(end.wrapping_sub(1), &JOINTS)
            || text.is(
                end.wrapping_sub(1),
                &["please", "to", "thanks", "me", "them", "too", "not", "cheers", "y/n", "required"],
            ))
    {
        end -= 1;
    }
    start..end
}

fn question(text: &Text, item: Range<usize>, lead: &str, direct: bool, principal: Option<&str>) -> Option<Field> {
    let empty = [
        "something",
        "anything",
        "it",
        "question",
        "questions",
        "a",
        "some",
        "information",
        "info",
        "things",
        "stuff",
        "this",
        "that",
        "back",
        "more",
    ];
    if text.is(item.end.wrapping_sub(1), &["questions", "things"]) && item.len() < 7 {
        return None;
    }
    let alone = item.len() == 1 && !direct && text.is(item.start, &CLAUSES);
    if alone || item.clone().all(|at| text.is(at, &empty)) {
        return None;
    }
    let said = format!("{lead}{}", to_callee(text.slice(item.clone()), principal));
    let worded = wording::word(&said, direct);
    let name = if said.starts_with("that ") { confirmed(&said) } else { name(text, item, &worded.kind) };
    Some(Field { name, question: Private::new(worded.question), kind: worded.kind, required: true })
}

fn confirmed(said: &str) -> String {
    let about = ["appointment", "reservation", "order"].iter().find(|noun| said.contains(**noun));
    about.map_or_else(|| "confirmed".to_owned(), |noun| format!("{noun}_confirmed"))
}

/// Names of fields are not private, so they hold no names and numbers of the prompt.
fn name(text: &Text, item: Range<usize>, kind: &FieldKind) -> String {
    const SMALL: [&str; 63] = [
        "if", "whether", "that", "what", "what's", "when", "where", "who", "which", "why", "how", "do", "does", "is",
        "are", "they", "their", "them", "have", "has", "the", "a", "an", "any", "of", "for", "to", "in", "on", "at",
        "by", "with", "and", "or", "my", "our", "i", "we", "it", "its", "there", "can", "could", "will", "would", "be",
        "about", "much", "many", "time", "still", "he", "she", "you", "your", "they're", "please", "me", "also", "was",
        "her", "his", "until",
    ];
    let lower = text.slice(item.clone()).to_lowercase();
    if lower.contains("in stock") {
        return "in_stock".to_owned();
    }
    if lower.starts_with("how much") {
        return "price".to_owned();
    }
    let plain = |at: &usize| !text.is(*at, &SMALL) && (!text.capital(*at) || *at == item.start);
    let words = item
        .clone()
        .filter(plain)
        .map(|at| text.lower(at))
        .filter(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()));
    let mut name = words.take(4).collect::<Vec<_>>().join("_");
    if name.len() > 40 || name.is_empty() {
        "answer".clone_into(&mut name);
    }
    match kind {
        FieldKind::Time => format!("{name}_time"),
        FieldKind::Text
        | FieldKind::Number
        | FieldKind::Boolean
        | FieldKind::Date
        | FieldKind::DateTime
        | FieldKind::Phone
        | FieldKind::Money
        | FieldKind::Choice(_) => name,
    }
}

#[cfg(test)]
mod tests {
    use proto::workflow::FieldKind;

    use super::questions;
    use crate::act::acts;
    use crate::text::Text;

    fn asked(prompt: &str) -> Vec<(String, String, FieldKind)> {
        let text = Text::read(prompt);
        let claimed = vec![false; text.len()];
        acts(&text)
            .iter()
            .flat_map(|act| questions(&text, act, &claimed, None))
            .map(|(field, _)| (field.name, field.question.into_exposed(), field.kind))
            .collect()
    }

    #[test]
    fn each_wish_to_know_becomes_a_question_that_can_be_asked() {
        type Asked = (&'static str, &'static str, FieldKind);
        let cases: &[(&str, &[Asked])] = &[
            (
                "Ask about store hours and if they have size 10 Nike Air Max in stock",
                &[
                    ("store_hours", "What are your store hours?", FieldKind::Text),
                    ("in_stock", "Do you have size 10 Nike Air Max in stock?", FieldKind::Boolean),
                ],
            ),
            ("Find out if they're open on Sunday", &[("open", "Are you open on Sunday?", FieldKind::Boolean)]),
            ("Ask what time they close", &[("close_time", "What time do you close?", FieldKind::Time)]),
            ("Ask how much a haircut costs", &[("price", "How much does a haircut cost?", FieldKind::Money)]),
            ("Ask their return policy", &[("return_policy", "What is your return policy?", FieldKind::Text)]),
            (
                "Ask if the car is ready and what the total is",
                &[
                    ("car_ready", "Is the car ready?", FieldKind::Boolean),
                    ("total", "What is the total?", FieldKind::Money),
                ],
            ),
            (
                "Ask about parking, vegan options and the price of the lunch menu",
                &[
                    ("parking", "Could you tell me about parking?", FieldKind::Text),
                    ("vegan_options", "What are your vegan options?", FieldKind::Text),
                    ("price_lunch_menu", "What is the price of the lunch menu?", FieldKind::Money),
                ],
            ),
            ("Do you take walk-ins?", &[("take", "Do you take walk-ins?", FieldKind::Boolean)]),
            ("When are they open on Mondays?", &[("open", "When are you open on Mondays?", FieldKind::Text)]),
            ("Check whether my order has arrived", &[("order_arrived", "Has our order arrived?", FieldKind::Boolean)]),
            (
                "Find out their store hours and whether size 10 Nike Air Max is in stock",
                &[
                    ("store_hours", "What are your store hours?", FieldKind::Text),
                    ("in_stock", "Is size 10 Nike Air Max in stock?", FieldKind::Boolean),
                ],
            ),
            (
                "Inquire about prices for a haircut and beard trim",
                &[(
                    "prices_haircut_beard_trim",
                    "What are your prices for a haircut and beard trim?",
                    FieldKind::Money,
                )],
            ),
            ("Ask something", &[]),
        ];
        for (prompt, expected) in cases {
            let expected: Vec<_> = expected
                .iter()
                .map(|(name, question, kind)| ((*name).into(), (*question).into(), kind.clone()))
                .collect();
            assert_eq!(asked(prompt), expected, "{prompt}");
        }
    }
}
