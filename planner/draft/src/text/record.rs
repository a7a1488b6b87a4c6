//! Prompts that a program wrote: the members of an object, `key=value`, `key: value | key: value`. Each member becomes a
//! line of its own, `key: value`, so that nothing else has to know how programs write.

use std::borrow::Cow;

/// Fewer are signs in a sentence.
const MEMBERS_MIN: usize = 2;
const KEY_CHARS_MAX: usize = 30;

/// The prompt itself, unless it is such a record.
pub(super) fn lines(prompt: &str) -> Cow<'_, str> {
    let mut reader = Reader::default();
    if is_record(prompt) {
        reader.read(prompt);
    }
    if reader.members < MEMBERS_MIN { Cow::Borrowed(prompt) } else { Cow::Owned(reader.out) }
}

fn is_record(prompt: &str) -> bool {
    // Most prompts have none of the signs.
    let has = |sign: u8| prompt.as_bytes().contains(&sign);
    let pairs = prompt.match_indices('=').filter(|(at, _)| ends_key(&prompt[..*at])).count();
    let quoted = has(b':') && (prompt.contains("\":") || prompt.contains("':"));
    let braced = has(b'{') && prompt.contains(": ");
    let barred = has(b'|') && prompt.matches(" | ").count() >= MEMBERS_MIN;
    let keys = || prompt.match_indices(" / ").filter(|(at, _)| key(&prompt[at + 3..]).is_some());
    let slashed = has(b'/') && keys().count() >= MEMBERS_MIN;
    pairs >= MEMBERS_MIN || quoted || braced || barred || slashed
}

fn ends_key(before: &str) -> bool {
    before.trim_end().ends_with(|last: char| last.is_alphanumeric() || last == '_')
}

/// How long the key is that begins here, with its quotes and its mark.
fn key(rest: &str) -> Option<usize> {
    let lead = rest.len() - rest.trim_start_matches([' ', '\n', '"', '\'', '{', '[']).len();
    let word = &rest[lead..];
    let end = word.find(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | ' ' | '.' | '-')))?;
    let marked = word[end..].trim_start_matches(['"', '\'', ' ']).starts_with([':', '=']);
    let begins = word.starts_with(char::is_alphabetic);
    let short = (1..=KEY_CHARS_MAX).contains(&end) && word[..end].trim().split(' ').count() <= 3;
    // "10:30" and "https://" are no members.
    (marked && begins && short && !word[end..].starts_with("://")).then_some(lead + end)
}

#[derive(Default)]
struct Reader {
    out: String,
    members: usize,
    /// The key of a list that is open: each of its items is told with it.
    list: Option<String>,
    /// Calls that are open: `confirm(at='…')`.
    calls: usize,
}

impl Reader {
    fn read(&mut self, prompt: &str) {
        let mut quote: Option<char> = None;
        let mut escaped = false;
        for (at, letter) in prompt.char_indices() {
            let rest = &prompt[at + letter.len_utf8()..];
            let before = prompt[..at].trim_end().chars().last();
            match (quote, letter) {
                (Some(_), _) if escaped => {
                    escaped = false;
                    self.out.push(if letter == 'n' { ' ' } else { letter });
                }
                (Some(_), '\\') => escaped = true,
                (Some(open), _) if letter == open && ends_value(rest) => quote = None,
                (Some(_), _) => self.out.push(letter),
                (None, '"' | '\'') if before.is_none_or(|before| "{[(,:=|".contains(before)) => quote = Some(letter),
                (None, _) => self.sign(letter, before, rest),
            }
        }
    }

