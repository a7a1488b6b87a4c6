//! What a prompt is about, in one word.

use crate::act::Verb;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    Book,
    Reschedule,
    Cancel,
    Confirm,
    Ask,
    /// Something is ordered, or asked for because somebody wants to buy it.
    Order,
    /// Something is told, or asked for that is none of the other tasks.
    Message,
    FollowUp,
    Quote,
    WaitList,
}

impl Category {
    pub const ALL: [Self; 10] = [
        Self::Book,
        Self::Reschedule,
        Self::Cancel,
        Self::Confirm,
        Self::Ask,
        Self::Order,
        Self::Message,
        Self::FollowUp,
        Self::Quote,
        Self::WaitList,
    ];

    /// The word of the corpus and of the learnt weights.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Book => "book",
            Self::Reschedule => "reschedule",
            Self::Cancel => "cancel",
            Self::Confirm => "confirm",
            Self::Ask => "ask",
            Self::Order => "order",
            Self::Message => "message",
            Self::FollowUp => "follow_up",
            Self::Quote => "quote",
            Self::WaitList => "waitlist",
        }
    }

    /// The category with this label, if there is one.
    pub fn of_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.label() == label)
    }

    /// Its place among [`Category::ALL`].
    pub(crate) const fn at(self) -> usize {
        self as usize
    }

    /// Of a verb alone, whatever is asked or told.
    pub(crate) fn of_verb(verb: Verb) -> Self {
        match verb {
            Verb::Ask | Verb::Call => Self::Ask,
            Verb::Book => Self::Book,
            Verb::Reschedule => Self::Reschedule,
            Verb::Cancel => Self::Cancel,
            Verb::Confirm => Self::Confirm,
            Verb::Order => Self::Order,
            Verb::Tell | Verb::Wish | Verb::Request => Self::Message,
            Verb::FollowUp => Self::FollowUp,
            Verb::Quote => Self::Quote,
            Verb::WaitList => Self::WaitList,
        }
    }
}
