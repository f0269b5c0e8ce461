//! Time and randomness as a value: whoever needs "now", "today" or a new id asks the [`Clock`]
//! that travels in the request's context, so a test or the demo city can hold time still.
//!
//! Invariants:
//! - Only [`Clock::system`] reads the operating system; `clippy.toml` bans the direct calls.
//! - Times have microsecond precision, the precision of both database engines, so that a time
//!   that was stored and read back equals the one that was given out.
//! - Civil dates are those of Japan, which has been at +09:00 without daylight saving since
//!   1952; no time-zone database is needed.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;
use uuid::Uuid;

/// Japan Standard Time (明治28年勅令第167号).
const TOKYO: Offset = Offset::constant(9);

/// Bits of a UUIDv7 below its time: 12 of `rand_a` and 62 of `rand_b`.
const TAIL_BITS: u32 = 74;

/// A source of time, ids and random bytes; cloning shares the source.
#[derive(Clone)]
pub struct Clock {
    source: Arc<Source>,
}

struct Source {
    time: Time,
    last_id: Mutex<LastId>,
}

enum Time {
    System,
    Seeded(Box<Mutex<Seeded>>),
}

struct Seeded {
    now: Timestamp,
    rng: ChaCha12Rng,
}

/// What the last id was made of, so that the next one is greater.
#[derive(Clone, Copy, Default)]
struct LastId {
    millis: u64,
    tail: u128,
}

impl Clock {
    /// The clock of a running server: the machine's time and the operating system's randomness.
    #[must_use]
    pub fn system() -> Self {
        Self::from_time(Time::System)
    }

    /// A clock for tests and the demo city: it stands at `at` until it is moved, and the same
    /// `seed` and the same calls give the same ids and bytes.
    ///
    /// Its random bytes are predictable: never serve real data with it.
    #[must_use]
    pub fn seeded(seed: u64, at: Timestamp) -> Self {
        Self::from_time(Time::Seeded(Box::new(Mutex::new(Seeded {
            now: whole_micros(at),
            rng: ChaCha12Rng::seed_from_u64(seed),
        }))))
    }

    fn from_time(time: Time) -> Self {
        Self { source: Arc::new(Source { time, last_id: Mutex::default() }) }
    }

    /// The present moment, in whole microseconds.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.source.time {
            Time::System => system_now(),
            Time::Seeded(seeded) => lock(seeded).now,
        }
    }

    /// Today's date in Japan.
    #[must_use]
    pub fn today(&self) -> Date {
        tokyo_date(self.now())
    }

    /// Moves a seeded clock to `at`, forward or back.
    ///
    /// Ids go on growing even when time is moved back: they then keep the latest time they had.
    ///
    /// # Panics
    /// On the system clock, whose time is not ours to move.
    pub fn set(&self, at: Timestamp) {
        self.change(|_| at);
    }

    /// Moves a seeded clock by `by` (stopping at the ends of what a timestamp can hold).
    ///
    /// # Panics
    /// On the system clock, whose time is not ours to move.
    pub fn advance(&self, by: SignedDuration) {
        self.change(|now| {
            now.checked_add(by).unwrap_or(if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX })
        });
    }

    fn change(&self, to: impl FnOnce(Timestamp) -> Timestamp) {
        match &self.source.time {
            Time::System => panic!("the system clock cannot be moved; use Clock::seeded"),
            Time::Seeded(seeded) => {
                let mut seeded = lock(seeded);
                seeded.now = whole_micros(to(seeded.now));
            }
        }
    }

    /// A new UUIDv7 (RFC 9562), greater than every id this clock gave before, also within one
    /// millisecond and after time moved back.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        // Times before 1970 cannot be written in a UUIDv7; such ids sort first.
        let millis = u64::try_from(self.now().as_millisecond()).unwrap_or(0);
        let fresh = self.random_tail();
        let mut last = lock(&self.source.last_id);
        *last = last.next(millis, fresh);
        last.uuid()
    }

    /// `N` random bytes, fit for keys and tokens when the clock is the system's.
    ///
    /// # Panics
    /// If the operating system cannot give random bytes: there is no safe way to go on.
    #[must_use]
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.source.time {
            Time::System => UnwrapErr(SysRng).fill_bytes(&mut bytes),
            Time::Seeded(seeded) => lock(seeded).rng.fill_bytes(&mut bytes),
        }
        bytes
    }

    /// Random bits for an id. The thread's generator (seeded and reseeded from the operating
    /// system) spares a system call per id when a city of a million persons is written.
    fn random_tail(&self) -> u128 {
        let mut bytes = [0; 16];
        match &self.source.time {
            Time::System => rand::rng().fill_bytes(&mut bytes),
            Time::Seeded(seeded) => lock(seeded).rng.fill_bytes(&mut bytes),
        }
        u128::from_be_bytes(bytes)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source.time {
            Time::System => f.write_str("Clock::system"),
            Time::Seeded(seeded) => write!(f, "Clock::seeded at {}", lock(seeded).now),
        }
    }
}

