//! The steps of dialing one by one, with a carrier that we hold by the hand: a process that dies is a future that is
//! dropped.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bus::{Bus, BusSettings};
use dialer::Config;
use dialer::brain::ScriptedBrain;
use dialer::breaker::Breakers;
use dialer::call::{Attempt, Call, Epoch, Owner};
use dialer::carrier::{
    CannotTell, Carrier, Cause, DialError, DialRequest, Found, HangUp, LegId, News, Over, Probe, Report,
};
use dialer::config::Patience;
use dialer::conversations::Conversations;
use dialer::desk::{Carriers, Desk};
use dialer::link::LineLink;
use dialer::pace::Pace;
use dialer::report::Wanted;
use dialer::store::{Claimed, NewCall, Room, Standing, Store};
use outbox::Outbox;
use proto::call::Mode;
use proto::fact::Terms;
use proto::workflow::VoicemailPolicy;
use proto::{AttemptId, CallId, OrgId, Route, Timestamp, WorkflowId};
use runtime::{Clock, SystemClock, TraceContext};
use stack::{Addresses, testing};
use tokio::sync::Notify;

use crate::workflow::reservation;
use crate::world::until;

/// What the carrier does with the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    Places,
    /// Places it, and never answers.
    PlacesSilently,
    /// Never places it, and never answers.
    Swallows,
    Fails,
    /// Places it, and answers when it is told to.
    PlacesAndWaits,
}

#[derive(Default)]
pub(crate) struct Hand {
    /// Placed, and not answered.
    pub(crate) waits: Notify,
    pub(crate) answer: Notify,
    does: Mutex<VecDeque<Does>>,
    asked: Mutex<Vec<LineLink>>,
    placed: Mutex<Vec<AttemptId>>,
    hung_up: Mutex<Vec<LegId>>,
}

fn leg(attempt: AttemptId) -> LegId {
    LegId(format!("CA{attempt}"))
}

#[async_trait]
impl Carrier for Hand {
    fn account(&self) -> &'static str {
        "hand"
    }

    async fn dial(&self, request: &DialRequest) -> Result<LegId, DialError> {
        let attempt = request.link.attempt;
        self.asked.lock().unwrap().push(request.link);
        let does = self.does.lock().unwrap().pop_front().unwrap_or(Does::Places);
        if matches!(does, Does::Places | Does::PlacesSilently | Does::PlacesAndWaits) {
            self.placed.lock().unwrap().push(attempt);
        }
        match does {
            Does::Places => Ok(leg(attempt)),
            Does::PlacesSilently | Does::Swallows => std::future::pending().await,
            Does::Fails => Err(DialError::Unknown("no answer".into())),
            Does::PlacesAndWaits => {
                self.waits.notify_one();
                self.answer.notified().await;
                Ok(leg(attempt))
            }
        }
    }

    async fn find(&self, probe: &Probe) -> Result<Found, CannotTell> {
        let placed = self.placed.lock().unwrap().contains(&probe.attempt);
        Ok(if placed { Found::Leg(leg(probe.attempt), News::Ringing) } else { Found::Nothing })
    }

    async fn fetch(&self, _: &LegId) -> Result<News, CannotTell> {
        Ok(News::Ringing)
    }

    async fn hang_up(&self, leg: &LegId, _: HangUp) -> Result<(), CannotTell> {
        self.hung_up.lock().unwrap().push(leg.clone());
        Ok(())
    }
}

/// A clock that a story can make leap at each look, as it does for a process that is frozen in between.
#[derive(Default)]
struct Watch {
    leap: AtomicU64,
    leapt: AtomicU64,
}

#[async_trait]
impl Clock for Watch {
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    fn instant(&self) -> Instant {
        let leapt = self.leapt.fetch_add(self.leap.load(Ordering::SeqCst), Ordering::SeqCst);
        SystemClock.instant() + Duration::from_secs(leapt)
    }

    async fn sleep(&self, duration: Duration) {
        SystemClock.sleep(duration).await;
    }
}

/// A dialer in pieces, whose carrier we are.
pub(crate) fn desk(
    config: Config,
    (store, bus): (Store, Bus),
    clock: Arc<dyn Clock>,
    carrier: Arc<dyn Carrier>,
) -> Arc<Desk> {
    Arc::new(Desk {
        outbox: Outbox::new(store.pool(), bus, clock.clone()),
        store,
        carriers: Carriers { live: None, test: Some(carrier) },
        clock: clock.clone(),
        patience: config.patience,
        rules: config.rules,
        breakers: Breakers::new(config.breaker),
        pace: Pace::new(config.pace, clock).unwrap(),
        me: Owner(uuid::Uuid::from_bytes(rand::random())),
        ready: Notify::new(),
        brain: Arc::new(ScriptedBrain),
        limits: config.limits,
        conversations: Conversations::default(),
    })
}

pub(crate) struct Bench {
    pub(crate) desk: Arc<Desk>,
    pub(crate) hand: Arc<Hand>,
}

