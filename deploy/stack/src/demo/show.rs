//! What the person in front of the demo sees.

use std::time::Duration;

use serde_json::Value;

use crate::agent::Agent;
use crate::plan::Planned;

/// How a call ended, as its callback tells it; no callback: it never came.
pub(crate) struct Ended {
    pub(crate) callback: Option<Value>,
    pub(crate) took: Duration,
}

impl Ended {
    pub(crate) fn is_as_planned(&self, call: &Planned) -> bool {
        self.callback.as_ref().is_some_and(|callback| {
            callback["call_status"] == call.call_status.as_str()
                && callback["provider_status"] == call.provider_status.as_str()
                && (!call.answers || fills(callback).0 > 0)
        })
    }
}

/// How many fields were answered, of how many.
fn fills(callback: &Value) -> (usize, usize) {
    let fills = callback["form_fills"].as_array().map(Vec::as_slice).unwrap_or_default();
    (fills.iter().filter(|fill| fill["verdict"] == "answered").count(), fills.len())
}

/// One line for each thing that is said, and for the end.
pub(crate) fn event(name: &str, event: &str, data: &Value) {
    let text = |member: &str| data[member].as_str().unwrap_or_default();
    match event {
        "ringing" => println!("{name:>14} ☎  ringing"),
        "turn" if text("role") == "assistant" => println!("{name:>14} 🤖 {}", text("content")),
        "turn" => println!("{name:>14} 🙂 {}", text("content")),
        "ended" => println!("{name:>14} ⏹  {} / {}", text("call_status"), text("provider_status")),
        _ => {}
    }
}

pub(crate) fn table(calls: &[Planned], ended: &[Ended]) -> String {
    let mut lines = vec![
        format!(
            "{:<16} {:<14} {:<16} {:<8} {:<9} {:>6}  {}",
            "callee", "call_status", "provider_status", "fields", "callback", "took", ""
        ),
        "-".repeat(84),
    ];
    lines.extend(calls.iter().zip(ended).map(|(call, ended)| row(call, ended)));
    lines.join("\n") + "\n"
}

fn row(call: &Planned, ended: &Ended) -> String {
    let verdict = if ended.is_as_planned(call) { "✓" } else { "✗ not as it should be" };
    let took = format!("{:.1} s", ended.took.as_secs_f64());
    let Some(callback) = &ended.callback else {
        return format!("{:<16} {:<14} {:<16} {:<8} {:<9} {took:>6}  {verdict}", call.name, "-", "-", "-", "none");
    };
    let status = |member: &str| callback[member].as_str().unwrap_or("-").to_owned();
    let (answered, asked) = fills(callback);
    let fields = format!("{answered} of {asked}");
    format!(
        "{:<16} {:<14} {:<16} {fields:<8} {:<9} {took:>6}  {verdict}",
        call.name,
        status("call_status"),
        status("provider_status"),
        "verified",
    )
}

pub(crate) fn curl(agent: &Agent, calls: &[Planned]) -> String {
    let callee = calls.first().map(|call| call.callee.as_str()).unwrap_or_default();
    format!(
        "curl -sS {}/api/call-prompt -H 'Authorization: Bearer {}' -H 'Content-Type: application/json' \\\n  -d \
         '{{\"prompt\": \"Ask if they are open on Sunday\", \"recipient_phone\": \"{callee}\"}}'",
        agent.gateway, agent.key
    )
}
