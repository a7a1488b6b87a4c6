//! The purpose and the beats of each kind of task.

use proto::workflow::FieldKind;

use super::{ANY, BREATH_BYTES_MAX, Plan, booking};
use crate::act::Verb;
use crate::brief::{Brief, Moment, Task};
use crate::script::{self, Beat, ask, ask_by_the_way, confirm};
use crate::speech::{breaths, join, possessive, sentence, to_callee, with_article};

/// Longer objects are not repeated in a question.
const REPEATED_WORDS_MAX: usize = 12;

pub(crate) fn plan(brief: &Brief, task: &Task) -> Plan {
    match task.verb {
        Verb::Book => booking::book(brief, task),
        Verb::Reschedule => booking::reschedule(brief, task),
        Verb::Cancel => booking::cancel(brief, task),
        Verb::Confirm => booking::confirm_booking(brief, task),
        Verb::Ask | Verb::Call => inquire(brief),
        Verb::Wish => wished(brief, task),
        Verb::Order => order(brief, task),
        Verb::Tell => tell(brief, task),
        Verb::FollowUp => follow_up(brief, task),
        Verb::Quote => quote(brief, task),
        Verb::WaitList => booking::wait_list(brief),
        Verb::Request => request(brief, task),
    }
}

pub(super) fn spoken(when: Option<&Moment>) -> &str {
    when.map_or("", |when| when.spoken.as_str())
}

pub(super) fn for_party(brief: &Brief) -> String {
    // "For me and my wife" is for two; of "me and my family" the agent can only tell the words when asked.
    if let Some(party) = brief.party_size.as_ref().filter(|party| party.to_lowercase().starts_with("me ")) {
        let one = [
            "wife",
            "husband",
            "partner",
            "girlfriend",
            "boyfriend",
            "mom",
            "mother",
            "dad",
            "father",
            "boss",
            "friend",
            "son",
            "daughter",
            "date",
        ];
        let companion = party.rsplit(' ').next().unwrap_or_default();
        return if one.contains(&companion) { "for two".to_owned() } else { String::new() };
    }
    brief.party_size.as_ref().map(|size| format!("for {size}")).unwrap_or_default()
}

pub(super) fn with_whom(brief: &Brief) -> String {
    // A shop is not told that the order is with it.
    let own = brief.task.as_ref().is_some_and(|task| {
        let kept = ["order", "membership", "subscription", "account", "service", "policy", "plan", "contract"];
        has(&task.thing, &kept) && brief.with == brief.callee
    });
    let with = brief.with.as_ref().filter(|_| !own).map(|with| format!("with {with}")).unwrap_or_default();
    let at = brief.place.as_ref().map(|place| format!("at {place}")).unwrap_or_default();
    join(&[&with, &at])
}

/// "Sarah Johnson's appointment", or "the appointment".
pub(super) fn owned(brief: &Brief, task: &Task) -> String {
    match &brief.principal {
        Some(place) if brief.callees_own => format!("your {} at {place}", task.thing),
        Some(name) => format!("{} {}", possessive(name), task.thing),
        None => format!("the {}", task.thing),
    }
}

pub(super) fn has(thing: &str, words: &[&str]) -> bool {
    thing.to_lowercase().split([' ', '-']).any(|word| words.contains(&word.trim_end_matches('s')))
}

fn inquire(brief: &Brief) -> Plan {
    let purpose = if brief.questions.len() == 1 { "I have a quick question." } else { "I have a few quick questions." };
    let beats = brief.questions.iter().cloned().map(script::question).collect();
    Plan { name: "Ask for information", purpose: purpose.to_owned(), beats }
}

fn wished(brief: &Brief, task: &Task) -> Plan {
    let beats = brief.wishes.iter().map(|wish| booking::wish(wish)).collect();
    let words = to_callee(&task.words, brief.principal.as_deref());
    Plan { name: "Ask for something", purpose: sentence(&format!("I'm calling to ask for {words}"), '.'), beats }
}

fn order(brief: &Brief, task: &Task) -> Plan {
    let order = with_article(&to_callee(&task.thing, brief.principal.as_deref()));
    let how =
        brief.details.iter().find(|(label, _)| label == "pickup or delivery").map(|(_, how)| format!("for {how}"));
    let whom = brief.principal.as_ref().map(|name| format!("under the name {name}"));
    let (how, whom) = (how.unwrap_or_default(), whom.unwrap_or_default());
    let purpose = sentence(&join(&["I'd like to order", &order, &how, spoken(brief.when.as_ref()), &whom]), '.');
    let taken = vec![
        ask("total", "How much will it be in total?", FieldKind::Money),
        ask("ready_time", "When will it be ready?", ANY),
    ];
    let beats = vec![confirm("order_taken", "Could you take that order, please?", taken, Vec::new())];
    Plan { name: "Place an order", purpose, beats }
}

