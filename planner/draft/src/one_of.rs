//! Lists of words that nearly every word of a prompt is compared with.

/// A list of words, with what rules out most others by one look.
#[derive(Debug)]
pub(crate) struct OneOf {
    /// The [marks](mark) of the words, one a bit.
    marks: [u64; 4],
    words: &'static [&'static str],
}

/// Words that are listed when the crate is built.
macro_rules! one_of {
    ($($word:expr),+ $(,)?) => { const { &$crate::one_of::OneOf::of(&[$($word),+]) } };
}
pub(crate) use one_of;

impl OneOf {
    pub(crate) const fn of(words: &'static [&'static str]) -> Self {
        let mut marks = [0; 4];
        let mut at = 0;
        while at < words.len() {
            let mark = mark(words[at]);
            marks[(mark >> 6) as usize] |= 1 << (mark & 63);
            at += 1;
        }
        Self { marks, words }
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        self.has(mark(word), word)
    }

    /// [`contains`](Self::contains) for a word whose mark is known.
    #[inline]
    pub(crate) fn has(&self, mark: u8, word: &str) -> bool {
        let may_be = self.marks[usize::from(mark >> 6)] >> (mark & 63) & 1 == 1;
        may_be && self.lists(word)
    }

    fn lists(&self, word: &str) -> bool {
        // Most are ruled out by their length and first letter, which costs no call.
        let may_be = |other: &str| other.len() == word.len() && other.as_bytes().first() == word.as_bytes().first();
        self.words.iter().any(|other| may_be(other) && *other == word)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.words.iter().copied()
    }
}

/// A number that words of different lengths or letters seldom share.
#[expect(clippy::cast_possible_truncation, reason = "a mark is what is left of the number")]
pub(crate) const fn mark(word: &str) -> u8 {
    let (letters, length) = (word.as_bytes(), word.len());
    if length == 0 {
        return 0;
    }
    let (first, middle, last) = (letters[0] as u32, letters[length / 2] as u32, letters[length - 1] as u32);
    let mixed = first | middle << 8 | last << 16 | (length as u32) << 24;
    (mixed.wrapping_mul(0x9E37_79B1) >> 24) as u8
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_list_has_its_words_and_no_others() {
        let list = one_of!["book", "a table", "é"];
        assert!(["book", "a table", "é"].iter().all(|word| list.contains(word)));
        assert!(["", "boook", "back", "e"].iter().all(|word| !list.contains(word)));
        assert_eq!(list.iter().count(), 3);
    }
}
