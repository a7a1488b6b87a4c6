//! A prompt as words that know where they stand, so that everything found in it can be said in its own words.

use std::ops::Range;

use crate::when::Atoms;

/// Words that end in a dot without ending a sentence.
const ABBREVIATIONS: [&str; 22] = [
    "dr.", "mr.", "mrs.", "ms.", "prof.", "st.", "jr.", "sr.", "ave.", "blvd.", "rd.", "no.", "approx.", "inc.",
    "ltd.", "co.", "a.m.", "p.m.", "vs.", "dept.", "apt.", "ext.",
];

#[derive(Debug)]
pub(crate) struct Text {
    /// One line, single spaces, plain apostrophes.
    line: String,
    words: Vec<Word>,
    /// Nearly every rule asks whether a time begins at a word.
    pub(crate) atoms: Atoms,
}

#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) lower: String,
    span: Range<usize>,
    /// What the author put behind the word.
    pub(crate) pause: Pause,
    pub(crate) capital: bool,
    /// The first word of its sentence, where a capital means nothing.
    pub(crate) first: bool,
    /// Between two quotation marks: somebody's words, and nothing to do.
    pub(crate) quoted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pause {
    None,
    Comma,
    Colon,
    Stop,
    Question,
}

impl Text {
    pub(crate) fn read(prompt: &str) -> Self {
        let line = one_line(prompt);
        let mut words: Vec<Word> = Vec::new();
        let mut at = 0;
        for chunk in line.split(' ') {
            let span = at..at + chunk.len();
            at = span.end + 1;
            match word(&line, span) {
                Ok(word) => words.push(word),
                Err(pause) => {
                    if let Some(last) = words.last_mut() {
                        last.pause = last.pause.max(pause);
                    }
                }
            }
        }
        settle_sentences(&mut words);
        settle_quotes(&line, &mut words);
        let atoms = Atoms::of(words.len());
        Self { line, words, atoms }
    }

    pub(crate) fn line(&self) -> &str {
        &self.line
    }

    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Word> {
        self.words.get(at)
    }

    /// The word in lower case; empty beyond the end.
    pub(crate) fn lower(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| &word.lower)
    }

    pub(crate) fn is(&self, at: usize, words: &[&str]) -> bool {
        words.contains(&self.lower(at))
    }

    /// Whether these words stand here, one after the other, without a stop between them.
    pub(crate) fn runs(&self, at: usize, words: &str) -> Option<usize> {
        // Most phrases are ruled out by their first letter, which costs no call.
        let first = self.lower(at);
        if first.is_empty() || first.as_bytes().first() != words.as_bytes().first() || !words.starts_with(first) {
            return None;
        }
        let mut end = at;
        for word in words.split(' ') {
            if self.lower(end) != word || (end > at && self.pause(end - 1) >= Pause::Stop) {
                return None;
            }
            end += 1;
        }
        Some(end)
    }

    pub(crate) fn pause(&self, at: usize) -> Pause {
        self.words.get(at).map_or(Pause::Stop, |word| word.pause)
    }

    pub(crate) fn capital(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.capital)
    }

    /// Written without capitals, so that their absence means nothing.
    pub(crate) fn is_small(&self) -> bool {
        self.words.iter().all(|word| !word.capital)
    }

    pub(crate) fn quoted(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.quoted)
    }

    pub(crate) fn raw(&self, at: usize) -> &str {
        self.slice(at..at + 1)
    }

    /// The words as they were written, with what stands between them.
    pub(crate) fn slice(&self, range: Range<usize>) -> &str {
        let last = range.clone().last().and_then(|last| self.words.get(last));
        let (Some(first), Some(last)) = (self.words.get(range.start), last) else { return "" };
        self.line.get(first.span.start..last.span.end).unwrap_or_default()
    }

    /// The end of the sentence that the word is in.
    pub(crate) fn sentence_end(&self, at: usize) -> usize {
        (at..self.len()).find(|at| self.pause(*at) >= Pause::Stop).map_or(self.len(), |at| at + 1)
    }

    /// The beginning of the sentence that the word is in.
    pub(crate) fn sentence_start(&self, at: usize) -> usize {
        (0..at).rev().find(|at| self.pause(*at) >= Pause::Stop).map_or(0, |at| at + 1)
    }

    pub(crate) fn sentences(&self) -> Vec<Range<usize>> {
        let mut sentences = Vec::new();
        let mut start = 0;
        while start < self.len() {
            let end = self.sentence_end(start);
            sentences.push(start..end);
            start = end;
        }
        sentences
    }
}

