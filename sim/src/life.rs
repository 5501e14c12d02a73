// SPDX-License-Identifier: BSD-2-Clause
//! What happens to processes and address spaces: they begin, run other programs, exit, and are let go.
use std::io;

use crate::layout::*;
use crate::locks::Kind;
use crate::memory::{FRESH, Guarded};
use crate::processes::*;
use crate::sim::Sim;

impl Sim {
    /// The processes of a new run.
    pub fn reset_processes(&mut self, setting: Setting) -> io::Result<()> {
        self.processes.processes.clear();
        self.processes.vmspaces.clear();
        self.processes.gone.clear();
        self.processes.next_image = 2;
        self.processes.dead = None;
        for space in &mut self.processes.spaces {
            space.reset(setting.direct)?;
        }
        if setting.absent {
            let start = crate::space::BUFFER.start;
            self.processes.spaces[0]
                .absent
                .extend((0..96).step_by(3).map(|page| start + page * 4096));
        }
        let flags = [
            (CALLER, 0, P_INMEM),
            (TARGET, 1, if setting.swapped { 0 } else { P_INMEM }),
            (DENIED, 3, P_INMEM),
            (EXITING, 3, P_INMEM | P_WEXIT),
            (EXECING, 3, P_INMEM | P_INEXEC),
            (ZOMBIE, 3, P_INMEM | P_WEXIT),
            (TORN, 3, P_INMEM),
            (HIDDEN, 3, P_INMEM),
            (SYSTEM, 3, P_INMEM | P_SYSTEM),
        ];
        for (pid, space, flag) in flags {
            self.processes.spaces[space].used |= space < 2;
            let vm = self.new_vmspace(space);
            let object = Guarded::new(size_of::<kpi::proc_>(), FRESH);
            let process = Process {
                pid,
                object,
                candebug: if matches!(pid, DENIED | HIDDEN) {
                    EPERM
                } else {
                    0
                },
                cansee: if pid == HIDDEN { ESRCH } else { 0 },
                zombie: pid == ZOMBIE,
                exiting: false,
            };
            // SAFETY: a fresh object of that type.
            unsafe {
                (*process.get()).p_pid = pid;
                (*process.get()).p_flag = flag;
                (*process.get()).p_vmspace = vm as *mut _;
                set(process.addr(), P_LOCK, 0u32);
            }
            self.locks.create(process.mutex(), "process", Kind::Mutex);
            self.processes.processes.push(process);
            if pid == TORN
                && let Some(vm) = self.processes.vmspace(vm)
            {
                vm.set_references(0);
            }
        }
        Ok(())
    }

    fn new_vmspace(&mut self, space: usize) -> usize {
        let vm = Vmspace {
            object: Guarded::new(size_of::<kpi::vmspace>(), FRESH),
            pmap: Guarded::new(256, 0),
            space,
        };
        let addr = vm.addr();
        // SAFETY: fresh objects of those types.
        unsafe { (*(addr as *mut kpi::vmspace)).vm_map.pmap = vm.pmap() as *mut _ };
        vm.set_references(1);
        self.locks.create(addr, "vm map", Kind::Shared);
        self.locks
            .create(vm.pmap() + PM_MTX + MTX_LOCK, "pmap", Kind::Mutex);
        self.processes.vmspaces.push(vm);
        self.hide_tables(addr);
        self.hide_entries(addr);
        addr
    }

    /// Nobody finds the page tables while they are not locked.
    pub fn hide_tables(&mut self, map: usize) {
        if let Some(vm) = self.processes.vmspace(map) {
            // SAFETY: a pmap's own fields; an address that faults wherever it is used.
            unsafe { set(vm.pmap(), PM_PMLTOP, 0xdead_0000_0000_0000_usize) };
            self.processes.spaces[vm.space].open_direct_map(false);
        }
    }

    pub fn show_tables(&mut self, map: usize) {
        if let Some(vm) = self.processes.vmspace(map) {
            let (top, physical) = self.processes.spaces[vm.space].top_table();
            // SAFETY: a pmap's own fields.
            unsafe {
                set(vm.pmap(), PM_PMLTOP, top);
                set(vm.pmap(), PM_CR3, physical);
            }
            self.processes.spaces[vm.space].open_direct_map(true);
        }
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
                "the last reference on the address space of process {pid}, which runs, is given up"
            ));
        }
        let vm = self.processes.vmspaces.remove(index);
        self.locks.remove(addr);
        self.locks.remove(vm.pmap() + PM_MTX + MTX_LOCK);
        vm.object.retire();
        vm.pmap.retire();
        self.processes.gone.extend([vm.object, vm.pmap]);
    }

    /// The target runs another program: in the same address space if it has the only reference, in a new one otherwise.
    pub fn exec(&mut self) {
        let Some(old) = self.processes.target().map(Process::vmspace) else {
            return;
        };
        if self.processes.next_image >= self.processes.spaces.len() {
            return;
        }
        let image = self.processes.next_image;
        self.processes.next_image += 1;
        self.processes.spaces[image].used = true;
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

    /// The target begins to exit; the rest waits until nobody holds it.
    pub fn begin_exit(&mut self) {
        let Some(process) = self
            .processes
            .processes
            .iter_mut()
            .find(|process| process.pid == TARGET)
        else {
            return;
        };
        process.set_flag(process.flag() | P_WEXIT);
        process.exiting = true;
        self.finish_exits();
    }

    /// Ends the processes whose exit waited for a hold that is gone now.
    pub fn finish_exits(&mut self) {
        let ready = |process: &Process| process.exiting && process.holds() == 0;
        let Some(index) = self.processes.processes.iter().position(ready) else {
            return;
        };
        if self.locks.is_held(self.processes.processes[index].mutex()) {
            return;
        }
        let process = self.processes.processes.remove(index);
        let vm = process.vmspace();
        self.locks.remove(process.mutex());
        process.object.retire();
        self.processes.gone.push(process.object);
        self.free_vmspace(vm);
    }
}