impl LastId {
    /// RFC 9562, 6.2, method 2: within one millisecond the tail grows by a random step, so ids
    /// stay ordered and still cannot be guessed from their neighbour.
    fn next(self, millis: u64, random: u128) -> Self {
        // The highest bit of a fresh tail is left free, so that steps do not run over at once.
        let fresh = random & ((1 << (TAIL_BITS - 1)) - 1);
        if millis > self.millis {
            return Self { millis, tail: fresh };
        }
        let step = (random & u128::from(u32::MAX)) + 1;
        let tail = self.tail + step;
        if tail >> TAIL_BITS == 0 { Self { tail, ..self } } else { Self { millis: self.millis + 1, tail: fresh } }
    }

    fn uuid(self) -> Uuid {
        const VERSION: u128 = 0x7 << 76;
        const VARIANT: u128 = 0b10 << 62;
        let rand_a = (self.tail >> 62) << 64;
        let rand_b = self.tail & ((1 << 62) - 1);
        let millis = u128::from(self.millis & 0xffff_ffff_ffff) << 80;
        Uuid::from_u128(millis | VERSION | rand_a | VARIANT | rand_b)
    }
}

/// A panic while the lock was held leaves whole values behind, so a poisoned lock is usable.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's time")]
fn system_now() -> Timestamp {
    whole_micros(Timestamp::now())
}

