//! CPU time from /proc, in milliseconds, over a process and all that it started.

use std::collections::BTreeMap;
use std::fs;

/// What the kernel counts in: `USER_HZ` is 100 on every Linux that we run on.
const MILLIS_PER_TICK: u64 = 10;

struct Process {
    parent: u32,
    ticks: u64,
    name: String,
}

/// CPU time of the tree below `root`, without the trees of `but`.
pub(crate) fn millis_below(root: u32, but: &[u32]) -> u64 {
    let all = processes();
    let inside = |mut id: u32| {
        while let Some(process) = all.get(&id) {
            if but.contains(&id) {
                return false;
            }
            if id == root {
                return true;
            }
            id = process.parent;
        }
        false
    };
    all.iter().filter(|(id, _)| inside(**id)).map(|(_, process)| process.ticks * MILLIS_PER_TICK).sum()
}

/// CPU time by the name of the program, of the tree below `root`.
pub(crate) fn by_name(root: u32) -> BTreeMap<String, u64> {
    let all = processes();
    let mut sums = BTreeMap::new();
    for (id, process) in &all {
        let mut at = *id;
        while at != root
            && let Some(process) = all.get(&at)
        {
            at = process.parent;
        }
        if at == root {
            *sums.entry(process.name.clone()).or_default() += process.ticks * MILLIS_PER_TICK;
        }
    }
    sums
}

pub(crate) fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

fn processes() -> BTreeMap<u32, Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter_map(|id: u32| Some((id, read(id)?))).collect()
}

/// `man 5 proc_pid_stat`: after the name in brackets, field 4 is the parent; 14 to 17 are the ticks of the process and
/// of its ended children.
fn read(id: u32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (head, rest) = stat.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    let fields: Vec<_> = rest.split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
    let ticks = (14..=17).filter_map(field).sum();
    Some(Process { parent: u32::try_from(field(4)?).ok()?, ticks, name })
}
