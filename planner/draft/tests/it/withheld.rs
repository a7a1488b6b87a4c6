//! What a prompt says not to say is neither said nor told nor asked, and stays a rule for the agent.

use draft::draft;
use proto::workflow::Act;

#[test]
fn what_is_not_to_be_said_stands_in_the_goal_only() {
    let cases = [
        ("Tell Ann the parcel is with the neighbour, don't tell them it was me.", "it was me"),
        ("Call Nobu and book a table for 2 on Friday at 7pm under Jo Lee, but don't mention the ring.", "ring"),
        ("Order 12 roses from Bloom for Ann Lee on Friday without saying who sent them.", "who sent"),
        ("Please don't say the car is stolen but ask Kwik Fit what new tyres for a Fiat 500 cost.", "stolen"),
        ("Ask Kwik Fit what tyres for a Fiat 500 cost. It's a surprise for my dad so keep it quiet.", "quiet"),
        ("Remind Bo about dinner on Friday at 8pm; between us, Tom comes too.", "Tom"),
    ];
    for (prompt, withheld) in cases {
        let workflow = draft(prompt).unwrap();
        let parts = workflow.parts();
        let facts = parts.facts.iter().map(|fact| fact.value.expose());
        let asked = parts.fields.iter().map(|field| field.question.expose());
        let said = parts.steps.iter().filter_map(|step| match &step.act {
            Act::Say { text, .. } | Act::Close { text } => Some(text.expose()),
            Act::Ask { .. } | Act::Confirm { .. } => None,
        });
        let told: Vec<&str> = facts.chain(asked).chain(said).chain([parts.purpose.expose()]).collect();
        assert!(told.iter().all(|told| !told.contains(withheld)), "{prompt}: {told:?}");
        assert!(parts.goal.expose().contains(withheld), "{prompt}");
    }
}
