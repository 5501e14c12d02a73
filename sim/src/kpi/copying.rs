// SPDX-License-Identifier: BSD-2-Clause
//! copyin(9), copyout(9) and uiomove_fromphys: to and from the caller's memory.
use core::ffi::c_int;

use crate::call::{Call, HALFWAY};
use crate::layout::*;
use crate::memory::PAGE;
use crate::sim::{Sim, enter};

/// Moves bytes between the caller's memory and the kernel's, page by page, until one cannot be had. Returns how many.
fn user_copy(sim: &mut Sim, user: usize, kernel: usize, len: usize, out: bool) -> usize {
    let mut done = 0;
    while done < len {
        let Some(at) = user.checked_add(done) else {
            break;
        };
        let (frames, caller) = (&mut sim.frames, &mut sim.processes.spaces[0]);
        let Some(frame) = caller.touch(frames, at as u64, out) else {
            break;
        };
        let offset = at % PAGE;
        let piece = (PAGE - offset).min(len - done);
        let (here, there) = (kernel + done, frames.memory.bytes(frame) as usize + offset);
        let (from, to) = if out { (here, there) } else { (there, here) };
        // SAFETY: the kernel's side was checked to be memory that the module may use, `len` bytes of it; the other is
        // within a page. They may be the same page.
        unsafe { core::ptr::copy(from as *const u8, to as *mut u8, piece) };
        done += piece;
    }
    done
}

fn copy(call: Call, user: usize, kernel: usize, len: usize) -> c_int {
    let (mut sim, fail) = enter(call, [user, kernel, len]);
    if call == Call::Copyin || !sim.kernel.has_zeros(kernel, len) {
        sim.check_kernel(call, kernel, len);
    }
    sim.may_sleep(call);
    if let Some(errno) = fail {
        return errno;
    }
    let done = user_copy(&mut sim, user, kernel, len, call == Call::Copyout);
    if done < len { EFAULT } else { 0 }
}

pub extern "C" fn copyin(user: usize, kernel: usize, len: usize) -> c_int {
    copy(Call::Copyin, user, kernel, len)
}

pub extern "C" fn copyout(kernel: usize, user: usize, len: usize) -> c_int {
    copy(Call::Copyout, user, kernel, len)
}

/// Moves bytes to where a uio points, and advances it. Returns how many were moved.
fn uiomove(sim: &mut Sim, bytes: &[u8], uio: &mut kpi::uio) -> usize {
    let mut done = 0;
    while done < bytes.len() && uio.uio_iovcnt > 0 && uio.uio_resid > 0 {
        // SAFETY: a uio has uio_iovcnt iovecs left at uio_iov, and nobody else looks at them meanwhile.
        let iov = unsafe { &mut *uio.uio_iov };
        if iov.iov_len == 0 {
            uio.uio_iovcnt -= 1;
            uio.uio_iov = uio.uio_iov.wrapping_add(1);
            continue;
        }
        let want = iov.iov_len.min(bytes.len() - done);
        let (place, kernel) = (iov.iov_base as usize, bytes[done..].as_ptr() as usize);
        if uio.uio_segflg != kpi::uio_seg_UIO_SYSSPACE || uio.uio_rw != kpi::uio_rw_UIO_READ {
            sim.fatal("a uio that the module has no use for");
        }
        sim.check_kernel(Call::Uiomove, place, want);
        // SAFETY: the place was checked to be the module's memory; that many bytes are left.
        unsafe { core::ptr::copy_nonoverlapping(kernel as *const u8, place as *mut u8, want) };
        iov.iov_base = (place + want) as *mut _;
        iov.iov_len -= want;
        uio.uio_resid -= want as isize;
        uio.uio_offset += want as i64;
        done += want;
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
    let frame = sim.page("uiomove_fromphys", m);
    if !sim.frames.is_wired(frame) {
        sim.violation("uiomove_fromphys of a page that is not wired");
    }
    let n = match fail {
        Some(errno) if errno & HALFWAY != 0 => n / 2,
        Some(errno) => return errno,
        None => n,
    };
    let resid = uio.uio_resid;
    if uio.uio_rw == kpi::uio_rw_UIO_WRITE {
        // Of the module's own, in one piece.
        // SAFETY: the uio's one vector.
        let from = unsafe { (*uio.uio_iov).iov_base } as usize;
        sim.check_kernel(Call::Uiomove, from, n);
        // SAFETY: it is memory of the module's, and no more than the page.
        unsafe {
            let to = sim.frames.memory.bytes(frame).add(offset);
            std::ptr::copy_nonoverlapping(from as *const u8, to, n);
        }
        uio.uio_resid -= n as isize;
    } else {
        let bytes = sim.frames.memory.copy(frame);
        uiomove(&mut sim, &bytes[offset..offset + n], uio);
    }
    if sim.moved == Some(crate::setting::Moved::Uio) {
        uio.uio_resid = resid;
    }
    fail.map_or(0, |errno| errno & !HALFWAY)
}
