// SPDX-License-Identifier: BSD-2-Clause
//! The device's requests as system calls, as many segments or bytes at once as the kernel takes, and again after a signal.
//!
//! librwmem is made of this file too (`client/c`), which has neither std nor an allocator. So it uses `core` only, and an
//! error is the number in `errno`.
use core::ffi::{c_int, c_ulong};

use rwmem_abi::{
    Batch, Info, MAX_SEGS, RWMEM_ATTACH, RWMEM_CURRENT, RWMEM_INFO, RWMEM_SNAPSHOT, Seg,
};

use crate::errno::last_errno;

/// RWMEM_INFO.
pub fn info(fd: c_int) -> Result<Info, c_int> {
    let mut info = Info {
        abi_version: 0,
        features: 0,
        max_segs: 0,
        page_size: 0,
        max_len: 0,
        version: [0; 40],
    };
    // SAFETY: the request fills an Info, which `info` is.
    check(unsafe { libc::ioctl(fd, RWMEM_INFO as _, &raw mut info) })?;
    Ok(info)
}

/// RWMEM_ATTACH.
pub fn attach(fd: c_int, pid: i32) -> Result<(), c_int> {
    // SAFETY: the request reads an int32_t, which `pid` is.
    check(unsafe { libc::ioctl(fd, RWMEM_ATTACH as _, &raw const pid) })
}

/// RWMEM_SNAPSHOT.
pub fn snapshot(fd: c_int, pid: i32) -> Result<(), c_int> {
    // SAFETY: the request reads an int32_t, which `pid` is.
    check(unsafe { libc::ioctl(fd, RWMEM_SNAPSHOT as _, &raw const pid) })
}

/// RWMEM_CURRENT.
pub fn current(fd: c_int) -> Result<(), c_int> {
    // SAFETY: the request takes nothing.
    check(unsafe { libc::ioctl(fd, RWMEM_CURRENT as _) })
}

/// RWMEM_READV or RWMEM_WRITEV, which is `request`, of at most MAX_SEGS segments.
///
/// # Safety
/// Each segment's `local` and `len` describe memory that the caller may write (to read) or read (to write).
pub unsafe fn batch(
    fd: c_int,
    request: c_ulong,
    pid: i32,
    flags: u32,
    segs: &mut [Seg],
) -> Result<(), c_int> {
    let mut batch = Batch {
        pid,
        flags,
        segs: segs.as_mut_ptr() as u64,
        nsegs: u32::try_from(segs.len()).unwrap_or(u32::MAX),
        done: u64::MAX,
        ..Batch::default()
    };
    // SAFETY: the request takes a Batch, which `batch` is; its array is `segs`, of that length (a longer one than the
    // kernel takes is refused), and the rest is the caller's promise.
    check(unsafe { libc::ioctl(fd, request as _, &raw mut batch) })?;
    // The device always says how much was done: this was another one, which knows the number for something else.
    if batch.done == u64::MAX {
        Err(libc::ENOTTY)
    } else {
        Ok(())
    }
}

fn check(result: c_int) -> Result<(), c_int> {
    if result == -1 {
        Err(last_errno())
    } else {
        Ok(())
    }
}

/// The most bytes of one pread(2) or pwrite(2): the kernel refuses more than INT_MAX to a device.
const MOST: usize = 1 << 30;

/// How far a transfer came, and what stopped it, if anything did.
pub struct Moved {
    pub done: usize,
    pub stopped: Option<c_int>,
}

/// Calls `step(done, len, offset)`, a pread(2) or pwrite(2), until all is moved or something other than a signal stops it.
pub fn move_all(
    address: u64,
    len: usize,
    mut step: impl FnMut(usize, usize, libc::off_t) -> libc::ssize_t,
) -> Moved {
    let mut done = 0;
    while done < len {
        // Addresses above the middle are negative offsets, which the kernel takes for a device.
        let offset = address.wrapping_add(done as u64) as libc::off_t;
        let want = (len - done).min(MOST);
        let errno = match step(done, want, offset) {
            // Not more than was wanted, whatever is behind the descriptor.
            n @ 1.. => {
                done += want.min(n as usize);
                continue;
            }
            0 => libc::EIO,
            _ => last_errno(),
        };
        if errno != libc::EINTR {
            return Moved {
                done,
                stopped: Some(errno),
            };
        }
    }
    Moved {
        done,
        stopped: None,
    }
}

