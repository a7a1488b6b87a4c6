//! One conversation: a loop between the engine, the brain, the line and the tables. All waiting for a call is done here.

mod keep;
mod measured;
mod parting;
mod seated;
mod summing;
mod thinking;

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::{Conversation, Ending, Input, Limits, Output};
use runtime::Stop;
use runtime::trace::number;
use tracing::Instrument;
use tracing::field::Empty;

use self::keep::{Kept, Unsaved};
use self::parting::Parting;
use self::seated::Seated;
use self::summing::Summing;
use self::thinking::Thinking;
use crate::call::{Attempt, Call};
use crate::carrier::{AnsweredBy, LegId, Line, LineGone, Sound, Speech};
use crate::conversations::Seat;
use crate::desk::Desk;
use crate::link::LineLink;
use crate::store::Standing;

/// How long a carrier may take to hang up the media after our goodbye.
const CLOSE_MAX: Duration = Duration::from_secs(5);

/// Holds the conversation of a leg on a line that the carrier opened, until it ends or is taken from us.
pub async fn converse(desk: Arc<Desk>, link: LineLink, leg: LegId, media: Box<dyn Line>, stop: Stop) {
    let seated = match desk.take_over(link, leg).await {
        Ok(Some(seated)) => seated,
        Ok(None) => return,
        Err(error) => {
            // The carrier asks again what to do with the call.
            tracing::warn!(attempt.id = %link.attempt, %error, "a conversation could not be taken over");
            return;
        }
    };
    let span = tracing::info_span!("conversation", call.id = %seated.call.id, attempt.id = %link.attempt);
    seated.call.trace.parent_of(&span);
    let mut session = Session::new(desk, seated, media);
    async move {
        let parting = session.run(&stop).await;
        session.keep_at_last().await;
        metrics::counter!("conversations_total", "parting" => parting.word()).increment(1);
        let report = session.talk.report();
        metrics::counter!("claims_refused_total").increment(report.refused.into());
        metrics::counter!("claims_unfit_total").increment(report.unfit.into());
        metrics::counter!("replies_overruled_total").increment(report.overruled.into());
        if let Some(ending) = report.ending {
            metrics::counter!("goals_total", "goal" => report.goal.word(), "ending" => ending.word()).increment(1);
        }
        tracing::info!(
            parting = parting.word(),
            claims.refused = report.refused,
            claims.unfit = report.unfit,
            replies.overruled = report.overruled,
            replies.missed = report.unanswered,
            "conversation left"
        );
    }
    .instrument(span)
    .await;
}

struct Session {
    desk: Arc<Desk>,
    call: Call,
    attempt: Attempt,
    seat: Seat,
    talk: Conversation,
    line: Box<dyn Line>,
    thinking: Option<Thinking>,
    summing: Summing,
    unsaved: Unsaved,
    /// The callee's last words, until we answer them.
    heard_at: Option<Instant>,
    began: Instant,
    /// Since the call was answered until `began`.
    before: Duration,
    answered_by: Option<AnsweredBy>,
}

impl Session {
    fn new(desk: Arc<Desk>, seated: Seated, line: Box<dyn Line>) -> Self {
        let Seated { call, attempt, transcript, seat } = seated;
        let answered_at = call.told.answered_at().unwrap_or_else(|| desk.clock.now());
        let limits = Limits { duration_max: call.max_duration, ..desk.limits.clone() };
        let workflow = Arc::new(call.workflow.clone());
        let measure = measured::measure(&call, answered_at);
        let talk = if transcript.messages.is_empty() {
            Conversation::new(workflow, limits, None, measure)
        } else {
            Conversation::resume(workflow, limits, None, measure, transcript.messages)
        };
        Self {
            began: desk.clock.instant(),
            before: (desk.clock.now() - answered_at).to_std().unwrap_or(Duration::ZERO),
            desk,
            call,
            attempt,
            seat,
            talk,
            line,
            thinking: None,
            summing: Summing::default(),
            unsaved: Unsaved::default(),
            heard_at: None,
            answered_by: None,
        }
    }

    /// Drain, wait, feed.
    async fn run(&mut self, stop: &Stop) -> Parting {
        self.feed(Input::Connected);
        self.seat.news.notify_one();
        loop {
            if let Err(parting) = self.drain().await {
                return parting;
            }
            self.begin_to_sum_up();
            let wait = self.talk.poll_timeout().map(|timeout| timeout.saturating_sub(self.now()));
            let inputs = tokio::select! {
                sound = self.line.hear() => match sound {
                    Some(sound) => vec![self.input(sound)],
                    None => return self.cut(),
                },
                input = thinking::next(&mut self.thinking) => vec![input],
                () = Self::keep_summing(&mut self.summing, &mut self.unsaved.summary) => Vec::new(),
                () = reach(&self.desk, wait) => vec![Input::Tick],
                () = self.seat.news.notified() => match self.news().await {
                    Ok(inputs) => inputs,
                    Err(parting) => return parting,
                },
                () = stop.hard() => return Parting::Stopped,
            };
            for input in inputs {
                self.feed(input);
            }
        }
    }

