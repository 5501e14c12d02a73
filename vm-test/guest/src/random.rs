// SPDX-License-Identifier: BSD-2-Clause
//! Numbers that look random, and are the same for the same seed (xorshift64*, Vigna 2014).

pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        // Spreads small seeds over all bits; zero is the one state that the generator never leaves.
        let state = (seed ^ 0x5851_f42d_4c95_7f2d).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Random(if state == 0 { 1 } else { state })
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number less than `limit`, which is not zero.
    pub fn below(&mut self, limit: u64) -> u64 {
        // The high bits are the better ones.
        (self.next() >> 16) % limit
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}
