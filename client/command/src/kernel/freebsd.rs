// SPDX-License-Identifier: BSD-2-Clause
//! What FreeBSD's sysctls say.

use std::ffi::{OsString, c_int};
use std::io;
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::ptr;
use std::time::Duration;

use libc::{
    CTL_KERN, KERN_PROC, KERN_PROC_ARGS, KERN_PROC_AUXV, KERN_PROC_FILEDESC, KERN_PROC_GROUPS,
    KERN_PROC_INC_THREAD, KERN_PROC_OSREL, KERN_PROC_PATHNAME, KERN_PROC_PID, KERN_PROC_PS_STRINGS,
    KERN_PROC_RLIMIT, KERN_PROC_UMASK, KERN_PROC_VMMAP, kinfo_proc,
};
use nix::errno::Errno;
use nix::sys::event::{EvFlags, EventFilter, FilterFlag, KEvent, Kqueue};
use rwmem::sysctl;

use super::{Event, Process, Swap, Waited};
use crate::core_file::Machine;
use crate::core_file::notes::{self, Note};

fn of_process(what: c_int, pid: i32) -> io::Result<Vec<u8>> {
    sysctl::bytes_of(&[CTL_KERN, KERN_PROC, what, pid])
}

pub fn module_is_loaded() -> bool {
    // Its counters are seen from jails too.
    rwmem::Counters::query().is_ok()
}

pub fn debugging_allowed() -> Option<bool> {
    let allowed = sysctl::value::<c_int>(c"security.bsd.unprivileged_proc_debug");
    allowed.ok().map(|value| value != 0)
}

fn information(pid: i32) -> io::Result<kinfo_proc> {
    let bytes = of_process(KERN_PROC_PID, pid)?;
    structures(&bytes)
        .next()
        .ok_or_else(|| io::Error::from_raw_os_error(libc::ESRCH))
}

/// The structures that a sysctl's value consists of.
fn structures(value: &[u8]) -> impl Iterator<Item = kinfo_proc> {
    value.chunks_exact(size_of::<kinfo_proc>()).map(|bytes| {
        let mut information = MaybeUninit::<kinfo_proc>::uninit();
        // SAFETY: the bytes of one are there, and any bytes are a kinfo_proc: numbers and raw pointers.
        unsafe {
            ptr::copy_nonoverlapping(
                bytes.as_ptr(),
                information.as_mut_ptr().cast(),
                size_of::<kinfo_proc>(),
            );
            information.assume_init()
        }
    })
}

/// A text that ends with NUL.
fn text(letters: &[libc::c_char]) -> Vec<u8> {
    letters
        .iter()
        .map(|&letter| letter as u8)
        .take_while(|&letter| letter != 0)
        .collect()
}

pub fn process(pid: i32) -> io::Result<Process> {
    const P_SUGID: i64 = 0x100;
    const P2_NOTRACE: i32 = 0x2;
    let information = information(pid)?;
    Ok(Process {
        uids: [
            information.ki_uid,
            information.ki_ruid,
            information.ki_svuid,
        ],
        set_uid: information.ki_flag & P_SUGID != 0,
        no_trace: information.ki_flag2 & P2_NOTRACE != 0,
    })
}

/// The file of the program that runs, where the kernel still knows its name.
pub fn executable(pid: i32) -> Option<PathBuf> {
    let mut path = of_process(KERN_PROC_PATHNAME, pid).ok()?;
    path.truncate(path.iter().position(|&byte| byte == 0)?);
    (!path.is_empty()).then(|| OsString::from_vec(path).into())
}

pub fn auxiliary_vector(pid: i32) -> io::Result<Vec<u8>> {
    of_process(KERN_PROC_AUXV, pid)
}

/// What of anonymous memory is in the swap area.
pub fn swap() -> io::Result<Swap> {
    sysctl::bytes(c"vm.swap_objects").map(|list| Swap::read(&list))
}

