//! What the program counts about itself, in Prometheus form.
//!
//! **Architecture Invariant:** a label holds a route's pattern, a method or a status, so that the
//! number of series is bounded and no series tells of a person, a record or a municipality.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

use crate::error::{Error, Result};

/// The media type of [`Meter::text`].
pub const CONTENT_TYPE: &str = prometheus_text::CONTENT_TYPE;

/// Upper ends of the steps in which durations are counted, in seconds: a page takes some
/// milliseconds, and after a minute the shell gives up.
const STEPS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

type Labels<const N: usize> = [(&'static str, String); N];

/// The counters and gauges of one application.
pub struct Meter {
    registry: Registry,
    requests: Family<Labels<3>, Counter>,
    seconds: Family<Labels<2>, Histogram, fn() -> Histogram>,
    under_way: Gauge,
    mails: Family<Labels<1>, Counter>,
    gauges: Vec<(Reading, Gauge)>,
    processor: Counter<f64, AtomicU64>,
}

/// What is read at the moment of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Connections to the database at most.
    Connections,
    /// Of those, in use.
    ConnectionsInUse,
    /// Who waits for a connection or for SQLite's writer.
    DatabaseWaiting,
    /// Rows of the audit trail that wait to be written.
    AuditWaiting,
    /// People signed in.
    Sessions,
    /// Mails that wait to be sent.
    MailsWaiting,
    /// Mails that were not delivered and that nobody has sent again.
    MailsFailed,
    /// Resident memory of the process.
    Memory,
    /// Open files and connections of the process.
    OpenFiles,
}

/// Names and words of the gauges.
const READINGS: &[(Reading, &str, &str)] = &[
    (Reading::Connections, "sasae_database_connections", "Connections to the database at most"),
    (Reading::ConnectionsInUse, "sasae_database_connections_in_use", "Connections to the database in use"),
    (Reading::DatabaseWaiting, "sasae_database_waiting", "Waiting for a connection, or for the one writer of SQLite"),
    (Reading::AuditWaiting, "sasae_audit_waiting", "Rows of the audit trail that wait to be written"),
    (Reading::Sessions, "sasae_sessions", "Sessions that are open and were used of late"),
    (Reading::MailsWaiting, "sasae_mails_waiting", "Mails that wait to be sent or to be tried again"),
    (Reading::MailsFailed, "sasae_mails_undelivered", "Mails that were not delivered and not sent again"),
    (Reading::Memory, "process_resident_memory_bytes", "Resident memory size in bytes"),
    (Reading::OpenFiles, "process_open_fds", "Number of open file descriptors"),
];

impl Default for Meter {
    fn default() -> Meter {
        let mut registry = Registry::default();
        let requests = add(&mut registry, "sasae_requests", "Requests answered");
        let seconds: Family<_, _, _> = Family::new_with_constructor((|| Histogram::new(STEPS)) as fn() -> Histogram);
        registry.register("sasae_request_seconds", "Time from a request to its answer", seconds.clone());
        let under_way = add(&mut registry, "sasae_requests_under_way", "Requests being answered");
        let mails = add(&mut registry, "sasae_mails", "Tries to send a mail, by what came of them");
        let gauges = READINGS.iter().map(|(reading, name, words)| (*reading, add(&mut registry, name, words)));
        let gauges = gauges.collect();
        let processor = add(&mut registry, "process_cpu_seconds", "Processor time used in seconds");
        Meter { registry, requests, seconds, under_way, mails, gauges, processor }
    }
}

fn add<M: Metric + Clone + Default>(registry: &mut Registry, name: &str, words: &str) -> M {
    let metric = M::default();
    registry.register(name, words, metric.clone());
    metric
}

/// A request that is being answered, until this is dropped.
#[derive(Debug)]
pub struct UnderWay(Gauge);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Meter {
    /// Counts a request as being answered.
    pub fn begin(&self) -> UnderWay {
        self.under_way.inc();
        UnderWay(self.under_way.clone())
    }

    /// Counts an answer. `route` is the pattern of the route, never an address.
    pub fn answered(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let (method, route) = (("method", method.to_owned()), ("route", route.to_owned()));
        self.seconds.get_or_create(&[method.clone(), route.clone()]).observe(took.as_secs_f64());
        self.requests.get_or_create(&[method, route, ("status", status.to_string())]).inc();
    }

    /// Counts a try to send a mail. `outcome` is a state of messages.
    pub fn mailed(&self, outcome: &'static str) {
        self.mails.get_or_create(&[("outcome", outcome.to_owned())]).inc();
    }

    /// Everything, with what is read now. `processor` is the time that the process has used; a
    /// reading that cannot be had stays as it was.
    ///
    /// # Errors
    /// Never in practice: writing into memory does not fail.
    pub fn text(&self, readings: &[(Reading, usize)], processor: Option<Duration>) -> Result<String> {
        for (reading, gauge) in &self.gauges {
            if let Some((_, value)) = readings.iter().find(|(of, _)| of == reading) {
                gauge.set(i64::try_from(*value).unwrap_or(i64::MAX));
            }
        }
        if let Some(processor) = processor {
            self.processor.inner().store(processor.as_secs_f64().to_bits(), Ordering::Relaxed);
        }
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry).map_err(Error::internal)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_route_method_and_status() {
        let meter = Meter::default();

        let one = meter.begin();
        meter.mailed("sent");
        meter.answered("GET", "/persons/{id}", 200, Duration::from_millis(3));
        meter.answered("GET", "/persons/{id}", 200, Duration::from_millis(700));
        meter.answered("GET", "/persons/{id}", 404, Duration::from_millis(1));
        let text = meter.text(&[(Reading::Sessions, 7)], Some(Duration::from_millis(1500))).unwrap();
        drop(one);
        let later = meter.text(&[], None).unwrap();

        for line in [
            "sasae_requests_total{method=\"GET\",route=\"/persons/{id}\",status=\"200\"} 2",
            "sasae_requests_total{method=\"GET\",route=\"/persons/{id}\",status=\"404\"} 1",
            "sasae_request_seconds_bucket{method=\"GET\",route=\"/persons/{id}\",le=\"0.005\"} 2",
            "sasae_request_seconds_count{method=\"GET\",route=\"/persons/{id}\"} 3",
            "sasae_requests_under_way 1",
            "sasae_sessions 7",
            "sasae_mails_total{outcome=\"sent\"} 1",
            "process_cpu_seconds_total 1.5",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(later.contains("sasae_requests_under_way 0") && later.contains("sasae_sessions 7"), "{later}");
    }
}
