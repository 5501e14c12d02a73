// SPDX-License-Identifier: BSD-2-Clause
//! A batch as the kernel takes it: so many segments at once, and again after a signal.
use std::io;

use rwmem_abi::{MAX_SEGS, Seg};

/// Calls `request` for all of `segs`, MAX_SEGS at a time, and goes on after a signal where it stopped. Fails only where
/// the first call does; a later failure is entered in the segments that it kept from running.
pub fn in_requests(
    segs: &mut [Seg],
    mut request: impl FnMut(&mut [Seg]) -> io::Result<()>,
) -> io::Result<()> {
    let mut next = 0;
    // Bytes of the segment `next` that were transferred before a signal.
    let mut before = 0;
    while next < segs.len() {
        let end = segs.len().min(next + MAX_SEGS as usize);
        skip(&mut segs[next], before);
        let answer = request(&mut segs[next..end]);
        if answer.is_err() {
            segs[next].done = 0;
        }
        skip(&mut segs[next], before.wrapping_neg());
        segs[next].done = segs[next].done.wrapping_add(before);
        match answer {
            Ok(()) => {
                let interrupted = segs[next..end]
                    .iter()
                    .position(|seg| seg.error == libc::EINTR);
                next = interrupted.map_or(end, |index| next + index);
                before = interrupted.map_or(0, |_| segs[next].done);
            }
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => before = segs[next].done,
            Err(cause) if next == 0 && before == 0 => return Err(cause),
            Err(cause) => {
                for (index, seg) in segs[next..].iter_mut().enumerate() {
                    seg.done = if index == 0 { seg.done } else { 0 };
                    seg.error = cause.raw_os_error().unwrap_or(libc::EIO);
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
            in_requests(&mut segs, |segs| {
                kernel(segs, budgets.next().unwrap_or(0), &mut seen);
                Ok(())
            })?;
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
        let error = || Err(io::Error::from_raw_os_error(libc::ENOMEM));
        let first = in_requests(&mut segs, |_| error());
        assert_eq!(
            first.map_err(|error| error.raw_os_error()),
            Err(Some(libc::ENOMEM))
        );

        let mut segs = new();
        let mut calls = 0;
        let later = in_requests(&mut segs, |segs| {
            calls += 1;
            kernel(segs, u64::MAX, &mut Vec::new());
            if calls == 2 { error() } else { Ok(()) }
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
