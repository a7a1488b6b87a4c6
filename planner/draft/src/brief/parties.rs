//! Who is called and where.

use std::ops::Range;

use super::Reader;
use crate::act::{Act, Verb};
use crate::one_of::one_of;
use crate::text::{Pause, Text};
use crate::{detail, noun, people, question, rest};

impl Reader<'_> {
    pub(super) fn callee(&mut self, task: Option<&Act>) {
        let text = self.text;
        let place = task.and_then(|task| self.place(task));
        let named = self.named(task);
        // "Check that the florist is bringing them": inside a question a name is a part of it.
        let within = |named: &Range<usize>| {
            let mut asks = self.acts.iter().filter(|act| act.verb == Verb::Ask);
            asks.any(|act| act.words.contains(&named.start) && question::begin(text, act) < named.start)
        };
        let heard = named.clone().filter(|named| !within(named));
        for words in [&place, &heard].into_iter().flatten() {
            self.claim(words.clone());
        }
        let named = named.map(|named| apposed(text, &named, named.end).unwrap_or(named));
        // "My dentist, Dr. Lee": the description is heard as well.
        let calls = self.acts.iter().filter(|act| act.verb == Verb::Call).map(|act| act.words.clone());
        let described = calls.zip(std::iter::repeat(named.clone())).find_map(|(words, named)| {
            let named = named.filter(|named| words.start < named.start && named.start < words.start + 5)?;
            text.is(words.start, one_of!["my", "our", "the", "his", "her", "their"]).then_some(words.start..named.start)
        });
        self.claim(described.unwrap_or(0..0));
        let with = place.as_ref().is_some_and(|place| text.is(place.start, one_of!["with"]));
        let place = place.map(|place| text.slice(place.start + 1..place.end).to_owned());
        self.brief.with = place.clone().filter(|_| with);
        let named = named.or_else(|| {
            if place.is_none() {
                self.asked_at().or_else(|| self.mentioned_place()).or_else(|| self.able())
            } else {
                None
            }
        });
        if let Some(named) = &named
            && text.is(named.start.wrapping_sub(1), one_of!["at", "with", "from", "to"])
            && (text.pause(named.end.wrapping_sub(1)) != Pause::None || text.is(named.end, one_of!["and", "or", "but"]))
        {
            self.claim(named.clone());
        }
        let Some(named) = named.map(|named| text.slice(named).to_owned()) else {
            self.brief.callee = place;
            return;
        };
        // "Call Sarah to confirm her appointment at Dr. Smith's office": the office lets her be called.
        let confirms = task.is_some_and(|task| task.verb == Verb::Confirm);
        if confirms && place.is_some() && self.brief.principal.is_none() && !people::is_business(&named) {
            self.brief.principal.clone_from(&place);
            self.brief.callees_own = true;
        }
        self.brief.place = place.filter(|_| !with && !self.brief.callees_own);
        self.brief.callee = Some(named);
    }

    /// "…, Olive Garden, …" names whoever is missing: the callee first.
    pub(super) fn bare_names(&mut self) {
        let text = self.text;
        for clause in rest::clauses(text) {
            let says = (text.sentence_start(clause.start)..clause.start)
                .any(|at| text.is(at, one_of!["says", "saying", "reads"]));
            // "From the shop: Acuvue Oasys, three boxes" lists things.
            let listed = clause.start > 0 && text.pause(clause.start.wrapping_sub(1)) == Pause::Colon;
            let free = !says && !listed && !clause.clone().any(|at| self.claimed.get(at).copied().unwrap_or(true));
            let named = noun::name(text, clause.start, clause.end).is_some_and(|name| name == clause);
            // One capitalized word at the beginning is a greeting or a verb that we do not know.
            let coded = clause.clone().any(|at| text.raw(at).bytes().any(|byte| byte.is_ascii_digit()));
            let named = named && !coded && (clause.len() > 1 || text.get(clause.start).is_some_and(|word| !word.first));
            if !free || !named {
                continue;
            }
            // "On the list as Oyelaran, J."
            if Some(clause.start) == self.announced && clause.len() == 1 {
                if let Some(name) = &mut self.brief.principal {
                    name.push_str(", ");
                    name.push_str(text.slice(clause.clone()));
                }
                self.claim(clause);
                continue;
            }
            // "6 Wattle Close, Bendigo", "Hall B".
            let behind = clause.start.checked_sub(1).is_some_and(|before| {
                let street = text.sentence_start(before)..before + 1;
                clause.len() == 1 && street.clone().any(|at| detail::address(text, at, before + 1) == Some(before + 1))
            });
            let room = clause.clone().any(|at| {
                text.is(at, one_of!["hall", "room", "ward", "unit", "dock", "gate", "terminal", "floor", "flat"])
            });
            let short = clause.len() == 1 && clause.end < text.len() && self.brief.callee.is_some();
            if behind || room || short {
                continue;
            }
            let missing = if self.brief.callee.is_none() {
                &mut self.brief.callee
            } else if self.brief.principal.is_none() {
                &mut self.brief.principal
            } else {
                return;
            };
            *missing = Some(text.slice(clause.clone()).to_owned());
            self.claim(clause);
        }
    }

    /// Whoever is called, asked or told by name.
    fn named(&self, task: Option<&Act>) -> Option<Range<usize>> {
        let text = self.text;
        let told = |act: &&Act| text.is(act.trigger.start, one_of!["let", "tell", "inform", "notify", "remind"]);
        let wrapped =
            self.acts.iter().filter(|act| act.verb == Verb::Call).filter(told).find_map(|act| recipient(text, act));
        let called = wrapped.or_else(|| self.acts.iter().find_map(|act| people::called(text, act)));
        let mut asking = self.acts.iter().filter(|act| act.verb == Verb::Ask);
        called
            .or_else(|| {
                asking.find_map(|act| {
                    let asked = question::asked_party(text, act)?;
                    noun::party(text, asked.start, asked.end).map(|_| asked)
                })
            })
            .or_else(|| recipient(text, task.filter(|task| task.verb == Verb::Tell)?))
    }

    /// "Do they rent skis at Alpine Sports?", "if Foot Locker has …": a question says where it is asked.
    fn asked_at(&self) -> Option<Range<usize>> {
        let text = self.text;
        let asks = self.acts.iter().filter(|act| matches!(act.verb, Verb::Ask | Verb::Quote));
        asks.clone().find_map(|act| subject(text, act, false)).or_else(|| {
            asks.into_iter().find_map(|act| {
                let place = people::place(text, act.words.clone(), "at")?;
                let named = (place.start + 1..place.end).any(|at| text.capital(at)) || text.is_small();
                named.then_some(place.start + 1..place.end)
            })
        })
    }

    /// "Find out what SPARKLE POOLS would charge": whoever could do it, when nobody else is named.
    fn able(&self) -> Option<Range<usize>> {
        self.acts.iter().filter(|act| act.verb == Verb::Ask).find_map(|act| subject(self.text, act, true))
    }

    fn place(&self, task: &Act) -> Option<Range<usize>> {
        let text = self.text;
        let prepositions: &[&str] = match task.verb {
            Verb::Book if text.is(task.words.start.wrapping_sub(1), one_of!["see", "for"]) => {
                return noun::party(text, task.words.start, task.words.end)
                    .map(|party| party.start.saturating_sub(1)..party.end);
            }
            Verb::FollowUp if text.is(task.words.start.wrapping_sub(1), one_of!["chase"]) => {
                let party = noun::party(text, task.words.start, task.words.end)?;
                let party = apposed(text, &party, task.words.end).unwrap_or(party);
                return Some(party.start.saturating_sub(1)..party.end);
            }
            Verb::Order => &["from", "at", "with"],
            Verb::Book | Verb::Reschedule | Verb::Cancel | Verb::Confirm | Verb::Request => &["at", "with"],
            Verb::FollowUp | Verb::Quote => &["with", "from", "at"],
            Verb::WaitList => &["at", "with", "of", "for"],
            Verb::Wish => &["at"],
            Verb::Call | Verb::Ask | Verb::Tell => return None,
        };
        let clear = |place: &Range<usize>| !place.clone().any(|at| self.claimed.get(at).copied().unwrap_or(false));
        let first = prepositions
            .iter()
            .find_map(|preposition| people::place(self.text, task.words.clone(), preposition).filter(clear));
        first.or_else(|| {
            let mut statements = self
                .text
                .sentences()
                .filter(|sentence| !self.acts.iter().any(|act| sentence.contains(&act.trigger.start)));
            statements.find_map(|sentence| people::place(self.text, sentence, "at").filter(clear))
        })
    }
}

