// SPDX-License-Identifier: BSD-2-Clause
//! What readers can do to others: how long a target waits for its own map.

use crate::console::remark;
use crate::device::Device;
use crate::random::Random;
use crate::sys::memory::{PAGE, READABLE, Region};
use crate::sys::{process, time};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::Target;

pub const CASES: &[Case] = &[Case::root(
    "a target with a million map entries gets its map between readers' looks",
    waiting,
)];

/// Every other page of so many has another protection, so that each is an entry of the map.
const ENTRIES: usize = 1 << 20;
const ROUND: u64 = 1_000;
/// As long as nothing but a reader that keeps the map could take, on however slow a machine; in milliseconds.
const TOO_LONG: u64 = 5_000;
/// Instead of a length: to search for contents.
const SEARCH: u64 = 0;
/// The control: copies its own memory.
const OWN: u64 = 1;

fn waiting(t: &mut Test) -> Outcome {
    let region = t.can("mmap", Region::private(ENTRIES * PAGE))?;
    let base = region.at(0);
    let make = || {
        let odd = (1..ENTRIES).step_by(2);
        odd.map(|page| region.protect(page * PAGE, PAGE, READABLE))
            .find(Result::is_err)
            .unwrap_or(Ok(()))
    };
    let target = t.can("a process with as many", Target::spawn(make, longest_wait))?;
    for (who, readers, len) in [
        ("nobody", 0, OWN),
        ("three that copy their own memory", 3, OWN),
        ("a reader of 8 bytes", 1, 8),
        ("three readers of 8 bytes", 3, 8),
        ("three readers of 64 KiB", 3, 64 << 10),
        ("three that search", 3, SEARCH),
    ] {
        let mut beside = [const { None }; 3];
        for (seed, reader) in beside.iter_mut().enumerate().take(readers) {
            *reader = Some(self::reader(t, target.pid(), base, len, seed as u64)?);
        }
        for reader in beside.iter().flatten() {
            t.can("asking", reader.tell(ROUND))?;
        }
        let longest = t.can("asking", target.ask(ROUND))?;
        let mut requests = 0;
        for reader in beside.iter().flatten() {
            requests += t.can("an answer", reader.hear())?;
        }
        remark!(
            "beside {who} ({requests} requests): {} us at most to map a page and unmap it",
            longest / 1000
        );
        t.holds(
            format_args!("readers took part, and the map was never kept: {longest} ns"),
            (requests > 0 || readers == 0) && longest < TOO_LONG * 1_000_000,
        )?;
    }
    Ok(())
}

/// The longest time that it took to map a page and to unmap it, in so many milliseconds; nanoseconds.
fn longest_wait(milliseconds: u64) -> u64 {
    let until = time::now() + milliseconds;
    let mut longest = 0;
    while time::now() < until {
        let begun = time::nanoseconds();
        if Region::private(PAGE).is_err() {
            return u64::MAX;
        }
        longest = longest.max(time::nanoseconds() - begun);
    }
    longest
}

/// A process that reads at random, and says how often.
fn reader(t: &mut Test, pid: i32, base: u64, len: u64, seed: u64) -> Result<Target, Stop> {
    let room = t.can("mmap", Region::private((len as usize).max(PAGE)))?;
    let device = t.can("open", Device::open())?;
    t.can("ATTACH", device.attach(pid))?;
    let mut random = Random::new(seed);
    let read = |milliseconds| {
        let until = time::now() + milliseconds;
        let mut requests = 0;
        while time::now() < until {
            let at = base + random.below(ENTRIES as u64 - 16) * PAGE as u64;
            let result = match len {
                SEARCH => device.fd().seek_data(at),
                OWN => {
                    room.fill(0, PAGE, |place| place as u8);
                    Ok(0)
                }
                len => device.fd().read_to(room.at(0), len, at),
            };
            // A search may find nothing.
            if result.is_err() && len != SEARCH {
                process::exit(1);
            }
            requests += 1;
        }
        requests
    };
    t.can("fork", Target::spawn(|| Ok(()), read))
}
