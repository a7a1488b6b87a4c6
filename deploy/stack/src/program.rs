//! Where the programs are that we start.

use std::path::{Path, PathBuf};
use std::process::Command;

use runtime::{Env as _, ProcessEnv};

use crate::trouble::Trouble;

/// Where `deploy/install-servers.sh` puts what the system's packages lack.
const OWN_PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../bin");
/// Debian keeps the programs of each version of postgres apart.
const POSTGRES_VERSIONS: &str = "/usr/lib/postgresql";
/// Older servers lose acked writes or are slow when made safe.
const NATS_OLDEST: [u32; 3] = [2, 15, 1];

pub(crate) fn redis() -> Result<PathBuf, Trouble> {
    find("redis-server", search_path())
}

/// Part of util-linux, which every Linux distribution has.
pub(crate) fn setpriv() -> Result<PathBuf, Trouble> {
    find("setpriv", search_path())
}

pub(crate) fn nats() -> Result<PathBuf, Trouble> {
    let places = std::iter::once(PathBuf::from(OWN_PROGRAMS)).chain(search_path());
    let mut too_old = None;
    for program in places.map(|place| place.join("nats-server")).filter(|program| program.is_file()) {
        match version(&program) {
            Some(found) if found >= NATS_OLDEST => return Ok(program),
            Some([major, minor, patch]) => too_old = Some(format!("{major}.{minor}.{patch}")),
            None => {}
        }
    }
    Err(too_old.map_or(Trouble::Missing { program: "nats-server" }, |found| Trouble::TooOld { found }))
}

/// The folder that holds both `initdb` and `postgres`, of the newest version there is.
pub(crate) fn postgres() -> Result<PathBuf, Trouble> {
    let mut versions: Vec<_> = std::fs::read_dir(POSTGRES_VERSIONS)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    let packaged = versions.into_iter().map(|version| PathBuf::from(format!("{POSTGRES_VERSIONS}/{version}/bin")));
    packaged
        .chain(search_path())
        .find(|place| place.join("initdb").is_file() && place.join("postgres").is_file())
        .ok_or(Trouble::Missing { program: "postgres" })
}

/// One of our own processes. They are built into the folder of whoever runs us, be it a program or a test of it.
pub(crate) fn own(name: &str) -> Result<PathBuf, Trouble> {
    let this = std::env::current_exe().map_err(Trouble::io("this program does not know where it is"))?;
    let mut place = this.parent().unwrap_or(Path::new("."));
    if place.ends_with("deps") {
        place = place.parent().unwrap_or(place);
    }
    let binary = place.join(name);
    if binary.is_file() { Ok(binary) } else { Err(Trouble::NotBuilt { binary }) }
}

fn find(program: &'static str, places: impl IntoIterator<Item = PathBuf>) -> Result<PathBuf, Trouble> {
    let found = places.into_iter().map(|place| place.join(program)).find(|path| path.is_file());
    found.ok_or(Trouble::Missing { program })
}

/// The PATH, and where Debian keeps servers, which is not on the PATH of everybody.
pub(crate) fn search_path() -> Vec<PathBuf> {
    let path = ProcessEnv::read().ok().and_then(|env| env.get("PATH")).unwrap_or_default();
    std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]).collect()
}

fn version(nats: &Path) -> Option<[u32; 3]> {
    let told = Command::new(nats).arg("--version").output().ok()?;
    parse_version(&String::from_utf8_lossy(&told.stdout))
}

/// From `nats-server: v2.15.1`, or `v2.16.0-RC.1`.
fn parse_version(told: &str) -> Option<[u32; 3]> {
    let numbers = told.trim().rsplit_once('v')?.1;
    let mut numbers = numbers.split(['.', '-']).map(str::parse);
    Some([numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_nats_server_is_told_from_a_new_one() {
        assert_eq!(parse_version("nats-server: v2.15.1\n"), Some([2, 15, 1]));
        assert!(parse_version("nats-server: v2.9.10").unwrap() < NATS_OLDEST);
        assert!(parse_version("nats-server: v2.16.0-RC.1").unwrap() > NATS_OLDEST);
        assert_eq!(parse_version("what?"), None);
    }
}
