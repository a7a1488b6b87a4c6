//! Who may be called right now: a share of our hands for each host, and a pause for each endpoint that is in trouble. So
//! one receiver that is dead or slow can't delay the others. Pure: the time is an argument.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use url::{Position, Url};

/// Where a delivery goes, as far as isolation is concerned. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Host and port: what shares a fate, and a fair share.
    pub host: Arc<str>,
    /// The URL without its query: what a breaker is for. Two customers of one automation service are two endpoints.
    pub key: Arc<str>,
}

#[derive(Clone, Copy, Debug)]
pub struct LaneLimits {
    /// Attempts to one host at once, when it answers well.
    pub per_host_max: u32,
    /// Troubles in a row that open the breaker of an endpoint.
    pub troubles_max: u32,
    /// The first pause. Each failed probe doubles it.
    pub pause: Duration,
    pub pause_max: Duration,
}

/// A host begins with few and earns more by answering, so that many dead hosts together don't hold all our hands.
const PER_HOST_START: u32 = 4;
/// Endpoints and hosts that are remembered for their troubles. When there are more, the healthiest are forgotten first.
const REMEMBERED_MAX: usize = 50_000;

/// What is going on at a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load<'a> {
    pub name: &'a str,
    pub running: usize,
    /// How many attempts may be made at once.
    pub limit: usize,
}

/// Why an attempt may not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// The host has its share.
    Full,
    /// The endpoint is left alone for so long.
    Paused(Duration),
}

/// What an attempt says about its receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    Well,
    Trouble {
        /// The receiver asked to be left alone for so long.
        asked: Option<Duration>,
        /// It kept a hand for long, or will, so it gets fewer. One that fails at once does no harm to others.
        slow: bool,
    },
    /// The attempt was given up before it said anything.
    Unknown,
}

#[derive(Debug)]
pub struct Lanes {
    limits: LaneLimits,
    hosts: HashMap<Arc<str>, Host>,
    breakers: HashMap<Arc<str>, Breaker>,
}

#[derive(Debug)]
struct Host {
    running: u32,
    limit: u32,
}

#[derive(Debug)]
struct Breaker {
    troubles: u32,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed,
    Open {
        until: Instant,
        pause: Duration,
    },
    /// One attempt is on its way to find out.
    Probing {
        pause: Duration,
    },
}

impl Endpoint {
    pub fn of(url: &Url) -> Self {
        let port = url.port_or_known_default().unwrap_or_default();
        let host = format!("{}:{port}", url.host_str().unwrap_or_default());
        let key = &url[..Position::AfterPath];
        Self { host: host.into(), key: key.into() }
    }
}

impl Lanes {
    pub fn new(limits: LaneLimits) -> Self {
        Self { limits, hosts: HashMap::new(), breakers: HashMap::new() }
    }

    /// Takes a place for one attempt. Whoever gets one calls [`Lanes::finish`].
    pub fn start(&mut self, endpoint: &Endpoint, now: Instant) -> Result<(), Wait> {
        let probes = match self.breakers.get(&endpoint.key).map(|breaker| breaker.state) {
            None | Some(State::Closed) => None,
            Some(State::Open { until, .. }) if now < until => return Err(Wait::Paused(until - now)),
            Some(State::Open { pause, .. }) => Some(pause),
            // Sooner than the next probe would be, because this one may well succeed.
            Some(State::Probing { pause }) => return Err(Wait::Paused(pause / 4)),
        };
        self.take_place(endpoint)?;
        if let (Some(pause), Some(breaker)) = (probes, self.breakers.get_mut(&endpoint.key)) {
            breaker.state = State::Probing { pause };
        }
        Ok(())
    }

    /// Like [`Lanes::start`], whatever the breaker says: for a delivery that can't be put off any longer.
    pub fn insist(&mut self, endpoint: &Endpoint) -> Result<(), Wait> {
        self.take_place(endpoint)
    }

