//! Conversations: one story for each kind of person, and for what a conversation can do.

use serde_json::json;

use crate::world::{OWN, World};

const DINNER: &str = "Hello, this is an AI assistant calling on behalf of Josh Miller. I'd like to book a table for 2 on \
                      Friday at 7pm under the name Josh Miller.";

#[tokio::test]
async fn a_host_greets_answers_what_she_is_asked_and_says_goodbye() {
    let world = World::start().await;
    let sid = world.call("restaurant", &[]).await;
    let mut talk = world.application.next_talk().await;
    assert_eq!(talk.setup["callSid"], sid.as_str());
    assert_eq!(talk.setup["from"], OWN);
    assert_eq!(talk.setup["to"], world.number("restaurant"));
    assert_eq!(talk.setup["customParameters"], json!({ "attempt": "42" }));
    assert!(talk.setup["sessionId"].as_str().unwrap().starts_with("VX"));
    assert!(talk.words().await.contains("Olive Garden"));
    assert!(talk.ask(DINNER).await.starts_with("Yes"));
    assert!(talk.ask("What is the confirmation number?").await.contains("4827"));
    assert!(talk.ask("Thank you. Goodbye!").await.to_lowercase().contains("bye"));
    assert_eq!(talk.next().await, None, "she hangs up when the caller does not");
    assert_eq!(world.statuses().await, ["initiated", "ringing", "in-progress", "completed"]);

    let transcript = world.network.calls(&world.number("restaurant"))[0].transcript.clone();
    let texts: Vec<_> = transcript.iter().map(|line| line.text.clone()).collect();
    assert_eq!(texts.len(), 7);
    assert_eq!(texts[1], DINNER);
    assert!(transcript.is_sorted_by_key(|line| line.at));
}

#[tokio::test]
async fn a_receptionist_confirms_the_appointment_that_she_was_told() {
    let world = World::start().await;
    world.call("doctor", &[]).await;
    let mut talk = world.application.next_talk().await;
    talk.words().await;
    let about = "Hello, this is an AI assistant. I'm calling about Sarah Johnson's 3pm appointment tomorrow.";
    assert!(talk.ask(about).await.starts_with("Yes"));
    assert!(talk.ask("Is the appointment confirmed?").await.contains("confirmed"));
}

#[tokio::test]
async fn a_clerk_knows_the_hours_and_the_stock() {
    let world = World::start().await;
    world.call("shop", &[]).await;
    let mut talk = world.application.next_talk().await;
    talk.words().await;
    assert!(talk.ask("What are your store hours?").await.to_lowercase().contains("saturday"));
    assert!(talk.ask("Do you have size 10 Nike Air Max in stock?").await.starts_with("Yes"));
}

#[tokio::test]
async fn whoever_is_not_in_the_directory_cooperates() {
    let world = World::start().await;
    let url = world.application.url("/answer");
    world.post("Calls.json", &[("To", "+442071838750"), ("From", OWN), ("Url", &url)]).await;
    let mut talk = world.application.next_talk().await;
    talk.words().await;
    assert!(talk.ask("Would Tuesday be okay?").await.starts_with("Yes"));
}

#[tokio::test]
async fn somebody_in_a_hurry_hangs_up_in_the_middle() {
    let world = World::start().await;
    world.call("hangs_up", &[]).await;
    let mut talk = world.application.next_talk().await;
    talk.words().await;
    talk.ask(DINNER).await;
    talk.say("Do you have a table?").await;
    assert_eq!(talk.next().await, None);
    assert_eq!(world.statuses().await.pop().unwrap(), "completed");
}

#[tokio::test]
async fn somebody_silent_hears_and_says_nothing() {
    let world = World::start().await;
    world.call("silent", &[]).await;
    let mut talk = world.application.next_talk().await;
    talk.say("Hello?").await;
    talk.say("Are you there?").await;
    assert_eq!(talk.next().await, None, "she hangs up without a word");
    let call = world.network.calls(&world.number("silent")).remove(0);
    let heard: Vec<_> = call.transcript.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(heard.join(" "), "Hello? Are you there?");
}

#[tokio::test]
async fn somebody_asks_not_to_be_called_again() {
    let world = World::start().await;
    world.call("opts_out", &[]).await;
    let mut talk = world.application.next_talk().await;
    talk.words().await;
    assert!(talk.ask(DINNER).await.contains("don't call me again"));
    talk.ask("I'm sorry to have disturbed you. Goodbye.").await;
    assert_eq!(talk.next().await, None);
}

#[tokio::test]
async fn somebody_answers_no_question() {
    let world = World::start().await;
    world.call("declines", &[]).await;
    let mut talk = world.application.next_talk().await;
    talk.words().await;
    for question in ["Do you have a table available?", "What are your opening hours?"] {
        let said = talk.ask(question).await;
        assert!(["rather not", "prefer not", "can't"].iter().any(|words| said.contains(words)), "{said}");
    }
}

