//! What the bench and the check share: servers, settings, and deliveries that are due.

pub(crate) mod servers;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use notifier::lanes::Endpoint;
use notifier::store::{Learned, NewDelivery, Store, Target};
use proto::fact::{CallbackTarget, Recipient};
use proto::{CallId, DeliveryId, OrgId, Sealed};
use runtime::{Clock as _, Sealer, SystemClock, TraceContext};
use secrecy::SecretString;
use uuid::Uuid;

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// As large as the result of a short call.
const BODY_BYTES: usize = 900;

/// The settings of a notifier that calls receivers on this machine.
pub(crate) fn settings(servers: &servers::Servers, more: &[(&str, &str)]) -> BTreeMap<String, String> {
    let prefix = format!("b{}", Uuid::from_u128(rand::random()).simple());
    let base = [
        ("NATS_URL", servers.nats_url.as_str()),
        ("NATS_PREFIX", prefix.as_str()),
        ("DATABASE_URL", servers.postgres_url.as_str()),
        ("LISTEN", "127.0.0.1:0"),
        ("SEAL_KEYS", "k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="),
        ("CALLBACK_ALLOW_HTTP", "true"),
        ("CALLBACK_ALLOW", "127.0.0.0/8"),
        ("CALLBACK_DNS", "127.0.0.1:9"),
        ("LOG", "error"),
    ];
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    base.iter().chain(more).map(owned).collect()
}

/// A body that names its call, as every callback does.
pub(crate) fn body(call_id: CallId) -> Bytes {
    let head = format!(r#"{{"call_id":"{call_id}","call_summary":""#);
    let words = "x".repeat(BODY_BYTES.saturating_sub(head.len()));
    format!("{head}{words}\"}}").into()
}

pub(crate) fn sealed(sealer: &Sealer, org_id: OrgId) -> Sealed {
    let secret = sealer.seal(&SecretString::from(SECRET), &org_id.to_string());
    Sealed { key_id: secret.key_id, nonce: secret.nonce, ciphertext: secret.ciphertext }
}

/// Puts a delivery into the table that is due, as a busy notifier leaves it.
async fn put(store: &Store, sealer: &Sealer, url: &str) -> anyhow::Result<CallId> {
    let now = SystemClock.now();
    let (call_id, org_id) = (CallId::new(now, rand::random()), OrgId::new(now, rand::random()));
    let delivery_id = DeliveryId::new(now, rand::random());
    let callback = CallbackTarget { url: url.parse()?, bearer: None };
    let signing_secrets = [sealed(sealer, org_id)];
    let learned = Learned {
        call_id,
        org_id,
        created_at: now,
        metadata: None,
        recipient: &Recipient::default(),
        signing_secrets: &signing_secrets,
        target: Some((delivery_id, &callback)),
    };
    store.learn(&learned).await?;
    let target = Target { delivery_id, webhook_id: None, url: callback.url, bearer: None };
    let delivery = NewDelivery {
        call_id,
        org_id,
        target: &target,
        signing_secrets: &signing_secrets,
        host: &Endpoint::of(&target.url).host,
        body: body(call_id),
        trace: &TraceContext::default(),
        span: Duration::from_hours(1),
        lease: None,
    };
    store.begin(&[delivery]).await?;
    Ok(call_id)
}

/// Puts `count` of them, some at a time.
pub(crate) async fn put_many(store: &Store, sealer: &Sealer, urls: &[String]) -> anyhow::Result<Vec<CallId>> {
    use futures_util::{StreamExt as _, TryStreamExt as _};
    let puts = futures_util::stream::iter(urls).map(|url| put(store, sealer, url));
    puts.buffer_unordered(8).try_collect().await
}
