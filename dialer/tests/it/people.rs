//! People who are no easy callees, and machines that stand before them.

use std::time::Duration;

use proto::call::Outcome;
use proto::fact::CallEnded;
use proto::workflow::VoicemailPolicy;
use proto::{FieldValue, Private, Role, Verdict};

use crate::world::{Ask, World};

const DISCLOSURE: &str = "Hello, this is an AI assistant calling on behalf of Josh Miller.";

/// What a call to one of them must bring.
struct Expected {
    who: &'static str,
    /// Whether there is a table. None: she does not say.
    available: Option<bool>,
    /// A part of the confirmation number that was given.
    number: Option<&'static str>,
    /// The keys that we press.
    keys: &'static [&'static str],
    /// How often we say who calls: once to each who comes to the phone.
    disclosures: usize,
    /// Words of ours that must be there, and of the summary.
    says: &'static str,
    summary: &'static str,
}

const BOOKED: Expected = Expected {
    who: "",
    available: Some(true),
    number: Some("4827"),
    keys: &[],
    disclosures: 1,
    says: "Goodbye",
    summary: "was answered",
};
const NOTHING: Expected = Expected { available: None, number: None, ..BOOKED };

const PEOPLE: [Expected; 11] = [
    Expected { who: "menu", keys: &["2", "2"], ..BOOKED },
    Expected { who: "screens", disclosures: 2, ..BOOKED },
    Expected { who: "holds", ..BOOKED },
    Expected { who: "chatty", ..BOOKED },
    Expected { who: "hostile", says: "I apologize for the disturbance", ..NOTHING },
    Expected { who: "corrects", number: Some("4827"), ..BOOKED },
    Expected {
        who: "changes_mind",
        available: Some(false),
        number: None,
        says: "Thank you for the correction",
        ..BOOKED
    },
    Expected { who: "asks_if_robot", says: "Yes, I am an AI assistant", ..BOOKED },
    Expected { who: "transfers", disclosures: 2, ..BOOKED },
    Expected { who: "spanish", says: "solo hablo inglés", summary: "does not speak the language", ..NOTHING },
    Expected { who: "wrong_number", summary: "the wrong number", ..NOTHING },
];

fn ours(ended: &CallEnded) -> Vec<&str> {
    let ours = ended.messages.iter().filter(|message| message.role == Role::Assistant);
    ours.map(|message| message.content.expose()).collect()
}

fn answer(ended: &CallEnded, field: &str) -> Option<FieldValue> {
    let fill = ended.form_fills.iter().find(|fill| fill.field == field).unwrap();
    match &fill.verdict {
        Verdict::Answered { value, .. } => Some(value.clone()),
        Verdict::Declined(_) | Verdict::Asked | Verdict::NotAsked => None,
    }
}

impl Expected {
    fn holds(&self, ended: &CallEnded, keys: &[String]) {
        let who = self.who;
        let said: Vec<_> = ended.messages.iter().map(|message| message.content.expose()).collect();
        assert_eq!((ended.outcome, &ended.failure), (Outcome::Completed, &None), "{who}: {said:#?}");
        let available = answer(ended, "available").map(|value| value == FieldValue::Boolean(true));
        let ours = ours(ended);
        assert_eq!(available, self.available, "{who}: {said:#?}");
        let number = match answer(ended, "number") {
            Some(FieldValue::Text(text)) => Some(text.expose().to_owned()),
            Some(FieldValue::Boolean(_) | FieldValue::Number(_)) | None => None,
        };
        assert_eq!(number.is_some(), self.number.is_some(), "{who}: {said:#?}");
        let (given, wanted) = (number.unwrap_or_default(), self.number.unwrap_or_default());
        assert!(given.contains(wanted) && !given.contains("4826"), "{who}: {given}");
        assert_eq!(keys, self.keys, "{who}: {said:#?}");
        assert!(ours[0].starts_with(DISCLOSURE), "{who}");
        let disclosures = ours.iter().filter(|said| said.starts_with(DISCLOSURE)).count();
        // We may have begun to speak before a machine had said what it is.
        assert!(disclosures >= self.disclosures, "{who}: {said:#?}");
        assert!(ours.iter().any(|said| said.contains(self.says)), "{who}: {ours:#?}");
        assert!(ended.summary.expose().contains(self.summary), "{who}: {}", ended.summary.expose());
        assert!(!ended.opted_out, "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_easy_callee_is_talked_to_as_she_is() {
    let world = World::start().await;
    // A queue takes its time, and the carrier counts it.
    let ask = |expected: &Expected| Ask { max_duration: Duration::from_mins(5), ..world.ask(expected.who) };
    let asks: Vec<_> = PEOPLE.iter().map(ask).collect();
    for ask in &asks {
        world.plan(ask).await;
    }
    for (expected, ask) in PEOPLE.iter().zip(&asks) {
        let ended = world.ended(ask).await;
        let [record] = &world.network.calls(&world.number(expected.who))[..] else {
            panic!("{} was not called once", expected.who);
        };
        let pressed = record.transcript.iter().filter_map(|line| line.text.strip_prefix("[keys ")?.strip_suffix(']'));
        expected.holds(&ended, &pressed.map(str::to_owned).collect::<Vec<_>>());
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_picks_up_while_her_machine_records_is_talked_to_and_gets_the_message_once() {
    let world = World::start().await;
    let mut ask = world.ask("picks_up_late");
    let message = "Please call Josh Miller back about the table, any time before Friday at noon.";
    ask.voicemail = VoicemailPolicy::LeaveMessage(Private::new(message));
    let ended = world.call(&ask).await;
    let said: Vec<_> = ended.messages.iter().map(|message| message.content.expose()).collect();
    assert_eq!((ended.outcome, &ended.failure), (Outcome::Completed, &None), "{said:#?}");
    assert!(ours(&ended).iter().filter(|said| said.contains(message)).count() <= 1);
    assert_eq!(answer(&ended, "available"), Some(FieldValue::Boolean(true)));
    world.stop().await;
}
