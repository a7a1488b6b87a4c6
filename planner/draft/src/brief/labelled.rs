//! "Guest: Ann Perry. Venue: Nobu. Seats: 2": a label says what its value is, whatever the prompt is about.

use std::ops::Range;
use std::sync::LazyLock;

use super::Reader;
use crate::people::Person;
use crate::table::Table;
use crate::text::{Pause, Text};
use crate::{detail, noun, when};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Callee,
    Principal,
    PartySize,
    Reference,
    /// Nothing that has a place of its own: told with its label.
    Other,
}

const LABEL_WORDS_MAX: usize = 3;

/// Labels of one, two or three words, in small letters.
const ROLES: &[(Role, &str)] = &[
    (
        Role::Callee,
        "vendor; provider; supplier; company; business; restaurant; hotel; shop; store; clinic; salon; venue; firm; \
        lab; insurer; garage; callee; recipient; target; merchant; carrier; dealer; contractor; agency; school; \
        practice; office; agent; call to; to call; who to call; person to call; business name; company name; \
        restaurant name; venue name; dentist; vet; doctor; pharmacy; bank; landlord; garage name; hotel name; notify; \
        workshop; studio; gym; property manager; broker; airline; operator; facility; organisation; organization",
    ),
    (
        Role::Principal,
        "customer; client; patient; guest; owner; buyer; requester; requestor; purchaser; hold for; booked by; booker; \
        household; insured; member; tenant; student; passenger; sender; name; customer name; guest name; patient name; \
        client name; full name; on behalf of; behalf of; account holder; contact; contact name; contact person; site \
        contact; applicant; policyholder; policy holder; homeowner; caller; organiser; organizer; reserved for; \
        booking name; reservation name; lead guest; attendee; participant; party name; in the name of; under; surname; \
        last name; child; pupil; traveller; traveler; driver; claimant; renter; user; requested by; placed by",
    ),
    (
        Role::PartySize,
        "guests; seats; party; party size; covers; people; pax; persons; headcount; head count; number of people; \
        number of guests; group size; no of guests; attendees; diners; how many",
    ),
    (
        Role::Reference,
        "ref; ref no; reference; reference number; order; order no; order number; order id; po; po number; account; \
        account number; account no; job; job no; job number; ticket; ticket number; case; case number; appt id; \
        appointment id; confirmation; confirmation number; confirmation code; booking; booking ref; booking \
        reference; booking id; reservation id; reservation number; policy; policy number; policy no; serial; serial \
        number; plate; registration; reg; member; member id; member number; claim; claim number; invoice; invoice \
        number; invoice no; tracking; tracking number; rma; id; customer number; customer id; case id; ticket id; \
        quote number; file number; vin; assignment; permit; permit number; awb; load; load number; asset; asset tag",
    ),
    (
        Role::Other,
        "note; notes; reason; cause; special requests; requests; allergies; dietary; occasion; seating; budget; \
        insurance; date of birth; dob; birth date; address; site; location; property; area; postcode; zip; type; \
        service; item; items; qty; quantity; machine; device; product; part; material; volume; size; color; colour; \
        species; breed; pet; vehicle; car; model; make; content; details; preferences; preference; duration; length; \
        nights; fallback; backup; alternative; alternatives; deadline; due; phone; callback; callback number; phone \
        number; mobile; sms; email; e-mail; reply to; context; background; condition; conditions; policy terms; \
        payment; pay; delivery; drop-off; pickup; pick-up; collection; job type; symptoms; issue; problem; fault; \
        constraints; constraint; priority; budget max; max price; price limit; limit; requirements; remark; remarks; \
        comment; comments; date; time; day; when; slot; window; preferred; preferred window; preferred time; preferred \
        date; check in; check out; check-in; check-out; arrival; departure; existing; current; wanted; requested; \
        new date; old date; new time; old time; new slot; old slot; original; from; until; deliver by; ship by",
    ),
];

static ROLE_OF: LazyLock<Table<Role>> =
    LazyLock::new(|| ROLES.iter().flat_map(|(role, labels)| labels.split("; ").map(|label| (label, *role))).collect());

/// Who is named by a label.
#[derive(Debug, Default)]
pub(super) struct Labels {
    pub(super) callee: Option<String>,
    pub(super) principal: Option<Person>,
}

/// A label and its value, as words of the prompt.
struct Labelled {
    role: Role,
    label: Range<usize>,
    value: Range<usize>,
}

