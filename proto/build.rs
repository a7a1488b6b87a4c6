//! Compiles the facts with protox, so that no protoc has to be installed.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=callcow");
    let files = protox::compile(["callcow/v1/facts.proto", "callcow/v1/workflow.proto"], ["."])?;
    prost_build::Config::new()
        .skip_debug(["."])
        // Rare and large: in place it would make every fact as large.
        .boxed(".callcow.v1.CallRequested.workflow")
        .compile_fds(files)?;
    Ok(())
}
