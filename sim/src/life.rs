// SPDX-License-Identifier: BSD-2-Clause
//! What happens to processes and address spaces: they begin, run other programs, exit, and are freed.
use crate::layout::*;
use crate::locks::Kind;
use crate::memory::{FRESH, Guarded};
use crate::processes::*;
use crate::setting::Moved;
use crate::sim::{Sim, current};

impl Sim {
    /// The processes of a new run.
    pub fn reset_processes(&mut self) {
        self.processes.processes.clear();
        self.processes.vmspaces.clear();
        self.processes.gone.clear();
        self.processes.next_image = 2;
        self.processes.dead = None;
        self.processes.leaving = None;
        self.processes.left = None;
        self.processes.begun = 0;
        self.processes.copies.clear();
        self.frames.reset();
        for (index, space) in self.processes.spaces.iter_mut().enumerate() {
            match index {
                0 | 1 => space.start(&mut self.frames),
                _ => space.clear(),
            }
        }
        let flags = [
            (CALLER, 0, 0),
            (TARGET, 1, 0),
            (DENIED, 3, 0),
            (EXITING, 3, P_WEXIT),
            (EXECING, 3, P_INEXEC),
            (ZOMBIE, 3, P_WEXIT),
            (TORN, 3, 0),
            (HIDDEN, 3, 0),
            (SYSTEM, 3, P_SYSTEM),
        ];
        for (pid, space, flag) in flags {
            self.begin_process(pid, space, flag);
            let vm = self.processes.by_pid(pid).map_or(0, Process::vmspace);
            if pid == TORN
                && let Some(vm) = self.processes.vmspace(vm)
            {
                vm.set_references(0);
            }
        }
    }

    fn begin_process(&mut self, pid: i32, space: usize, flag: i32) {
        let vm = self.new_vmspace(space);
        self.processes.begun += 1;
        let process = Process {
            pid,
            object: Guarded::new(size_of::<kpi::proc_>(), FRESH),
            stats: Guarded::new(PSTATS_SIZE, FRESH),
            candebug: if matches!(pid, DENIED | HIDDEN) {
                EPERM
            } else {
                0
            },
            cansee: if pid == HIDDEN { ESRCH } else { 0 },
            zombie: pid == ZOMBIE,
        };
        // SAFETY: fresh objects of those types.
        unsafe {
            (*process.get()).p_pid = pid;
            (*process.get()).p_flag = flag;
            (*process.get()).p_vmspace = vm as *mut _;
            (*process.get()).p_ucred = self.threads.ucred() as *mut _;
            (*process.get()).p_stats = process.stats.as_ptr();
            // Seconds since the boot, and microseconds.
            set(process.stats.addr(), P_START, 5i64);
            set(process.stats.addr(), P_START + 8, self.processes.begun);
            set(process.addr(), P_MTX + LO_FLAGS, LO_MUTEX);
        }
        self.locks.create(process.mutex(), "process", Kind::Mutex);
        self.processes.processes.push(process);
    }

    /// A process begins, with the pid of the target that is gone.
    pub fn reuse_pid(&mut self) {
        if self.processes.by_pid(TARGET).is_none()
            && let Some(image) = self.next_image()
        {
            self.begin_process(TARGET, image, 0);
        }
    }

    /// Lets a structure be where the module does not expect it, or as it is; what is its own, as it comes to be.
    pub fn set_moved(&mut self, moved: Option<Moved>) {
        self.moved = moved;
        let Some(process) = self.processes.by_pid(CALLER) else {
            return;
        };
        let is = |what| moved == Some(what);
        let other = Guarded::new(size_of::<kpi::proc_>(), FRESH);
        // SAFETY: objects of those types, of which nobody runs anything just now.
        unsafe {
            (*process.get()).p_pid = if is(Moved::Pid) { NOBODY } else { CALLER };
            set(
                process.addr(),
                P_MTX + LO_FLAGS,
                if is(Moved::ProcessMutex) { 0 } else { LO_MUTEX },
            );
            (*process.get()).p_ucred = match is(Moved::Credentials) {
                true => std::ptr::null_mut(),
                false => self.threads.ucred() as *mut _,
            };
            std::ptr::copy_nonoverlapping(process.get(), other.as_ptr(), 1);
            (*(self.threads.td(current()) as *mut kpi::thread)).td_proc = match moved {
                Some(Moved::NoThreadProcess) => std::ptr::null_mut(),
                Some(Moved::ThreadProcess) => other.as_ptr(),
                _ => process.get(),
            };
        }
        self.processes.forget(other);
    }

    /// The caller writes to its own memory.
    pub fn caller_write(&mut self, at: u64, bytes: &[u8]) -> bool {
        self.processes.spaces[0].write(&mut self.frames, at, bytes)
    }

