// SPDX-License-Identifier: BSD-2-Clause
//! What an image does that was executed in a role.

use crate::patch;
use crate::sys::process::{self, Tracing};
use crate::target::{Link, Role};
use crate::tests::privilege;
use core::ffi::CStr;

pub fn play(role: Role, program: &CStr, link: &Link) {
    match role {
        Role::Idle => link.serve(|_| 0),
        Role::Value => link.serve(|_| patch::value()),
        // Where that fails, the link closes, and who waits for it to be ready gets ESRCH.
        Role::NoTrace if process::allow_tracing(Tracing::Disabled).is_err() => (),
        Role::NoTrace => link.serve(|_| 0),
        Role::Agent => privilege::obey(program, link),
        Role::Restless => {
            link.say(0);
            link.become_role(program, Role::RestlessStill);
        }
        Role::RestlessStill => link.become_role(program, role),
    }
}
