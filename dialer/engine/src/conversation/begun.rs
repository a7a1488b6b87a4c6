//! A reply that is said while it is still being made, sentence by sentence.
//!
//! Its words come before what it records and where it goes, and each sentence is spoken as soon as it is whole and may be
//! said. What was spoken stays said, whatever becomes of the rest.

use proto::{Private, Role};

use super::brain::{SAY_BYTES_MAX, honest};
use super::{Conversation, Phase};
use crate::words::{self, Speech, intent, request};
use crate::{Reply, scripted};

/// What of a reply was said before it was whole.
#[derive(Clone, Debug, Default)]
pub(super) struct Begun {
    /// The beginning of its words that is dealt with: said, or left out.
    dealt: String,
    /// What was said of it.
    pub(super) said: String,
    /// The message that it is said in.
    pub(super) at: Option<usize>,
    /// The question of the step where we are was put in it.
    pub(super) asked: bool,
    /// Something had to be left out.
    pub(super) lied: bool,
    /// She spoke into it: nothing more of it is said.
    stopped: bool,
}

impl Begun {
    /// What of the whole words is not dealt with.
    pub(super) fn rest<'a>(&self, words: &'a str) -> &'a str {
        // One that says something else in the end than it began with has said enough.
        words.strip_prefix(self.dealt.as_str()).unwrap_or_default().trim_start()
    }

    /// The sentences of other words that were not said in it.
    pub(super) fn unsaid(&self, words: &str) -> String {
        if self.said.is_empty() {
            return words.to_owned();
        }
        let speech = Speech::new(words);
        let passages = speech.sentences().into_iter().map(|sentence| speech.passage(sentence.range));
        passages.filter(|passage| !words::contains(&self.said, passage)).collect::<Vec<_>>().join(" ")
    }
}

impl Conversation {
    /// Says what is new and whole of a reply that is being made. `whole`: no more words will come, only the rest of it.
    pub(super) fn hear_beginning(&mut self, so_far: &str, whole: bool) {
        let so_far = words::cut(so_far.trim_start(), SAY_BYTES_MAX);
        let mut begun = self.begun.take().unwrap_or_default();
        let new = so_far.strip_prefix(begun.dealt.as_str()).unwrap_or_default();
        let ready = &new[..self.ready(new, whole, &begun)];
        if !begun.stopped && !ready.trim().is_empty() {
            let say = honest(ready.trim());
            begun.lied |= say != ready.trim();
            begun.dealt.push_str(ready);
            if words::count(&say) > 0 {
                self.say_more(&say, &mut begun);
                join(&mut begun.said, &say);
            }
        }
        self.begun = Some(begun);
    }

    /// How many bytes of new words may be said before the rest of the reply is known: sentences behind which another
    /// begins, up to the first that takes leave, because whether we may leave is not known, or that we have said too often.
    fn ready(&self, new: &str, whole: bool, begun: &Begun) -> usize {
        let speech = Speech::new(new);
        let sentences = speech.sentences();
        let closed = if whole { sentences.len() } else { sentences.len().saturating_sub(1) };
        let mut ready = 0;
        for sentence in &sentences[..closed] {
            let end = speech.end_of(&sentence.range);
            let so_far = format!("{} {}", begun.said, &new[..end]);
            if intent::says_goodbye(speech.passage(sentence.range.clone())) || self.begins_too_often(so_far.trim()) {
                break;
            }
            // The point in an address ends nothing.
            if end == new.len() || new[..end].ends_with(char::is_whitespace) {
                ready = end;
            }
        }
        ready
    }

    /// Whether so many of our messages begin so that this one may be one too many.
    fn begins_too_often(&self, words: &str) -> bool {
        let words = Speech::new(words).words;
        let begins = |message: &&proto::Message| {
            let said = Speech::new(message.content.expose()).words;
            said.len() >= words.len() && said.iter().zip(&words).all(|(said, word)| said.text == word.text)
        };
        self.transcript.said_by(Role::Assistant).filter(begins).count() >= self.limits.repeats_max as usize
    }

