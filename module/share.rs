// SPDX-License-Identifier: BSD-2-Clause
//! How many descriptors may be attached: `kern.rwmem.max_attached` in all, and of those each one's share.
//!
//! Root outside of jails may have all of them (PRIV_MAXFILES, as for the last of kern.maxfiles). Of the others, each user
//! outside of jails and each jail as a whole, with those in it, may have a quarter, and together they may have three.
//! Charged is whoever attaches, until the file is attached to something else, detached or closed, whoever does that.
use core::iter;
use core::ptr;
use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

use freebsd_kpi::errno::Errno;
use freebsd_kpi::jail::PrisonRef;
use freebsd_kpi::lock::Mutex;
use freebsd_kpi::malloc::Box;
use freebsd_kpi::thread::CurThread;

use crate::memory::M_RWMEM;

/// `kern.rwmem.attached`: descriptors that are attached to an address space now. Set under [`LIST`].
pub static ATTACHED: AtomicU64 = AtomicU64::new(0);

/// `kern.rwmem.max_attached`: how many there may be. Each keeps the memory of a whole process, even of one that has
/// exited; what watches every process of an ordinary machine has enough of them.
pub static MAX_ATTACHED: AtomicU32 = AtomicU32::new(256);

/// The list in [`Shares`], while that is there.
static LIST: AtomicPtr<Mutex<List>> = AtomicPtr::new(ptr::null_mut());

/// An attachment of somebody who has but a share.
struct Record {
    owner: Owner,
    next: List,
}

type List = Option<Box<Record, M_RWMEM>>;

/// Whose share it is.
#[derive(PartialEq, Eq)]
enum Owner {
    /// A user outside of jails, by the real id.
    User(u32),
    /// A jail that is the host's own.
    Jail(PrisonRef),
}

/// The list of those attachments, empty at first, for as long as files can be attached.
pub struct Shares {
    _list: Box<Mutex<List>, M_RWMEM>,
}

impl Shares {
    /// ENOMEM.
    pub fn new() -> Result<Shares, Errno> {
        let list = Mutex::new(c"rwmem shares", None)?;
        ATTACHED.store(0, Ordering::Relaxed);
        LIST.store((&raw const *list).cast_mut(), Ordering::Relaxed);
        Ok(Shares { _list: list })
    }
}

impl Drop for Shares {
    fn drop(&mut self) {
        LIST.store(ptr::null_mut(), Ordering::Relaxed);
    }
}

/// What a file's attachment counts as, once [`exchange`] has counted it, until this is dropped.
pub struct Charge {
    /// Its record, while it is not in the list. None for one who has no share but all.
    record: List,
    /// Where its record is in the list, while it counts; 0 for one who has none.
    counted: Option<usize>,
}

impl Charge {
    /// What an attachment by `td` is to count as. May sleep. ENOMEM.
    #[optimize(size)]
    pub fn new(td: CurThread<'_>) -> Result<Charge, Errno> {
        let record = if td.priv_maxfiles() {
            None
        } else {
            let owner =
                PrisonRef::outermost(td).map_or_else(|| Owner::User(td.ruid()), Owner::Jail);
            Some(Box::new(Record { owner, next: None })?)
        };
        Ok(Charge {
            record,
            counted: None,
        })
    }

    /// Puts its record into the list.
    fn enter(&mut self, list: &mut List) {
        self.counted = Some(self.record.as_deref().map_or(0, address));
        if let Some(mut record) = self.record.take() {
            record.next = list.take();
            *list = Some(record);
        }
    }

    /// Takes its record out of the list again.
    fn leave(&mut self, list: &mut List) {
        let counted = self.counted.take();
        let mut place = list;
        while place
            .as_deref()
            .is_some_and(|record| Some(address(record)) != counted)
        {
            match place {
                Some(record) => place = &mut record.next,
                None => return,
            }
        }
        self.record = place.take();
        if let Some(record) = &mut self.record {
            *place = record.next.take();
        }
    }

    /// Who has the share, if it counts.
    fn owner<'a>(&self, list: &'a List) -> Option<&'a Owner> {
        let mut records = records(list);
        let found = records.find(|record| Some(address(record)) == self.counted);
        found.map(|record| &record.owner)
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        if self.counted.is_some() {
            // Nothing refuses that. The record goes when the mutex is unlocked.
            let _ = exchange(Some(self), None);
        }
    }
}

fn address(record: &Record) -> usize {
    ptr::from_ref(record).addr()
}

fn records(list: &List) -> impl Iterator<Item = &Record> {
    iter::successors(list.as_deref(), |record| record.next.as_deref())
}

/// Counts `new` in the place of `old`, at once. ENFILE, and nothing has changed, where that would be too many: not where `old`
/// is of the same owner, for then there is no more of anything.
#[optimize(size)]
pub fn exchange(old: Option<&mut Charge>, new: Option<&mut Charge>) -> Result<(), Errno> {
    // SAFETY: made before the device, and freed when that is gone (see `kld`), and only the device's calls lead here.
    let list = unsafe { LIST.load(Ordering::Relaxed).as_ref() };
    let mut list = list.ok_or(Errno::ENXIO)?.lock();
    let attached = ATTACHED.load(Ordering::Relaxed);
    if let Some(new) = new.as_deref() {
        let most = MAX_ATTACHED.load(Ordering::Relaxed);
        let replaced = old.as_deref();
        if (replaced.is_none() && attached >= u64::from(most))
            || exceeds_share(&list, most, replaced, new)
        {
            return Err(Errno::ENFILE);
        }
    }
    let more = u64::from(new.is_some());
    let fewer = u64::from(old.is_some());
    ATTACHED.store(
        attached.wrapping_add(more).wrapping_sub(fewer),
        Ordering::Relaxed,
    );
    if let Some(old) = old {
        old.leave(&mut list);
    }
    if let Some(new) = new {
        new.enter(&mut list);
    }
    Ok(())
}

/// Whether `new` in the place of `old` is more than its owner, or all who have a share, may have of `most`.
fn exceeds_share(list: &List, most: u32, old: Option<&Charge>, new: &Charge) -> bool {
    let Some(Record { owner, .. }) = new.record.as_deref() else {
        return false;
    };
    let before = old.and_then(|old| old.owner(list));
    if before == Some(owner) {
        return false;
    }
    let own = records(list).filter(|record| record.owner == *owner);
    let one = most.div_ceil(4) as usize;
    let all = most.wrapping_sub(most / 4) as usize;
    own.count() >= one || (before.is_none() && records(list).count() >= all)
}
