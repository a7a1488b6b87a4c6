use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError, Script};
use secrecy::{ExposeSecret as _, SecretString};

use super::{AHEAD_MAX, Key, Slot};

/// The next free moment of a number, in the server's microseconds. Redis runs a script alone, so that no two calls get
/// the same moment, whoever asks.
const SCRIPT: &str = r"
local interval, ahead = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local free = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
local wait = free - now
if wait > ahead then return {0, wait} end
redis.call('SET', KEYS[1], string.format('%d', free + interval), 'PX', math.ceil((wait + interval) / 1000))
return {1, wait}
";

const RECONNECT_DELAY_MAX: Duration = Duration::from_millis(500);

/// `REDIS_URL` can't be used. The address may hold a password, so that nothing more is said.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the setting REDIS_URL is not the address of a Redis server, such as redis://127.0.0.1:6379")]
pub struct BadRedisUrl;

pub(super) struct SharedPace {
    redis: ConnectionManager,
    script: Script,
}

impl SharedPace {
    pub(super) fn new(url: &SecretString) -> Result<Self, BadRedisUrl> {
        let client = Client::open(url.expose_secret()).map_err(|_| BadRedisUrl)?;
        let config = ConnectionManagerConfig::new().set_max_delay(RECONNECT_DELAY_MAX);
        let redis = ConnectionManager::new_lazy_with_config(client, config).map_err(|_| BadRedisUrl)?;
        Ok(Self { redis, script: Script::new(SCRIPT) })
    }

    pub(super) async fn reserve(&self, key: &Key, interval: Duration) -> Result<Slot, RedisError> {
        let mut redis = self.redis.clone();
        let micros = |duration: Duration| u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let mut reserve = self.script.key(&key.0);
        reserve.arg(micros(interval)).arg(micros(AHEAD_MAX));
        let (reserved, wait): (u8, u64) = reserve.invoke_async(&mut redis).await?;
        let wait = Duration::from_micros(wait);
        Ok(if reserved == 1 { Slot::In(wait) } else { Slot::AskIn(wait) })
    }
}
