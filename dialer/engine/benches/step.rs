//! What one step of a conversation costs: the words of the callee until ours, brain included where it is the built-in one.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use engine::{Conversation, Input, Judge, Limits, Measure, Output, scripted};
use proto::workflow::{Act, Draft, Field, FieldKind, Step, StepId, TellFact, VoicemailPolicy};
use proto::{FieldValue, Private, Workflow};

fn workflow() -> Arc<Workflow> {
    let ask = |name: &str, next: &str| Step {
        id: StepId(name.into()),
        act: Act::Ask { field: name.into(), next: StepId(next.into()) },
    };
    let field = |name: &str, question: &str, kind| Field {
        name: name.into(),
        question: Private::new(question),
        kind,
        required: true,
        schema: None,
    };
    let draft = Draft {
        name: "Book a table".into(),
        goal: Private::new("Book a table for 2 on Friday at 7pm."),
        language: "en-US".into(),
        on_behalf_of: Some(Private::new("Josh Miller")),
        callee_name: Some(Private::new("Olive Garden")),
        purpose: Private::new("I would like to book a table for 2 on Friday at 7pm."),
        facts: vec![TellFact { label: "party size".into(), value: Private::new("2") }],
        fields: vec![
            field("available", "Do you have a table available?", FieldKind::Boolean),
            field("number", "What is the confirmation number?", FieldKind::Number),
            field("hours", "Until when are you open?", FieldKind::Text),
        ],
        steps: vec![
            ask("available", "number"),
            ask("number", "hours"),
            ask("hours", "close"),
            Step { id: StepId("close".into()), act: Act::Close { text: Private::new("Thank you. Goodbye.") } },
        ],
        start: StepId("available".into()),
        voicemail: VoicemailPolicy::HangUp,
    };
    Arc::new(Workflow::new(draft).expect("the workflow of the benchmark is sound"))
}

/// Of a caller without a schema.
#[derive(Debug)]
struct Lenient;

impl Judge for Lenient {
    fn allows(&self, _: &str, _: &FieldValue) -> bool {
        true
    }
}

/// Hears the words and does all that follows, at a time at which ours were played.
fn hear(conversation: &mut Conversation, text: &str, now: Duration) {
    conversation.handle(Input::Heard { text: Private::new(text) }, now);
    while let Some(output) = conversation.poll_output() {
        if let Output::Ask(context) = output {
            let reply = scripted::reply(&context);
            conversation.handle(Input::Reply { turn: context.turn, reply }, now);
        }
    }
}

/// A conversation whose transcript has so many turns of the callee.
fn after(turns: u32) -> (Conversation, Duration) {
    let measure = Measure { judge: Arc::new(Lenient), today: NaiveDate::default() };
    let mut conversation = Conversation::new(workflow(), Limits { turns_max: 200, ..Limits::default() }, None, measure);
    conversation.handle(Input::Connected, Duration::ZERO);
    let mut now = Duration::ZERO;
    for turn in 0..turns {
        now += Duration::from_secs(4);
        let text = if turn == 0 { "Hello?".to_owned() } else { format!("One moment, please, I am at page {turn}.") };
        hear(&mut conversation, &text, now);
    }
    (conversation, now + Duration::from_secs(20))
}

fn steps(criterion: &mut Criterion) {
    for (name, turns) in [("second turn", 1), ("twentieth turn", 20), ("sixtieth turn", 60)] {
        let ready = after(turns);
        criterion.bench_function(&format!("an answer in the {name}"), |bencher| {
            bencher.iter_batched_ref(
                || ready.clone(),
                |(conversation, now)| {
                    hear(conversation, black_box("Yes, we have a table for 2 on Friday at 7pm."), *now);
                },
                BatchSize::SmallInput,
            );
        });
    }
    let ready = after(20);
    criterion.bench_function("a tick that changes nothing", |bencher| {
        bencher.iter_batched_ref(
            || ready.clone(),
            |(conversation, now)| conversation.handle(black_box(Input::Tick), *now),
            BatchSize::SmallInput,
        );
    });
    criterion.bench_function("a whole booking", |bencher| {
        bencher.iter(|| {
            let (mut conversation, mut now) = after(1);
            for text in ["Yes, we do.", "It's 48.", "Until ten, every day."] {
                now += Duration::from_secs(20);
                hear(&mut conversation, black_box(text), now);
            }
            conversation.report()
        });
    });
}

criterion_group!(benches, steps);
criterion_main!(benches);