impl Bench {
    async fn new() -> Self {
        Self::with(Arc::new(SystemClock)).await
    }

    async fn with(clock: Arc<dyn Clock>) -> Self {
        Box::pin(Self::on(testing::Servers::shared().await.addresses(), clock, "off")).await
    }

    /// On servers that the story may stop.
    pub(crate) async fn on(servers: &Addresses, clock: Arc<dyn Clock>, calls_per_second: &str) -> Self {
        runtime::install_crypto();
        let env = [
            ("DATABASE_URL", servers.create_database().await.unwrap()),
            ("NATS_URL", servers.nats_url.clone()),
            ("NATS_PREFIX", testing::nats_prefix()),
            ("CALLS_PER_SECOND_TEST", calls_per_second.to_owned()),
            ("DIAL_TIMEOUT", "1200ms".to_owned()),
            ("DIAL_RETRY", "50ms".to_owned()),
            ("LEASE", "3s".to_owned()),
            ("SETTLE", "100ms".to_owned()),
        ];
        let env: BTreeMap<_, _> = env.map(|(name, value)| (name.to_owned(), value)).into();
        let config = Config::read(&env).unwrap();
        let store = Store::open(&config.database_url, 4).await.unwrap();
        let bus = Bus::open(&BusSettings::read(&env).unwrap(), clock.clone()).await.unwrap();
        let hand = Arc::new(Hand::default());
        let desk = desk(config, (store, bus), clock, hand.clone());
        Self { desk, hand }
    }

    pub(crate) fn does(&self, does: &[Does]) {
        self.hand.does.lock().unwrap().extend(does);
    }

    pub(crate) async fn accept(&self) -> CallId {
        let now = SystemClock.now();
        let route = Route {
            mode: Mode::Test,
            from: "+14155550199".parse().unwrap(),
            to: "+14155550100".parse().unwrap(),
            workflow_id: WorkflowId::new(now, rand::random()),
        };
        let id = CallId::new(now, rand::random());
        let new = NewCall {
            id,
            org: OrgId::new(now, rand::random()),
            route: &route,
            workflow: &reservation(VoicemailPolicy::HangUp),
            deadline: now + Duration::from_mins(5),
            max_duration: Duration::from_mins(1),
            terms: &Terms::default(),
            due_in: Duration::ZERO,
            trace: &TraceContext::default(),
        };
        let mut work = self.desk.begin().await.unwrap();
        assert!(work.accept(&new).await.unwrap());
        work.commit().await.unwrap();
        id
    }

    /// Takes the call in hand, as soon as nobody else holds it.
    pub(crate) async fn claim(&self) -> Claimed {
        let Patience { lease, .. } = self.desk.patience;
        let room = Room { most: 1, concurrent_calls_max: 10 };
        until(async || {
            let claimed = self.desk.store.claim(self.desk.me, Mode::Test, lease, room).await.unwrap();
            claimed.first().copied().ok_or_else(|| "nothing to claim".to_owned())
        })
        .await
    }

    /// Dials until the carrier is asked. A machine that is too slow for a lease takes the next.
    pub(crate) async fn dial(&self) {
        let before = self.asked();
        while self.asked() == before {
            self.desk.dial(self.claim().await).await.unwrap();
        }
    }

    /// Dials until the carrier is asked, and dies there.
    async fn dial_and_die(&self) {
        let before = self.asked();
        while self.asked() == before {
            let claimed = self.claim().await;
            tokio::select! {
                done = self.desk.dial(claimed) => done.unwrap(),
                () = until(async || if self.asked() > before { Ok(()) } else { Err("not asked".to_owned()) }) => {}
            }
        }
    }

    pub(crate) fn asked(&self) -> usize {
        self.hand.asked.lock().unwrap().len()
    }

    pub(crate) fn placed(&self) -> usize {
        self.hand.placed.lock().unwrap().len()
    }

    /// Sweeps until the live attempt is as a story wants it.
    pub(crate) async fn sweep_until(&self, call: CallId, wanted: impl Fn(Option<&Attempt>) -> bool) -> Option<Attempt> {
        until(async || {
            self.desk.sweep().await.unwrap();
            let attempt = self.attempt(call).await;
            if wanted(attempt.as_ref()) { Ok(attempt) } else { Err(format!("{attempt:?}")) }
        })
        .await
    }

    pub(crate) async fn attempt(&self, call: CallId) -> Option<Attempt> {
        self.desk.begin().await.unwrap().live_attempt(call).await.unwrap()
    }

    async fn open(&self, call: CallId) -> Option<Call> {
        match self.desk.store.call(call).await.unwrap() {
            Standing::Open(call) => Some(*call),
            Standing::Over | Standing::Unheard => None,
        }
    }

