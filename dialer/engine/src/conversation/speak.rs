//! What we say, and that nothing comes before the disclosure and nothing after the end.

use std::time::Duration;

use proto::workflow::Act;
use proto::{Disclosure, Private, Role};

use super::resume::CUT_OFF;
use super::{Conversation, Phase};
use crate::words;
use crate::{Ending, Next, Output};

pub(super) const OPTED_OUT: &str = "I apologize for the disturbance. You will not be called again. Goodbye.";
pub(super) const GOODBYE: &str = "Thank you for your time. Goodbye.";
pub(super) const NO_MORE: &str = "I will leave it at that. Thank you for your time. Goodbye.";
pub(super) const STILL_THERE: &str = "Hello, are you still there?";

impl Conversation {
    /// The first words that somebody hears, and the question that waits.
    pub(super) fn open(&mut self) {
        let purpose = self.workflow.parts().purpose.expose().to_owned();
        self.disclose(&purpose, false);
        self.new_from = self.transcript.messages.len();
        self.fall_back();
    }

    /// Says what may hold the question that waits.
    pub(super) fn say_to_her(&mut self, words: &str) {
        if self.puts_question(words) {
            self.put_question(self.transcript.messages.len());
        }
        self.say(words, true);
    }

    pub(super) fn puts_question(&self, words: &str) -> bool {
        self.pending_question().is_some_and(|(_, question)| words::contains(words, &question))
    }

    /// One side has said the same too often.
    pub(super) fn wear_out(&mut self) {
        self.farewell(NO_MORE, Ending::Repetition);
    }

    /// A step that does not exist is no place to go to.
    pub(super) fn go(&mut self, next: &Next) {
        match next {
            Next::Go(step) if *step != self.place.step && self.workflow.step(step).is_some() => {
                self.place.step = step.clone();
                self.place.asked = 0;
            }
            Next::Go(_) | Next::Stay | Next::Close => {}
        }
    }

    /// The question of the step where we are is put in the message at that place.
    pub(super) fn put_question(&mut self, at: usize) {
        self.place.asked = self.place.asked.saturating_add(1);
        if let Some((field, _)) = self.pending_question() {
            self.notes.put_question(&field, at);
        }
    }

    /// The field and the question of the step where we are.
    pub(super) fn pending_question(&self) -> Option<(String, String)> {
        match &self.workflow.step(&self.place.step)?.act {
            Act::Ask { field, .. } | Act::Confirm { field, .. } => {
                let field = self.workflow.field(field)?;
                Some((field.name.clone(), field.question.expose().to_owned()))
            }
            Act::Say { .. } | Act::Close { .. } => None,
        }
    }

    pub(super) fn is_worn_out_by(&self, words: &str) -> bool {
        // How often a line may be lost is not decided here.
        !words.starts_with(CUT_OFF)
            && self.transcript.times_said(Role::Assistant, words) >= self.limits.repeats_max as usize
    }

    /// Says the last words. The line is closed when they were heard.
    pub(super) fn farewell(&mut self, words: &str, ending: Ending) {
        self.part(words, None, ending);
    }

    /// Says the last words, in a message that has begun.
    pub(super) fn part(&mut self, words: &str, at: Option<usize>, ending: Ending) {
        self.preface = None;
        self.say_on(words, at, false);
        self.phase = Phase::Closing { ending, until: self.quiet_at };
    }

    /// Says what we are, and with the same breath `purpose`. She may not cut it off. With `last` nothing follows.
    pub(super) fn disclose(&mut self, purpose: &str, last: bool) {
        let words = format!("{} {purpose}", self.disclosure()).trim_end().to_owned();
        let message_index = self.record(Role::Assistant, &words);
        self.transcript.disclosure = Some(Disclosure { message_index, offset: self.now });
        self.stranger = false;
        self.open_from = self.transcript.messages.len();
        let begins_at = self.quiet_at.max(self.now);
        self.play(&words, false, last);
        // Some voices are faster than we think.
        self.disclosed_at = begins_at + self.quiet_at.saturating_sub(begins_at).mul_f64(0.75);
    }

    pub(super) fn disclosure(&self) -> String {
        match &self.principal {
            Some(principal) => {
                format!(
                    "Hello, this is an AI assistant calling on behalf of {}.",
                    principal.expose().trim_end_matches('.')
                )
            }
            None => "Hello, this is an AI assistant calling.".to_owned(),
        }
    }

    /// None: as before.
    pub(super) fn speak(&mut self, language: Option<&str>) {
        self.outputs.extend(language.map(|language| Output::Language(language.to_owned())));
    }

    pub(super) fn say(&mut self, words: &str, interruptible: bool) {
        self.say_on(words, None, interruptible);
    }

    /// `at`: the message that these words are the rest of. There may be no more.
    pub(super) fn say_on(&mut self, words: &str, at: Option<usize>, interruptible: bool) {
        if self.transcript.disclosure.is_none() {
            self.disclose("", false);
        }
        if at.is_none() || words::count(words) > 0 {
            self.unheard = None;
            self.write(words, at);
        }
        if !interruptible {
            self.open_from = self.transcript.messages.len();
        }
        self.play(words, interruptible, true);
    }

    /// Says what is not all: more follows when it is known.
    pub(super) fn begin_to_say(&mut self, words: &str) {
        self.unheard = None;
        self.record(Role::Assistant, words);
        self.play(words, true, false);
    }

    pub(super) fn play(&mut self, words: &str, interruptible: bool, last: bool) {
        self.outputs.push_back(Output::Say { text: Private::new(words), interruptible, last });
        let count = u32::try_from(words::count(words)).unwrap_or(u32::MAX);
        let lasts = Duration::try_from_secs_f64(f64::from(count) / self.limits.words_per_second).unwrap_or_default();
        self.quiet_at = self.quiet_at.max(self.now) + lasts;
    }

    pub(super) fn listen(&mut self) {
        self.phase = Phase::Listening { until: self.now.max(self.quiet_at) + self.limits.silence };
    }

    /// Closes the line.
    pub(super) fn hang_up(&mut self, ending: Ending) {
        self.phase = Phase::Ended { ending };
        self.outputs.push_back(Output::HangUp { reason: ending });
    }
}
