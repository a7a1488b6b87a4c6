//! Where one stack keeps its files.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use crate::trouble::Trouble;

const PREFIX: &str = "callcow-";
const LOCK: &str = "lock";

/// A folder that is removed in the end, unless it was given to us or a test failed that used it.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    is_ours: bool,
    /// Held as long as we live. Whoever can take it knows that the folder's owner is dead.
    _lock: File,
}

impl Directory {
    /// In the system's folder for temporary files and not below the project, because postgres runs as a user who may not
    /// be able to enter our home.
    pub(crate) fn temporary() -> Result<Self, Trouble> {
        remove_abandoned();
        let name = format!("{PREFIX}{}", uuid::Uuid::from_u128(rand::random()).simple());
        let mut directory = Self::at(&std::env::temp_dir().join(name))?;
        directory.is_ours = true;
        Ok(directory)
    }

    /// A folder that somebody chose, and keeps.
    pub(crate) fn at(path: &Path) -> Result<Self, Trouble> {
        let trouble = || Trouble::io(format!("the folder {} can't be used", path.display()));
        // Others may enter, as postgres' user has to, but not look around.
        DirBuilder::new().recursive(true).mode(0o711).create(path).map_err(trouble())?;
        let path = path.canonicalize().map_err(trouble())?;
        let lock = File::create(path.join(LOCK)).map_err(trouble())?;
        lock.try_lock().map_err(|error| trouble()(error.into()))?;
        Ok(Self { path, is_ours: false, _lock: lock })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if self.is_ours && !std::thread::panicking() {
            // What can't be removed is removed by the next one who starts.
            drop(fs::remove_dir_all(&self.path));
        }
    }
}

/// Removes what those left behind who were killed: folders that nobody holds the lock of, once they are a while old, so
/// that nobody is surprised between making the folder and locking it, and the logs of a failed test can be read.
fn remove_abandoned() {
    let entries = fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()).filter(|path| is_old_stack(path)) {
        if File::open(path.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok()) {
            drop(fs::remove_dir_all(path));
        }
    }
}

fn is_old_stack(path: &Path) -> bool {
    const OLD: std::time::Duration = std::time::Duration::from_mins(10);
    let ours = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix(PREFIX));
    let age = || fs::metadata(path.join(LOCK)).ok()?.modified().ok()?.elapsed().ok();
    ours.is_some_and(|id| id.len() == 32) && age().is_some_and(|age| age > OLD)
}
