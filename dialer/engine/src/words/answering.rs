//! What answers a phone and is not the person whom we call: recorders, screeners and waiting queues.

use super::{Sentence, Speech, has_any, intent};

const RECORDERS: &[&str] = &[
    "after the tone",
    "after the beep",
    "at the tone",
    "at the beep",
    "record your message",
    "forwarded to voicemail",
    "forwarded to voice mail",
    "reached the voicemail",
    "reached the voice mail",
    "automatic voice message system",
    "mailbox is full",
    "leave a message and",
    "leave your name and number",
    "cant come to the phone",
    "cannot come to the phone",
    "cant take your call",
    "unable to take your call",
    "not available to take your call",
];
const SCREENERS: &[&str] = &[
    "record your name and",
    "say your name and",
    "state your name and",
    "tell me your name and why",
    "your name and reason",
    "your name and the reason",
    "using a screening service",
    "using call screening",
    "screening this call",
    "screening calls",
    "see if this person is available",
    "see if they are available",
];
/// From a recording these are an order; as a question, a person asks them.
const REASONS: &[&str] = &["reason for your call", "reason for calling", "why you are calling", "why youre calling"];
const QUEUES: &[&str] = &[
    "your call is important",
    "your call is very important",
    "stay on the line",
    "remain on the line",
    "please continue to hold",
    "continue holding",
    "next available agent",
    "next available representative",
    "next available associate",
    "all of our agents",
    "all of our representatives",
    "all our agents",
    "all our representatives",
    "agents are busy",
    "representatives are busy",
    "agents are currently busy",
    "representatives are currently",
    "in the queue",
    "next in line",
    "estimated wait",
    "will be with you shortly",
    "answered in the order",
    "hold music",
    "music playing",
];
/// A person who comes to a phone that somebody, or something, has answered before her.
const HERE: &[&str] = &[
    "im here",
    "i am here",
    "dont hang up",
    "wait im",
    "this is",
    "speaking",
    "who is this",
    "whos this",
    "whos calling",
    "who is calling",
    "sorry i just",
    "just picked up",
    "got the phone",
];
/// A greeting is short; a recording that begins with one is not.
const LIVE_WORDS_MAX: usize = 12;

/// A recorded greeting gives itself away.
pub(crate) fn is_recorder(text: &str) -> bool {
    has_any(&Speech::new(text).words, RECORDERS)
}

/// "Please say your name and why you are calling." Who asks us so is a machine or a secretary, and wants no question back.
pub(crate) fn is_screener(text: &str) -> bool {
    let speech = Speech::new(text);
    let orders = |sentence: Sentence| !sentence.question && has_any(&speech.words[sentence.range], REASONS);
    let screens = has_any(&speech.words, SCREENERS) || speech.sentences().into_iter().any(orders);
    screens && !has_any(&speech.words, RECORDERS)
}

/// A recording that asks for patience, or music.
pub(crate) fn is_queue(text: &str) -> bool {
    let words = Speech::new(text).words;
    let only_music = !words.is_empty() && words.iter().all(|word| matches!(word.text.as_str(), "music" | "hold"));
    let recorder = has_any(&words, RECORDERS);
    !recorder && (only_music && words.iter().any(|word| word.text == "music") || has_any(&words, QUEUES))
}

/// Somebody has come to the phone: she greets, or says that she is there.
pub(crate) fn is_live(text: &str) -> bool {
    let words = Speech::new(text).words;
    let greets = intent::only_greets(text) || has_any(&words, HERE);
    let announces = has_any(&words, &["youve reached", "you have reached"]);
    greets && !announces && words.len() <= LIVE_WORDS_MAX && !is_recorder(text) && !is_queue(text) && !is_screener(text)
}

#[cfg(test)]
mod tests {
    use super::{is_live, is_queue, is_recorder, is_screener};

    /// What each of them is taken for.
    fn kind(text: &str) -> &'static str {
        match (is_recorder(text), is_screener(text), is_queue(text), is_live(text)) {
            (true, false, false, false) => "recorder",
            (false, true, false, false) => "screener",
            (false, false, true, false) => "queue",
            (false, false, false, true) => "live",
            (false, false, false, false) => "none",
            (..) => "several",
        }
    }

    #[test]
    fn what_answers_the_phone_gives_itself_away() {
        for (text, expected) in [
            ("Please leave a message after the beep.", "recorder"),
            ("Record your message at the tone. When you are finished, hang up.", "recorder"),
            ("The mailbox is full. Goodbye.", "recorder"),
            ("Hi, this is Pat. Leave your name and number and I'll call you back.", "recorder"),
            ("Hi, if you record your name and reason for calling, I'll see if this person is available.", "screener"),
            ("The person you are calling is using a screening service. Go ahead and say your name.", "screener"),
            ("Please state your name and the reason for your call.", "screener"),
            ("I can't come to the phone right now.", "recorder"),
            ("Hi, you've reached Pat.", "none"),
            ("Your call is important to us, please stay on the line.", "queue"),
            ("You are number three in the queue.", "queue"),
            ("[music]", "queue"),
            ("♪ hold music ♪", "queue"),
            ("All of our representatives are busy at the moment.", "queue"),
            ("Hello?", "live"),
            ("Hello, this is Ana, sorry.", "live"),
            ("I'm here, I'm here, don't hang up!", "live"),
            ("Reservations, Ana speaking.", "live"),
            ("What is the reason for your call?", "none"),
            ("Can I take a message?", "none"),
            ("Yes, we have a table at seven.", "none"),
            ("We play music on Fridays.", "none"),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }
}
