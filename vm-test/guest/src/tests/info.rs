// SPDX-License-Identifier: BSD-2-Clause
//! What the module says of itself, and who may ask.

use crate::device::{Device, NODE};
use crate::sys::file::{self, Stat};
use crate::sys::{Errno, process, sysctl};
use crate::tap::{Case, Outcome, Test, USER};
use rwmem_abi::{
    ABI_VERSION, FEATURE_ATTACH, FEATURE_BATCH, FEATURE_CURRENT, FEATURE_SEEK, FEATURE_SNAPSHOT,
    FEATURE_STOP, FEATURE_XFER, MAX_LEN, MAX_SEGS,
};

pub const CASES: &[Case] = &[
    Case::everyone("INFO tells the ABI's version and the module's", versions),
    Case::everyone("INFO tells the limits and the page size", limits),
    Case::everyone("INFO tells which requests exist", features),
    Case::root(
        "INFO needs neither read nor write access of the descriptor",
        any_access,
    ),
    Case::root("/dev/rwmem is 0600 root:wheel", node),
    Case::root(
        "an unprivileged user cannot open /dev/rwmem",
        unprivileged_open,
    ),
];

fn versions(t: &mut Test) -> Outcome {
    let info = t.device().info();
    let info = t.can("INFO", info)?;
    t.equal("abi_version", info.abi_version, ABI_VERSION)?;
    let text = env!("CARGO_PKG_VERSION").as_bytes();
    t.equal("version", &info.version[..text.len()], text)?;
    t.holds(
        "version is padded with NULs to its end",
        info.version[text.len()..].iter().all(|&byte| byte == 0),
    )
}

fn limits(t: &mut Test) -> Outcome {
    let info = t.device().info();
    let info = t.can("INFO", info)?;
    t.equal("max_segs", info.max_segs, MAX_SEGS)?;
    t.equal("max_len", info.max_len, MAX_LEN)?;
    let page_size = t.can("hw.pagesize", sysctl::number(c"hw.pagesize"))?;
    t.equal("page_size", u64::from(info.page_size), page_size)
}

fn features(t: &mut Test) -> Outcome {
    let info = t.device().info();
    let info = t.can("INFO", info)?;
    t.equal(
        "features",
        info.features,
        FEATURE_XFER
            | FEATURE_BATCH
            | FEATURE_ATTACH
            | FEATURE_SEEK
            | FEATURE_CURRENT
            | FEATURE_STOP
            | FEATURE_SNAPSHOT,
    )
}

fn any_access(t: &mut Test) -> Outcome {
    for (access, what) in [
        (file::READ_ONLY, "O_RDONLY"),
        (file::WRITE_ONLY, "O_WRONLY"),
    ] {
        let device = t.can(what, Device::open_for(access))?;
        t.can(what, device.info())?;
    }
    Ok(())
}

fn node(t: &mut Test) -> Outcome {
    const CHARACTER_DEVICE: u16 = 0o020_000;
    let stat = t.can("stat", file::stat(NODE))?;
    t.equal(
        "stat",
        stat,
        Stat {
            mode: CHARACTER_DEVICE | 0o600,
            uid: 0,
            gid: 0,
        },
    )
}

fn unprivileged_open(t: &mut Test) -> Outcome {
    t.can("becoming an unprivileged user", process::become_user(USER))?;
    for access in [file::READ_ONLY, file::WRITE_ONLY, file::READ_WRITE] {
        t.refused("open", Device::open_for(access).map(drop), Errno::EACCES)?;
    }
    Ok(())
}
