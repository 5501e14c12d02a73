// SPDX-License-Identifier: BSD-2-Clause
//! What undefined symbols resolve to, all in the low 2 GiB: a stub for each simulated function, which is wherever
//! Linux has put this program, and the kernel's data.
//!
//! A stub leaves the caller's frame pointer and return address in the CPU's private data (`%gs`), from which
//! `report` makes the module's backtrace: the module has no unwind tables, but frame pointers.
use std::collections::HashMap;
use std::io;

use crate::layout::{PAGEROPS, PGO_HASPAGE, PRISON_SIZE, kpi};
use crate::memory::{Access, Mapping, PAGE};

/// Where a stub leaves them; `%gs:0` is curthread.
pub const GS_FRAME: usize = 8;
pub const GS_RETURN: usize = 16;

const STUB: usize = 48;
/// movq %rbp, %gs:8; movq (%rsp), %r11; movq %r11, %gs:16; jmpq *0(%rip), then the function's address.
const CODE: [u8; 28] = [
    0x65,
    0x48,
    0x89,
    0x2c,
    0x25,
    GS_FRAME as u8,
    0,
    0,
    0,
    0x4c,
    0x8b,
    0x1c,
    0x24,
    0x65,
    0x4c,
    0x89,
    0x1c,
    0x25,
    GS_RETURN as u8,
    0,
    0,
    0,
    0xff,
    0x25,
    0,
    0,
    0,
    0,
];

/// The kernel's variables that a module may refer to.
#[repr(C)]
pub struct Data {
    /// sysctl___kern
    pub kern: kpi::sysctl_oid,
    /// Pagers by the type of object (`pagertab`), all the same one, and that: nothing but `pgo_haspage` is called.
    pub pagertab: [usize; 8],
    pub pager: [usize; PAGEROPS / size_of::<usize>()],
    /// `prison0`, of which nothing but the address is used.
    pub prison0: [u8; PRISON_SIZE],
    /// `zero_region`
    pub zero_region: usize,
    /// What a probe that is enabled calls: DTrace's function, which is there.
    pub sdt_probe_func: usize,
}

/// Symbols and their addresses.
pub struct Kernel {
    code: Mapping,
    data: Mapping,
    zeros: Mapping,
    symbols: HashMap<&'static str, usize>,
}

/// The bytes of zeros that the kernel has at hand.
const ZEROS: usize = 64 * 1024;

impl Kernel {
    /// Stubs for `functions`, and the data.
    pub fn new(functions: &[(&'static str, usize)]) -> io::Result<Kernel> {
        let code = Mapping::low(functions.len().max(1) * STUB)?;
        let data = Mapping::low(size_of::<Data>())?;
        let mut symbols = HashMap::new();
        for (index, (name, target)) in functions.iter().enumerate() {
            let place = code.addr() + index * STUB;
            // SAFETY: inside the fresh, writable mapping, which has STUB bytes for each function.
            unsafe {
                (place as *mut [u8; CODE.len()]).write(CODE);
                ((place + CODE.len()) as *mut usize).write_unaligned(*target);
            }
            symbols.insert(*name, place);
        }
        code.protect(0, code.len(), Access::ReadExecute);
        let base = data.addr();
        symbols.insert("sysctl___kern", base + std::mem::offset_of!(Data, kern));
        let zeros = Mapping::anywhere(ZEROS)?;
        zeros.protect(0, ZEROS, Access::Read);
        let haspage = symbols.get("pager_haspage").copied().unwrap_or(0);
        // SAFETY: inside the fresh data.
        unsafe {
            let data = base as *mut Data;
            (*data).pager[PGO_HASPAGE / size_of::<usize>()] = haspage;
            (*data).pagertab = [&raw const (*data).pager as usize; 8];
            (*data).zero_region = zeros.addr();
        }
        symbols.insert("prison0", base + std::mem::offset_of!(Data, prison0));
        symbols.insert("pagertab", base + std::mem::offset_of!(Data, pagertab));
        symbols.insert(
            "zero_region",
            base + std::mem::offset_of!(Data, zero_region),
        );
        let probe = base + std::mem::offset_of!(Data, sdt_probe_func);
        if let Some(dtrace) = symbols.get("dtrace_probe") {
            // SAFETY: inside the fresh data.
            unsafe { (probe as *mut usize).write(*dtrace) };
        }
        symbols.insert("sdt_probe_func", probe);
        assert!(size_of::<Data>() <= PAGE);
        Ok(Kernel {
            code,
            data,
            zeros,
            symbols,
        })
    }

    pub fn lookup(&self, name: &str) -> Option<usize> {
        self.symbols.get(name).copied()
    }

    /// Whether all of the bytes are the kernel's zeros.
    pub fn has_zeros(&self, addr: usize, len: usize) -> bool {
        self.zeros.contains(addr, len)
    }

    /// Whether `addr` is in the kernel's variables.
    pub fn has_data(&self, addr: usize, len: usize) -> bool {
        self.data.contains(addr, len)
    }

    /// The name of the function whose stub is at `addr`.
    pub fn function_at(&self, addr: usize) -> Option<&'static str> {
        if !self.code.contains(addr, 1) {
            return None;
        }
        self.symbols
            .iter()
            .find(|(_, place)| **place == addr)
            .map(|(name, _)| *name)
    }
}
