use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use runtime::{Env as _, ProcessEnv};
use serde::Deserialize;

/// The servers that `callcow-stack with-servers` started for us. They are fresh, so their databases are ours.
#[derive(Deserialize)]
pub(crate) struct Servers {
    pub(crate) nats_url: String,
    pub(crate) postgres_url: String,
}

/// Without servers, begins anew with some.
pub(crate) fn find_or_start() -> anyhow::Result<Servers> {
    let given = ProcessEnv::read()?.get("STACK_SERVERS");
    if let Some(given) = given {
        return serde_json::from_str(&given).context("STACK_SERVERS is set by callcow-stack");
    }
    let own = std::env::current_exe()?;
    let folder = own.parent().context("a program lies in a folder")?;
    let beside = |folder: &Path| folder.join("callcow-stack");
    let places = [beside(folder), folder.with_file_name("debug").join("callcow-stack")];
    let stack = places.into_iter().find(|path| path.exists());
    let stack = stack.context("callcow-stack is not built: run `cargo build -p stack` first")?;
    let arguments = std::env::args_os().skip(1);
    let error = Command::new(stack).args(["with-servers", "--safe", "--"]).arg(&own).args(arguments).exec();
    Err(error).context("callcow-stack does not run")
}
