//! What the callee wants of us, whatever was asked.

use super::{Speech, Word, has_any, places, starts_with};

const OPT_OUT: &[&str] = &[
    "stop calling",
    "quit calling",
    "never call",
    "off your list",
    "off the list",
    "off this list",
    "off your call list",
    "from your list",
    "remove my number",
    "remove this number",
    "remove our number",
    "take my number off",
    "take us off",
    "take me off",
    "delete my number",
    "lose my number",
    "lose this number",
    "do not call list",
    "no more calls",
    "dont call again",
    "do not call again",
    "not call me again",
    "not call us again",
    "not call here again",
    "not to be called",
    "unsubscribe me",
    "dont call me again",
    "dont call us again",
    "dont call here again",
    "dont ever call",
    "do not ever call",
    "leave me alone",
    "leave us alone",
    "stop bothering",
    "stop harassing",
    // An opt-out counts in any language in which it is said.
    "no me llame",
    "no me llames",
    "no nos llame",
    "no vuelva a llamar",
    "no vuelvas a llamar",
    "mappelez plus",
    "nappelez plus",
    "nicht mehr an",
    "nie wieder an",
];
/// An opt-out, unless it goes on: "don't call me before nine".
const OPT_OUT_OPEN: &[&str] = &["dont call", "do not call", "dont phone", "do not phone"];
const CONDITION: &[&str] = &[
    "before", "until", "till", "after", "on", "now", "today", "tomorrow", "tonight", "right", "during", "in", "if",
    "it", "between", "unless", "when", "while", "that",
];

/// "Do not call me again."
pub(crate) fn opts_out(text: &str) -> bool {
    let words = Speech::new(text).words;
    has_any(&words, OPT_OUT) || OPT_OUT_OPEN.iter().any(|phrase| opts_out_open(&words, phrase))
}

fn opts_out_open(words: &[Word], phrase: &str) -> bool {
    places(words, phrase).into_iter().any(|start| {
        let conditional = start > 0 && matches!(words[start - 1].text.as_str(), "you" | "i" | "we" | "if");
        let rest = &words[start + phrase.split(' ').count()..];
        let rest = match rest.first() {
            Some(whom) if matches!(whom.text.as_str(), "me" | "us" | "here" | "back" | "this" | "my") => &rest[1..],
            Some(_) | None => rest,
        };
        !conditional && !rest.first().is_some_and(|next| CONDITION.contains(&next.text.as_str()))
    })
}

/// She takes her leave.
pub(crate) fn says_goodbye(text: &str) -> bool {
    let speech = Speech::new(text);
    let Some(last) = speech.sentences().last().filter(|last| !last.question).map(|last| last.range.clone()) else {
        return false;
    };
    has_any(
        &speech.words[last],
        &[
            "bye",
            "goodbye",
            "good bye",
            "bye bye",
            "have a good day",
            "have a nice day",
            "have a great day",
            "have a good one",
            "have a great one",
            "have a nice one",
            "have a good evening",
            "have a nice evening",
            "have a great evening",
            "have a good night",
            "take care",
        ],
    )
}

/// "Am I talking to a machine?"
pub(crate) fn asks_whether_robot(text: &str) -> bool {
    let words = Speech::new(text).words;
    let names =
        ["robot", "machine", "ai", "bot", "computer", "recording", "human", "real person", "artificial intelligence"];
    let asks = [
        "are you",
        "is this",
        "is that",
        "am i",
        "you a",
        "youre a",
        "you an",
        "youre an",
        "this a",
        "speaking to",
        "talking to",
        "sound like",
        "you real",
    ];
    has_any(&words, &names) && has_any(&words, &asks) || has_any(&words, &["are you real", "are you human"])
}

/// "One moment, please", and nothing else.
pub(crate) fn asks_to_wait(text: &str) -> bool {
    let speech = Speech::new(text);
    let waits = [
        "one moment",
        "one second",
        "one sec",
        "one more moment",
        "one more minute",
        "one more second",
        "a moment",
        "a second",
        "a sec",
        "a minute",
        "one minute",
        "hold on",
        "please hold",
        "hold please",
        "let me check",
        "let me see",
        "let me look",
        "ill check",
        "ill go check",
        "hang on",
        "bear with me",
        "give me a",
        "let me ask",
        "let me find out",
        "let me get",
        "ill put you on hold",
    ];
    let sentences = speech.sentences();
    let Some(last) = sentences.last() else {
        return false;
    };
    let rest = &speech.words[..last.range.start];
    has_any(&speech.words[last.range.clone()], &waits) && !last.question && (is_courtesy(rest) || rest.len() <= 2)
}

