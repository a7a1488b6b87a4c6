//! What is to be said and asked besides the task.

use std::ops::Range;

use super::Reader;
use super::parties::recipient;
use crate::act::{Act, Verb};
use crate::one_of::one_of;
use crate::question;
use crate::text::{Pause, Text};

impl Reader<'_> {
    /// Questions, wishes and messages besides the task.
    pub(super) fn speech(&mut self, task: Option<&Act>) {
        let text = self.text;
        let mut asked: Vec<Range<usize>> = Vec::new();
        for (field, words) in question::listed(text, self.brief.principal.as_deref()) {
            self.claim(words.clone());
            self.brief.carried.push(words.clone());
            self.brief.questions.push(field);
            asked.push(words);
        }
        let listed = asked.clone();
        for act in self.acts.clone() {
            let main = task == Some(&act);
            let repeated = act.verb == Verb::Book && text.is(act.trigger.start, one_of!["ask", "request"]);
            match act.verb {
                // The "see" of "do I need to see the doctor" and what a list asks already.
                Verb::Ask if is_asked(&act, &asked, &listed) => self.claim(act.words.clone()),
                Verb::Ask => {
                    let told = main && (act.confirms(text) || act.tells(text));
                    let questions = question::questions(text, &act, &self.claimed, self.brief.principal.as_deref());
                    if questions.is_empty() {
                        self.claim(act.words.clone());
                    }
                    for (field, words) in questions {
                        self.claim(words.clone());
                        asked.push(words.clone());
                        if !told {
                            self.brief.carried.push(words);
                        }
                        self.brief.questions.push(field);
                    }
                }
                Verb::Wish => self.wish(&act),
                Verb::Book if repeated && !main => self.wish(&act),
                Verb::Tell => {
                    self.brief.carried.push(act.words.clone());
                    let message = message(text, &act);
                    if !message.is_empty() {
                        self.brief.messages.push(text.slice(message).to_owned());
                    }
                    self.claim(act.words.clone());
                }
                Verb::FollowUp | Verb::Quote | Verb::Request if main => self.claim(act.words.clone()),
                Verb::Call
                | Verb::Book
                | Verb::Reschedule
                | Verb::Cancel
                | Verb::Confirm
                | Verb::Order
                | Verb::FollowUp
                | Verb::Quote
                | Verb::WaitList
                | Verb::Request => {}
            }
        }
        for (field, words) in question::overlooked(text, &self.acts, &asked, self.brief.principal.as_deref()) {
            self.claim(words.clone());
            self.brief.carried.push(words);
            self.brief.questions.push(field);
        }
    }

    fn wish(&mut self, act: &Act) {
        let mut end = act.words.end;
        while end > act.words.start && self.text.is(end.wrapping_sub(1), one_of!["and", "to", "please", "also", "then"])
        {
            end -= 1;
        }
        let words = self.text.slice(act.words.start..end);
        if !words.is_empty() {
            self.brief.wishes.push(words.to_owned());
        }
        self.claim(act.words.clone());
    }
}

fn is_asked(act: &Act, asked: &[Range<usize>], listed: &[Range<usize>]) -> bool {
    let within = |words: &Range<usize>| !act.trigger.is_empty() && words.contains(&act.trigger.start);
    asked.iter().any(within)
        || listed.iter().any(|words| act.words.contains(&words.start) || words.contains(&act.words.start))
}

/// What is to be told.
fn message(text: &Text, act: &Act) -> Range<usize> {
    // "My flight is delayed. Please pass this on to Carmen."
    if let Some(before) = act.trigger.start.checked_sub(1)
        && text.is(act.trigger.end.wrapping_sub(1), one_of!["on", "along"])
        && text.is(act.trigger.start + 1, one_of!["this", "that", "it"])
    {
        let end = (0..=before).rev().find(|at| text.pause(*at) >= Pause::Stop).map_or(0, |at| at + 1);
        return text.sentence_start(end.saturating_sub(1))..end;
    }
    let mut start = act.words.start;
    start += usize::from(text.is(start, one_of!["for", "to"]) && recipient(text, act).is_some());
    if let Some(recipient) = recipient(text, act).filter(|recipient| recipient.start >= act.words.start) {
        start = recipient.end;
    } else if text.is(start, one_of!["them", "him", "her", "everyone"]) {
        start += 1;
    }
    start += usize::from(text.is(start, one_of!["that", "saying", "this"]));
    let mut end = act.words.end;
    while end > start && text.is(end.wrapping_sub(1), one_of!["and", "to", "please", "then"]) {
        end -= 1;
    }
    start.min(end)..end
}
