// SPDX-License-Identifier: BSD-2-Clause
//! A process that is made into a certain caller or target, step by step, and then does what it is asked.

use super::obey::obey;
use super::order::{self, Answer, Order};
use crate::sys::file;
use crate::sys::process::Tracing;
use crate::sys::{Errno, directory, mount, node};
use crate::tap::{Stop, Test};
use crate::target::Target;
use core::ffi::CStr;

/// An unprivileged user that is not [`crate::tap::USER`], and the group of the same number.
pub const OTHER: u32 = 1002;

/// One step on the way from a clean process of root's.
#[derive(Clone, Copy)]
pub enum Step {
    /// All ids become this one, then the program is executed anew: a process as login(1) begins one.
    User(u32),
    /// Real, effective and saved ids, of the user and of the group; the effective group is the only one.
    Ids([u32; 3], [u32; 3]),
    Uids([u32; 3]),
    Groups(&'static [u32]),
    Execute,
    /// Executes a copy of the program with this mode and owner.
    ExecuteSetId(u16, u32, u32),
    /// Executes the 32-bit agent.
    Execute32,
    /// Goes on as its own child.
    Fork,
    Tracing(Tracing),
    /// Enters a new jail, with the bits of [`order::JAIL`].
    Jail(u64),
    /// Enters the first jail that the other one has made.
    Join,
    /// Enters a partition of mac_partition(4).
    Partition(u64),
}

pub struct Agent {
    process: Target,
    pid: i32,
    memory: u64,
    jail: Option<u64>,
}

impl Agent {
    /// A target.
    pub fn new(t: &mut Test, steps: &[Step]) -> Result<Agent, Stop> {
        let program = t.program;
        let process = Target::start(|link| obey(program, &link));
        let process = t.can("fork", process)?;
        let mut agent = Agent {
            pid: process.pid(),
            process,
            memory: 0,
            jail: None,
        };
        agent.take(t, steps, None)?;
        Ok(agent)
    }

    /// A caller, which opens the device while it is still root. [`Step::Join`] needs the other.
    pub fn caller(t: &mut Test, steps: &[Step], other: Option<&Agent>) -> Result<Agent, Stop> {
        let mut agent = Agent::new(t, &[])?;
        let opened = agent.order([order::OPEN, file::READ_WRITE as u64, 0, 0, 0, 0]);
        t.can("opening the device", opened)?;
        agent.take(t, steps, other)?;
        Ok(agent)
    }

    pub fn take(
        &mut self,
        t: &mut Test,
        steps: &[Step],
        other: Option<&Agent>,
    ) -> Result<(), Stop> {
        for &step in steps {
            self.step(t, step, other)?;
        }
        let [memory, _] = t.can(
            "asking for its memory",
            self.order([order::MEMORY, 0, 0, 0, 0, 0]),
        )?;
        self.memory = memory;
        Ok(())
    }

    fn step(&mut self, t: &mut Test, step: Step, other: Option<&Agent>) -> Result<(), Stop> {
        match step {
            Step::User(id) => {
                self.step(t, Step::Ids([id; 3], [id; 3]), other)?;
                self.execute(t, order::OWN)
            }
            Step::Ids(uids, gids) => {
                self.groups(t, &[gids[1]])?;
                self.ids(t, order::GIDS, gids)?;
                self.ids(t, order::UIDS, uids)
            }
            Step::Uids(uids) => self.ids(t, order::UIDS, uids),
            Step::Groups(groups) => self.groups(t, groups),
            Step::Execute => self.execute(t, order::OWN),
            Step::ExecuteSetId(mode, uid, gid) => {
                let _copy = SetId::new(t, mode, uid, gid)?;
                self.execute(t, order::SET_ID)
            }
            Step::Execute32 => {
                let path = order::PROGRAMS[order::BITS_32 as usize];
                if file::stat(path).is_err() {
                    return Err(Stop::Skipped(
                        "no 32-bit program on this disc (it is written for amd64 only)",
                    ));
                }
                self.execute(t, order::BITS_32)
            }
            Step::Fork => {
                let [pid, _] = t.can("fork", self.order([order::FORK, 0, 0, 0, 0, 0]))?;
                self.pid = pid as i32;
                Ok(())
            }
            Step::Tracing(tracing) => {
                let done = self.order([order::TRACING, tracing as u64, 0, 0, 0, 0]);
                t.can("procctl", done).map(drop)
            }
            Step::Jail(bits) => {
                let [id, _] = t.can("jail_set", self.order([order::JAIL, bits, 0, 0, 0, 0]))?;
                self.jail.get_or_insert(id);
                Ok(())
            }
            Step::Join => {
                let id = t.can(
                    "a jail to join",
                    other.and_then(|other| other.jail).ok_or(Errno::ENOENT),
                )?;
                t.can("jail_attach", self.order([order::JOIN, id, 0, 0, 0, 0]))
                    .map(drop)
            }
            Step::Partition(number) => {
                let entered = self.order([order::PARTITION, number, 0, 0, 0, 0]);
                t.can("mac_set_proc", entered).map(drop)
            }
        }
    }

