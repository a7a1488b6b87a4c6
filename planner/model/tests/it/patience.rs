//! When a model is asked again, by how many at once, and for how long.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use metrics_exporter_prometheus::PrometheusBuilder;
use model::{Failed, Model, Patient, Prices, Question, Reply, Tokens};
use runtime::{Clock as _, SystemClock};

use crate::shapes::question;

/// Needs a second for each answer.
struct Moody {
    /// What it fails with first; then it answers.
    moods: Mutex<VecDeque<Failed>>,
    asked: AtomicUsize,
    open: AtomicUsize,
    most: AtomicUsize,
}

const SECOND: Duration = Duration::from_secs(1);

impl Moody {
    fn new(moods: impl IntoIterator<Item = Failed>) -> Arc<Self> {
        let moods = Mutex::new(moods.into_iter().collect());
        let [asked, open, most] = [0, 0, 0].map(AtomicUsize::new);
        Arc::new(Self { moods, asked, open, most })
    }
}

#[async_trait]
impl Model for Moody {
    fn name(&self) -> &'static str {
        "test/moody"
    }

    async fn answer(&self, _: &Question, _: Duration) -> Result<Reply, Failed> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(open, Ordering::SeqCst);
        SystemClock.sleep(SECOND).await;
        self.open.fetch_sub(1, Ordering::SeqCst);
        let mood = self.moods.lock().unwrap().pop_front();
        mood.map_or_else(|| Ok(Reply { text: "{}".to_owned(), tokens: Tokens { read: 700, written: 300 } }), Err)
    }
}

fn patient(model: &Arc<Moody>, slots: usize) -> Patient {
    Patient::new(Arc::<Moody>::clone(model), slots, Prices::default(), Arc::new(SystemClock))
}

async fn ask(patient: &Patient, within: Duration) -> Result<(), Failed> {
    patient.ask(&question(), SystemClock.instant() + within).await.map(drop)
}

fn busy(seconds: u64) -> Failed {
    Failed::Busy { retry_after: Some(Duration::from_secs(seconds)) }
}

#[tokio::test(start_paused = true)]
async fn a_model_that_is_busy_is_asked_again_when_it_said() {
    let model = Moody::new([busy(7), Failed::Unreachable]);
    let began = SystemClock.instant();
    ask(&patient(&model, 1), 60 * SECOND).await.unwrap();
    assert_eq!(model.asked.load(Ordering::SeqCst), 3);
    let took = SystemClock.instant().duration_since(began);
    assert!(took > 10 * SECOND, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn nobody_is_asked_for_ever_or_after_the_deadline() {
    let model = Moody::new([busy(1), busy(1), busy(1), busy(1)]);
    assert_eq!(ask(&patient(&model, 1), 600 * SECOND).await, Err(busy(1)));
    assert_eq!(model.asked.load(Ordering::SeqCst), 3);

    let model = Moody::new([busy(7)]);
    let began = SystemClock.instant();
    assert_eq!(ask(&patient(&model, 1), 5 * SECOND).await, Err(busy(7)));
    assert_eq!(model.asked.load(Ordering::SeqCst), 1);
    assert_eq!(SystemClock.instant().duration_since(began).as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_more_are_asked_at_once_than_agreed_and_nobody_waits_beyond_the_deadline() {
    let model = Moody::new([]);
    let patient = patient(&model, 2);
    let answers = join_all((0..6).map(|_| ask(&patient, SECOND * 5 / 2))).await;
    let answered = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!((answered, model.most.load(Ordering::SeqCst)), (6, 2));

    let late = join_all((0..6).map(|_| ask(&patient, SECOND * 3 / 2))).await;
    let turned_away = late.iter().filter(|answer| **answer == Err(Failed::Busy { retry_after: None })).count();
    assert_eq!((turned_away, model.asked.load(Ordering::SeqCst)), (2, 10));
}

#[tokio::test(start_paused = true)]
async fn what_a_model_reads_and_writes_is_counted_with_its_price() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let shown = recorder.handle();
    let _counted = metrics::set_default_local_recorder(&recorder);
    let model = Moody::new([busy(1)]);
    let prices = Prices { read: 2.5, written: 10.0 };
    let patient = Patient::new(Arc::<Moody>::clone(&model), 1, prices, Arc::new(SystemClock));
    for _ in 0..2 {
        ask(&patient, 60 * SECOND).await.unwrap();
    }
    let shown = shown.render();
    for line in [
        r#"model_requests_total{model="test/moody",outcome="answered"} 2"#,
        r#"model_requests_total{model="test/moody",outcome="busy"} 1"#,
        r#"model_tokens_total{model="test/moody",kind="read"} 1400"#,
        r#"model_tokens_total{model="test/moody",kind="written"} 600"#,
        r#"model_cost_microdollars_total{model="test/moody"} 9500"#,
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line} is not in\n{shown}");
    }
}
