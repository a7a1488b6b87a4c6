//! Whatever happens in whatever order: no phone rings twice for one request, and every call ends once, in time.
//!
//! A schedule is drawn from its number. `SCHEDULES=n` runs so many of them, from the number `SEED` on.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bus::{Bus, BusSettings, Hear, Heard, Verdict};
use dialer::Config;
use dialer::carrier::{
    CannotTell, Carrier, Cause, DialError, DialRequest, Found, HangUp, LegId, News, Over, Probe, Refusal, Report,
};
use dialer::desk::Desk;
use dialer::link::LineLink;
use dialer::store::{Claimed, Room, Store};
use dialer::worker::Worker;
use futures_util::future::join_all;
use proto::call::Mode;
use proto::fact::{CallCancelRequested, CancelReason, Retry, Terms};
use proto::workflow::VoicemailPolicy;
use proto::{CallId, Envelope, Fact, OrgId, PhoneNumber, Route, Timestamp, WorkflowId};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use runtime::settings::parsed;
use runtime::{Clock, ProcessEnv, SystemClock, TraceContext};
use stack::testing;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use crate::figures::show;
use crate::steps::desk;
use crate::world::{Ask, fact, until};

/// Databases in which schedules run side by side: most of the time of a schedule it waits for a lease to end.
const LANES: u64 = 24;
/// So many are drawn beside all other tests.
const SCHEDULES: u64 = 100;
const CALLS: u32 = 3;
const ACTS: u32 = 30;
/// A call that nobody hinders is over long before.
const DEADLINE: Duration = Duration::from_secs(2);
/// How late the carrier shows a leg in its lists.
const SHOWN_IN: Duration = Duration::from_millis(38);
/// For how long somebody is frozen.
const FROZEN: Duration = Duration::from_mins(1);
/// Beyond the deadline the carrier has its time to say that it is over, and a loaded machine takes its own.
const LATE_MAX: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    Places,
    /// Places it, and who asked dies before the answer.
    PlacesAndKills,
    /// Who asked dies, and the request with him.
    Kills,
    /// Places it; the answer is an error.
    PlacesAndFails,
    /// Does not place it; the answer is the same error.
    Fails,
    NotSent,
    Throttles,
    Refuses,
}

const DOES: [Does; 10] = [
    Does::Places,
    Does::Places,
    Does::Places,
    Does::PlacesAndKills,
    Does::Kills,
    Does::PlacesAndFails,
    Does::Fails,
    Does::NotSent,
    Does::Throttles,
    Does::Refuses,
];

/// A phone that rings, or did.
struct Leg {
    link: LineLink,
    to: PhoneNumber,
    placed: Instant,
    last: News,
    next: VecDeque<News>,
}

impl Leg {
    fn id(&self) -> LegId {
        LegId(format!("CA{}", self.link.attempt))
    }

    fn is_over(&self) -> bool {
        matches!(self.last, News::Over(_))
    }
}

/// A clock that a schedule can make leap after the next look, as it does for a process that is frozen then, and that can
/// keep who sleeps.
struct Watch {
    /// So many are left until it leaps.
    looks: AtomicU32,
    /// Until when the next one sleeps who wants to.
    wakes: Mutex<Option<oneshot::Receiver<()>>>,
    asleep: Notify,
}

impl Default for Watch {
    fn default() -> Self {
        Self { looks: AtomicU32::new(Self::FREE), wakes: Mutex::default(), asleep: Notify::new() }
    }
}

impl Watch {
    const FREE: u32 = u32::MAX;
    const ARMED: u32 = 1;

    fn set(&self, looks: u32) {
        self.looks.store(looks, Ordering::SeqCst);
    }
}

#[async_trait]
impl Clock for Watch {
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    fn instant(&self) -> Instant {
        let count = |looks: u32| if looks == Self::FREE { None } else { looks.checked_sub(1) };
        let leaps = self.looks.fetch_update(Ordering::SeqCst, Ordering::SeqCst, count) == Err(0);
        SystemClock.instant() + if leaps { FROZEN } else { Duration::ZERO }
    }

    async fn sleep(&self, duration: Duration) {
        let wakes = self.wakes.lock().unwrap().take();
        let Some(wakes) = wakes else {
            return SystemClock.sleep(duration).await;
        };
        self.asleep.notify_one();
        let _ = wakes.await;
    }
}

#[derive(Default)]
struct Phones {
    /// Of the dialers, to look up the fence of an attempt.
    pool: OnceLock<sqlx::PgPool>,
    watch: Arc<Watch>,
    legs: Mutex<Vec<Leg>>,
    does: Mutex<Option<(Does, Cause)>>,
    killed: Notify,
    /// What must never happen.
    wrong: Mutex<Vec<String>>,
}

