use chrono::{DateTime, Utc};
use proto::Sealed;
use runtime::{SealedSecret, Sealer};
use secrecy::ExposeSecret as _;
use serde_json::json;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection};

use crate::world::{SEAL_KEYS, World, until};

/// Somebody who looks into the gateway's tables.
pub(crate) struct Operator(PgConnection);

pub(crate) async fn operator(world: &World) -> Operator {
    let options: PgConnectOptions = world.env["DATABASE_URL"].parse().unwrap();
    Operator(options.options([("search_path", "gateway")]).connect().await.unwrap())
}

impl Operator {
    pub(crate) async fn execute(&mut self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut self.0).await.unwrap();
    }

    pub(crate) async fn time(&mut self, sql: &str) -> DateTime<Utc> {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut self.0).await.unwrap()
    }

    /// The text as soon as there is a row.
    pub(crate) async fn text(&mut self, sql: &str) -> String {
        let connection = tokio::sync::Mutex::new(&mut self.0);
        until(sql, async || {
            let mut connection = connection.lock().await;
            sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_optional(&mut **connection).await.unwrap()
        })
        .await
    }
}

#[tokio::test]
async fn a_key_and_a_signing_secret_are_kept_so_that_nobody_can_read_them() {
    let world = World::start().await;
    let made = world.admin(&["org", "create", "--name", "Secretive"]).await.unwrap();
    let dump = "SELECT (SELECT string_agg(keys::text, ' ') FROM keys)
        || (SELECT string_agg(signing_secrets::text, ' ') FROM signing_secrets)";
    let kept = operator(&world).await.text(dump).await;
    assert!(!kept.contains(&world.key[8..40]), "a key stands in the table");
    assert!(!kept.contains(&made["signing_secret"]));
    world.stop().await;
}

#[tokio::test]
async fn signing_secrets_are_sealed_anew_with_a_new_key() {
    let mut world = World::start().await;
    let new_key = "k2:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
    world.env.insert("SEAL_KEYS".to_owned(), new_key.to_owned());
    let blind = world.admin(&["reseal"]).await.unwrap();
    assert_eq!((&*blind["sealed_anew"], &*blind["not_opened"]), ("0", "1"), "nothing is lost without the old key");
    world.env.insert("SEAL_KEYS".to_owned(), format!("{new_key},{SEAL_KEYS}"));
    let done = world.admin(&["reseal"]).await.unwrap();
    assert_eq!((&*done["sealed_anew"], &*done["not_opened"]), ("1", "0"));
    assert_eq!(world.admin(&["reseal"]).await.unwrap()["sealed_anew"], "0");

    let call = world.accepted(json!({"callback_url": "https://agent.example.com/"})).await;
    let (envelope, requested) = world.requested(call).await;
    let Sealed { key_id, nonce, ciphertext } = requested.signing_secrets[0].clone();
    assert_eq!(key_id, "k2");
    let sealed = SealedSecret { key_id, nonce, ciphertext };
    let opened = Sealer::read(&world.env).unwrap().open(&sealed, &envelope.org_id.to_string()).unwrap();
    assert!(opened.expose_secret().starts_with("whsec_"), "it is no secret any more");
    world.stop().await;
}

#[tokio::test]
async fn commands_about_nobody_are_refused() {
    let world = World::start().await;
    let nobody = "00000000-0000-7000-8000-000000000000";
    let refused = world.admin(&["key", "create", "--org", nobody, "--mode", "test"]).await.unwrap_err();
    assert_eq!(refused, "there is no such organization");
    let refused = world.admin(&["key", "revoke", "--id", nobody]).await.unwrap_err();
    assert_eq!(refused, "there is no such key");
    let org = world.org.to_string();
    let refused = world.admin(&["number", "add", "--org", &org, "--number", "12345"]).await.unwrap_err();
    assert!(refused.contains("E.164"), "{refused}");
    world.stop().await;
}
