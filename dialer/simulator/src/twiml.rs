//! The documents that tell the network what to do with a call.

use std::time::Duration;

use reqwest::Method;
use roxmltree::{Document, Node};

/// Verbs of one document; a longer one is a mistake.
const VERBS_MAX: usize = 100;
const PAUSE_MAX_SECONDS: u64 = 180;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verb {
    HangUp,
    Pause(Duration),
    Say(String),
    Redirect { url: String, method: Method },
    Connect { action: Option<(String, Method)>, relay: Relay },
}

/// A conversation over a WebSocket, in text.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "as in the document")]
pub(crate) struct Relay {
    pub(crate) url: String,
    pub(crate) welcome: Option<String>,
    pub(crate) welcome_interruptible: bool,
    /// Whether the caller's words stop when the callee speaks.
    pub(crate) interruptible: bool,
    pub(crate) detects_digits: bool,
    /// Words are told while they are spoken, too.
    pub(crate) partial_prompts: bool,
    pub(crate) language: String,
    pub(crate) parameters: Vec<(String, String)>,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum BadDocument {
    #[error("not XML")]
    NotXml,
    #[error("the root is not Response")]
    NoResponse,
    #[error("Connect holds no ConversationRelay with a url")]
    NoRelay,
}

/// Reads a document. Verbs that the network does not know are skipped, as the vendor does.
pub(crate) fn read(text: &str) -> Result<Vec<Verb>, BadDocument> {
    let document = Document::parse(text.trim_start()).map_err(|_| BadDocument::NotXml)?;
    let root = document.root_element();
    if !root.has_tag_name("Response") {
        return Err(BadDocument::NoResponse);
    }
    let verbs = root.children().filter(Node::is_element).take(VERBS_MAX);
    verbs.filter_map(|node| verb(node).transpose()).collect()
}

fn verb(node: Node<'_, '_>) -> Result<Option<Verb>, BadDocument> {
    let verb = match node.tag_name().name() {
        "Hangup" | "Reject" => Verb::HangUp,
        "Pause" => {
            let seconds = node.attribute("length").and_then(|text| text.parse().ok()).unwrap_or(1);
            Verb::Pause(Duration::from_secs(seconds.min(PAUSE_MAX_SECONDS)))
        }
        "Say" => Verb::Say(text_of(node)),
        "Redirect" => Verb::Redirect { url: text_of(node), method: method(node) },
        "Connect" => {
            let action = node.attribute("action").map(|url| (url.to_owned(), method(node)));
            Verb::Connect { action, relay: relay(node)? }
        }
        skipped => {
            tracing::warn!(verb = skipped, "a verb that the simulated network does not know is skipped");
            return Ok(None);
        }
    };
    Ok(Some(verb))
}

fn relay(connect: Node<'_, '_>) -> Result<Relay, BadDocument> {
    let node = connect.children().find(|child| child.has_tag_name("ConversationRelay")).ok_or(BadDocument::NoRelay)?;
    let text = |name| node.attribute(name).map(str::to_owned);
    let parameters = node.children().filter(|child| child.has_tag_name("Parameter"));
    let speech = |name, default| {
        let word = node.attribute(name).unwrap_or(default);
        matches!(word, "speech" | "any" | "true")
    };
    Ok(Relay {
        url: text("url").ok_or(BadDocument::NoRelay)?,
        welcome: text("welcomeGreeting").filter(|greeting| !greeting.is_empty()),
        welcome_interruptible: speech("welcomeGreetingInterruptible", "any"),
        interruptible: speech("interruptible", "any"),
        detects_digits: node.attribute("dtmfDetection") == Some("true"),
        partial_prompts: node.attribute("partialPrompts") == Some("true"),
        language: text("language").unwrap_or_else(|| "en-US".to_owned()),
        parameters: parameters
            .filter_map(|child| Some((child.attribute("name")?.to_owned(), child.attribute("value")?.to_owned())))
            .collect(),
    })
}

fn method(node: Node<'_, '_>) -> Method {
    if node.attribute("method") == Some("GET") { Method::GET } else { Method::POST }
}

fn text_of(node: Node<'_, '_>) -> String {
    node.text().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::Method;

    use super::{BadDocument, Verb, read};

    #[test]
    fn a_conversation_is_read_with_its_parameters() {
        // As the vendor's own library for Node writes it.
        let document = concat!(
            r#"<?xml version="1.0" encoding="UTF-8"?><Response><Connect action="https://a.example/next?x=1&amp;y=2">"#,
            r#"<ConversationRelay url="wss://a.example/talk" welcomeGreeting="Hi" interruptible="none" dtmfDetection="true">"#,
            r#"<Parameter name="attempt" value="&lt;1&gt;"/></ConversationRelay></Connect></Response>"#
        );
        let verbs = read(document).unwrap();
        let [Verb::Connect { action, relay }] = verbs.as_slice() else { panic!("{verbs:?}") };
        assert_eq!(action, &Some(("https://a.example/next?x=1&y=2".to_owned(), Method::POST)));
        assert_eq!(relay.url, "wss://a.example/talk");
        assert_eq!(relay.welcome.as_deref(), Some("Hi"));
        assert!(!relay.interruptible && relay.detects_digits && relay.welcome_interruptible);
        assert_eq!(relay.parameters, [("attempt".to_owned(), "<1>".to_owned())]);
    }

    #[test]
    fn verbs_come_in_their_order_and_unknown_ones_are_skipped() {
        let document = r#"<Response><Pause length="3"/><Gather/><Say> Hello </Say>
            <Redirect method="GET">/next</Redirect><Reject reason="busy"/><Hangup/></Response>"#;
        let expected = [
            Verb::Pause(Duration::from_secs(3)),
            Verb::Say("Hello".to_owned()),
            Verb::Redirect { url: "/next".to_owned(), method: Method::GET },
            Verb::HangUp,
            Verb::HangUp,
        ];
        assert_eq!(read(document).unwrap(), expected);
    }

    #[test]
    fn what_is_not_a_document_is_refused() {
        assert_eq!(read("hello"), Err(BadDocument::NotXml));
        assert_eq!(read("<Answer/>"), Err(BadDocument::NoResponse));
        assert_eq!(read("<Response><Connect/></Response>"), Err(BadDocument::NoRelay));
        assert_eq!(read(r#"<!DOCTYPE r [<!ENTITY a "b">]><Response>&a;</Response>"#), Err(BadDocument::NotXml));
    }
}