    pub fn new_vmspace(&mut self, space: usize) -> usize {
        let moved = self.moved.filter(|_| space == OWN);
        let vm = Vmspace {
            object: Guarded::new(size_of::<kpi::vmspace>(), FRESH),
            count: match moved {
                Some(Moved::References) => VM_REFCNT - 8,
                _ => VM_REFCNT,
            },
            space,
        };
        let addr = vm.addr();
        let pmap = match moved {
            Some(Moved::MapPmap) => addr,
            _ => vm.pmap(),
        };
        // SAFETY: a fresh object of that type.
        unsafe {
            (*(addr as *mut kpi::vmspace)).vm_map.pmap = pmap as *mut _;
            (*(addr as *mut kpi::vmspace)).vm_map.root = std::ptr::null_mut();
            (*(addr as *mut kpi::vmspace)).vm_map.header.start = MAXUSER;
        }
        vm.set_references(1);
        self.locks.create(addr, "vm map", Kind::Shared);
        self.processes.vmspaces.push(vm);
        self.hide_entries(addr);
        addr
    }

    /// vmspace_fork: a copy of an address space, and the swap that it may need. None where there is no room for one.
    pub fn copy_vmspace(&mut self, addr: usize) -> Option<(usize, u64)> {
        let to = self.processes.free_copy()?;
        let from = self.processes.vmspace(addr)?.space;
        let spaces = &mut self.processes.spaces;
        let (before, behind) = spaces.split_at_mut(to);
        let (Some(from), Some(to_space)) = (before.get(from), behind.first_mut()) else {
            // A copy of a copy: nobody asks for that.
            return None;
        };
        to_space.copy(from, &mut self.frames);
        let copied = self.new_vmspace(to);
        let charge = (self.processes.copies.len() as u64 + 1) * 0x10000;
        self.processes.copies.push(Copied {
            vmspace: copied,
            charge,
            reserved: false,
        });
        Some((copied, charge))
    }

    /// vmspace_free: one reference less, and the end with the last one.
    pub fn free_vmspace(&mut self, addr: usize) {
        let Some(index) = self
            .processes
            .vmspaces
            .iter()
            .position(|vm| vm.addr() == addr)
        else {
            self.fatal("vmspace_free of what is no address space, or one that is gone");
        };
        let references = self.processes.vmspaces[index].references();
        if references == 0 {
            self.fatal("vmspace_free of an address space without references");
        }
        self.processes.vmspaces[index].set_references(references - 1);
        if references > 1 {
            return;
        }
        let process = self
            .processes
            .processes
            .iter()
            .find(|process| process.vmspace() == addr);
        if let Some(pid) = process.map(|process| process.pid) {
            self.fatal(format!(
                "the last reference on the address space of process {pid}, which runs, is released"
            ));
        }
        let copies = self.processes.copies.iter();
        if copies
            .filter(|copy| copy.vmspace == addr)
            .any(|copy| !copy.reserved)
        {
            self.violation("a copy is freed whose swap was not reserved: too much is released");
        }
        let vm = self.processes.vmspaces.remove(index);
        self.locks.remove(addr);
        self.forget_entries(addr);
        self.processes.spaces[vm.space]
            .objects
            .show(&self.frames, false);
        vm.object.retire();
        self.processes.gone.push(vm.object);
    }

    /// The process moves to a new address space, and somebody who shared the old one stays there: what rfork(2) without
    /// RFPROC does, which takes no lock of the process's.
    pub fn leave(&mut self, old: usize) {
        let Some(image) = self.next_image() else {
            return;
        };
        let new = self.new_vmspace(image);
        let process = self
            .processes
            .processes
            .iter()
            .find(|process| process.vmspace() == old);
        if let Some(process) = process {
            // SAFETY: the process's own object.
            unsafe { (*process.get()).p_vmspace = new as *mut _ };
        }
        self.processes.left = Some(old);
    }

    /// Who stayed goes as well.
    pub fn finish_leaving(&mut self) {
        if let Some(vm) = self.processes.left.take() {
            self.free_vmspace(vm);
        }
    }

    /// The next program's memory, if there is one.
    fn next_image(&mut self) -> Option<usize> {
        let image = self.processes.next_image;
        if image > IMAGES {
            return None;
        }
        self.processes.next_image += 1;
        self.processes.spaces[image].start(&mut self.frames);
        Some(image)
    }

    /// The target runs another program: in the same address space if it has the only reference, in a new one otherwise.
    pub fn exec(&mut self) {
        let Some(old) = self.processes.target().map(Process::vmspace) else {
            return;
        };
        let Some(image) = self.next_image() else {
            return;
        };
        let Some(index) = self
            .processes
            .vmspaces
            .iter()
            .position(|vm| vm.addr() == old)
        else {
            return;
        };
        if self.processes.vmspaces[index].references() == 1 {
            self.processes.vmspaces[index].space = image;
            return;
        }
        let new = self.new_vmspace(image);
        if let Some(target) = self.processes.target() {
            // SAFETY: the process's own object.
            unsafe { (*target.get()).p_vmspace = new as *mut _ };
        }
        self.free_vmspace(old);
    }

    /// The target exits. Nobody has it locked.
    pub fn exit(&mut self) {
        let mut processes = self.processes.processes.iter();
        let Some(index) = processes.position(|process| process.pid == TARGET) else {
            return;
        };
        let process = self.processes.processes.remove(index);
        let vm = process.vmspace();
        self.locks.remove(process.mutex());
        process.object.retire();
        self.processes.gone.push(process.object);
        self.free_vmspace(vm);
    }
}
