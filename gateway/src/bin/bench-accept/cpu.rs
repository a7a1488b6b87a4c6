//! CPU time from /proc, in microseconds, by the name of the program, over everything that one process started.

use std::collections::BTreeMap;
use std::fs;

/// What the kernel counts in: `USER_HZ` is 100 on every Linux that we run on.
const MICROS_PER_TICK: u64 = 10_000;

struct Process {
    parent: u32,
    ticks: u64,
    name: String,
}

/// Microseconds of CPU, by program.
pub(crate) type Used = BTreeMap<String, u64>;

/// What everything below our parent used, which started the servers too.
pub(crate) fn used() -> Used {
    let root = std::os::unix::process::parent_id();
    let all = processes();
    let mut used = Used::new();
    for (id, process) in &all {
        let mut at = *id;
        while at != root
            && let Some(process) = all.get(&at)
        {
            at = process.parent;
        }
        if at == root {
            *used.entry(process.name.clone()).or_default() += process.ticks * MICROS_PER_TICK;
        }
    }
    used
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