    async fn report(&self, link: LineLink, news: News) -> Wanted {
        let report = Report { link, leg: leg(link.attempt), news };
        self.desk.report(&report).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_dies_after_the_claim_leaves_a_call_that_the_next_one_dials() {
    let bench = Bench::new().await;
    let call = bench.accept().await;
    let first = bench.claim().await;
    let second = bench.claim().await;
    assert!(second.epoch > first.epoch, "the fence is raised");
    bench.desk.dial(second).await.unwrap();
    // The first was frozen, not dead.
    bench.desk.dial(first).await.unwrap();
    assert_eq!(bench.asked(), 1);
    assert!(bench.attempt(call).await.unwrap().state.leg().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_frozen_after_the_point_of_no_return_does_not_send() {
    let clock = Arc::new(Watch::default());
    let bench = Bench::with(clock.clone()).await;
    let call = bench.accept().await;
    let claimed = bench.claim().await;
    // A second for each look at the clock, where a tenth is allowed.
    clock.leap.store(1, Ordering::SeqCst);
    bench.desk.dial(claimed).await.unwrap();
    assert_eq!(bench.asked(), 0);
    let attempt = bench.attempt(call).await.unwrap();
    assert_eq!((attempt.state, attempt.unsent), (dialer::call::AttemptState::Intent, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_went_out_before_the_death_is_found_and_not_repeated() {
    let bench = Bench::new().await;
    bench.does(&[Does::PlacesSilently]);
    let call = bench.accept().await;
    bench.dial_and_die().await;
    let found = bench.sweep_until(call, |attempt| attempt.is_some_and(|attempt| attempt.state.leg().is_some())).await;
    assert!(found.unwrap().rang);
    assert_eq!((bench.asked(), bench.placed()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_did_not_go_out_before_the_death_is_made_once_more() {
    let bench = Bench::new().await;
    bench.does(&[Does::Swallows, Does::Places]);
    let call = bench.accept().await;
    bench.dial_and_die().await;
    bench.sweep_until(call, |attempt| attempt.is_none()).await;
    bench.dial().await;
    assert_eq!((bench.asked(), bench.placed()), (2, 1));
    let links = bench.hand.asked.lock().unwrap().clone();
    assert_ne!(links[0].attempt, links[1].attempt, "what was given up is not used again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leg_that_shows_up_after_it_was_given_up_is_hung_up() {
    let bench = Bench::new().await;
    bench.does(&[Does::Fails, Does::Places]);
    let call = bench.accept().await;
    bench.dial().await;
    bench.sweep_until(call, |attempt| attempt.is_none()).await;
    bench.dial().await;
    let links = bench.hand.asked.lock().unwrap().clone();
    for news in [News::Accepted, News::Ringing, News::Answered] {
        assert!(matches!(bench.report(links[0], news).await, Wanted::No));
    }
    assert_eq!(bench.hand.hung_up.lock().unwrap().len(), 3);
    assert!(matches!(bench.report(links[1], News::Answered).await, Wanted::Yes(..)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_an_older_fence_is_not_answered() {
    let bench = Bench::new().await;
    bench.accept().await;
    bench.dial().await;
    let link = bench.hand.asked.lock().unwrap()[0];
    let older = LineLink { epoch: Epoch(link.epoch.0 - 1), ..link };
    assert!(matches!(bench.report(older, News::Answered).await, Wanted::No));
    assert!(matches!(bench.report(link, News::Answered).await, Wanted::Yes(..)));
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_in_any_order_end_a_call_once() {
    let over = || News::Over(Over { cause: Cause::NoAnswer, talked: None });
    let orders: [&[fn() -> News]; 4] = [
        &[|| News::Accepted, || News::Ringing, over],
        &[|| News::Ringing, || News::Accepted, || News::Ringing, over, over],
        &[over, || News::Ringing, || News::Accepted],
        &[|| News::Ringing, over, || News::Ringing, over],
    ];
    for order in orders {
        let bench = Bench::new().await;
        // The answer never comes: webhooks are all there is.
        bench.does(&[Does::PlacesSilently]);
        let call = bench.accept().await;
        bench.dial_and_die().await;
        let link = bench.hand.asked.lock().unwrap()[0];
        for news in order {
            bench.report(link, news()).await;
        }
        assert!(bench.open(call).await.is_none());
        assert!(bench.hand.hung_up.lock().unwrap().is_empty());
        assert_eq!(bench.asked(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_unwanted_before_its_leg_is_known_is_hung_up_when_it_is() {
    let bench = Bench::new().await;
    bench.does(&[Does::PlacesSilently]);
    let id = bench.accept().await;
    bench.dial_and_die().await;
    let mut work = bench.desk.begin().await.unwrap();
    let Standing::Open(mut call) = work.lock(id).await.unwrap() else { panic!("the call is open") };
    call.ask_to_end(dialer::call::Cancel::Caller);
    work.save(&call, dialer::store::Lease::Keep).await.unwrap();
    work.commit().await.unwrap();
    bench.sweep_until(id, |attempt| attempt.is_some_and(|attempt| attempt.state.leg().is_some())).await;
    assert_eq!(bench.hand.hung_up.lock().unwrap().len(), 1);
}
