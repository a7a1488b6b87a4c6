use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError, Script};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Budget, Charge, Charged, Kind, Quota};

/// One sorted set for each organization, of at most as many members as it may make requests: what was charged, scored by
/// the server's time in microseconds. Redis runs a script alone, so that the limit holds whoever asks at once.
const SCRIPT: &str = r"
local limit, window, charged, refund = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4] == '1'
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%d', now - window))
if refund then redis.call('ZREM', KEYS[1], charged) end
local used = redis.call('ZCARD', KEYS[1])
local charge = 'again'
if not refund and not redis.call('ZSCORE', KEYS[1], charged) then
  if used < limit then
    redis.call('ZADD', KEYS[1], string.format('%d', now), charged)
    redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000))
    used = used + 1
    charge = 'first'
  else
    charge = 'refused'
  end
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local wait = 0
if oldest[2] then wait = math.max(0, oldest[2] + window - now) end
return {charge, math.max(0, limit - used), wait}
";

const RECONNECT_DELAY_MAX: Duration = Duration::from_millis(500);

/// `REDIS_URL` can't be used. The address may hold a password, so that nothing more is said.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the setting REDIS_URL is not the address of a Redis server, such as redis://127.0.0.1:6379")]
pub struct BadRedisUrl;

pub(super) struct SharedLog {
    redis: ConnectionManager,
    script: Script,
}

impl SharedLog {
    pub(super) fn new(url: &SecretString) -> Result<Self, BadRedisUrl> {
        let client = Client::open(url.expose_secret()).map_err(|_| BadRedisUrl)?;
        let config = ConnectionManagerConfig::new().set_max_delay(RECONNECT_DELAY_MAX);
        let redis = ConnectionManager::new_lazy_with_config(client, config).map_err(|_| BadRedisUrl)?;
        Ok(Self { redis, script: Script::new(SCRIPT) })
    }

    pub(super) async fn ping(&self) -> Result<(), RedisError> {
        redis::cmd("PING").query_async(&mut self.redis.clone()).await
    }

    pub(super) async fn charge(&self, budget: &Budget, charged: Charged) -> Result<(Charge, Quota), RedisError> {
        let (charge, quota) = self.run(budget, charged, false).await?;
        let charge = match charge.as_str() {
            "first" => Charge::First,
            "again" => Charge::Again,
            _ => Charge::Refused,
        };
        Ok((charge, quota))
    }

    pub(super) async fn refund(&self, budget: &Budget, charged: Charged) -> Result<Quota, RedisError> {
        Ok(self.run(budget, charged, true).await?.1)
    }

    async fn run(&self, budget: &Budget, charged: Charged, refund: bool) -> Result<(String, Quota), RedisError> {
        let key = match budget.kind {
            Kind::Requests => format!("callcow:limit:{}", budget.org),
            Kind::Reads => format!("callcow:limit:{}:reads", budget.org),
        };
        let (charge, remaining, wait): (String, u32, u64) = self
            .script
            .key(key)
            .arg(budget.requests_max)
            .arg(u64::try_from(budget.window.as_micros()).unwrap_or(u64::MAX))
            .arg(&charged.0)
            .arg(u8::from(refund))
            .invoke_async(&mut self.redis.clone())
            .await?;
        Ok((charge, Quota { remaining, more_after: Duration::from_micros(wait) }))
    }
}
