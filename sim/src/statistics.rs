// SPDX-License-Identifier: BSD-2-Clause
//! Sysctl nodes.
use crate::memory::Guarded;

pub struct Oid {
    pub object: Guarded,
    pub context: usize,
    /// The address of the list that it hangs in.
    pub parent: usize,
    pub name: String,
    /// The name of the kernel's function that reads it, and what that reads.
    pub handler: Option<&'static str>,
    pub value: usize,
    /// Whether it may be set.
    pub writable: bool,
}

#[derive(Default)]
pub struct Statistics {
    pub contexts: Vec<usize>,
    pub oids: Vec<Oid>,
}

impl Statistics {
    pub fn find(&self, name: &str) -> Option<&Oid> {
        self.oids.iter().find(|oid| oid.name == name)
    }

    pub fn leftovers(&self) -> Vec<String> {
        self.oids
            .iter()
            .map(|oid| format!("the sysctl {} still exists", oid.name))
            .collect()
    }

    pub fn reset(&mut self) {
        self.contexts.clear();
        self.oids.clear();
    }
}
