//! A noun alone, such as "return policy" or "price including VAT", as a question.

use proto::workflow::FieldKind;

use super::kind::PAID;
use super::wording::{Worded, could_you, plain};
use crate::speech::sentence;

/// Topics beside what is paid that are asked with "what": "What are your store hours?"
const WHAT: [&str; 34] = [
    "date",
    "dates",
    "limit",
    "length",
    "size",
    "weight",
    "model",
    "website",
    "capacity",
    "age",
    "discount",
    "hours",
    "address",
    "policy",
    "policies",
    "menu",
    "availability",
    "deadline",
    "name",
    "number",
    "email",
    "requirements",
    "options",
    "status",
    "minimum",
    "location",
    "schedule",
    "specials",
    "code",
    "time",
    "times",
    "terms",
    "process",
    "totals",
];
/// Behind these stands what the topic is of, or with.
const OF: [&str; 20] = [
    "of",
    "for",
    "on",
    "at",
    "in",
    "to",
    "with",
    "per",
    "from",
    "including",
    "incl",
    "inc",
    "excluding",
    "excl",
    "before",
    "after",
    "by",
    "if",
    "without",
    "until",
];

pub(super) fn topic(words: &[&str]) -> Worded {
    if let Some(asked) = short(words) {
        return Worded { question: sentence(&asked, '?'), kind: FieldKind::Boolean };
    }
    let first = words.first().map(|word| word.to_lowercase());
    let article = first.filter(|word| ["the", "your", "our", "its"].contains(&word.as_str()));
    let core = &words[usize::from(article.is_some())..];
    let own = core.iter().position(|word| OF.contains(&word.to_lowercase().as_str())).unwrap_or(core.len());
    let noun = own.checked_sub(1).and_then(|at| core.get(at)).map(|word| plain(word)).unwrap_or_default();
    let told = core.join(" ");
    if !is_what(&noun) {
        // "The call-out charge outside of it" is still a charge, but "a price list" is none.
        let paid = core.iter().take(own).any(|word| PAID.contains(&plain(word).as_str()))
            && !["list", "lists", "sheet", "policy", "card", "table", "range"].contains(&noun.as_str());
        let kind = if paid { FieldKind::Money } else { FieldKind::Text };
        return Worded { question: could_you("tell me about", &words.join(" ")), kind };
    }
    let of = core.get(own).is_some_and(|word| word.eq_ignore_ascii_case("of"));
    let determiner = article.unwrap_or_else(|| if of { "the".to_owned() } else { "your".to_owned() });
    let verb = if is_plural(&noun) { "are" } else { "is" };
    let before = own.checked_sub(2).and_then(|at| core.get(at)).map(|word| plain(word)).unwrap_or_default();
    let kind = match (before.as_str(), noun.as_str()) {
        (_, noun) if PAID.contains(&noun) => FieldKind::Money,
        ("phone" | "telephone" | "contact" | "direct" | "mobile" | "cell", "number") => FieldKind::Phone,
        (_, "date") => FieldKind::Date,
        (
            "opening" | "closing" | "arrival" | "departure" | "earliest" | "latest" | "check-in" | "check-out"
            | "start" | "drop-off" | "pick-up" | "pickup" | "collection",
            "time",
        ) => FieldKind::Time,
        _ => FieldKind::Text,
    };
    Worded { question: sentence(&format!("what {verb} {determiner} {told}"), '?'), kind }
}

fn is_what(noun: &str) -> bool {
    PAID.contains(&noun) || WHAT.contains(&noun)
}

fn is_plural(noun: &str) -> bool {
    noun.ends_with('s') && !noun.ends_with("ss") && noun != "status"
}

/// "Fasting required", "accept car batteries": a yes or no in a few words.
fn short(words: &[&str]) -> Option<String> {
    const STATES: [&str; 11] = [
        "mandatory",
        "compulsory",
        "included",
        "possible",
        "allowed",
        "permitted",
        "accepted",
        "necessary",
        "refundable",
        "required",
        "needed",
    ];
    const DEEDS: [&str; 10] =
        ["accept", "take", "sell", "allow", "deliver", "carry", "serve", "have", "provide", "offer"];
    let last = plain(words.last()?);
    let subject = words.len().checked_sub(2).map(|at| plain(words[at]))?;
    let open = ["required", "needed"].contains(&last.as_str()) && is_plural(&subject);
    if STATES.contains(&last.as_str()) && words.len() < 7 && !open {
        let article = ["the", "a", "an", "any", "your", "our"].contains(&plain(words[0]).as_str());
        let (verb, article) = (if is_plural(&subject) { "are" } else { "is" }, if article { "" } else { "the " });
        let article = if is_plural(&subject) || subject.ends_with("ing") { "" } else { article };
        return Some(format!("{verb} {article}{}", words.join(" ")));
    }
    let deed = DEEDS.contains(&plain(words[0]).as_str());
    (deed && words.len() < 7 && !is_what(&subject)).then(|| format!("do you {}", words.join(" ")))
}

#[cfg(test)]
mod tests {
    use proto::workflow::FieldKind;

    use super::topic;

    #[test]
    fn a_noun_alone_becomes_a_question_of_its_kind() {
        let cases = [
            ("return policy", "What is your return policy?", FieldKind::Text),
            ("price including VAT", "What is your price including VAT?", FieldKind::Money),
            ("its fee in euros", "What is its fee in euros?", FieldKind::Money),
            (
                "the call-out charge outside of it",
                "Could you tell me about the call-out charge outside of it?",
                FieldKind::Money,
            ),
            ("price list", "Could you tell me about price list?", FieldKind::Text),
            ("fasting required", "Is fasting required?", FieldKind::Boolean),
            ("dogs allowed", "Are dogs allowed?", FieldKind::Boolean),
            ("rabies vaccination mandatory", "Is the rabies vaccination mandatory?", FieldKind::Boolean),
            ("documents required", "Could you tell me about documents required?", FieldKind::Text),
            ("accept car batteries", "Do you accept car batteries?", FieldKind::Boolean),
            ("earliest drop-off time", "What is your earliest drop-off time?", FieldKind::Time),
        ];
        for (words, question, kind) in cases {
            let asked = topic(&words.split(' ').collect::<Vec<_>>());
            assert_eq!((asked.question.as_str(), &asked.kind), (question, &kind), "{words}");
        }
    }
}
