//! Yes, no, or neither.

use std::ops::Range;

use super::{Speech, Word, has_any, places, starts_with};

/// What an utterance says to a yes-or-no question, and the words that say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Polarity {
    Yes(Range<usize>),
    No(Range<usize>),
    /// She does not know, or will not say.
    Withheld(Range<usize>),
    Unclear,
}

const YES: &[&str] = &[
    "yes",
    "yeah",
    "yep",
    "yup",
    "certainly",
    "absolutely",
    "definitely",
    "of course",
    "correct",
    "indeed",
    "affirmative",
    "si",
];
/// An assent that only counts when nothing in the utterance speaks against it.
const ASSENT: &[&str] = &[
    "sure",
    "ok",
    "okay",
    "right",
    "alright",
    "all right",
    "fine",
    "great",
    "perfect",
    "we do",
    "i do",
    "we have",
    "ive got",
    "weve got",
    "we got",
    "i have",
    "they do",
    "he does",
    "she does",
    "it does",
    "it is",
    "she is",
    "he is",
    "they are",
    "we are",
    "i am",
    "we can",
    "i can",
    "you can",
    "can do",
    "works",
    "is available",
    "are available",
    "in stock",
    "is confirmed",
    "im confirming",
    "i confirm",
    "no problem",
    "not a problem",
    "no trouble",
    "why not",
    "happy to",
    "sounds good",
    "thats good",
    "all set",
    "see you",
    "see her",
    "see him",
    "looking forward",
];
const NO: &[&str] = &["no", "nope", "nah"];
const DENIAL: &[&str] = &[
    "not",
    "dont",
    "doesnt",
    "didnt",
    "isnt",
    "arent",
    "wasnt",
    "cant",
    "cannot",
    "couldnt",
    "wont",
    "wouldnt",
    "havent",
    "hasnt",
    "aint",
    "never",
    "none",
    "nothing",
    "unable",
    "unavailable",
    "unfortunately",
    "afraid",
    "were full",
    "are full",
    "is full",
    "all full",
    "completely full",
    "fully booked",
    "booked up",
    "booked out",
    "booked solid",
    "closed",
    "sold out",
    "out of stock",
    "ran out",
    "run out",
];
/// Denials that leave no room for a yes in the same utterance.
const FINAL: &[&str] = &[
    "unable",
    "unavailable",
    "unfortunately",
    "afraid",
    "were full",
    "are full",
    "is full",
    "all full",
    "completely full",
    "fully booked",
    "booked up",
    "booked out",
    "booked solid",
    "sold out",
    "out of stock",
    "ran out",
    "run out",
    "not available",
    "cant",
    "cannot",
];
/// Sound like a denial and are none.
const HARMLESS: &[&str] = &[
    "no problem",
    "not a problem",
    "no worries",
    "no trouble",
    "why not",
    "dont worry",
    "not at all",
    "no doubt",
    "not only",
    "if not",
];
const WITHHELD: &[&str] = &[
    "not sure",
    "dont know",
    "do not know",
    "no idea",
    "cant say",
    "cannot say",
    "cant tell",
    "cannot tell",
    "couldnt tell",
    "couldnt say",
    "hard to say",
    "have to check",
    "need to check",
    "have to ask",
    "no clue",
];
/// Neither yes nor no, though it may say something else.
const HEDGED: &[&str] = &["it depends", "that depends", "maybe", "might", "possibly"];
const REFUSED: &[&str] = &[
    "rather not",
    "prefer not",
    "not allowed",
    "dont give out",
    "dont give that",
    "do not give",
    "cant give",
    "cannot give",
    "cant share",
    "cannot share",
    "dont share",
    "wont answer",
    "not going to answer",
    "not answering",
    "not going to tell",
    "cant discuss",
    "cannot discuss",
    "dont want to answer",
    "do not want to answer",
    "dont want to say",
    "not comfortable",
    "none of your business",
    "no comment",
    "cant help you with that",
    "cant disclose",
    "cannot disclose",
    "dont discuss",
    "dont answer",
    "do not answer",
    "dont do surveys",
];