/// A greeting, which answers nothing: "Olive Garden, this is Mia, how can I help you?"
pub(crate) fn only_greets(text: &str) -> bool {
    let speech = Speech::new(text);
    let greets = [
        "hello",
        "hi",
        "hey",
        "good morning",
        "good afternoon",
        "good evening",
        "how can i help",
        "how may i help",
        "what can i do for you",
        "speaking",
        "thank you for calling",
        "thanks for calling",
        "can i help you",
        "may i help you",
        "how are you",
    ];
    has_any(&speech.words, &greets) && (is_courtesy(&speech.words) || !starts_with_answer(&speech.words))
}

fn starts_with_answer(words: &[Word]) -> bool {
    ["yes", "yeah", "no", "we", "it", "sure"].iter().any(|answer| starts_with(words, answer))
}

/// She did not hear or understand us.
pub(crate) fn did_not_understand(text: &str) -> bool {
    has_any(
        &Speech::new(text).words,
        &[
            "didnt catch",
            "did not catch",
            "didnt hear",
            "did not hear",
            "didnt get that",
            "did not get that",
            "didnt understand",
            "did not understand",
            "dont understand",
            "do not understand",
            "cant hear you",
            "cannot hear you",
            "cant understand",
            "pardon",
            "come again",
            "say that again",
            "repeat that",
            "didnt quite",
        ],
    )
}

/// "Yes, I'm here", to the question whether she still is.
pub(crate) fn says_present(text: &str) -> bool {
    let words = Speech::new(text).words;
    has_any(&words, &["im here", "i am here", "still here", "hear you", "were here", "im still"]) || is_courtesy(&words)
}

/// Words of courtesy and hesitation that answer nothing.
pub(crate) fn is_courtesy(words: &[Word]) -> bool {
    let courtesies = [
        "hello",
        "hi",
        "hey",
        "thank",
        "thanks",
        "you",
        "please",
        "well",
        "hmm",
        "hm",
        "um",
        "uh",
        "er",
        "ah",
        "oh",
        "so",
        "okay",
        "ok",
        "sure",
        "great",
        "perfect",
        "good",
        "sorry",
        "there",
        "welcome",
        "alright",
        "right",
        "yes",
        "yeah",
        "very",
        "much",
        "of",
        "course",
        "certainly",
        "absolutely",
        "wonderful",
        "excellent",
        "sounds",
        "lets",
        "let",
        "me",
        "see",
        "check",
        "one",
        "moment",
        "second",
        "just",
        "a",
        "morning",
        "afternoon",
        "evening",
        "youre",
        "no",
        "problem",
        "bye",
        "goodbye",
    ];
    let telling = words.len() == 1 && words[0].text == "no" || words.len() == 1 && words[0].text == "one";
    !telling && words.iter().all(|word| courtesies.contains(&word.text.as_str()))
}

#[cfg(test)]
mod tests {
    use super::{asks_to_wait, asks_whether_robot, only_greets, opts_out, says_goodbye};

    #[test]
    fn an_opt_out_is_heard_in_many_words() {
        for text in [
            "Please don't call me again.",
            "Take me off your list!",
            "Stop calling this number",
            "Do not call here.",
            "Don’t call me",
            "I told you people never to call... please remove my number",
        ] {
            assert!(opts_out(text), "{text}");
        }
        for text in [
            "Don't call me before nine, please.",
            "If you don't call me by five I'll give the table away.",
            "Call again tomorrow.",
            "I'll call you back.",
            "We don't call it that.",
        ] {
            assert!(!opts_out(text), "{text}");
        }
    }

    #[test]
    fn a_goodbye_is_heard_and_a_question_about_it_is_none() {
        for text in ["Okay, bye!", "Thanks. Good bye.", "See you Friday, have a nice day"] {
            assert!(says_goodbye(text), "{text}");
        }
        for text in ["Is that all? ", "Bye, what?", "It was a good day", "Buy one"] {
            assert!(!says_goodbye(text), "{text}");
        }
    }

    #[test]
    fn the_robot_question_is_heard() {
        for text in
            ["Are you a robot?", "Wait, is this a recording", "Am I talking to a real person?", "You're an AI, right?"]
        {
            assert!(asks_whether_robot(text), "{text}");
        }
        for text in ["We sell robots.", "Are you coming?", "The machine is broken"] {
            assert!(!asks_whether_robot(text), "{text}");
        }
    }

    #[test]
    fn a_request_to_wait_is_told_from_an_answer() {
        assert!(asks_to_wait("One moment, please."));
        assert!(asks_to_wait("Sure, let me check."));
        assert!(!asks_to_wait("Let me check. Yes, we have a table."));
        assert!(!asks_to_wait("We are open nine to five."));
    }

    #[test]
    fn a_greeting_is_told_from_an_answer() {
        assert!(only_greets("Olive Garden, how can I help you?"));
        assert!(!only_greets("Yes, hello, we have a table."));
    }
}
