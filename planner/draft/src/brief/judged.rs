//! Where all words of a prompt together overrule its first verb and its first name.

use std::ops::Range;

use super::Reader;
use super::parties::recipient;
use crate::Category;
use crate::act::{Act, Verb, is_kept};
use crate::survey::{self, Survey, telling};
use crate::text::Pause;
use crate::{noun, question};

/// How much the verb that the grammar has found speaks for its own category, and one that it has only inferred.
const TRIGGERED: u32 = 6;
const INFERRED: u32 = 3;
/// Whoever the grammar calls is called, unless much speaks against it.
const OWN_MIN: i32 = -6;
/// Fewer words that tell something are no task.
const TELLING_MIN: usize = 2;

impl Reader<'_> {
    /// The task that most of the prompt speaks for.
    pub(super) fn judged(&mut self, first: Option<Act>) -> Option<Act> {
        let mut survey = Survey::of(self.text);
        if let Some(first) = &first {
            // Whatever is wanted may be asked for.
            let asked = matches!(first.verb, Verb::Ask | Verb::Wish | Verb::Call);
            let weight = if asked || first.trigger.is_empty() { INFERRED } else { TRIGGERED };
            survey.add(Category::of_verb(first.verb), weight);
        }
        let best = survey.best();
        let anchor = survey.anchor(best);
        let judged = match first {
            Some(first) if fits(first.verb, best) => Some(first),
            None if telling(self.text, None) < TELLING_MIN => None,
            first => Some(self.other(first.as_ref(), verb_of(best), anchor)),
        };
        self.brief.survey = survey;
        judged
    }

    fn other(&mut self, first: Option<&Act>, verb: Verb, anchor: Range<usize>) -> Act {
        let text = self.text;
        if let Some(act) = self.acts.iter().find(|act| act.verb == verb) {
            return act.clone();
        }
        let sentence = text.sentence_start(anchor.start)..text.sentence_end(anchor.start);
        let same = |act: &Act| {
            sentence.contains(&act.trigger.start) && (act.trigger.is_empty() || act.words.contains(&anchor.start))
                || act.trigger.contains(&anchor.start)
        };
        if let Some(first) = first.filter(|first| same(first))
            && let Some(at) = self.acts.iter().position(|act| act == first)
        {
            // An act that is put as a question or a message to somebody is theirs to do.
            let party = match first.verb {
                Verb::Ask => question::asked_party(text, first),
                Verb::Tell => recipient(text, first),
                Verb::Request => noun::party(text, first.words.start, first.words.end),
                Verb::Call
                | Verb::Book
                | Verb::Reschedule
                | Verb::Cancel
                | Verb::Confirm
                | Verb::Wish
                | Verb::Order
                | Verb::FollowUp
                | Verb::Quote
                | Verb::WaitList => None,
            };
            let act = Act { verb, ..first.clone() };
            self.acts[at] = act.clone();
            self.acts.extend(party.map(|words| Act { verb: Verb::Call, trigger: act.trigger.clone(), words }));
            return act;
        }
        let anchor = (anchor.start..anchor.end.max(anchor.start + 1))
            .find(|at| is_kept(text, *at) && !text.is(*at, &["book", "order"]))
            .filter(|_| verb == Verb::Book)
            .map_or(anchor.clone(), |at| at..at);
        // "A TABLE for five" is what is booked, "could they PUSH it" says what is to be done.
        let thing = is_kept(text, anchor.start) && !text.is(anchor.start, &["book", "order"]);
        let trigger = anchor.start..anchor.start + usize::from(!thing && !anchor.is_empty());
        // What stands in front of the verb may be whom to call.
        for act in &mut self.acts {
            if act.trigger.start < trigger.start && act.words.contains(&trigger.start) {
                act.words.end = trigger.start;
            }
        }
        let act = Act { verb, words: trigger.end..sentence.end.max(trigger.end), trigger };
        self.acts.push(act.clone());
        act
    }

    /// Whoever is called, when all names of the prompt are weighed.
    pub(super) fn weighed_callee(&mut self) {
        let text = self.text;
        let candidates = survey::candidates(text);
        let nobody = survey::Candidate { words: 0..0, score: i32::MIN };
        let best = survey::best(&candidates).unwrap_or(&nobody);
        let own = self.brief.callee.as_deref().map(|own| {
            let length = own.split(' ').count();
            let found = (0..text.len()).filter(|at| text.slice(*at..*at + length) == own);
            found.map(|at| survey::score(text, &(at..at + length))).max().unwrap_or(0)
        });
        let name = text.slice(best.words.clone());
        let within = !name.is_empty() && self.brief.callee.as_deref().is_some_and(|own| own.contains(name));
        let least = if text.get(best.words.start).is_some_and(|word| word.first) { 2 } else { 5 };
        let sure = best.score >= least && !within && own.is_none_or(|own| own + 2 < best.score);
        if sure {
            self.brief.callee = Some(noun::without_possessive(name).to_owned());
            self.brief.callees_own = false;
            self.claim(best.words.clone());
        } else if own.is_some_and(|own| own < OWN_MIN) {
            self.brief.callee = None;
        }
        // "Ann Perry's cleaning" is nobody to call.
        let sure = sure || within;
        self.brief.callee = self.brief.callee.take().and_then(|callee| addressed(&callee));
        let with = self.brief.with.take();
        self.brief.with = with
            .and_then(|with| addressed(&with))
            .filter(|with| text.is_small() || with.chars().any(char::is_uppercase) || with.starts_with("my "));
        self.brief.principal = self.brief.principal.take().and_then(|name| survey::person(&name));
        let callee = self.brief.callee.as_deref();
        // Nobody calls on behalf of whoever is called.
        let same = |name: &String| callee.is_some_and(|callee| callee.contains(name.as_str()) || name.contains(callee));
        if sure && self.brief.principal.as_ref().is_some_and(same) {
            self.brief.principal = None;
        }
    }

    /// "My SWIMMING LESSON with …": the first thing of the prompt that is kept for somebody.
    pub(super) fn guessed_thing(&self) -> Option<Range<usize>> {
        let text = self.text;
        let kept =
            (0..text.len()).find(|at| is_kept(text, *at) && !text.quoted(*at) && text.pause(*at) <= Pause::Comma)?;
        let words = noun::thing(text, kept, text.sentence_end(kept));
        (!words.is_empty() && words.len() < 5).then_some(words)
    }
}

