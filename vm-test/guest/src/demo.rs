// SPDX-License-Identifier: BSD-2-Clause
//! A short story for a person to read: each step is told, and is a test as well.

use crate::console::{bail_out, show, tell};
use crate::device::{Device, NODE};
use crate::patch;
use crate::path::PATHS;
use crate::sys::kld::{self, Unload};
use crate::sys::memory::{PAGE, Region};
use crate::sys::{Errno, file, sysctl, time};
use crate::tap::{Outcome, Stop, Test, Totals, report};
use crate::target::{PATIENCE, Target};
use crate::text::Text;
use core::ffi::CStr;
use rwmem_vm_protocol::Line;

const FIRST: &str = "I am an ordinary process, and nobody stops me.";
const SECOND: &str = "Somebody has changed my mind!";
const PATCHED: u8 = 7;

/// In the hero's memory: the message, and the number it counts (one byte).
const MESSAGE: usize = 0x40;
const ROOM: usize = 64;
const COUNT: usize = 0x800;

/// In the memory it shares with us: what it is to do (0: go on counting), and what it said or its function returned.
const COMMAND: usize = 0;
const SAID: usize = 64;
const SPEAK: u8 = 1;
const CALL: u8 = 2;

/// What the steps hand on to each other.
struct Story {
    memory: Region,
    shared: Region,
    local: Region,
    hero: Option<Target>,
}

type Step = (&'static str, fn(&mut Test, &mut Story) -> Outcome);

const STEPS: &[Step] = &[
    ("the module is loaded", load),
    ("the module introduces itself", introduce),
    ("a process lives", begin),
    ("its memory is read while it runs", read),
    ("its memory is written, and it says something else", write),
    (
        "its read-only text is patched, and its function returns something else",
        patch_text,
    ),
    ("the module counted what it did", counted),
    ("the module is unloaded", unload),
];

pub fn run(program: &CStr, module: &CStr) -> Totals {
    let mut totals = Totals::default();
    tell(Line::Plan(STEPS.len() as u64));
    let regions = (
        Region::private(PAGE),
        Region::shared(PAGE),
        Region::private(PAGE),
    );
    let (Ok(memory), Ok(shared), Ok(local)) = regions else {
        bail_out!("no memory for the demonstration");
        totals.failed = STEPS.len() as u32;
        return totals;
    };
    let mut story = Story {
        memory,
        shared,
        local,
        hero: None,
    };
    let mut device = None;
    for (index, (name, step)) in STEPS.iter().enumerate() {
        let mut t = Test {
            device,
            path: &PATHS[0],
            user: false,
            program,
            module,
            seed: 0,
            notes: Text::new(),
        };
        let outcome = match totals.failed {
            0 => step(&mut t, &mut story),
            _ => Err(Stop::Skipped("a step before it failed")),
        };
        match outcome {
            Ok(()) => totals.passed += 1,
            Err(Stop::Failed) => totals.failed += 1,
            Err(Stop::Skipped(_)) => totals.skipped += 1,
        }
        report(index + 1, name, outcome, t.notes.as_str());
        device = t.device;
    }
    totals
}

fn load(t: &mut Test, _story: &mut Story) -> Outcome {
    t.load_module()?;
    let module = t.module.to_str().unwrap_or_default();
    show!("kldload {module}");
    show!("  a module written in Rust is now part of this FreeBSD kernel");
    Ok(())
}

fn introduce(t: &mut Test, _story: &mut Story) -> Outcome {
    let device = t.can("opening /dev/rwmem", Device::open())?;
    let info = t.can("RWMEM_INFO", device.info())?;
    t.device = Some(device);
    let version = CStr::from_bytes_until_nul(&info.version).unwrap_or_default();
    let version = version.to_str().unwrap_or_default();
    show!("RWMEM_INFO on /dev/rwmem");
    show!("  rwmem {version}, ABI version {}", info.abi_version);
    Ok(())
}

fn begin(t: &mut Test, story: &mut Story) -> Outcome {
    let Story {
        memory,
        shared,
        hero,
        ..
    } = story;
    let born = Target::start(|link| {
        memory.fill(MESSAGE, FIRST.len(), |place| {
            FIRST.as_bytes()[place - MESSAGE]
        });
        link.say(0);
        live(memory, shared);
    });
    let born = t.can("fork", born)?;
    let address = memory.at(MESSAGE);
    show!(
        "process {} begins to count; at {address:#x} it keeps a message",
        born.pid()
    );
    *hero = Some(born);
    command(t, story, SPEAK)?;
    said(t, story, FIRST)
}

/// The hero's life: counts, and now and then looks whether it is to do something.
fn live(memory: &Region, shared: &Region) -> ! {
    loop {
        memory.put(COUNT, memory.get(COUNT).wrapping_add(1));
        match shared.get(COMMAND) {
            SPEAK => {
                let text = text_of(memory, MESSAGE);
                show!("  the process says: {:?}", text.as_str());
                shared.fill(SAID, ROOM, |place| memory.get(place - SAID + MESSAGE));
                shared.put(COMMAND, 0);
            }
            CALL => {
                shared.put(SAID, patch::value() as u8);
                shared.put(COMMAND, 0);
            }
            _ => (),
        }
    }
}

fn text_of(region: &Region, at: usize) -> Text<ROOM> {
    let mut bytes = [0; ROOM];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = region.get(at + place);
    }
    let text = CStr::from_bytes_until_nul(&bytes).unwrap_or_default();
    Text::of(format_args!("{}", text.to_str().unwrap_or_default()))
}

