//! The life of one call.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::callee::Callee;
use crate::detection::{self, Verdict};
use crate::document::{Next, Work};
use crate::exchange::Exchange;
use crate::mind::Mind;
use crate::order::{Fields, Order, Source, Stage};
use crate::pace::Stopwatch;
use crate::person::{Fault, PicksUp};
use crate::status::Status;
use crate::tell::{news, post, standard};
use crate::twiml::{self, Verb};
use crate::webhook::Target;

/// From the request to the first sign of the callee's network.
const DIALS: Duration = Duration::from_millis(500);
/// How long it takes until a line is found busy, or not found at all.
const FAILS: Duration = Duration::from_millis(700);
/// How long it rings until somebody picks up, or presses the red button.
const RINGS: Duration = Duration::from_secs(4);
/// An application takes its own time, by the clock on the wall, however fast the network is: so long nobody loses
/// patience with it.
const APPLICATION_MAY_TAKE: Duration = Duration::from_secs(4);
/// Documents of one call; more is two documents that point at each other.
const DOCUMENTS_MAX: usize = 50;

const NOT_FOUND: u16 = 404;
const BUSY: u16 = 486;
const TERMINATED: u16 = 487;
const DECLINED: u16 = 603;

/// A call that was accepted.
pub(crate) struct Call {
    pub(crate) sid: String,
    pub(crate) order: Order,
    /// How many calls to this number came before it.
    pub(crate) nth: usize,
    pub(crate) over: CancellationToken,
    pub(crate) redirects: mpsc::Receiver<Source>,
}

/// Lives a call to its end. The network keeps nothing over a stop: its calls end with it.
pub(crate) async fn live(exchange: Arc<Exchange>, call: Call) {
    let sid = call.sid.clone();
    let (tells, told) = mpsc::channel(2 * Stage::ALL.len());
    let deliver = deliver(&exchange, &sid, told);
    let fault = exchange.directory.who(&call.order.to).fault;
    let unruly = fault == Some(Fault::TellsTwice);
    let mut life = Life { exchange: &exchange, call, tells, sequence: 0, unruly, held_back: None };
    let life = async move { life.run().await };
    tokio::select! {
        ((), ()) = async { tokio::join!(life, deliver) } => tracing::info!(call.sid = %sid, "a call is over"),
        () = exchange.stop.soft() => {
            // It may be over already, and only its last webhook undelivered.
            drop(exchange.ledger.advance(&sid, Status::Failed, exchange.pace.now()));
        }
    }
}

/// Tells the application one thing after the other, while the call goes on.
async fn deliver(exchange: &Exchange, sid: &str, mut told: mpsc::Receiver<(Target, Fields)>) {
    while let Some((target, parameters)) = told.recv().await {
        post(exchange, sid, &target, parameters).await;
    }
}

struct Life<'a> {
    exchange: &'a Exchange,
    call: Call,
    tells: mpsc::Sender<(Target, Fields)>,
    sequence: u32,
    /// Whether its webhooks come twice, and that of ringing last.
    unruly: bool,
    held_back: Option<(Target, Fields)>,
}