impl Phones {
    fn place(&self, request: &DialRequest, cause: Cause) {
        let mut legs = self.legs.lock().unwrap();
        for leg in legs.iter() {
            if leg.link.attempt == request.link.attempt {
                self.wrong("one attempt rang twice", request.link);
            }
            if leg.to == request.to && !leg.is_over() {
                self.wrong("a phone rang while it rang", request.link);
            }
        }
        let answered = cause == Cause::Completed;
        let over = News::Over(Over { cause, talked: None });
        let next = [Some(News::Ringing), answered.then_some(News::Answered), Some(over)];
        let next = next.into_iter().flatten().collect();
        let placed = SystemClock.instant();
        legs.push(Leg { link: request.link, to: request.to.clone(), placed, last: News::Accepted, next });
    }

    /// A request under another fence than its attempt has could ring, and nobody would believe what is said of it.
    async fn check_fence(&self, link: LineLink) {
        let epoch: i64 = sqlx::query_scalar("SELECT epoch FROM attempts WHERE attempt_id = $1")
            .bind(link.attempt.uuid())
            .fetch_one(self.pool.get().unwrap())
            .await
            .unwrap();
        if epoch != link.epoch.0 {
            self.wrong("a request left under an old fence", link);
        }
    }

    fn wrong(&self, what: &str, link: LineLink) {
        self.wrong.lock().unwrap().push(format!("{what}: {link:?}"));
    }

    /// Lets one of the legs go on. None: all are over.
    fn go_on(&self, random: &mut StdRng) -> Option<Report> {
        let mut legs = self.legs.lock().unwrap();
        let mut open: Vec<_> = legs.iter_mut().filter(|leg| !leg.is_over()).collect();
        let index = random.random_range(0..open.len().max(1));
        let leg = open.get_mut(index)?;
        leg.last = leg.next.pop_front()?;
        Some(Report { link: leg.link, leg: leg.id(), news: leg.last.clone() })
    }

    fn of(&self, wanted: impl Fn(&Leg) -> bool) -> Option<(LegId, News)> {
        let legs = self.legs.lock().unwrap();
        legs.iter().find(|leg| wanted(leg)).map(|leg| (leg.id(), leg.last.clone()))
    }
}

#[async_trait]
impl Carrier for Phones {
    fn account(&self) -> &'static str {
        "phones"
    }

    async fn dial(&self, request: &DialRequest) -> Result<LegId, DialError> {
        let began = SystemClock.instant();
        if self.watch.instant().duration_since(began) >= FROZEN {
            self.wrong("a request left after its sender was frozen", request.link);
        }
        self.check_fence(request.link).await;
        let (does, cause) = self.does.lock().unwrap().take().unwrap_or((Does::Places, Cause::Busy));
        if matches!(does, Does::Places | Does::PlacesAndKills | Does::PlacesAndFails) {
            self.place(request, cause);
        }
        match does {
            Does::Places => Ok(LegId(format!("CA{}", request.link.attempt))),
            Does::PlacesAndKills | Does::Kills => {
                self.killed.notify_one();
                std::future::pending().await
            }
            Does::PlacesAndFails | Does::Fails => Err(DialError::Unknown("an error".into())),
            Does::NotSent => Err(DialError::NotSent("no way".into())),
            Does::Throttles => Err(DialError::Throttled { retry_after: None }),
            Does::Refuses => Err(DialError::Refused { class: Refusal::Other, code: None }),
        }
    }

    async fn find(&self, probe: &Probe) -> Result<Found, CannotTell> {
        let now = SystemClock.instant();
        let found = self.of(|leg| leg.link.attempt == probe.attempt && leg.placed + SHOWN_IN <= now);
        Ok(found.map_or(Found::Nothing, |(leg, news)| Found::Leg(leg, news)))
    }

    async fn fetch(&self, wanted: &LegId) -> Result<News, CannotTell> {
        Ok(self.of(|leg| leg.id() == *wanted).expect("only legs of ours are asked for").1)
    }

    async fn hang_up(&self, wanted: &LegId, _: HangUp) -> Result<(), CannotTell> {
        let mut legs = self.legs.lock().unwrap();
        if let Some(leg) = legs.iter_mut().find(|leg| leg.id() == *wanted && !leg.is_over()) {
            leg.next = VecDeque::from([News::Over(Over { cause: Cause::Canceled, talked: None })]);
        }
        Ok(())
    }
}

