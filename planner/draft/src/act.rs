//! What a prompt tells the caller to do: its verbs, and the words that belong to each.

mod inferred;
mod lexicon;
mod passive;
mod special;
mod trigger;

use std::ops::Range;

use crate::one_of::one_of;
use crate::text::{Pause, Text};
use crate::{detail, when};
pub(crate) use inferred::inferred;
pub(crate) use lexicon::is_kept;
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

impl Act {
    /// "Ask about a private room for twenty on Saturday": who asks that way tells how many and when.
    pub(crate) fn tells(&self, text: &Text) -> bool {
        let about = self
            .words
            .clone()
            .take(8)
            .any(|at| text.is(at, one_of!["about", "table", "room", "availability", "space"]));
        self.verb == Verb::Ask
            && about
            && detail::party_size(text, self.words.clone()).is_some()
            && !when::find(text, self.words.clone()).is_empty()
    }

    /// "Confirm that Ann Perry is expected at nine", "check with the lodge that …": what is asked is stated.
    pub(crate) fn confirms(&self, text: &Text) -> bool {
        let sure = one_of!["confirm", "verify", "double", "double-check", "make", "ensure", "validate"];
        let near = self.trigger.end.saturating_sub(1)..self.words.end.min(self.words.start + 8);
        let mark =
            near.into_iter().find(|at| text.is(*at, one_of!["that", "if", "whether", "what", "when", "how", "about"]));
        let still = self.words.clone().any(|at| {
            text.is(at, one_of!["still"])
                && text.is(
                    at + 1,
                    one_of![
                        "on",
                        "good",
                        "booked",
                        "confirmed",
                        "down",
                        "scheduled",
                        "happening",
                        "set",
                        "expected",
                        "valid",
                        "planned",
                    ],
                )
        });
        self.verb == Verb::Ask
            && (still || text.is(self.trigger.start, sure) || mark.is_some_and(|mark| text.is(mark, one_of!["that"])))
    }
}

