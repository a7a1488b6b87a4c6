//! What the operator does: organizations, keys and numbers, and what has gone astray. Each command prints what it made, one
//! `name: value` a line; keys and secrets are shown this once.

mod do_not_call;
mod line;

use std::num::NonZeroU32;

use bus::{Bus, BusSettings};
use clap::{Args, Subcommand, ValueEnum};
use outbox::CannotOpen;
use proto::{EventId, Mode, OrgId, PhoneNumber, Timestamp};
use runtime::{Sealer, SharedClock};
use secrecy::SecretString;
use uuid::Uuid;

use self::do_not_call::DoNotCallCommand;
use self::line::{DeadLetterCommand, Erase, Stuck};
use crate::config::AdminConfig;
use crate::keys::ApiKey;
use crate::keys::scope::{Scope, Scopes};
use crate::rebuild::NotRebuilt;
use crate::store::{NewKey, NewOrg, OrgLimits, Store, StoreError};

/// As long as the hash that it keys.
const SIGNING_SECRET_BYTES: usize = 32;
/// A rebuild reads what it has gathered while it writes.
const CONNECTIONS: u32 = 2;

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Organizations.
    Org {
        #[command(subcommand)]
        command: OrgCommand,
    },
    /// API keys.
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Numbers to call from.
    Number {
        #[command(subcommand)]
        command: NumberCommand,
    },
    /// Numbers that must not be called, by one organization or by all.
    DoNotCall {
        #[command(subcommand)]
        command: DoNotCallCommand,
    },
    /// Seals all signing secrets with the first key of `SEAL_KEYS`.
    Reseal,
    /// Makes what clients see of calls anew from the facts of the last three days. Gateways may run meanwhile.
    Rebuild,
    /// Facts that a service could not handle.
    DeadLetter {
        #[command(subcommand)]
        command: DeadLetterCommand,
    },
    /// Lists calls that stand still, whoever they wait for.
    Stuck(Stuck),
    /// Forgets a person: the number, what was asked for and what was said in their calls. Prints the calls, of which the
    /// dialer and the notifier are to be told with the same command; those that go on are left alone.
    Erase(Erase),
}

#[derive(Debug, Subcommand)]
pub enum OrgCommand {
    /// Makes an organization, and the secret that its callbacks are signed with.
    Create {
        #[arg(long)]
        name: String,
    },
    /// Sets all limits of an organization. Those that are not named become the usual ones.
    Limit(LimitOrg),
}

#[derive(Debug, Args)]
pub struct LimitOrg {
    #[arg(long)]
    org: OrgId,
    /// Requests that ask for something in any minute. It may look ten times as often.
    #[arg(long)]
    requests_per_minute: Option<NonZeroU32>,
    /// Calls on the line at once; more of them wait.
    #[arg(long)]
    calls_at_once: Option<NonZeroU32>,
}

#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Makes a key.
    Create(CreateKey),
    /// Makes a key useless.
    Revoke {
        /// The id of the key, as it was printed with the key.
        #[arg(long)]
        id: Uuid,
    },
}

