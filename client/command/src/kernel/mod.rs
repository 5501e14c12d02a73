// SPDX-License-Identifier: BSD-2-Clause
//! What the kernel tells of processes without the module: sysctl(3) and kqueue(2).

#[cfg(not(target_os = "freebsd"))]
mod elsewhere;
#[cfg(target_os = "freebsd")]
mod freebsd;
#[cfg(not(target_os = "freebsd"))]
use elsewhere as system;
#[cfg(target_os = "freebsd")]
use freebsd as system;

mod swap;

use std::time::Duration;

use rwmem::FileId;

use crate::places::Executable;
pub use swap::Swap;
pub use system::{Events, module_is_loaded, notes, process, swap};

/// What is known of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Effective, real and saved user ids.
    pub uids: [u32; 3],
    /// P_SUGID: its credentials have changed since it began to execute its program.
    pub set_uid: bool,
    /// P2_NOTRACE: it has forbidden debugging (procctl(2)).
    pub no_trace: bool,
}

/// The system's, in bytes.
pub fn page_size() -> u64 {
    // SAFETY: takes a number, and returns one.
    u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

/// The program that a process runs, as far as the kernel tells.
pub fn executable(pid: i32) -> Executable {
    let path = system::executable(pid);
    Executable {
        file: path.as_deref().and_then(|path| FileId::of(path).ok()),
        path,
        addresses: system::auxiliary_vector(pid).map_or_else(|_| Vec::new(), |all| addresses(&all)),
    }
}

/// What an ELF auxiliary vector says of where the program is: its headers, its entry. That of a 32-bit process, with other
/// entries, says nothing.
fn addresses(vector: &[u8]) -> Vec<u64> {
    const AT_PHDR: u64 = 3;
    const AT_ENTRY: u64 = 9;
    let (words, _) = vector.as_chunks();
    let words: Vec<u64> = words.iter().map(|&word| u64::from_ne_bytes(word)).collect();
    let (entries, _) = words.as_chunks();
    let of = |kind| {
        entries
            .iter()
            .find(|[key, _]| *key == kind)
            .map(|[_, value]| *value)
    };
    [AT_PHDR, AT_ENTRY].into_iter().filter_map(of).collect()
}

/// What has become of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Exited,
    /// It executed another program.
    Executed,
}

/// How a wait for events ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// Nothing happened in that time.
    Nothing,
    Event(Event),
    /// By a signal to this process.
    Interrupted,
}

/// Which of the kernel's rules for debuggers refuses a process, as far as it shows from outside, and what to do.
pub fn why_not_permitted(pid: i32) -> String {
    let own = nix::unistd::geteuid().as_raw();
    reason(own, process(pid).ok().as_ref(), system::debugging_allowed())
}

/// The rules in the order in which `p_candebug()` looks at them. `debugging_allowed` is
/// security.bsd.unprivileged_proc_debug, where it can be read.
fn reason(own: u32, process: Option<&Process>, debugging_allowed: Option<bool>) -> String {
    let root = own == 0;
    if !root && debugging_allowed == Some(false) {
        return "only root may debug processes on this system; root allows it to others with 'sysctl \
                security.bsd.unprivileged_proc_debug=1'"
            .into();
    }
    match process {
        Some(process) if !root && process.uids.iter().any(|&uid| uid != own) => {
            let [effective, real, _] = process.uids;
            let whose = match effective == real {
                true => format!("user {real}"),
                false => format!("user {real} with the rights of user {effective}"),
            };
            format!("it belongs to {whose}, and you are user {own}; be that user, or root")
        }
        Some(process) if !root && process.set_uid => {
            "it has changed its credentials (a set-uid program, or a daemon that gave up its rights); only root may \
             access it"
                .into()
        }
        Some(process) if process.no_trace => {
            "it has forbidden to be debugged (procctl(2), proccontrol(1)); only root of the host may access it".into()
        }
        _ => "the kernel would not let you debug it either: it is in another jail, in a group that you are not in, \
              protected by a MAC policy or by the securelevel; root of the host may access it"
            .into(),
    }
}

/// How long a wait may be at most, so that a signal between two waits is not missed for long.
pub const PATIENCE: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    fn process(uids: [u32; 3]) -> Process {
        Process {
            uids,
            set_uid: false,
            no_trace: false,
        }
    }

    #[test]
    fn the_auxiliary_vector_says_where_the_program_is() {
        let vector = |entries: &[[u64; 2]]| -> Vec<u8> {
            entries
                .as_flattened()
                .iter()
                .flat_map(|word| word.to_ne_bytes())
                .collect()
        };
        let all = vector(&[[9, 0x20_1000], [6, 4096], [3, 0x20_0040], [0, 0]]);
        assert_eq!(addresses(&all), [0x20_0040, 0x20_1000]);
        assert_eq!(addresses(&all[..24]), [0x20_1000]);
        let narrow = vector(&[[3 | 0x20_0040 << 32, 9 | 0x20_1000 << 32]]);
        assert!(addresses(&narrow).is_empty());
    }

    #[test]
    fn the_rule_that_refuses_is_named() {
        let mine = process([1001; 3]);
        let roots = process([0; 3]);
        let set_uid = process([0, 1001, 0]);
        let mut changed = mine.clone();
        changed.set_uid = true;
        let mut forbidden = mine.clone();
        forbidden.no_trace = true;
        for (process, allowed, wanted) in [
            (&mine, Some(false), "unprivileged_proc_debug=1"),
            (
                &roots,
                Some(true),
                "it belongs to user 0, and you are user 1001",
            ),
            (&set_uid, None, "user 1001 with the rights of user 0"),
            (&changed, Some(true), "changed its credentials"),
            (&forbidden, Some(true), "forbidden to be debugged"),
            (&mine, Some(true), "another jail"),
        ] {
            let text = reason(1001, Some(process), allowed);
            assert!(text.contains(wanted), "{text}");
        }
        assert!(reason(1001, None, None).contains("another jail"));
        assert!(reason(0, Some(&roots), Some(false)).contains("another jail"));
    }
}