    fn now(&self) -> Duration {
        self.before + self.desk.clock.instant().duration_since(self.began)
    }

    fn feed(&mut self, input: Input) {
        let now = self.now();
        self.talk.handle(input, now);
    }

    fn input(&mut self, sound: Sound) -> Input {
        match sound {
            Sound::Speaking => Input::Hearing,
            Sound::Words(text) => {
                self.heard_at = Some(self.desk.clock.instant());
                Input::Heard { text }
            }
            Sound::Interrupted { heard } => Input::Interrupted { heard_so_far: Some(heard) },
            Sound::Digit(digit) => Input::Digit(digit),
        }
    }

    /// Keeps what was said, then does what the engine wants.
    async fn drain(&mut self) -> Result<(), Parting> {
        let mut acts = Vec::new();
        while let Some(output) = self.talk.poll_output() {
            match output {
                Output::Turn { index, message } => self.said(index, message),
                Output::OptOut => self.unsaved.opt_out = true,
                Output::HangUp { reason } => {
                    self.unsaved.ending = Some(reason);
                    acts.push(Output::HangUp { reason });
                }
                act @ (Output::Say { .. } | Output::Language(_) | Output::Ask(_) | Output::SendDigits(_)) => {
                    acts.push(act);
                }
            }
        }
        if acts.is_empty() && self.unsaved.is_empty() {
            return Ok(());
        }
        let span = tracing::info_span!("turn", turns = number(self.unsaved.turns.len()), turn.reply_ms = Empty);
        async {
            if let Kept::Lost = self.keep().await {
                return Err(Parting::Replaced);
            }
            for act in acts {
                self.act(act).await?;
            }
            Ok(())
        }
        .instrument(span)
        .await
    }

    async fn act(&mut self, act: Output) -> Result<(), Parting> {
        let done = match act {
            Output::Say { text, interruptible, last } => {
                if let Some(heard_at) = self.heard_at.take_if(|_| !text.is_empty()) {
                    let took = self.desk.clock.instant().duration_since(heard_at);
                    metrics::histogram!("turn_seconds").record(took.as_secs_f64());
                    // By these milliseconds the collector keeps the traces of slow conversations.
                    tracing::Span::current().record("turn.reply_ms", number(took.as_millis()));
                }
                self.line.say(&Speech { text, interruptible, last }).await
            }
            Output::Ask(context) => {
                self.thinking = Some(Thinking::begin(self.desk.brain.clone(), context));
                Ok(())
            }
            Output::Language(language) => self.line.speak(&language).await,
            Output::SendDigits(digits) => self.line.press(&digits).await,
            Output::HangUp { .. } => return self.leave().await,
            Output::Turn { .. } | Output::OptOut => Ok(()),
        };
        done.map_err(|LineGone| Parting::Cut)
    }

    /// Who hangs up into our goodbye has heard all that matters.
    fn cut(&mut self) -> Parting {
        if let Some(ending @ (Ending::Closed | Ending::Goodbye)) = self.talk.leaves() {
            self.feed(Input::HungUp);
            self.unsaved.ending = Some(ending);
        }
        Parting::Cut
    }

    /// Gives the line back, and waits for the carrier to close it.
    async fn leave(&mut self) -> Result<(), Parting> {
        self.end_summing().await;
        self.line.end().await.map_err(|LineGone| Parting::Done)?;
        let closed = async { while self.line.hear().await.is_some() {} };
        tokio::select! {
            () = closed => {}
            () = self.desk.clock.sleep(CLOSE_MAX) => {}
        }
        Err(Parting::Done)
    }

    /// Somebody changed the call: who answered it may be known, or it may be over.
    async fn news(&mut self) -> Result<Vec<Input>, Parting> {
        let standing = match self.desk.store.call(self.call.id).await {
            Ok(standing) => standing,
            Err(error) => {
                tracing::warn!(call.id = %self.call.id, %error, "news of a call could not be read");
                return Ok(Vec::new());
            }
        };
        match standing {
            Standing::Open(call) if call.epoch == self.call.epoch => {}
            Standing::Open(_) => return Err(Parting::Replaced),
            Standing::Over | Standing::Unheard => return Err(Parting::Done),
        }
        let Ok(Some(now)) = self.desk.store.answered_by(self.attempt.id).await else {
            return Ok(Vec::new());
        };
        let before = self.answered_by.replace(now);
        if before == Some(now) {
            return Ok(Vec::new());
        }
        Ok(match now {
            AnsweredBy::Human => vec![Input::Human],
            AnsweredBy::Machine => vec![Input::Machine],
            AnsweredBy::MachineReady if before == Some(AnsweredBy::Machine) => vec![Input::Beep],
            AnsweredBy::MachineReady => vec![Input::Machine, Input::Beep],
            AnsweredBy::Unclear => Vec::new(),
        })
    }
}

async fn reach(desk: &Desk, wait: Option<Duration>) {
    match wait {
        Some(wait) => desk.clock.sleep(wait).await,
        None => pending().await,
    }
}
