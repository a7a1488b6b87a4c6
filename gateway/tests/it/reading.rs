use gateway::problem::Code;
use serde_json::Value;

use crate::world::World;

async fn read(world: &World, path: &str) -> (String, String) {
    let answer = world.client().get(world.url(path)).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    (kind, answer.text().await.unwrap())
}

#[tokio::test]
async fn the_contract_is_served_without_a_key() {
    let world = World::start().await;
    let (kind, contract) = read(&world, "/openapi.json").await;
    assert_eq!(kind, "application/json");
    let contract: Value = serde_json::from_str(&contract).unwrap();
    assert_eq!(contract["openapi"], "3.1.0");
    assert_eq!(contract["paths"]["/api/call-prompt"]["post"]["security"][0]["key"], Value::Array(Vec::new()));
    world.stop().await;
}

#[tokio::test]
async fn the_type_of_a_problem_leads_to_what_it_means() {
    let world = World::start().await;
    let problem: Value = world.get("/nowhere").send().await.unwrap().json().await.unwrap();
    let (page, anchor) = problem["type"].as_str().unwrap().split_once('#').unwrap();
    let (kind, catalogue) = read(&world, page).await;
    assert_eq!(kind, "text/html; charset=utf-8");
    assert!(catalogue.contains(&format!("id=\"{anchor}\"")), "{anchor}");
    for code in Code::ALL {
        assert!(catalogue.contains(&format!("id=\"{code}\"")) && catalogue.contains(code.entry().remedy), "{code}");
    }
    world.stop().await;
}

#[tokio::test]
async fn agents_find_the_skill_from_the_index() {
    let world = World::start().await;
    let (kind, index) = read(&world, "/llms.txt").await;
    assert_eq!(kind, "text/plain; charset=utf-8");
    assert!(index.starts_with("# CallCow\n\n> "), "the convention of llms.txt");
    let links: Vec<_> =
        index.lines().filter_map(|line| line.strip_prefix("- [")?.split_once("](")?.1.split_once(')')).collect();
    assert!(links.iter().any(|(path, _)| *path == "/skill.md"));
    for (path, _) in links {
        read(&world, path).await;
    }
    let (_, skill) = read(&world, "/skill.md").await;
    assert!(skill.starts_with("---\nname: agent-call\ndescription: "));
    world.stop().await;
}