fn command(t: &mut Test, story: &Story, what: u8) -> Outcome {
    story.shared.put(COMMAND, what);
    let obeyed = time::wait_until(PATIENCE, || story.shared.get(COMMAND) == 0);
    t.holds("the process does what it is asked", obeyed)
}

fn said(t: &mut Test, story: &Story, expected: &str) -> Outcome {
    t.equal(
        "what the process says",
        text_of(&story.shared, SAID).as_str(),
        expected,
    )
}

fn hero(t: &mut Test, story: &Story) -> Result<i32, Stop> {
    t.can(
        "the process",
        story.hero.as_ref().map(Target::pid).ok_or(Errno::ESRCH),
    )
}

fn read(t: &mut Test, story: &mut Story) -> Outcome {
    let pid = hero(t, story)?;
    let Story { memory, local, .. } = &*story;
    let address = memory.at(MESSAGE);
    let got = t.read(pid, address, local.at(0), ROOM as u64);
    t.moved_all("RWMEM_READ", got, ROOM)?;
    let text = text_of(local, 0);
    show!("RWMEM_READ, process {pid}, {ROOM} bytes at {address:#x}");
    show!("  {:?}", text.as_str());
    t.equal("what is read", text.as_str(), FIRST)?;
    let mut count = || {
        let got = t.read(pid, memory.at(COUNT), local.at(COUNT), 1);
        t.moved_all("RWMEM_READ of the counter", got, 1)
            .map(|()| local.get(COUNT))
    };
    let first = count()?;
    let mut reads = 1;
    let went_on = time::wait_until(PATIENCE, || {
        reads += 1;
        count().is_ok_and(|now| now != first)
    });
    t.holds("the process counts on while it is read", went_on)?;
    show!("  it was not stopped: it counted on between two of {reads} further reads");
    Ok(())
}

fn write(t: &mut Test, story: &mut Story) -> Outcome {
    let pid = hero(t, story)?;
    let Story { memory, local, .. } = &*story;
    let address = memory.at(MESSAGE);
    local.fill(0, ROOM, |place| {
        SECOND.as_bytes().get(place).copied().unwrap_or(0)
    });
    let got = t.write(pid, address, local.at(0), ROOM as u64);
    t.moved_all("RWMEM_WRITE", got, ROOM)?;
    show!("RWMEM_WRITE, process {pid}, {ROOM} bytes at {address:#x}");
    command(t, story, SPEAK)?;
    said(t, story, SECOND)
}

fn patch_text(t: &mut Test, story: &mut Story) -> Outcome {
    let pid = hero(t, story)?;
    let value = |t: &mut Test| command(t, story, CALL).map(|()| story.shared.get(SAID));
    let before = value(t)?;
    show!("a function of process {pid}, in read-only text, returns {before}");
    t.equal("the value", before, patch::ORIGINAL)?;
    story.local.put(0, PATCHED);
    let got = t.write(pid, patch::byte(), story.local.at(0), 1);
    t.moved_all("RWMEM_WRITE", got, 1)?;
    show!(
        "RWMEM_WRITE, process {pid}, 1 byte of the function's code at {:#x}",
        patch::byte()
    );
    let after = value(t)?;
    let own = patch::value();
    show!("  it returns {after} now; the same function of another process, {own} as before");
    t.equal("the value", after, PATCHED)?;
    t.equal("the other's value", own, u64::from(patch::ORIGINAL))
}

fn counted(t: &mut Test, _story: &mut Story) -> Outcome {
    let reads = t.can("kern.rwmem.reads", sysctl::number(c"kern.rwmem.reads"))?;
    let writes = t.can("kern.rwmem.writes", sysctl::number(c"kern.rwmem.writes"))?;
    let read = t.can(
        "kern.rwmem.bytes_read",
        sysctl::number(c"kern.rwmem.bytes_read"),
    )?;
    let written = t.can(
        "kern.rwmem.bytes_written",
        sysctl::number(c"kern.rwmem.bytes_written"),
    )?;
    show!("sysctl kern.rwmem");
    show!("  {reads} reads of {read} bytes, {writes} writes of {written} bytes");
    t.holds("reads are counted", reads >= 3)?;
    t.equal("writes", writes, 2)?;
    t.equal("bytes written", written, ROOM as u64 + 1)
}

fn unload(t: &mut Test, story: &mut Story) -> Outcome {
    // The process was born with a copy of the descriptor, which would keep the module.
    story.hero = None;
    t.device = None;
    let id = t.can("kldfind", kld::find(c"rwmem.ko"))?;
    t.can("kldunload", kld::unload(id, Unload::Normal))?;
    t.refused("stat of the device", file::stat(NODE), Errno::ENOENT)?;
    show!("kldunload rwmem");
    show!("  the module is gone, and its device with it");
    Ok(())
}
