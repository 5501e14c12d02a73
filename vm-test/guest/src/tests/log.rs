// SPDX-License-Identifier: BSD-2-Clause
//! The kernel's log: a line when the module is loaded, and nothing else.

use crate::device::Device;
use crate::path::PATHS;
use crate::sys::kld::{self, Unload};
use crate::sys::memory::{PAGE, Region};
use crate::sys::sysctl;
use crate::tap::{Case, Outcome, Test};
use crate::target::Target;

pub const CASES: &[Case] = &[Case::module(
    "the log has one line of it, at load, and none of its use or end",
    one_line,
)];

fn one_line(t: &mut Test) -> Outcome {
    if let Ok(id) = kld::find(c"rwmem.ko") {
        t.can("unload", kld::unload(id, Unload::Normal))?;
    }
    let buffer = t.can("mmap", Region::private(1 << 20))?;
    // What was written to the console is in it, too: the names of tests.
    t.can("clearing the log", sysctl::set(c"kern.msgbuf_clear", 1))?;
    let id = t.load_module()?;
    use_it(t)?;
    t.can("unload", kld::unload(id, Unload::Normal))?;
    let log = buffer.fill_with(|log| sysctl::by_name(c"kern.msgbuf", Some(log)));
    let len = t.can("kern.msgbuf", log)?;
    buffer.fill_with(|log| {
        let mut lines = log[..len]
            .split(|&byte| byte == b'\n')
            .filter(|line| line.windows(5).any(|word| word == b"rwmem"));
        let version = concat!(
            "rwmem: version ",
            env!("CARGO_PKG_VERSION"),
            " for FreeBSD "
        )
        .as_bytes();
        let first = lines
            .next()
            .is_some_and(|line| line.windows(version.len()).any(|part| part == version));
        t.holds("the first line names the version", first)?;
        t.equal("lines after that", lines.count(), 0)
    })
}

/// Every path, well and badly.
fn use_it(t: &mut Test) -> Outcome {
    let memory = t.can("mmap", Region::private(PAGE))?;
    let target = t.can("fork", Target::idle())?;
    t.device = Some(t.can("open", Device::open())?);
    for path in PATHS {
        t.path = path;
        for remote in [memory.at(0), 0, u64::MAX] {
            let _ = t.read(target.pid(), remote, memory.at(0), 8);
            let _ = t.write(target.pid(), remote, memory.at(0), 8);
        }
        let _ = t.read(-2, memory.at(0), memory.at(0), 8);
    }
    t.device = None;
    Ok(())
}
