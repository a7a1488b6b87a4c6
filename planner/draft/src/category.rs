//! What a prompt is about, in one word.

use proto::workflow::Field;

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
    Message,
    FollowUp,
    Quote,
    WaitList,
    /// Something else that the callee has to say yes or no to.
    Request,
}

impl Category {
    pub(crate) fn of(verb: Verb, fields: &[Field]) -> Self {
        match verb {
            Verb::Book => Self::Book,
            Verb::Reschedule => Self::Reschedule,
            Verb::Cancel => Self::Cancel,
            Verb::Confirm => Self::Confirm,
            Verb::Ask | Verb::Call if fields.iter().any(|field| field.name.starts_with("in_stock")) => Self::Order,
            Verb::Ask | Verb::Call => Self::Ask,
            Verb::Order => Self::Order,
            Verb::Tell => Self::Message,
            Verb::FollowUp => Self::FollowUp,
            Verb::Quote => Self::Quote,
            Verb::WaitList => Self::WaitList,
            Verb::Wish | Verb::Request => Self::Request,
        }
    }
}
