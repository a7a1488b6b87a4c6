//! What else the callee may want: another person, another number, another answer, or only that we go on.

use super::{Speech, Word, has_any, intent, places};

const BACK_CHANNEL: &[&str] = &[
    "ah",
    "alright",
    "aha",
    "exactly",
    "fine",
    "good",
    "got",
    "great",
    "hm",
    "hmm",
    "huh",
    "i",
    "it",
    "mhm",
    "mm",
    "mmhm",
    "oh",
    "ok",
    "okay",
    "right",
    "see",
    "sure",
    "uh",
    "um",
    "yeah",
    "yep",
    "yes",
    "understand",
    "understood",
];
/// Longer, it wants to say something.
const BACK_CHANNEL_WORDS_MAX: usize = 4;

/// "Mm-hm", "okay", "I see": she listens, and wants us to go on.
pub(crate) fn is_back_channel(text: &str) -> bool {
    let words = Speech::new(text).words;
    let listening = words.iter().all(|word| BACK_CHANNEL.contains(&word.text.as_str()))
        || ["go on", "go ahead", "please continue", "im listening"].iter().any(|all| is_only(&words, all));
    !words.is_empty() && words.len() <= BACK_CHANNEL_WORDS_MAX && listening && !text.contains('?')
}

fn is_only(words: &[Word], phrase: &str) -> bool {
    phrase.split(' ').count() == words.len() && !places(words, phrase).is_empty()
}

/// We reached someone else.
pub(crate) fn is_wrong_number(text: &str) -> bool {
    let words = Speech::new(text).words;
    // Somebody who corrects herself talks of another number.
    let other = ["gave you the wrong", "told you the wrong", "said the wrong", "wrong number before"];
    !has_any(&words, &other)
        && has_any(
            &words,
            &[
                "wrong number",
                "wrong person",
                "dialed the wrong",
                "nobody here by that name",
                "no one here by that name",
                "nobody by that name",
                "no one by that name",
                "nobody here with that name",
                "no one here with that name",
                "not a restaurant",
                "not a business",
                "this is a private number",
                "this is a private residence",
            ],
        )
}

/// "Let me put you through to my colleague": the next voice is another's.
pub(crate) fn passes_on(text: &str) -> bool {
    let words = Speech::new(text).words;
    let passes = [
        "transfer you",
        "put you through",
        "connect you",
        "pass you to",
        "pass you on",
        "pass you over",
        "hand you over",
        "hand you to",
        "get my manager",
        "get the manager",
        "get my colleague",
        "get my boss",
        "get my husband",
        "get my wife",
        "get someone who",
        "get somebody who",
        "here is my",
        "heres my",
    ];
    let denied = ["cant", "cannot", "not", "couldnt", "unable", "wont"];
    has_any(&words, &passes) && !has_any(&words, &denied)
}

/// "Can I talk to a real person?"
pub(crate) fn asks_for_person(text: &str) -> bool {
    let words = Speech::new(text).words;
    let wishes = [
        "can i",
        "could i",
        "may i",
        "i want",
        "i would like",
        "id like",
        "id rather",
        "i prefer",
        "id prefer",
        "let me",
        "get me",
        "put me",
        "connect me",
        "transfer me",
        "give me",
        "i need",
        "i will only",
        "ill only",
        "i only",
    ];
    let persons = [
        "a person",
        "real person",
        "actual person",
        "human",
        "human being",
        "somebody real",
        "someone real",
        "a manager",
        "your manager",
        "your boss",
        "supervisor",
        "representative",
        "real human",
        "your owner",
    ];
    has_any(&words, &wishes) && has_any(&words, &persons)
}

/// "Thanks for waiting, I'm back", and nothing else.
pub(crate) fn is_back(text: &str) -> bool {
    let back = [
        "im back",
        "i am back",
        "for waiting",
        "for holding",
        "for your patience",
        "sorry about that",
        "sorry for the wait",
        "are you still there",
        "you still there",
        "still on the line",
    ];
    let speech = Speech::new(text);
    let says = |range: &std::ops::Range<usize>| has_any(&speech.words[range.clone()], &back);
    let clauses = speech.clauses(&(0..speech.words.len()));
    clauses.iter().any(says)
        && clauses.iter().all(|clause| says(clause) || intent::is_courtesy(&speech.words[clause.clone()]))
}

/// "I have no time for this": she wants an end, not only for today's question.
pub(crate) fn dismisses(text: &str) -> bool {
    let speech = Speech::new(text);
    let curt = ["go away", "just go away", "please go away", "get lost", "shut up"];
    let clauses = speech.clauses(&(0..speech.words.len()));
    let told = clauses.iter().any(|clause| curt.iter().any(|curt| is_only(&speech.words[clause.clone()], curt)));
    told || has_any(
        &speech.words,
        &[
            "not interested",
            "no interest",
            "im hanging up",
            "i am hanging up",
            "going to hang up",
            "gonna hang up",
            "no time for this",
            "dont have time for this",
            "waste of time",
            "wasting my time",
            "dont talk to robots",
            "dont talk to machines",
            "not talking to a robot",
            "not talking to a machine",
            "not talking to an ai",
            "screw you",
            "fuck off",
            "piss off",
        ],
    )
}

/// She takes back what she said before.
pub(crate) fn corrects(text: &str) -> bool {
    has_any(
        &Speech::new(text).words,
        &[
            "actually",
            "correction",
            "i meant",
            "i mean",
            "make that",
            "scratch that",
            "no wait",
            "oh wait",
            "sorry wait",
            "wait sorry",
            "wait no",
            "i was wrong",
            "i misspoke",
            "my mistake",
            "i made a mistake",
            "let me correct",
            "i said it wrong",
            "on second thought",
            "changed my mind",
            "gave you the wrong",
            "told you the wrong",
            "take that back",
        ],
    )
}

