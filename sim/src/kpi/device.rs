// SPDX-License-Identifier: BSD-2-Clause
//! make_dev(9), destroy_dev and devfs_set_cdevpriv(9).
use core::ffi::{c_char, c_int, c_void};

use crate::call::Call;
use crate::devices::{Destructor, Device};
use crate::layout::*;
use crate::memory::Guarded;
use crate::schedule;
use crate::sim::{current, enter, lock};

#[allow(clippy::too_many_arguments)]
pub extern "C" fn make_dev_p(
    flags: c_int,
    dev: *mut usize,
    switch: *const kpi::cdevsw,
    _cred: usize,
    uid: u32,
    gid: u32,
    mode: c_int,
    format: *const c_char,
    name: *const c_char,
) -> c_int {
    let (mut sim, fail) = enter(
        Call::MakeDev,
        [flags as usize, switch as usize, mode as usize],
    );
    if flags & kpi::MAKEDEV_WAITOK as c_int != 0 {
        sim.may_sleep(Call::MakeDev);
    }
    sim.check_kernel(Call::MakeDev, switch as usize, size_of::<kpi::cdevsw>());
    // SAFETY: checked to be the module's memory.
    if unsafe { (*switch).d_version } != kpi::D_VERSION as c_int {
        sim.fatal("make_dev_p: the cdevsw has another version than the kernel's");
    }
    if let Some(errno) = fail {
        return errno;
    }
    // SAFETY: make_dev_p takes a NUL-terminated format, and with this one a NUL-terminated name.
    let name = unsafe {
        if super::text(format) != "%s" {
            sim.fatal("make_dev_p: a format other than \"%s\"");
        }
        super::text(name)
    };
    if sim.devices.find(&name).is_some() {
        return EEXIST;
    }
    if (mode, uid, gid) != (0o600, kpi::UID_ROOT, kpi::GID_WHEEL) {
        sim.violation(format!(
            "the device {name} is {mode:#o} {uid}:{gid}, not 0600 root:wheel"
        ));
    }
    let object = Guarded::zeroed::<kpi::cdev>();
    // SAFETY: where the caller wants the device.
    unsafe { *dev = object.addr() };
    sim.devices.devices.push(Device {
        object,
        name,
        switch,
        inside: 0,
        gone: false,
    });
    0
}

pub extern "C" fn destroy_dev(dev: usize) {
    let (mut sim, _) = enter(Call::DestroyDev, [dev, 0, 0]);
    sim.may_sleep(Call::DestroyDev);
    let Some(index) = sim
        .devices
        .devices
        .iter()
        .position(|device| device.object.addr() == dev && !device.gone)
    else {
        sim.fatal(format!(
            "destroy_dev: {dev:#x} is no device, or was destroyed before"
        ));
    };
    sim.devices.devices[index].gone = true;
    while sim.devices.devices[index].inside > 0 {
        sim = schedule::block(sim, "threads inside the device, in destroy_dev");
    }
    let files: Vec<usize> = (0..sim.devices.files.len())
        .filter(|&file| sim.devices.files[file].device == index)
        .collect();
    drop(sim);
    for file in files {
        run_destructor(file);
    }
    lock().devices.devices[index].object.retire();
}

/// Ends a file's private data, if it still has some.
pub fn run_destructor(file: usize) {
    let private = lock()
        .devices
        .files
        .get_mut(file)
        .and_then(|file| file.private.take());
    if let Some((data, destructor)) = private {
        lock().destroying.push(current());
        // SAFETY: what the module set for this file, and taken away so that it runs once.
        unsafe { destructor(data as *mut c_void) };
        let mut sim = lock();
        if sim.destroying.contains(&current()) {
            sim.violation("a destructor has not said that it is through");
            sim.destroying.retain(|thread| *thread != current());
        }
    }
}

pub extern "C" fn devfs_set_cdevpriv(data: usize, destructor: Destructor) -> c_int {
    let (mut sim, fail) = enter(
        Call::SetCdevpriv,
        [data, destructor as *const () as usize, 0],
    );
    sim.may_sleep(Call::SetCdevpriv);
    if let Some(errno) = fail {
        return errno;
    }
    let Some(file) = sim.threads.file(current()) else {
        return ENOENT;
    };
    let private = &mut sim.devices.files[file].private;
    if private.is_some() {
        return EBUSY;
    }
    *private = Some((data, destructor));
    0
}

pub extern "C" fn devfs_get_cdevpriv(data: *mut usize) -> c_int {
    let (sim, fail) = enter(Call::GetCdevpriv, [0; 3]);
    if let Some(errno) = fail {
        return errno;
    }
    let Some(file) = sim.threads.file(current()) else {
        return EBADF;
    };
    let Some((private, _)) = sim.devices.files[file].private else {
        return ENOENT;
    };
    // SAFETY: where the caller wants it.
    unsafe { *data = private };
    0
}

pub extern "C" fn devfs_clear_cdevpriv() {
    let (sim, _) = enter(Call::ClearCdevpriv, [0; 3]);
    let file = sim.threads.file(current());
    drop(sim);
    if let Some(file) = file {
        run_destructor(file);
    }
}
