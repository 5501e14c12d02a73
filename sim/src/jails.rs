// SPDX-License-Identifier: BSD-2-Clause
//! The jails that there are (`struct prison`), and who the caller is.
use crate::layout::{PR_PARENT, PR_REF, PRISON_SIZE, get, set};
use crate::memory::Guarded;
use crate::sim::Sim;
use crate::who::{AROUND, JAILS, Who};

pub struct Jails {
    who: Who,
    all: [Guarded; JAILS],
}

impl Default for Jails {
    fn default() -> Jails {
        Jails {
            who: Who::Root,
            all: std::array::from_fn(|_| Guarded::new(PRISON_SIZE, 0)),
        }
    }
}

impl Jails {
    pub fn who(&self) -> Who {
        self.who
    }

    fn find(&self, addr: usize) -> Option<usize> {
        self.all.iter().position(|jail| jail.addr() == addr)
    }

    /// The references on a jail.
    pub fn references(&self, jail: usize) -> u32 {
        // SAFETY: an object with that field.
        unsafe { get(self.all[jail].addr(), PR_REF) }
    }

    /// Takes a reference, or gives one back. Whether that was possible.
    pub fn refer(&self, addr: usize, by: i32) -> bool {
        let Some(jail) = self.find(addr) else {
            return false;
        };
        let references = self.references(jail).wrapping_add_signed(by);
        // SAFETY: an object with that field.
        unsafe { set(addr, PR_REF, references) };
        // Its own, which it keeps while it lives.
        references >= 1
    }
}

impl Sim {
    /// The caller's credentials become somebody's.
    pub fn become_somebody(&mut self, who: Who) {
        let host = self.kernel.lookup("prison0").unwrap_or(0);
        self.jails.who = who;
        let ruid = match who {
            Who::User(uid) => uid,
            _ => 0,
        };
        let jail = match who {
            Who::Jail(jail) => self.jails.all[jail].addr(),
            _ => host,
        };
        self.threads.set_credentials(ruid, jail);
    }

    /// Root, outside of the jails of a new run.
    pub fn reset_jails(&mut self) {
        let host = self.kernel.lookup("prison0").unwrap_or(0);
        for (jail, around) in self.jails.all.iter().zip(AROUND) {
            let around = around.map_or(host, |around| self.jails.all[around].addr());
            // SAFETY: an object with those fields.
            unsafe {
                set(jail.addr(), PR_REF, 1u32);
                set(jail.addr(), PR_PARENT, around);
            }
        }
        self.become_somebody(Who::Root);
    }
}
