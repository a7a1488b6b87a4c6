//! What nobody should say to a voice on the phone.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// What opens an account or pays.
const SECRETS: [&str; 26] = [
    "card number",
    "credit card num",
    "debit card num",
    "cvv",
    "cvc",
    "card security",
    "security code",
    "card expir",
    "expiration date of the card",
    "expiry date of the card",
    "card details",
    "password",
    "passcode",
    "pass code",
    "pin code",
    "pin number",
    "one-time code",
    "one time code",
    "verification code",
    "login code",
    "access code",
    "2fa",
    "otp",
    "authentication code",
    "social security number",
    "bank pin",
];
/// Those that are the beginning or the end of harmless words as well: "option".
const WHOLE: [&str; 4] = ["otp", "cvv", "cvc", "2fa"];

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let finder = AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(SECRETS);
    finder.expect("a few short words are far below every limit of such a table")
});

/// Nobody should say such a thing to a voice on the phone, and no agent should ask.
pub(crate) fn is_secret(words: &str) -> bool {
    if words.is_ascii() {
        return has_secret(words);
    }
    // Some letters are ASCII in lower case only.
    has_secret(&words.to_lowercase())
}

fn has_secret(words: &str) -> bool {
    FINDER.find_overlapping_iter(words).any(|found| {
        let apart = || {
            let before = words[..found.start()].ends_with(char::is_alphanumeric);
            !before && !words[found.end()..].starts_with(char::is_alphanumeric)
        };
        !WHOLE.contains(&SECRETS[found.pattern()]) || apart()
    })
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn what_pays_or_unlocks_is_secret_and_words_that_look_like_it_are_not() {
        assert!(is_secret("What is your one-time code?") && is_secret("the OTP they got"));
        assert!(!is_secret("Do you take credit cards?") && !is_secret("Is there an option for gluten-free pasta?"));
    }
}
