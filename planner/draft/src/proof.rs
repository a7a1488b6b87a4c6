//! Whether a plan that somebody else made tells only what the prompt says, and asks only what may be asked.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use proto::Workflow;
use proto::workflow::Act;

use crate::when::{NUMBERS, TENS};

/// What is wrong with a plan. No variant holds words of the plan or of the prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    #[error("a number in it does not stand in the prompt")]
    Number,
    #[error("a name in it does not stand in the prompt")]
    Name,
    #[error("a day or time in it does not stand in the prompt")]
    Time,
    #[error("an address in it does not stand in the prompt")]
    Address,
    /// A payment card, a password or a one-time code.
    #[error("it asks for something that nobody should say on the phone")]
    Secret,
}

/// Checks everything that the plan would have said, asked or told.
pub fn prove(prompt: &str, workflow: &Workflow) -> Result<(), Unproved> {
    let known = Known::read(prompt);
    let plan = workflow.parts();
    let parties = plan.on_behalf_of.iter().chain(&plan.callee_name).map(|name| (name.expose(), true));
    let facts = plan.facts.iter().map(|fact| (fact.value.expose(), fact.label == "name"));
    let questions = plan.fields.iter().map(|field| (field.question.expose(), false));
    let options = plan.fields.iter().flat_map(|field| field.kind.options()).map(|option| (option.as_str(), false));
    let said = plan.steps.iter().filter_map(|step| match &step.act {
        Act::Say { text, .. } | Act::Close { text } => Some((text.expose(), false)),
        Act::Ask { .. } | Act::Confirm { .. } => None,
    });
    let purpose = [(plan.purpose.expose(), false)];
    for (words, whole) in parties.chain(facts).chain(questions).chain(options).chain(said.clone()).chain(purpose) {
        known.proves(words, whole)?;
    }
    let asked =
        workflow.fields().iter().map(|field| format!("{} {}", field.name.replace('_', " "), field.question.expose()));
    // A statement can ask as well: "I need your password."
    let stated = said.chain(purpose).map(|(words, _)| words.to_owned());
    if asked.chain(stated).any(|words| is_secret(&words)) { Err(Unproved::Secret) } else { Ok(()) }
}

/// What opens an account or pays.
const SECRETS: [&str; 26] = [
    "card number",
    "credit card num",
    "debit card num",
    "cvv",
    "cvc",
    "card security",
    "security code",
    "card expir",
    "expiration date of the card",
    "expiry date of the card",
    "card details",
    "password",
    "passcode",
    "pass code",
    "pin code",
    "pin number",
    "one-time code",
    "one time code",
    "verification code",
    "login code",
    "access code",
    "2fa",
    "otp",
    "authentication code",
    "social security number",
    "bank pin",
];
/// Those that are the beginning or the end of harmless words as well: "option".
const WHOLE: [&str; 4] = ["otp", "cvv", "cvc", "2fa"];

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let finder = AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(SECRETS);
    finder.expect("a few short words are far below every limit of such a table")
});

/// Nobody should say such a thing to a voice on the phone, and no agent should ask.
pub(crate) fn is_secret(words: &str) -> bool {
    if words.is_ascii() {
        return has_secret(words);
    }
    // Some letters are ASCII in lower case only.
    has_secret(&words.to_lowercase())
}

fn has_secret(words: &str) -> bool {
    FINDER.find_overlapping_iter(words).any(|found| {
        let apart = || {
            let before = words[..found.start()].ends_with(char::is_alphanumeric);
            !before && !words[found.end()..].starts_with(char::is_alphanumeric)
        };
        !WHOLE.contains(&SECRETS[found.pattern()]) || apart()
    })
}

struct Known {
    words: BTreeSet<String>,
    numbers: BTreeSet<u64>,
    addresses: BTreeSet<String>,
}

const DAYS: [&str; 22] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "today",
    "tomorrow",
    "tonight",
    "noon",
    "midnight",
];
/// Written with a capital wherever they stand, and nobody's name.
const NO_NAMES: [&str; 12] = ["i", "ai", "ok", "i'm", "i'd", "i'll", "i've", "english", "mr", "mrs", "ms", "dr"];

impl Known {
    fn read(prompt: &str) -> Self {
        let words: BTreeSet<_> = tokens(prompt).map(str::to_lowercase).collect();
        let numbers = words.iter().flat_map(|word| numbers(word).chain(spelled(word))).collect();
        let addresses = prompt.split_whitespace().filter(|word| word.contains('@')).map(bare).collect();
        Self { words, numbers, addresses }
    }

