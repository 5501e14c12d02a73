// SPDX-License-Identifier: BSD-2-Clause
//! Fuzzing: arbitrary bytes become steps, each of which must end as the model says. libFuzzer makes the bytes up
//! (`sim/fuzz`); here is what they mean, so that an input can be run again without it, over any build of the module.
mod choices;
mod requests;
mod sequences;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use arbitrary::{Result, Unstructured};
use fastrand::Rng;

use crate::call::Action;
use crate::object_file::ObjectFile;
use crate::run::{Report, run};
use crate::setting::Setting;
use crate::step::Step;

/// What an input means: the setting, the steps, and perhaps something that goes wrong at a kernel call.
#[derive(Debug)]
pub struct Course {
    pub setting: Setting,
    pub steps: Vec<Step>,
    pub injection: Option<(usize, Action)>,
}

/// A kind of inputs, of the same name as libFuzzer's target.
pub struct Target {
    pub name: &'static str,
    decode: fn(&mut Unstructured) -> Result<Course>,
}

pub const TARGETS: [Target; 2] = [
    Target {
        name: "requests",
        decode: requests::course,
    },
    Target {
        name: "sequences",
        decode: sequences::course,
    },
];

impl Target {
    pub fn by_name(name: &str) -> Option<&'static Target> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// What the input means; None if it is none.
    pub fn decode(&self, input: &[u8]) -> Option<Course> {
        (self.decode)(&mut Unstructured::new(input)).ok()
    }

    /// Runs one input. Returns what is wrong.
    pub fn run(&self, object: &ObjectFile, input: &[u8], file: &str) -> Vec<String> {
        let Some(course) = self.decode(input) else {
            return Vec::new();
        };
        let title = format!("fuzz {} {file}", self.name);
        let Course {
            setting,
            steps,
            injection,
        } = course;
        let Report { violations, .. } = run(object, setting, &steps, injection, &title);
        for violation in &violations {
            eprintln!("VIOLATION {violation}");
        }
        violations
    }

    /// Runs inputs that are those of the corpus with a few bytes changed, for so long and without any guidance: what
    /// `cargo test` has time for. Stops at the first violation, whose input is left in `path`. Returns how many ran, and
    /// how many violations there were.
    pub fn vary(
        &self,
        object: &ObjectFile,
        corpus: &[Vec<u8>],
        seed: u64,
        time: Duration,
        path: &Path,
    ) -> anyhow::Result<(usize, usize)> {
        let (start, mut runs) = (Instant::now(), 0);
        let mut generator = Rng::with_seed(seed);
        while start.elapsed() < time {
            let mut input = generator.choice(corpus).cloned().unwrap_or_default();
            input.resize(input.len().max(generator.usize(..300)), 0);
            for _ in 0..generator.usize(1..12) {
                let at = generator.usize(..input.len().max(1));
                if let Some(byte) = input.get_mut(at) {
                    *byte = generator.u8(..);
                }
            }
            // So that a crash of the module, which ends this program, leaves its input behind.
            std::fs::write(path, &input)
                .with_context(|| format!("{} cannot be written", path.display()))?;
            runs += 1;
            let violations = self.run(object, &input, &path.display().to_string());
            if !violations.is_empty() {
                return Ok((runs, violations.len()));
            }
        }
        std::fs::remove_file(path)
            .with_context(|| format!("{} cannot be removed", path.display()))?;
        Ok((runs, 0))
    }
}
