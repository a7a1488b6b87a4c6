//! Whether a prompt is in the one language that is understood here.

use whatlang::Lang;

use crate::text::Text;

/// Words that hardly an English briefing does without, and that no other language writes the same way.
const ENGLISH: [&str; 76] = [
    "the",
    "and",
    "for",
    "of",
    "to",
    "my",
    "is",
    "are",
    "if",
    "they",
    "them",
    "with",
    "at",
    "please",
    "call",
    "book",
    "ask",
    "tell",
    "table",
    "appointment",
    "reservation",
    "cancel",
    "confirm",
    "order",
    "i",
    "we",
    "you",
    "it",
    "that",
    "this",
    "what",
    "when",
    "where",
    "how",
    "much",
    "do",
    "does",
    "can",
    "have",
    "has",
    "name",
    "under",
    "tomorrow",
    "today",
    "tonight",
    "next",
    "friday",
    "saturday",
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "move",
    "reschedule",
    "find",
    "out",
    "check",
    "get",
    "make",
    "need",
    "want",
    "from",
    "about",
    "on",
    "ring",
    "remind",
    "let",
    "know",
    "quote",
    "whether",
    "follow",
    "up",
    "party",
    "people",
    "schedule",
];
/// Of ten words of a briefing in English, four are such words; of one that only quotes a foreign name, still some.
const ENGLISH_WORDS_IN_TEN: usize = 2;

/// Whether the prompt is certainly in another language. Gibberish and single names are in none.
pub(crate) fn is_foreign(text: &Text) -> bool {
    let words = text.len();
    let english = (0..words).filter(|at| text.is(*at, &ENGLISH)).count();
    if 10 * english >= ENGLISH_WORDS_IN_TEN * words && english > 0 || words == 0 {
        return false;
    }
    let Some(told) = whatlang::detect(text.line()) else { return false };
    told.lang() != Lang::Eng
        && (told.script() != whatlang::Script::Latin
            || told.is_reliable()
            || has_marks(text)
            || (english == 0 && words >= 6))
}

/// Letters that English words do not have, in more than one word.
fn has_marks(text: &Text) -> bool {
    let marked = |at: &usize| text.lower(*at).chars().any(|letter| !letter.is_ascii() && letter.is_alphabetic());
    (0..text.len()).filter(marked).count() > 1
}