impl Life<'_> {
    async fn run(&mut self) {
        let person = self.exchange.directory.who(&self.call.order.to);
        let over = self.call.over.clone();
        let reached = over.run_until_cancelled(self.reach(person.picks_up)).await;
        if reached == Some(true) && self.advance(Status::InProgress) {
            self.tell(Stage::Answered, "in-progress");
            let mind = Mind::new(person, self.exchange.settings.seed, &self.call.order.to, self.call.nth);
            let patience_min = self.exchange.pace.meanwhile(APPLICATION_MAY_TAKE);
            let watch = self.exchange.pace.start();
            self.answered(Callee::new(mind, patience_min), &watch).await;
            let talked = watch.elapsed();
            self.exchange.ledger.note(&self.call.sid, |record| record.talked = Some(talked));
            // Unless somebody else has ended it.
            self.advance(Status::Completed);
        }
        if let Some(record) = self.exchange.record(&self.call.sid) {
            self.tell(Stage::Completed, record.status.as_str());
        }
    }

    /// Whether somebody picks up.
    async fn reach(&mut self, picks_up: PicksUp) -> bool {
        let exchange = self.exchange;
        self.tell(Stage::Initiated, "initiated");
        exchange.pace.wait(DIALS).await;
        let now = exchange.pace.now();
        exchange.ledger.note(&self.call.sid, |record| record.dialed = Some(now));
        match picks_up {
            PicksUp::Unknown | PicksUp::Refused => {
                exchange.pace.wait(FAILS).await;
                self.fail(Status::Failed, NOT_FOUND)
            }
            PicksUp::Busy => {
                exchange.pace.wait(FAILS).await;
                self.ring();
                self.fail(Status::Busy, BUSY)
            }
            PicksUp::Rejects => self.rings_for(RINGS).await && self.fail(Status::Busy, DECLINED),
            PicksUp::Never => self.rings_for(Duration::MAX).await,
            PicksUp::Answers => self.rings_for(RINGS).await,
        }
    }

    /// Whether it rang for as long as the callee needs.
    async fn rings_for(&mut self, needed: Duration) -> bool {
        if !self.advance(Status::Ringing) {
            return false;
        }
        self.ring();
        self.tell(Stage::Ringing, "ringing");
        let allowed = self.call.order.ring_max;
        self.exchange.pace.wait(needed.min(allowed)).await;
        needed <= allowed || self.fail(Status::NoAnswer, TERMINATED)
    }

    fn ring(&self) {
        self.exchange.ledger.note(&self.call.sid, |record| record.rings += 1);
    }

    /// Ends a call that nobody answered.
    fn fail(&self, status: Status, sip: u16) -> bool {
        self.exchange.ledger.note(&self.call.sid, |record| record.sip = Some(sip));
        self.advance(status);
        false
    }

    fn advance(&self, next: Status) -> bool {
        self.exchange.ledger.advance(&self.call.sid, next, self.exchange.pace.now()).is_ok()
    }

    async fn answered(&mut self, mut callee: Callee, watch: &Stopwatch) {
        let over = self.call.over.clone();
        let exchange = self.exchange;
        let verdict =
            self.call.order.detection.clone().map(|detection| (Verdict::of(&callee, detection.until), detection));
        let mut parameters = Fields::new();
        let mut aside = None;
        match verdict {
            Some((verdict, detection)) if detection.aside.is_some() => aside = detection.aside.map(|to| (verdict, to)),
            Some((verdict, _)) => {
                over.run_until_cancelled(watch.reach(Some(verdict.at))).await;
                parameters = verdict.parameters(watch.elapsed());
                exchange.ledger.note(&self.call.sid, |record| record.answered_by = Some(verdict.word));
            }
            None => {}
        }
        let sid = self.call.sid.clone();
        let talk_max = self.call.order.talk_max;
        let listen = async {
            let Some((verdict, target)) = aside else { return };
            if over.run_until_cancelled(watch.reach(Some(verdict.at))).await.is_some() {
                exchange.ledger.note(&sid, |record| record.answered_by = Some(verdict.word));
                let mut fields = detection::identity(exchange, &sid);
                fields.extend(verdict.parameters(watch.elapsed()));
                post(exchange, &sid, &target, fields).await;
            }
        };
        let follow = async {
            let mut follow = std::pin::pin!(self.follow(parameters, &mut callee, watch));
            tokio::select! {
                () = &mut follow => {}
                () = watch.reach(Some(talk_max)) => {
                    over.cancel();
                    follow.await;
                }
            }
            over.cancel();
        };
        tokio::join!(follow, listen);
    }

    /// Goes from document to document until the call is over.
    async fn follow(&mut self, parameters: Fields, callee: &mut Callee, watch: &Stopwatch) {
        let over = self.call.over.clone();
        let mut next = Next::Document { source: self.call.order.answer.clone(), parameters };
        for _ in 0..DOCUMENTS_MAX {
            let Next::Document { source, parameters } = next else {
                return;
            };
            let base = source.url();
            let Some(Some(document)) = over.run_until_cancelled(self.fetch(source, parameters)).await else {
                return;
            };
            let cut = over.child_token();
            let work = Work { exchange: self.exchange, sid: &self.call.sid, base, watch, cut: &cut };
            let mut work = std::pin::pin!(work.perform(&document, callee));
            next = tokio::select! {
                next = &mut work => next,
                Some(source) = self.call.redirects.recv() => {
                    cut.cancel();
                    work.await;
                    Next::Document { source, parameters: Fields::new() }
                }
            };
        }
    }

    /// The next document; None: there is none, and the vendor would say that an application error has occurred.
    async fn fetch(&self, source: Source, parameters: Fields) -> Option<Vec<Verb>> {
        let text = match source {
            Source::Given(text) => text,
            Source::Asked(target) => {
                let mut fields = standard(self.exchange, &self.exchange.record(&self.call.sid)?, "in-progress");
                fields.extend(parameters);
                let answer = post(self.exchange, &self.call.sid, &target, fields).await?;
                if !(200..300).contains(&answer.status) {
                    tracing::warn!(call.sid = %self.call.sid, status = answer.status, "no document was given");
                    return None;
                }
                answer.body
            }
        };
        twiml::read(&text)
            .inspect_err(|error| tracing::warn!(call.sid = %self.call.sid, %error, "a document can't be used"))
            .ok()
    }

    /// Tells how far the call is, if the application wants to know.
    fn tell(&mut self, stage: Stage, status: &str) {
        let sequence = self.sequence;
        let Some(progress) = self.call.order.progress.as_ref().filter(|progress| progress.wants(stage)) else {
            return;
        };
        let Some(record) = self.exchange.record(&self.call.sid) else {
            return;
        };
        self.sequence += 1;
        let mut fields = standard(self.exchange, &record, status);
        fields.extend(news(self.exchange, &record, stage, sequence));
        let webhook = (progress.target.clone(), fields);
        if !self.unruly {
            return self.send(webhook);
        }
        if stage == Stage::Ringing {
            self.held_back = Some(webhook);
            return;
        }
        let late = self.held_back.take_if(|_| stage == Stage::Completed);
        for webhook in [Some(webhook), late].into_iter().flatten() {
            self.send(webhook.clone());
            self.send(webhook);
        }
    }

    /// There is room for every stage twice.
    fn send(&self, webhook: (Target, Fields)) {
        drop(self.tells.try_send(webhook));
    }
}
