//! What Postgres does for a page of calls: it is read along an index, however many calls there are.

use std::time::Duration;

use proto::{CallId, OrgId, Private, Timestamp};
use runtime::{Clock as _, SystemClock};
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{CallFilter, Position, push};
use crate::store::Store;

/// Enough that reading them all would cost more than any index.
const ROWS: i64 = 50_000;
const PAGE: u32 = 50;
/// How often each list is read where its time counts; the median does.
const READS: usize = 101;

struct Table {
    store: Store,
    org: OrgId,
}

impl Table {
    /// Calls of one organization, a second apart, and as many of another; one in fifty is open, and one in fifty went to
    /// voicemail. A workflow is followed by a hundred, and a number is called ten times.
    async fn of(rows: i64) -> Self {
        let store = Store::open(&stack::testing::database().await.into(), 1).await.unwrap();
        let (org, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut connection = store.pool.acquire().await.unwrap();
        let orgs = "INSERT INTO orgs SELECT org, 'Acme', now() FROM unnest($1::uuid[]) AS org";
        sqlx::query("SET statement_timeout = 0").execute(&mut *connection).await.unwrap();
        sqlx::query(orgs).bind([org, other]).execute(&mut *connection).await.unwrap();
        let calls = "INSERT INTO calls (call_id, org_id, workflow_id, mode, from_phone, recipient_phone, callback_wanted,
                 created_at, deadline, status, call_status, planned_at, ended_at, requested_event, traceparent, tracestate,
                 told_at)
             SELECT gen_random_uuid(), org, md5((n / 100)::text)::uuid, 'test', '+14155550100',
                 '+1' || (4152000000 + n / 10), false, at, at + interval '1 hour',
                 CASE WHEN n % 50 = 0 THEN 'queued' ELSE 'ended' END,
                 CASE WHEN n % 50 = 0 THEN NULL WHEN n % 50 = 1 THEN 'voicemail' ELSE 'success' END,
                 at, CASE WHEN n % 50 <> 0 THEN at END, gen_random_uuid(), '', '', at
             FROM unnest($1::uuid[]) AS org, generate_series(0, $2 - 1) AS n,
                 LATERAL (SELECT timestamptz '2026-01-01 00:00:00Z' + n * interval '1 second') AS time(at)";
        sqlx::query(calls).bind([org, other]).bind(rows).execute(&mut *connection).await.unwrap();
        let results = "INSERT INTO results (call_id, outcome, summary, messages, form_fills, duration_millis)
             SELECT call_id, CASE call_status WHEN 'voicemail' THEN 'voicemail' ELSE 'completed' END, '\"\"', '[]', '[]', 1
             FROM calls WHERE call_status IS NOT NULL";
        sqlx::query(results).execute(&mut *connection).await.unwrap();
        sqlx::query("VACUUM ANALYZE calls").execute(&mut *connection).await.unwrap();
        sqlx::query("VACUUM ANALYZE results").execute(&mut *connection).await.unwrap();
        drop(connection);
        Self { store, org: org.into() }
    }

