// SPDX-License-Identifier: BSD-2-Clause
//! The list of tests.

use super::test::{Outcome, Test};
use crate::path::{PATHS, Path};
use crate::tests::GROUPS;
use crate::text::Text;

/// The unprivileged user (and group) that tests are run as.
pub const USER: u32 = 1001;

/// One promise, and how it is tested.
pub struct Case {
    name: &'static str,
    pub run: fn(&mut Test) -> Outcome,
    scope: Scope,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Loads and unloads the module itself.
    Module,
    /// Once, as root.
    Root,
    /// As root, and as the unprivileged user with a descriptor that root opened.
    Everyone,
    /// As both, by each path.
    Transfers,
}

impl Case {
    pub const fn module(name: &'static str, run: fn(&mut Test) -> Outcome) -> Case {
        Case {
            name,
            run,
            scope: Scope::Module,
        }
    }

    pub const fn root(name: &'static str, run: fn(&mut Test) -> Outcome) -> Case {
        Case {
            name,
            run,
            scope: Scope::Root,
        }
    }

    pub const fn everyone(name: &'static str, run: fn(&mut Test) -> Outcome) -> Case {
        Case {
            name,
            run,
            scope: Scope::Everyone,
        }
    }

    pub const fn transfers(name: &'static str, run: fn(&mut Test) -> Outcome) -> Case {
        Case {
            name,
            run,
            scope: Scope::Transfers,
        }
    }

    fn applies(&self, user: bool, path: usize) -> bool {
        match self.scope {
            Scope::Module | Scope::Root => !user && path == 0,
            Scope::Everyone => path == 0,
            Scope::Transfers => true,
        }
    }
}

/// A test as it is run.
pub struct Instance {
    pub case: &'static Case,
    /// As the unprivileged user.
    pub user: bool,
    pub path: &'static Path,
}

impl Instance {
    /// Whether the module has to be there, and a descriptor, before it runs.
    pub fn needs_module(&self) -> bool {
        self.case.scope != Scope::Module
    }

    pub fn name(&self) -> Text<200> {
        let by = match self.case.scope {
            Scope::Transfers => self.path.name,
            _ => "",
        };
        let (open, comma, user, close) = match (by.is_empty(), self.user) {
            (true, false) => ("", "", "", ""),
            (true, true) => (" [", "", "unprivileged", "]"),
            (false, false) => (" [", "", "", "]"),
            (false, true) => (" [", ", ", "unprivileged", "]"),
        };
        Text::of(format_args!(
            "{}{open}{by}{comma}{user}{close}",
            self.case.name
        ))
    }
}

/// All tests, in order. A test's number is its place here, from 1.
pub fn instances() -> impl Iterator<Item = Instance> {
    GROUPS.iter().copied().flat_map(|group| {
        [false, true].into_iter().flat_map(move |user| {
            PATHS.iter().enumerate().flat_map(move |(number, path)| {
                group
                    .iter()
                    .filter(move |case| case.applies(user, number))
                    .map(move |case| Instance { case, user, path })
            })
        })
    })
}
