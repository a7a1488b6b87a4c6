//! Where all words of a prompt together overrule its first verb and its first name.

use std::ops::Range;

use super::Reader;
use super::parties::recipient;
use crate::Category;
use crate::act::{Act, Verb, is_kept};
use crate::one_of::one_of;
use crate::sense::Sense;
use crate::survey::{self, Named, Part, Survey};
use crate::text::Pause;
use crate::{detail, noun, question, when};

/// How likely whoever is called must be.
const SURE: f64 = 0.5;
/// How much must speak for a name that the grammar does not call.
const INTRODUCED: i32 = 2;
/// In hundredths of the logarithm of the odds: below it, one of ten is the one for whom the call is.
const HARDLY: i32 = -220;

impl Reader<'_> {
    /// The task that the whole prompt speaks for.
    pub(super) fn judged(&mut self, first: Option<Act>) -> Option<Act> {
        let survey = Survey::of(self.text);
        self.brief.sense = Sense::of(self.text, first.as_ref(), &survey);
        let best = self.brief.sense.category();
        match first {
            Some(first) if fits(first.verb, best) => Some(first),
            // Nothing is said to be done. Who says how many they are wants to be seated.
            None if self.brief.sense.may_be_vague() && survey.cues(best) == 0 => {
                detail::party_size(self.text, 0..self.text.len())?;
                Some(self.other(None, Verb::Book, survey.anchor(Category::Book)))
            }
            first => Some(self.other(first.as_ref(), verb_of(best), survey.anchor(best))),
        }
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
            .find(|at| is_kept(text, *at) && !text.is(*at, one_of!["book", "order"]))
            .filter(|_| verb == Verb::Book)
            .map_or(anchor.clone(), |at| at..at);
        // "A TABLE for five" is what is booked, "could they PUSH it" says what is to be done.
        let thing = is_kept(text, anchor.start) && !text.is(anchor.start, one_of!["book", "order"]);
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

    /// Every name of the prompt, and whoever the grammar calls.
    pub(super) fn parties(&self) -> Vec<Named<'_>> {
        let text = self.text;
        let own = self.brief.callee.as_deref().unwrap_or_default();
        let coded = |words: &Range<usize>| {
            words
                .clone()
                .any(|at| detail::is_long_number(text, at) && !text.raw(at).bytes().all(|byte| byte.is_ascii_digit()))
        };
        // "Size 10 Nike Air Max".
        let counted = |words: &Range<usize>| {
            let before = words.start.wrapping_sub(1);
            when::number(text, before).is_some() && text.pause(before) == Pause::None
        };
        let mut parties: Vec<Range<usize>> = survey::candidates(text)
            .into_iter()
            .chain(survey::described(text))
            .map(|words| survey::whole(text, words))
            .filter(|words| !coded(words) && !counted(words))
            .collect();
        parties.extend(self.found(own));
        parties.sort_by_key(|words| (words.start, words.end));
        parties.dedup();
        let principal = self.brief.principal.as_deref().unwrap_or_default();
        let count = parties.len();
        let named = |(at, words)| Named { text, words, own, principal, before: at, behind: count - at - 1 };
        parties.into_iter().enumerate().map(named).collect()
    }

    /// Where the words stand.
    fn found(&self, said: &str) -> Option<Range<usize>> {
        let length = said.split(' ').count();
        let at = (0..self.text.len()).find(|at| !said.is_empty() && self.text.slice(*at..*at + length) == said)?;
        Some(at..at + length)
    }

    /// Whoever is called, when all names of the prompt are weighed; nobody when that is in doubt. A name that can hardly
    /// be the one for whom the call is, is told in the words around it.
    pub(super) fn weighed_parties(&mut self) {
        let text = self.text;
        let names = self.parties();
        let parts = survey::parts(&names);
        let weighed: Vec<(Range<usize>, Part)> = names.into_iter().map(|name| name.words).zip(parts).collect();
        let own = self.brief.callee.take();
        let odds = |weight: i32| (f64::from(weight) / 100.0).exp();
        let all = odds(survey::nobody()) + weighed.iter().map(|(_, part)| odds(part.callee)).sum::<f64>();
        let best = weighed.iter().rev().max_by_key(|(_, part)| part.callee);
        // "The Hilton" and "Hilton" are one.
        let same = |one: &Range<usize>, other: &Range<usize>| one.start < other.end && other.start < one.end;
        let likely = |words: &Range<usize>| {
            weighed.iter().filter(|(other, _)| same(other, words)).map(|(_, part)| odds(part.callee)).sum::<f64>()
        };
        let best = best.map(|(words, _)| words.clone()).filter(|words| likely(words) >= SURE * all);
        let is_own =
            |words: &Range<usize>| own.as_deref().is_some_and(|own| bare(own) == bare(text.slice(words.clone())));
        // What nothing introduces is as often a brand or a place: "Nike Air Max left in size 10", "a bus to Boston".
        let best = best.filter(|words| is_own(words) || survey::score(text, words) >= INTRODUCED);
        // "Ann Perry's cleaning" is nobody to call.
        let owned = |words: &Range<usize>| {
            let name = self.brief.principal.as_deref();
            name.and_then(|name| text.slice(words.clone()).strip_prefix(name))
                .is_some_and(|rest| rest.starts_with("'s "))
        };
        let best = best.filter(|words| !owned(words));
        let kept = best.as_ref().is_some_and(is_own);
        let sure = best.is_some() && !kept;
        if kept {
            self.brief.callee = own;
        } else {
            self.brief.callees_own = false;
            self.brief.callee = best.map(|best| {
                self.claim(best.clone());
                noun::without_possessive(text.slice(best)).to_owned()
            });
        }
        let hardly = |name: &String| {
            let part = self.found(name).and_then(|words| weighed.iter().find(|(other, _)| *other == words));
            part.is_some_and(|(_, part)| part.principal < HARDLY)
        };
        if !self.brief.callees_own && self.brief.principal.as_ref().is_some_and(hardly) {
            self.brief.principal = None;
        }
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

fn bare(name: &str) -> &str {
    name.strip_prefix("the ").unwrap_or(name)
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
