// SPDX-License-Identifier: BSD-2-Clause
//! Makes inputs for `fuzz` up. An input that leads the module from one kernel call to another by a way not seen before
//! is kept, and changed further.
use std::collections::HashSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context;
use fastrand::Rng;

use crate::fuzz::one;
use crate::object_file::ObjectFile;
use crate::run::Report;

/// What an exploration covered.
#[derive(Default)]
pub struct Covered {
    pub runs: usize,
    pub calls: usize,
    /// Pairs of places in the module from which kernel calls were made one after the other.
    pub ways: usize,
    pub kept: usize,
    pub violations: usize,
}

/// Explores for so long; the same seed makes the same choices. Stops at the first violation, whose input is written to a
/// file in `folder`.
pub fn explore(
    object: &ObjectFile,
    seed: u64,
    time: Duration,
    folder: PathBuf,
) -> anyhow::Result<Covered> {
    let start = Instant::now();
    let mut generator = Rng::with_seed(seed);
    let mut pool: Vec<Vec<u8>> = Vec::new();
    let mut seen = HashSet::new();
    let mut covered = Covered::default();
    // So that a crash of the module, which ends this program, leaves its input behind.
    let path = folder.join(format!("rwmem-sim-input-{seed}-{}", std::process::id()));
    while start.elapsed() < time {
        let input = next(&mut generator, &pool);
        std::fs::write(&path, &input)
            .with_context(|| format!("{} cannot be written", path.display()))?;
        let report = one(object, &input, &format!("fuzz {}", path.display()));
        covered.runs += 1;
        covered.calls += report.calls.len();
        if !report.violations.is_empty() {
            covered.violations = report.violations.len();
            for violation in &report.violations {
                eprintln!("VIOLATION {violation}");
            }
            return Ok(covered);
        }
        let before = seen.len();
        seen.extend(ways(&report));
        if seen.len() > before {
            pool.push(input);
        }
        (covered.ways, covered.kept) = (seen.len(), pool.len());
    }
    std::fs::remove_file(&path).with_context(|| format!("{} cannot be removed", path.display()))?;
    Ok(covered)
}

/// From where to where the module's calls went.
fn ways(report: &Report) -> impl Iterator<Item = (usize, usize)> {
    let pairs = report.calls.windows(2);
    pairs.map(|pair| (pair[0].from, pair[1].from))
}

/// A new input, or one of the pool changed in a few places.
fn next(generator: &mut Rng, pool: &[Vec<u8>]) -> Vec<u8> {
    let fresh = generator.u8(..4) == 0;
    let Some(mut input) = generator.choice(pool).filter(|_| !fresh).cloned() else {
        let len = generator.usize(20..400);
        return (0..len).map(|_| generator.u8(..)).collect();
    };
    for _ in 0..generator.usize(1..5) {
        let at = generator.usize(..input.len());
        match generator.u8(..5) {
            0 => input.truncate(at.max(8)),
            1 => input.insert(at, generator.u8(..)),
            2 => {
                // What another does from there on.
                if let Some(other) = generator.choice(pool).filter(|other| other.len() > at) {
                    input.truncate(at);
                    input.extend_from_slice(&other[at..]);
                }
            }
            _ => input[at] = generator.u8(..),
        }
    }
    input
}
