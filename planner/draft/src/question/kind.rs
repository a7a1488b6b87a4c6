//! What kind of answer a question with "what" or "how" has.

use proto::workflow::FieldKind;

use super::wording::plain;

/// What is paid.
pub(super) const PAID: [&str; 25] = [
    "amount",
    "balance",
    "charge",
    "charges",
    "cost",
    "costs",
    "deposit",
    "excess",
    "fare",
    "fares",
    "fee",
    "fees",
    "penalty",
    "premium",
    "price",
    "prices",
    "pricing",
    "rate",
    "rates",
    "refund",
    "rent",
    "spend",
    "surcharge",
    "total",
    "tuition",
];
/// What else asks for an amount behind "what": "what do they want for it".
const ASKS_AMOUNT: [&str; 12] =
    ["come", "comes", "damage", "discount", "estimate", "owe", "pay", "quote", "run", "runs", "takes", "want"];
/// What is asked for instead, when it stands in front of the amount: "what forms the refund takes".
const OTHERS: [&str; 13] = [
    "time",
    "times",
    "date",
    "dates",
    "days",
    "included",
    "forms",
    "form",
    "documents",
    "papers",
    "paperwork",
    "policy",
    "policies",
];
/// There is much of these without a price.
const UNPAID: [&str; 9] = ["notice", "time", "space", "room", "luggage", "baggage", "weight", "warning", "water"];

/// Of the words from "what" or "how" on.
pub(super) fn kind_of(words: &[&str]) -> FieldKind {
    let lower: Vec<String> = words.iter().map(|word| whole(word)).collect();
    let at = |place: usize| lower.get(place).map_or("", String::as_str);
    match (at(0), at(1)) {
        ("what", "time") | ("how", "late" | "early") => FieldKind::Time,
        ("how", "much") if UNPAID.contains(&at(2)) => FieldKind::Text,
        ("how", "much") => FieldKind::Money,
        ("how", "many") => FieldKind::Number,
        _ if asks_hour(&lower) => FieldKind::Time,
        ("what" | "which", "date" | "day") => FieldKind::Date,
        ("what" | "whats", _) if asks_amount(&lower) => FieldKind::Money,
        _ => FieldKind::Text,
    }
}

/// "What's" and "time's" without what hangs on them.
fn whole(word: &str) -> String {
    let plain = plain(word);
    ["'s", "'d", "'re", "'ll"].iter().find_map(|end| plain.strip_suffix(end)).unwrap_or(&plain).to_owned()
}

/// "When do they open", "when the doors close".
fn asks_hour(lower: &[String]) -> bool {
    let any = |words: &[&str], count: usize| lower.iter().take(count).any(|word| words.contains(&word.as_str()));
    !any(&["are", "is", "you're", "be"], lower.len())
        && lower.first().is_some_and(|word| word == "when")
        && any(&["open", "opens", "close", "closes"], 7)
}

/// "What is the rent", "what parking costs per night".
fn asks_amount(lower: &[String]) -> bool {
    let asks = |word: &String| PAID.contains(&word.as_str()) || ASKS_AMOUNT.contains(&word.as_str());
    let Some(amount) = lower.iter().skip(1).position(asks).map(|at| at + 1) else {
        return false;
    };
    // "What it comes to", but not "what comes with it".
    let comes =
        ["come", "comes"].contains(&lower[amount].as_str()) && lower.get(amount + 1).is_some_and(|word| word != "to");
    !comes && !lower[..amount].iter().any(|word| OTHERS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use proto::workflow::FieldKind;

    use super::kind_of;

    #[test]
    fn what_is_asked_for_says_what_kind_of_answer_it_has() {
        let cases = [
            ("what time's the last one back", FieldKind::Time),
            ("what are demurrage charges per day", FieldKind::Money),
            ("what a mole check runs without insurance", FieldKind::Money),
            ("what it comes to", FieldKind::Money),
            ("what'd I pay for ten", FieldKind::Money),
            ("what comes with it", FieldKind::Text),
            ("what is included in the price", FieldKind::Text),
            ("what forms the refund takes", FieldKind::Text),
            ("how much notice you need", FieldKind::Text),
            ("how much is it", FieldKind::Money),
            ("how many days it takes", FieldKind::Number),
            ("what day is it", FieldKind::Date),
        ];
        for (asked, kind) in cases {
            assert_eq!(kind_of(&asked.split(' ').collect::<Vec<_>>()), kind, "{asked}");
        }
    }
}