    fn sign(&mut self, letter: char, before: Option<char>, rest: &str) {
        let called = letter == '(' && before.is_some_and(|before| before.is_alphanumeric() || before == '_');
        match letter {
            '(' if called && key(rest).is_some() => {
                self.calls += 1;
                self.line();
            }
            // `also_ask('…')`: the name of the call is the key.
            '(' if called && rest.starts_with(['"', '\'']) => {
                self.calls += 1;
                self.out.push_str(": ");
            }
            ')' if self.calls > 0 => {
                self.calls -= 1;
                self.line();
            }
            '{' | '}' | '|' | '\n' => self.line(),
            '/' if key(rest).is_some() && before.is_some() => self.line(),
            '[' if before.is_some_and(|before| matches!(before, ':' | '=')) => {
                self.list = self.out.lines().last().map(|line| line.trim_start_matches("- ").trim().to_owned());
            }
            ']' => self.list = None,
            // "2,000" is one number.
            ',' if before.is_some_and(|before| before.is_ascii_digit())
                && rest.starts_with(|next: char| next.is_ascii_digit()) =>
            {
                self.out.push(letter);
            }
            ',' | ';' if self.list.is_some() => {
                let key = self.list.clone().unwrap_or_default();
                self.line();
                self.out.push_str(&key);
                self.out.push(' ');
            }
            ';' if before == Some(')') => self.line(),
            ',' | ';' if key(rest).is_some() => self.line(),
            ':' | '=' if before.is_some_and(|before| before.is_alphanumeric() || "_\"'.".contains(before)) => {
                let clock = before.is_some_and(|before| before.is_ascii_digit())
                    && rest.starts_with(|next: char| next.is_ascii_digit());
                self.members += usize::from(!clock);
                let start = self.out.rfind('\n').map_or(0, |end| end + 1);
                let key = self.out.split_off(start).replace('_', " ");
                self.out.push_str(&key);
                self.out.push_str(if clock { ":" } else { ": " });
            }
            '_' => self.out.push(' '),
            ' ' if self.out.ends_with(": ") => {}
            _ => self.out.push(letter),
        }
    }

    /// Ends the line.
    fn line(&mut self) {
        if self.out.ends_with("\n- ") {
            return;
        }
        let full = self.out.trim_end_matches([' ', ',', ';']).len();
        self.out.truncate(full);
        if !self.out.is_empty() {
            self.out.push_str("\n- ");
        }
    }
}

/// A quotation mark ends a value only in front of what goes on behind one: "don't" goes on itself.
fn ends_value(rest: &str) -> bool {
    let next = rest.trim_start();
    next.is_empty() || next.starts_with([',', '}', ']', ')', ':', '|', '\n', ';', '='])
}

#[cfg(test)]
mod tests {
    use super::lines;

    fn read(prompt: &str) -> Vec<String> {
        let read = lines(prompt);
        read.lines()
            .map(|line| line.trim_start_matches('-').trim().to_owned())
            .filter(|line| !line.is_empty())
            .collect()
    }

    #[test]
    fn members_become_lines() {
        let cases: [(&str, &[&str]); 5] = [
            (
                r#"{"action":"book","time":"18:45","hold_for":"Ann Perry, Acme","ask":["price per night","rabies shot?"]}"#,
                &[
                    "action: book",
                    "time: 18:45",
                    "hold for: Ann Perry, Acme",
                    "ask: price per night",
                    "ask: rabies shot?",
                ],
            ),
            ("venue=Tansy & Rye | seats=2 | sms=+33 6 55", &["venue: Tansy & Rye", "seats: 2", "sms: +33 6 55"]),
            (
                "confirm(provider='Dr. Pillai', at='Wed 14:40'); also_ask('fasting required?')",
                &["confirm", "provider: Dr. Pillai", "at: Wed 14:40", "also ask: fasting required?"],
            ),
            ("PET=Waffles (corgi, 11 kg)\nOWNER=Tamsin", &["PET: Waffles (corgi, 11 kg)", "OWNER: Tamsin"]),
            ("msg: {to: 'Ann', text: 'don't wait. It's 06:00'}", &["msg:", "to: Ann", "text: don't wait. It's 06:00"]),
        ];
        for (prompt, expected) in cases {
            assert_eq!(read(prompt), expected, "{prompt}");
        }
    }

    #[test]
    fn sentences_stay_as_they_are() {
        for prompt in ["Book a table for 2 at 7:30 | Nobu", "Name: Josh. Party: 2", "either/or at \"Nobu\": 7pm"] {
            assert_eq!(lines(prompt), prompt);
        }
    }
}
