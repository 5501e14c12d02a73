// SPDX-License-Identifier: BSD-2-Clause
//! Takes the time of something that is done twice and more.

use crate::sys::{Errno, time};

/// Which time counts. The first round is never the one: it warms things up.
#[derive(Clone, Copy)]
pub enum Rounds {
    /// The second: where the clock counts instructions, one is as good as many.
    Second,
    /// The best of many: whatever else a real machine does meanwhile only adds to the time.
    Best,
}

/// Nanoseconds of the round that counts.
pub fn time(rounds: Rounds, mut round: impl FnMut() -> Result<(), Errno>) -> Result<u64, Errno> {
    let further = match rounds {
        Rounds::Second => 1,
        Rounds::Best => 10,
    };
    round()?;
    let mut best = u64::MAX;
    for _ in 0..further {
        let begin = time::nanoseconds();
        round()?;
        best = best.min(time::nanoseconds() - begin);
    }
    Ok(best)
}
