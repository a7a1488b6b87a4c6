//! What a prompt tells the caller to do: its verbs, and the words that belong to each.

mod trigger;

use std::ops::Range;

use crate::text::{Pause, Text};
use trigger::{is_verb, trigger};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Only says whom to call.
    Call,
    Book,
    Reschedule,
    Cancel,
    Confirm,
    /// Put questions.
    Ask,
    /// "Ask for a window seat": a wish that is granted or not.
    Wish,
    Order,
    Tell,
    FollowUp,
    Quote,
    WaitList,
    /// Something else that somebody has to say yes or no to.
    Request,
}

/// A verb and what it governs, up to the next verb or the end of the sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Act {
    pub(crate) verb: Verb,
    pub(crate) trigger: Range<usize>,
    pub(crate) words: Range<usize>,
}

pub(crate) fn acts(text: &Text) -> Vec<Act> {
    let mut acts = Vec::new();
    for sentence in text.sentences() {
        let before = acts.len();
        let mut at = sentence.start;
        while at < sentence.end {
            let open = acts.get(before..).and_then(<[Act]>::last).map(|act: &Act| act.verb);
            let Some((verb, end)) = verb_at(text, at, open) else {
                at += 1;
                continue;
            };
            let wrapped = text.is(at.wrapping_sub(1), &["to"]) && !coordinated(text, at);
            close(&mut acts, before, at, wrapped);
            acts.push(Act { verb, trigger: at..end, words: end..sentence.end });
            // A prompt may begin with the thing itself: "Table for two".
            at = end.max(at + 1);
        }
        if acts.len() == before
            && let Some(question) = direct_question(text, &sentence)
        {
            acts.push(question);
        }
        let asks = |act: &Act| matches!(act.verb, Verb::Ask | Verb::Tell | Verb::Request | Verb::Quote);
        if acts.len() > before
            && !acts.iter().skip(before).any(asks)
            && let Some(words) = question_after(text, &sentence)
        {
            for act in acts.iter_mut().skip(before) {
                act.words.end = act.words.end.min(words.start).max(act.words.start);
            }
            acts.push(Act { verb: Verb::Ask, trigger: words.start..words.start, words });
        }
        for act in acts.iter_mut().skip(before).filter(|act| is_favour(text, act)) {
            act.verb = Verb::Request;
        }
    }
    acts
}

/// The next verb ends what the last one governs. "Ask them to confirm", "tell them I'd like to cancel" are only a way to
/// say the second verb.
fn close(acts: &mut [Act], sentence: usize, at: usize, wrapped: bool) {
    let Some(last) = acts.get_mut(sentence..).and_then(<[Act]>::last_mut) else { return };
    last.words.end = at;
    if wrapped && matches!(last.verb, Verb::Ask | Verb::Tell | Verb::Wish) {
        last.verb = Verb::Call;
    }
}

fn verb_at(text: &Text, at: usize, open: Option<Verb>) -> Option<(Verb, usize)> {
    let (verb, end) = trigger(text, at)?;
    if !is_verb(text, at, verb) {
        return None;
    }
    match open {
        // Their words are a clause of their own, and its verbs are not for the caller.
        Some(Verb::Ask | Verb::Tell | Verb::Quote | Verb::FollowUp | Verb::Request) => {
            let told = text.is(at.wrapping_sub(1), &["to"]) && passes_on(text, at - 1);
            (coordinated(text, at) || told).then_some((verb, end))
        }
        // "Confirm a booking for a tour": a plain task is followed by another one only after a joint.
        Some(
            Verb::Book | Verb::Reschedule | Verb::Cancel | Verb::Confirm | Verb::Wish | Verb::Order | Verb::WaitList,
        ) => (coordinated(text, at) || text.is(at - 1, &["to"])).then_some((verb, end)),
        Some(Verb::Call) | None => Some((verb, end)),
    }
}

fn coordinated(text: &Text, at: usize) -> bool {
    let joint = |at: usize| text.is(at, &["and", "then", "also", "please", "plus", "but"]);
    let Some(before) = at.checked_sub(1) else { return true };
    text.pause(before) >= Pause::Comma
        || joint(before)
        || (text.is(before, &["to"]) && before > 0 && (joint(before - 1) || text.pause(before - 1) >= Pause::Comma))
}

/// "Ask them TO book", "tell them I want TO cancel".
fn passes_on(text: &Text, to: usize) -> bool {
    let Some(before) = to.checked_sub(1) else { return false };
    text.is(before, &["them", "him", "her", "like", "want", "need", "wish", "ask", "office", "clinic"])
        || text.capital(before)
}

