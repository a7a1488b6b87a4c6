use std::fmt;

use serde::{Deserialize, Serialize};

/// Words that belong to people: prompts, transcripts, names, quotes.
///
/// `Debug` shows only the length and `Display` is not implemented, so that the words can't slip into a log line. Whoever
/// needs them says [`Private::expose`]. Serializing gives the words: the callback and the API are where they belong.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private(String);

impl Private {
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn into_exposed(self) -> String {
        self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Private({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::Private;

    #[test]
    fn debug_shows_no_words() {
        assert_eq!(format!("{:?}", Private::new("dinner for two")), "Private(14 bytes)");
    }
}
