// SPDX-License-Identifier: BSD-2-Clause
//! copyin(9), copyout(9) and uiomove_fromphys: to and from the caller's memory.
use core::ffi::c_int;

use crate::call::{Call, HALFWAY};
use crate::layout::*;
use crate::memory::PAGE;
use crate::sim::{Sim, current, enter};

/// Bytes from `at` to the end of its page, or `len` if that is less.
fn in_page(at: usize, len: usize) -> usize {
    len.min(PAGE - at % PAGE)
}

/// Moves bytes between the caller's memory and the kernel's, page by page, until one cannot be had. Answers how many.
fn user_copy(sim: &mut Sim, user: usize, kernel: usize, len: usize, out: bool) -> usize {
    let need = if out { WRITE } else { READ };
    let faults = !sim.threads.faults_disabled(current());
    let caller = sim.processes.caller();
    let mut done = 0;
    while done < len {
        let Some(at) = user.checked_add(done) else {
            break;
        };
        let page = (at - at % PAGE) as u64;
        if caller
            .find(at as u64)
            .is_none_or(|region| region.prot & need == 0)
        {
            break;
        }
        if caller.absent.contains(&page) {
            if !faults {
                break;
            }
            caller.absent.remove(&page);
        }
        let piece = in_page(at, len - done);
        let place = (kernel + done) as *mut u8;
        // SAFETY: the kernel's side was checked to be memory that the module may use, `len` bytes of it.
        let moved = unsafe {
            if out {
                caller.write(at as u64, core::slice::from_raw_parts(place, piece))
            } else {
                caller.read(at as u64, core::slice::from_raw_parts_mut(place, piece))
            }
        };
        if !moved {
            break;
        }
        done += piece;
    }
    done
}

fn copy(call: Call, user: usize, kernel: usize, len: usize) -> c_int {
    let (mut sim, fail) = enter(call, [user, kernel, len]);
    sim.check_kernel(call, kernel, len);
    if [kernel, kernel + len.saturating_sub(1)]
        .iter()
        .any(|addr| !sim.processes.is_kept(*addr))
    {
        sim.violation(format!(
            "{}: nothing keeps the page at {kernel:#x} of the direct map",
            call.name()
        ));
    }
    if !sim.threads.faults_disabled(current()) {
        sim.may_sleep(call);
    }
    if let Some(errno) = fail {
        return errno;
    }
    let done = user_copy(&mut sim, user, kernel, len, call == Call::Copyout);
    if sim.slow {
        sim.kernel.tick(Some(2));
    }
    if done < len { EFAULT } else { 0 }
}

pub extern "C" fn copyin(user: usize, kernel: usize, len: usize) -> c_int {
    copy(Call::Copyin, user, kernel, len)
}

pub extern "C" fn copyout(kernel: usize, user: usize, len: usize) -> c_int {
    copy(Call::Copyout, user, kernel, len)
}

/// Moves `len` bytes between a buffer and where a uio points, and advances it. Answers how many were moved.
pub fn uiomove(sim: &mut Sim, buffer: &mut [u8], uio: &mut kpi::uio) -> usize {
    let mut done = 0;
    while done < buffer.len() && uio.uio_iovcnt > 0 && uio.uio_resid > 0 {
        // SAFETY: a uio has uio_iovcnt iovecs left at uio_iov, and nobody else looks at them meanwhile.
        let iov = unsafe { &mut *uio.uio_iov };
        if iov.iov_len == 0 {
            uio.uio_iovcnt -= 1;
            uio.uio_iov = uio.uio_iov.wrapping_add(1);
            continue;
        }
        let want = iov.iov_len.min(buffer.len() - done);
        let (place, kernel) = (iov.iov_base as usize, buffer[done..].as_mut_ptr() as usize);
        let read = uio.uio_rw == kpi::uio_rw_UIO_READ;
        let moved = if uio.uio_segflg == kpi::uio_seg_UIO_SYSSPACE {
            sim.check_kernel(Call::Uiomove, place, want);
            // SAFETY: the place was checked to be the module's memory; the buffer has `want` bytes left.
            unsafe {
                if read {
                    core::ptr::copy_nonoverlapping(kernel as *const u8, place as *mut u8, want);
                } else {
                    core::ptr::copy_nonoverlapping(place as *const u8, kernel as *mut u8, want);
                }
            }
            want
        } else {
            user_copy(sim, place, kernel, want, read)
        };
        iov.iov_base = (place + moved) as *mut _;
        iov.iov_len -= moved;
        uio.uio_resid -= moved as isize;
        uio.uio_offset += moved as i64;
        done += moved;
        if moved < want {
            break;
        }
    }
    done
}

pub extern "C" fn uiomove_fromphys(
    ma: *const usize,
    offset: usize,
    n: c_int,
    uio: *mut kpi::uio,
) -> c_int {
    // SAFETY: the module passes an array with the one page that it wired, and a uio of its own.
    let (m, uio) = unsafe { (*ma, &mut *uio) };
    let (mut sim, fail) = enter(Call::Uiomove, [m, offset, n as usize]);
    sim.may_sleep(Call::Uiomove);
    let n = n as usize;
    if offset % PAGE + n > PAGE || offset >= PAGE {
        sim.fatal(format!(
            "uiomove_fromphys: {n} bytes at offset {offset} are not in one page"
        ));
    }
    let Some(page) = sim.pages.get(m) else {
        sim.fatal(format!("uiomove_fromphys: {m:#x} is no page that is wired"));
    };
    let (space, at, mut bytes) = (
        page.space,
        page.at + offset as u64,
        page.bytes[offset..offset + n].to_vec(),
    );
    let n = match fail {
        Some(errno) if errno & HALFWAY != 0 => n / 2,
        Some(errno) => return errno,
        None => n,
    };
    bytes.truncate(n);
    let write = uio.uio_rw == kpi::uio_rw_UIO_WRITE;
    if !write {
        // As it is now; where the process has unmapped it meanwhile, as it was.
        sim.processes.spaces[space].read(at, &mut bytes);
    }
    let moved = uiomove(&mut sim, &mut bytes, uio);
    if write && moved > 0 {
        sim.processes.spaces[space].write(at, &bytes[..moved]);
        if let Some(page) = sim.pages.get(m) {
            page.written = true;
        }
    }
    match fail {
        Some(errno) => errno & !HALFWAY,
        None if moved < n => EFAULT,
        None => 0,
    }
}

const FLAGS: c_int = TDP_NOFAULTING | TDP_RESETSPUR;

/// As curthread_pflags_set: answers what curthread_pflags_restore wants.
pub extern "C" fn vm_fault_disable_pagefaults() -> c_int {
    let (mut sim, _) = enter(Call::DisableFaults, [0; 3]);
    let flags = sim.threads.flags(current());
    sim.threads.set_flags(current(), flags | FLAGS);
    !FLAGS | flags & FLAGS
}

pub extern "C" fn vm_fault_enable_pagefaults(save: c_int) {
    let (mut sim, _) = enter(Call::EnableFaults, [save as usize, 0, 0]);
    let flags = sim.threads.flags(current());
    sim.threads.set_flags(current(), flags & save);
}
