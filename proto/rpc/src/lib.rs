//! The gRPC services between ours, over the messages of `proto`.

/// The generated services, and the messages that only they use.
#[expect(clippy::pedantic, clippy::allow_attributes, clippy::large_enum_variant, reason = "generated")]
pub mod v1 {
    tonic::include_proto!("callcow.v1");
}
