use std::time::Duration;

/// The ceilings and the patience of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// How long we wait for the callee to greet before we speak: people who pick up say something first.
    pub greeting: Duration,
    /// How long nobody speaks before we ask again; after the third silence in a row we hang up. The usual pause between
    /// two people is under a second, a thoughtful one under five.
    pub silence: Duration,
    /// How long we wait without a word after "one moment, please".
    pub hold: Duration,
    /// How long we wait altogether, in a queue or for a person who asks for patience again and again.
    pub hold_max: Duration,
    /// How long the brain may take for a reply before the scripted one is used: longer feels like a broken line.
    pub brain: Duration,
    /// How long the brain may take before the callee hears that we think: people say something after two seconds.
    pub filler: Duration,
    /// How long a machine may take to say whether it is a recorder or leads to a person.
    pub unmask: Duration,
    /// How long a machine's greeting may last until its beep.
    pub beep: Duration,
    /// The longest conversation; the goodbye begins a little earlier.
    pub duration_max: Duration,
    /// How often the callee may speak, or be silent, before we take our leave. More is a machine or a model in a loop.
    pub turns_max: u32,
    /// How often the same words may be said by one side.
    pub repeats_max: u32,
    /// How fast our words are played, to know when the callee's silence begins and when a goodbye was heard.
    pub words_per_second: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            greeting: Duration::from_millis(1_500),
            silence: Duration::from_secs(6),
            hold: Duration::from_mins(1),
            hold_max: Duration::from_mins(5),
            brain: Duration::from_secs(8),
            filler: Duration::from_secs(2),
            unmask: Duration::from_secs(10),
            beep: Duration::from_secs(45),
            duration_max: Duration::from_mins(10),
            turns_max: 60,
            repeats_max: 3,
            words_per_second: 2.5,
        }
    }
}

impl Limits {
    /// The same patience on a line where everything happens `rate` times as fast.
    ///
    /// # Panics
    /// When `rate` is not a positive number.
    #[must_use]
    pub fn at_rate(self, rate: f64) -> Self {
        Self {
            greeting: self.greeting.div_f64(rate),
            silence: self.silence.div_f64(rate),
            hold: self.hold.div_f64(rate),
            hold_max: self.hold_max.div_f64(rate),
            brain: self.brain,
            filler: self.filler,
            unmask: self.unmask.div_f64(rate),
            beep: self.beep.div_f64(rate),
            duration_max: self.duration_max,
            turns_max: self.turns_max,
            repeats_max: self.repeats_max,
            words_per_second: self.words_per_second * rate,
        }
    }
}
