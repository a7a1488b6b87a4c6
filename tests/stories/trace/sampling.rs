//! What the collector of deploy/monitoring keeps whole: its policies about failures and numbers, as its tail sampling reads
//! them. A trace is kept if one of its spans meets one of them, and otherwise by chance.

use serde_json::Value;

use super::spans::list;

const COLLECTOR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/monitoring/collector/collector.yaml");

enum Policy {
    Failed { name: String },
    Number { name: String, key: String, least: i64, most: i64 },
}

fn policies() -> Vec<Policy> {
    let collector: Value = serde_saphyr::from_str(&std::fs::read_to_string(COLLECTOR).unwrap()).unwrap();
    let mut policies = Vec::new();
    for policy in list(&collector["processors"]["tail_sampling"]["policies"]) {
        let name = policy["name"].as_str().unwrap().to_owned();
        match policy["type"].as_str().unwrap() {
            "status_code" => {
                assert_eq!(policy["status_code"]["status_codes"], serde_json::json!(["ERROR"]));
                policies.push(Policy::Failed { name });
            }
            "numeric_attribute" => {
                let about = &policy["numeric_attribute"];
                let key = about["key"].as_str().unwrap().to_owned();
                let (least, most) = (about["min_value"].as_i64().unwrap(), about["max_value"].as_i64().unwrap());
                policies.push(Policy::Number { name, key, least, most });
            }
            "probabilistic" => {}
            other => panic!("{other} is no policy that this story understands"),
        }
    }
    policies
}

/// A whole number. Tail sampling takes anything else for zero.
fn number(span: &Value, key: &str) -> Option<i64> {
    let attribute = list(&span["attributes"]).iter().find(|attribute| attribute["key"] == key)?;
    Some(attribute["value"]["intValue"].as_str().unwrap_or_default().parse().unwrap_or(0))
}

/// The policies that keep the trace of a document.
pub(super) fn kept_by(document: &Value) -> Vec<String> {
    let spans: Vec<_> = super::spans::raw(document).collect();
    let meets = |policy: &Policy, span: &Value| match policy {
        Policy::Failed { .. } => span["status"]["code"] == 2,
        Policy::Number { key, least, most, .. } => {
            number(span, key).is_some_and(|value| (*least..=*most).contains(&value))
        }
    };
    let kept = policies().into_iter().filter(|policy| spans.iter().any(|span| meets(policy, span)));
    kept.map(|policy| match policy {
        Policy::Failed { name } | Policy::Number { name, .. } => name,
    })
    .collect()
}

/// Numbers that policies ask for and no span has.
pub(super) fn unknown(document: &Value) -> Vec<String> {
    let spans: Vec<_> = super::spans::raw(document).collect();
    let keys = policies().into_iter().filter_map(|policy| match policy {
        Policy::Failed { .. } => None,
        Policy::Number { key, .. } => Some(key),
    });
    keys.filter(|key| !spans.iter().any(|span| number(span, key).is_some())).collect()
}
