//! What a schedule does, one act after the other, and what must hold of every call in the end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, BusSettings, Hear, Heard, Verdict};
use dialer::Config;
use dialer::carrier::{Cause, Report};
use dialer::desk::Desk;
use dialer::store::{Claimed, Room, Store};
use dialer::worker::Worker;
use proto::call::Mode;
use proto::fact::{CallCancelRequested, CancelReason, Retry, Terms};
use proto::workflow::VoicemailPolicy;
use proto::{CallId, Envelope, Fact, OrgId, Route, Timestamp, WorkflowId};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use runtime::{Clock, SystemClock, TraceContext};
use stack::testing;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::Figures;
use super::phones::{Does, Fate, Phones};
use super::watch::Watch;
use crate::steps::desk;
use crate::world::{Ask, fact, until};

const CALLS: u32 = 3;
const ACTS: u32 = 30;
/// A call that nobody hinders is over long before.
const DEADLINE: Duration = Duration::from_secs(10);
/// Beyond the deadline the carrier has its time to say that it is over, and a loaded machine takes its own.
const LATE_MAX: Duration = Duration::from_secs(10);

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

/// Two dialers of one database, and what a schedule has in hand.
pub(super) struct Lane {
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
    pub(super) figures: Figures,
}

impl Lane {
    pub(super) async fn new() -> Self {
        let servers = testing::Servers::shared().await;
        let env = [
            ("DATABASE_URL", testing::database().await),
            ("NATS_URL", servers.nats_url()),
            ("NATS_PREFIX", testing::nats_prefix()),
        ];
        // What a loaded machine can keep: an owner who is only slow must not look frozen. Leases end when a schedule says so.
        let fast = [
            ("DIAL_TIMEOUT", "600ms"),
            ("LEASE", "5s"),
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

    pub(super) async fn run(&mut self, number: u64) {
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
        match self.random.random_range(0..18) {
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
            15 | 16 => self.let_leases_end().await,
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
        self.let_leases_end().await;
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
        *self.phones.fate.lock().unwrap() = Some(Fate::plain());
        wakes.send(()).unwrap();
        dials.await.unwrap();
        self.phones.fate.lock().unwrap().take();
    }

    /// Time passes.
    async fn let_leases_end(&self) {
        let ended = "UPDATE calls SET lease_until = now() - interval '1 millisecond' WHERE state <> 'ended' AND lease_until > now()";
        sqlx::query(ended).execute(&self.desks[0].store.pool()).await.unwrap();
    }

    async fn dial(&mut self, claimed: Claimed, does: Does) {
        let causes = [Cause::Busy, Cause::NoAnswer, Cause::Completed, Cause::Failed { code: None }];
        let cause = causes.choose(&mut self.random).unwrap().clone();
        let shown_late = self.random.random_bool(0.5);
        *self.phones.fate.lock().unwrap() = Some(Fate { does, cause, shown_late });
        let (desk, phones) = (self.desk(), self.phones.clone());
        tokio::select! {
            done = desk.dial(claimed) => done.unwrap(),
            () = phones.killed.notified() => self.figures.deaths += 1,
        }
        if phones.fate.lock().unwrap().take().is_none() && matches!(does, Does::PlacesAndFails | Does::Fails) {
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
