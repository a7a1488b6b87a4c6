//! Compiles the services with protox, so that no protoc has to be installed.

const SERVICES: &str = "callcow/v1/planner.proto";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=callcow");
    println!("cargo::rerun-if-changed=../callcow");
    let files = protox::compile([SERVICES], [".", ".."])?;
    // Requests and answers hold people's words, which must not slip into a log line.
    let mut services = tonic_prost_build::configure().skip_debug(["."]);
    // The messages of the facts are `proto`'s: here they are only pointed to.
    for file in files.file.iter().filter(|file| file.name() != SERVICES) {
        let messages = file.message_type.iter().map(|message| &message.name);
        for name in messages.chain(file.enum_type.iter().map(|choice| &choice.name)).flatten() {
            let path = format!(".{}.{name}", file.package());
            services = services.extern_path(path, format!("::proto::wire::v1::{name}"));
        }
    }
    services.compile_fds(files)?;
    Ok(())
}
