//! Turning what an author writes about the callee into what the callee is told.

use crate::text::lower;

/// Words as they are said to the callee: "their store hours" becomes "your store hours", "my order" becomes the order of
/// whoever we call for.
pub(crate) fn to_callee(words: &str, principal: Option<&str>) -> String {
    let mut said = String::with_capacity(words.len() + 20);
    for (at, word) in words.split(' ').enumerate() {
        if at > 0 {
            said.push(' ');
        }
        turn(word, principal, &mut said);
    }
    said
}

/// Adds the word as it is said.
fn turn(word: &str, principal: Option<&str>, said: &mut String) {
    let core = word.trim_end_matches(|letter: char| !letter.is_alphanumeric());
    let tail = &word[core.len()..];
    let other = match &*lower(core) {
        "they" | "them" => "you",
        "their" => "your",
        "theirs" => "yours",
        "they're" => "you're",
        "they've" => "you've",
        "they'll" => "you'll",
        "they'd" => "you'd",
        "themselves" => "yourselves",
        "i" => "we",
        "i'm" => "we're",
        "i've" => "we've",
        "i'll" => "we'll",
        "i'd" => "we'd",
        "am" => "are",
        "me" => "us",
        "my" => match principal {
            Some(name) => &possessive(name),
            None => "our",
        },
        _ => core,
    };
    said.push_str(other);
    said.push_str(tail);
}

pub(crate) fn possessive(name: &str) -> String {
    if name.ends_with('s') { format!("{name}'") } else { format!("{name}'s") }
}

/// A sentence begins with a capital and ends with its mark.
pub(crate) fn sentence(words: &str, mark: char) -> String {
    let loose = words.trim().trim_end_matches([',', ';', ':', '?', '!']);
    let dotted = ["a.m.", "p.m.", "Inc.", "St.", "Jr.", "Ave."].iter().any(|end| loose.ends_with(end));
    let trimmed = if dotted { loose } else { loose.trim_end_matches('.') };
    let mut letters = trimmed.chars();
    let mut sentence = String::with_capacity(trimmed.len() + 4);
    sentence.extend(letters.next().into_iter().flat_map(char::to_uppercase));
    sentence.push_str(letters.as_str());
    if !(dotted && mark == '.') {
        sentence.push(mark);
    }
    sentence
}

/// Joins the pieces that are there.
pub(crate) fn join(pieces: &[&str]) -> String {
    pieces.iter().map(|piece| piece.trim()).filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ")
}

/// With "a" or "an", unless the words bring their own article or count.
pub(crate) fn with_article(thing: &str) -> String {
    let first = thing.split(' ').next().unwrap_or_default().to_lowercase();
    let counted = first.starts_with(|letter: char| letter.is_ascii_digit())
        || ["a", "an", "the", "my", "our", "some", "two", "three", "four", "five", "six", "another", "one"]
            .contains(&first.as_str());
    let head = thing.split(' ').take_while(|word| !["to", "from", "for", "with", "of", "at", "on"].contains(word));
    let last = head.last().unwrap_or_default().to_lowercase();
    let plural = last.ends_with('s') && !last.ends_with("ss") && !last.ends_with("us");
    if counted || plural {
        thing.to_owned()
    } else if first.starts_with(['a', 'e', 'i', 'o', 'u']) {
        format!("an {thing}")
    } else {
        format!("a {thing}")
    }
}

/// Cuts what is too long to be said at once, between words where it can.
pub(crate) fn breaths(words: &str, bytes_max: usize) -> Vec<String> {
    let mut breaths = Vec::new();
    let mut rest = words.trim();
    while rest.len() > bytes_max {
        let limit = (0..=bytes_max).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(0);
        let at = rest[..limit].rfind(' ').filter(|at| *at > 0).unwrap_or(limit);
        breaths.push(rest[..at].trim().to_owned());
        rest = rest[at..].trim();
    }
    if !rest.is_empty() {
        breaths.push(rest.to_owned());
    }
    breaths
}

#[cfg(test)]
mod tests {
    use super::{breaths, sentence, to_callee, with_article};

    #[test]
    fn what_is_written_about_them_is_said_to_them() {
        assert_eq!(to_callee("their return policy", None), "your return policy");
        assert_eq!(to_callee("if they have my order", Some("Ann Perry")), "if you have Ann Perry's order");
        assert_eq!(to_callee("if I can bring my dog", None), "if we can bring our dog");
    }

    #[test]
    fn things_get_the_article_they_need() {
        let cases = [
            ("haircut", "a haircut"),
            ("appointment", "an appointment"),
            ("2 pizzas", "2 pizzas"),
            ("tickets", "tickets"),
        ];
        for (thing, expected) in cases {
            assert_eq!(with_article(thing), expected);
        }
    }

    #[test]
    fn a_sentence_has_one_capital_and_one_mark() {
        assert_eq!(sentence("what are your hours?", '?'), "What are your hours?");
        assert_eq!(sentence("we will be late.", '.'), "We will be late.");
        assert_eq!(sentence("at 7 p.m.", '?'), "At 7 p.m.?");
        assert_eq!(sentence("at 7 p.m.", '.'), "At 7 p.m.");
    }

    #[test]
    fn long_words_are_said_in_breaths_and_none_is_lost() {
        assert_eq!(breaths("one two three", 8), ["one two", "three"]);
        assert_eq!(breaths("ääää", 3), ["ä", "ä", "ä", "ä"]);
        assert_eq!(breaths("", 3), [] as [&str; 0]);
    }
}
