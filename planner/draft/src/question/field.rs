//! The field that the answer to a question fills.

use std::ops::Range;

use proto::Private;
use proto::workflow::{Field, FieldKind};

use super::CLAUSES;
use super::wording::{self, Worded};
use crate::one_of::{OneOf, one_of};
use crate::speech::to_callee;
use crate::text::Text;

/// None: the words ask for nothing.
pub(super) fn field(
    text: &Text,
    item: Range<usize>,
    lead: &str,
    direct: bool,
    principal: Option<&str>,
) -> Option<Field> {
    let empty = one_of![
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
    if text.is(item.end.wrapping_sub(1), one_of!["questions", "things"]) && item.len() < 7 {
        return None;
    }
    let alone = item.len() == 1 && !direct && text.is(item.start, CLAUSES);
    if alone || item.clone().all(|at| text.is(at, empty)) {
        return None;
    }
    let said = format!("{lead}{}", to_callee(text.slice(item.clone()), principal));
    let mut worded = wording::word(&said, direct);
    if text.is(item.end, one_of!["y/n", "yes/no"]) && worded.kind != FieldKind::Boolean {
        worded = Worded { question: wording::could_you("tell me, yes or no:", &said), kind: FieldKind::Boolean };
    }
    let name = if said.starts_with("that ") { confirmed(&said) } else { name(text, item, &worded.kind) };
    Some(Field { name, question: Private::new(worded.question), kind: worded.kind, required: true, schema: None })
}

fn confirmed(said: &str) -> String {
    let about = ["appointment", "reservation", "order"].iter().find(|noun| said.contains(**noun));
    about.map_or_else(|| "confirmed".to_owned(), |noun| format!("{noun}_confirmed"))
}

/// Names of fields are not private, so they hold no names and numbers of the prompt.
fn name(text: &Text, item: Range<usize>, kind: &FieldKind) -> String {
    const SMALL: &OneOf = one_of![
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
    let plain = |at: &usize| !text.is(*at, SMALL) && (!text.capital(*at) || *at == item.start);
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
