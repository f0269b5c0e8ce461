//! Chance as the demo city uses it: each part draws from a stream of its own,
//! so that a change in one leaves the others as they were, and the same seed
//! always gives the same city.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;

/// A stream of chance.
#[derive(Debug, Clone)]
pub struct Dice(ChaCha12Rng);

impl Dice {
    /// The stream of one part of the city with a seed.
    pub fn new(seed: u64, part: &str) -> Dice {
        // FNV-1a: stable across builds, unlike the hasher of the standard library.
        let salt = part
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Dice(ChaCha12Rng::seed_from_u64(seed ^ salt))
    }

    /// A number below `end`; 0 when there is nothing below it.
    pub fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { (self.0.next_u64() % end as u64) as usize }
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = usize::try_from(high - low + 1).unwrap_or(1);
        low + self.below(span) as i64
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    /// One of several texts, empty when there is none.
    pub fn text<'a, T: AsRef<str>>(&mut self, from: &'a [T]) -> &'a str {
        self.pick(from).map_or("", AsRef::as_ref)
    }

    /// The place of one of several weights, each as likely as its weight says.
    pub fn weighed(&mut self, weights: impl IntoIterator<Item = usize, IntoIter: Clone>) -> usize {
        let weights = weights.into_iter();
        let mut at = self.below(weights.clone().sum());
        for (place, weight) in weights.enumerate() {
            if at < weight {
                return place;
            }
            at -= weight;
        }
        0
    }

    /// Puts several into another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (1..list.len()).rev() {
            list.swap(end, self.below(end + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_part_give_the_same_stream_and_another_part_another() {
        let draw = |seed, part| {
            let mut dice = Dice::new(seed, part);
            (0..20).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };

        assert_eq!(draw(1, "people"), draw(1, "people"));
        assert_ne!(draw(1, "people"), draw(2, "people"));
        assert_ne!(draw(1, "people"), draw(1, "history"));
    }

    #[test]
    fn weights_decide_how_often_a_place_is_drawn() {
        let mut dice = Dice::new(3, "weights");

        let counts = (0..10_000).fold([0; 3], |mut counts, _| {
            counts[dice.weighed([0, 1, 3])] += 1;
            counts
        });

        assert_eq!(counts[0], 0);
        assert!((2_200..2_800).contains(&counts[1]), "{counts:?}");
    }

    #[test]
    fn shuffling_loses_nothing() {
        let mut list: Vec<usize> = (0..50).collect();

        Dice::new(4, "cards").shuffle(&mut list);

        assert_ne!(list, (0..50).collect::<Vec<_>>());
        list.sort_unstable();
        assert_eq!(list, (0..50).collect::<Vec<_>>());
    }
}
