//! A phone line without a network: the test is the callee, the clock, and the brain if it wants to be.

use std::sync::Arc;
use std::time::Duration;

use answers::Rules;
use chrono::NaiveDate;
use engine::{Context, Conversation, Ending, Input, Judge, Limits, Measure, Output, Reply, Report};
use proto::workflow::{Act, Draft, Field, FieldKind, Step, StepId, TellFact, VoicemailPolicy};
use proto::{FieldValue, Message, Private, Role, Verdict, Workflow};

/// The judge of a real call.
#[derive(Debug)]
struct Ruled(Rules);

impl Judge for Ruled {
    fn allows(&self, field: &str, value: &FieldValue) -> bool {
        self.0.allow(field, value)
    }
}

/// On a Sunday.
pub(crate) fn measure(workflow: &Workflow) -> Measure {
    let judge = Arc::new(Ruled(Rules::of(workflow.fields())));
    Measure { judge, today: NaiveDate::from_ymd_opt(2026, 11, 29).unwrap() }
}

pub(crate) fn conversation(workflow: Workflow, limits: Limits, principal: Option<Private>) -> Conversation {
    let measure = measure(&workflow);
    Conversation::new(Arc::new(workflow), limits, principal, measure)
}

/// A conversation that goes on after these messages.
pub(crate) fn resumed(workflow: Workflow, messages: Vec<Message>) -> Conversation {
    let measure = measure(&workflow);
    Conversation::resume(Arc::new(workflow), Limits::default(), None, measure, messages)
}

pub(crate) struct Talk {
    pub(crate) conversation: Conversation,
    pub(crate) now: Duration,
    /// All that was said by us, in order.
    pub(crate) said: Vec<String>,
    /// The transcript as its keeper has it.
    pub(crate) committed: Vec<Message>,
    pub(crate) asked: Vec<Context>,
    pub(crate) digits: Vec<String>,
    /// All that was switched to.
    pub(crate) languages: Vec<String>,
    pub(crate) opt_outs: usize,
    pub(crate) hung_up: Option<Ending>,
    /// Whether the test replies itself.
    pub(crate) own_brain: bool,
}

impl Talk {
    pub(crate) fn dialed(workflow: Workflow) -> Self {
        Self::over(conversation(workflow, Limits::default(), None))
    }

    /// The callee picked up and said hello.
    pub(crate) fn answered(workflow: Workflow) -> Self {
        let mut talk = Self::dialed(workflow);
        talk.connect();
        talk.hear("Hello?");
        talk
    }

    pub(crate) fn with_own_brain(workflow: Workflow) -> Self {
        let mut talk = Self::dialed(workflow);
        talk.own_brain = true;
        talk.connect();
        talk.hear("Hello?");
        talk
    }

    pub(crate) fn over(conversation: Conversation) -> Self {
        Self {
            conversation,
            now: Duration::ZERO,
            said: Vec::new(),
            committed: Vec::new(),
            asked: Vec::new(),
            digits: Vec::new(),
            languages: Vec::new(),
            opt_outs: 0,
            hung_up: None,
            own_brain: false,
        }
    }

    pub(crate) fn connect(&mut self) -> Vec<String> {
        self.give(Input::Connected)
    }

    /// The callee speaks after our words were played; returns what we say to it.
    pub(crate) fn hear(&mut self, text: &str) -> Vec<String> {
        self.now += Duration::from_secs(1);
        self.give(Input::Heard { text: Private::new(text) })
    }

    pub(crate) fn hear_later(&mut self, text: &str) -> Vec<String> {
        self.now += Duration::from_secs(30);
        self.give(Input::Heard { text: Private::new(text) })
    }

    pub(crate) fn reply(&mut self, reply: Reply) -> Vec<String> {
        let turn = self.asked.last().unwrap().turn;
        self.give(Input::Reply { turn, reply })
    }

    /// The brain's reply begins so; `whole`: it has no more words.
    pub(crate) fn reply_begins(&mut self, words: &str, whole: bool) -> Vec<String> {
        let turn = self.asked.last().unwrap().turn;
        self.give(Input::Replying { turn, say: Private::new(words), whole })
    }

    pub(crate) fn give(&mut self, input: Input) -> Vec<String> {
        let before = self.said.len();
        self.conversation.handle(input, self.now);
        self.drain();
        self.said[before..].to_vec()
    }

    /// Nothing happens until the conversation wants to act.
    pub(crate) fn wait(&mut self) -> Vec<String> {
        self.now = self.now.max(self.conversation.poll_timeout().expect("somebody waits for something"));
        self.give(Input::Tick)
    }

    pub(crate) fn wait_for_the_end(&mut self) -> Ending {
        while self.hung_up.is_none() {
            self.wait();
        }
        self.hung_up.unwrap()
    }