fn tell(brief: &Brief, task: &Task) -> Plan {
    let message = brief.messages.join(". ");
    let remind = task.trigger.starts_with("remind");
    if remind && message.len() < 300 {
        let words = to_reminded(&message);
        let to = if words.starts_with("of ") || words.starts_with("to ") || words.starts_with("about ") {
            words
        } else {
            format!("that {words}")
        };
        let purpose = sentence(&format!("I'm calling to remind you {to}"), '.');
        return Plan { name: "Remind", purpose, beats: vec![understood()] };
    }
    let purpose = match &brief.callee {
        Some(callee) if callee.starts_with(char::is_uppercase) => format!("I have a message for {callee}."),
        Some(_) | None => "I have a message for you.".to_owned(),
    };
    let lead = match &brief.principal {
        Some(name) => format!("{name} says: "),
        None => "The message is: ".to_owned(),
    };
    let mut beats: Vec<Beat> = breaths(&format!("{lead}{message}"), BREATH_BYTES_MAX)
        .into_iter()
        .map(|said| Beat::Say(sentence(&said, '.')))
        .collect();
    beats.push(understood());
    Plan { name: "Deliver a message", purpose, beats }
}

fn understood() -> Beat {
    confirm("message_understood", "Did you get that?", Vec::new(), Vec::new())
}

/// "Of her appointment" is said to her as "of your appointment".
fn to_reminded(message: &str) -> String {
    let mut said: Vec<String> = Vec::new();
    for word in message.split(' ') {
        let after_you = said.last().is_some_and(|last| last == "you");
        let turned = match word.to_lowercase().as_str() {
            "his" | "her" | "their" => "your",
            "she" | "he" | "they" => "you",
            "is" if after_you => "are",
            "was" if after_you => "were",
            "has" if after_you => "have",
            "needs" if after_you => "need",
            "wants" if after_you => "want",
            _ => word,
        };
        said.push(turned.to_owned());
    }
    said.join(" ")
}

fn follow_up(brief: &Brief, task: &Task) -> Plan {
    let words = without_callee(&task.words, brief);
    let subject =
        to_callee(stripped(&words, &["them", "on", "about", "regarding", "of", "for"]), brief.principal.as_deref());
    let purpose = sentence(&format!("I'm following up on {subject}"), '.');
    let question = if subject.split(' ').count() <= REPEATED_WORDS_MAX {
        format!("could you tell me the current status of {subject}")
    } else {
        "could you tell me where that stands".to_owned()
    };
    Plan { name: "Follow up", purpose, beats: vec![ask("status", sentence(&question, '?'), ANY)] }
}

fn quote(brief: &Brief, task: &Task) -> Plan {
    let words = without_callee(&task.words, brief);
    let subject = to_callee(stripped(&words, &["for", "on", "of", "them"]), brief.principal.as_deref());
    let lead = if subject.starts_with("to ") { "" } else { "for " };
    let purpose = sentence(&format!("I'd like to get a quote {lead}{subject}"), '.');
    let price = ask("price", "Roughly how much would that cost?", FieldKind::Money);
    Plan { name: "Get a quote", purpose, beats: vec![price] }
}

fn request(brief: &Brief, task: &Task) -> Plan {
    let words = to_callee(&task.words, brief.principal.as_deref());
    if ["thank", "wish", "congratulate", "apologize", "invite"].contains(&task.trigger.as_str()) {
        let purpose = sentence(&format!("I was asked to {} {}", task.trigger, to_you(&words, brief)), '.');
        let comes = confirm("accepted", "Would you like to come?", Vec::new(), Vec::new());
        let beat = if task.trigger == "invite" { comes } else { understood() };
        return Plan { name: "Deliver a message", purpose, beats: vec![beat] };
    }
    let asked = if task.trigger == "ask" { to_you(&words, brief) } else { words };
    let purpose = sentence(&format!("I'm calling to {} {asked}", task.trigger), '.');
    let question = if task.trigger == "ask" { "Could you do that, please?" } else { "Can you help me with that?" };
    let next = ask_by_the_way("next_step", "What happens next?");
    let who = ask_by_the_way("who_can_help", "Who could help with that?");
    Plan { name: "Make a request", purpose, beats: vec![confirm("can_help", question, vec![next], vec![who])] }
}

/// "Her a happy birthday", "Maria for the flowers": whoever is meant is the one who listens.
fn to_you(words: &str, brief: &Brief) -> String {
    let named = brief.callee.as_deref().and_then(|callee| words.strip_prefix(callee));
    if let Some(rest) = named.filter(|rest| rest.starts_with(' ')) {
        return format!("you{rest}");
    }
    match words.split_once(' ') {
        Some((first, rest)) if ["her", "him", "them", "you"].contains(&first.to_lowercase().as_str()) => {
            format!("you {rest}")
        }
        Some((_, rest))
            if words.split(' ').next().is_some_and(|first| first.starts_with(char::is_uppercase))
                && brief.callee.is_none() =>
        {
            format!("you {rest}")
        }
        Some(_) | None => words.to_owned(),
    }
}

/// The callee is not told about the callee.
fn without_callee(words: &str, brief: &Brief) -> String {
    let Some(callee) = &brief.callee else { return words.to_owned() };
    let padded = format!(" {words} ");
    let plain = ["with", "from"].iter().fold(padded, |words, at| words.replace(&format!(" {at} {callee} "), " "));
    plain.trim().to_owned()
}

fn stripped<'a>(words: &'a str, leads: &[&str]) -> &'a str {
    let mut rest = words;
    while let Some((first, more)) = rest.split_once(' ')
        && leads.contains(&first.to_lowercase().as_str())
    {
        rest = more;
    }
    rest
}
