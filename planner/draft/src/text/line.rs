//! From what somebody typed to one line of words.

/// The prompt as one line with single spaces: line ends that separate are stops, and signs are written out.
pub(super) fn one(prompt: &str) -> String {
    let mut line = String::with_capacity(prompt.len());
    let mut lines = prompt.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    while let Some(piece) = lines.next() {
        let bullet = |text: &str| text.starts_with(['-', '*', '•']);
        line.push_str(piece.trim_start_matches(['-', '*', '•', ' ']));
        let breaks = lines.peek().is_some_and(|next| {
            bullet(next) || next.chars().next().is_some_and(|first| first.is_uppercase() || first.is_ascii_digit())
        });
        let open = line.ends_with(|last: char| last.is_alphanumeric() || matches!(last, '\'' | '"' | ')' | '%' | '+'));
        line.push_str(if breaks && open { ". " } else { " " });
    }
    without_brackets(listed(written_out(line)))
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|chunk| !chunk.is_empty())
        .fold(String::with_capacity(prompt.len()), |mut line, chunk| {
            if !line.is_empty() {
                line.push(' ');
            }
            match dated(chunk) {
                Some(at) => line.extend([&chunk[..at], " ", &chunk[at + 1..]]),
                None => line.push_str(chunk),
            }
            line
        })
}

/// What signs between words stand for, in the order in which they are replaced.
const SIGNS: [(&str, &str); 7] = [
    (" @ ", " at "),
    (" w/ ", " with "),
    (" + ", " and "),
    (" // ", " , "),
    (" / ", " , "),
    (" | ", " , "),
    (" -> ", " , "),
];

/// Signs as the words and plain signs that they stand for.
fn written_out(line: String) -> String {
    // Most prompts have none of them.
    if line.is_ascii() && !b"`@/+|>".iter().any(|sign| line.as_bytes().contains(sign)) {
        return line;
    }
    let line = line.replace(['’', '‘', '`'], "'").replace(['“', '”', '«', '»'], "\"").replace('–', "-");
    let line = SIGNS.iter().fold(line, |line, (sign, word)| {
        // A prompt has one or two of them.
        if line.contains(sign) { line.replace(sign, word) } else { line }
    });
    if line.contains(['—', '…']) { line.replace(['—', '…'], " , ") } else { line }
}

/// Where the day ends in `2026-12-02T09:20`.
fn dated(chunk: &str) -> Option<usize> {
    if chunk.len() <= 10 {
        return None;
    }
    let at = chunk.find('T').filter(|at| *at >= 10)?;
    let digits = |part: &str| part.bytes().filter(u8::is_ascii_digit).count();
    (digits(&chunk[..at]) == 8 && chunk[at + 1..].starts_with(|hour: char| hour.is_ascii_digit())).then_some(at)
}

/// What stands in brackets is an aside, unless it is the area code of a phone number.
fn without_brackets(line: String) -> String {
    if !b"()".iter().any(|sign| line.as_bytes().contains(sign)) {
        return line;
    }
    let mut plain = String::with_capacity(line.len());
    let mut area_code = false;
    let mut open = 0_usize;
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
            // "1) opening hours 2) parking", but not "(terminal 2)".
            _ if open == 0 && (plain.is_empty() || plain.ends_with(' ')) && enumerates(&line[at..]) => {
                plain.push_str(", ");
                skip = 1;
            }
            '(' => {
                open += 1;
                area_code = line[at + 1..].starts_with(|next: char| next.is_ascii_digit())
                    && line[at + 1..].find(')').is_some_and(|end| end == 3);
                plain.push_str(if area_code { "(" } else { " , " });
            }
            ')' => {
                open = open.saturating_sub(1);
                plain.push_str(if area_code { ") " } else { " , " });
            }
            _ => plain.push(letter),
        }
    }
    plain
}

/// "Ask: where is it now; when does it arrive": behind a colon a semicolon is no more than a comma.
fn listed(line: String) -> String {
    if !line.as_bytes().contains(&b':') {
        return line;
    }
    match line.split_once(": ") {
        Some((head, "")) => head.to_owned(),
        Some((head, list)) if list.contains(';') => format!("{head}: {}", list.replace("; ", ", ")),
        Some(_) | None => line,
    }
}

/// "(a)", "(2)".
fn enumerates(rest: &str) -> bool {
    let mut letters = rest.chars();
    letters.next().is_some_and(char::is_alphanumeric) && letters.next() == Some(')')
}
