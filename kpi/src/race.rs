// SPDX-License-Identifier: BSD-2-Clause
//! Pauses on purpose, for the feature `races`, which no release has: at each [`Point`], where something has just been looked
//! at and not yet acted on, a thread waits for a random time, so that what may happen in between does. Without the feature
//! there is nothing of it.

/// What has been looked at, and what is to come.
#[derive(Clone, Copy)]
#[repr(u32)]
pub enum Point {
    /// A process found, and its address space referenced. Its mutex is held.
    PgetReference,
    /// That, and the second look. Its mutex is held.
    ReferenceSecondLook,
    /// An address space referenced, and its process locked anew.
    ReferenceLock,
    /// Bytes read, and the look whether the image is the same.
    ReadCheck,
    /// A snapshot taken, and the look whether the process is the same.
    SnapshotCheck,
    /// A map's entry looked up, and a page of it made busy. The map is locked.
    LookupBusy,
    /// A page found in its object, and busy; and that, and the look whether it is still that.
    FoundBusy,
    /// Pages wired, and copied.
    WireCopy,
    /// A page faulted in, and looked for anew.
    FaultLookup,
    /// A page stored to, and marked dirty. It is busy.
    StoreDirty,
    /// Locks given up in mid-search, and taken again.
    SearchOn,
    /// An attachment made, and put into its file; and a spare reference seen, and borrowed.
    AttachExchange,
    /// A file counted, and made; and destroyed, and no longer counted.
    CountFile,
    /// Open files counted, and the next open refused.
    CountUnload,
    /// A page's last wiring seen, and given up.
    LastUnwire,
}

#[cfg(feature = "races")]
mod on {
    use core::hint;
    use core::sync::atomic::{AtomicU32, Ordering};

    use super::Point;
    use crate::sys;

    /// Where random numbers begin. By its name ko-check knows a module that is not to be used.
    #[unsafe(no_mangle)]
    pub static FREEBSD_KPI_RACES_SEED: AtomicU32 = AtomicU32::new(1);
    /// A bit for each point at which threads wait.
    pub static POINTS: AtomicU32 = AtomicU32::new(u32::MAX);

    static COUNT: AtomicU32 = AtomicU32::new(0);

    /// A number below `1 << most`, small ones as likely as large; most often 0.
    fn length(point: Point, most: u32) -> u32 {
        if POINTS.load(Ordering::Relaxed) >> point as u32 & 1 == 0 {
            return 0;
        }
        let count = u64::from(COUNT.fetch_add(1, Ordering::Relaxed));
        // splitmix64
        let mut z = (u64::from(FREEBSD_KPI_RACES_SEED.load(Ordering::Relaxed)) << 32 | count)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        if z & 3 != 0 {
            return 0;
        }
        let bits = (z >> 2) as u32 % most + 1;
        (z >> 32) as u32 & (1u32 << bits).wrapping_sub(1)
    }

    /// Waits, where a thread may sleep: up to 16 ms.
    #[inline(never)]
    pub fn sleep(point: Point) {
        let microseconds = length(point, 14);
        if microseconds > 0 {
            let sbt = i64::from(microseconds) * sys::kpi_sbt_KPI_SBT_1MS as i64 / 1000;
            // SAFETY: curthread sleeps, where it may.
            unsafe { sys::pause_sbt(c"races".as_ptr(), sbt, 0, 0) };
        }
    }

    /// The same where it holds what forbids to sleep: in a loop, for less long.
    #[inline(never)]
    pub fn spin(point: Point) {
        for _ in 0..length(point, 17) {
            hint::spin_loop();
        }
    }
}

#[cfg(not(feature = "races"))]
mod on {
    use super::Point;

    /// Nothing.
    #[inline(always)]
    pub fn sleep(_point: Point) {}

    /// Nothing.
    #[inline(always)]
    pub fn spin(_point: Point) {}
}

pub use on::*;