/// What the range of the utterance says.
pub(crate) fn polarity(speech: &Speech<'_>, within: &Range<usize>) -> Polarity {
    if let Some(range) = refused(speech, within).or_else(|| clause_with(speech, within, HEDGED)) {
        return Polarity::Withheld(range);
    }
    let clauses: Vec<_> =
        speech.clauses(within).into_iter().map(|range| (lean(&speech.words[range.clone()]), range)).collect();
    let no = clauses.iter().find(|(lean, _)| *lean == Lean::No);
    let yes = clauses.iter().find(|(lean, _)| *lean == Lean::Yes);
    let assent = clauses.iter().find(|(lean, _)| *lean == Lean::Assent);
    match (yes, no) {
        (Some((_, yes)), None) => Polarity::Yes(yes.clone()),
        (Some((_, yes)), Some((_, no))) if yes.start < no.start => {
            let settled = has_any(&speech.words[within.clone()], FINAL) || has_any(&speech.words[no.clone()], NO);
            if settled { Polarity::Unclear } else { Polarity::Yes(yes.clone()) }
        }
        (_, Some((_, no))) => Polarity::No(no.clone()),
        (None, None) => assent.map_or(Polarity::Unclear, |(_, range)| Polarity::Yes(range.clone())),
    }
}

/// Words that say that there will be no answer.
pub(crate) fn refused(speech: &Speech<'_>, within: &Range<usize>) -> Option<Range<usize>> {
    clause_with(speech, within, REFUSED).or_else(|| clause_with(speech, within, WITHHELD))
}

fn clause_with(speech: &Speech<'_>, within: &Range<usize>, phrases: &[&str]) -> Option<Range<usize>> {
    speech.clauses(within).into_iter().find(|range| has_any(&speech.words[range.clone()], phrases))
}

/// Whether it begins with an outright yes.
pub(crate) fn is_outright_yes(speech: &Speech<'_>, within: &Range<usize>) -> bool {
    YES.iter().any(|yes| starts_with(&speech.words[within.clone()], yes))
}

/// A bare yes or no means nothing without its question.
pub(crate) fn is_bare(words: &[Word]) -> bool {
    words.iter().all(|word| {
        let word = word.text.as_str();
        YES.contains(&word) || NO.contains(&word) || ASSENT.contains(&word)
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lean {
    Yes,
    Assent,
    No,
    Neither,
}

fn lean(words: &[Word]) -> Lean {
    let harmless: Vec<usize> = HARMLESS.iter().flat_map(|phrase| places(words, phrase)).collect();
    let denied = |phrases: &[&str]| {
        phrases
            .iter()
            .flat_map(|phrase| places(words, phrase))
            .any(|at| !HARMLESS.iter().flat_map(|phrase| reach(words, phrase)).any(|range| range.contains(&at)))
    };
    if denied(NO) && !has_any(words, &["no charge", "no one", "no fee"]) || denied(DENIAL) {
        // "Yes, we don't mind" begins with its answer.
        let outright = YES.iter().any(|yes| starts_with(words, yes)) && !has_any(words, FINAL);
        return if outright { Lean::Yes } else { Lean::No };
    }
    if has_any(words, YES) {
        return Lean::Yes;
    }
    if has_any(words, &["go ahead"]) {
        return Lean::Neither;
    }
    if has_any(words, ASSENT) || !harmless.is_empty() { Lean::Assent } else { Lean::Neither }
}

fn reach(words: &[Word], phrase: &str) -> Vec<Range<usize>> {
    let length = phrase.split(' ').count();
    places(words, phrase).into_iter().map(|start| start..start + length).collect()
}

#[cfg(test)]
mod tests {
    use super::{Polarity, polarity};
    use crate::words::Speech;

    fn word(text: &str) -> &'static str {
        let speech = Speech::new(text);
        match polarity(&speech, &(0..speech.words.len())) {
            Polarity::Yes(_) => "yes",
            Polarity::No(_) => "no",
            Polarity::Withheld(_) => "withheld",
            Polarity::Unclear => "unclear",
        }
    }

    #[test]
    fn yes_and_no_are_read_as_people_say_them() {
        for (text, expected) in [
            ("Yes.", "yes"),
            ("Yeah, that works.", "yes"),
            ("Sure, no problem.", "yes"),
            ("We do, we have two tables left.", "yes"),
            ("Yes, we have it, but not in blue.", "yes"),
            ("Not a problem!", "yes"),
            ("Of course.", "yes"),
            ("No, sorry.", "no"),
            ("No, we're full at seven, but we have 8:30.", "no"),
            ("I'm afraid we're fully booked.", "no"),
            ("Okay, I don't see an appointment.", "no"),
            ("Unfortunately we are closed on Fridays.", "no"),
            ("We don't have that in stock.", "no"),
            ("We don't.", "no"),
            ("I'm not sure.", "withheld"),
            ("I don't know, I'd have to check.", "withheld"),
            ("I'd rather not say.", "withheld"),
            ("Yes, unfortunately we're fully booked.", "unclear"),
            ("Which restaurant?", "unclear"),
            ("Nine to five.", "unclear"),
        ] {
            assert_eq!(word(text), expected, "{text}");
        }
    }
}