/// "If FOOT LOCKER has it", "how much would PRECISION PAINTERS charge", "does HOME DEPOT ON 5TH AVENUE sell …".
fn subject(text: &Text, act: &Act, modal: bool) -> Option<Range<usize>> {
    let leads = one_of![
        "if", "whether", "that", "do", "does", "did", "would", "will", "can", "could", "has", "is", "are", "what"
    ];
    let start = text.sentence_start(act.trigger.start)..act.words.end;
    let mut leads = start.into_iter().filter(|at| text.is(*at, leads));
    leads.find_map(|at| {
        let named = noun::party(text, at + 1, act.words.end)?;
        // "Does walgreens have …": in small letters a name is one word.
        let own = text.is(named.start, one_of!["the", "my", "our", "a", "an"]);
        let capital = named.clone().any(|at| text.capital(at));
        let end = (named.end..named.end + 3)
            .take_while(|at| *at == named.end || (!text.capital(*at) && text.pause(at.wrapping_sub(1)) == Pause::None));
        let verb = named.clone().skip(1).chain(end).find(|at| is_trade(text, *at)).unwrap_or(named.end);
        let adverb =
            text.is(verb.wrapping_sub(1), one_of!["still", "also", "currently", "already", "even", "now", "usually"]);
        let verb_at = verb;
        let verb = verb - usize::from(adverb);
        let alone = verb == named.start + 1 && !own && !text.is(at, one_of!["is", "are", "has"]);
        let able = text.is(verb, one_of!["can", "could", "will", "would", "might"])
            && !text.is(verb + 1, one_of!["be", "i", "we"]);
        if able && modal && text.capital(named.start) && verb == named.end && verb > named.start {
            return Some(named);
        }
        if text.is(at, one_of!["what"]) {
            return None;
        }
        let worded = named.start..verb;
        let named_by_kind = own && capital;
        (is_trade(text, verb_at) && verb > named.start && (capital || alone || named_by_kind)).then_some(worded)
    })
}

