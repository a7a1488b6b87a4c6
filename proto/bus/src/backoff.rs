use std::time::Duration;

use rand::{Rng, RngExt as _};

const FIRST: Duration = Duration::from_millis(500);
const GROWTH: u32 = 3;

/// A longer wait is a row with a due time in somebody's database: a waiting message holds a place at the consumer.
pub(crate) const DELAY_MAX: Duration = Duration::from_secs(30);

/// The wait before try number `tries + 1`: half a second, three times longer after each, less up to half of it by chance,
/// so that what failed together does not come back together.
pub(crate) fn delay(tries: u64, rng: &mut impl Rng) -> Duration {
    let growth = GROWTH.saturating_pow(u32::try_from(tries.saturating_sub(1)).unwrap_or(u32::MAX));
    FIRST.saturating_mul(growth).min(DELAY_MAX).mul_f64(rng.random_range(0.5..=1.0))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::{DELAY_MAX, delay};

    #[test]
    fn the_delay_grows_and_stays_below_its_ceiling() {
        let mut rng = StdRng::seed_from_u64(1);
        assert!(delay(1, &mut rng) >= Duration::from_millis(250));
        assert!(delay(1, &mut rng) <= Duration::from_millis(500));
        assert!(delay(3, &mut rng) > delay(1, &mut rng));
        for tries in [0, 9, 1_000, u64::MAX] {
            assert!(delay(tries, &mut rng) <= DELAY_MAX);
        }
    }
}
