//! Indirect questions turned into direct ones. What can't be turned safely is asked as "Could you tell me …?", which is
//! always English.

use proto::workflow::FieldKind;

use crate::speech::sentence;

pub(super) struct Worded {
    pub(super) question: String,
    pub(super) kind: FieldKind,
}

const AUXILIARIES: [&str; 15] = [
    "are", "is", "was", "were", "can", "could", "will", "would", "should", "may", "might", "must", "has", "do", "does",
];
/// Topics that are asked with "what": "What are your store hours?"
const WHAT: [&str; 53] = [
    "fare",
    "fares",
    "spend",
    "amount",
    "rent",
    "tuition",
    "deposit",
    "refund",
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
    "price",
    "prices",
    "cost",
    "costs",
    "fee",
    "fees",
    "rate",
    "rates",
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
    "balance",
    "minimum",
    "location",
    "schedule",
    "specials",
    "code",
    "total",
    "time",
    "times",
    "charge",
    "pricing",
    "terms",
    "process",
];
const MONEY: [&str; 19] = [
    "fare",
    "fares",
    "spend",
    "amount",
    "rent",
    "tuition",
    "deposit",
    "refund",
    "price",
    "prices",
    "cost",
    "costs",
    "fee",
    "fees",
    "charge",
    "rate",
    "rates",
    "total cost",
    "pricing",
];

/// Words one question, already said to the callee.
pub(super) fn word(said: &str, direct: bool) -> Worded {
    let words: Vec<&str> = said.split(' ').collect();
    let first = words.first().map(|word| word.to_lowercase()).unwrap_or_default();
    match first.as_str() {
        "if" | "whether" => Worded { question: yes_or_no(&words[1..]), kind: FieldKind::Boolean },
        "that" => Worded { question: could_you("confirm", said), kind: FieldKind::Boolean },
        "what" | "what's" | "whats" | "when" | "where" | "who" | "which" | "why" | "how" => {
            let kind = kind_of(&words);
            let question =
                if direct { sentence(said, '?') } else { open(&words).unwrap_or_else(|| could_you("tell me", said)) };
            Worded { question, kind }
        }
        "until" | "till" | "at" | "from" | "for" | "by" | "in" | "to" | "on" | "with"
            if words.get(1).is_some_and(|word| {
                ["what", "which", "how", "whom", "when"].contains(&word.to_lowercase().as_str())
            }) =>
        {
            let question = if direct { sentence(said, '?') } else { could_you("tell me", said) };
            let kind = if words.iter().take(3).any(|word| word.eq_ignore_ascii_case("time")) {
                FieldKind::Time
            } else {
                FieldKind::Text
            };
            Worded { question, kind }
        }
        "do" | "does" | "is" | "are" | "can" | "could" | "will" | "would" | "did" | "has" | "have" | "was" | "were"
        | "should" | "may" | "must" | "had" | "am" | "any" => {
            Worded { question: sentence(said, '?'), kind: FieldKind::Boolean }
        }
        _ => topic(&words),
    }
}

fn could_you(verb: &str, said: &str) -> String {
    sentence(&format!("could you {verb} {said}"), '?')
}

fn yes_or_no(words: &[&str]) -> String {
    let rest = |from: usize| words.get(from..).unwrap_or_default().join(" ");
    let lower = |at: usize| words.get(at).map(|word| word.to_lowercase()).unwrap_or_default();
    let turned = match lower(0).as_str() {
        "you're" => format!("are you {}", rest(1)),
        "you've" => format!("have you {}", rest(1)),
        "you'll" => format!("will you {}", rest(1)),
        "it's" => format!("is it {}", rest(1)),
        "there's" => format!("is there {}", rest(1)),
        "you" => with_you(&lower(1), &rest(2)),
        _ => match auxiliary(words) {
            Some(at) => format!("{} {} {}", words[at], words[..at].join(" "), rest(at + 1)),
            None => return could_you("tell me if", &words.join(" ")),
        },
    };
    sentence(&turned, '?')
}

fn with_you(verb: &str, rest: &str) -> String {
    let received = rest.split(' ').next().is_some_and(|next| next.ends_with("ed"));
    match verb {
        "have" if received => format!("have you {rest}"),
        _ if AUXILIARIES.contains(&verb) => format!("{verb} you {rest}"),
        _ if verb.ends_with("ed") && !verb.ends_with("eed") => format!("have you {verb} {rest}"),
        "got" => format!("have you got {rest}"),
        _ => format!("do you {verb} {rest}"),
    }
}

/// Where the verb of the clause is, when its subject is plain.
fn auxiliary(words: &[&str]) -> Option<usize> {
    let lower: Vec<_> = words.iter().take(10).map(|word| word.to_lowercase()).collect();
    let whole = lower.iter().take_while(|word| !["that", "who", "which", "and", "or"].contains(&word.as_str())).count();
    // "The car has arrived", but not "the shop has a car".
    let completes = |word: &String| word.ends_with("ed") || ["been", "come", "gone", "got"].contains(&word.as_str());
    let turns = |at: &usize| {
        AUXILIARIES.contains(&lower[*at].as_str()) && (lower[*at] != "has" || lower.get(at + 1).is_some_and(completes))
    };
    (1..whole).find(turns)
}

fn kind_of(words: &[&str]) -> FieldKind {
    let pair = words.iter().take(2).map(|word| word.to_lowercase()).collect::<Vec<_>>().join(" ");
    match pair.as_str() {
        "what time" | "how late" | "how early" => FieldKind::Time,
        "how much" => FieldKind::Money,
        "how many" => FieldKind::Number,
        _ if asks_hour(words) => FieldKind::Time,
        "what date" | "which date" | "what day" | "which day" => FieldKind::Date,
        _ if asks_amount(words) => FieldKind::Money,
        _ => FieldKind::Text,
    }
}