fn whole_micros(at: Timestamp) -> Timestamp {
    // Cannot fail for a value that came from a timestamp; the moment itself is a safe answer.
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

/// Microseconds since 1970-01-01T00:00:00Z: how a moment is stored in the embedded engine.
#[must_use]
pub fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The moment that [`micros`] wrote.
///
/// # Errors
/// When the number lies outside of what a timestamp can hold (years −9999 to 9999).
pub fn from_micros(micros: i64) -> Result<Timestamp, jiff::Error> {
    Timestamp::from_microsecond(micros)
}

/// The date in Japan at that moment.
#[must_use]
pub fn tokyo_date(at: Timestamp) -> Date {
    tokyo_datetime(at).date()
}

/// Date and time of day in Japan at that moment.
#[must_use]
pub fn tokyo_datetime(at: Timestamp) -> DateTime {
    TOKYO.to_datetime(at)
}

/// The moment at which clocks in Japan show `local`; at the far ends of the calendar (years
/// −9999 and 9999) the nearest moment that exists.
#[must_use]
pub fn from_tokyo(local: DateTime) -> Timestamp {
    TOKYO.to_timestamp(local).unwrap_or(if local.year() < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_seeded_clock_stands_still_until_it_is_moved() {
        let clock = Clock::seeded(1, at("2023-04-01T00:00:00Z"));

        assert_eq!(clock.now(), clock.now());
        clock.advance(SignedDuration::from_hours(2));

        assert_eq!(clock.now(), at("2023-04-01T02:00:00Z"));
        clock.set(at("2022-01-01T00:00:00Z"));
        assert_eq!(clock.now(), at("2022-01-01T00:00:00Z"));
    }

    #[test]
    fn a_clone_shares_time_with_its_original() {
        let clock = Clock::seeded(1, at("2023-04-01T00:00:00Z"));
        let other = clock.clone();

        clock.advance(SignedDuration::from_mins(1));

        assert_eq!(other.now(), at("2023-04-01T00:01:00Z"));
        assert!(other.new_id() < clock.new_id());
    }

    #[test]
    fn advancing_past_the_end_of_time_stops_there() {
        let clock = Clock::seeded(1, at("2023-04-01T00:00:00Z"));

        clock.advance(SignedDuration::MAX);

        assert_eq!(micros(clock.now()), micros(Timestamp::MAX));
        clock.advance(SignedDuration::MIN);
        assert_eq!(micros(clock.now()), micros(Timestamp::MIN));
    }

    #[test]
    #[should_panic(expected = "cannot be moved")]
    fn the_system_clock_cannot_be_moved() {
        Clock::system().set(at("2023-04-01T00:00:00Z"));
    }

    #[test]
    fn the_same_seed_gives_the_same_ids_and_bytes() {
        let make = |seed| {
            let clock = Clock::seeded(seed, at("2023-04-01T00:00:00Z"));
            (clock.new_id(), clock.random_bytes::<16>(), clock.new_id())
        };

        assert_eq!(make(7), make(7));
        assert_ne!(make(7), make(8));
    }

    #[test]
    fn the_system_clock_gives_fresh_bytes_and_growing_ids() {
        let clock = Clock::system();

        let bytes: BTreeSet<[u8; 16]> = (0..50).map(|_| clock.random_bytes()).collect();
        let ids: Vec<Uuid> = (0..5_000).map(|_| clock.new_id()).collect();

        assert_eq!(bytes.len(), 50);
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(clock.now().subsec_nanosecond() % 1_000, 0);
    }

    #[test]
    fn threads_that_share_a_clock_never_get_the_same_id() {
        let clock = Clock::seeded(3, at("2023-04-01T00:00:00Z"));

        let ids: Vec<Uuid> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..4).map(|_| scope.spawn(|| (0..500).map(|_| clock.new_id()).collect::<Vec<_>>())).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });

        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 2_000);
    }

    #[test]
    fn an_id_is_a_version_7_uuid_that_carries_the_clocks_time() {
        let clock = Clock::seeded(1, at("2023-04-01T00:00:00.123Z"));

        let id = clock.new_id();

        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
        assert_eq!((seconds, nanos), (1_680_307_200, 123_000_000));
    }

    #[test]
    fn a_full_tail_runs_over_into_the_next_millisecond() {
        let full = LastId { millis: 5, tail: (1 << TAIL_BITS) - 1 };

        let next = full.next(5, 42);

        assert_eq!((next.millis, next.tail), (6, 42));
        assert!(full.uuid() < next.uuid());
    }

    #[test]
    fn the_date_in_japan_changes_at_15_o_clock_utc() {
        assert_eq!(tokyo_date(at("2024-03-31T14:59:59Z")), date(2024, 3, 31));
        assert_eq!(tokyo_date(at("2024-03-31T15:00:00Z")), date(2024, 4, 1));
    }

    proptest! {
        #[test]
        fn ids_grow_whatever_happens_to_time(moves in prop::collection::vec(-5_000i64..5_000, 1..200)) {
            let clock = Clock::seeded(9, at("2023-04-01T00:00:00Z"));
            let mut last = clock.new_id();
            for by in moves {
                clock.advance(SignedDuration::from_micros(by));
                let id = clock.new_id();
                prop_assert!(last < id);
                prop_assert_eq!(id.get_version_num(), 7);
                last = id;
            }
        }

        #[test]
        fn a_moment_survives_storage_and_civil_time(micro in -60_000_000_000_000_000i64..200_000_000_000_000_000) {
            let moment = from_micros(micro).unwrap();
            prop_assert_eq!(micros(moment), micro);
            prop_assert_eq!(from_tokyo(tokyo_datetime(moment)), moment);
        }
    }

    #[test]
    fn the_ends_of_the_calendar_do_not_panic() {
        assert_eq!(from_tokyo(DateTime::MIN), Timestamp::MIN);
        assert_eq!(from_tokyo(DateTime::MAX), Timestamp::MAX);
        assert!(from_micros(i64::MAX).is_err());
    }
}