    /// Says words that are not all, in the message where the ones before them stand if nothing was said since.
    fn say_more(&mut self, words: &str, begun: &mut Begun) {
        if self.transcript.disclosure.is_none() {
            self.disclose("", false);
        }
        let words = match self.preface.take() {
            Some(preface) => format!("{preface} {words}"),
            None => words.to_owned(),
        };
        self.unheard = None;
        if let Phase::Thinking { until, .. } = self.phase {
            self.phase = Phase::Thinking { until, filler: None };
        }
        if !begun.asked && self.puts_question(&words) {
            self.put_question(self.place_of(&words, begun.at));
            begun.asked = true;
        }
        begun.at = Some(self.write(&words, begun.at));
        self.play(&words, true, false);
    }

    /// Where words will stand: in the message at `at`, if it is the last, or has them already.
    pub(super) fn place_of(&self, words: &str, at: Option<usize>) -> usize {
        let next = self.transcript.messages.len();
        at.filter(|at| at + 1 == next || words::count(words) == 0).unwrap_or(next)
    }

    /// Writes words of ours down. Gives the message.
    pub(super) fn write(&mut self, words: &str, at: Option<usize>) -> usize {
        let place = self.place_of(words, at);
        let Some(message) = self.transcript.messages.get_mut(place) else {
            return self.record(Role::Assistant, words) as usize;
        };
        message.content = Private::new(format!("{} {words}", message.content.expose()));
        self.commit(u32::try_from(place).unwrap_or(u32::MAX));
        place
    }

    /// She spoke into a reply that is still being made.
    pub(super) fn stop_reply(&mut self) {
        if let Some(begun) = self.begun.as_mut().filter(|begun| begun.at.is_some()) {
            begun.stopped = true;
        }
    }

    /// What became of the reply that she stopped. None: she did not.
    pub(super) fn take_stopped(&mut self) -> Option<Begun> {
        self.begun.take_if(|begun| begun.stopped)
    }

    /// Keeps what a reply that she stopped has learned, and says no more of it. `reply`: None, if it never became whole.
    pub(super) fn keep_silent(&mut self, begun: &Begun, reply: Option<&Reply>) {
        if let Some(reply) = reply {
            self.note(reply);
            let rest = honest(begun.rest(reply.say.expose().trim()));
            if let Some(unheard) = &mut self.unheard {
                join(unheard, &rest);
            }
        }
        self.leave_at_said(begun);
        self.listen();
    }

    /// Whether she only shows that she listens, to a reply of which more is to come.
    pub(super) fn only_murmurs(&self, text: &str) -> bool {
        let talking = self.begun.as_ref().is_some_and(|begun| begun.at.is_some());
        talking && request::is_back_channel(text) && !self.may_answer()
    }

    /// She wants to hear the rest, and what she spoke into.
    pub(super) fn go_on_replying(&mut self, text: &str) {
        self.record(Role::User, text);
        self.open_from = self.transcript.messages.len();
        self.silences = 0;
        let Some(mut begun) = self.begun.take() else { return };
        if let Some(unheard) = self.unheard.take().filter(|_| begun.stopped) {
            self.say_more(&unheard, &mut begun);
        }
        begun.stopped = false;
        self.begun = Some(begun);
    }

    /// She answers before the reply is whole: it is not waited for. What it said counts, as if another process had said it.
    pub(super) fn give_up_reply(&mut self) {
        if let Some(begun) = self.begun.take().filter(|begun| begun.at.is_some()) {
            self.leave_at_said(&begun);
        }
    }

    /// Reads what she said before the reply began, and goes to the step whose words were said in it.
    fn leave_at_said(&mut self, begun: &Begun) {
        let read = scripted::reply(&self.context());
        self.note(&read);
        self.new_from = self.transcript.messages.len();
        let Some(at) = begun.at.filter(|_| !begun.asked) else { return };
        let said = self.transcript.messages[at].content.expose().to_owned();
        self.follow(&said, at);
    }
}

/// Says more after what was said.
fn join(said: &mut String, more: &str) {
    if !said.is_empty() && !more.is_empty() {
        said.push(' ');
    }
    said.push_str(more);
}
