// SPDX-License-Identifier: BSD-2-Clause
//! Random transfers, each done in every way there is to processes that are alike: by `ptrace(PT_IO)`, by
//! READ/WRITE, by READV/WRITEV, and by an attached descriptor. What each returns, what it delivers and what it
//! leaves in the process must be the same. Where it is not, PT_IO is right: it is the kernel's own `proc_rwmem`.

mod compare;
mod demand;
mod large;
mod layout;
mod twin;

use crate::console::{remark, tell};
use crate::device::Direction;
use crate::path::PATHS;
use crate::random::Random;
use crate::sys::file::{self, Fd};
use crate::sys::kld;
use crate::sys::mapping::WRITE;
use crate::sys::memory::{PAGE, Region};
use crate::tap::{Case, Outcome, Stop, Test, Totals, report};
use crate::text::Text;
use compare::Sum;
use core::ffi::CStr;
use demand::Areas;
use layout::{Layout, PAGES, mark};
use rwmem_vm_protocol::Line;
use twin::{Twin, Way};

pub const CASES: &[Case] = &[Case::root(NAME, short)];

const NAME: &str = "random transfers by every path are as PT_IO does them";
/// Transfers in a normal run, and in the long form.
const SHORT: u64 = 2_500;
const LONG: u64 = 100_000;
/// Requests to the same processes; each is of one transfer or of a few.
const REQUESTS: u64 = 60;
/// How often something is changed in the processes.
const CHANGES: u64 = 15;

fn short(t: &mut Test) -> Outcome {
    transfers(t, SHORT)
}

/// The long form, by itself.
pub fn run(program: &CStr, module: &CStr, seed: u64) -> Totals {
    let mut totals = Totals::default();
    tell(Line::Plan(1));
    let mut t = Test {
        device: None,
        path: &PATHS[0],
        user: false,
        program,
        module,
        seed,
        notes: Text::new(),
    };
    let outcome = match kld::load(module) {
        Ok(_) => transfers(&mut t, LONG),
        Err(error) => {
            t.note(format_args!("kldload {module:?}: {error}"));
            Err(Stop::Failed)
        }
    };
    match outcome {
        Ok(()) => totals.passed += 1,
        Err(_) => totals.failed += 1,
    }
    report(1, NAME, outcome, t.notes.as_str());
    totals
}

fn transfers(t: &mut Test, count: u64) -> Outcome {
    let seed = t.seed;
    remark!("seed {seed}");
    let mut random = Random::new(seed);
    let mut sum = Sum::default();
    let file = t.can(
        "opening this program",
        file::open(t.program, file::READ_ONLY),
    )?;
    let mosaic = t.can("mmap", Region::private(PAGES * PAGE))?;
    let large = t.can("mmap", Region::private(large::REGION))?;
    let mut told = 0;
    while sum.transfers.iter().sum::<u64>() < count {
        // The processes inherit what is written here, and share it until they write it themselves.
        (0..PAGES).for_each(|page| mark(&mosaic, page, sum.scenes as usize));
        scene(t, &mut random, &mut sum, [&mosaic, &large], &file)?;
        let so_far = sum.transfers.iter().sum::<u64>();
        if so_far / 10_000 > told {
            told = so_far / 10_000;
            remark!("{so_far} transfers");
        }
    }
    let [reads, writes] = sum.transfers;
    remark!(
        "{reads} reads and {writes} writes, {} bytes, each in {} ways; {} cut short, {} without a byte; {} \
         mosaics, {} changes of them, {} large pages",
        sum.bytes,
        Way::ALL.len(),
        sum.cut,
        sum.refused,
        sum.scenes,
        sum.changes,
        sum.large_pages * PAGE as u64 / large::LARGE as u64
    );
    t.holds(
        "some were cut short, some moved nothing",
        sum.cut.min(sum.refused) > count / 50,
    )
}

/// One set of processes, and what is asked of them.
fn scene(
    t: &mut Test,
    random: &mut Random,
    sum: &mut Sum,
    [mosaic, large]: [&Region; 2],
    file: &Fd,
) -> Outcome {
    let mut layout = Layout::random(random);
    // The first time, one that the page tables know little of.
    if sum.scenes == 0 {
        layout.large = Some(WRITE);
    }
    let [first, second, third, fourth] =
        Way::ALL.map(|way| Twin::start(way, layout, mosaic, large, file));
    let mut twins = [
        t.can("starting a process", first)?,
        t.can("starting a process", second)?,
        t.can("starting a process", third)?,
        t.can("starting a process", fourth)?,
    ];
    let stack = t.can("asking for the stack", twins[0].stack())?;
    for twin in &twins {
        let same = t.can("asking for the stack", twin.stack())?;
        t.equal("where the stack is", same, stack)?;
    }
    if layout.large.is_some() {
        sum.large_pages += t.can("asking for large pages", twins[0].large_pages())?;
    }
    sum.scenes += 1;
    let areas = Areas::new(mosaic, layout.large.map(|_| large), stack);
    for number in 0..REQUESTS {
        if random.one_in(CHANGES) {
            change(t, random, &mut twins, &mut layout)?;
            sum.changes += 1;
        }
        let (demands, _) = demand::some(random, &areas);
        let form = random.below(4);
        if random.one_in(2) {
            for demand in demands.iter().flatten() {
                if demand.direction == Direction::Write {
                    let salt = random.next();
                    twins
                        .iter()
                        .for_each(|twin| twin.local.refresh(demand, salt));
                }
            }
        }
        let outcome = compare::request(t, sum, &mut twins, &demands, form);
        if outcome.is_err() {
            let (seed, scenes) = (t.seed, sum.scenes);
            t.note(format_args!(
                "seed {seed}, mosaic {scenes}, request {number}, form {form}"
            ));
            compare::describe(t, &demands, &areas, &layout);
            return outcome;
        }
    }
    compare::in_the_end(t, &mut twins, &areas)
}

fn change(
    t: &mut Test,
    random: &mut Random,
    twins: &mut [Twin; 4],
    layout: &mut Layout,
) -> Outcome {
    let seed = random.next() | 1 << 63;
    // In the description, nothing can fail.
    let _ = layout.change(&mut Random::new(seed), None);
    for twin in twins {
        let changed = t.can("asking for a change", twin.change(seed))?;
        t.equal(
            format_args!("{:?}: errno of a change", twin.way),
            changed,
            0,
        )?;
    }
    Ok(())
}
