use proto::fact::CallTurn;
use proto::{CallId, Fact, Message, Private};
use reqwest::Response;
use serde_json::{Value, json};

use crate::world::{Script, World};

#[tokio::test]
async fn a_call_is_watched_from_its_queue_to_its_callback() {
    let mut world = World::start().await;
    world.add_gateway().await;
    let call = world.accepted(json!({"callback_url": "https://agent.example.com/"})).await;
    let script = Script::new(&world.requested(call).await.1);
    let mut watched = Watched::open(&world, 1, call, None).await;
    assert_eq!(watched.next().await.unwrap().name, "queued");

    for (fact, name) in [
        (script.planned, "planned"),
        (script.dialing, "dialing"),
        (script.ringing, "ringing"),
        (script.answered, "answered"),
        (script.turns[0].clone(), "turn"),
        (script.turns[1].clone(), "turn"),
        (script.ended, "ended"),
        (script.attempted, "callback"),
        (script.delivered, "callback"),
    ] {
        world.tell(call, fact).await;
        let event = watched.next().await.unwrap();
        assert_eq!(event.name, name);
        assert_eq!(event.data["call_id"], call.to_string());
    }
    assert!(watched.next().await.is_none(), "the stream ends when there is nothing more to see");

    let seen = world.call(call).await;
    assert_eq!(seen["status"], "ended");
    assert_eq!(seen["outcome"], json!({"call_status": "success", "provider_status": "completed"}));
    assert_eq!(seen["call_summary"], "They close at nine.");
    assert_eq!(seen["messages"][1]["content"], "We close at nine.");
    assert_eq!(seen["duration_seconds"], 31.5);
    assert_eq!(seen["callback"]["status"], "delivered");
    assert_eq!(seen["callback"]["attempts"], 1);
    for time in ["planned_at", "dialing_at", "ringing_at", "answered_at", "ended_at"] {
        assert!(seen[time].is_string(), "{time}");
    }
    world.stop().await;
}

#[tokio::test]
async fn a_message_that_grows_while_it_is_said_is_one_message() {
    let world = World::start().await;
    let call = world.accepted(json!({})).await;
    let script = Script::new(&world.requested(call).await.1);
    let Fact::CallTurn(first) = script.turns[0].clone() else { panic!("a turn") };
    let more =
        Message { content: Private::new("Hello, this is an AI assistant. Are you open?"), ..first.message.clone() };
    let grown = Fact::CallTurn(CallTurn { message: more, ..first });
    for fact in [script.planned, script.dialing, script.answered, script.turns[0].clone(), grown] {
        world.tell(call, fact).await;
    }
    let said = |call: &Value| call["messages"][0]["content"].as_str().is_some_and(|said| said.ends_with("open?"));
    let seen = world.call_when(call, "it has grown", said).await;
    assert_eq!(seen["messages"].as_array().unwrap().len(), 1, "{seen}");
    world.stop().await;
}

#[tokio::test]
async fn a_stream_has_an_age_after_which_its_client_comes_back() {
    let world = World::with(&[("EVENT_STREAM_AGE", "50ms")]).await;
    let call = world.accepted(json!({})).await;
    let mut first = Watched::open(&world, 0, call, None).await;
    assert_eq!(first.next().await.unwrap().name, "queued");
    assert!(first.next().await.is_none(), "the call goes on, the stream does not");
    world.stop().await;
}