    fn drain(&mut self) {
        while let Some(output) = self.conversation.poll_output() {
            assert!(self.hung_up.is_none(), "{output:?} after the end");
            match output {
                // An empty one only says that nothing more comes.
                Output::Say { text, .. } if text.is_empty() => {}
                Output::Say { text, .. } => self.said.push(text.expose().to_owned()),
                Output::Language(language) => self.languages.push(language),
                Output::Ask(context) if self.own_brain => self.asked.push(*context),
                Output::Ask(context) => {
                    let reply = engine::scripted::reply(&context);
                    self.conversation.handle(Input::Reply { turn: context.turn, reply }, self.now);
                    self.asked.push(*context);
                }
                Output::Turn { index, message } => self.commit(index as usize, message),
                Output::SendDigits(digits) => self.digits.push(digits),
                Output::OptOut => self.opt_outs += 1,
                Output::HangUp { reason } => self.hung_up = Some(reason),
            }
        }
    }

    fn commit(&mut self, index: usize, message: Message) {
        assert!(index <= self.committed.len(), "the transcript has a hole before {index}");
        if index == self.committed.len() {
            self.committed.push(message);
        } else {
            self.committed[index] = message;
        }
    }

    pub(crate) fn report(&self) -> Report {
        self.conversation.report()
    }

    /// What is known of a field: its verdict, and its value or the words that decline it.
    pub(crate) fn known(&self, field: &str) -> String {
        let report = self.report();
        let fill = report.fills.iter().find(|fill| fill.field == field).unwrap();
        match &fill.verdict {
            Verdict::Answered { value, .. } => format!("answered {}", show(value)),
            Verdict::Declined(evidence) => format!("declined {}", evidence.quote.expose()),
            Verdict::Asked => "asked".into(),
            Verdict::NotAsked => "not asked".into(),
        }
    }

    pub(crate) fn transcript(&self) -> Vec<(Role, String)> {
        self.committed.iter().map(|message| (message.role, message.content.expose().to_owned())).collect()
    }
}

fn show(value: &proto::FieldValue) -> String {
    match value {
        proto::FieldValue::Boolean(value) => value.to_string(),
        proto::FieldValue::Number(value) => value.to_string(),
        proto::FieldValue::Text(value) => value.expose().to_owned(),
    }
}

pub(crate) fn field(name: &str, question: &str, kind: FieldKind) -> Field {
    Field { name: name.into(), question: Private::new(question), kind, required: true, schema: None }
}

pub(crate) fn step(id: &str, act: Act) -> Step {
    Step { id: StepId(id.into()), act }
}

pub(crate) fn ask(field: &str, next: &str) -> Act {
    Act::Ask { field: field.into(), next: StepId(next.into()) }
}

pub(crate) fn close(text: &str) -> Act {
    Act::Close { text: Private::new(text) }
}

fn fact(label: &str, value: &str) -> TellFact {
    TellFact { label: label.into(), value: Private::new(value) }
}

/// A table for two: available? then the confirmation number; else another time.
pub(crate) fn dinner() -> Draft {
    Draft {
        name: "Book a table".into(),
        goal: Private::new("Book a table for 2 on Friday at 7pm."),
        language: "en-US".into(),
        on_behalf_of: Some(Private::new("Josh Miller")),
        callee_name: Some(Private::new("Olive Garden")),
        purpose: Private::new("I would like to book a table for 2 on Friday at 7pm."),
        facts: vec![fact("party size", "2"), fact("name", "Josh Miller"), fact("time", "Friday at 7pm")],
        fields: vec![
            field("available", "Do you have a table available?", FieldKind::Boolean),
            field("confirmation_number", "What is the confirmation number?", FieldKind::Number),
            field("other_time", "What other time do you have?", FieldKind::Time),
        ],
        steps: vec![
            step(
                "available",
                Act::Confirm { field: "available".into(), yes: StepId("number".into()), no: StepId("other".into()) },
            ),
            step("number", ask("confirmation_number", "close")),
            step("other", ask("other_time", "close")),
            step("close", close("Thank you very much. Goodbye.")),
        ],
        start: StepId("available".into()),
        voicemail: VoicemailPolicy::HangUp,
    }
}

/// One question of one kind, and goodbye.
pub(crate) fn question(text: &str, kind: FieldKind) -> Workflow {
    let draft = Draft {
        fields: vec![field("it", text, kind)],
        steps: vec![step("it", ask("it", "close")), step("close", close("Goodbye."))],
        start: StepId("it".into()),
        facts: Vec::new(),
        purpose: Private::new("I have a question."),
        goal: Private::new("Ask."),
        ..dinner()
    };
    Workflow::new(draft).unwrap()
}

pub(crate) fn workflow(draft: Draft) -> Workflow {
    Workflow::new(draft).unwrap()
}
