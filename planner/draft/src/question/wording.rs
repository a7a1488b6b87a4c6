//! Indirect questions turned into direct ones. What can't be turned safely is asked as "Could you tell me …?", which is
//! always English.

use proto::workflow::FieldKind;

use super::kind::kind_of;
use super::topic::topic;
use crate::speech::sentence;
use crate::text::lower;

pub(super) struct Worded {
    pub(super) question: String,
    pub(super) kind: FieldKind,
}

const AUXILIARIES: [&str; 15] = [
    "are", "is", "was", "were", "can", "could", "will", "would", "should", "may", "might", "must", "has", "do", "does",
];
/// In small letters, without the marks behind it.
pub(super) fn plain(word: &str) -> String {
    let mut lower = word.to_lowercase();
    lower.truncate(lower.trim_end_matches([',', ':', ';', '?', '.', ')']).len());
    lower
}

/// Words one question, already said to the callee.
pub(super) fn word(said: &str, direct: bool) -> Worded {
    let words: Vec<&str> = said.split(' ').collect();
    if let Some(led) = led(&words, direct) {
        return led;
    }
    let first = words.first().map(|word| word.to_lowercase()).unwrap_or_default();
    match first.as_str() {
        "if" | "whether" => Worded { question: yes_or_no(&words[1..]), kind: FieldKind::Boolean },
        "that" => Worded { question: could_you("confirm", said), kind: FieldKind::Boolean },
        "what" | "what's" | "whats" | "what'd" | "what're" | "how's" | "how'd" | "when" | "where" | "who" | "which"
        | "why" | "how" => {
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
            let time = words.iter().take(3).any(|word| word.eq_ignore_ascii_case("time"));
            Worded { question, kind: if time { FieldKind::Time } else { counted(&words[1..]) } }
        }
        "do" | "does" | "is" | "are" | "can" | "could" | "will" | "would" | "did" | "has" | "have" | "was" | "were"
        | "should" | "may" | "must" | "had" | "am" | "any" => {
            Worded { question: sentence(said, '?'), kind: FieldKind::Boolean }
        }
        _ => topic(&words),
    }
}

/// "Roughly how much is it" asks how much, "if not when" asks when.
fn led(words: &[&str], direct: bool) -> Option<Worded> {
    const WH: [&str; 7] = ["what", "when", "where", "who", "which", "why", "how"];
    const ROUGH: [&str; 6] = ["roughly", "approximately", "approx", "about", "exactly", "around"];
    let is = |at: usize, any: &[&str]| {
        words.get(at).is_some_and(|word| {
            let lower = lower(word);
            let plain = lower.trim_end_matches([',', ':']);
            any.contains(&["'s", "'d"].iter().find_map(|end| plain.strip_suffix(end)).unwrap_or(plain))
        })
    };
    if is(0, &ROUGH) && is(1, &WH) {
        return Some(word(&words[1..].join(" "), direct));
    }
    if is(0, &["if"]) && is(1, &["so", "not", "yes", "no"]) && is(2, &WH) {
        let rest = words[2..].join(" ");
        let asked = word(&rest, direct);
        let condition = words[1].trim_end_matches([',', ':']).to_lowercase();
        return Some(Worded { question: format!("If {condition}, {}", sentence(&rest, '?')), ..asked });
    }
    None
}

/// "In how many days".
fn counted(words: &[&str]) -> FieldKind {
    match kind_of(words) {
        kind @ (FieldKind::Number | FieldKind::Money) => kind,
        FieldKind::Text
        | FieldKind::Boolean
        | FieldKind::Date
        | FieldKind::Time
        | FieldKind::DateTime
        | FieldKind::Phone
        | FieldKind::Choice(_) => FieldKind::Text,
    }
}

pub(super) fn could_you(verb: &str, said: &str) -> String {
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
    // "Which level tests are offered", "how many weeks processing is taking" are direct already.
    if lower[0] == "which" || lower.get(1).is_some_and(|word| word == "many") {
        return Some(sentence(&words.join(" "), '?'));
    }
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