#[tokio::test]
async fn a_client_that_was_cut_off_goes_on_where_it_was() {
    let world = World::start().await;
    let call = world.accepted(json!({})).await;
    let script = Script::new(&world.requested(call).await.1);
    for fact in [script.planned, script.dialing, script.ringing] {
        world.tell(call, fact).await;
    }
    world.call_when(call, "it rings", |call| call["status"] == "ringing").await;
    let mut first = Watched::open(&world, 0, call, None).await;
    assert_eq!(first.next().await.unwrap().name, "queued");
    assert_eq!(first.next().await.unwrap().name, "planned");
    let dialing = first.next().await.unwrap();
    assert_eq!(dialing.name, "dialing", "in order, although they are told at once");
    drop(first);

    let mut again = Watched::open(&world, 0, call, Some(&dialing.id)).await;
    assert_eq!(again.next().await.unwrap().name, "ringing");
    world.tell(call, script.ended).await;
    let ended = again.next().await.unwrap();
    assert_eq!(ended.name, "ended");
    assert!(again.next().await.is_none(), "nobody is to be told, so nothing comes after the end");

    let after = world.get(&format!("/api/calls/{call}/events")).header("last-event-id", &ended.id).send();
    assert_eq!(after.await.unwrap().status(), 204, "this tells a client to stay away");
    world.stop().await;
}

#[tokio::test]
async fn what_was_said_is_seen_while_the_call_lasts() {
    let world = World::start().await;
    let call = world.accepted(json!({})).await;
    let script = Script::new(&world.requested(call).await.1);
    for fact in [script.turns[1].clone(), script.answered, script.turns[0].clone(), script.dialing] {
        world.tell(call, fact).await;
    }
    let messages = |call: &Value| call["messages"].as_array().map_or(0, Vec::len);
    let seen = world.call_when(call, "both turns", |call| messages(call) == 2).await;
    assert_eq!(seen["messages"][0]["role"], "assistant", "in the order in which it was said");
    assert_eq!(seen["messages"][1], json!({"role": "user", "content": "We close at nine.", "offset_seconds": 1.0}));
    world.stop().await;
}

#[tokio::test]
async fn facts_that_come_twice_or_late_change_nothing() {
    let world = World::start().await;
    let call = world.accepted(json!({})).await;
    let script = Script::new(&world.requested(call).await.1);
    world.tell(call, script.answered.clone()).await;
    world.call_when(call, "it was answered", |call| call["status"] == "in_progress").await;
    world.tell(call, script.ended.clone()).await;
    let before = world.call_when(call, "it ended", |call| call["status"] == "ended").await;

    // Under new event ids, as if NATS had forgotten that it had them.
    for fact in [script.ended, script.answered, script.turns[0].clone()] {
        world.tell(call, fact).await;
    }
    world.tell(call, script.ringing).await;
    let after = world.call_when(call, "the late time", |call| call["ringing_at"].is_string()).await;
    for member in ["status", "ended_at", "answered_at", "messages", "outcome"] {
        assert_eq!(after[member], before[member], "{member}");
    }
    let mut watched = Watched::open(&world, 0, call, None).await;
    let mut names = Vec::new();
    while let Some(event) = watched.next().await {
        names.push(event.name);
    }
    assert_eq!(names, ["queued", "answered", "ended"]);
    world.stop().await;
}

struct SeenEvent {
    id: String,
    name: String,
    data: Value,
}

/// A client's end of a stream of events.
struct Watched {
    response: Response,
    text: String,
}

impl Watched {
    async fn open(world: &World, replica: usize, call: CallId, last: Option<&str>) -> Self {
        let url = world.url_of(replica, &format!("/api/calls/{call}/events"));
        let request = world.client().get(url).bearer_auth(&world.key);
        let request = last.iter().fold(request, |request, id| request.header("last-event-id", *id));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// None: the stream has ended.
    async fn next(&mut self) -> Option<SeenEvent> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let left = rest.len();
                let field = |name: &str| {
                    let line = block.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
                    line.unwrap_or_default().to_owned()
                };
                let event = SeenEvent {
                    id: field("id"),
                    name: field("event"),
                    data: serde_json::from_str(&field("data")).unwrap_or_default(),
                };
                self.text.drain(..self.text.len() - left);
                if event.name.is_empty() {
                    continue; // A comment that keeps the connection alive.
                }
                return Some(event);
            }
            let chunk = self.response.chunk().await.unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}
