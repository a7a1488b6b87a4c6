//! The caller's words on their way into an ear: they take as long as it takes to say them.

use std::time::Duration;

/// About three words a second.
const CHARACTERS_PER_SECOND: u32 = 16;
/// What she can take in between two turns of hers; more is a machine that talks without end.
const TEXT_BYTES_MAX: usize = 16 * 1024;

#[derive(Clone, Debug, Default)]
pub(crate) struct Ear {
    text: String,
    /// The caller has finished what he wanted to say.
    complete: bool,
    /// All that is being said may be interrupted.
    interruptible: bool,
    from: Duration,
    until: Duration,
}

impl Ear {
    /// How long it takes to say it.
    pub(crate) fn time_of(text: &str) -> Duration {
        let characters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        Duration::from_secs(1) * characters / CHARACTERS_PER_SECOND
    }

    pub(crate) fn add(&mut self, token: &str, last: bool, interruptible: bool, now: Duration) {
        if self.text.is_empty() {
            self.from = self.until.max(now);
            self.interruptible = true;
        } else if self.complete || self.text.ends_with(['.', '?', '!']) && token.starts_with(char::is_alphabetic) {
            // The pieces of an utterance are said one behind the other, even where no space was sent.
            self.text.push(' ');
        }
        if self.text.len() + token.len() <= TEXT_BYTES_MAX {
            self.text.push_str(token);
            self.until = self.until.max(now) + Self::time_of(token);
        }
        self.complete = last;
        self.interruptible &= interruptible;
    }

    /// When the whole was said; None: there is nothing, or more will come.
    pub(crate) fn done_at(&self) -> Option<Duration> {
        (self.complete && !self.text.trim().is_empty()).then_some(self.until)
    }

    /// Since when something is being said that may be interrupted and goes on.
    pub(crate) fn playing_since(&self) -> Option<Duration> {
        (self.interruptible && !self.text.is_empty() && self.until > self.from).then_some(self.from)
    }

    /// Since when nothing is said.
    pub(crate) fn quiet_since(&self) -> Duration {
        self.until
    }

    pub(crate) fn take(&mut self) -> String {
        self.complete = false;
        std::mem::take(&mut self.text).trim().to_owned()
    }

    /// Silences the caller. What was heard, to a whole word, and how long it took; None: there was nothing.
    pub(crate) fn cut(&mut self, now: Duration) -> Option<(String, Duration)> {
        let text = self.take();
        let whole = self.until.saturating_sub(self.from);
        let spoken = now.saturating_sub(self.from).min(whole);
        self.until = self.until.min(now);
        if spoken == whole {
            return (!text.is_empty()).then_some((text, whole));
        }
        let characters = usize::try_from(spoken.as_millis() * u128::from(CHARACTERS_PER_SECOND) / 1000).unwrap_or(0);
        let end = text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at);
        let end = text[..end].rfind(char::is_whitespace).unwrap_or(0);
        let heard = text[..end].trim_end().to_owned();
        (!heard.is_empty()).then_some((heard, spoken))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Ear;

    const SENTENCE: &str = "0123 5678 0123 5678 0123 5678 12"; // Two seconds.

    #[test]
    fn words_take_their_time() {
        let mut ear = Ear::default();
        ear.add(SENTENCE, false, true, Duration::from_secs(1));
        assert_eq!(ear.done_at(), None, "more will come");
        ear.add(SENTENCE, true, true, Duration::from_secs(2));
        assert_eq!(ear.done_at(), Some(Duration::from_secs(5)));
        assert_eq!(ear.take(), format!("{SENTENCE}{SENTENCE}"));
        assert_eq!(ear.done_at(), None);
    }

    #[test]
    fn pieces_that_are_whole_sentences_stay_apart() {
        let mut ear = Ear::default();
        for (token, last) in
            [("It is at 7.", false), ("30 pm.", false), ("Is ", false), ("that free?", true), ("Hm", true)]
        {
            ear.add(token, last, true, Duration::ZERO);
        }
        assert_eq!(ear.take(), "It is at 7.30 pm. Is that free? Hm");
    }

    #[test]
    fn what_is_cut_was_heard_to_a_whole_word() {
        let mut ear = Ear::default();
        ear.add(SENTENCE, true, true, Duration::ZERO);
        let heard = ear.cut(Duration::from_secs(1));
        assert_eq!(heard, Some(("0123 5678 0123".to_owned(), Duration::from_secs(1))));
        assert_eq!(ear.cut(Duration::from_secs(1)), None);
        assert_eq!(ear.quiet_since(), Duration::from_secs(1));
    }

    #[test]
    fn one_text_that_may_not_be_interrupted_protects_all() {
        let mut ear = Ear::default();
        ear.add(SENTENCE, true, true, Duration::ZERO);
        assert_eq!(ear.playing_since(), Some(Duration::ZERO));
        ear.add(SENTENCE, true, false, Duration::ZERO);
        assert_eq!(ear.playing_since(), None);
    }
}
