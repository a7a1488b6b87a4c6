//! Compiles the services with protox, so that no protoc has to be installed.

use std::path::PathBuf;

use prost::Message as _;

const SERVICES: [&str; 2] = ["callcow/v1/planner.proto", "callcow/v1/calls.proto"];

/// Messages of `calls.proto` that are read from the JSON of the HTTP API. Members that a message does not have would be
/// lost, so they are refused.
const SHOWN: [&str; 7] =
    ["Call", "Call.Outcome", "Call.Failure", "Call.Spoken", "Call.FormFill", "Call.Disclosure", "Call.Callback"];
/// Fields that hold JSON as text.
const JSON: [&str; 2] = ["Call.metadata", "Call.FormFill.value"];

#[expect(clippy::disallowed_methods, reason = "cargo says it there")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=callcow");
    println!("cargo::rerun-if-changed=../callcow");
    let files = protox::compile(SERVICES, [".", ".."])?;
    // For clients that ask the server what it speaks.
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("callcow.bin"), files.encode_to_vec())?;
    // Requests and answers hold people's words, which must not slip into a log line.
    let mut services = tonic_prost_build::configure().skip_debug(["."]);
    for name in SHOWN {
        let path = format!("callcow.v1.{name}");
        services = services.type_attribute(&path, "#[derive(serde::Deserialize)]");
        services = services.type_attribute(&path, "#[serde(default, deny_unknown_fields)]");
    }
    for field in JSON {
        let path = format!("callcow.v1.{field}");
        services = services.field_attribute(&path, "#[serde(deserialize_with = \"crate::json_text\")]");
    }
    // The messages of the facts are `proto`'s: here they are only pointed to.
    for file in files.file.iter().filter(|file| !SERVICES.contains(&file.name())) {
        let messages = file.message_type.iter().map(|message| &message.name);
        for name in messages.chain(file.enum_type.iter().map(|choice| &choice.name)).flatten() {
            let path = format!(".{}.{name}", file.package());
            services = services.extern_path(path, format!("::proto::wire::v1::{name}"));
        }
    }
    services.compile_fds(files)?;
    Ok(())
}
