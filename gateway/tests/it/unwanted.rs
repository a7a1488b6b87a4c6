use proto::fact::CallEnded;
use proto::{Fact, Mode, Route};
use serde_json::{Value, json};

use crate::world::{CALLEE, Script, World, problem, until};

#[tokio::test]
async fn emergency_numbers_short_codes_and_costly_numbers_are_refused_before_anything_is_kept() {
    let world = World::start().await;
    for number in ["911", "112", "+1911", "+44999", "+1411", "+19002345678", "+449012345678", "+491801123456"] {
        let told = problem(world.ask(json!({"recipient_phone": number})).await, 422, "number_not_allowed").await;
        assert_eq!(told["errors"][0]["pointer"], "#/recipient_phone");
    }
    assert!(world.told().is_empty());
    world.stop().await;
}

#[tokio::test]
async fn a_number_on_the_list_is_not_called_until_it_is_off_again() {
    let world = World::start().await;
    let added = world.post("/api/do-not-call").json(&json!({"number": CALLEE})).send().await.unwrap();
    assert_eq!(added.json::<Value>().await.unwrap(), json!({"success": true, "number": CALLEE}));
    problem(world.ask(json!({})).await, 422, "do_not_call").await;

    let (_, stranger) = world.organization().await;
    let others = world.client().post(world.url("/api/call-prompt")).bearer_auth(&stranger);
    let asked = others.json(&crate::world::request(json!({}))).send().await.unwrap();
    assert_eq!(asked.status(), 200, "the list is the organization's own");
    let path = format!("/api/do-not-call/{}", CALLEE.replace('+', "%2B"));
    let foreign = world.client().delete(world.url(&path)).bearer_auth(&stranger).send().await.unwrap();
    problem(foreign, 404, "not_found").await;

    let listed: Value = world.get("/api/do-not-call").send().await.unwrap().json().await.unwrap();
    assert_eq!((&listed["numbers"][0]["number"], &listed["numbers"][0]["source"]), (&json!(CALLEE), &json!("api")));
    assert!(listed["next_cursor"].is_null());
    let removed = world.client().delete(world.url(&path)).bearer_auth(&world.key).send().await.unwrap();
    assert_eq!(removed.status(), 204);
    assert_eq!(world.ask(json!({})).await.status(), 200);
    world.stop().await;
}

#[tokio::test]
async fn a_list_comes_in_and_goes_out_as_csv() {
    let world = World::start().await;
    let import =
        |file: &'static str| world.post("/api/do-not-call/import").header("content-type", "text/csv").body(file);
    let bad = import("number\n+14155550101\n555\n").send().await.unwrap();
    let told = problem(bad, 422, "bad_phone_number").await;
    assert_eq!(told["errors"][0]["pointer"], "#line=3");
    let listed: Value = world.get("/api/do-not-call").send().await.unwrap().json().await.unwrap();
    assert_eq!(listed["numbers"], json!([]), "nothing of it was kept");

    let taken = import("name,number\nJane,+14155550101\nJohn,+14155550102\nJane,+14155550101\n").send().await.unwrap();
    assert_eq!(taken.json::<Value>().await.unwrap(), json!({"success": true, "read": 3, "added": 2}));
    let file = world.get("/api/do-not-call/export").send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
    let file = file.text().await.unwrap();
    let lines: Vec<_> = file.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(lines, ["number", "+14155550101", "+14155550102"]);
    problem(
        world.post("/api/do-not-call/import").json(&json!({})).send().await.unwrap(),
        415,
        "unsupported_media_type",
    )
    .await;
    world.stop().await;
}

#[tokio::test]
async fn the_operators_list_holds_for_everybody() {
    let world = World::start().await;
    world.admin(&["do-not-call", "add", "--number", CALLEE]).await.unwrap();
    problem(world.ask(json!({})).await, 422, "do_not_call").await;
    world.admin(&["do-not-call", "remove", "--number", CALLEE]).await.unwrap();
    assert_eq!(world.ask(json!({})).await.status(), 200);
    world.stop().await;
}

#[tokio::test]
async fn the_operator_brings_a_list_of_any_length_and_takes_it_along() {
    let world = World::start().await;
    let path = std::env::temp_dir().join(format!("do-not-call-{}.csv", uuid::Uuid::from_u128(rand::random())));
    let file = path.to_str().unwrap();
    let numbers: Vec<_> = (0..25_000).map(|number| format!("+1415{}", 5_550_101 + number)).collect();
    let many = format!("number\n{}\n", numbers.join("\n"));

    std::fs::write(&path, format!("{many}555\n")).unwrap();
    let refused = world.admin(&["do-not-call", "import", "--file", file]).await.unwrap_err();
    assert!(refused.starts_with("line=25002: "), "{refused}");
    assert_eq!(world.ask(json!({})).await.status(), 200, "nothing of it was kept");

    std::fs::write(&path, &many).unwrap();
    let done = world.admin(&["do-not-call", "import", "--file", file]).await.unwrap();
    assert_eq!((&*done["read"], &*done["added"]), ("25000", "25000"));
    problem(world.ask(json!({})).await, 422, "do_not_call").await;

    let org = world.org.to_string();
    let own = world.admin(&["do-not-call", "export", "--org", &org, "--file", file]).await.unwrap();
    assert_eq!(own["written"], "0", "the list of everybody is not the organization's");
    world.admin(&["do-not-call", "export", "--file", file]).await.unwrap();
    let back = std::fs::read_to_string(&path).unwrap();
    assert!(back.lines().skip(1).map(|line| line.split(',').next().unwrap()).eq(numbers.iter().map(String::as_str)));
    assert_eq!(world.admin(&["do-not-call", "import", "--file", file]).await.unwrap()["added"], "0");
    std::fs::remove_file(&path).unwrap();
    world.stop().await;
}

#[tokio::test]
async fn whoever_asks_on_the_phone_not_to_be_called_is_not() {
    let world = World::start().await;
    for (mode, expected) in [(Mode::Test, 200), (Mode::Live, 422)] {
        let call = world.accepted(json!({})).await;
        let script = Script::new(&world.requested(call).await.1);
        let Fact::CallEnded(ended) = script.ended else { panic!("another fact") };
        let route = Route { mode, ..ended.route.clone() };
        world.tell(call, Fact::CallEnded(CallEnded { opted_out: true, route, ..ended })).await;
        world.call_when(call, "the end", |call| call["status"] == "ended").await;
        let asked = async || Some(world.ask(json!({})).await.status()).filter(|status| *status == expected);
        until("the list to be kept, for those who are real", asked).await;
    }
    world.stop().await;
}
