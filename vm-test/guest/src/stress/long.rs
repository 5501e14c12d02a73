// SPDX-License-Identifier: BSD-2-Clause
//! The long form: rounds of the short one with a longer duration, each in a process of its own and with a seed of its
//! own, and the totals of all.

use super::all_sides::{STRESS, stress};
use super::ground::MORE;
use super::secrets::{self, SECRETS};
use super::stuck;
use super::totals::Tone;
use crate::console::{bail_out, remark, tell, tell_test};
use crate::device::Device;
use crate::path::PATHS;
use crate::sys::process::{self, Ended, Patience};
use crate::sys::{Errno, kld, time};
use crate::tap::{Outcome, Test, Totals, report};
use crate::text::Text;
use core::ffi::CStr;
use rwmem_vm_protocol::Line;
use rwmem_vm_protocol::Outcome::Failed;

/// A round may take so much longer than its duration, in milliseconds: setting up, and waiting for everybody's end.
const SLACK: u64 = 180_000;

/// How long a round of each goes on, in milliseconds.
const ROUND: u64 = 65_000;
const ROUND_SECRETS: u64 = 20_000;

type Part = (&'static str, fn(&mut Test) -> Outcome, u64);

const PARTS: [Part; 2] = [
    (STRESS, |t| stress(t, ROUND, Tone::Show), ROUND),
    (
        SECRETS,
        |t| secrets::keep(t, ROUND_SECRETS, Tone::Show),
        ROUND_SECRETS,
    ),
];

/// Rounds for about so many minutes.
pub fn run(program: &CStr, module: &CStr, seed: u64, minutes: u64) -> Totals {
    let rounds = (minutes * 60_000).div_ceil(ROUND + ROUND_SECRETS).max(1);
    let mut totals = Totals::default();
    tell(Line::Plan(rounds * PARTS.len() as u64));
    let mut number = 0;
    for round in 0..rounds {
        for (name, part, duration) in PARTS {
            number += 1;
            let seed = seed.wrapping_add(round);
            let name = Text::<200>::of(format_args!("{name} [seed {seed}]"));
            match apart(
                number,
                name.as_str(),
                part,
                duration,
                (program, module, seed),
            ) {
                Ok(Ended::Exit(0)) => totals.passed += 1,
                Ok(Ended::Exit(1)) => totals.failed += 1,
                ended => {
                    totals.failed += 1;
                    tell_test(number, name.as_str(), Failed);
                    remark!("the test itself ended with {ended:?}");
                    // What is left would disturb the next.
                    bail_out!("a round did not come to its end");
                    return totals;
                }
            }
        }
    }
    totals
}

/// Runs one part in its own process; how that ended.
fn apart(
    number: usize,
    name: &str,
    part: fn(&mut Test) -> Outcome,
    duration: u64,
    (program, module, seed): (&CStr, &CStr, u64),
) -> Result<Ended, Errno> {
    let pid = process::fork()?;
    if pid == 0 {
        let mut t = Test {
            device: None,
            path: &PATHS[0],
            user: false,
            program,
            module,
            seed,
            notes: Text::new(),
        };
        let outcome = prepared(&mut t).and_then(|()| part(&mut t));
        process::exit(report(number, name, outcome, t.notes.as_str()));
    }
    let mut ended = Ok(None);
    time::wait_until(duration * MORE + SLACK, || {
        ended = process::reap(pid, Patience::Look);
        !matches!(ended, Ok(None))
    });
    match ended? {
        Some((_, ended)) => Ok(ended),
        None => {
            remark!("test {number} does not end");
            stuck::tell(pid);
            Err(Errno::ETIMEDOUT)
        }
    }
}

fn prepared(t: &mut Test) -> Outcome {
    if kld::find_module(c"rwmem").is_err() {
        t.load_module()?;
    }
    t.device = Some(t.can("opening /dev/rwmem", Device::open())?);
    Ok(())
}
