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

/// The word that was meant.
pub(super) fn mended(lower: String) -> String {
    let meant = WORDS.iter().find(|word| is_swapped(lower.as_bytes(), word.as_bytes()));
    meant.map_or(lower, |word| (*word).to_owned())
}

fn is_swapped(typed: &[u8], meant: &[u8]) -> bool {
    if typed.len() != meant.len() || typed.first() != meant.first() {
        return false;
    }
    let wrong: Vec<usize> = (0..typed.len()).filter(|at| typed[*at] != meant[*at]).collect();
    let &[one, other] = wrong.as_slice() else { return false };
    other == one + 1 && typed[one] == meant[other] && typed[other] == meant[one]
}

#[cfg(test)]
mod tests {
    use super::mended;

    #[test]
    fn only_neighbours_that_changed_places_are_put_right() {
        let cases = [("qoute", "quote"), ("cacnel", "cancel"), ("confrim", "confirm"), ("quite", "quite"), ("é", "é")];
        for (typed, meant) in cases {
            assert_eq!(mended(typed.to_owned()), meant);
        }
    }
}
