// SPDX-License-Identifier: BSD-2-Clause
//! A module that was built with LLVM's coverage instrumentation (`RWMEM_COVERAGE=yes scripts/build-ko.sh`): a counter
//! for each edge of its code, and calls that tell what is compared with what.
//!
//! Each run loads the module anew, but libFuzzer is told once where the counters are: their sections stay where they
//! are, whatever becomes of the module.
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::{io, mem};

use crate::memory::Mapping;
use crate::object_file::{COUNTERS, ObjectFile, PLACES};

/// What the instrumented code calls.
const HOOKS: [&str; 9] = [
    "__sanitizer_cov_trace_cmp1",
    "__sanitizer_cov_trace_cmp2",
    "__sanitizer_cov_trace_cmp4",
    "__sanitizer_cov_trace_cmp8",
    "__sanitizer_cov_trace_const_cmp1",
    "__sanitizer_cov_trace_const_cmp2",
    "__sanitizer_cov_trace_const_cmp4",
    "__sanitizer_cov_trace_const_cmp8",
    "__sanitizer_cov_trace_switch",
];

type Hook = (&'static str, usize);

static LISTENERS: OnceLock<Vec<Hook>> = OnceLock::new();

/// Says who listens to the calls, before the simulated kernel is first used: names and functions.
pub fn listen(hooks: Vec<Hook>) {
    let first = LISTENERS.set(hooks).is_ok();
    assert!(
        first,
        "coverage::listen comes before the first use of the simulated kernel, and once"
    );
}

extern "C" fn nobody_listens() {}

/// The functions behind the calls.
pub fn hooks() -> &'static [Hook] {
    let nobody = nobody_listens as *const () as usize;
    LISTENERS.get_or_init(|| HOOKS.map(|name| (name, nobody)).to_vec())
}

static SECTIONS: Mutex<BTreeMap<String, Mapping>> = Mutex::new(BTreeMap::new());

/// Where a section that stays is, and whether it is new.
pub fn place(section: &str, len: usize) -> io::Result<(usize, bool)> {
    let mut sections = SECTIONS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = sections.get(section).filter(|known| known.len() >= len) {
        return Ok((known.addr(), false));
    }
    let mapping = Mapping::low(len)?;
    let addr = mapping.addr();
    // Of another module, loaded before: somebody may know where it is.
    mem::forget(sections.insert(section.to_owned(), mapping));
    Ok((addr, true))
}

/// A section's bytes, while or after a module that has it was loaded; `len` as in the file.
pub fn range(section: &str, len: usize) -> Option<Range<usize>> {
    let sections = SECTIONS.lock().unwrap_or_else(PoisonError::into_inner);
    let start = sections.get(section)?.addr();
    Some(start..start + len)
}

/// Which edges were taken since the module was first loaded here: how many there are, and the places of those that were
/// not. Empty for a module that does not count them.
pub fn untaken(object: &ObjectFile) -> (usize, Vec<usize>) {
    let section = |name| range(name, object.section_len(name)).unwrap_or_default();
    let (counters, places) = (section(COUNTERS), section(PLACES));
    let count = counters.len().min(places.len() / (2 * size_of::<usize>()));
    // SAFETY: the sections stay where they are, one byte and two addresses for each edge.
    let edges = (0..count).map(|edge| unsafe {
        let taken = ((counters.start + edge) as *const u8).read_volatile();
        (taken, (places.start as *const usize).add(2 * edge).read())
    });
    let untaken = edges
        .filter(|(taken, _)| *taken == 0)
        .map(|(_, place)| place);
    (count, untaken.collect())
}
