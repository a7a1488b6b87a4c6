//! Tables that are built once and looked into at every word of a prompt.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;

/// With a hash that is quick for short words. Nobody can fill such a table with keys that collide: all of them are our own.
pub(crate) type Table<Value> = HashMap<&'static str, Value, FixedState>;

/// A [`Table`] of words alone.
pub(crate) type Words = HashSet<&'static str, FixedState>;