    /// Every way to narrow a list, and a place in the middle of them.
    async fn lists(&self, rows: i64) -> (Vec<(&'static str, CallFilter)>, Position) {
        let half = Timestamp::from_timestamp(1_767_225_600 + rows / 2, 0).unwrap();
        let until = CallFilter { created_before: Some(half), ..CallFilter::default() };
        let middle = self.store.calls(self.org, &until, None, 1).await.unwrap().remove(0);
        let since = half - chrono::Duration::minutes(5);
        let lists = vec![
            ("all", CallFilter::default()),
            ("queued", CallFilter { status: Some("queued"), ..CallFilter::default() }),
            ("ended", CallFilter { status: Some("ended"), ..CallFilter::default() }),
            ("success", CallFilter { call_status: Some("success"), ..CallFilter::default() }),
            ("voicemail", CallFilter { call_status: Some("voicemail"), ..CallFilter::default() }),
            ("workflow", CallFilter { workflow_id: Some(middle.workflow_id), ..CallFilter::default() }),
            (
                "number",
                CallFilter {
                    recipient_phone: Some(Private::new(middle.recipient_phone.clone())),
                    ..CallFilter::default()
                },
            ),
            ("minutes", CallFilter { created_after: Some(since), created_before: Some(half), ..CallFilter::default() }),
        ];
        (lists, middle.position)
    }

    async fn plan(&self, filter: &CallFilter, after: Option<Position>) -> String {
        let mut query = QueryBuilder::new("EXPLAIN ");
        push(&mut query, self.org, filter, after, PAGE);
        let lines: Vec<String> = query.build_query_scalar().fetch_all(&self.store.pool).await.unwrap();
        lines.join("\n")
    }

    /// The median of many.
    async fn time(&self, filter: &CallFilter, after: Option<Position>) -> Duration {
        let mut times = Vec::new();
        for _ in 0..READS {
            let began = SystemClock.instant();
            self.store.calls(self.org, filter, after, PAGE).await.unwrap();
            times.push(SystemClock.instant() - began);
        }
        median(times)
    }

    async fn time_of_one(&self, call: CallId) -> Duration {
        let mut times = Vec::new();
        for _ in 0..READS {
            let began = SystemClock.instant();
            self.store.call(self.org, call).await.unwrap().unwrap();
            times.push(SystemClock.instant() - began);
        }
        median(times)
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[tokio::test]
async fn a_page_is_read_along_an_index_whatever_it_is_narrowed_to() {
    let table = Table::of(ROWS).await;
    let (lists, middle) = table.lists(ROWS).await;
    for (name, filter) in &lists {
        for after in [None, Some(middle)] {
            let plan = table.plan(filter, after).await;
            assert!(plan.contains("Index"), "{name}: {plan}");
            assert!(!plan.contains("Seq Scan") && !plan.contains("Bitmap"), "{name}: {plan}");
            // Calls of one workflow that came at the very same time are put in order; no others are.
            let sorts = plan.lines().any(|line| line.trim_start_matches([' ', '-', '>']).starts_with("Sort  ("));
            assert!(!sorts, "{name}: {plan}");
        }
    }
}

#[tokio::test]
async fn a_page_holds_what_was_asked_for_and_the_next_one_goes_on_after_it() {
    let table = Table::of(2_000).await;
    let (lists, _) = table.lists(2_000).await;
    for (name, filter) in &lists {
        let all = table.store.calls(table.org, filter, None, 2_000).await.unwrap();
        let mut walked = Vec::new();
        while let Some(page) = Some(table.store.calls(table.org, filter, walked.last().copied(), 7).await.unwrap())
            && !page.is_empty()
        {
            walked.extend(page.iter().map(|item| item.position));
        }
        let expected = match *name {
            "all" => 2_000,
            "queued" | "voicemail" => 40,
            "ended" => 1_960,
            "success" => 1_920,
            "workflow" => 100,
            "number" => 10,
            "minutes" => 300,
            other => panic!("{other}"),
        };
        assert_eq!(walked.len(), expected, "{name}");
        assert_eq!(walked, all.iter().map(|item| item.position).collect::<Vec<_>>(), "{name}");
        assert!(walked.is_sorted_by_key(|place| std::cmp::Reverse((place.created_at, place.call_id.uuid()))), "{name}");
    }
}

/// Run by `make bench-lists`: it fills a table with a million calls.
#[tokio::test]
#[ignore = "a measure, and it takes a minute"]
async fn a_page_and_a_call_take_as_long_among_a_million_as_among_a_thousand() {
    let (few, many) = (1_000, 1_000_000);
    let (small, large) = (Table::of(few).await, Table::of(many).await);
    let ((lists, small_middle), (large_lists, large_middle)) = (small.lists(few).await, large.lists(many).await);
    let mut figures = Vec::new();
    for ((name, filter), (_, large_filter)) in lists.iter().zip(&large_lists) {
        for (place, before, after) in [("first", None, None), ("deep", Some(small_middle), Some(large_middle))] {
            let times = (small.time(filter, before).await, large.time(large_filter, after).await);
            figures.push((format!("{name}, {place}"), times));
        }
    }
    let one = (small.time_of_one(small_middle.call_id).await, large.time_of_one(large_middle.call_id).await);
    figures.push(("one call".to_owned(), one));
    let told = figures.iter().map(|(name, (few, many))| {
        format!("{name:<18} {few:>10.1?} {many:>10.1?}  {:.2}", many.as_secs_f64() / few.as_secs_f64())
    });
    let told = told.collect::<Vec<_>>().join("\n");
    println!("{:<18} {few:>10} {many:>10}  times\n{told}", "calls");
    for (name, (few, many)) in figures {
        assert!(many < few * 3, "{name}: {many:?} is more than three times {few:?}");
    }
}
