//! What a check has measured, for people who read it.

use std::fs;

use runtime::ProcessEnv;
use runtime::settings::optional;

/// Prints figures, and keeps them in the file that `FIGURES` names.
pub(crate) fn show(figures: &str) {
    println!("{figures}");
    let env = ProcessEnv::read().unwrap();
    if let Some(file) = optional(&env, "FIGURES") {
        fs::write(file, format!("{figures}\n")).unwrap();
    }
}
