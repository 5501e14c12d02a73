// SPDX-License-Identifier: BSD-2-Clause
//! Two vectors of buffers, one here and one in the target, whose elements need not be of the same lengths.
use core::marker::PhantomData;

use libc::{c_int, c_ulong, iovec};

use crate::errno::Errno;

/// A vector of buffers, and how much of it is behind us.
#[derive(Clone)]
struct Vector<'v> {
    elements: *const iovec,
    count: usize,
    /// The element that comes next, and how many of its bytes are done.
    index: usize,
    done: usize,
    lifetime: PhantomData<&'v [iovec]>,
}

/// A range that is contiguous on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    pub remote: u64,
    pub local: u64,
    pub len: u64,
}

/// Both vectors, at the same distance from their beginnings.
#[derive(Clone)]
pub struct Pieces<'v> {
    local: Vector<'v>,
    remote: Vector<'v>,
}

/// The most elements of a vector, as <limits.h> has it on FreeBSD and on Linux.
pub const IOV_MAX: c_ulong = 1024;

/// Whether no user's memory can be there. The processor may ignore the uppermost byte of an address.
#[cfg(target_arch = "aarch64")]
fn is_kernels(address: u64) -> bool {
    address & 1 << 55 != 0
}

/// Whether no user's memory can be there, with five levels of page tables.
#[cfg(not(target_arch = "aarch64"))]
fn is_kernels(address: u64) -> bool {
    address >> 56 != 0
}

impl Vector<'_> {
    /// The vector, and the sum of its lengths.
    ///
    /// EINVAL for more than IOV_MAX elements, and where their lengths add up to more than SSIZE_MAX. EFAULT for the null
    /// pointer; any other address that is not the caller's makes the process fault here, as in every library.
    ///
    /// # Safety
    /// `count` elements at `elements`, if that is not null and `count` not above IOV_MAX, stay as they are for as long as
    /// the value lives.
    unsafe fn new<'v>(
        elements: *const iovec,
        count: c_ulong,
    ) -> Result<(Vector<'v>, usize), Errno> {
        if count > IOV_MAX {
            return Err(Errno(libc::EINVAL));
        }
        if elements.is_null() && count > 0 {
            return Err(Errno(libc::EFAULT));
        }
        let mut vector = Vector::empty();
        (vector.elements, vector.count) = (elements, count as usize);
        let mut sum = 0usize;
        for index in 0..vector.count {
            sum = match sum.checked_add(vector.element(index).iov_len) {
                Some(sum) if sum <= isize::MAX as usize => sum,
                _ => return Err(Errno(libc::EINVAL)),
            };
        }
        Ok((vector, sum))
    }

    fn empty<'v>() -> Vector<'v> {
        Vector {
            elements: core::ptr::null(),
            count: 0,
            index: 0,
            done: 0,
            lifetime: PhantomData,
        }
    }

    /// EFAULT where an element, be it empty or never reached, is not all below the kernel's addresses. Linux looks for that
    /// before it transfers anything.
    fn check_addresses(&self) -> Result<(), Errno> {
        for index in 0..self.count {
            let element = self.element(index);
            // Of a single one Linux takes no more than it can transfer at once.
            let len = match self.count {
                1 => element.iov_len.min(c_int::MAX as usize),
                _ => element.iov_len,
            };
            let first = element.iov_base as u64;
            let last = first.checked_add((len as u64).saturating_sub(1));
            if is_kernels(first) || last.is_none_or(is_kernels) {
                return Err(Errno(libc::EFAULT));
            }
        }
        Ok(())
    }

    fn element(&self, index: usize) -> iovec {
        // SAFETY: `index` is below `count` with both callers, and `new` was promised `count`. C does not promise us that
        // they are aligned.
        unsafe { self.elements.add(index).read_unaligned() }
    }

    /// Where the next byte is and how many follow it there; `None` at the end. Goes over empty elements.
    fn next(&mut self) -> Option<(u64, u64)> {
        while self.index < self.count {
            let element = self.element(self.index);
            // Another thread of the program may have changed it: no subtraction that could wrap.
            let left = element.iov_len.saturating_sub(self.done);
            if left > 0 {
                let address = (element.iov_base as u64).wrapping_add(self.done as u64);
                return Some((address, left as u64));
            }
            self.index += 1;
            self.done = 0;
        }
        None
    }
}

