//! The workflows of earlier calls, which others may follow. One operation in each file.

pub mod list;