/// Calls `request`, a [`batch`], for all of `segs`, MAX_SEGS at a time, and goes on after a signal where it stopped; also for
/// no segment, once: that checks the target. Fails only where the first request does; a later failure is entered in the
/// segments that it kept from running.
pub fn in_requests(
    segs: &mut [Seg],
    mut request: impl FnMut(&mut [Seg]) -> Result<(), c_int>,
) -> Result<(), c_int> {
    if segs.is_empty() {
        return request(segs);
    }
    let mut next = 0;
    // Bytes of the segment `next` that were transferred before a signal.
    let mut before = 0;
    while next < segs.len() {
        let end = segs.len().min(next + MAX_SEGS as usize);
        skip(&mut segs[next], before);
        let result = request(&mut segs[next..end]);
        if result.is_err() {
            segs[next].done = 0;
        }
        skip(&mut segs[next], before.wrapping_neg());
        segs[next].done = segs[next].done.wrapping_add(before);
        match result {
            Ok(()) => {
                let interrupted = segs[next..end]
                    .iter()
                    .position(|seg| seg.error == libc::EINTR);
                next = interrupted.map_or(end, |index| next + index);
                before = interrupted.map_or(0, |_| segs[next].done);
            }
            Err(libc::EINTR) => before = segs[next].done,
            Err(errno) if next == 0 && before == 0 => return Err(errno),
            Err(errno) => {
                for (index, seg) in segs[next..].iter_mut().enumerate() {
                    seg.done = if index == 0 { seg.done } else { 0 };
                    seg.error = errno;
                }
                break;
            }
        }
    }
    Ok(())
}

/// Moves a segment's beginning by `bytes` (or back, by their negative).
fn skip(seg: &mut Seg, bytes: u64) {
    seg.remote = seg.remote.wrapping_add(bytes);
    seg.local = seg.local.wrapping_add(bytes);
    seg.len = seg.len.wrapping_sub(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seg(remote: u64, local: u64, len: usize) -> Seg {
        Seg {
            remote,
            local,
            len: len as u64,
            ..Seg::default()
        }
    }

    /// A kernel: transfers one segment after the other until it has spent `budget` bytes, and then says EINTR for the
    /// rest. Addresses below 100 are bad. Notes in `seen` which bytes of the target it transferred.
    fn kernel(segs: &mut [Seg], budget: u64, seen: &mut Vec<(u64, u64)>) {
        assert!(!segs.is_empty() && segs.len() <= MAX_SEGS as usize);
        let mut left = budget;
        let mut interrupted = false;
        for seg in segs {
            assert_eq!(seg.remote - seg.local, 1000, "both sides move together");
            seg.done = 0;
            seg.error = 0;
            if interrupted {
                seg.error = libc::EINTR;
            } else if seg.remote < 1100 {
                seg.error = libc::EFAULT;
            } else {
                seg.done = seg.len.min(left);
                left -= seg.done;
                seen.push((seg.remote, seg.done));
                if seg.done < seg.len {
                    interrupted = true;
                    seg.error = libc::EINTR;
                }
            }
        }
    }

    proptest! {
        #[test]
        fn every_byte_is_transferred_once_whatever_the_signals(
            lens in prop::collection::vec(0u64..20, 0..3000),
            bad in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
            budgets in prop::collection::vec(0u64..30_000, 1..10),
        ) {
            let mut address = 2000;
            let mut segs: Vec<Seg> = lens.iter().map(|&len| {
                address += len;
                seg(address - len, address - len - 1000, len as usize)
            }).collect();
            for index in bad {
                if !segs.is_empty() {
                    let index = index.index(segs.len());
                    (segs[index].remote, segs[index].local) = (1000, 0);
                }
            }
            let asked = segs.clone();
            let mut seen = Vec::new();
            // Not zero forever, or it would go on forever too.
            let mut budgets = budgets.into_iter().chain(std::iter::repeat(1 << 20));
            let result = in_requests(&mut segs, |segs| {
                if !segs.is_empty() {
                    kernel(segs, budgets.next().unwrap_or(0), &mut seen);
                }
                Ok(())
            });
            prop_assert_eq!(result, Ok(()));
            let mut wanted = Vec::new();
            for (asked, got) in asked.iter().zip(&segs) {
                prop_assert_eq!((asked.remote, asked.local, asked.len), (got.remote, got.local, got.len));
                if asked.remote == 1000 {
                    prop_assert_eq!((got.done, got.error), (0, libc::EFAULT));
                } else {
                    prop_assert_eq!((got.done, got.error), (asked.len, 0));
                    wanted.push((asked.remote, asked.len));
                }
            }
            // The parts of a segment that was interrupted come one after the other.
            let bytes = |list: &[(u64, u64)]| -> Vec<u64> {
                list.iter().flat_map(|&(from, len)| from..from + len).collect()
            };
            prop_assert_eq!(bytes(&seen), bytes(&wanted));
        }
    }

    #[test]
    fn the_first_request_s_failure_is_the_batch_s_and_a_later_one_is_reported() {
        let new = || vec![seg(2000, 1000, 4); 2 * MAX_SEGS as usize + 1];
        let mut segs = new();
        let first = in_requests(&mut segs, |_| Err(libc::ENOMEM));
        assert_eq!(first, Err(libc::ENOMEM));

        let mut segs = new();
        let mut calls = 0;
        let later = in_requests(&mut segs, |segs| {
            calls += 1;
            kernel(segs, u64::MAX, &mut Vec::new());
            if calls == 2 {
                Err(libc::ENOMEM)
            } else {
                Ok(())
            }
        });
        assert!(later.is_ok() && calls == 2);
        let (good, bad) = segs.split_at(MAX_SEGS as usize);
        assert!(good.iter().all(|seg| seg.done == 4 && seg.error == 0));
        assert!(
            bad.iter()
                .all(|seg| seg.done == 0 && seg.error == libc::ENOMEM)
        );
    }
}
