//! The vocabulary of CallCow: ids, phone numbers, the status of a call, workflows, facts, and their bytes on the wire.
//!
//! Pure: no I/O, no clock, no randomness. Values that need a time or chance take them as arguments.

pub mod call;
pub mod fact;
pub mod id;
pub mod phone;
pub mod private;
pub mod property;
pub mod sealed;
pub mod transcript;
pub mod wire;
pub mod workflow;

pub use call::{Blame, CallStatus, Failure, IllegalMove, Mode, Outcome, Rang};
pub use fact::{Envelope, Fact, Kind, Route};
pub use id::{AttemptId, CallId, DeliveryId, EventId, OrgId, WebhookId, WorkflowId};
pub use phone::{NotE164, PhoneNumber, Restriction};
pub use private::Private;
pub use property::{BadPropertySchema, PropertySchema};
pub use sealed::Sealed;
pub use transcript::{Disclosure, Evidence, FieldValue, FormFill, Goal, Message, Role, Verdict};
pub use workflow::Workflow;

/// A moment in UTC. The wire carries microseconds.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