/// "Ask him to call me back": something is wanted, nothing is to be known.
fn is_favour(text: &Text, act: &Act) -> bool {
    let near = act.words.start..act.words.end.min(act.words.start + 5);
    let mark = near
        .into_iter()
        .find(|at| text.is(*at, &["to", "if", "whether", "about", "what", "how", "when", "where", "for"]));
    act.verb == Verb::Ask
        && text.is(act.trigger.start, &["ask"])
        && mark.is_some_and(|mark| mark > act.words.start && mark + 1 < act.words.end && text.is(mark, &["to"]))
}

/// "What time do you close?" needs no verb that tells us to ask it, and in a prompt without punctuation no mark either.
fn direct_question(text: &Text, sentence: &Range<usize>) -> Option<Act> {
    let sentence = text.runs(sentence.start, "if so").unwrap_or(sentence.start)..sentence.end;
    let starts = [
        "what", "what's", "whats", "when", "where", "who", "which", "how", "do", "does", "is", "are", "can", "could",
        "will", "would", "did", "has", "have",
    ];
    let second = [
        "you", "they", "your", "their", "the", "he", "she", "it", "my", "our", "is", "are", "do", "does", "much",
        "many", "long", "time", "late", "would", "can",
    ];
    let favour = text.is(sentence.start, &["can", "could", "will", "would"]) && text.is(sentence.start + 1, &["you"]);
    let marked = sentence.end.checked_sub(1).is_some_and(|last| text.pause(last) == Pause::Question);
    let ordered = text.is(sentence.start, &["do", "have"]) && !text.is(sentence.start + 1, &["you", "they", "it"]);
    let plain = !favour
        && !ordered
        && (text.is(sentence.start + 1, &second) || text.is(sentence.start, &["does", "is", "are"]));
    let helps = favour && text.is(sentence.start + 2, &["help", "please"]);
    let asked = text.is(sentence.start, &starts) && (marked || plain) && !helps && sentence.len() >= 3;
    asked.then(|| Act { verb: Verb::Ask, trigger: sentence.start..sentence.start, words: sentence.clone() })
}

/// "Call the library: do they lend tools?", "Following up on my order, has it shipped?"
fn question_after(text: &Text, sentence: &Range<usize>) -> Option<Range<usize>> {
    let direct = [
        "what", "what's", "whats", "when", "where", "who", "how", "do", "does", "is", "are", "can", "will", "did",
        "has", "have",
    ];
    let pronoun = ["you", "they", "your", "their", "it", "is", "are", "do", "does", "much", "many", "long", "the"];
    let start = (sentence.start + 1..sentence.end).find(|at| {
        text.pause(at - 1) >= Pause::Comma
            && text.is(*at, &direct)
            && text.is(at + 1, &pronoun)
            && !(text.is(*at, &["can", "will"]) && text.is(at + 1, &["you"]))
    })?;
    (start + 3 <= sentence.end).then_some(start..sentence.end)
}

#[cfg(test)]
mod tests {
    use super::{Verb, acts};
    use crate::text::Text;

    fn read(prompt: &str) -> Vec<(Verb, String)> {
        let text = Text::read(prompt);
        acts(&text).into_iter().map(|act| (act.verb, text.slice(act.words).to_owned())).collect()
    }

    #[test]
    fn each_verb_governs_its_own_words() {
        let expected = vec![
            (Verb::Call, "Nobu and".to_owned()),
            (Verb::Book, "a table for 2 and".to_owned()),
            (Verb::Ask, "if they have parking".to_owned()),
        ];
        assert_eq!(read("Call Nobu and book a table for 2 and ask if they have parking"), expected);
    }

    #[test]
    fn a_verb_inside_a_question_or_a_message_is_not_a_task() {
        let cases = [
            ("Ask if I can book a table", Verb::Ask),
            ("Ask how much the order is", Verb::Ask),
            ("Tell them we will cancel the contract", Verb::Tell),
            ("What time do you close?", Verb::Ask),
            ("Could you book a table?", Verb::Book),
            ("Put me on the waiting list", Verb::WaitList),
            ("Table for two tonight", Verb::Book),
            ("Move my appointment to Monday", Verb::Reschedule),
        ];
        for (prompt, verb) in cases {
            assert_eq!(read(prompt).iter().map(|(verb, _)| *verb).collect::<Vec<_>>(), [verb], "{prompt}");
        }
    }

    #[test]
    fn asking_somebody_to_do_something_is_the_task_itself() {
        for prompt in ["Ask them to cancel my order", "Tell them I'd like to cancel my order"] {
            assert_eq!(read(prompt).last().map(|(verb, _)| *verb), Some(Verb::Cancel), "{prompt}");
            assert!(read(prompt).iter().all(|(verb, _)| *verb != Verb::Ask && *verb != Verb::Tell), "{prompt}");
        }
    }
}