#[derive(Debug, Args)]
pub struct CreateKey {
    #[arg(long)]
    org: OrgId,
    /// Keys for tests call only the simulated network.
    #[arg(long)]
    mode: KeyMode,
    /// For people who have several.
    #[arg(long)]
    name: Option<String>,
    /// What the key may do: calls, read, manage. Without any, everything.
    #[arg(long, value_delimiter = ',')]
    scopes: Vec<KeyScope>,
    /// From when on it opens nothing, such as 2027-01-31T12:00:00Z.
    #[arg(long)]
    expires_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum KeyScope {
    Calls,
    Read,
    Manage,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum KeyMode {
    Live,
    Test,
}

#[derive(Debug, Subcommand)]
pub enum NumberCommand {
    /// Lets an organization call from a number.
    Add {
        #[arg(long)]
        org: OrgId,
        /// In E.164 form, such as +14155550100.
        #[arg(long)]
        number: PhoneNumber,
    },
}

#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    #[error("there is no such organization")]
    UnknownOrg,
    #[error("there is no such key")]
    UnknownKey,
    #[error("the organization has as many keys as it may have; revoke some first")]
    TooManyKeys,
    #[error("the number is not on the list")]
    NotListed,
    #[error("{place}: {detail}")]
    BadList { place: String, detail: String },
    #[error("the file can't be read or written")]
    File(#[from] std::io::Error),
    #[error("there is no such dead letter")]
    UnknownLetter,
    #[error("this version can't read it; it stays where it is")]
    UnreadableLetter,
    #[error("no database")]
    NoStore(#[from] CannotOpen),
    #[error("the database did not do it")]
    Store(#[from] StoreError),
    #[error("set NATS_URL to where the facts are")]
    NoBus,
    #[error("not rebuilt; nothing is lost, and it can be started again")]
    Rebuild(#[from] NotRebuilt),
}

/// What a command made.
pub type Printed = Vec<(&'static str, String)>;

impl Admin {
    /// Connects to the database, which is made ready for serving, and does it.
    pub async fn run(self, config: AdminConfig, clock: SharedClock) -> Result<Printed, AdminError> {
        let store = Store::open(&config.database_url, CONNECTIONS).await?;
        let printed = self.done(&store, &config, clock).await;
        store.close().await;
        printed
    }

    async fn done(self, store: &Store, config: &AdminConfig, clock: SharedClock) -> Result<Printed, AdminError> {
        let (sealer, now) = (&config.sealer, clock.now());
        match self {
            Self::Org { command: OrgCommand::Create { name } } => create_org(name, store, sealer, now).await,
            Self::Org { command: OrgCommand::Limit(limit) } => {
                expect_org(store, limit.org).await?;
                let LimitOrg { org, requests_per_minute, calls_at_once } = limit;
                store.limit_org(org, &OrgLimits { requests_per_minute, calls_at_once }).await?;
                Ok(vec![("org_id", org.to_string())])
            }
            Self::Key { command: KeyCommand::Create(create) } => create_key(create, store, now).await,
            Self::Key { command: KeyCommand::Revoke { id } } => {
                if !store.revoke_key(id, None, now).await? {
                    return Err(AdminError::UnknownKey);
                }
                Ok(vec![("revoked", id.to_string())])
            }
            Self::Number { command: NumberCommand::Add { org, number } } => {
                expect_org(store, org).await?;
                store.add_number(org, &number, now).await?;
                Ok(vec![("number", number.as_e164().to_owned())])
            }
            Self::DoNotCall { command } => command.done(store, now).await,
            Self::Reseal => reseal(store, sealer).await,
            Self::Rebuild => rebuild(store, config.bus.as_ref(), clock).await,
            Self::DeadLetter { command } => command.done(store, now).await,
            Self::Stuck(stuck) => stuck.done(store, now).await,
            Self::Erase(erase) => erase.done(store).await,
        }
    }
}

async fn rebuild(store: &Store, bus: Option<&BusSettings>, clock: SharedClock) -> Result<Printed, AdminError> {
    let bus = Bus::open(bus.ok_or(AdminError::NoBus)?, clock).await.map_err(NotRebuilt::from)?;
    let done = crate::rebuild::rebuild(store, &bus).await?;
    Ok(vec![
        ("facts_read", done.facts.to_string()),
        ("facts_not_readable", done.unreadable.to_string()),
        ("calls_rebuilt", done.whole.to_string()),
        ("calls_brought_forward", done.partly.to_string()),
        ("calls_unknown", done.unknown.to_string()),
    ])
}

/// Says how many could not be opened, and stay as they are.
async fn reseal(store: &Store, sealer: &Sealer) -> Result<Printed, AdminError> {
    let (mut changed, mut closed) = (0_u32, 0_u32);
    for old in store.sealed_otherwise(sealer.sealing_key()).await? {
        let about = old.org_id.to_string();
        let Ok(secret) = sealer.open(&old.secret, &about) else {
            closed += 1;
            continue;
        };
        store.keep_sealed(&old, &sealer.seal(&secret, &about)).await?;
        changed += 1;
    }
    Ok(vec![("sealed_anew", changed.to_string()), ("not_opened", closed.to_string())])
}

async fn create_org(name: String, store: &Store, sealer: &Sealer, now: Timestamp) -> Result<Printed, AdminError> {
    use base64::Engine as _;
    let org_id = OrgId::new(now, rand::random());
    let bytes: [u8; SIGNING_SECRET_BYTES] = rand::random();
    let secret = format!("whsec_{}", base64::prelude::BASE64_STANDARD.encode(bytes));
    let signing_secret = sealer.seal(&SecretString::from(secret.as_str()), &org_id.to_string());
    store.create_org(&NewOrg { org_id, name, signing_secret }, now).await?;
    Ok(vec![("org_id", org_id.to_string()), ("signing_secret", secret)])
}

async fn create_key(create: CreateKey, store: &Store, now: Timestamp) -> Result<Printed, AdminError> {
    expect_org(store, create.org).await?;
    let mode = match create.mode {
        KeyMode::Live => Mode::Live,
        KeyMode::Test => Mode::Test,
    };
    let scopes = create.scopes.iter().map(|scope| match scope {
        KeyScope::Calls => Scope::Calls,
        KeyScope::Read => Scope::Read,
        KeyScope::Manage => Scope::Manage,
    });
    let key = ApiKey::generate(mode, &mut rand::rng());
    let new = NewKey {
        key_id: EventId::new(now, rand::random()).uuid(),
        org_id: create.org,
        key: &key,
        name: create.name,
        scopes: if create.scopes.is_empty() { Scopes::All } else { Scopes::Only(scopes.collect()) },
        expires_at: create.expires_at,
    };
    if !store.create_key(&new, now).await? {
        return Err(AdminError::TooManyKeys);
    }
    Ok(vec![("key_id", new.key_id.to_string()), ("key", key.expose().to_owned())])
}

async fn expect_org(store: &Store, org: OrgId) -> Result<(), AdminError> {
    if store.org_exists(org).await? { Ok(()) } else { Err(AdminError::UnknownOrg) }
}