fn one_line(prompt: &str) -> String {
    let mut line = String::with_capacity(prompt.len());
    let mut lines = prompt.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    while let Some(piece) = lines.next() {
        let bullet = |text: &str| text.starts_with(['-', '*', '•']);
        line.push_str(piece.trim_start_matches(['-', '*', '•', ' ']));
        let breaks = lines.peek().is_some_and(|next| {
            bullet(next) || next.chars().next().is_some_and(|first| first.is_uppercase() || first.is_ascii_digit())
        });
        let open = line.ends_with(|last: char| last.is_alphanumeric() || last == '\'');
        line.push_str(if breaks && open { ". " } else { " " });
    }
    let plain = line
        .replace(['’', '‘', '`'], "'")
        .replace(['“', '”', '«', '»'], "\"")
        .replace('–', "-")
        .replace(" @ ", " at ")
        .replace(" w/ ", " with ")
        .replace(" + ", " and ")
        .replace(" // ", " , ")
        .replace(" / ", " , ")
        .replace(" -> ", " , ")
        .replace(['—', '…'], " , ");
    without_brackets(&listed(&plain))
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|chunk| !chunk.is_empty())
        .fold(String::new(), |mut line, chunk| {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(chunk);
            line
        })
}

/// What stands in brackets is an aside, unless it is the area code of a phone number.
fn without_brackets(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut area_code = false;
    let mut skip = 0;
    for (at, letter) in line.char_indices() {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        match letter {
            '(' if enumerates(&line[at + 1..]) => {
                plain.push_str(" , ");
                skip = 2;
            }
            '(' => {
                area_code = line[at + 1..].starts_with(|next: char| next.is_ascii_digit())
                    && line[at + 1..].find(')').is_some_and(|end| end == 3);
                plain.push_str(if area_code { "(" } else { " , " });
            }
            ')' if area_code => plain.push_str(") "),
            ')' => plain.push_str(" , "),
            _ => plain.push(letter),
        }
    }
    plain
}

/// "Ask: where is it now; when does it arrive": behind a colon a semicolon is no more than a comma.
fn listed(line: &str) -> String {
    let (head, list) = line.split_once(": ").unwrap_or((line, ""));
    if list.is_empty() { head.to_owned() } else { format!("{head}: {}", list.replace("; ", ", ")) }
}

/// "(a)", "(2)".
fn enumerates(rest: &str) -> bool {
    let mut letters = rest.chars();
    letters.next().is_some_and(char::is_alphanumeric) && letters.next() == Some(')')
}

/// A chunk between spaces without its quotes and punctuation; or only the pause that it stands for.
fn word(line: &str, span: Range<usize>) -> Result<Word, Pause> {
    let chunk = &line[span.clone()];
    let led = chunk.trim_start_matches(['"', '\'', ',', '.', ';', ':', '?', '!', '[', '{', '<', '-', '/']);
    let start = span.end - led.len();
    let lower = led.to_lowercase();
    let core = if is_abbreviation(&lower) {
        led
    } else {
        let loose = led.trim_end_matches(['"', ',', '.', ';', ':', '?', '!', ']', '}', '>', '-', '/']);
        let dotted = loose.len() + 1;
        if led.get(..dotted).is_some_and(|with_dot| is_abbreviation(&with_dot.to_lowercase())) {
            &led[..dotted]
        } else {
            loose
        }
    };
    let tail = &led[core.len()..];
    if !core.chars().any(char::is_alphanumeric) && !core.contains('&') {
        return Err(pause(chunk));
    }
    let capital = core.chars().next().is_some_and(char::is_uppercase);
    Ok(Word {
        lower: core.to_lowercase(),
        span: start..start + core.len(),
        pause: pause(tail),
        capital,
        first: false,
        quoted: false,
    })
}

