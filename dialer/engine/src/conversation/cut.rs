//! What happens to our words when she speaks into them.

use proto::Private;

use super::{Conversation, Phase};
use crate::words::{self, Speech};

impl Conversation {
    /// What she did not hear was not said.
    pub(super) fn interrupted(&mut self, heard_so_far: Option<&Private>) {
        let open = self.open_from < self.transcript.messages.len();
        if !open || matches!(self.phase, Phase::Closing { .. }) {
            return;
        }
        self.quiet_at = self.now;
        self.disclosed_at = self.disclosed_at.min(self.now);
        if let Some(heard) = heard_so_far {
            self.cut_unheard(words::count(heard.expose()));
        }
        self.open_from = self.transcript.messages.len();
        self.stop_reply();
        if let Phase::Listening { .. } = self.phase {
            self.listen();
        }
    }

    fn cut_unheard(&mut self, mut heard: usize) {
        let mut unheard: Vec<String> = Vec::new();
        for at in self.transcript.trailing_assistant()..self.transcript.messages.len() {
            let whole = self.transcript.messages[at].content.clone();
            let speech = Speech::new(whole.expose());
            let fits = speech.words.len() <= heard;
            let kept = heard.min(speech.words.len());
            heard = heard.saturating_sub(speech.words.len());
            if fits || at < self.open_from {
                continue;
            }
            self.transcript.messages[at].content = Private::new(format!("{} —", speech.verbatim(0..kept)).trim_start());
            self.take_back_question(&speech, kept);
            unheard.push(speech.passage(sentence_start(&speech, kept)..speech.words.len()).to_owned());
            self.commit(u32::try_from(at).unwrap_or(u32::MAX));
        }
        self.unheard = (!unheard.is_empty()).then(|| unheard.join(" "));
    }

    /// A question of which she heard less than half was not put.
    fn take_back_question(&mut self, message: &Speech<'_>, kept: usize) {
        let Some((field, question)) = self.pending_question() else {
            return;
        };
        let Some(place) = words::find(&message.words, &Speech::new(&question).words) else {
            return;
        };
        if kept.saturating_sub(place.start) * 2 >= place.len() {
            return;
        }
        self.place.asked = self.place.asked.saturating_sub(1);
        if self.place.asked == 0 {
            self.notes.take_back_question(&field);
        }
    }

    /// Says again what a cough, or her "mm-hm", cut off.
    pub(super) fn go_on(&mut self, unheard: &str) {
        self.new_from = self.transcript.messages.len();
        if self.is_worn_out_by(unheard) {
            return self.wear_out();
        }
        self.say_to_her(unheard);
        self.listen();
    }
}

/// Where to begin again, so that it can be understood.
fn sentence_start(speech: &Speech<'_>, at: usize) -> usize {
    let holds = |range: &std::ops::Range<usize>| range.contains(&at);
    speech.sentences().into_iter().map(|sentence| sentence.range).find(holds).map_or(at, |range| range.start)
}