pub(crate) fn acts(text: &Text) -> Vec<Act> {
    let mut acts = Vec::new();
    for sentence in text.sentences() {
        let before = acts.len();
        let mut at = sentence.start;
        if let Some(act) = passive::passive(text, &sentence).or_else(|| passive::wanted(text, &sentence)) {
            at = act.trigger.end;
            acts.push(act);
        }
        while at < sentence.end {
            let open = acts.get(before..).and_then(<[Act]>::last).map(|act: &Act| act.verb);
            let Some((verb, end)) = verb_at(text, at, open) else {
                at += 1;
                continue;
            };
            // "Two rooms, please" is a task only when nothing else is.
            let bare = verb == Verb::Book && at == end && acts.iter().any(|act: &Act| act.verb != Verb::Call);
            if bare {
                at += 1;
                continue;
            }
            let wrapped = (text.is(at.wrapping_sub(1), one_of!["to"]) && !coordinated(text, at))
                || (open == Some(Verb::Ask) && is_wanted_of_them(text, at, verb));
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
        if !acts.iter().skip(before).any(asks)
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
    if text.quoted(at) && at > 0 {
        return None;
    }
    // "Message for Ann: the parcel is here, please call us" is told as a whole.
    let start = text.sentence_start(at);
    if open == Some(Verb::Tell) && (start..at).any(|at| text.pause(at) == Pause::Colon) {
        return None;
    }
    let (verb, end) = trigger(text, at)?;
    if open == Some(Verb::Ask) && is_wanted_of_them(text, at, verb) {
        return Some((verb, end));
    }
    if !is_verb(text, at, verb) {
        return None;
    }
    match open {
        // Their words are a clause of their own, and its verbs are not for the caller.
        Some(Verb::Ask | Verb::Tell | Verb::Quote | Verb::FollowUp | Verb::Request) => {
            let told = text.is(at.wrapping_sub(1), one_of!["to"]) && passes_on(text, at - 1);
            (coordinated(text, at) || told).then_some((verb, end))
        }
        // "Confirm a booking for a tour": a plain task is followed by another one only after a joint.
        Some(
            Verb::Book | Verb::Reschedule | Verb::Cancel | Verb::Confirm | Verb::Wish | Verb::Order | Verb::WaitList,
        ) => (coordinated(text, at) || text.is(at.wrapping_sub(1), one_of!["to"])).then_some((verb, end)),
        Some(Verb::Call) | None => Some((verb, end)),
    }
}

fn coordinated(text: &Text, at: usize) -> bool {
    let joint = |at: usize| text.is(at, one_of!["and", "then", "also", "please", "plus", "but", "so"]);
    let Some(mut before) = at.checked_sub(1) else { return true };
    // "…, and I'd like to know".
    while before > 0
        && text.is(before, one_of!["i'd", "i", "we'd", "we", "i'll", "also", "would", "just", "can", "could", "you"])
        && text.pause(before) == Pause::None
        && text.is(at, one_of!["like", "want", "need", "ask", "find", "tell", "let", "check"])
    {
        before -= 1;
    }
    text.pause(before) >= Pause::Comma
        || joint(before)
        || (text.is(before, one_of!["to"])
            && before > 0
            && (joint(before - 1) || text.pause(before.wrapping_sub(1)) >= Pause::Comma))
}

/// "See if they can MOVE it": a request, put as a question.
fn is_wanted_of_them(text: &Text, at: usize, verb: Verb) -> bool {
    let deed = matches!(verb, Verb::Book | Verb::Reschedule | Verb::Cancel | Verb::WaitList);
    let Some(modal) = at.checked_sub(1).filter(|_| deed) else { return false };
    let asked = |at: usize| text.is(at, one_of!["if", "whether"]) || text.pause(at) != Pause::None;
    let deed = !text.is(at, one_of!["rent", "hire", "see", "secure", "organize"]);
    let able = deed && text.is(modal, one_of!["can", "could", "would", "will"]);
    let subject = (modal.saturating_sub(6)..modal).rev().take_while(|at| !asked(*at));
    able && modal > 0
        && subject.clone().count() > 0
        && subject.into_iter().all(|at| !text.is(at, one_of!["i", "we", "it"]))
}

/// "Ask them TO book", "tell them I want TO cancel".
fn passes_on(text: &Text, to: usize) -> bool {
    let Some(before) = to.checked_sub(1) else { return false };
    text.is(before, one_of!["has", "have", "had", "needs", "wants", "must", "wishes", "got"])
        || text.is(before, one_of!["them", "him", "her", "like", "want", "need", "wish", "ask", "office", "clinic"])
        || text.capital(before)
}

/// "Ask him to call me back": something is wanted, nothing is to be known.
fn is_favour(text: &Text, act: &Act) -> bool {
    let near = act.words.start..act.words.end.min(act.words.start + 5);
    let mark = near
        .into_iter()
        .find(|at| text.is(*at, one_of!["to", "if", "whether", "about", "what", "how", "when", "where", "for"]));
    act.verb == Verb::Ask
        && text.is(act.trigger.start, one_of!["ask"])
        && mark.is_some_and(|mark| mark > act.words.start && mark + 1 < act.words.end && text.is(mark, one_of!["to"]))
}

/// "What time do you close?" needs no verb that tells us to ask it, and in a prompt without punctuation no mark either.
fn direct_question(text: &Text, sentence: &Range<usize>) -> Option<Act> {
    let leads = [
        "one",
        "two",
        "three",
        "four",
        "first",
        "second",
        "third",
        "finally",
        "lastly",
        "if so",
        "if not",
        "if yes",
        "if no",
        "if possible",
        "and",
        "also",
        "so",
        "but",
    ];
    let lead = leads.iter().find_map(|words| text.runs(sentence.start, words)).unwrap_or(sentence.start);
    let sentence = lead..sentence.end;
    let starts = one_of![
        "what", "what's", "whats", "when", "where", "who", "which", "how", "do", "does", "is", "are", "can", "could",
        "will", "would", "did", "has", "have", "was", "were", "any", "why", "may", "should", "isn't", "aren't",
        "whose",
    ];
    let second = one_of![
        "you", "they", "your", "their", "the", "he", "she", "it", "my", "our", "is", "are", "do", "does", "much",
        "many", "long", "time", "late", "would", "can",
    ];
    // "Could you give them a ring?" is for us to do.
    let ours = one_of!["help", "please", "give", "call", "handle", "sort", "fix", "ring", "phone", "look", "deal"];
    let favour = text.is(sentence.start, one_of!["can", "could", "will", "would"])
        && text.is(sentence.start + 1, one_of!["you"]);
    let marked = sentence.end.checked_sub(1).is_some_and(|last| text.pause(last) == Pause::Question);
    let ordered =
        text.is(sentence.start, one_of!["do", "have"]) && !text.is(sentence.start + 1, one_of!["you", "they", "it"]);
    let plain = !favour
        && !ordered
        && (text.is(sentence.start + 1, second) || text.is(sentence.start, one_of!["does", "is", "are"]));
    let helps = favour && text.is(sentence.start + 2, ours);
    // "Minimum age for kids?"
    let noun = marked && sentence.clone().any(|at| text.is(at, lexicon::ASKED));
    if noun && !text.is(sentence.start, starts) && sentence.len() >= 2 {
        return Some(Act { verb: Verb::Ask, trigger: sentence.start..sentence.start, words: sentence });
    }
    let asked = text.is(sentence.start, starts)
        && (marked || plain)
        && !helps
        && (sentence.len() >= 3
            || (lead > 0 && marked && !sentence.is_empty() && text.is(sentence.start, one_of!["when", "where"])));
    asked.then(|| Act { verb: Verb::Ask, trigger: sentence.start..sentence.start, words: sentence.clone() })
}

/// "Call the library: do they lend tools?", "Following up on my order, has it shipped and when does it come".
fn question_after(text: &Text, sentence: &Range<usize>) -> Option<Range<usize>> {
    let helping = one_of![
        "do", "does", "is", "are", "can", "could", "will", "would", "did", "has", "have", "was", "were", "should",
        "may", "am",
    ];
    let subject = one_of![
        "they", "your", "their", "it", "he", "she", "there", "i", "we", "that", "this", "the", "my", "our", "any",
        "anyone", "anybody", "someone", "a", "an",
    ];
    let start = (sentence.start + 1..sentence.end).find(|at| {
        let joined = text.pause(at.wrapping_sub(1)) >= Pause::Comma
            || text.is(at.wrapping_sub(1), one_of!["and", "so", "but", "or", "plus"]);
        let turned = text.is(*at, helping) && text.is(at + 1, subject)
            || text.is(*at, one_of!["do", "did", "are", "have"]) && text.is(at + 1, one_of!["you"]);
        // "What's holding it up", "how much do I owe", "when will we see it".
        let wanted = text.is(*at, one_of!["what's", "whats", "what", "how"])
            || (text.is(*at, one_of!["when", "where", "who", "which", "why"]) && text.is(at + 1, helping));
        joined && (turned || (wanted && !text.is(at.wrapping_sub(1), one_of!["so"])))
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