/// "When do they open", "when the doors close".
fn asks_hour(words: &[&str]) -> bool {
    let hours = ["open", "opens", "close", "closes"];
    let lower = |word: &&&str| hours.contains(&word.to_lowercase().as_str());
    let stays = words.iter().any(|word| ["are", "is", "you're", "be"].contains(&word.to_lowercase().as_str()));
    !stays
        && words.first().is_some_and(|word| word.eq_ignore_ascii_case("when"))
        && words.iter().take(7).any(|word| lower(&word))
}

/// "What is the rent", "what parking costs per night".
fn asks_amount(words: &[&str]) -> bool {
    let amounts = [
        "rent", "tuition", "price", "cost", "costs", "fee", "charge", "refund", "deposit", "rate", "total", "want",
        "come", "owe", "pay", "charges", "takes", "balance",
    ];
    let whole = words
        .iter()
        .any(|word| ["time", "day", "date", "forms", "documents", "in"].contains(&word.to_lowercase().as_str()));
    if whole {
        return false;
    }
    let what = words.first().is_some_and(|word| ["what", "what's", "whats"].contains(&word.to_lowercase().as_str()));
    what && words.iter().skip(1).any(|word| amounts.contains(&word.to_lowercase().as_str()))
}

/// "What time you close" becomes "What time do you close?".
fn open(words: &[&str]) -> Option<String> {
    let lower: Vec<_> = words.iter().map(|word| word.to_lowercase()).collect();
    let paired = [
        "time", "much", "many", "long", "late", "early", "far", "soon", "often", "kind", "kinds", "type", "types",
        "size", "sizes",
    ];
    let mut asking = 1 + usize::from(lower.get(1).is_some_and(|word| paired.contains(&word.as_str())));
    if lower.get(asking).is_some_and(|word| AUXILIARIES.contains(&word.as_str())) || lower[0] == "what's" {
        return Some(sentence(&words.join(" "), '?'));
    }
    if let Some(turned) = costs(words, &lower, asking) {
        return Some(turned);
    }
    let subject = lower.iter().position(|word| word == "you" || word == "you're");
    let verb = auxiliary(words.get(asking..)?).map(|at| at + asking);
    if let Some(you) = subject.filter(|you| verb.is_none_or(|verb| verb > *you)) {
        asking = asking.max(you);
        let wh = words[..asking].join(" ");
        let clause = if lower[you] == "you're" {
            format!("are you {}", words[you + 1..].join(" "))
        } else {
            let verb = lower.get(you + 1)?;
            with_you(verb, &words.get(you + 2..)?.join(" "))
        };
        return Some(sentence(&format!("{wh} {clause}"), '?'));
    }
    let verb = verb?;
    let (wh, subject, rest) = (words[..asking].join(" "), words[asking..verb].join(" "), words[verb + 1..].join(" "));
    Some(sentence(&format!("{wh} {} {subject} {rest}", words[verb]), '?'))
}

/// "How much a haircut costs" becomes "How much does a haircut cost?".
fn costs(words: &[&str], lower: &[String], asking: usize) -> Option<String> {
    let verb = lower.iter().position(|word| word == "costs" || word == "cost").filter(|verb| *verb > asking)?;
    let does = if lower[verb] == "costs" { "does" } else { "do" };
    let would = lower[asking..verb].iter().any(|word| AUXILIARIES.contains(&word.as_str()));
    if would {
        return None;
    }
    let (wh, subject, rest) = (words[..asking].join(" "), words[asking..verb].join(" "), words[verb + 1..].join(" "));
    // Goods cost something, not the callee.
    let subject = if subject == "you" { "they".to_owned() } else { subject };
    Some(sentence(&format!("{wh} {does} {subject} cost {rest}"), '?'))
}

fn topic(words: &[&str]) -> Worded {
    let article =
        words.first().map(|word| word.to_lowercase()).filter(|word| ["the", "your", "our"].contains(&word.as_str()));
    let core = &words[usize::from(article.is_some())..];
    let own = core
        .iter()
        .position(|word| {
            ["of", "for", "on", "at", "in", "to", "with", "per", "from"].contains(&word.to_lowercase().as_str())
        })
        .unwrap_or(core.len());
    let noun = own.checked_sub(1).and_then(|at| core.get(at)).map(|word| word.to_lowercase()).unwrap_or_default();
    let told = core.join(" ");
    if !WHAT.contains(&noun.as_str()) {
        return Worded { question: could_you("tell me about", &words.join(" ")), kind: FieldKind::Text };
    }
    let of = core.get(own).is_some_and(|word| word.eq_ignore_ascii_case("of"));
    let determiner = article.unwrap_or_else(|| if of { "the".to_owned() } else { "your".to_owned() });
    let plural = noun.ends_with('s') && !noun.ends_with("ss") && noun != "status";
    let verb = if plural { "are" } else { "is" };
    let before = own.checked_sub(2).and_then(|at| core.get(at)).map(|word| word.to_lowercase()).unwrap_or_default();
    let kind = match (before.as_str(), noun.as_str()) {
        (_, noun) if MONEY.contains(&noun) => FieldKind::Money,
        ("phone" | "telephone" | "contact" | "direct" | "mobile" | "cell", "number") => FieldKind::Phone,
        (_, "date") => FieldKind::Date,
        (
            "opening" | "closing" | "arrival" | "departure" | "earliest" | "latest" | "check-in" | "check-out"
            | "start",
            "time",
        ) => FieldKind::Time,
        _ => FieldKind::Text,
    };
    Worded { question: sentence(&format!("what {verb} {determiner} {told}"), '?'), kind }
}