impl Pieces<'_> {
    /// Errors as for `Vector::new`, and EFAULT where local memory would be the kernel's. As on Linux, the local vector is
    /// looked at first, and the remote one only if there is anything to transfer.
    ///
    /// # Safety
    /// Both arrays stay as they are for as long as the value lives.
    pub unsafe fn new<'v>(
        (local, local_count): (*const iovec, c_ulong),
        (remote, remote_count): (*const iovec, c_ulong),
    ) -> Result<Pieces<'v>, Errno> {
        // SAFETY: the caller's promise.
        let (local, len) = unsafe { Vector::new(local, local_count)? };
        local.check_addresses()?;
        let remote = match len {
            0 => Vector::empty(),
            // SAFETY: the caller's promise.
            _ => unsafe { Vector::new(remote, remote_count)?.0 },
        };
        Ok(Pieces { local, remote })
    }

    /// The next piece, as long as it can be but for `most`; `None` at the end of the shorter side.
    pub fn take(&mut self, most: u64) -> Option<Piece> {
        let (local, local_left) = self.local.next()?;
        let (remote, remote_left) = self.remote.next()?;
        let len = local_left.min(remote_left).min(most);
        self.local.done += len as usize;
        self.remote.done += len as usize;
        Some(Piece { remote, local, len })
    }

    /// Goes over the next `bytes`.
    pub fn skip(&mut self, mut bytes: u64) {
        while bytes > 0
            && let Some(piece) = self.take(bytes)
        {
            bytes -= piece.len;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn vector(lens: &[usize]) -> Vec<iovec> {
        // Elements in the order of their addresses, so that an address tells how far it is in the vector.
        let mut base = 0;
        lens.iter()
            .map(|&iov_len| {
                let element = iovec {
                    iov_base: base as *mut _,
                    iov_len,
                };
                base += iov_len;
                element
            })
            .collect()
    }

    fn pieces<'v>(local: &'v [iovec], remote: &'v [iovec]) -> Result<Pieces<'v>, Errno> {
        // SAFETY: both are borrowed for as long as the result lives.
        unsafe {
            Pieces::new(
                (local.as_ptr(), local.len() as c_ulong),
                (remote.as_ptr(), remote.len() as c_ulong),
            )
        }
    }

    fn taken(mut pieces: Pieces<'_>) -> Vec<(u64, u64, u64)> {
        core::iter::from_fn(|| pieces.take(u64::MAX))
            .map(|piece| (piece.local, piece.remote, piece.len))
            .collect()
    }

    #[test]
    fn a_piece_ends_where_an_element_ends_on_either_side() {
        let (local, remote) = (vector(&[3, 0, 17]), vector(&[11, 0, 20]));
        let pieces = pieces(&local, &remote).expect("good vectors");
        assert_eq!(taken(pieces), [(0, 0, 3), (3, 3, 8), (11, 11, 9)]);
    }

    #[test]
    fn bad_vectors_are_refused() {
        let good = vector(&[1]);
        let long = vector(&[1; IOV_MAX as usize + 1]);
        let wide = vector(&[isize::MAX as usize, 1]);
        for (bad, errno) in [(&long, libc::EINVAL), (&wide, libc::EINVAL)] {
            assert_eq!(pieces(bad, &good).err(), Some(Errno(errno)));
            assert_eq!(pieces(&good, bad).err(), Some(Errno(errno)));
        }
        let null = (core::ptr::null(), 1);
        let one = (good.as_ptr(), 1);
        // SAFETY: one element is there; null is allowed.
        unsafe {
            assert_eq!(Pieces::new(null, one).err(), Some(Errno(libc::EFAULT)));
            assert_eq!(Pieces::new(one, null).err(), Some(Errno(libc::EFAULT)));
            let none = (core::ptr::null(), 0);
            let nothing = taken(Pieces::new(none, null).expect("nothing to transfer"));
            assert_eq!(nothing, [], "the remote side is not looked at");
            assert_eq!(taken(Pieces::new(none, none).expect("good vectors")), []);
        }
        assert!(pieces(&long[..IOV_MAX as usize], &wide[..1]).is_ok());
    }

    #[test]
    fn local_memory_of_the_kernel_is_refused_wherever_it_comes() {
        let remote = vector(&[8]);
        let element = |base: u64, iov_len| iovec {
            iov_base: base as *mut _,
            iov_len,
        };
        for (base, len) in [
            (0xffff_ffff_8000_0000, 8),
            (0xffff_ffff_8000_0000, 0),
            (u64::MAX, 2),
            (0x1000, isize::MAX as usize - 8),
        ] {
            for local in [
                [element(0x1000, 8), element(base, len)],
                [element(base, len), element(0x1000, 8)],
            ] {
                assert_eq!(
                    pieces(&local, &remote).err(),
                    Some(Errno(libc::EFAULT)),
                    "{base:#x}"
                );
                // It counts before the remote side, which has not even a pointer here.
                // SAFETY: two elements are there; null is allowed.
                let both = unsafe { Pieces::new((local.as_ptr(), 2), (core::ptr::null(), 1)) };
                assert_eq!(both.err(), Some(Errno(libc::EFAULT)));
            }
        }
        assert!(pieces(&[element(0x1000, isize::MAX as usize)], &remote).is_ok());
        assert!(pieces(&[element(0x7fff_ffff_f000, 4096); 2], &remote).is_ok());
        // Remote addresses are the target's matter.
        assert!(pieces(&remote, &[element(0xffff_ffff_8000_0000, 8); 2]).is_ok());
    }

    proptest! {
        /// Every byte of the shorter side is met once, in order, whatever the shapes, and skipping is the same as taking.
        #[test]
        fn all_bytes_are_met_in_order(
            local in prop::collection::vec(0usize..50, 0..20),
            remote in prop::collection::vec(0usize..50, 0..20),
            skip in 0u64..600,
        ) {
            let total = local.iter().sum::<usize>().min(remote.iter().sum()) as u64;
            let (local, remote) = (vector(&local), vector(&remote));
            let mut all = pieces(&local, &remote).expect("good vectors");
            let mut met = 0;
            for (local, remote, len) in taken(all.clone()) {
                prop_assert_eq!((local, remote), (met, met));
                prop_assert!(len > 0);
                met += len;
            }
            prop_assert_eq!(met, total);
            all.skip(skip);
            let rest = taken(all);
            prop_assert_eq!(rest.iter().map(|piece| piece.2).sum::<u64>(), total.saturating_sub(skip));
            prop_assert!(rest.first().is_none_or(|piece| piece.0 == skip && piece.1 == skip));
        }
    }
}
