//! A summary that a brain wrote is told only where the call proves it.

use proto::{FieldValue, FormFill, Goal, Message, Private, Verdict, Workflow};

use crate::words::{Speech, Word, contains, moment, number};
use crate::{Ending, goal};

/// Two or three sentences.
const BYTES_MAX: usize = 600;
/// Fewer say nothing.
const WORDS_MIN: usize = 4;
/// Fewer digits are read as a number, and not one by one.
const DIGITS_MIN: usize = 3;

/// Words that begin a sentence and name nobody.
const BEGINNERS: &[&str] = &[
    "a",
    "after",
    "all",
    "although",
    "an",
    "and",
    "as",
    "at",
    "because",
    "both",
    "but",
    "during",
    "everything",
    "for",
    "he",
    "her",
    "his",
    "however",
    "i",
    "in",
    "it",
    "its",
    "no",
    "nobody",
    "nothing",
    "on",
    "our",
    "she",
    "since",
    "so",
    "somebody",
    "someone",
    "that",
    "the",
    "their",
    "there",
    "they",
    "this",
    "we",
    "when",
    "while",
    "with",
    "yes",
    "you",
    "your",
    "ai",
    "assistant",
    "callee",
    "caller",
    "overall",
    "unfortunately",
    "also",
    "then",
    "otherwise",
];
/// Words that say that something was got.
const CLAIMS: &[&str] = &[
    "accepted",
    "agreed",
    "approved",
    "arranged",
    "booked",
    "completed",
    "confirmed",
    "granted",
    "reached",
    "reserved",
    "scheduled",
    "secured",
    "succeeded",
    "success",
    "successful",
    "successfully",
];
/// Words that say that something was not.
const DENIALS: &[&str] = &[
    "arent",
    "cannot",
    "cant",
    "couldnt",
    "declined",
    "denied",
    "didnt",
    "doesnt",
    "dont",
    "failed",
    "hadnt",
    "hasnt",
    "havent",
    "isnt",
    "neither",
    "never",
    "no",
    "nobody",
    "none",
    "nor",
    "not",
    "nothing",
    "refused",
    "rejected",
    "unable",
    "unanswered",
    "unavailable",
    "unclear",
    "unconfirmed",
    "unknown",
    "unsuccessful",
    "wasnt",
    "werent",
    "without",
    "wont",
];

/// Why a summary is not taken. It says nothing of its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unproved {
    /// It is not a few sentences that can be judged.
    Form,
    /// It names a number, a time or a day that nobody said.
    Figure,
    /// It names somebody or something that nobody spoke of.
    Name,
    /// It quotes what was not said.
    Quote,
    /// It says something else than the verdicts.
    Verdict,
}

impl Unproved {
    pub const ALL: [Self; 5] = [Self::Form, Self::Figure, Self::Name, Self::Quote, Self::Verdict];

    /// A stable word for metrics.
    pub fn word(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Figure => "figure",
            Self::Name => "name",
            Self::Quote => "quote",
            Self::Verdict => "verdict",
        }
    }
}

/// A conversation that somebody may sum up.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    pub workflow: &'a Workflow,
    pub messages: &'a [Message],
    pub fills: &'a [FormFill],
    pub ending: Option<Ending>,
}

/// The summary, if every number, name, day, time and quote in it stands in what is known, the facts or the transcript, and
/// if it claims nothing that the verdicts do not say.
pub fn proved(summary: &Private, held: &Held<'_>) -> Result<Private, Unproved> {
    let text = summary.expose().trim();
    let speech = Speech::new(text);
    let judged = held.workflow.parts().language.starts_with("en");
    if !judged || text.len() > BYTES_MAX || speech.words.len() < WORDS_MIN || text.contains(char::is_control) {
        return Err(Unproved::Form);
    }
    let sources: Vec<_> = sources(held).into_iter().map(Speech::new).collect();
    if !figures_stand(&speech, &sources) {
        return Err(Unproved::Figure);
    }
    if !names_stand(&speech, &sources) {
        return Err(Unproved::Name);
    }
    if !quotes(text).all(|quote| held.messages.iter().any(|message| contains(message.content.expose(), quote))) {
        return Err(Unproved::Quote);
    }
    let goal = goal(held.workflow, held.fills, held.ending);
    let sentences = speech.sentences();
    let keeps = |words: &[Word]| keeps_goal(words, goal) && held.fills.iter().all(|fill| keeps_verdict(words, fill));
    if !sentences.iter().all(|sentence| keeps(&speech.words[sentence.range.clone()])) {
        return Err(Unproved::Verdict);
    }
    Ok(Private::new(text))
}