/// Two dialers of one database, and what a schedule has in hand.
struct Lane {
    desks: [Arc<Desk>; 2],
    phones: Arc<Phones>,
    random: StdRng,
    asks: Vec<Ask>,
    /// Taken by somebody who was frozen then.
    stale: Vec<Claimed>,
    /// Frozen between the intent and the point of no return.
    asleep: Vec<(oneshot::Sender<()>, JoinHandle<()>)>,
    /// Webhooks on their way.
    late: Vec<Report>,
    figures: Figures,
}

/// What happened in all schedules.
#[derive(Clone, Copy, Default)]
struct Figures {
    schedules: u64,
    calls: u64,
    /// Phones that rang.
    rings: u64,
    /// Of one call that is to be dialed once.
    rings_max: usize,
    deaths: u64,
    frozen: u64,
    lost_answers: u64,
    bad_webhooks: u64,
    /// Without an end, or with two.
    lost: u64,
    /// Over later than their deadline allows.
    stuck: u64,
}

impl Figures {
    fn with(self, other: Self) -> Self {
        Self {
            schedules: self.schedules + other.schedules,
            calls: self.calls + other.calls,
            rings: self.rings + other.rings,
            rings_max: self.rings_max.max(other.rings_max),
            deaths: self.deaths + other.deaths,
            frozen: self.frozen + other.frozen,
            lost_answers: self.lost_answers + other.lost_answers,
            bad_webhooks: self.bad_webhooks + other.bad_webhooks,
            lost: self.lost + other.lost,
            stuck: self.stuck + other.stuck,
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { schedules, calls, rings, deaths, frozen, lost_answers, bad_webhooks, .. } = self;
        writeln!(f, "{schedules} schedules, {calls} calls, {rings} rings")?;
        writeln!(
            f,
            "  deaths in the middle of a request: {deaths}, frozen owners: {frozen}, errors for answers: {lost_answers}"
        )?;
        writeln!(f, "  webhooks that were lost, late or came twice: {bad_webhooks}")?;
        writeln!(f, "rings of a call that is to ring once: at most {}", self.rings_max)?;
        write!(f, "lost: {}, stuck: {}", self.lost, self.stuck)
    }
}

impl Lane {
    async fn new() -> Self {
        let servers = testing::Servers::shared().await;
        let env = [
            ("DATABASE_URL", testing::database().await),
            ("NATS_URL", servers.nats_url()),
            ("NATS_PREFIX", testing::nats_prefix()),
        ];
        let fast = [
            ("DIAL_TIMEOUT", "90ms"),
            ("LEASE", "200ms"),
            ("SETTLE", "40ms"),
            ("SWEEP", "10ms"),
            ("STATUS_MARGIN", "50ms"),
            ("RING_TIMEOUT", "50ms"),
            ("DIAL_RETRY", "5ms"),
            // Schedules share their dialers, and one's bad luck is not another's.
            ("CARRIER_FAILURES_MAX", "1000000"),
        ];
        let fast = fast.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let env: BTreeMap<_, _> = env.map(|(name, value)| (name.to_owned(), value)).into_iter().chain(fast).collect();
        let config = Config::read(&env).unwrap();
        let store = Store::open(&config.database_url, 4).await.unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let bus = Bus::open(&BusSettings::read(&env).unwrap(), clock.clone()).await.unwrap();
        let phones = Arc::new(Phones::default());
        phones.pool.set(store.pool()).unwrap();
        let desks = [0, 1].map(|_| {
            let mut desk = desk(config.clone(), (store.clone(), bus.clone()), clock.clone(), phones.clone());
            Arc::get_mut(&mut desk).unwrap().clock = phones.watch.clone();
            desk
        });
        let random = StdRng::seed_from_u64(0);
        let figures = Figures::default();
        let (asks, stale, asleep, late) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { desks, phones, random, asks, stale, asleep, late, figures }
    }

    async fn run(&mut self, number: u64) {
        self.random = StdRng::seed_from_u64(number);
        self.asks = (0..CALLS).map(|index| self.ask(index)).collect();
        (self.stale, self.late) = (Vec::new(), Vec::new());
        self.phones.legs.lock().unwrap().clear();
        for ask in self.asks.clone() {
            self.hear(ask.planned()).await;
        }
        for _ in 0..ACTS {
            Box::pin(self.act()).await;
        }
        let pool = self.desks[0].store.pool();
        until(async || {
            self.settle().await;
            let open: Vec<uuid::Uuid> =
                sqlx::query_scalar("SELECT call_id FROM calls WHERE state <> 'ended'").fetch_all(&pool).await.unwrap();
            if open.is_empty() { Ok(()) } else { Err(format!("schedule {number}: {open:?} are not over")) }
        })
        .await;
        // They find that it is too late.
        while !self.asleep.is_empty() {
            self.wake().await;
        }
        self.judge(number, &pool).await;
    }