impl Reader<'_> {
    /// Who is called, who it is for, how many and under which number, as labels say it.
    pub(super) fn labelled(&mut self) {
        let text = self.text;
        for Labelled { role, label, value } in labels(text) {
            match role {
                Role::Callee if self.labels.callee.is_none() => {
                    let Some(party) = party(text, &value) else { continue };
                    self.labels.callee = Some(text.slice(party.clone()).to_owned());
                    self.claim(label.start..party.end);
                }
                Role::Principal if self.labels.principal.is_none() => {
                    let Some(name) = noun::name(text, value.start, value.end) else { continue };
                    let words = label.start..name.end;
                    self.claim(words.clone());
                    let name = noun::without_possessive(text.slice(name)).to_owned();
                    self.labels.principal = Some(Person { name, words });
                }
                Role::PartySize if self.brief.party_size.is_none() && when::number(text, value.start).is_some() => {
                    let size = value.start..value.start + 1;
                    self.brief.party_size = Some(text.slice(size.clone()).to_owned());
                    let end = if text.pause(size.start) == Pause::None { label.end } else { size.end };
                    self.claim(label.start..end);
                }
                Role::Reference => {
                    let Some(number) = code(text, &value) else { continue };
                    self.brief
                        .details
                        .push((numbered(text.slice(label.clone())), text.slice(number.clone()).to_owned()));
                    self.claim(label.start..number.end);
                }
                Role::Callee | Role::Principal | Role::PartySize | Role::Other => {}
            }
        }
    }
}

/// Every label that is known, with what stands behind it up to the next one or the end of its sentence.
fn labels(text: &Text) -> Vec<Labelled> {
    let mut found: Vec<Labelled> = Vec::new();
    for sentence in text.sentences() {
        for colon in sentence.clone().filter(|at| text.pause(*at) == Pause::Colon && at + 1 < sentence.end) {
            let least = (colon + 1).saturating_sub(LABEL_WORDS_MAX).max(sentence.start);
            let start = (least..=colon).rev().take_while(|at| *at == colon || text.pause(*at) == Pause::None).last();
            let Some(start) = start else { continue };
            let Some((role, start)) = (start..=colon).find_map(|at| Some((role(text.slice(at..colon + 1))?, at)))
            else {
                continue;
            };
            if let Some(before) = found.last_mut()
                && before.value.end > start
            {
                before.value.end = start.max(before.value.start);
            }
            found.push(Labelled { role, label: start..colon + 1, value: colon + 1..sentence.end });
        }
    }
    found.retain(|labelled| !labelled.value.is_empty());
    found
}

fn role(label: &str) -> Option<Role> {
    let label = label.to_lowercase();
    ROLE_OF.get(label.trim_end_matches('.')).copied()
}

/// "3391-C", "PW 3390 1184", but not "2 pizzas", a day or a phone number.
fn code(text: &Text, value: &Range<usize>) -> Option<Range<usize>> {
    let end = value.clone().find(|at| text.pause(*at) >= Pause::Comma).map_or(value.end, |at| at + 1);
    let number = value.start..end;
    let coded = |at: usize| text.raw(at).bytes().all(|byte| !byte.is_ascii_lowercase());
    let digits = text.slice(number.clone()).bytes().filter(u8::is_ascii_digit).count();
    let plain = (1..=3).contains(&number.len()) && number.clone().all(coded) && digits > 1;
    let other = when::phrase(text, number.start, number.end).is_some()
        || detail::details(text, number.clone()).iter().any(|detail| detail.label != "reference number");
    (plain && !other).then_some(number)
}

fn numbered(label: &str) -> String {
    let label = label.to_lowercase();
    let plain = label.trim_end_matches('.');
    let named = ["number", "reference", "id", "code"].iter().any(|end| plain.ends_with(end));
    if named { plain.to_owned() } else { format!("{plain} number") }
}

/// "Dr. Sunita Pillai", "The Quay Rooms", "olive garden": up to the first pause.
fn party(text: &Text, value: &Range<usize>) -> Option<Range<usize>> {
    let end = value.clone().find(|at| text.pause(*at) >= Pause::Comma).map_or(value.end, |at| at + 1);
    let whole = value.start..end;
    let named = text.capital(value.start)
        || text.is_small()
        || text.raw(value.start).starts_with(|first: char| first.is_ascii_digit());
    let long = whole.len() > 6;
    (named && !long && when::phrase(text, value.start, end).is_none_or(|when| when.words.end < end)).then_some(whole)
}

#[cfg(test)]
mod tests {
    use crate::brief;
    use crate::text::Text;

    #[test]
    fn a_label_says_what_its_value_is() {
        let text =
            Text::read("Vendor: Pier Works. Guest: Ann Perry, size M. Seats: 4. PO: 3391-C. Book it for Friday.");
        let brief = brief::read(&text);
        assert_eq!(brief.callee.as_deref(), Some("Pier Works"));
        assert_eq!(brief.principal.as_deref(), Some("Ann Perry"));
        assert_eq!(brief.party_size.as_deref(), Some("4"));
        assert!(brief.details.contains(&("po number".to_owned(), "3391-C".to_owned())), "{:?}", brief.details);
    }

    #[test]
    fn a_colon_alone_makes_no_label() {
        let text =
            Text::read("Ask the garage two things: is it ready, and what does it cost? Tell Ann this: guests left.");
        assert_eq!(super::labels(&text).len(), 0);
    }
}
