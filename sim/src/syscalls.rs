// SPDX-License-Identifier: BSD-2-Clause
//! The system calls of the simulated caller, from `open` to `close`, as FreeBSD does them above the device.
use crate::devices::OpenFile;
use crate::kpi::run_destructor;
use crate::layout::*;
use crate::memory::Guarded;
use crate::schedule;
use crate::sim::{current, lock};

/// Runs `call` inside the file's device: ENXIO if that is gone. `call` gets the device and its functions.
fn inside(file: usize, what: &str, call: impl FnOnce(*mut kpi::cdev, &kpi::cdevsw) -> i32) -> i32 {
    inside_as(Some(file), file, what, call)
}

/// The same; `known` is the file that the device can ask for.
fn inside_as(
    known: Option<usize>,
    file: usize,
    what: &str,
    call: impl FnOnce(*mut kpi::cdev, &kpi::cdevsw) -> i32,
) -> i32 {
    let mut sim = schedule::preempt(lock());
    let index = sim.devices.files[file].device;
    let device = &sim.devices.devices[index];
    if device.gone || sim.devices.files[file].revoked {
        return ENXIO;
    }
    let device = &mut sim.devices.devices[index];
    device.inside += 1;
    let (cdev, switch) = (device.object.as_ptr(), device.switch);
    let before = sim.threads.set_file(current(), known);
    drop(sim);
    // SAFETY: the module's cdevsw stays while the device exists, which waits for us.
    let answer = call(cdev, unsafe { &*switch });
    let mut sim = lock();
    sim.check_return(what);
    sim.threads.set_file(current(), before);
    sim.devices.devices[index].inside -= 1;
    schedule::wake(&mut sim);
    answer
}

/// open(2) of the device: the number of the new file.
pub fn open(flags: u32) -> Result<usize, i32> {
    let file = {
        let mut sim = schedule::preempt(lock());
        let device = sim.devices.find("rwmem").ok_or(ENOENT)?;
        sim.devices.files.push(OpenFile {
            device,
            flags,
            private: None,
            open: true,
            revoked: false,
            busy: 0,
        });
        sim.devices.files.len() - 1
    };
    let td = lock().threads.td(current()) as *mut kpi::thread;
    let answer = inside(file, "d_open", |cdev, switch| {
        // SAFETY: as the kernel calls it.
        switch
            .d_open
            .map_or(0, |open| unsafe { open(cdev, flags as i32, 0o020000, td) })
    });
    if answer == 0 {
        return Ok(file);
    }
    run_destructor(file);
    lock().devices.files[file].open = false;
    Err(answer)
}

/// close(2); it takes effect once the last call on the file has returned.
pub fn close(file: usize) -> i32 {
    let busy = {
        let mut sim = lock();
        if !std::mem::replace(&mut sim.devices.files[file].open, false) {
            return EBADF;
        }
        sim.devices.files[file].busy
    };
    if busy == 0 {
        last_close(file);
    }
    0
}

/// A revoked file's private data end here, without a call of the device.
fn last_close(file: usize) {
    let flags = lock().devices.files[file].flags;
    d_close(Some(file), file, flags);
    run_destructor(file);
}

fn d_close(known: Option<usize>, file: usize, flags: u32) {
    let td = lock().threads.td(current()) as *mut kpi::thread;
    inside_as(known, file, "d_close", |cdev, switch| {
        // SAFETY: as the kernel calls it.
        switch.d_close.map_or(0, |close| unsafe {
            close(cdev, flags as i32, 0o020000, td)
        })
    });
}

/// revoke(2): the device is closed without saying for which file.
pub fn revoke(file: usize) -> i32 {
    if lock().devices.files[file].revoked {
        return ENXIO;
    }
    d_close(None, file, FREVOKE);
    lock().devices.files[file].revoked = true;
    0
}

/// A call on an open file, which keeps it from being closed meanwhile.
fn on_file(file: usize, call: impl FnOnce() -> i32) -> i32 {
    {
        let mut sim = lock();
        let file = &mut sim.devices.files[file];
        if !file.open {
            return EBADF;
        }
        file.busy += 1;
    }
    let answer = call();
    let last = {
        let mut sim = lock();
        let file = &mut sim.devices.files[file];
        file.busy -= 1;
        !file.open && file.busy == 0
    };
    if last {
        last_close(file);
    }
    answer
}

const IOC_VOID: u32 = 0x2000_0000;
const IOC_OUT: u32 = 0x4000_0000;
const IOC_IN: u32 = 0x8000_0000;

/// The bytes of argument that a request number says it has.
pub fn argument_len(request: u32) -> usize {
    (request >> 16 & 0x1fff) as usize
}

/// Whether it is what lseek(2) asks for with SEEK_DATA or SEEK_HOLE.
pub fn is_seek(request: u32) -> bool {
    matches!(request, FIOSEEKDATA | FIOSEEKHOLE)
}