    fn ids(&mut self, t: &mut Test, order: u64, ids: [u32; 3]) -> Result<(), Stop> {
        let [real, effective, saved] = ids.map(u64::from);
        let set = self.order([order, real, effective, saved, 0, 0]);
        t.can("setting ids", set).map(drop)
    }

    fn groups(&mut self, t: &mut Test, groups: &[u32]) -> Result<(), Stop> {
        let mut order = [order::GROUPS, groups.len() as u64, 0, 0, 0, 0];
        for (word, &group) in order[2..].iter_mut().zip(groups) {
            *word = u64::from(group);
        }
        t.can("setgroups", self.order(order)).map(drop)
    }

    fn execute(&mut self, t: &mut Test, program: u64) -> Result<(), Stop> {
        let told = self.process.tell_all([order::EXECUTE, program, 0, 0, 0, 0]);
        let ready = told.and_then(|()| self.process.hear());
        let ready = t.can("execve", ready)?;
        t.equal("what the new image says", ready, 0)
    }

    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// The address of an offset of its memory.
    pub fn at(&self, offset: u64) -> u64 {
        self.memory + offset
    }

    /// Has it carried out.
    pub fn order(&self, order: Order) -> Result<[u64; 2], Errno> {
        self.process.tell_all(order)?;
        let [error, value, more]: Answer = self.process.hear_all()?;
        match error {
            0 => Ok([value, more]),
            error => Err(Errno(error as i32)),
        }
    }

    /// The byte at an offset of its memory.
    pub fn peek(&self, offset: u64) -> Result<u8, Errno> {
        self.order([order::PEEK, offset, 0, 0, 0, 0])
            .map(|[byte, _]| byte as u8)
    }

    pub fn poke(&self, t: &mut Test, offset: u64, byte: u8) -> Result<(), Stop> {
        let poked = self.order([order::POKE, offset, u64::from(byte), 0, 0, 0]);
        t.can("having a byte put", poked).map(drop)
    }
}

/// Makes /tmp a place to write to, if it is not one.
pub fn writable_tmp(t: &mut Test) -> Result<(), Stop> {
    const PROBE: &CStr = c"/tmp/rwmem-probe";
    match directory::make(PROBE, 0o755) {
        Err(Errno::EROFS) => t.can("mounting tmpfs on /tmp", mount::mount(c"tmpfs", c"/tmp")),
        Err(Errno::EEXIST) => Ok(()),
        created => {
            t.can("making a folder in /tmp", created)?;
            t.can("removing it", directory::remove(PROBE))
        }
    }
}

/// A copy of this program that has a mode and an owner of its own, removed on drop.
struct SetId;

impl SetId {
    const PATH: &CStr = order::PROGRAMS[order::SET_ID as usize];

    fn new(t: &mut Test, mode: u16, uid: u32, gid: u32) -> Result<SetId, Stop> {
        writable_tmp(t)?;
        let copy = t.can("making a copy of it", node::create_new(Self::PATH))?;
        let made = SetId;
        t.can("copying it", node::copy_to(t.program, &copy))?;
        drop(copy);
        // In this order: chown(2) takes set-id bits away.
        t.can("chown", node::set_owner(Self::PATH, uid, gid))?;
        t.can("chmod", node::set_mode(Self::PATH, usize::from(mode)))?;
        Ok(made)
    }
}

impl Drop for SetId {
    fn drop(&mut self) {
        let _ = node::remove(Self::PATH);
    }
}

/// The root of a jail of its own, with a devfs in it; both go away on drop.
pub struct JailRoot;

impl JailRoot {
    const DEV: &CStr = c"/tmp/rwmem-jail/dev";

    pub fn new(t: &mut Test) -> Result<JailRoot, Stop> {
        writable_tmp(t)?;
        t.can("mkdir", directory::make(order::JAIL_ROOT, 0o755))?;
        let made = JailRoot;
        t.can("mkdir", directory::make(Self::DEV, 0o755))?;
        t.can("mounting devfs", mount::mount(c"devfs", Self::DEV))?;
        Ok(made)
    }
}

impl Drop for JailRoot {
    fn drop(&mut self) {
        let _ = mount::unmount_forcibly(Self::DEV);
        let _ = directory::remove(Self::DEV);
        let _ = directory::remove(order::JAIL_ROOT);
    }
}
