// SPDX-License-Identifier: BSD-2-Clause
//! The list of tests.

use super::test::{Outcome, Test};
use crate::path::{PATHS, Path};
use crate::text::Text;
use core::panic::Location;

/// The unprivileged user (and group) that tests are run as.
pub const USER: u32 = 1001;

/// One promise, and how it is tested.
pub struct Case {
    name: &'static str,
    body: Body,
    scope: Scope,
    /// Where it is listed: the file is its group.
    place: &'static Location<'static>,
}

enum Body {
    Function(fn(&mut Test) -> Outcome),
    /// Requests and answers that sim knows as well.
    Shared(
        &'static rwmem_cases::Case,
        fn(&mut Test, &'static rwmem_cases::Case) -> Outcome,
    ),
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
    #[track_caller]
    pub const fn module(name: &'static str, run: fn(&mut Test) -> Outcome) -> Case {
        Case::new(name, Body::Function(run), Scope::Module, Location::caller())
    }

    #[track_caller]
    pub const fn root(name: &'static str, run: fn(&mut Test) -> Outcome) -> Case {
        Case::new(name, Body::Function(run), Scope::Root, Location::caller())
    }

    #[track_caller]
    pub const fn everyone(name: &'static str, run: fn(&mut Test) -> Outcome) -> Case {
        Case::new(
            name,
            Body::Function(run),
            Scope::Everyone,
            Location::caller(),
        )
    }

    #[track_caller]
    pub const fn transfers(name: &'static str, run: fn(&mut Test) -> Outcome) -> Case {
        Case::new(
            name,
            Body::Function(run),
            Scope::Transfers,
            Location::caller(),
        )
    }

    const fn new(
        name: &'static str,
        body: Body,
        scope: Scope,
        place: &'static Location<'static>,
    ) -> Case {
        Case {
            name,
            body,
            scope,
            place,
        }
    }

    /// The name of the file in tests/, or of the folder there or beside it, that it is from.
    fn group(&self) -> &'static str {
        let (_, path) = self.place.file().rsplit_once("src/").unwrap_or_default();
        let path = path.strip_prefix("tests/").unwrap_or(path);
        path.split(['/', '.']).next().unwrap_or_default()
    }

    /// As root, and as the unprivileged user where the answers are the same.
    #[track_caller]
    pub const fn shared(
        case: &'static rwmem_cases::Case,
        run: fn(&mut Test, &'static rwmem_cases::Case) -> Outcome,
    ) -> Case {
        let scope = match case.only_root {
            true => Scope::Root,
            false => Scope::Everyone,
        };
        Case::new(
            case.name,
            Body::Shared(case, run),
            scope,
            Location::caller(),
        )
    }

    pub fn run(&self, t: &mut Test) -> Outcome {
        match self.body {
            Body::Function(run) => run(t),
            Body::Shared(case, run) => run(t, case),
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

    /// `GROUP: NAME [HOW]`
    pub fn name(&self) -> Text<240> {
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
            "{}: {}{open}{by}{comma}{user}{close}",
            self.case.group(),
            self.case.name
        ))
    }
}

/// All tests, in order, and what the first of them are about.
pub struct Suite {
    pub groups: &'static [&'static [Case]],
    /// So many, the first, are about a module that the loader has brought.
    pub at_boot: usize,
    /// Takes that away where they are not run.
    pub unload: fn(),
}

impl Suite {
    pub fn instances(&self) -> impl Iterator<Item = Instance> {
        self.groups.iter().copied().flat_map(|group| {
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
}
