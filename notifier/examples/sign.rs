//! Prints signed deliveries as JSON lines, for the libraries that receivers use to verify: see `verify/run.sh`.

use notifier::sign::signatures;
use runtime::{Clock as _, SystemClock};
use secrecy::SecretString;
use serde_json::json;
use standardwebhooks::Webhook;

const OLD: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const NEW: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const STRANGER: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const BODIES: [&str; 3] = [r#"{"call_status":"success"}"#, r#"{"call_summary":"Grüße, 世界 🐄 \u0000"}"#, "{}"];

fn main() -> anyhow::Result<()> {
    let at = SystemClock.now();
    for (number, body) in BODIES.into_iter().enumerate() {
        for secrets in [&[OLD][..], &[NEW, OLD][..]] {
            let id = format!("01a20a6d-d5ad-7f51-bdd7-6186560a61b{number}");
            let owned: Vec<_> = secrets.iter().map(|secret| SecretString::from(*secret)).collect();
            let signature = signatures(&owned, &id, at, body.as_bytes())?;
            let timestamp = at.timestamp();
            let headers =
                json!({"webhook-id": id, "webhook-timestamp": timestamp.to_string(), "webhook-signature": signature});
            for secret in [OLD, NEW, STRANGER] {
                let valid = secrets.contains(&secret);
                anyhow::ensure!(
                    signature.contains(&Webhook::new(secret)?.sign(&id, timestamp, body.as_bytes())?) == valid
                );
                println!("{}", json!({"secret": secret, "headers": headers, "body": body, "valid": valid}));
            }
            println!("{}", json!({"secret": OLD, "headers": headers, "body": format!("{body} "), "valid": false}));
        }
    }
    Ok(())
}
