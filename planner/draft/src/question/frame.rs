//! Questions by how they begin, whatever verb they hang on: what the verbs of a prompt do not lead to is found here.

use std::ops::Range;

use crate::one_of::{OneOf, one_of};
use crate::text::{Pause, Text};

const HELPING: &OneOf = one_of![
    "do", "does", "did", "is", "are", "was", "were", "can", "could", "will", "would", "has", "have", "should", "may",
    "must", "isn't", "aren't", "don't", "doesn't", "am",
];
const SUBJECTS: &OneOf = one_of![
    "they", "it", "he", "she", "there", "i", "we", "you", "that", "this", "the", "my", "our", "your", "their", "his",
    "her", "its", "any", "u", "ur", "ye", "anyone", "anybody", "somebody", "someone", "these",
];
const OPEN: &OneOf = one_of![
    "what", "what's", "whats", "what'd", "what're", "how'd", "how", "how's", "which", "who", "who's", "whose", "when",
    "when's", "where", "where's",
];
/// What makes the clause behind it a question of the author.
const ASKING: &OneOf = one_of![
    "ask",
    "asking",
    "asks",
    "see",
    "check",
    "checking",
    "out",
    "know",
    "wondering",
    "wonder",
    "sure",
    "confirm",
    "confirming",
    "curious",
    "establish",
    "clarify",
    "verify",
    "hear",
    "enquire",
    "inquire",
    "need",
    "learn",
    "idea",
];
const JOINTS: &OneOf =
    one_of!["and", "n", "nd", "'n", "or", "but", "so", "oh", "also", "then", "plus", "&", "ok", "please"];
/// In front of "how many", "what", "when": they belong to the question.
const LEADS: &OneOf =
    one_of!["roughly", "approximately", "about", "around", "exactly", "in", "by", "at", "for", "from", "until", "till"];
/// Between the verb and its clause stands whoever is asked.
const GAP_MAX: usize = 7;
/// Shorter clauses go on behind their comma.
const WORDS_MIN: usize = 4;

/// Each question from its first word to the next one, its pause or the end of its sentence.
pub(super) fn frames(text: &Text) -> Vec<Range<usize>> {
    let mut frames = Vec::new();
    for sentence in text.sentences() {
        let mut starts: Vec<usize> = Vec::new();
        for at in sentence.clone() {
            if !text.quoted(at) && begins(text, at, &sentence, !starts.is_empty()) {
                starts.push(at);
            }
        }
        for (place, start) in starts.iter().enumerate() {
            let next = starts.get(place + 1).copied().unwrap_or(sentence.end);
            let pause = (start + WORDS_MIN - 1..next).find(|at| text.pause(*at) >= Pause::Comma);
            frames.push(*start..pause.map_or(next, |at| at + 1));
        }
    }
    frames
}

/// `open`: another question stands before in the sentence.
fn begins(text: &Text, at: usize, sentence: &Range<usize>, open: bool) -> bool {
    let joined = at == sentence.start || text.pause(at - 1) >= Pause::Comma || text.is(at - 1, JOINTS);
    let marked = text.pause(sentence.end - 1) == Pause::Question;
    if text.is(at, HELPING) {
        return joined && is_turned(text, at);
    }
    // "Any chance they've got one", "and in how many days".
    if text.is(at, one_of!["any"]) && text.is(at + 1, one_of!["chance"]) {
        return joined;
    }
    if text.is(at, LEADS) && text.is(at + 1, one_of!["how", "what", "when"]) && text.pause(at) == Pause::None {
        let amount = text.is(at + 2, one_of!["much", "many", "long"]);
        let alone = at + 2 >= sentence.end || text.pause(at + 1) > Pause::None;
        return joined && (amount || (alone && open) || (marked && !text.is(at + 1, one_of!["when"])));
    }
    if text.is(at, one_of!["if", "whether"]) {
        return is_asked(text, at, sentence) || (joined && open);
    }
    if !text.is(at, OPEN) {
        return false;
    }
    // "What's" is turned in itself.
    let turned = text.is(at, one_of!["what's", "whats", "what'd", "what're", "how'd", "how's", "where's"])
        || (at + 1..at + 4).any(|near| text.is(near, HELPING) && is_turned(text, near));
    // "When they answer, say …" says when.
    let clause = text.is(at, one_of!["when", "where", "who", "which"]);
    is_asked(text, at, sentence) || (joined && (turned || (marked && !clause) || (open && !clause)))
}

/// "Do they", "is there", "will the plumber", but not "could you" and "have them".
fn is_turned(text: &Text, at: usize) -> bool {
    let subject = text.is(at + 1, SUBJECTS) || (text.capital(at + 1) && text.pause(at) == Pause::None);
    let favour = text.is(at, one_of!["can", "could", "would", "will", "may"]) && text.is(at + 1, one_of!["you"]);
    let order =
        text.is(at, one_of!["do", "have"]) && !text.is(at + 1, one_of!["they", "you", "we", "i", "your", "their"]);
    let denied = text.is(at, one_of!["don't", "doesn't", "isn't", "aren't"])
        && !text.is(at + 1, one_of!["they", "you", "we", "it"]);
    subject && !favour && !order && !denied
}

/// "See IF", "ask Nobu WHETHER", "let me know WHEN", "find out HOW LONG".
fn is_asked(text: &Text, at: usize, sentence: &Range<usize>) -> bool {
    let near = (sentence.start..at).rev().take(GAP_MAX);
    let mut near = near.take_while(|before| text.pause(*before) < Pause::Stop);
    near.find(|before| text.is(*before, ASKING)).is_some_and(|verb| {
        let between = verb + 1..at;
        let direct =
            between.is_empty() || between.clone().all(|at| text.is(at, one_of!["exactly", "also", "please", "that"]));
        // Only who is asked stands between: "ask the people at Nobu if".
        let party = text.is(
            verb,
            one_of!["ask", "asking", "asks", "check", "out", "confirm", "hear", "verify", "enquire", "inquire"],
        ) && between.clone().all(|at| text.pause(at) == Pause::None)
            && between
                .clone()
                .all(|at| !text.is(at, one_of!["to", "if", "whether", "that", "for", "because", "about"]));
        direct || party
    })
}

#[cfg(test)]
mod tests {
    use super::frames;
    use crate::text::Text;

    #[test]
    fn a_question_is_known_by_how_it_begins() {
        let cases: [(&str, &[&str]); 8] = [
            ("Move it to Friday, oh and will we lose the deposit", &["will we lose the deposit"]),
            ("whats the call out charge", &["whats the call out charge"]),
            ("ask the people at Nobu if they have a patio", &["if they have a patio"]),
            ("is it done and if not when", &["is it done and", "if not when"]),
            ("do they let dogs in, and how far is it", &["do they let dogs in", "how far is it"]),
            ("When they answer, say hello", &[]),
            ("Could you book a table if they are open", &[]),
            ("Have them call me, do not wait", &[]),
        ];
        for (prompt, expected) in cases {
            let text = Text::read(prompt);
            let found: Vec<_> = frames(&text).into_iter().map(|words| text.slice(words)).collect();
            assert_eq!(found, expected, "{prompt}");
        }
    }
}
