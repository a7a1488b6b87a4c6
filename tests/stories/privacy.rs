//! People's data stays where it belongs.

use serde_json::Value;

use crate::world::{CALLBACK_SECRET, DINNER, World};

#[tokio::test]
async fn no_log_line_holds_a_number_a_prompt_a_word_that_was_said_or_a_secret() {
    let world = World::start().await;
    let mut private = vec![
        DINNER.to_owned(),
        "Josh Miller".to_owned(),
        CALLBACK_SECRET.to_owned(),
        world.key.clone(),
        world.signing_secret.clone(),
        "4155550199".to_owned(),
    ];
    for name in ["restaurant", "busy", "voicemail", "opts_out", "bad_number"] {
        let callback = world.result_of(name).await;
        private.push(world.callee(name)[1..].to_owned());
        private.extend(sentences(&callback));
    }
    let refused = world.post_call("+1415555", "Call them", None).await;
    assert_eq!(refused.status, 422);

    let lines = world.system.log_lines().await.unwrap();
    assert!(lines.len() > 20, "only {} log lines were read", lines.len());
    for secret in private {
        let leak = lines.iter().find(|line| line.contains(&secret));
        assert!(leak.is_none(), "{secret:?} stands in the log: {}", leak.unwrap());
    }
}

/// What was said, in pieces long enough to be nobody's log line by chance.
pub(crate) fn sentences(callback: &Value) -> Vec<String> {
    /// "Yes." and "Goodbye!" may stand in any program.
    const TELLING: usize = 16;
    let messages = callback["messages"].as_array().cloned().unwrap_or_default();
    let contents = messages.iter().filter_map(|message| message["content"].as_str());
    let pieces = contents.flat_map(|content| content.split(['.', '?', '!', ','])).map(str::trim);
    pieces.filter(|piece| piece.len() >= TELLING).map(str::to_owned).collect()
}