/// Whether sys_ioctl passes the request on at all.
pub fn well_formed(request: u32) -> bool {
    let len = argument_len(request);
    match request & (IOC_OUT | IOC_IN) {
        0 => request & IOC_VOID != 0 && (len == 0 || len == 4),
        _ => len > 0 && (request & IOC_VOID == 0 || len == 4),
    }
}

/// ioctl(2): `argument` is what the caller has there, as many bytes as the request says; copied back as sys_ioctl does.
pub fn ioctl(file: usize, request: u32, argument: &mut [u8]) -> i32 {
    let len = argument_len(request);
    if !well_formed(request) {
        return ENOTTY;
    }
    let (out, into) = (request & IOC_OUT != 0, request & IOC_IN != 0);
    let (copied, size) = (len.min(argument.len()), len.max(8));
    let data = Guarded::new(size, 0);
    if into {
        // SAFETY: a fresh object of at least `copied` bytes.
        unsafe { std::ptr::copy_nonoverlapping(argument.as_ptr(), data.as_ptr(), copied) };
    }
    {
        let mut sim = lock();
        sim.devices.add_argument(data.addr(), size);
        sim.seeking = is_seek(request);
    }
    let answer = on_file(file, || {
        let (flags, td) = {
            let sim = lock();
            (
                sim.devices.files[file].flags,
                sim.threads.td(current()) as *mut kpi::thread,
            )
        };
        inside(file, "d_ioctl", |cdev, switch| {
            // SAFETY: as the kernel calls it.
            switch.d_ioctl.map_or(ENOTTY, |ioctl| unsafe {
                ioctl(cdev, request.into(), data.as_ptr(), flags as i32, td)
            })
        })
    });
    let mut sim = lock();
    sim.seeking = false;
    sim.devices.remove_argument(data.addr());
    if data.overrun() {
        sim.violation("d_ioctl wrote behind the end of its argument");
    }
    if answer == 0 && out {
        // SAFETY: the object has at least `copied` bytes.
        unsafe { std::ptr::copy_nonoverlapping(data.as_ptr(), argument.as_mut_ptr(), copied) };
    }
    answer
}

/// preadv(2) or pwritev(2): errno and how many bytes.
pub fn transfer(file: usize, write: bool, offset: u64, buffers: &[(u64, u64)]) -> (i32, u64) {
    let needed = if write { kpi::FWRITE } else { kpi::FREAD };
    if lock().devices.files[file].flags & needed == 0 {
        return (EBADF, 0);
    }
    let mut total = 0u64;
    for (_, len) in buffers {
        // As uiocopy's caller: not more than SSIZE_MAX together.
        match total
            .checked_add(*len)
            .filter(|sum| *sum <= i64::MAX as u64)
        {
            Some(sum) => total = sum,
            None => return (EINVAL, 0),
        }
    }
    if total == 0 {
        return (0, 0);
    }
    let vectors = Guarded::zeroed::<[kpi::iovec; 16]>();
    let uio = Guarded::zeroed::<kpi::uio>();
    let place = uio.as_ptr::<kpi::uio>();
    // SAFETY: fresh objects of those types, with room for all the buffers.
    unsafe {
        for (index, (base, len)) in buffers.iter().take(16).enumerate() {
            let vector = vectors.as_ptr::<kpi::iovec>().add(index);
            *vector = kpi::iovec {
                iov_base: *base as *mut _,
                iov_len: *len as usize,
            };
        }
        (*place).uio_iov = vectors.as_ptr();
        (*place).uio_iovcnt = buffers.len().min(16) as i32;
        (*place).uio_offset = offset as i64;
        (*place).uio_resid = total as isize;
        (*place).uio_segflg = kpi::uio_seg_UIO_USERSPACE;
        (*place).uio_rw = if write {
            kpi::uio_rw_UIO_WRITE
        } else {
            kpi::uio_rw_UIO_READ
        };
        (*place).uio_td = lock().threads.td(current()) as *mut kpi::thread;
    }
    let mut answer = on_file(file, || {
        inside(file, "d_read or d_write", |cdev, switch| {
            let function = if write { switch.d_write } else { switch.d_read };
            // SAFETY: as the kernel calls it.
            function.map_or(EINVAL, |function| unsafe { function(cdev, place, 0) })
        })
    });
    // SAFETY: our own object.
    let left = unsafe { (*place).uio_resid };
    if left < 0 || left as u64 > total {
        lock().fatal(format!("the device left uio_resid {left} of {total}"));
    }
    let done = total - left as u64;
    if done > 0 && matches!(answer, EINTR | ERESTART) {
        answer = 0;
    }
    (answer, if answer == 0 { done } else { 0 })
}
