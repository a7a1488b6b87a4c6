//! Conversations from the first word to the last, told as tables: what the callee says, what we say, what is known.

mod bounds;
mod brain;
mod dialogues;
mod evidence;
mod leaving;
mod random;
mod reference;
mod resume;
mod scripted;
mod summary;
#[cfg(test)]
mod talk;
