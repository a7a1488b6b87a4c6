//! Words that say what is wanted, when two of their letters have changed places: "qoute", "cacnel".

/// Long enough that no other word has the same letters.
const WORDS: [&str; 14] = [
    "quote",
    "cancel",
    "confirm",
    "reschedule",
    "appointment",
    "reservation",
    "booking",
    "price",
    "check",
    "table",
    "reserve",
    "availability",
    "question",
    "message",
];

/// None of them is shorter.
const LETTERS_MIN: usize = 5;

/// The word that was meant, if another one stands there.
pub(super) fn mended(lower: &str) -> Option<&'static str> {
    if lower.len() < LETTERS_MIN {
        return None;
    }
    WORDS.into_iter().find(|word| is_swapped(lower.as_bytes(), word.as_bytes()))
}

fn is_swapped(typed: &[u8], meant: &[u8]) -> bool {
    if typed.len() != meant.len() || typed.first() != meant.first() {
        return false;
    }
    let Some(at) = (0..typed.len()).find(|at| typed[*at] != meant[*at]) else { return false };
    let (one, other) = (&typed[at..], &meant[at..]);
    one.len() > 1 && one[0] == other[1] && one[1] == other[0] && one[2..] == other[2..]
}

#[cfg(test)]
mod tests {
    use super::mended;

    #[test]
    fn only_neighbours_that_changed_places_are_put_right() {
        let cases = [("qoute", "quote"), ("cacnel", "cancel"), ("confrim", "confirm"), ("quite", "quite"), ("é", "é")];
        for (typed, meant) in cases {
            assert_eq!(mended(typed).unwrap_or(typed), meant);
        }
    }
}
