// SPDX-License-Identifier: BSD-2-Clause
//! What a module can do.
bitflags::bitflags! {
    /// The requests that a module knows.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Features: u32 {
        /// RWMEM_READ and RWMEM_WRITE.
        const XFER = rwmem_abi::FEATURE_XFER;
        /// RWMEM_READV and RWMEM_WRITEV.
        const BATCH = rwmem_abi::FEATURE_BATCH;
        /// RWMEM_ATTACH and RWMEM_DETACH.
        const ATTACH = rwmem_abi::FEATURE_ATTACH;
        /// lseek(2) with SEEK_DATA and SEEK_HOLE on attached memory.
        const SEEK = rwmem_abi::FEATURE_SEEK;
        /// RWMEM_CURRENT.
        const CURRENT = rwmem_abi::FEATURE_CURRENT;
        /// RWMEM_BATCH_STOP.
        const STOP = rwmem_abi::FEATURE_STOP;
        /// RWMEM_SNAPSHOT.
        const SNAPSHOT = rwmem_abi::FEATURE_SNAPSHOT;
        /// What a later module may know besides.
        const _ = !0;
    }
}
