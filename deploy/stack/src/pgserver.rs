//! A postgres of our own. It refuses to run as root, and its folder must belong to whoever runs it.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::process::Signal;

use crate::child::{Launch, User};
use crate::program;
use crate::servers::Durability;
use crate::trouble::Trouble;

pub(crate) const USER: &str = "callcow";
/// Each service of each system of each test that runs at once has a pool.
const CONNECTIONS_MAX: u32 = 1000;

/// A postgres whose files are laid out, and that has not been started.
pub(crate) struct PgServer {
    programs: PathBuf,
    folder: PathBuf,
    user: Option<User>,
}

impl PgServer {
    /// Lays out the files of a new server in `folder`.
    pub(crate) fn lay_out(folder: &Path, password: &str) -> Result<Self, Trouble> {
        let trouble = || Trouble::io("the folder of postgres can't be prepared");
        let programs = program::postgres()?;
        let user = unprivileged()?;
        fs::create_dir_all(folder).map_err(trouble())?;
        let password_file = folder.join("password");
        fs::write(&password_file, password).map_err(trouble())?;
        fs::set_permissions(&password_file, fs::Permissions::from_mode(0o600)).map_err(trouble())?;
        if let Some(User { uid, gid }) = user {
            for path in [folder, password_file.as_path()] {
                chown(path, Some(uid), Some(gid)).map_err(trouble())?;
            }
        }
        let server = Self { programs, folder: folder.to_owned(), user };
        // The password crosses only the loopback interface: checking it as it is spares a slow hash for each connection.
        let initdb = server.launch("initdb").arguments([
            "--auth=password".to_owned(),
            format!("--pwfile={}", password_file.display()),
            format!("--username={USER}"),
            "--encoding=UTF8".to_owned(),
            "--no-locale".to_owned(),
            "--no-sync".to_owned(),
            format!("--pgdata={}", server.data().display()),
        ]);
        let made = initdb.command()?.stdout(Stdio::null()).stderr(Stdio::piped()).output().map_err(trouble())?;
        if !made.status.success() {
            let told = String::from_utf8_lossy(&made.stderr).into_owned();
            return Err(Trouble::Failed { what: "initdb".into(), told });
        }
        Ok(server)
    }

    pub(crate) fn on_port(&self, port: u16, durability: Durability) -> Launch {
        let synced = match durability {
            Durability::Safe => "on",
            Durability::Fast => "off",
        };
        let settings = [
            format!("port={port}"),
            "listen_addresses=127.0.0.1".to_owned(),
            // The port is enough; a path could be too long for a socket.
            "unix_socket_directories=".to_owned(),
            format!("max_connections={CONNECTIONS_MAX}"),
            format!("fsync={synced}"),
            format!("full_page_writes={synced}"),
        ];
        let launch = self.launch("postgres").arguments(["-D".into(), self.data().into_os_string()]);
        Launch {
            // It stops its own children at once on this one, while they would outlive a SIGKILL for a moment.
            death_signal: "QUIT",
            // Does not wait for clients to leave.
            stop_signal: Signal::INT,
            ..launch.arguments(settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]))
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn launch(&self, program: &str) -> Launch {
        Launch { user: self.user, ..Launch::new(program, self.programs.join(program), &self.folder) }
    }
}

/// Whom to be when we are root: postgres' own user, or nobody.
fn unprivileged() -> Result<Option<User>, Trouble> {
    let me = fs::metadata("/proc/self").map_err(Trouble::io("/proc can't be read"))?.uid();
    if me != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").map_err(Trouble::io("/etc/passwd can't be read"))?;
    let found = ["postgres", "nobody"].iter().find_map(|name| user(&users, name));
    found.map(Some).ok_or(Trouble::Missing { program: "a user named postgres or nobody" })
}

fn user(users: &str, name: &str) -> Option<User> {
    let mut fields = users.lines().map(|line| line.split(':')).find_map(|mut fields| {
        let found = fields.next()? == name;
        found.then_some(fields)
    })?;
    Some(User { uid: fields.nth(1)?.parse().ok()?, gid: fields.next()?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_name() {
        let users = "root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104:admin,,,:/var/lib:/bin/bash\n";
        let User { uid, gid } = user(users, "postgres").unwrap();
        assert_eq!((uid, gid), (101, 104));
        assert!(user(users, "post").is_none());
    }
}
