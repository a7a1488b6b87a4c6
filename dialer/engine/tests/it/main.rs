//! Conversations from the first word to the last, told as tables: what the callee says, what we say, what is known.

mod begun;
mod bounds;
mod brain;
mod caller;
mod dialogues;
mod evidence;
mod leaving;
mod random;
mod reference;
mod resume;
mod scripted;
mod summary;
mod summed;
#[cfg(test)]
mod talk;