/// What of the process can be had, in gcore(1)'s order.
pub fn notes(pid: i32) -> Vec<Note> {
    const RLIMITS: usize = 16;
    let mut all = Vec::new();
    if let Ok(information) = information(pid) {
        let name = text(&information.ki_comm);
        let mut arguments = of_process(KERN_PROC_ARGS, pid).unwrap_or_default();
        while arguments.last() == Some(&0) {
            arguments.pop();
        }
        for byte in arguments.iter_mut().filter(|byte| **byte == 0) {
            *byte = b' ';
        }
        let shown = if arguments.is_empty() {
            &name
        } else {
            &arguments
        };
        all.push(notes::prpsinfo(pid, &name, shown));
    }
    let threads = of_process(KERN_PROC_PID | KERN_PROC_INC_THREAD, pid).unwrap_or_default();
    for thread in structures(&threads) {
        all.push(notes::prstatus(Machine::NATIVE, thread.ki_tid));
        all.push(notes::thrmisc(&text(&thread.ki_tdname)));
    }
    for (kind, what, structure) in [
        (
            notes::PROCSTAT_PROC,
            KERN_PROC_PID | KERN_PROC_INC_THREAD,
            size_of::<kinfo_proc>(),
        ),
        (
            notes::PROCSTAT_FILES,
            KERN_PROC_FILEDESC,
            size_of::<libc::kinfo_file>(),
        ),
        (
            notes::PROCSTAT_VMMAP,
            KERN_PROC_VMMAP,
            size_of::<libc::kinfo_vmentry>(),
        ),
        (
            notes::PROCSTAT_GROUPS,
            KERN_PROC_GROUPS,
            size_of::<libc::gid_t>(),
        ),
        (
            notes::PROCSTAT_UMASK,
            KERN_PROC_UMASK,
            size_of::<libc::c_ushort>(),
        ),
        (
            notes::PROCSTAT_RLIMIT,
            KERN_PROC_RLIMIT,
            RLIMITS * size_of::<libc::rlimit>(),
        ),
        (notes::PROCSTAT_OSREL, KERN_PROC_OSREL, size_of::<c_int>()),
        (
            notes::PROCSTAT_PSSTRINGS,
            KERN_PROC_PS_STRINGS,
            size_of::<usize>(),
        ),
        // An entry is a pair.
        (notes::PROCSTAT_AUXV, KERN_PROC_AUXV, 2 * size_of::<u64>()),
    ] {
        // RLIMIT has one number more in its name: which limit; gcore(1) asks for each.
        let value = match what {
            KERN_PROC_RLIMIT => limits(pid, RLIMITS),
            _ => of_process(what, pid),
        };
        if let Ok(value) = value {
            all.push(notes::procstat(kind, structure, &value));
        }
    }
    all
}

fn limits(pid: i32, count: usize) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    for limit in 0..count as c_int {
        all.extend(sysctl::bytes_of(&[
            CTL_KERN,
            KERN_PROC,
            KERN_PROC_RLIMIT,
            pid,
            limit,
        ])?);
    }
    Ok(all)
}

/// Tells when a process exits or executes another program.
#[derive(Debug)]
pub struct Events(Kqueue);

impl Events {
    pub fn of(pid: i32) -> io::Result<Events> {
        let queue = Kqueue::new()?;
        let wanted = KEvent::new(
            pid as usize,
            EventFilter::EVFILT_PROC,
            EvFlags::EV_ADD,
            FilterFlag::NOTE_EXIT | FilterFlag::NOTE_EXEC,
            0,
            0,
        );
        queue.kevent(&[wanted], &mut [], None)?;
        Ok(Events(queue))
    }

    pub fn wait(&self, time: Duration) -> io::Result<Waited> {
        let time = libc::timespec {
            tv_sec: time.as_secs().try_into().unwrap_or(libc::time_t::MAX),
            tv_nsec: time.subsec_nanos().into(),
        };
        let mut events = [KEvent::new(
            0,
            EventFilter::EVFILT_PROC,
            EvFlags::empty(),
            FilterFlag::empty(),
            0,
            0,
        )];
        match self.0.kevent(&[], &mut events, Some(time)) {
            Ok(0) => Ok(Waited::Nothing),
            Ok(_) if events[0].fflags().contains(FilterFlag::NOTE_EXIT) => {
                Ok(Waited::Event(Event::Exited))
            }
            Ok(_) => Ok(Waited::Event(Event::Executed)),
            Err(Errno::EINTR) => Ok(Waited::Interrupted),
            Err(error) => Err(error.into()),
        }
    }
}
