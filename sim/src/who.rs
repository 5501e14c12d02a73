// SPDX-License-Identifier: BSD-2-Clause
//! Who a caller can be: root, a user, or in a jail.

/// Somebody whose attachments are counted apart from the others'.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Who {
    /// Outside of jails.
    #[default]
    Root,
    User(u32),
    /// Root in the jail of that number.
    Jail(usize),
}

impl Who {
    /// Whose share it takes from, if not of all.
    pub fn owner(self) -> Option<Who> {
        match self {
            Who::Root => None,
            Who::User(_) => Some(self),
            Who::Jail(jail) => Some(Who::Jail(OUTERMOST[jail])),
        }
    }
}

pub const JAILS: usize = 4;
/// The second is in the first, the third in that; the last is beside them.
pub const AROUND: [Option<usize>; JAILS] = [None, Some(0), Some(1), None];
const OUTERMOST: [usize; JAILS] = [0, 0, 0, 3];
