//! Which calls the demo places, and how each must end.

use serde_json::Value;

/// The prompts of the published guide.
const GUIDE: [(&str, &str); 3] = [
    ("restaurant", "Book a dinner reservation at Olive Garden for Friday 7pm, party of 2, under Josh Miller"),
    ("doctor", "Confirm Sarah Johnson's 3pm appointment tomorrow at Dr. Smith's office"),
    ("shop", "Ask about store hours and if they have size 10 Nike Air Max in stock"),
];

pub(crate) struct Planned {
    /// Short, for the left margin.
    pub(crate) name: String,
    pub(crate) callee: String,
    pub(crate) prompt: String,
    pub(crate) cancel: bool,
    pub(crate) call_status: String,
    pub(crate) provider_status: String,
    /// Whether somebody must have answered a question.
    pub(crate) answers: bool,
}

/// One call for each entry of the simulator's directory, the guide's prompts to those they suit, and one that is
/// canceled while it rings.
pub(crate) fn plan(directory: &[Value]) -> Vec<Planned> {
    let mut calls: Vec<_> = directory.iter().filter_map(planned).collect();
    let unanswered = directory.iter().find(|entry| entry["name"] == "no_answer").and_then(planned);
    calls.extend(unanswered.map(|call| Planned {
        name: "canceled".into(),
        cancel: true,
        provider_status: "canceled".into(),
        ..call
    }));
    calls
}

fn planned(entry: &Value) -> Option<Planned> {
    let text = |member: &str| entry[member].as_str().map(str::to_owned);
    let name = text("name")?;
    let guide = GUIDE.iter().find(|(suits, _)| *suits == name);
    Some(Planned {
        callee: text("number")?,
        prompt: guide.unwrap_or(&GUIDE[0]).1.to_owned(),
        cancel: false,
        call_status: text("call_status")?,
        provider_status: text("provider_status")?,
        answers: guide.is_some(),
        name,
    })
}
