//! The gRPC services, over the messages of `proto`.

use serde::{Deserialize as _, Deserializer};

/// The generated services, and the messages that only they use.
#[expect(clippy::pedantic, clippy::allow_attributes, clippy::large_enum_variant, reason = "generated")]
pub mod v1 {
    tonic::include_proto!("callcow.v1");
}

/// All services and messages, as a `google.protobuf.FileDescriptorSet`.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/callcow.bin"));

/// A member that may be any JSON becomes a text that holds it.
fn json_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = Option::<serde_json::Value>::deserialize(deserializer)?;
    Ok(value.map(|value| value.to_string()))
}