#[tokio::test]
async fn an_impatient_person_cuts_a_long_text_short() {
    let world = World::start().await;
    world.application.answers("/answer", &[&world.application.conversation(r#"interruptible="speech""#)]);
    world.call("interrupts", &[]).await;
    let mut talk = world.application.next_talk().await;
    talk.words().await;
    talk.say(DINNER).await;
    let interrupt = talk.next().await.unwrap();
    assert_eq!(interrupt["type"], "interrupt");
    let until = interrupt["utteranceUntilInterrupt"].as_str().unwrap();
    assert!(DINNER.starts_with(until) && until.len() < DINNER.len() && !until.is_empty(), "{until}");
    assert!(interrupt["durationUntilInterruptMs"].as_u64().unwrap() >= 2500);
    talk.words().await;
}

#[tokio::test]
async fn a_text_comes_in_pieces_and_is_answered_when_it_is_whole() {
    let world = World::start().await;
    world.call("shop", &[]).await;
    let mut talk = world.application.next_talk().await;
    talk.words().await;
    for (token, last) in [("How ", false), ("much are ", false), ("they?", true)] {
        talk.send(json!({ "type": "text", "token": token, "last": last })).await;
    }
    assert!(talk.words().await.contains("129"));
}

#[tokio::test]
async fn a_message_that_means_nothing_is_dropped_and_the_talk_goes_on() {
    let world = World::start().await;
    world.call("shop", &[]).await;
    let mut talk = world.application.next_talk().await;
    talk.words().await;
    for nonsense in [
        json!({ "type": "dance" }),
        json!({ "type": "text" }),
        json!({ "type": "language" }),
        json!({ "type": "play" }),
        json!({ "type": "sendDigits" }),
    ] {
        talk.send(nonsense.clone()).await;
        assert_eq!(talk.next().await.unwrap()["type"], "error", "{nonsense}");
    }
    talk.send(json!({ "type": "language", "ttsLanguage": "en-GB" })).await;
    talk.send(json!({ "type": "play", "source": "https://a.example/ding.mp3" })).await;
    talk.send(json!({ "type": "sendDigits", "digits": "12" })).await;
    assert!(talk.ask("How much are they?").await.contains("129"));
    let heard = world.network.calls(&world.number("shop"))[0].transcript.clone();
    for told in ["[language en-GB]", "[keys 12]"] {
        assert!(heard.iter().any(|line| line.text == told), "{told}");
    }
}

#[tokio::test]
async fn a_welcome_is_heard_like_any_other_text() {
    let world = World::start().await;
    let welcome = r#"welcomeGreeting="Hi! What are your store hours?""#;
    world.application.answers("/answer", &[&world.application.conversation(welcome)]);
    world.call("shop", &[]).await;
    let mut talk = world.application.next_talk().await;
    talk.words().await;
    assert!(talk.words().await.to_lowercase().contains("saturday"));
}

#[tokio::test]
async fn after_the_end_the_application_is_asked_what_comes_next() {
    let world = World::start().await;
    world.call("generic", &[]).await;
    let mut talk = world.application.next_talk().await;
    talk.words().await;
    talk.end().await;
    let asked = world.application.until_told("/next", 1).await.remove(0);
    assert_eq!(asked["SessionStatus"], "ended");
    assert_eq!(asked["HandoffData"], "done");
    assert_eq!(asked["SessionId"], talk.setup["sessionId"].as_str().unwrap());
    assert_eq!(asked["CallStatus"], "in-progress");
    assert_eq!(world.statuses().await.pop().unwrap(), "completed");
}

#[tokio::test]
async fn a_person_is_told_from_a_machine_while_the_talk_goes_on() {
    for (name, mode, verdict) in [
        ("generic", "Enable", "human"),
        ("voicemail", "Enable", "machine_start"),
        ("voicemail", "DetectMessageEnd", "machine_end_beep"),
        ("silent", "Enable", "unknown"),
    ] {
        let world = World::start().await;
        let url = world.application.url("/amd");
        let detection = [("MachineDetection", mode), ("AsyncAmd", "true"), ("AsyncAmdStatusCallback", &url)];
        let sid = world.call(name, &detection).await;
        let mut talk = world.application.next_talk().await;
        let told = world.application.until_told("/amd", 1).await.remove(0);
        assert_eq!(told["AnsweredBy"], verdict, "{name} {mode}");
        assert_eq!(told["CallSid"], sid);
        assert!(told["MachineDetectionDuration"].parse::<u64>().unwrap() >= 2000);
        assert_eq!(world.get(&format!("Calls/{sid}.json")).await["answered_by"], verdict);
        talk.end().await;
    }
}

#[tokio::test]
async fn a_machine_that_is_waited_for_is_named_when_the_document_is_asked_for() {
    let world = World::start().await;
    world.call("voicemail", &[("MachineDetection", "Enable")]).await;
    world.application.next_talk().await;
    assert_eq!(world.application.told("/answer")[0]["AnsweredBy"], "machine_start");
}

#[tokio::test]
async fn an_answering_machine_greets_and_records_what_is_said_after_the_beep() {
    let world = World::start().await;
    let url = world.application.url("/amd");
    let detection = [("MachineDetection", "DetectMessageEnd"), ("AsyncAmd", "true"), ("AsyncAmdStatusCallback", &url)];
    world.call("voicemail", &detection).await;
    let mut talk = world.application.next_talk().await;
    assert!(talk.words().await.contains("after the tone"));
    world.application.until_told("/amd", 1).await;
    talk.say("Please call Josh back.").await;
    assert_eq!(talk.next().await, None, "it hangs up when it is quiet for long");
    let call = world.network.calls(&world.number("voicemail")).remove(0);
    assert_eq!(call.transcript.last().unwrap().text, "Please call Josh back.");
}
