// SPDX-License-Identifier: BSD-2-Clause
//! The loop over a pretended kernel, and the tests for FreeBSD over a real Linux.
use super::*;

fn vector(elements: &[(u64, usize)]) -> Vec<iovec> {
    let element = |&(base, iov_len): &(u64, usize)| iovec {
        iov_base: base as *mut _,
        iov_len,
    };
    elements.iter().map(element).collect()
}

/// The remote addresses and lengths of its segments.
type Request = Vec<(u64, u64)>;

/// Runs a transfer of so many elements of 10 bytes, from 1000 to 5000, in requests of `most`. `kernel` says what becomes of
/// each request.
fn transfer_of(
    count: usize,
    most: usize,
    mut kernel: impl FnMut(&mut [Seg]) -> Result<(), Errno>,
) -> (Result<ssize_t, Errno>, Vec<Request>) {
    let local: Vec<_> = (0..count as u64).map(|i| (5000 + 10 * i, 10)).collect();
    let (local, remote) = (vector(&local), vector(&[(1000, 10 * count)]));
    // SAFETY: both are borrowed until the end.
    let pieces = unsafe {
        Pieces::new(
            (local.as_ptr(), local.len() as c_ulong),
            (remote.as_ptr(), 1),
        )
    };
    let mut requests = Vec::new();
    let result = run(pieces.expect("good vectors"), |segs| {
        let tried = segs.len().min(most);
        let segs = &mut segs[..tried];
        assert!(segs.iter().all(|seg| seg.local == seg.remote + 4000));
        requests.push(segs.iter().map(|seg| (seg.remote, seg.len)).collect());
        kernel(segs).map(|()| tried)
    });
    (result, requests)
}

fn whole(segs: &mut [Seg]) {
    for seg in segs {
        (seg.done, seg.error) = (seg.len, 0);
    }
}

#[test]
fn all_pieces_are_transferred_so_many_at_once() {
    let (result, requests) = transfer_of(150, MOST, |segs| {
        whole(segs);
        Ok(())
    });
    assert_eq!(result, Ok(1500));
    let sizes: Vec<_> = requests.iter().map(Vec::len).collect();
    assert_eq!(sizes, [64, 64, 22]);
    let (result, requests) = transfer_of(3, 1, |segs| {
        whole(segs);
        Ok(())
    });
    assert_eq!(result, Ok(30));
    assert_eq!(requests, [[(1000, 10)], [(1010, 10)], [(1020, 10)]]);
}

#[test]
fn it_ends_at_the_first_piece_that_stops_early() {
    for (error, errno) in [
        (libc::EFAULT, libc::EFAULT),
        (libc::EINVAL, libc::EFAULT),
        (libc::ENOMEM, libc::ENOMEM),
    ] {
        for bad in 0..3 {
            let (result, requests) = transfer_of(5, MOST, |segs| {
                whole(segs);
                (segs[bad].done, segs[bad].error) = (0, error);
                // As with RWMEM_BATCH_STOP, or as if they had been transferred without.
                if error == libc::EFAULT {
                    for seg in &mut segs[bad + 1..] {
                        (seg.done, seg.error) = (0, libc::ECANCELED);
                    }
                }
                Ok(())
            });
            let bytes = 10 * bad as ssize_t;
            assert_eq!(
                result,
                if bad == 0 {
                    Err(Errno(errno))
                } else {
                    Ok(bytes)
                }
            );
            assert_eq!(requests.len(), 1);
        }
    }
}

#[test]
fn a_piece_that_is_divided_counts_as_far_as_it_came() {
    let (result, _) = transfer_of(5, MOST, |segs| {
        whole(segs);
        (segs[2].done, segs[2].error) = (7, libc::EFAULT);
        Ok(())
    });
    assert_eq!(result, Ok(27));
}

#[test]
fn a_signal_does_not_end_it() {
    let mut signals = 0;
    let (result, requests) = transfer_of(4, MOST, |segs| {
        whole(segs);
        if signals < 2 {
            signals += 1;
            (segs[1].done, segs[1].error) = (4, libc::EINTR);
            for seg in &mut segs[2..] {
                (seg.done, seg.error) = (0, libc::EINTR);
            }
        }
        Ok(())
    });
    assert_eq!(result, Ok(40));
    assert_eq!(requests[1], [(1014, 6), (1020, 10), (1030, 10)]);
    assert_eq!(requests[2], [(1024, 6), (1030, 10)]);
}

#[test]
fn what_was_transferred_counts_more_than_a_later_failure() {
    let mut requests = 0;
    let (result, _) = transfer_of(100, MOST, |segs| {
        requests += 1;
        whole(segs);
        if requests == 2 {
            Err(Errno(libc::ESRCH))
        } else {
            Ok(())
        }
    });
    assert_eq!(result, Ok(640));
    let (result, _) = transfer_of(100, MOST, |_| Err(Errno(libc::ESRCH)));
    assert_eq!(result, Err(Errno(libc::ESRCH)));
}

#[test]
fn nothing_to_transfer_asks_nobody() {
    let (result, requests) = transfer_of(0, MOST, |_| Err(Errno(libc::ESRCH)));
    assert_eq!((result, requests.len()), (Ok(0), 0));
}

/// tests/process-vm.c and its like judge the library on FreeBSD. Here Linux itself must pass them: they test what is true
/// there.
#[test]
#[cfg(target_os = "linux")]
fn the_tests_for_freebsd_say_what_linux_does() {
    use std::process::Command;
    let folder = tempfile::tempdir().expect("a folder");
    for (name, at_least) in [("process-vm", 45), ("process-vm-refused", 55)] {
        let program = folder.path().join(name);
        let compiled = Command::new("cc")
            .args([
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-Wno-unused-result",
                "-pthread",
            ])
            .arg("-o")
            .arg(&program)
            .arg(format!("{}/tests/{name}.c", env!("CARGO_MANIFEST_DIR")))
            .status();
        assert!(compiled.expect("a C compiler").success());
        let output = Command::new(&program).output().expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout);
        let passed = text
            .lines()
            .filter(|line| line.starts_with("ok - "))
            .count();
        assert!(
            output.status.success() && passed >= at_least && !text.contains("not ok"),
            "{name}: {text}"
        );
    }
}
