// SPDX-License-Identifier: BSD-2-Clause
//! Processes and address spaces: the structures that the module sees, and what happens to them.
use crate::frames::Frames;
use crate::layout::*;
use crate::memory::Guarded;
use crate::regions::{CALLER_LAYOUT, LAYOUT};
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

pub struct Process {
    pub pid: i32,
    pub(crate) object: Guarded,
    /// Its `struct pstats`.
    pub(crate) stats: Guarded,
    pub candebug: i32,
    /// What p_cansee says.
    pub cansee: i32,
    pub zombie: bool,
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

    /// The lock of its map.
    pub fn map(&self) -> usize {
        self.vmspace()
    }
}

pub struct Vmspace {
    pub(crate) object: Guarded,
    /// Where in it its references are counted.
    pub(crate) count: usize,
    pub space: usize,
}

impl Vmspace {
    pub fn addr(&self) -> usize {
        self.object.addr()
    }

    pub fn pmap(&self) -> usize {
        self.addr() + std::mem::offset_of!(kpi::vmspace, vm_pmap)
    }

    pub fn references(&self) -> u32 {
        // SAFETY: a vmspace's object lives as long as it is in the table.
        unsafe { get(self.addr(), self.count) }
    }

    pub fn set_references(&self, n: u32) {
        // SAFETY: as above.
        unsafe { set(self.addr(), self.count, n) }
    }
}

/// A copy of an address space.
pub struct Copied {
    pub vmspace: usize,
    /// The swap that it may need, and whether somebody has reserved that.
    pub charge: u64,
    pub reserved: bool,
}

pub struct Processes {
    /// The caller's memory, then that of the images which the target may run, then the module's own address space.
    pub spaces: Vec<Space>,
    pub(crate) processes: Vec<Process>,
    pub(crate) vmspaces: Vec<Vmspace>,
    pub(crate) gone: Vec<Guarded>,
    pub(crate) next_image: usize,
    /// How many have begun: each at another time.
    pub(crate) begun: i64,
    /// The copies of address spaces that were made in this run.
    pub copies: Vec<Copied>,
    /// An address space that pretends to have no reference left, and how many it has.
    pub dead: Option<(usize, u32)>,
    /// An address space that the target leaves as soon as it is looked at; and one that it has left so, where somebody
    /// who shared it stays a little longer.
    pub leaving: Option<usize>,
    pub left: Option<usize>,
}

/// The images that there are, and the space of the module's own.
pub const IMAGES: usize = 3;
pub const OWN: usize = IMAGES + 1;
/// The spaces that copies go to, as many as there may be at a time, and how many may be made in a run.
pub const COPIES: std::ops::Range<usize> = OWN + 1..OWN + 4;
pub const MOST_COPIES: usize = 6;

impl Processes {
    pub fn new(frames: &mut Frames) -> Processes {
        let mut spaces = vec![Space::new(frames, 0, &CALLER_LAYOUT)];
        for image in 1..=IMAGES {
            spaces.push(Space::new(frames, image as u8, &LAYOUT));
        }
        spaces.push(Space::new(frames, 0, &[]));
        spaces.extend(COPIES.map(|_| Space::new(frames, 0, &[])));
        Processes {
            spaces,
            processes: Vec::new(),
            vmspaces: Vec::new(),
            gone: Vec::new(),
            next_image: 2,
            begun: 0,
            copies: Vec::new(),
            dead: None,
            leaving: None,
            left: None,
        }
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
    }

    pub fn vmspace(&self, addr: usize) -> Option<&Vmspace> {
        self.vmspaces.iter().find(|vm| vm.addr() == addr)
    }

    pub fn caller(&self) -> &Space {
        &self.spaces[0]
    }

    /// The map and the space that a pmap belongs to.
    pub fn of_pmap(&self, pmap: usize) -> Option<(usize, usize)> {
        let vm = self.vmspaces.iter().find(|vm| vm.pmap() == pmap)?;
        Some((vm.addr(), vm.space))
    }

    /// Whether the module has an address space of its own.
    pub fn has_own(&self) -> bool {
        self.vmspaces.iter().any(|vm| vm.space == OWN)
    }

    /// Whether it is the map of the module's own address space, which nobody else can know.
    pub fn is_own(&self, map: usize) -> bool {
        self.vmspace(map).is_some_and(|vm| vm.space == OWN)
    }

    /// The memory behind a map.
    pub fn space_of(&mut self, map: usize) -> Option<(usize, &mut Space)> {
        let index = self.vmspace(map)?.space;
        Some((index, &mut self.spaces[index]))
    }

    /// What an address in one of the structures means.
    pub fn describe(&self, addr: usize) -> Option<String> {
        if self.gone.iter().any(|object| object.near(addr)) {
            return Some("a process or address space that is gone".into());
        }
        let caller = self.spaces[0].find(addr as u64).is_some();
        caller.then(|| "the caller's memory, without copyin or copyout".into())
    }

    /// Keeps an object that must not be touched any more.
    pub fn forget(&mut self, object: Guarded) {
        self.gone.push(object);
    }

    /// The address space pretends that its last reference has just been released.
    pub fn kill_vmspace(&mut self, addr: usize) {
        if let Some(vm) = self.vmspace(addr) {
            let references = vm.references();
            vm.set_references(0);
            self.dead = Some((addr, references));
        }
    }

    /// Whoever looks at the address space sees how the process leaves it: its next touch is a fault.
    pub fn set_leaving(&mut self, addr: usize) {
        if let Some(vm) = self.vmspace(addr) {
            vm.object.retire();
            self.leaving = Some(addr);
        }
    }

    /// It can be looked at again.
    pub fn end_leaving(&mut self) -> Option<usize> {
        let addr = self.leaving.take()?;
        self.vmspace(addr)?.object.restore();
        Some(addr)
    }

    /// Whether an address is in the address space that is being left.
    pub fn is_leaving(&self, addr: usize) -> bool {
        let vm = self.leaving.and_then(|vm| self.vmspace(vm));
        vm.is_some_and(|vm| vm.object.near(addr))
    }

    /// The address space that pretended to be dead is as it was.
    pub fn revive(&mut self) {
        if let Some((addr, references)) = self.dead.take()
            && let Some(vm) = self.vmspace(addr)
        {
            vm.set_references(references);
        }
    }

    /// Where another copy could go.
    pub fn free_copy(&self) -> Option<usize> {
        COPIES
            .filter(|_| self.copies.len() < MOST_COPIES)
            .find(|space| !self.vmspaces.iter().any(|vm| vm.space == *space))
    }

    pub fn unmap_target(&mut self) {
        if let Some(space) = self.target_space() {
            space.unmap();
        }
    }

    /// The memory that the target has now.
    pub fn target_space(&mut self) -> Option<&mut Space> {
        let vm = self.target().map(Process::vmspace)?;
        self.space_of(vm).map(|(_, space)| space)
    }

    /// References beyond those that processes and, at most, `attached` files have.
    pub fn imbalance(&self, attached: usize) -> Vec<String> {
        let mut wrong = Vec::new();
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
