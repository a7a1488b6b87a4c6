//! The documents that tell Twilio what to do with a call.

use std::fmt::Write;

/// Hangs up without a word.
pub(super) fn hang_up() -> String {
    r#"<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>"#.to_owned()
}

/// An address that Twilio asks again when it is not answered, as often as it ever does, because a call can't go on
/// without: not only when nobody is there, but also when whoever is asked dies, or has no tables just now.
pub(super) fn asked_again(url: String) -> String {
    url + "#rc=5&rp=5xx,ct,rt"
}

pub(super) struct Connect<'a> {
    /// Asked when the conversation is over, or its socket was lost.
    pub(super) action: &'a str,
    pub(super) socket: &'a str,
    pub(super) language: &'a str,
    pub(super) parameters: &'a [(&'a str, String)],
}

/// Connects the call to our conversation.
pub(super) fn connect(connect: &Connect<'_>) -> String {
    let mut text = format!(
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8"?><Response><Connect action="{}">"#,
            r#"<ConversationRelay url="{}" language="{}" interruptible="speech" dtmfDetection="true" "#,
            r#"partialPrompts="true" reportInputDuringAgentSpeech="speech">"#
        ),
        escaped(connect.action),
        escaped(connect.socket),
        escaped(connect.language),
    );
    for (name, value) in connect.parameters {
        write!(text, r#"<Parameter name="{}" value="{}"/>"#, escaped(name), escaped(value))
            .expect("writing to a string can't fail");
    }
    text.push_str("</ConversationRelay></Connect></Response>");
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{Connect, connect};

    #[test]
    fn what_is_written_into_the_document_stays_text() {
        let document = connect(&Connect {
            action: "https://dialer.example/action?a=1&b=2",
            socket: "wss://dialer.example/talk",
            language: "en\"-US",
            parameters: &[("attempt", "<1>".to_owned())],
        });
        assert!(document.contains(r#"action="https://dialer.example/action?a=1&amp;b=2""#));
        assert!(document.contains(r#"url="wss://dialer.example/talk""#));
        assert!(document.contains(r#"language="en&quot;-US""#));
        assert!(document.contains(r#"<Parameter name="attempt" value="&lt;1&gt;"/>"#));
    }
}
