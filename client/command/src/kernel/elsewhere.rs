// SPDX-License-Identifier: BSD-2-Clause
//! On other systems there are no FreeBSD processes to tell of.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::{Process, Swap, Waited};
use crate::core_file::notes::Note;

fn unsupported<T>() -> io::Result<T> {
    Err(io::ErrorKind::Unsupported.into())
}

pub fn module_is_loaded() -> bool {
    false
}

pub fn debugging_allowed() -> Option<bool> {
    None
}

pub fn process(_pid: i32) -> io::Result<Process> {
    unsupported()
}

pub fn executable(_pid: i32) -> Option<PathBuf> {
    None
}

pub fn auxiliary_vector(_pid: i32) -> io::Result<Vec<u8>> {
    unsupported()
}

pub fn swap() -> io::Result<Swap> {
    unsupported()
}

pub fn notes(_pid: i32) -> Vec<Note> {
    Vec::new()
}

#[derive(Debug)]
pub struct Events;

impl Events {
    pub fn of(_pid: i32) -> io::Result<Events> {
        unsupported()
    }

    pub fn wait(&self, _time: Duration) -> io::Result<Waited> {
        unsupported()
    }
}
