// SPDX-License-Identifier: BSD-2-Clause
//! What a core file tells of the process beside its memory, as FreeBSD's gcore(1) and kernel write it.
//!
//! The registers of a process that runs cannot be had. Debuggers want a place for them all the same, and know the threads
//! from it: they are all zero.

use std::time::Duration;

use super::machine::Machine;

/// A note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Whose note it is: by that a reader knows what its kind is.
    pub owner: &'static str,
    /// Of FreeBSD's NT_* (sys/elf_common.h), of rwmem's [`INSTANT`].
    pub kind: u32,
    pub content: Vec<u8>,
}

const FREEBSD: &str = "FreeBSD";
const RWMEM: &str = "rwmem";

/// Of which moment the memory is; rwmem(1) describes it.
pub const INSTANT: u32 = 1;

pub const PRSTATUS: u32 = 1;
pub const PRPSINFO: u32 = 3;
pub const THRMISC: u32 = 7;
pub const PROCSTAT_PROC: u32 = 8;
pub const PROCSTAT_FILES: u32 = 9;
pub const PROCSTAT_VMMAP: u32 = 10;
pub const PROCSTAT_GROUPS: u32 = 11;
pub const PROCSTAT_UMASK: u32 = 12;
pub const PROCSTAT_RLIMIT: u32 = 13;
pub const PROCSTAT_OSREL: u32 = 14;
pub const PROCSTAT_PSSTRINGS: u32 = 15;
pub const PROCSTAT_AUXV: u32 = 16;

/// `prpsinfo_t` (sys/procfs.h) of a 64-bit process: its command's name and arguments.
pub fn prpsinfo(pid: i32, name: &[u8], arguments: &[u8]) -> Note {
    const VERSION: i32 = 1;
    const SIZE: usize = 120;
    // Each with room for the NUL at its end.
    const NAME: std::ops::Range<usize> = 16..33;
    const ARGUMENTS: std::ops::Range<usize> = 33..114;
    const PID: usize = 116;
    let mut content = vec![0; SIZE];
    let mut put = |at: usize, bytes: &[u8]| content[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &VERSION.to_le_bytes());
    put(8, &(SIZE as u64).to_le_bytes());
    put(NAME.start, &name[..name.len().min(NAME.len() - 1)]);
    put(
        ARGUMENTS.start,
        &arguments[..arguments.len().min(ARGUMENTS.len() - 1)],
    );
    put(PID, &pid.to_le_bytes());
    Note {
        owner: FREEBSD,
        kind: PRPSINFO,
        content,
    }
}

/// `prstatus_t` (sys/procfs.h) of a thread, without registers.
pub fn prstatus(machine: Machine, thread: i32) -> Note {
    const VERSION: i32 = 1;
    const HEAD: usize = 48;
    // The sizes of `struct reg` and `struct fpreg` (machine/reg.h).
    let (registers, float_registers) = match machine {
        Machine::Amd64 => (176, 512),
        Machine::Arm64 => (272, 528),
    };
    let size = HEAD + registers;
    let mut content = vec![0; size];
    let mut put = |at: usize, bytes: &[u8]| content[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &VERSION.to_le_bytes());
    put(8, &(size as u64).to_le_bytes());
    put(16, &(registers as u64).to_le_bytes());
    put(24, &(float_registers as u64).to_le_bytes());
    put(40, &thread.to_le_bytes());
    Note {
        owner: FREEBSD,
        kind: PRSTATUS,
        content,
    }
}

/// `thrmisc_t`: a thread's name.
pub fn thrmisc(name: &[u8]) -> Note {
    const NAME: usize = 20;
    let mut content = vec![0; NAME + 4];
    let len = name.len().min(NAME - 1);
    content[..len].copy_from_slice(&name[..len]);
    Note {
        owner: FREEBSD,
        kind: THRMISC,
        content,
    }
}

/// What sysctl(3) returns, behind the size of the structures that it consists of.
pub fn procstat(kind: u32, structure: usize, value: &[u8]) -> Note {
    let mut content = (structure as u32).to_le_bytes().to_vec();
    content.extend_from_slice(value);
    Note {
        owner: FREEBSD,
        kind,
        content,
    }
}

/// Of which moment the memory is: whether of a single one, which lies between two times (as durations since 1970), or read in
/// all the time between them.
pub fn instant(single: bool, from: Duration, to: Duration) -> Note {
    const VERSION: u32 = 1;
    let mut content = VERSION.to_le_bytes().to_vec();
    content.extend(u32::from(single).to_le_bytes());
    for time in [from, to] {
        content.extend(time.as_secs().to_le_bytes());
        content.extend(u64::from(time.subsec_nanos()).to_le_bytes());
    }
    Note {
        owner: RWMEM,
        kind: INSTANT,
        content,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prpsinfo_is_laid_out_as_in_c() {
        let note = prpsinfo(77, b"sleep", b"sleep 100");
        assert_eq!(note.content.len(), 120);
        assert_eq!(note.content[..4], 1u32.to_le_bytes());
        assert_eq!(note.content[8..16], 120u64.to_le_bytes());
        assert_eq!(note.content[16..22], *b"sleep\0");
        assert_eq!(note.content[33..43], *b"sleep 100\0");
        assert_eq!(note.content[116..], 77u32.to_le_bytes());
    }

    #[test]
    fn a_thread_has_an_id_a_name_and_room_for_registers() {
        let note = prstatus(Machine::Amd64, 100_123);
        assert_eq!(note.content.len(), 224);
        assert_eq!(note.content[8..16], 224u64.to_le_bytes());
        assert_eq!(note.content[16..24], 176u64.to_le_bytes());
        assert_eq!(note.content[40..44], 100_123u32.to_le_bytes());
        assert!(note.content[44..].iter().all(|&byte| byte == 0));
        assert_eq!(thrmisc(b"worker").content[..7], *b"worker\0");
        assert_eq!(thrmisc(&[b'x'; 40]).content[18..], [b'x', 0, 0, 0, 0, 0]);
    }

    #[test]
    fn the_instant_is_between_two_times() {
        let note = instant(true, Duration::new(5, 7), Duration::new(6, 0));
        assert_eq!(
            (note.owner, note.kind, note.content.len()),
            ("rwmem", 1, 40)
        );
        let words: Vec<u64> = note
            .content
            .as_chunks()
            .0
            .iter()
            .map(|word| u64::from_le_bytes(*word))
            .collect();
        assert_eq!(words, [1 | 1 << 32, 5, 7, 6, 0]);
        let live = instant(false, Duration::ZERO, Duration::ZERO);
        assert_eq!(live.content[4..8], [0; 4]);
    }

    #[test]
    fn names_and_arguments_end_with_nul() {
        let long = [b'x'; 200];
        let note = prpsinfo(1, &long, &long);
        assert_eq!(note.content[16..33], *b"xxxxxxxxxxxxxxxx\0");
        assert_eq!(note.content[112..116], [b'x', 0, 0, 0]);
    }
}
