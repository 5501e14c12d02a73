// SPDX-License-Identifier: BSD-2-Clause
//! Devices and open files, as devfs has them.
use crate::layout::kpi;
use crate::memory::Guarded;

pub type Destructor = unsafe extern "C" fn(*mut core::ffi::c_void);

pub struct Device {
    pub object: Guarded,
    pub name: String,
    pub switch: *const kpi::cdevsw,
    /// Threads inside its functions (si_threadcount).
    pub inside: usize,
    pub gone: bool,
}

// SAFETY: the pointer is to the module's memory, which is used under the simulator's lock or by one thread at a time.
unsafe impl Send for Device {}

pub struct OpenFile {
    pub device: usize,
    pub flags: u32,
    pub private: Option<(usize, Destructor)>,
    pub open: bool,
    /// revoke(2) has come over it: the device is not called for it any more.
    pub revoked: bool,
    /// Calls in progress: the last close waits for them.
    pub busy: usize,
}

#[derive(Default)]
pub struct Devices {
    pub devices: Vec<Device>,
    pub files: Vec<OpenFile>,
    /// Where the arguments of calls in progress are.
    arguments: Vec<(usize, usize)>,
}

impl Devices {
    /// The device of that name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.devices
            .iter()
            .position(|device| device.name == name && !device.gone)
    }

    pub fn open_files(&self) -> usize {
        self.files
            .iter()
            .filter(|file| file.private.is_some())
            .count()
    }

    pub fn add_argument(&mut self, addr: usize, len: usize) {
        self.arguments.push((addr, len));
    }

    pub fn remove_argument(&mut self, addr: usize) {
        self.arguments.retain(|(place, _)| *place != addr);
    }

    pub fn is_argument(&self, addr: usize, len: usize) -> bool {
        self.arguments
            .iter()
            .any(|(start, size)| *start <= addr && addr + len <= start + size)
    }

    /// What the module has left behind.
    pub fn leftovers(&self) -> Vec<String> {
        let devices = self.devices.iter().filter(|device| !device.gone);
        let mut left: Vec<_> = devices
            .map(|device| format!("the device {} still exists", device.name))
            .collect();
        if self.open_files() > 0 {
            left.push("a file still has the module's private data".into());
        }
        left
    }

    pub fn reset(&mut self) {
        self.devices.clear();
        self.files.clear();
        self.arguments.clear();
    }
}