    /// `whole`: it is a name from its first word on.
    fn proves(&self, said: &str, whole: bool) -> Result<(), Unproved> {
        if said.split_whitespace().filter(|word| word.contains('@')).any(|word| !self.addresses.contains(&bare(word))) {
            return Err(Unproved::Address);
        }
        let mut first = !whole;
        for chunk in said.split_whitespace() {
            for token in tokens(chunk) {
                let lower = token.to_lowercase();
                // "One" counts nothing in "the one on Friday".
                if numbers(&lower)
                    .chain(spelled(&lower).filter(|number| *number > 1))
                    .any(|number| !self.numbers.contains(&number))
                {
                    return Err(Unproved::Number);
                }
                if DAYS.contains(&lower.as_str()) && !self.has_day(&lower) {
                    return Err(Unproved::Time);
                }
                let named = token.chars().next().is_some_and(char::is_uppercase)
                    && !token.bytes().any(|byte| byte.is_ascii_digit());
                let known = self.words.contains(&lower) || NO_NAMES.contains(&lower.as_str()) || self.has_day(&lower);
                if named && !first && !known {
                    return Err(Unproved::Name);
                }
                first = false;
            }
            first |= chunk.ends_with(['.', '?', '!', ':']) && !whole;
        }
        Ok(())
    }

    /// "Fri", "tmrw" and "tomorrow's" are days too.
    fn has_day(&self, day: &str) -> bool {
        self.words.iter().any(|word| {
            let short = word.len() >= 3 && day.starts_with(word.as_str());
            let long = word.strip_suffix('s') == Some(day);
            DAYS.contains(&day)
                && (word == day
                    || short
                    || long
                    || (day == "tomorrow" && ["tmrw", "tomorow", "tommorow"].contains(&word.as_str())))
        })
    }
}

/// Words and numbers, without what is glued to them.
fn tokens(words: &str) -> impl Iterator<Item = &str> {
    let whole = words.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '\'' | '\u{2019}'));
    whole.map(possessed).filter(|token| !token.is_empty())
}

fn possessed(word: &str) -> &str {
    let word = word.trim_matches(['\'', '\u{2019}']);
    word.strip_suffix("'s").or_else(|| word.strip_suffix("\u{2019}s")).unwrap_or(word)
}

/// "7pm" holds 7.
fn numbers(word: &str) -> impl Iterator<Item = u64> {
    word.split(|letter: char| !letter.is_ascii_digit()).filter_map(|digits| digits.parse().ok())
}

fn spelled(word: &str) -> impl Iterator<Item = u64> {
    let place = |words: &[&str]| words.iter().position(|name| *name == word).and_then(|at| u64::try_from(at).ok());
    place(&NUMBERS).or_else(|| place(&TENS).map(|at| 10 * (at + 2))).into_iter()
}

fn bare(word: &str) -> String {
    word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase()
}

#[cfg(test)]
mod tests {
    use proto::Private;
    use proto::workflow::{Field, FieldKind};

    use super::{Unproved, is_secret, prove};
    use crate::draft;

    const PROMPT: &str = "Book a table for two at Nobu on Fri at 7pm under Josh Miller, josh@example.com";

    fn told(label: &str, value: &str) -> Result<(), Unproved> {
        let mut plan = draft(PROMPT).unwrap().into_parts();
        plan.facts.push(proto::workflow::TellFact { label: label.to_owned(), value: Private::new(value) });
        prove(PROMPT, &proto::Workflow::new(plan).unwrap())
    }

    #[test]
    fn a_plan_may_tell_only_what_its_prompt_says() {
        assert_eq!(told("note", "Friday at 7, a table for 2 for Josh's party"), Ok(()));
        assert_eq!(told("note", "Mail josh@example.com"), Ok(()));
        assert_eq!(told("note", "Friday at 8"), Err(Unproved::Number));
        assert_eq!(told("note", "for three"), Err(Unproved::Number));
        assert_eq!(told("note", "on Saturday"), Err(Unproved::Time));
        assert_eq!(told("note", "ask for Peter"), Err(Unproved::Name));
        assert_eq!(told("name", "Peter"), Err(Unproved::Name));
        assert_eq!(told("note", "mail eve@evil.example"), Err(Unproved::Address));
    }

    #[test]
    fn no_plan_may_ask_for_what_pays_or_unlocks() {
        let mut plan = draft(PROMPT).unwrap().into_parts();
        let question = Private::new("What is the number on your credit card, please? I need the card number.");
        let (name, kind) = ("card".to_owned(), FieldKind::Text);
        plan.fields.push(Field { name, question, kind, required: true, schema: None });
        assert_eq!(prove(PROMPT, &proto::Workflow::new(plan).unwrap()), Err(Unproved::Secret));
        let mut plan = draft(PROMPT).unwrap().into_parts();
        plan.purpose = Private::new("I need your password for the booking.");
        assert_eq!(prove(PROMPT, &proto::Workflow::new(plan).unwrap()), Err(Unproved::Secret));
        assert!(is_secret("What is your one-time code?") && is_secret("the OTP they got"));
        assert!(!is_secret("Do you take credit cards?") && !is_secret("Is there an option for gluten-free pasta?"));
    }

    #[test]
    fn what_the_built_in_planner_makes_is_proved_by_its_prompt() {
        for prompt in [
            PROMPT,
            "Ask Foot Locker if they have size 10 in stock",
            "Cancel Ann Perry's 3pm visit on May 3 at Dr. Lee's",
        ] {
            assert_eq!(prove(prompt, &draft(prompt).unwrap()), Ok(()), "{prompt}");
        }
    }
}
