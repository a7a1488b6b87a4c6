//! Shows the plan of each prompt on standard input, one a line, as `tests/it/plans.txt` keeps them.

#![expect(clippy::unwrap_used, reason = "a tool for the terminal")]

#[path = "../tests/it/shown.rs"]
mod shown;

fn main() {
    for prompt in std::io::stdin().lines() {
        let prompt = prompt.unwrap();
        print!("# {prompt}\n{}", shown::shown(&draft::draft(&prompt)));
    }
}
