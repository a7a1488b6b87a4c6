//! How people forbid to say something, and what they go on with.

use crate::one_of::{OneOf, one_of};

/// What forbids: a rule for what stands behind it.
pub(super) const BANS: &str = "don't|dont|never|mustn't tell|mention|say|reveal|share|disclose|admit|discuss|repeat|confess|hint; \
    do|must not tell|mention|say|reveal|share|disclose|admit|discuss|repeat|confess|hint; \
    don't|dont|never bring|give|let up|away|on|slip; do not bring|give|let up|away|on|slip; \
    don't|dont|never let * know|find|hear|see; do not let * know|find|hear|see; \
    don't|dont|wouldn't|never want * to know|find|hear; do not want * to know|find|hear; rather * didn't|not know; \
    avoid mentioning|saying|telling|revealing|naming|giving; refrain from mentioning|saying|telling; \
    no need to mention|say|tell|bring; not a word; leave out why|that|the|who|my|any; leave * out of it|this; \
    keep * out of it|this; keep * in the dark; don't|dont let * slip; don't|dont|never give * name|number|address";
/// What is left unsaid beside something else that is done.
pub(super) const ASIDES: &str =
    "without saying|telling|mentioning|revealing|disclosing|letting|giving|naming|admitting|sharing";
/// What makes a secret of what it is said with.
pub(super) const SEALS: &str = "keep|keeping it|this|that|everything|things secret|quiet|confidential|private|hushed; \
    keep|keeping it|this|that|everything a secret|surprise; keep|keeping it|this|that between us|ourselves; \
    keep|keeping it|this|that to yourself; keep|keeping it|this|that under wraps; keep|keeping * a secret; \
    keep|keeping * confidential|anonymous; stay|stays|staying between us; strictly between us; just between us; between us; \
    between you and me; between ourselves; off the record; in strict confidence; in confidence; strictly confidential; \
    it's|its|that's|this|it|which is|is|be confidential; it's|its|that's|it is|be a secret; is a secret; \
    mum's the word; hush hush; hush-hush; \
    nobody must|should|can|may know|find; no one must|should|can|may know|find; nobody is to know|find; no one is to know|find; \
    anyone|she|he|they mustn't|shouldn't|can't|cannot know|find; she|he|they must|should|can|may not know|find; \
    she|he|they is|are not to know|find; she|he|nobody doesn't|knows know|yet";
/// How something is done, so that nobody gets to know.
pub(super) const MANNERS: &str = "as a surprise|secret; as a complete|total surprise; it's|its|it is|meant to be a surprise; \
    it's|its|that's|is|be a surprise; in secret; secretly; on the quiet|sly; anonymously; confidentially; discreetly";

/// What may stand in front of a ban and belongs to it.
pub(super) const LEADS: &OneOf = one_of![
    "and",
    "but",
    "so",
    "please",
    "pls",
    "plz",
    "just",
    "also",
    "oh",
    "btw",
    "though",
    "obviously",
    "only",
    "you",
    "sure",
    "make",
    "be",
    "careful",
    "to",
    "remember",
    "kindly",
    "i",
    "i'd",
    "we",
    "we'd",
    "would",
    "as",
    "because",
    "since",
    "cos",
    "bc",
];
/// Who does not say something of their own: "the tickets don't say".
pub(super) const SUBJECTS: &OneOf = one_of!["i", "we", "they", "who", "people", "which", "it", "he", "she"];
/// What the author goes on to order after a ban.
pub(super) const ORDERS: &OneOf = one_of![
    "ask",
    "tell",
    "say",
    "book",
    "call",
    "see",
    "find",
    "check",
    "confirm",
    "get",
    "make",
    "leave",
    "give",
    "let",
    "offer",
    "order",
    "cancel",
    "move",
    "reserve",
    "try",
    "request",
    "remind",
    "send",
    "put",
    "arrange",
    "schedule",
    "thank",
    "use",
    "just",
    "only",
    "please",
    "could",
    "can",
    "would",
    "instead",
    "pls",
    "phone",
    "ring",
    "reschedule",
    "push",
];
/// What the author goes on to tell after a ban.
pub(super) const OWN: &OneOf =
    one_of!["my", "name", "name's", "i'm", "under", "it's", "thanks", "cheers", "ta", "love", "regards"];
/// What alone behind a ban points to what was said before it.
pub(super) const POINTERS: &OneOf = one_of![
    "them", "him", "her", "anyone", "anybody", "nobody", "everyone", "it", "that", "this", "so", "about", "to",
    "please", "though", "ok", "lol", "haha", "else", "any", "of", "a", "word", "yet", "whatever", "us", "thing",
    "part", "bit", "ever", "at", "all", "the", "slip", "on", "away", "up", "out", "know", "find",
];