fn sources<'a>(held: &Held<'a>) -> Vec<&'a str> {
    let parts = held.workflow.parts();
    let names = parts.on_behalf_of.iter().chain(&parts.callee_name).map(Private::expose);
    let facts = parts.facts.iter().flat_map(|fact| [fact.label.as_str(), fact.value.expose()]);
    let values = held.fills.iter().filter_map(|fill| match &fill.verdict {
        Verdict::Answered { value: FieldValue::Text(text), .. } => Some(text.expose()),
        Verdict::Answered { value: FieldValue::Boolean(_) | FieldValue::Number(_), .. }
        | Verdict::Declined(_)
        | Verdict::Asked
        | Verdict::NotAsked => None,
    });
    names.chain(facts).chain(values).chain(held.messages.iter().map(|message| message.content.expose())).collect()
}

fn figures_stand(speech: &Speech<'_>, sources: &[Speech<'_>]) -> bool {
    let times: Vec<_> = sources.iter().flat_map(|source| moment::times(&source.words)).collect();
    let bare: Vec<_> = sources.iter().flat_map(|source| moment::answered_times(&source.words)).collect();
    let named = moment::times(&speech.words);
    let time_stands = |time: &moment::Time| times.iter().chain(&bare).any(|said| said.agrees(time));
    let day_stands = |day: std::ops::Range<usize>| speech.words[day].iter().all(|word| is_said(word, sources));
    let number_stands = |number: &number::Number| {
        named.iter().any(|time| time.range.contains(&number.range.start))
            || sources
                .iter()
                .flat_map(|source| number::numbers(&source.words))
                .any(|said| same(said.value, number.value))
            || digits_stand(&speech.words[number.range.clone()], sources)
    };
    named.iter().all(time_stands)
        && moment::days(&speech.words).into_iter().all(day_stands)
        && number::numbers(&speech.words).iter().all(number_stands)
}

/// A cent is the least that can be said.
fn same(one: f64, other: f64) -> bool {
    (one - other).abs() < 0.005
}

/// A code that was said digit by digit.
fn digits_stand(words: &[Word], sources: &[Speech<'_>]) -> bool {
    let digits = number::digits(words);
    digits.len() >= DIGITS_MIN && sources.iter().any(|source| number::digits(&source.words).contains(&digits))
}

fn is_said(word: &Word, sources: &[Speech<'_>]) -> bool {
    let plain = |text: &str| text.strip_suffix('s').unwrap_or(text).to_owned();
    let wanted = plain(&word.text);
    sources.iter().any(|source| source.words.iter().any(|said| plain(&said.text) == wanted))
}

/// Whether each word that is written like a name was said.
fn names_stand(speech: &Speech<'_>, sources: &[Speech<'_>]) -> bool {
    let begins: Vec<_> = speech.sentences().into_iter().map(|sentence| sentence.range.start).collect();
    speech.words.iter().enumerate().all(|(at, word)| {
        let capital = speech.verbatim(at..at + 1).starts_with(char::is_uppercase);
        let beginner = (begins.contains(&at) || matches!(word.text.as_str(), "i" | "ai"))
            && (BEGINNERS.contains(&word.text.as_str()) || CLAIMS.contains(&word.text.as_str()));
        !capital || beginner || is_said(word, sources)
    })
}

fn quotes(text: &str) -> impl Iterator<Item = &str> {
    text.split(['"', '\u{201c}', '\u{201d}']).skip(1).step_by(2)
}

fn keeps_goal(words: &[Word], reached: Goal) -> bool {
    let (claims, denies) = (has(words, CLAIMS), has(words, DENIALS));
    match reached {
        Goal::Reached => !(claims && denies),
        Goal::Denied | Goal::Open => !claims || denies,
    }
}

/// Whether what a sentence says of a field is what is known of it.
fn keeps_verdict(words: &[Word], fill: &FormFill) -> bool {
    let label = fill.field.replace('_', " ");
    let spoken_of = Speech::new(&label).words.iter().all(|wanted| words.iter().any(|word| word.text == wanted.text));
    let denies = has(words, DENIALS);
    !spoken_of
        || match &fill.verdict {
            Verdict::Answered { value: FieldValue::Boolean(value), .. } => denies != *value,
            Verdict::Answered { value: FieldValue::Number(_) | FieldValue::Text(_), .. } => !denies,
            Verdict::Declined(_) | Verdict::Asked | Verdict::NotAsked => denies,
        }
}

fn has(words: &[Word], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.text.as_str()))
}
