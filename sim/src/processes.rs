// SPDX-License-Identifier: BSD-2-Clause
//! Processes and address spaces: the structures that the module sees, and what happens to them.
use std::io;

use crate::layout::*;
use crate::memory::Guarded;
use crate::space::Space;

/// The processes of every run, by their state.
pub const CALLER: i32 = 50;
pub const TARGET: i32 = 100;
pub const DENIED: i32 = 101;
pub const EXITING: i32 = 102;
pub const EXECING: i32 = 103;
pub const ZOMBIE: i32 = 104;
/// Alive, but the last reference on its address space is gone.
pub const TORN: i32 = 105;
/// One that the caller may not even see.
pub const HIDDEN: i32 = 106;
pub const SYSTEM: i32 = 1;
pub const NOBODY: i32 = 999;

/// What a scenario wants to be different.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setting {
    /// The target's page tables are there, for the direct path.
    pub direct: bool,
    /// The target is swapped out.
    pub swapped: bool,
    pub capability_mode: bool,
    /// Every third page of the caller's buffer must be faulted in.
    pub absent: bool,
    /// Each copy takes longer than the locks may be held.
    pub slow: bool,
    /// Somebody traces the module with DTrace.
    pub probed: bool,
}

pub struct Process {
    pub pid: i32,
    pub(crate) object: Guarded,
    pub candebug: i32,
    /// What p_cansee says.
    pub cansee: i32,
    pub zombie: bool,
    pub(crate) exiting: bool,
}

impl Process {
    pub fn addr(&self) -> usize {
        self.object.addr()
    }

    pub fn mutex(&self) -> usize {
        self.addr() + P_MTX + MTX_LOCK
    }

    pub(crate) fn get(&self) -> *mut kpi::proc_ {
        self.object.as_ptr()
    }

    pub fn vmspace(&self) -> usize {
        // SAFETY: a process's object lives as long as it is in the table.
        unsafe { (*self.get()).p_vmspace as usize }
    }

    pub fn flag(&self) -> i32 {
        // SAFETY: as above.
        unsafe { (*self.get()).p_flag }
    }

    pub fn set_flag(&self, flag: i32) {
        // SAFETY: as above.
        unsafe { (*self.get()).p_flag = flag }
    }

    pub fn holds(&self) -> u32 {
        // SAFETY: as above.
        unsafe { get(self.addr(), P_LOCK) }
    }

    /// The lock of its map, and that of its page tables.
    pub fn map(&self) -> usize {
        self.vmspace()
    }

    pub fn pmap_mutex(&self) -> usize {
        // SAFETY: its vmspace lives as long as it.
        unsafe {
            (*(self.vmspace() as *const kpi::vmspace)).vm_map.pmap as usize + PM_MTX + MTX_LOCK
        }
    }
}

pub struct Vmspace {
    pub(crate) object: Guarded,
    pub(crate) pmap: Guarded,
    pub space: usize,
}

impl Vmspace {
    pub fn addr(&self) -> usize {
        self.object.addr()
    }

    pub fn pmap(&self) -> usize {
        self.pmap.addr()
    }

    pub fn references(&self) -> u32 {
        // SAFETY: a vmspace's object lives as long as it is in the table.
        unsafe { get(self.addr(), VM_REFCNT) }
    }

    pub fn set_references(&self, n: u32) {
        // SAFETY: as above.
        unsafe { set(self.addr(), VM_REFCNT, n) }
    }
}

pub struct Processes {
    /// The caller's memory, then that of the images which the target may run.
    pub spaces: Vec<Space>,
    pub(crate) processes: Vec<Process>,
    pub(crate) vmspaces: Vec<Vmspace>,
    pub(crate) gone: Vec<Guarded>,
    pub(crate) next_image: usize,
    /// An address space that pretends to have no reference left, and how many it has.
    pub dead: Option<(usize, u32)>,
}

impl Processes {
    pub fn new() -> io::Result<Processes> {
        let mut spaces = Vec::new();
        for image in 1..=3 {
            spaces.push(Space::of_child(image, None)?);
        }
        spaces.insert(0, Space::of_caller()?);
        Ok(Processes {
            spaces,
            processes: Vec::new(),
            vmspaces: Vec::new(),
            gone: Vec::new(),
            next_image: 2,
            dead: None,
        })
    }

    pub fn by_pid(&self, pid: i32) -> Option<&Process> {
        self.processes.iter().find(|process| process.pid == pid)
    }