    /// What must hold of every call, however it went.
    async fn judge(&mut self, number: u64, pool: &sqlx::PgPool) {
        for ask in &self.asks {
            let ends: i64 =
                sqlx::query_scalar("SELECT count(*) FROM outbox WHERE kind = 'call.ended' AND call_id = $1")
                    .bind(ask.call.uuid())
                    .fetch_one(pool)
                    .await
                    .unwrap();
            assert_eq!(ends, 1, "schedule {number}: one end for each call");
            let ended: Timestamp = sqlx::query_scalar("SELECT ended_at FROM calls WHERE call_id = $1")
                .bind(ask.call.uuid())
                .fetch_one(pool)
                .await
                .unwrap();
            assert!(ended <= ask.deadline + LATE_MAX, "schedule {number}: over at {ended}, after {}", ask.deadline);
            let rings = self.phones.legs.lock().unwrap().iter().filter(|leg| leg.to == ask.route.to).count();
            let dials_max = ask.terms.retry.map_or(1, |retry| retry.attempts_max.get() as usize);
            assert!(rings <= dials_max, "schedule {number}: {rings} rings where {dials_max} are allowed");
            self.figures.calls += 1;
            self.figures.rings += rings as u64;
            if dials_max == 1 {
                self.figures.rings_max = self.figures.rings_max.max(rings);
            }
        }
        self.figures.schedules += 1;
        let wrong = self.phones.wrong.lock().unwrap();
        assert!(wrong.is_empty(), "schedule {number}: {wrong:?}");
    }

    fn ask(&mut self, index: u32) -> Ask {
        let now = SystemClock.now();
        let retry =
            Retry { attempts_max: 3.try_into().unwrap(), on_no_answer: true, on_busy: true, wait: Duration::ZERO };
        Ask {
            call: CallId::new(now, rand::random()),
            org: OrgId::new(now, rand::random()),
            route: Route {
                mode: Mode::Test,
                from: "+14155550199".parse().unwrap(),
                to: format!("+141555501{index:02}").parse().unwrap(),
                workflow_id: WorkflowId::new(now, rand::random()),
            },
            deadline: now + DEADLINE,
            voicemail: VoicemailPolicy::HangUp,
            max_duration: Duration::from_millis(100),
            terms: Terms { retry: self.random.random_bool(0.5).then_some(retry), ..Terms::default() },
        }
    }

    async fn act(&mut self) {
        match self.random.random_range(0..16) {
            0..=3 => {
                let does = *DOES.choose(&mut self.random).unwrap();
                self.claim_and_dial(does).await;
            }
            4 => {
                let frozen = self.claim().await;
                self.stale.extend(frozen);
            }
            5 => {
                if let Some(claimed) = self.stale.pop() {
                    self.figures.frozen += 1;
                    self.dial(claimed, Does::Places).await;
                }
            }
            6..=8 => self.phones_go_on().await,
            9 => {
                for report in std::mem::take(&mut self.late) {
                    self.desk().report(&report).await.unwrap();
                }
            }
            10 => self.desk().sweep().await.unwrap(),
            11 => {
                for claimed in self.claim().await {
                    self.figures.frozen += 1;
                    self.phones.watch.set(Watch::ARMED);
                    self.dial(claimed, Does::Places).await;
                    self.phones.watch.set(Watch::FREE);
                }
            }
            12 => self.fall_asleep().await,
            13 => self.wake().await,
            14 => {
                self.let_leases_end().await;
                self.fall_asleep().await;
            }
            _ => {
                let ask = self.asks.choose(&mut self.random).unwrap().clone();
                let canceled = CallCancelRequested { route: ask.route.clone(), reason: CancelReason::Caller };
                let canceled = fact(&ask, Fact::CallCancelRequested(canceled));
                let again = if self.random.random_bool(0.7) { ask.planned() } else { canceled };
                self.hear(again).await;
            }
        }
    }

    /// What happens when nothing bad does.
    async fn settle(&mut self) {
        for report in std::mem::take(&mut self.late) {
            self.desk().report(&report).await.unwrap();
        }
        while let Some(report) = self.phones.go_on(&mut self.random) {
            self.desk().report(&report).await.unwrap();
        }
        self.claim_and_dial(Does::Places).await;
        self.desk().sweep().await.unwrap();
    }

    fn desk(&mut self) -> Arc<Desk> {
        self.desks.choose(&mut self.random).unwrap().clone()
    }

