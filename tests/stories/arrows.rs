//! The arrows between our crates, and what the pure ones must never reach. A new arrow is a design change: argue for it
//! in the table below.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Which of our crates each of our crates may use. Dependencies of tests alone are free.
const ARROWS: &[(&str, &[&str])] = &[
    ("proto", &[]),
    // The same start, stop, traces and clock in every process; it knows nothing of calls.
    ("runtime", &[]),
    ("rpc", &["proto"]),
    // Trace contexts and the stop signal are the runtime's.
    ("bus", &["proto", "runtime"]),
    ("outbox", &["bus", "proto", "runtime"]),
    ("engine", &["proto"]),
    // The caller's own schemas of the answers, for who takes them and for who holds the answers to them; apart from the
    // vocabulary, because the library that reads them is large, and from the engine, because its tables draw their seeds.
    ("answers", &["proto"]),
    // The local time of a phone number, for who answers the caller and for who dials; apart from the vocabulary, because
    // the rules of the world's time zones are large and few need them.
    ("hours", &["proto"]),
    // The built-in planner as pure code, because the gateway refuses with it what the planner could not plan.
    ("draft", &["proto"]),
    // Language models over HTTP, for who plans a call and for who talks in it; it knows nothing of calls.
    ("model", &["runtime"]),
    ("gateway", &["answers", "bus", "draft", "hours", "outbox", "proto", "rpc", "runtime"]),
    ("planner", &["bus", "draft", "model", "proto", "rpc", "runtime"]),
    ("dialer", &["answers", "bus", "engine", "hours", "model", "outbox", "proto", "runtime"]),
    ("notifier", &["bus", "outbox", "proto", "runtime"]),
    ("simulator", &["runtime"]),
    ("stack", &["runtime"]),
    ("e2e", &["proto", "runtime", "simulator", "stack"]),
];

/// Crates that do no I/O, read no clock and draw no random number.
const PURE: &[&str] = &["proto", "engine", "draft", "hours"];

/// What would make a pure crate impure, however indirectly it is reached.
const IMPURE: &[&str] = &[
    "async-nats",
    "axum",
    "getrandom",
    "hyper",
    "mio",
    "rand",
    "redis",
    "reqwest",
    "socket2",
    "sqlx",
    "tokio",
    "tonic",
];

/// Which of our crates may use a library directly: one room for each.
const ROOMS: &[(&str, &[&str])] = &[
    ("async-nats", &["bus"]),
    ("jsonschema", &["answers"]),
    ("prost", &["proto", "rpc"]),
    ("tonic", &["gateway", "planner", "rpc"]),
    ("sqlx", &["dialer", "gateway", "notifier", "outbox", "stack"]),
    ("redis", &["dialer", "gateway", "stack"]),
];

/// Text that only some files may hold: what, where it may stand.
const WORDS: &[(&str, &[&str])] = &[
    ("sqlx::query", &["/store.rs", "/store/", "/outbox/src/", "/stack/src/"]),
    ("std::env::var", &["/runtime/src/settings.rs", "/stack/src/", "/rpc/build.rs"]),
    ("SystemTime::now()", &["/runtime/src/clock.rs"]),
    ("Instant::now()", &["/runtime/src/clock.rs"]),
    ("Utc::now()", &["/runtime/src/clock.rs"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The dependencies of each of our crates that are in what we ship.
fn shipped() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec().unwrap();
    let shipped = |package: &cargo_metadata::Package| {
        let kept = package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
        (package.name.to_string(), kept.map(|dependency| dependency.name.clone()).collect())
    };
    metadata.packages.iter().map(shipped).collect()
}

#[test]
fn our_crates_use_each_other_only_along_the_arrows() {
    let shipped = shipped();
    let ours: BTreeSet<_> = shipped.keys().map(String::as_str).collect();
    assert_eq!(ours, ARROWS.iter().map(|(name, _)| *name).collect(), "every crate has its line in the table");
    for (name, allowed) in ARROWS {
        for used in shipped[*name].iter().filter(|used| ours.contains(used.as_str())) {
            assert!(allowed.contains(&used.as_str()), "{name} may not use {used}");
        }
    }
}

#[test]
fn each_library_that_reaches_the_world_has_its_room() {
    for (library, rooms) in ROOMS {
        for (name, _) in shipped().iter().filter(|(_, uses)| uses.contains(*library)) {
            assert!(rooms.contains(&name.as_str()), "{name} may not use {library}");
        }
    }
}

#[test]
fn pure_crates_reach_nothing_that_reads_writes_waits_or_guesses() {
    for name in PURE {
        // By itself, so that features which other crates of the workspace switch on do not count.
        let tree = Command::new(env!("CARGO"))
            .args(["tree", "--package", name, "--edges", "normal", "--prefix", "none", "--format", "{p}", "--offline"])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
        let tree = String::from_utf8(tree.stdout).unwrap();
        assert!(tree.lines().next().is_some_and(|first| first.starts_with(name)), "the tree of {name} is empty");
        for reached in tree.lines().filter_map(|line| line.split(' ').next()) {
            assert!(!IMPURE.contains(&reached), "{name} reaches {reached}");
        }
    }
}

#[test]
fn sql_settings_and_clocks_stay_in_their_files() {
    let sources = Command::new("git").args(["ls-files", "*.rs"]).current_dir(root()).output().unwrap();
    let sources = String::from_utf8(sources.stdout).unwrap();
    let shipped = sources.lines().filter(|path| path.contains("src/"));
    let mut read = 0;
    for path in shipped {
        let text = std::fs::read_to_string(root().join(path)).unwrap_or_default();
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        read += 1;
        for (word, places) in WORDS {
            let at_home = places.iter().any(|place| format!("/{path}").contains(place));
            assert!(at_home || !text.contains(word), "{word} may not stand in {path}");
        }
    }
    assert!(read > 50, "only {read} files were read");
}