    pub fn by_addr(&self, addr: usize) -> Option<&Process> {
        self.processes.iter().find(|process| process.addr() == addr)
    }

    pub fn by_mutex(&self, mutex: usize) -> Option<&Process> {
        self.processes
            .iter()
            .find(|process| process.mutex() == mutex)
    }

    /// The target, while it runs.
    pub fn target(&self) -> Option<&Process> {
        self.by_pid(TARGET)
            .filter(|process| process.flag() & P_WEXIT == 0)
    }

    pub fn vmspace(&self, addr: usize) -> Option<&Vmspace> {
        self.vmspaces.iter().find(|vm| vm.addr() == addr)
    }

    pub fn vmspace_of_pmap(&self, pmap: usize) -> Option<&Vmspace> {
        self.vmspaces.iter().find(|vm| vm.pmap() == pmap)
    }

    pub fn caller(&mut self) -> &mut Space {
        &mut self.spaces[0]
    }

    /// The memory behind a map.
    pub fn space_of(&mut self, map: usize) -> Option<(usize, &mut Space)> {
        let index = self.vmspace(map)?.space;
        Some((index, &mut self.spaces[index]))
    }

    /// The locks of the page tables through whose direct map an address may be reached.
    pub fn direct_map_locks(&self, addr: usize, len: usize) -> impl Iterator<Item = usize> {
        let in_map = move |vm: &&Vmspace| self.spaces[vm.space].in_direct_map(addr, len);
        self.vmspaces
            .iter()
            .filter(in_map)
            .map(|vm| vm.pmap() + PM_MTX + MTX_LOCK)
    }

    /// Whether an address in the direct map is of a page that some page tables have and the kernel manages. Only such a
    /// page stays while they are locked.
    pub fn is_kept(&self, addr: usize) -> bool {
        let space = self
            .spaces
            .iter()
            .find(|space| space.in_direct_map(addr, 1));
        space.is_none_or(|space| {
            space
                .mapped_at(space.physical(addr))
                .is_some_and(|(_, managed)| managed)
        })
    }

    /// What an address in one of the structures means.
    pub fn describe(&self, addr: usize) -> Option<String> {
        if self.gone.iter().any(|object| object.near(addr)) {
            return Some("a process or address space that is gone".into());
        }
        if self.spaces.iter().any(|space| space.in_direct_map(addr, 1)) {
            return Some("the direct map, without the lock of the page tables".into());
        }
        let caller = self.spaces[0].find(addr as u64).is_some();
        caller.then(|| "the caller's memory, without copyin or copyout".into())
    }

    /// Keeps an object that must not be touched any more.
    pub fn forget(&mut self, object: Guarded) {
        self.gone.push(object);
    }

    /// The address space pretends that its last reference has just been given up.
    pub fn kill_vmspace(&mut self, addr: usize) {
        if let Some(vm) = self.vmspace(addr) {
            let references = vm.references();
            vm.set_references(0);
            self.dead = Some((addr, references));
        }
    }

    /// The address space that pretended to be dead is as it was.
    pub fn revive(&mut self) {
        if let Some((addr, references)) = self.dead.take()
            && let Some(vm) = self.vmspace(addr)
        {
            vm.set_references(references);
        }
    }

    pub fn unmap_target(&mut self) {
        let Some(vm) = self.target().map(Process::vmspace) else {
            return;
        };
        if let Some((_, space)) = self.space_of(vm) {
            space.unmap();
        }
    }

    /// Holds and references beyond those that processes and, at most, `attached` files have.
    pub fn imbalance(&self, attached: usize) -> Vec<String> {
        let mut wrong = Vec::new();
        for process in self.processes.iter().filter(|process| process.holds() > 0) {
            wrong.push(format!(
                "process {} is still held ({} times)",
                process.pid,
                process.holds()
            ));
        }
        let mut extra = 0;
        for vm in &self.vmspaces {
            let users = self
                .processes
                .iter()
                .filter(|p| p.vmspace() == vm.addr() && p.pid != TORN)
                .count() as i64;
            let more = i64::from(vm.references()) - users;
            if more < 0 {
                wrong.push(format!("an address space lacks {} references", -more));
            }
            extra += more;
        }
        // A file keeps one reference, and perhaps another to lend.
        if extra > 2 * attached as i64 {
            wrong.push(format!(
                "{extra} more references on address spaces than processes and {attached} open files have"
            ));
        }
        wrong
    }
}