    async fn hear(&mut self, envelope: Envelope) {
        let heard = Heard { envelope, trace: TraceContext::default(), delivery: 1 };
        let worker = Worker { desk: self.desk() };
        assert_eq!(worker.hear(heard).await, Verdict::Done);
    }

    async fn claim(&mut self) -> Vec<Claimed> {
        let desk = self.desk();
        let room = Room { most: 1, concurrent_calls_max: 10 };
        desk.store.claim(desk.me, Mode::Test, desk.patience.lease, room).await.unwrap()
    }

    async fn claim_and_dial(&mut self, does: Does) {
        for claimed in self.claim().await {
            self.dial(claimed, does).await;
        }
    }

    /// Somebody makes the intent, and is frozen while it waits for the moment of its number.
    async fn fall_asleep(&mut self) {
        for claimed in self.claim().await {
            let (wakes, sleeps) = oneshot::channel();
            *self.phones.watch.wakes.lock().unwrap() = Some(sleeps);
            let (desk, phones) = (self.desk(), self.phones.clone());
            #[expect(clippy::disallowed_methods, reason = "it is awaited before the schedule is judged")]
            let mut dials = tokio::spawn(async move { desk.dial(claimed).await.unwrap() });
            tokio::select! {
                // There was nothing to dial.
                done = &mut dials => {
                    done.unwrap();
                    phones.watch.wakes.lock().unwrap().take();
                }
                () = phones.watch.asleep.notified() => {
                    self.figures.frozen += 1;
                    self.asleep.push((wakes, dials));
                }
            }
        }
    }

    async fn wake(&mut self) {
        if self.asleep.is_empty() {
            return;
        }
        let index = self.random.random_range(0..self.asleep.len());
        let (wakes, dials) = self.asleep.swap_remove(index);
        *self.phones.does.lock().unwrap() = Some((Does::Places, Cause::Busy));
        wakes.send(()).unwrap();
        dials.await.unwrap();
        self.phones.does.lock().unwrap().take();
    }

    /// Time passes.
    async fn let_leases_end(&self) {
        let ended = "UPDATE calls SET lease_until = now() - interval '1 millisecond' WHERE state = 'ready' AND lease_until > now()";
        sqlx::query(ended).execute(&self.desks[0].store.pool()).await.unwrap();
    }

    async fn dial(&mut self, claimed: Claimed, does: Does) {
        let causes = [Cause::Busy, Cause::NoAnswer, Cause::Completed, Cause::Failed { code: None }];
        let cause = causes.choose(&mut self.random).unwrap().clone();
        *self.phones.does.lock().unwrap() = Some((does, cause));
        let (desk, phones) = (self.desk(), self.phones.clone());
        tokio::select! {
            done = desk.dial(claimed) => done.unwrap(),
            () = phones.killed.notified() => self.figures.deaths += 1,
        }
        if phones.does.lock().unwrap().take().is_none() && matches!(does, Does::PlacesAndFails | Does::Fails) {
            self.figures.lost_answers += 1;
        }
    }

    /// One leg goes on, and its webhook comes, comes twice, comes late, or is lost.
    async fn phones_go_on(&mut self) {
        let Some(report) = self.phones.go_on(&mut self.random) else {
            return;
        };
        let fate = self.random.random_range(0..6);
        self.figures.bad_webhooks += u64::from(fate < 3);
        match fate {
            0 => {}
            1 => self.late.push(report),
            2 => {
                let (first, second) = (self.desk(), self.desk());
                let (first, second) = tokio::join!(first.report(&report), second.report(&report));
                first.unwrap();
                second.unwrap();
            }
            _ => {
                self.desk().report(&report).await.unwrap();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_schedule_rings_a_phone_twice_or_leaves_a_call_without_its_one_end() {
    runtime::install_crypto();
    let env = ProcessEnv::read().unwrap();
    let schedules: u64 = parsed(&env, "SCHEDULES", SCHEDULES).unwrap();
    let seed: u64 = parsed(&env, "SEED", 0).unwrap();
    println!("schedules from SEED={seed} on");
    let lane = async |first: u64| {
        let mut lane = Box::pin(Lane::new()).await;
        for number in (first..schedules).step_by(usize::try_from(LANES).unwrap()) {
            Box::pin(lane.run(seed.wrapping_add(number))).await;
        }
        lane.figures
    };
    let figures = join_all((0..LANES.min(schedules)).map(lane)).await;
    let figures = figures.into_iter().fold(Figures::default(), Figures::with);
    assert_eq!(figures.schedules, schedules);
    show(&format!("seed {seed}: {figures}"));
}
