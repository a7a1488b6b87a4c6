//! Whether a plan that somebody else made tells only what the prompt says, and asks only what may be asked.

mod secret;

use std::collections::BTreeSet;

use proto::Workflow;
use proto::workflow::Act;

pub(crate) use self::secret::is_secret;
use crate::survey::tells;
use crate::text::{Text, forbids};
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
    #[error("it says what the prompt wants left unsaid; say that in no line and in no fact")]
    Withheld,
}

/// Checks everything that the plan would have said, asked or told.
pub fn prove(prompt: &str, workflow: &Workflow) -> Result<(), Unproved> {
    let (known, unsaid) = (Known::read(prompt), unsaid(&Text::read(prompt)));
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
        if tokens(words).any(|token| unsaid.contains(&token.to_lowercase())) {
            return Err(Unproved::Withheld);
        }
    }
    let asked =
        workflow.fields().iter().map(|field| format!("{} {}", field.name.replace('_', " "), field.question.expose()));
    // A statement can ask as well: "I need your password."
    let stated = said.chain(purpose).map(|(words, _)| words.to_owned());
    if asked.chain(stated).any(|words| is_secret(&words)) { Err(Unproved::Secret) } else { Ok(()) }
}

/// The words that stand only in what the author wants left unsaid, and give it away.
fn unsaid(told: &Text) -> BTreeSet<String> {
    let Some(whole) = told.unabridged() else {
        return BTreeSet::new();
    };
    let words = |text: &str| tokens(text).map(str::to_lowercase).collect::<BTreeSet<_>>();
    let said = words(told.line());
    let telling = (0..whole.len()).filter(|at| tells(&whole, *at) && !forbids(whole.lower(*at)));
    telling.flat_map(|at| words(whole.raw(at))).filter(|word| !said.contains(word)).collect()
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
        let addresses = addresses(prompt).collect();
        Self { words, numbers, addresses }
    }

    /// `whole`: it is a name from its first word on.
    fn proves(&self, said: &str, whole: bool) -> Result<(), Unproved> {
        if addresses(said).any(|address| !self.addresses.contains(&address)) {
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

/// Also those that a program wrote between quotation marks or brackets.
fn addresses(words: &str) -> impl Iterator<Item = String> {
    let parts = words.split(|letter: char| letter.is_whitespace() || "\"<>(){}[],;:".contains(letter));
    let found = parts.filter(|part| part.contains('@'));
    found.map(|part| part.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase())
}

#[cfg(test)]
mod tests {
    use proto::Private;
    use proto::workflow::{Field, FieldKind};

    use super::{Unproved, prove};
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
    fn no_plan_may_say_what_the_author_wants_left_unsaid() {
        let prompt = "Ask Nobu if they have a table for eight on Friday at 7pm. Don't mention that it's Anna's \
                      engagement, and never tell them our budget is $900. We are flexible about the time.";
        let said = |words: &str| {
            let mut plan = draft(prompt).unwrap().into_parts();
            plan.purpose = Private::new(words);
            prove(prompt, &proto::Workflow::new(plan).unwrap())
        };
        assert_eq!(said("I'd like to know if you have a table for eight on Friday at 7pm. We are flexible."), Ok(()));
        assert_eq!(said("May I mention that we are flexible about the time?"), Ok(()));
        for words in ["It is for an engagement.", "We can pay 900.", "Our budget is limited.", "Anna will be there."] {
            assert_eq!(said(words), Err(Unproved::Withheld), "{words}");
        }
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
    }

    #[test]
    fn what_the_built_in_planner_makes_is_proved_by_its_prompt() {
        for prompt in [
            PROMPT,
            "Ask Foot Locker if they have size 10 in stock",
            "Cancel Ann Perry's 3pm visit on May 3 at Dr. Lee's",
            r#"{"quote_request":true,"job":"install an EV charger","customer":"Ann Perry","reply_to":"ann@mail.example"}"#,
        ] {
            assert_eq!(prove(prompt, &draft(prompt).unwrap()), Ok(()), "{prompt}");
        }
    }
}