    /// Gives a place back.
    pub fn finish(&mut self, endpoint: &Endpoint, health: Health, now: Instant) {
        let start_limit = self.start_limit();
        if let Some(host) = self.hosts.get_mut(&endpoint.host) {
            host.running = host.running.saturating_sub(1);
            host.limit = match health {
                Health::Well => (host.limit + 1).min(self.limits.per_host_max),
                Health::Trouble { slow: true, .. } => (host.limit / 2).max(1),
                Health::Trouble { slow: false, .. } | Health::Unknown => host.limit,
            };
            if host.running == 0 && host.limit == start_limit {
                self.hosts.remove(&endpoint.host);
            }
        }
        match health {
            Health::Well => drop(self.breakers.remove(&endpoint.key)),
            Health::Trouble { asked, .. } => self.trouble(endpoint, asked, now),
            Health::Unknown => self.unknown(endpoint, now),
        }
        self.forget();
    }

    /// The hosts that something is known of.
    pub fn loads(&self) -> impl Iterator<Item = Load<'_>> {
        self.hosts.iter().map(|(name, host)| Load { name, running: host.running as usize, limit: host.limit as usize })
    }

    /// Attempts that are being made at a host.
    pub fn running(&self, host: &str) -> u32 {
        self.hosts.get(host).map_or(0, |host| host.running)
    }

    /// How many attempts may be made at a host at once.
    pub fn limit(&self, host: &str) -> usize {
        self.hosts.get(host).map_or(self.start_limit(), |host| host.limit) as usize
    }

    /// What a host that nothing is known of may have at once.
    pub fn first_limit(&self) -> usize {
        self.start_limit() as usize
    }

    fn start_limit(&self) -> u32 {
        PER_HOST_START.min(self.limits.per_host_max)
    }

    /// How many endpoints are left alone.
    pub fn paused(&self) -> usize {
        self.breakers.values().filter(|breaker| breaker.state != State::Closed).count()
    }

    fn take_place(&mut self, endpoint: &Endpoint) -> Result<(), Wait> {
        let limit = self.start_limit();
        let host = self.hosts.entry(endpoint.host.clone()).or_insert(Host { running: 0, limit });
        if host.running >= host.limit {
            return Err(Wait::Full);
        }
        host.running += 1;
        Ok(())
    }

    fn trouble(&mut self, endpoint: &Endpoint, asked: Option<Duration>, now: Instant) {
        let breaker =
            self.breakers.entry(endpoint.key.clone()).or_insert(Breaker { troubles: 0, state: State::Closed });
        breaker.troubles += 1;
        let pause = match breaker.state {
            State::Closed if breaker.troubles >= self.limits.troubles_max => self.limits.pause,
            State::Closed => Duration::ZERO,
            State::Probing { pause } => (pause * 2).min(self.limits.pause_max),
            State::Open { .. } => return, // It was on its way when others opened it.
        };
        let asked = asked.unwrap_or_default().min(self.limits.pause_max);
        if pause.max(asked) > Duration::ZERO {
            // What was asked for is no measure of the trouble, so the next pause grows from our own.
            let until = now + pause.max(asked);
            breaker.state = State::Open { until, pause: pause.max(self.limits.pause) };
        }
    }

    /// A probe that said nothing is followed by another.
    fn unknown(&mut self, endpoint: &Endpoint, now: Instant) {
        if let Some(breaker) = self.breakers.get_mut(&endpoint.key)
            && let State::Probing { pause } = breaker.state
        {
            breaker.state = State::Open { until: now, pause };
        }
    }

    fn forget(&mut self) {
        if self.breakers.len() > REMEMBERED_MAX {
            self.breakers.retain(|_, breaker| breaker.state != State::Closed);
        }
        if self.breakers.len() > REMEMBERED_MAX {
            self.breakers.clear();
        }
        if self.hosts.len() > REMEMBERED_MAX {
            self.hosts.retain(|_, host| host.running > 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use runtime::{Clock as _, SystemClock};

    use super::{Endpoint, Health, LaneLimits, Lanes, Load, Wait};

    const TROUBLE: Health = Health::Trouble { asked: None, slow: true };

    fn lanes() -> Lanes {
        Lanes::new(LaneLimits {
            per_host_max: 16,
            troubles_max: 3,
            pause: Duration::from_secs(30),
            pause_max: Duration::from_secs(100),
        })
    }

    fn endpoint(url: &str) -> Endpoint {
        Endpoint::of(&url.parse().unwrap())
    }

    #[test]
    fn endpoints_of_one_host_share_its_lane_and_not_their_breaker() {
        let one = endpoint("https://Example.com/a?token=1");
        let other = endpoint("https://example.com:443/b");
        assert_eq!(one.host, other.host);
        assert_ne!(one.key, other.key);
        assert!(!one.key.contains("token"));
    }

    #[test]
    fn a_host_begins_with_few_and_earns_more() {
        let (mut lanes, now) = (lanes(), SystemClock.instant());
        let target = endpoint("https://example.com/");
        for _ in 0..4 {
            lanes.start(&target, now).unwrap();
        }
        assert_eq!(lanes.start(&target, now), Err(Wait::Full));
        let load = Load { name: "example.com:443", running: 4, limit: 4 };
        assert_eq!(lanes.loads().collect::<Vec<_>>(), [load]);
        assert_eq!(lanes.start(&endpoint("https://other.example/"), now), Ok(()), "others are not held up");
        for _ in 0..4 {
            lanes.finish(&target, Health::Well, now);
        }
        assert_eq!((0..20).filter(|_| lanes.start(&target, now).is_ok()).count(), 8);
    }

    #[test]
    fn an_endpoint_in_trouble_is_left_alone_then_probed_and_forgiven() {
        let (mut lanes, start) = (lanes(), SystemClock.instant());
        let target = endpoint("https://example.com/");
        let at = |seconds| start + Duration::from_secs(seconds);
        for _ in 0..3 {
            lanes.start(&target, start).unwrap();
            lanes.finish(&target, TROUBLE, start);
        }
        assert_eq!(lanes.start(&target, at(10)), Err(Wait::Paused(Duration::from_secs(20))));
        assert_eq!(lanes.paused(), 1);
        lanes.start(&target, at(30)).unwrap();
        assert_eq!(
            lanes.start(&target, at(30)),
            Err(Wait::Paused(Duration::from_millis(7_500))),
            "one probe at a time"
        );
        lanes.finish(&target, TROUBLE, at(31));
        assert_eq!(lanes.start(&target, at(90)), Err(Wait::Paused(Duration::from_secs(1))), "the pause doubled");
        lanes.start(&target, at(91)).unwrap();
        lanes.finish(&target, Health::Well, at(92));
        assert_eq!(lanes.paused(), 0);
        lanes.start(&target, at(92)).unwrap();
        lanes.start(&target, at(92)).unwrap();
    }

    #[test]
    fn what_is_overdue_is_attempted_whatever_the_breaker_says() {
        let (mut lanes, now) = (lanes(), SystemClock.instant());
        let target = endpoint("https://example.com/");
        for _ in 0..3 {
            lanes.start(&target, now).unwrap();
            lanes.finish(&target, TROUBLE, now);
        }
        assert!(matches!(lanes.start(&target, now), Err(Wait::Paused(_))));
        assert_eq!(lanes.insist(&target), Ok(()));
        assert_eq!(lanes.insist(&target), Err(Wait::Full), "but only one at a time");
    }

    #[test]
    fn a_receiver_that_asks_to_be_left_alone_is() {
        let (mut lanes, now) = (lanes(), SystemClock.instant());
        let target = endpoint("https://example.com/");
        lanes.start(&target, now).unwrap();
        lanes.finish(&target, Health::Trouble { asked: Some(Duration::from_secs(7)), slow: false }, now);
        assert_eq!(lanes.start(&target, now), Err(Wait::Paused(Duration::from_secs(7))));
        assert_eq!(lanes.start(&target, now + Duration::from_secs(7)), Ok(()));
    }

    #[test]
    fn a_probe_that_was_given_up_is_followed_by_another() {
        let (mut lanes, now) = (lanes(), SystemClock.instant());
        let target = endpoint("https://example.com/");
        for _ in 0..3 {
            lanes.start(&target, now).unwrap();
            lanes.finish(&target, TROUBLE, now);
        }
        let later = now + Duration::from_secs(30);
        lanes.start(&target, later).unwrap();
        lanes.finish(&target, Health::Unknown, later);
        assert_eq!(lanes.start(&target, later), Ok(()));
    }
}
