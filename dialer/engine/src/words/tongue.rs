//! Which language somebody speaks, as far as we need it: to say in hers that we do not speak it.

use super::{Speech, Word, has_any};

/// A language that we can apologize in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tongue {
    Spanish,
    French,
    German,
    /// She told us in English.
    Unknown,
}

/// So many words that only her language has are no coincidence.
const TELLING_MIN: usize = 2;

const NO_ENGLISH: &[(&[&str], Tongue)] = &[
    (
        &["no hablo inglés", "no hablo ingles", "habla español", "habla espanol", "hablas español", "en español"],
        Tongue::Spanish,
    ),
    (&["parle pas anglais", "parlez vous français", "parlez vous francais", "en français"], Tongue::French),
    (&["kein englisch", "sprechen sie deutsch", "nicht englisch"], Tongue::German),
    (
        &["no english", "dont speak english", "do not speak english", "not speak english", "no speak english"],
        Tongue::Unknown,
    ),
];
const SPANISH: &[&str] = &[
    "adiós", "aquí", "bueno", "buenas", "buenos", "cómo", "con", "cuándo", "cuántas", "del", "diga", "dígame", "días",
    "el", "ella", "en", "es", "está", "están", "favor", "gracias", "hay", "hola", "hoy", "la", "las", "llama", "lo",
    "los", "mañana", "mesa", "nada", "para", "pero", "persona", "personas", "por", "puede", "que", "qué", "quién",
    "quiere", "señor", "señora", "ser", "sí", "su", "tarde", "tardes", "tenemos", "tiene", "un", "una", "usted", "y",
];
const FRENCH: &[&str] = &[
    "allô", "au", "aujourd", "avec", "avez", "avons", "bien", "bonjour", "bonsoir", "ce", "cest", "comment", "demain",
    "des", "du", "elle", "est", "et", "je", "la", "le", "les", "madame", "mais", "merci", "monsieur", "nous", "oui",
    "parle", "pas", "plaît", "pour", "pouvez", "quand", "que", "qui", "quoi", "revoir", "sil", "suis", "sur", "un",
    "une", "voulez", "vous", "à",
];
const GERMAN: &[&str] = &[
    "aber",
    "auf",
    "bitte",
    "bin",
    "danke",
    "das",
    "dem",
    "den",
    "der",
    "die",
    "ein",
    "eine",
    "einen",
    "es",
    "für",
    "guten",
    "haben",
    "hallo",
    "heute",
    "ich",
    "ist",
    "ja",
    "kann",
    "können",
    "mit",
    "morgen",
    "nein",
    "nicht",
    "noch",
    "sie",
    "sind",
    "tag",
    "tisch",
    "und",
    "uns",
    "von",
    "wann",
    "warum",
    "was",
    "wer",
    "wie",
    "wiederhören",
    "wir",
    "worum",
    "zu",
];
const ENGLISH: &[&str] = &[
    "a", "and", "are", "at", "can", "do", "for", "have", "he", "help", "i", "im", "is", "it", "of", "she", "thank",
    "that", "the", "they", "this", "to", "we", "were", "what", "with", "yes", "you", "your",
];
const WAIT: &[&str] = &[
    "un momento",
    "un momentito",
    "momentito",
    "un segundo",
    "espere",
    "un instant",
    "ne quittez pas",
    "einen moment",
    "moment bitte",
    "augenblick",
];

/// The language that is not English. None: it is, or it can't be told.
pub(crate) fn foreign(text: &str) -> Option<Tongue> {
    let words = Speech::new(text).words;
    let told = NO_ENGLISH.iter().find(|(phrases, _)| has_any(&words, phrases)).map(|(_, tongue)| *tongue);
    if told.is_some() {
        return told;
    }
    if hits(&words, ENGLISH) > 0 {
        return None;
    }
    let tongues = [(SPANISH, Tongue::Spanish), (FRENCH, Tongue::French), (GERMAN, Tongue::German)];
    let best = tongues.into_iter().map(|(list, tongue)| (hits(&words, list), tongue)).max_by_key(|(hits, _)| *hits)?;
    (best.0 >= TELLING_MIN && 3 * best.0 >= words.len()).then_some(best.1)
}

/// "Un momento, por favor."
pub(crate) fn asks_to_wait(text: &str) -> bool {
    has_any(&Speech::new(text).words, WAIT)
}

fn hits(words: &[Word], list: &[&str]) -> usize {
    words.iter().filter(|word| list.contains(&word.text.as_str())).count()
}

impl Tongue {
    /// BCP 47. None: it is not known.
    pub(crate) fn language(self) -> Option<&'static str> {
        match self {
            Self::Spanish => Some("es-ES"),
            Self::French => Some("fr-FR"),
            Self::German => Some("de-DE"),
            Self::Unknown => None,
        }
    }

    /// That we only speak English, and whether somebody there does.
    pub(crate) fn apology(self) -> &'static str {
        match self {
            Self::Spanish => {
                "Lo siento, soy un asistente de inteligencia artificial y solo hablo inglés. ¿Hay alguien que hable inglés?"
            }
            Self::French => {
                "Je suis désolé, je suis un assistant d'intelligence artificielle et je ne parle qu'anglais. Y a-t-il \
                 quelqu'un qui parle anglais ?"
            }
            Self::German => {
                "Es tut mir leid, ich bin ein KI-Assistent und spreche nur Englisch. Spricht jemand bei Ihnen Englisch?"
            }
            Self::Unknown => {
                "I am sorry, I am an AI assistant and only speak English. Is there somebody who speaks English?"
            }
        }
    }

    pub(crate) fn goodbye(self) -> &'static str {
        match self {
            Self::Spanish => "Disculpe la molestia. Adiós.",
            Self::French => "Excusez-moi du dérangement. Au revoir.",
            Self::German => "Entschuldigen Sie die Störung. Auf Wiederhören.",
            Self::Unknown => "I am sorry for the disturbance. Goodbye.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Tongue, asks_to_wait, foreign};

    #[test]
    fn another_language_is_told_from_english_with_foreign_names() {
        for (text, tongue) in [
            ("No hablo inglés.", Some(Tongue::Spanish)),
            ("Hola, ¿quién es? No entiendo nada.", Some(Tongue::Spanish)),
            ("¿Para cuántas personas quiere la mesa?", Some(Tongue::Spanish)),
            ("Je ne parle pas anglais, désolé.", Some(Tongue::French)),
            ("Bonjour, que voulez-vous ?", Some(Tongue::French)),
            ("Guten Tag, wer ist da bitte?", Some(Tongue::German)),
            ("Ich spreche kein Englisch.", Some(Tongue::German)),
            ("Sorry, no English.", Some(Tongue::Unknown)),
            ("Sí.", None),
            ("La Casa de la Luna, how can I help you?", None),
            ("Yes, we have a table on the patio.", None),
            ("Die Hard is on at seven.", None),
            ("Okay, no problem.", None),
            ("Seven.", None),
        ] {
            assert_eq!(foreign(text), tongue, "{text}");
        }
    }

    #[test]
    fn a_request_to_wait_is_understood_in_them_all() {
        for text in ["Un momento, por favor.", "Ne quittez pas.", "Einen Moment, bitte."] {
            assert!(asks_to_wait(text), "{text}");
        }
        assert!(!asks_to_wait("No hablo inglés."));
    }
}
