// SPDX-License-Identifier: BSD-2-Clause
//! Writing to text, as a debugger does for a breakpoint: it takes effect, and in one process only.

use crate::patch;
use crate::sys::Errno;
use crate::sys::file::{self, Fd};
use crate::sys::memory::{PAGE, READABLE, Region, pattern};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::{Role, Target};

pub const CASES: &[Case] = &[
    Case::transfers(
        "a process whose read-only text is patched acts on it",
        patch_text,
    ),
    Case::transfers(
        "other processes of the same file keep their text",
        others_keep_text,
    ),
    Case::transfers(
        "a process started after the patch has the original text",
        later_process,
    ),
    Case::transfers(
        "the file keeps its bytes when a process's text is patched",
        file_keeps_bytes,
    ),
    Case::transfers(
        "a read-only private page can be written, over its bounds too",
        read_only_page,
    ),
];

const PATCHED: u8 = 7;

fn patchable() -> Result<Target, Errno> {
    Target::spawn(|| Ok(()), |_| patch::value())
}

/// Writes the byte that [`patch::value`] returns.
fn patch_byte(t: &mut Test, target: &Target, byte: u8) -> Outcome {
    let local = t.can("mmap", Region::private(PAGE))?;
    local.put(0, byte);
    let moved = t.write(target.pid(), patch::byte(), local.at(0), 1);
    t.moved_all("write to text", moved, 1)
}

fn expect_value(t: &mut Test, who: &str, target: &Target, expected: u8) -> Outcome {
    let value = t.can(who, target.ask(0))?;
    t.equal(
        format_args!("what {who} returns"),
        value,
        u64::from(expected),
    )
}

fn read_byte(t: &mut Test, target: &Target) -> Result<u8, Stop> {
    let local = t.can("mmap", Region::private(PAGE))?;
    let moved = t.read(target.pid(), patch::byte(), local.at(0), 1);
    t.moved_all("read of text", moved, 1)?;
    Ok(local.get(0))
}

fn patch_text(t: &mut Test) -> Outcome {
    let target = t.can("fork", patchable())?;
    expect_value(t, "the target before the patch", &target, patch::ORIGINAL)?;
    patch_byte(t, &target, PATCHED)?;
    expect_value(t, "the target after the patch", &target, PATCHED)?;
    let byte = read_byte(t, &target)?;
    t.equal("the byte read back", byte, PATCHED)?;
    patch_byte(t, &target, patch::ORIGINAL)?;
    expect_value(
        t,
        "the target after the patch was taken back",
        &target,
        patch::ORIGINAL,
    )
}

fn others_keep_text(t: &mut Test) -> Outcome {
    let target = t.can("fork", patchable())?;
    let sibling = t.can("fork", patchable())?;
    let executed = t.can("execve", Target::executed(t.program, Role::Value, None))?;
    for (who, other) in [
        ("a sibling by fork", &sibling),
        ("a process of the same file", &executed),
    ] {
        // Has the page in before, so that a write to the shared page would be seen.
        expect_value(t, who, other, patch::ORIGINAL)?;
    }
    patch_byte(t, &target, PATCHED)?;
    expect_value(t, "the target", &target, PATCHED)?;
    for (who, other) in [
        ("a sibling by fork", &sibling),
        ("a process of the same file", &executed),
    ] {
        expect_value(t, who, other, patch::ORIGINAL)?;
        let byte = read_byte(t, other)?;
        t.equal(format_args!("the byte in {who}"), byte, patch::ORIGINAL)?;
    }
    t.equal(
        "what the caller itself returns",
        patch::value(),
        u64::from(patch::ORIGINAL),
    )
}

fn later_process(t: &mut Test) -> Outcome {
    let target = t.can("execve", Target::executed(t.program, Role::Value, None))?;
    patch_byte(t, &target, PATCHED)?;
    expect_value(t, "the target", &target, PATCHED)?;
    let later = t.can("execve", Target::executed(t.program, Role::Value, None))?;
    expect_value(t, "a process started later", &later, patch::ORIGINAL)?;
    expect_value(t, "the target", &target, PATCHED)
}

fn file_keeps_bytes(t: &mut Test) -> Outcome {
    let file = t.can(
        "opening this program",
        file::open(t.program, file::READ_ONLY),
    )?;
    let offset = t.can(
        "finding the text in this program's file",
        file_offset(&file, patch::byte()),
    )?;
    let byte_in_file = |t: &mut Test| {
        let mut byte = [0];
        let read = file.read_at(&mut byte, offset);
        t.can("reading this program's file", read).map(|_| byte[0])
    };
    let before = byte_in_file(t)?;
    t.equal("the byte in the file", before, patch::ORIGINAL)?;
    let target = t.can("fork", patchable())?;
    patch_byte(t, &target, PATCHED)?;
    expect_value(t, "the target", &target, PATCHED)?;
    let after = byte_in_file(t)?;
    t.equal(
        "the byte in the file after the patch",
        after,
        patch::ORIGINAL,
    )
}

/// Where the file of this program has what is mapped at `address`.
fn file_offset(file: &Fd, address: u64) -> Result<u64, Errno> {
    // Elf64_Ehdr: e_phoff at 32, e_phentsize at 54, e_phnum at 56. Elf64_Phdr: p_type, p_flags, then p_offset,
    // p_vaddr, p_paddr, p_filesz.
    const PT_LOAD: u32 = 1;
    const PHDR: usize = 56;
    let mut head = [0u8; PAGE];
    file.read_at(&mut head, 0)?;
    let word = |at: usize| {
        head.get(at..at + 8)
            .and_then(|bytes| bytes.try_into().ok())
            .map_or(0, u64::from_le_bytes)
    };
    let table = word(32) as usize;
    let count = (word(56) & 0xffff) as usize;
    (0..count)
        .map(|index| table + index * PHDR)
        .filter(|&phdr| word(phdr) as u32 == PT_LOAD)
        .map(|phdr| (word(phdr + 8), word(phdr + 16), word(phdr + 32)))
        .find(|&(_, start, len)| (start..start + len).contains(&address))
        .map(|(offset, start, _)| address - start + offset)
        .ok_or(Errno::ENOEXEC)
}

fn read_only_page(t: &mut Test) -> Outcome {
    const SIZE: usize = 4 * PAGE;
    const FROM: usize = PAGE - 50;
    const LEN: usize = 2 * PAGE + 100;
    let remote = t.can("mmap", Region::private(SIZE))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    local.fill(0, SIZE, pattern(2));
    let target = Target::spawn(
        || {
            remote.fill(0, SIZE, pattern(1));
            remote.protect(PAGE, 2 * PAGE, READABLE)
        },
        |_| {
            let wrong =
                remote.difference(0, SIZE, |place| match (FROM..FROM + LEN).contains(&place) {
                    true => pattern(2)(place),
                    false => pattern(1)(place),
                });
            u64::from(wrong.is_some())
        },
    );
    let target = t.can("fork", target)?;
    let moved = t.write(target.pid(), remote.at(FROM), local.at(FROM), LEN as u64);
    t.moved_all("write", moved, LEN)?;
    let wrong = t.can("asking the target", target.ask(0))?;
    t.equal("wrong bytes in the target", wrong, 0)
}