fn is_abbreviation(lower: &str) -> bool {
    let initial =
        lower.len() == 2 && lower.ends_with('.') && lower.starts_with(|first: char| first.is_ascii_lowercase());
    initial || ABBREVIATIONS.contains(&lower)
}

fn pause(punctuation: &str) -> Pause {
    if punctuation.contains('?') {
        Pause::Question
    } else if punctuation.contains(['.', '!', ';']) {
        Pause::Stop
    } else if punctuation.contains(':') {
        Pause::Colon
    } else if punctuation.contains([',', '-']) {
        Pause::Comma
    } else {
        Pause::None
    }
}

/// "7 p.m. Ask …" ends a sentence, "7 p.m. on" does not.
fn settle_sentences(words: &mut [Word]) {
    for at in 1..words.len() {
        let ends = matches!(words[at - 1].lower.as_str(), "a.m." | "p.m." | "inc." | "ltd.");
        if ends && words[at].capital && words[at - 1].pause == Pause::None {
            words[at - 1].pause = Pause::Stop;
        }
    }
    let mut first = true;
    for word in words {
        word.first = first;
        first = word.pause >= Pause::Stop;
    }
}

/// What is quoted is one piece, however many sentences it has.
fn settle_quotes(line: &str, words: &mut [Word]) {
    let marks: Vec<usize> = line.match_indices('"').map(|(at, _)| at).collect();
    for pair in marks.chunks_exact(2) {
        let inside = |word: &Word| pair[0] < word.span.start && word.span.start < pair[1];
        let last = words.iter().rposition(inside);
        for (at, word) in words.iter_mut().enumerate().filter(|(_, word)| inside(word)) {
            word.quoted = true;
            if Some(at) != last {
                word.pause = word.pause.min(Pause::Comma);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Pause, Text};

    fn sentences(prompt: &str) -> Vec<String> {
        let text = Text::read(prompt);
        text.sentences().into_iter().map(|sentence| text.slice(sentence).to_owned()).collect()
    }

    #[test]
    fn titles_and_hours_do_not_end_a_sentence() {
        let prompt = "Call Dr. Smith at 7 p.m. on Friday. It's for J. Doe at 12.50";
        assert_eq!(sentences(prompt), ["Call Dr. Smith at 7 p.m. on Friday", "It's for J. Doe at 12.50"]);
        assert_eq!(sentences("Book it for 7 p.m. Ask about parking"), ["Book it for 7 p.m.", "Ask about parking"]);
    }

    #[test]
    fn a_list_is_read_line_by_line_and_a_wrapped_line_is_not_torn() {
        assert_eq!(sentences("Call Nobu\n- Party of 2\n- Name: Josh"), ["Call Nobu", "Party of 2", "Name: Josh"]);
        assert_eq!(sentences("Call Nobu\nand ask\nabout parking"), ["Call Nobu and ask about parking"]);
    }

    #[test]
    fn quotes_dashes_and_brackets_are_pauses_not_words() {
        let text = Text::read("Book “dinner” (party of 2) — under Josh’s name?");
        let words: Vec<_> = (0..text.len()).map(|at| (text.raw(at), text.pause(at))).collect();
        assert_eq!(words[1], ("dinner", Pause::Comma));
        assert_eq!(words[4], ("2", Pause::Comma));
        assert_eq!(words[6], ("Josh's", Pause::None));
        assert_eq!(words[7], ("name", Pause::Question));
    }
}