/// What businesses do, and goods do not.
fn is_trade(text: &Text, at: usize) -> bool {
    const TRADES: [&str; 34] = [
        "has", "have", "carry", "carries", "sell", "stock", "charge", "offer", "accept", "treat", "want", "deliver",
        "serve", "provide", "rent", "fix", "repair", "ship", "do", "take", "allow", "give", "teach", "host", "run",
        "need", "price", "match", "install", "clean", "groom", "do", "does", "make",
    ];
    let word = text.lower(at);
    if text.is(at.wrapping_sub(1), one_of!["in", "a", "the", "to", "of", "is", "are", "for", "on"]) {
        return false;
    }
    TRADES.contains(&word) || word.strip_suffix('s').is_some_and(|one| TRADES.contains(&one))
}

/// "Tell MARIA that …", "remind MARIA of …".
pub(super) fn recipient(text: &Text, act: &Act) -> Option<Range<usize>> {
    if text.is(act.trigger.start, one_of!["let"]) {
        let know = (act.trigger.clone()).find(|at| text.is(*at, one_of!["know"]))?;
        let party = noun::party(text, act.trigger.start + 1, know)?;
        let whole = party.start..know;
        return Some(
            apposed(text, &party, know)
                .unwrap_or_else(|| people::tail(text, if whole.len() < 7 { whole } else { party })),
        );
    }
    // "Give MR. PETROV a message".
    let inside = act.trigger.start + 1..act.trigger.end;
    if text.is(act.trigger.start, one_of!["give", "leave", "send", "get", "pass"]) && inside.len() > 1 {
        let someone = noun::party(text, inside.start, inside.end).filter(|party| {
            !text.is(party.start, one_of!["a", "this"])
                && !text.is(party.end.wrapping_sub(1), one_of!["message", "note", "word", "voicemail"])
        });
        if someone.is_some() {
            return someone;
        }
    }
    let start = act.words.start + usize::from(text.is(act.words.start, one_of!["for", "to", "with"]));
    if text.quoted(start) {
        return None;
    }
    // "Dr. Vance's office".
    if let Some(office) = noun::party(text, start, act.words.end)
        && text.is(
            office.end.wrapping_sub(1),
            one_of!["office", "clinic", "assistant", "receptionist", "practice", "front", "desk"],
        )
        && text.capital(start)
    {
        return Some(office);
    }
    if let Some(name) = noun::name(text, start, act.words.end) {
        return Some(apposed(text, &name, act.words.end).unwrap_or(name));
    }
    // "The landlord the rent is paid": only a mark shows that more than one word names somebody.
    let described = text.is(start, one_of!["my", "the", "our"]) && start + 2 <= act.words.end;
    let near = start + 2..act.words.end.min(start + 8);
    let marked = near.into_iter().find(|at| text.is(*at, one_of!["that", "to", "about", "of"])).unwrap_or(start + 2);
    described.then(|| apposed(text, &(start..marked), act.words.end).unwrap_or_else(|| named_to(text, start, marked)))
}

/// "My sister CLARA", "the tenants' office at PARK TOWERS".
fn named_to(text: &Text, start: usize, marked: usize) -> Range<usize> {
    noun::party(text, start, marked.max(start + 8).min(text.sentence_end(start)))
        .filter(|party| party.end > marked && (marked..party.end).any(|at| text.capital(at)))
        .unwrap_or(start..marked)
}

/// "Dr. Shah's patient, OMAR REED, …", "the groomer, HAPPY TAILS, …": the name is behind the description.
fn apposed(text: &Text, described: &Range<usize>, limit: usize) -> Option<Range<usize>> {
    let start = (described.start..limit.min(described.start + 6)).find(|at| text.pause(*at) == Pause::Comma)? + 1;
    let plain =
        (described.start..start).all(|at| !text.is(at, one_of!["that", "to", "about", "and", "if", "is", "has"]));
    let name = noun::name(text, start, limit).filter(|name| plain && name.start >= described.end)?;
    (text.pause(name.end.wrapping_sub(1)) == Pause::Comma || name.end == limit).then_some(name)
}
