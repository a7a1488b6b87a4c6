//! A carrier whose answers a schedule draws, and what must never be asked of it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock};

use async_trait::async_trait;
use dialer::carrier::{
    CannotTell, Carrier, Cause, DialError, DialRequest, Found, HangUp, LegId, News, Over, Probe, Refusal, Report,
};
use dialer::link::LineLink;
use proto::PhoneNumber;
use rand::RngExt;
use rand::rngs::StdRng;
use runtime::{Clock, SystemClock};
use tokio::sync::Notify;

use super::watch::{FROZEN, Watch};

/// What becomes of a request, and of the phone that it rings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) does: Does,
    pub(super) cause: Cause,
    /// The carrier's list does not show it yet when it is looked for the first time.
    pub(super) shown_late: bool,
}

impl Fate {
    /// Of who is dialed by somebody who was kept.
    pub(super) fn plain() -> Self {
        Self { does: Does::Places, cause: Cause::Busy, shown_late: false }
    }
}

/// What the carrier does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
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

/// A phone that rings, or did.
pub(super) struct Leg {
    link: LineLink,
    pub(super) to: PhoneNumber,
    shown: bool,
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

#[derive(Default)]
pub(super) struct Phones {
    /// Of the dialers, to look up the fence of an attempt.
    pub(super) pool: OnceLock<sqlx::PgPool>,
    pub(super) watch: Arc<Watch>,
    pub(super) legs: Mutex<Vec<Leg>>,
    pub(super) fate: Mutex<Option<Fate>>,
    pub(super) killed: Notify,
    /// What must never happen.
    pub(super) wrong: Mutex<Vec<String>>,
}

impl Phones {
    fn place(&self, request: &DialRequest, Fate { cause, shown_late, .. }: Fate) {
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
        legs.push(Leg { link: request.link, to: request.to.clone(), shown: !shown_late, last: News::Accepted, next });
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
    pub(super) fn go_on(&self, random: &mut StdRng) -> Option<Report> {
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
        let fate = self.fate.lock().unwrap().take().unwrap_or_else(Fate::plain);
        let does = fate.does;
        if matches!(does, Does::Places | Does::PlacesAndKills | Does::PlacesAndFails) {
            self.place(request, fate);
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
        let mut legs = self.legs.lock().unwrap();
        let Some(leg) = legs.iter_mut().find(|leg| leg.link.attempt == probe.attempt) else {
            return Ok(Found::Nothing);
        };
        let shown = std::mem::replace(&mut leg.shown, true);
        Ok(if shown { Found::Leg(leg.id(), leg.last.clone()) } else { Found::Nothing })
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
