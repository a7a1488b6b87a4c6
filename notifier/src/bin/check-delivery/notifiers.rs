//! Notifiers as processes.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;

pub(crate) struct Notifier {
    child: Child,
}

impl Notifier {
    pub(crate) fn start(env: &BTreeMap<String, String>) -> anyhow::Result<Self> {
        let program = std::env::current_exe()?.with_file_name("callcow-notifier");
        let mut command = Command::new(program);
        command.envs(env).stdin(Stdio::null());
        Ok(Self { child: command.spawn().context("callcow-notifier is not built beside this program")? })
    }

    /// SIGKILL, in whatever it is doing.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Notifier {
    fn drop(&mut self) {
        let _ = self.kill(); // It may be dead already.
    }
}
