// SPDX-License-Identifier: BSD-2-Clause
//! How long an attachment lasts: the address space is the one of the moment of ATTACH. More of it: `cases/`.

use super::attach::{attach, expect_byte};
use super::execve::{OLD, executing_when};
use crate::device::Device;
use crate::sys::memory::{ALIAS, ARENA_LEN, PAGE, Region};
use crate::sys::sysctl;
use crate::tap::{Case, Outcome, Test};
use crate::target::Target;

pub const CASES: &[Case] = &[
    Case::everyone(
        "after execve the old image is read, and never the new one",
        old_image,
    ),
    Case::everyone(
        "kern.rwmem.attached counts the attached descriptors",
        counted,
    ),
];

fn old_image(t: &mut Test) -> Outcome {
    let arena = Region::arena();
    let local = t.can("mmap", Region::aliased(ARENA_LEN))?;
    let target = executing_when(t, || local.get(0) != 0)?;
    attach(t, target.pid())?;
    let look = |t: &mut Test| -> Outcome {
        let got = t
            .device()
            .fd()
            .read_to(local.at(0), ARENA_LEN as u64, arena.at(0));
        t.equal("pread", got, Ok(ARENA_LEN as u64))?;
        t.same("what was read", &local, 0, ALIAS, |_| OLD)
    };
    // The first look sets it off.
    for _ in 0..4 {
        look(t)?;
    }
    t.can("the new image says that it is ready", target.hear())?;
    look(t)?;
    local.put(0, b'w');
    let got = t.device().fd().write_from(local.at(0), 1, arena.at(0));
    t.equal("pwrite", got, Ok(1))?;
    expect_byte(t, "the old image keeps what is written", arena.at(0), b'w')?;
    let got = t.read(target.pid(), arena.at(0), local.at(0), PAGE as u64);
    t.moved_all("a read of the new image, by its pid", got, PAGE)?;
    t.same("the new image", &local, 0, PAGE, |_| 0)
}

fn counted(t: &mut Test) -> Outcome {
    let target = t.can("fork", Target::idle())?;
    let pid = target.pid();
    let expect = |t: &mut Test, when: &str, expected: u64| {
        let count = t.can(
            "kern.rwmem.attached",
            sysctl::number(c"kern.rwmem.attached"),
        )?;
        t.equal(format_args!("kern.rwmem.attached {when}"), count, expected)
    };
    expect(t, "at first", 0)?;
    attach(t, pid)?;
    expect(t, "after ATTACH", 1)?;
    attach(t, pid)?;
    expect(t, "after another of the same descriptor", 1)?;
    if !t.user {
        let second = t.can("open", Device::open())?;
        t.can("ATTACH", second.attach(pid))?;
        expect(t, "after one of another descriptor", 2)?;
        drop(second);
        expect(t, "after that was closed", 1)?;
    }
    let got = t.device().detach();
    t.can("DETACH", got)?;
    expect(t, "after DETACH", 0)
}
