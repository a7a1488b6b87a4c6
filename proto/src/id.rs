use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

use crate::Timestamp;

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new `UUIDv7` (RFC 9562, 5.7): sortable by its time, unguessable by its randomness.
            pub fn new(now: Timestamp, random: [u8; 10]) -> Self {
                let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
                Self(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            pub fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    };
}

typed_id!(
    /// An organization: the tenant that owns keys, numbers, calls and limits.
    OrgId
);
typed_id!(
    /// One accepted request for a call, whatever number of dial attempts it takes.
    CallId
);
typed_id!(
    /// The workflow that a call follows.
    WorkflowId
);
typed_id!(
    /// One attempt to make the callee's phone ring.
    AttemptId
);
typed_id!(
    /// One fact. It is the `Nats-Msg-Id`, so a fact that is published twice is stored once.
    EventId
);
typed_id!(
    /// One result on its way to one receiver. It is the `webhook-id` of every attempt.
    DeliveryId
);

typed_id!(
    /// One registered receiver of the results of a workflow's calls.
    WebhookId
);

impl DeliveryId {
    /// The delivery of a call's result to a registered receiver: the same however often the end is heard (`UUIDv5`).
    pub fn of_webhook(webhook: WebhookId, call: CallId) -> Self {
        Self(Uuid::new_v5(&webhook.0, call.0.as_bytes()))
    }
}

impl EventId {
    /// The id of the fact that a handler tells when it hears this one: the same at every hearing (`UUIDv5`), so that a
    /// service without a database tells a fact once although it may hear its cause twice.
    #[must_use]
    pub fn derive(self, kind: &str) -> Self {
        Self(Uuid::new_v5(&self.0, kind.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::{CallId, EventId};
    use crate::Timestamp;

    #[test]
    fn an_id_is_version_7_and_sorts_by_time() {
        let early = CallId::new(Timestamp::from_timestamp_millis(1_000).unwrap(), [255; 10]);
        let late = CallId::new(Timestamp::from_timestamp_millis(1_001).unwrap(), [0; 10]);
        assert!(early < late);
        assert_eq!(early.uuid().get_version_num(), 7);
        assert_eq!(early.to_string().parse::<CallId>().unwrap(), early);
    }

    #[test]
    fn a_derived_event_id_is_the_same_at_every_hearing() {
        let heard = EventId::new(Timestamp::default(), [7; 10]);
        assert_eq!(heard.derive("call.planned"), heard.derive("call.planned"));
        assert_ne!(heard.derive("call.planned"), heard.derive("call.plan_failed"));
    }
}