fn fits(verb: Verb, best: Category) -> bool {
    let asked =
        matches!(best, Category::Ask | Category::FollowUp | Category::Order | Category::Quote | Category::Confirm);
    let wished = matches!(verb, Verb::Wish | Verb::Request) && best == Category::Ask;
    Category::of_verb(verb) == best || (verb == Verb::Ask && asked) || wished
}

fn verb_of(category: Category) -> Verb {
    match category {
        Category::Book => Verb::Book,
        Category::Reschedule => Verb::Reschedule,
        Category::Cancel => Verb::Cancel,
        Category::Confirm => Verb::Confirm,
        Category::Ask => Verb::Ask,
        Category::Order => Verb::Order,
        Category::Message => Verb::Tell,
        Category::FollowUp => Verb::FollowUp,
        Category::Quote => Verb::Quote,
        Category::WaitList => Verb::WaitList,
    }
}

/// Whom to greet: "our tenant Ivan Petkov" is Ivan Petkov, "a quotation" nobody.
fn addressed(party: &str) -> Option<String> {
    let mut words: Vec<&str> = party.split(' ').collect();
    // "The hendersons THEIR puppy …" has gone too far.
    if let Some(other) =
        words.iter().skip(1).position(|word| ["their", "his", "her", "my", "our", "that", "is"].contains(word))
    {
        words.truncate(other + 1);
    }
    let capital =
        |word: &str| word.starts_with(char::is_uppercase) || word.starts_with(|first: char| first.is_ascii_digit());
    let Some(first) = words.iter().position(|word| capital(word)) else {
        return (party.len() > 2 && !["a", "an", "your", "u"].contains(&words[0])).then(|| party.to_owned());
    };
    // "Fionnuala Kearney of Kearney Walsh Solicitors" is with the firm.
    if let Some((person, firm)) = party.split_once(" of ")
        && firm.starts_with(char::is_uppercase)
        && firm.split(' ').any(|word| survey::is_trade_word(&word.to_lowercase()))
        && !person.split(' ').any(|word| survey::is_trade_word(&word.to_lowercase()))
    {
        return Some(firm.to_owned());
    }
    let mine = ["my", "our", "his", "her", "their"].contains(&words[0]);
    let start = if first > 0 && (mine || words[0] != "the") { first } else { 0 };
    let mut end = words.len();
    // "Bernard at the allotment", "DashPak still has our collection".
    let goes_on = |word: &str| {
        capital(word) || noun::is_particle(word) || survey::is_trade_word(word) || ["on", "in"].contains(&word)
    };
    let near = |at: usize| (at..end.min(at + 3)).any(|at| goes_on(words[at]) && !noun::is_joint(words[at]));
    if let Some(cut) = (first + 1..end).find(|at| !near(*at)) {
        end = cut;
    }
    while end > first + 1 && ["on", "in", "of", "the", "and"].contains(&words[end - 1]) {
        end -= 1;
    }
    Some(words[start..end].join(" "))
}
