//! The same start, stop, settings, logs, traces, health and clock in every process. It knows nothing of calls.

pub mod clock;
pub mod crypto;
pub mod face;
pub mod health;
pub mod lifecycle;
pub mod logs;
pub mod seal;
pub mod serve;
pub mod settings;
pub mod telemetry;
pub mod trace;

pub use clock::{Clock, SharedClock, SystemClock};
pub use crypto::install_crypto;
pub use health::Health;
pub use lifecycle::{Lifecycle, Spawner, Stop, Unclean};
pub use seal::{CannotOpen, SealedSecret, Sealer};
pub use serve::{Connections, ListenSettings, serve, serve_until};
pub use settings::{BadSetting, Env, ProcessEnv};
pub use telemetry::{NoTelemetry, Telemetry, TelemetrySettings};
pub use trace::TraceContext;
