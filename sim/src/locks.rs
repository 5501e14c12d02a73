// SPDX-License-Identifier: BSD-2-Clause
//! Mutexes and map locks: who holds them, and in which order their classes were ever taken.
use std::collections::{HashMap, HashSet};

use crate::call::Call;
use crate::layout::set;
use crate::schedule;
use crate::sim::{Guard, Sim, current};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Mutex,
    /// A sleepable lock that several may hold for reading.
    Shared,
    /// One that does not sleep, and that several may hold for reading.
    Readers,
}

struct Lock {
    class: &'static str,
    kind: Kind,
    owners: Vec<usize>,
}

#[derive(Default)]
pub struct Locks {
    locks: HashMap<usize, Lock>,
    /// Pairs of classes, the first held while the second was taken. Kept over the runs of one process.
    order: HashSet<(&'static str, &'static str)>,
}

impl Locks {
    pub fn create(&mut self, addr: usize, class: &'static str, kind: Kind) {
        self.locks.insert(
            addr,
            Lock {
                class,
                kind,
                owners: Vec::new(),
            },
        );
    }

    pub fn remove(&mut self, addr: usize) {
        self.locks.remove(&addr);
    }

    pub fn exists(&self, addr: usize) -> bool {
        self.locks.contains_key(&addr)
    }

    pub fn is_held(&self, addr: usize) -> bool {
        self.locks
            .get(&addr)
            .is_some_and(|lock| !lock.owners.is_empty())
    }

    pub fn is_held_by(&self, addr: usize, thread: usize) -> bool {
        self.locks
            .get(&addr)
            .is_some_and(|lock| lock.owners.contains(&thread))
    }

    /// The class of a lock that lies in the range.
    pub fn inside(&self, addr: usize, len: usize) -> Option<&'static str> {
        self.locks
            .iter()
            .find(|(place, _)| (addr..addr + len).contains(place))
            .map(|(_, lock)| lock.class)
    }

    pub fn names(&self) -> Vec<&'static str> {
        self.locks.values().map(|lock| lock.class).collect()
    }

    pub fn reset(&mut self) {
        self.locks.clear();
    }
}

impl Sim {
    /// A mutex that the module makes.
    pub fn init_mutex(&mut self, addr: usize, class: &'static str) {
        if self.locks.locks.contains_key(&addr) {
            self.violation(format!("the mutex \"{class}\" is initialised twice"));
        }
        self.locks.create(addr, class, Kind::Mutex);
    }

    pub fn destroy_mutex(&mut self, addr: usize) {
        match self.locks.locks.remove(&addr) {
            None => self.violation("a mutex is destroyed that was never initialised"),
            Some(lock) if !lock.owners.is_empty() => {
                self.violation(format!(
                    "the mutex \"{}\" is destroyed while it is held",
                    lock.class
                ));
            }
            Some(_) => (),
        }
    }
}

/// Takes a lock, as soon as it is free.
pub fn acquire(mut sim: Guard, call: Call, addr: usize) -> Guard {
    let me = current();
    let Some(lock) = sim.locks.locks.get(&addr) else {
        sim.fatal(format!(
            "{}: there is no lock at {addr:#x}, or no more",
            call.name()
        ));
    };
    let (class, kind) = (lock.class, lock.kind);
    if lock.owners.contains(&me) {
        sim.fatal(format!(
            "the lock \"{class}\" is taken by a thread that holds it"
        ));
    }
    let held = sim.threads.held(me).clone();
    if kind == Kind::Shared && !held.is_empty() {
        sim.may_sleep(call);
    }
    for (_, first) in &held {
        sim.locks.order.insert((first, class));
        if *first != class && sim.locks.order.contains(&(class, first)) {
            sim.violation(format!(
                "lock order reversal: \"{class}\" after \"{first}\", and the other way before"
            ));
        }
    }
    while kind == Kind::Mutex && sim.locks.is_held(addr) {
        sim = schedule::block(sim, &format!("the lock \"{class}\""));
    }
    if let Some(lock) = sim.locks.locks.get_mut(&addr) {
        lock.owners.push(me);
    }
    sim.threads.held(me).push((addr, class));
    if kind == Kind::Mutex {
        let td = sim.threads.td(me);
        // SAFETY: a mutex's own word.
        unsafe { set(addr, 0, td) };
    }
    sim
}

/// Lets a lock go.
pub fn release(sim: &mut Sim, call: Call, addr: usize) {
    let me = current();
    let Some(lock) = sim.locks.locks.get_mut(&addr) else {
        sim.fatal(format!(
            "{}: there is no lock at {addr:#x}, or no more",
            call.name()
        ));
    };
    let class = lock.class;
    let Some(index) = lock.owners.iter().position(|owner| *owner == me) else {
        sim.fatal(format!(
            "the lock \"{class}\" is released by a thread that does not hold it"
        ));
    };
    lock.owners.remove(index);
    if lock.kind == Kind::Mutex {
        // SAFETY: a mutex's own word.
        unsafe { set(addr, 0, 0usize) };
    }
    let held = sim.threads.held(me);
    if let Some(index) = held.iter().rposition(|(place, _)| *place == addr) {
        held.remove(index);
    }
    schedule::wake(sim);
}
