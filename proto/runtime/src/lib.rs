//! What every process does the same way: settings, logs, traces, metrics, health, the clock, sealing secrets, starting
//! and stopping. It knows nothing about calls.

pub mod clock;
pub mod health;
pub mod lifecycle;
pub mod seal;
pub mod settings;
pub mod telemetry;
pub mod trace;

pub use clock::{Clock, SharedClock, SystemClock};
pub use health::{Health, ListenSettings, serve};
pub use lifecycle::{Lifecycle, Spawner, Stop, Unclean};
pub use seal::{CannotOpen, SealedSecret, Sealer};
pub use settings::{BadSetting, Env, ProcessEnv};
pub use telemetry::{Telemetry, TelemetrySettings};
pub use trace::TraceContext;

/// Chooses the one TLS provider of the process. Called first in `main` and in tests; a second call changes nothing.
pub fn install_crypto() {
    // An error means that it was installed before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
