//! Claims for hosts that have their share, so that a place that comes free is filled at once and not after a look into
//! the table. Pure: the time is an argument.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Waiting `T`s by host, in their order.
#[derive(Debug)]
pub struct Queue<T> {
    hosts: HashMap<Arc<str>, VecDeque<(Instant, T)>>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { hosts: HashMap::new() }
    }
}

impl<T> Queue<T> {
    pub fn push(&mut self, host: Arc<str>, item: T, now: Instant) {
        self.hosts.entry(host).or_default().push_back((now, item));
    }

    /// For one that was taken and could not be used.
    pub fn push_front(&mut self, host: Arc<str>, item: T, since: Instant) {
        self.hosts.entry(host).or_default().push_front((since, item));
    }

    /// The first of a host, and since when it waits.
    pub fn pop(&mut self, host: &str) -> Option<(Instant, T)> {
        let waiting = self.hosts.get_mut(host)?;
        let first = waiting.pop_front();
        if waiting.is_empty() {
            self.hosts.remove(host);
        }
        first
    }

    pub fn of_host(&self, host: &str) -> usize {
        self.hosts.get(host).map_or(0, VecDeque::len)
    }

    pub fn len(&self) -> usize {
        self.hosts.values().map(VecDeque::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.hosts.is_empty()
    }

    pub fn hosts(&self) -> Vec<Arc<str>> {
        self.hosts.keys().cloned().collect()
    }

    /// Takes out what has waited for so long.
    pub fn take_aged(&mut self, age: Duration, now: Instant) -> Vec<T> {
        let mut aged = Vec::new();
        for waiting in self.hosts.values_mut() {
            while let Some((_, item)) = waiting.pop_front_if(|(since, _)| now.duration_since(*since) >= age) {
                aged.push(item);
            }
        }
        self.hosts.retain(|_, waiting| !waiting.is_empty());
        aged
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use runtime::{Clock as _, SystemClock};

    use super::Queue;

    #[test]
    fn each_host_has_its_own_order() {
        let (mut queue, now) = (Queue::default(), SystemClock.instant());
        queue.push("a".into(), 1, now);
        queue.push("b".into(), 2, now);
        queue.push("a".into(), 3, now);
        assert_eq!((queue.of_host("a"), queue.len()), (2, 3));
        let (since, first) = queue.pop("a").unwrap();
        queue.push_front("a".into(), first, since);
        assert_eq!(queue.pop("a"), Some((now, 1)));
        assert_eq!(queue.pop("a"), Some((now, 3)));
        assert_eq!(queue.pop("a"), None);
        assert_eq!(queue.hosts(), ["b".into()]);
    }

    #[test]
    fn what_waits_too_long_is_taken_out() {
        let (mut queue, now) = (Queue::default(), SystemClock.instant());
        let later = now + Duration::from_secs(9);
        queue.push("a".into(), 1, now);
        queue.push("a".into(), 2, later);
        assert_eq!(queue.take_aged(Duration::from_secs(10), now + Duration::from_secs(10)), [1]);
        assert_eq!(queue.len(), 1);
        assert_eq!(queue.take_aged(Duration::ZERO, later), [2]);
        assert!(queue.is_empty());
    }
}
