// SPDX-License-Identifier: BSD-2-Clause
//! Places that a live search keeps, with what was there at the last look.

/// Places of the same length, in the order of their addresses.
#[derive(Debug)]
pub struct Kept {
    len: usize,
    addresses: Vec<u64>,
    values: Vec<u8>,
}

/// So many places are kept. Each takes eight bytes and its own.
pub const MOST: usize = 1 << 26;

/// Bytes that are read for one request, but for places that are longer.
const TOGETHER: usize = 64 << 10;

impl Kept {
    /// Places of this many bytes, at least one.
    pub fn new(len: usize) -> Kept {
        Kept {
            len,
            addresses: Vec::new(),
            values: Vec::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.addresses.len()
    }

    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }

    /// Adds one; false if there are too many.
    pub fn add(&mut self, address: u64, value: &[u8]) -> bool {
        if self.len() == MOST {
            return false;
        }
        self.addresses.push(address);
        self.values.extend_from_slice(value);
        true
    }

    pub fn iter(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let values = self.values.chunks_exact(self.len);
        self.addresses.iter().copied().zip(values)
    }

    /// Looks at all of them again, and keeps those for which `keeps(old, new)` is true. `read` fills in the values of the
    /// addresses, and says of each whether it could. Returns how many could not be read, which are gone.
    pub fn look<E>(
        &mut self,
        mut read: impl FnMut(&[u64], &mut [u8]) -> Result<Vec<bool>, E>,
        keeps: impl Fn(&[u8], &[u8]) -> bool,
    ) -> Result<usize, E> {
        let len = self.len;
        let count = (TOGETHER / len).max(1);
        let mut new = vec![0; count.min(self.len()) * len];
        let (mut kept, mut gone) = (0, 0);
        for first in (0..self.len()).step_by(count) {
            let count = count.min(self.len() - first);
            let new = &mut new[..count * len];
            let readable = read(&self.addresses[first..first + count], new)?;
            for (index, new) in new.chunks_exact(len).enumerate() {
                let at = first + index;
                if !readable[index] {
                    gone += 1;
                } else if keeps(&self.values[at * len..][..len], new) {
                    self.addresses[kept] = self.addresses[at];
                    self.values[kept * len..][..len].copy_from_slice(new);
                    kept += 1;
                }
            }
        }
        self.addresses.truncate(kept);
        self.values.truncate(kept * len);
        Ok(gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_has_what_was_read_last() {
        let mut kept = Kept::new(2);
        // More than are read at once.
        let count = 2 * TOGETHER as u64 + 5;
        for address in 0..count {
            assert!(kept.add(address, &[0, 0]));
        }
        let mut requests = 0;
        let mut look = |kept: &mut Kept, least: u8| {
            kept.look(
                |addresses, values| {
                    requests += 1;
                    for (address, value) in addresses.iter().zip(values.chunks_mut(2)) {
                        value.copy_from_slice(&[*address as u8, 7]);
                    }
                    Ok::<_, ()>(addresses.iter().map(|address| address % 16 != 3).collect())
                },
                |_, new| new[0] >= least,
            )
        };
        let odd = (0..count).filter(|address| address % 16 == 3).count();
        assert_eq!(look(&mut kept, 200), Ok(odd));
        let wanted = |least: u8| {
            (0..count).filter(move |&address| address as u8 >= least && address % 16 != 3)
        };
        assert!(kept.iter().map(|(address, _)| address).eq(wanted(200)));
        assert!(
            kept.iter()
                .all(|(address, value)| value == [address as u8, 7])
        );
        assert_eq!(look(&mut kept, 250), Ok(0));
        assert!(kept.iter().map(|(address, _)| address).eq(wanted(250)));
        assert!(requests >= 6, "{requests}");
    }

    #[test]
    fn a_failure_ends_it() {
        let mut kept = Kept::new(1);
        kept.add(5, &[1]);
        let fails = kept.look(|_, _| Err("broken"), |_, _| true);
        assert_eq!((fails, kept.len()), (Err("broken"), 1));
        assert!(Kept::new(1).is_empty());
    }
}