/// What she says behind the words that take back what came before, in one breath.
pub(crate) fn corrected(text: &str) -> Option<&str> {
    let speech = Speech::new(text);
    let turns =
        ["i mean", "i meant", "make that", "correction", "no wait", "oh wait", "wait no", "scratch that", "actually"];
    let end = |turn: &&str| Some(places(&speech.words, turn).last()? + turn.split(' ').count());
    let from = turns.iter().filter_map(end).max()?;
    Some(speech.passage(from..speech.words.len())).filter(|rest| !rest.is_empty())
}

/// A sentence in which we would say that we are a person.
pub(crate) fn claims_humanity(words: &[Word]) -> bool {
    let person = [
        "i am human",
        "im human",
        "i am a human",
        "im a human",
        "i am a person",
        "im a person",
        "i am a real",
        "im a real",
        "i am real",
        "im real",
        "talking to a human",
        "talking to a real",
        "talking to a person",
        "speaking to a human",
        "speaking to a real",
        "speaking to a person",
        "speaking with a human",
        "speaking with a real",
    ];
    let no_machine = [
        "not a robot",
        "not a machine",
        "not an ai",
        "not ai",
        "not a bot",
        "not a computer",
        "not a recording",
        "not artificial",
        "not automated",
        "no robot",
        "no machine",
    ];
    has_any(words, &person) && !has_any(words, &["not"]) || has_any(words, &no_machine)
}

/// A sentence in which we would ask for what opens accounts or takes money.
pub(crate) fn asks_for_secret(words: &[Word]) -> bool {
    let secrets = [
        "card number",
        "card details",
        "card information",
        "expiration date",
        "expiry date",
        "cvv",
        "cvc",
        "security code",
        "password",
        "passcode",
        "pin",
        "pin number",
        "pin code",
        "verification code",
        "access code",
        "one time code",
        "social security",
        "bank account",
        "bank details",
        "account number",
        "routing number",
        "iban",
    ];
    let asks = ["your", "what", "whats", "give", "tell", "read", "need", "provide", "share", "enter", "send"];
    has_any(words, &secrets) && has_any(words, &asks)
}

#[cfg(test)]
mod tests {
    use super::{
        asks_for_person, asks_for_secret, claims_humanity, corrects, dismisses, is_back, is_back_channel,
        is_wrong_number, passes_on,
    };
    use crate::words::Speech;

    #[test]
    fn what_she_wants_is_heard_and_nothing_else() {
        type Heard = fn(&str) -> bool;
        let table: [(Heard, &[&str], &[&str]); 7] = [
            (
                is_back,
                &["Thanks for holding.", "Okay, I'm back.", "Sorry about that, are you still there?"],
                &["Okay.", "Sorry about that, yes, we have one.", "I'm calling back."],
            ),
            (
                is_back_channel,
                &["Mm-hm.", "Okay.", "Uh-huh", "Yeah, I see.", "Right, right.", "Go on."],
                &["Okay?", "No.", "Yes, we have one.", "Okay, who is this?", "", "I see it at seven"],
            ),
            (
                is_wrong_number,
                &["You have the wrong number.", "There's nobody here by that name.", "This is not a restaurant."],
                &["Sorry, I gave you the wrong number, it's 4828.", "What number is it?"],
            ),
            (
                passes_on,
                &["Let me transfer you to the kitchen.", "I'll put you through.", "Hold on, let me get my manager."],
                &["I can't transfer you.", "The transfer is at noon.", "Who put you up to this?"],
            ),
            (
                asks_for_person,
                &["Can I talk to a real person?", "I want to speak to your manager.", "Get me a human."],
                &["Am I talking to a human?", "A table for one person?", "Are you a real person?"],
            ),
            (
                dismisses,
                &["I'm not interested.", "Go away!", "I don't talk to robots."],
                &["It's interesting.", "We go away in summer, is March fine?"],
            ),
            (
                corrects,
                &["Actually, it's five.", "Sorry, I meant Thursday.", "No wait, we're full."],
                &["It's five.", "That means Thursday."],
            ),
        ];
        for (at, (heard, yes, no)) in table.into_iter().enumerate() {
            for text in yes {
                assert!(heard(text), "row {at}: {text}");
            }
            for text in no {
                assert!(!heard(text), "row {at}: {text}");
            }
        }
    }

    #[test]
    fn a_claim_to_be_a_person_is_seen_through() {
        let claims = |text: &str| claims_humanity(&Speech::new(text).words);
        for text in ["Of course I am human.", "I'm a real person.", "I am not a robot.", "No, I'm not an AI."] {
            assert!(claims(text), "{text}");
        }
        for text in
            ["I am an AI assistant.", "I'm not a person.", "I am calling about a table for one person.", "I am sorry."]
        {
            assert!(!claims(text), "{text}");
        }
    }

    #[test]
    fn a_request_for_secrets_is_told_from_talk_about_them() {
        let asks = |text: &str| asks_for_secret(&Speech::new(text).words);
        for text in ["What is your card number?", "Please read me the security code.", "I need the one-time code now."]
        {
            assert!(asks(text), "{text}");
        }
        for text in ["Do you accept credit cards?", "The account number is 4827.", "What is the confirmation number?"] {
            assert!(!asks(text), "{text}");
        }
    }
}
