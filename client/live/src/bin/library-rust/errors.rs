// SPDX-License-Identifier: BSD-2-Clause
//! What cannot be done, and what is said about it; what the module says about itself.
use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;

use rwmem::{Access, Counters, DEVICE, Error, Features, Info, Mappings, RemoteProcess};
use rwmem_live::{Target, fails, in_child, is, ok};

use crate::Outcome;

pub fn run() -> Outcome {
    in_child(
        "the module is not loaded: the error says how to load it",
        || {
            kld::unload()?;
            let errors = [
                RemoteProcess::open(1).err(),
                Info::query().err(),
                Counters::query().err(),
            ];
            kld::load()?;
            let mut errors = errors.iter().flatten();
            match errors.all(|error| {
                matches!(error, Error::NotLoaded)
                    && error.errno() == libc::ENOENT
                    && error.to_string().contains("kldload rwmem")
            }) {
                true => Ok(()),
                false => Err(format!("{errors:?}")),
            }
        },
    );

    let target = Target::start(&["1"])?;
    let (pid, number) = (target.pid(), target.thing("number").0);
    in_child("a user who may not open the device", || {
        become_nobody()?;
        match RemoteProcess::open(pid) {
            Err(Error::DevicePermission {
                access: Access::Read,
                cause,
            }) if cause.raw_os_error() == Some(libc::EACCES) => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
    set_permissions(DEVICE, Permissions::from_mode(0o644))?;
    in_child(
        "a device that may only be read is opened for reading",
        || {
            become_nobody()?;
            match (
                RemoteProcess::open(own_pid()),
                RemoteProcess::open_writable(own_pid()),
            ) {
                (
                    Ok(_),
                    Err(Error::DevicePermission {
                        access: Access::ReadWrite,
                        ..
                    }),
                ) => Ok(()),
                other => Err(format!("{other:?}")),
            }
        },
    );
    in_child("a user who may not touch the process", || {
        become_nobody()?;
        match (RemoteProcess::open(pid), Mappings::of(pid)) {
            (Err(a @ Error::NotPermitted { .. }), Err(b @ Error::NotPermitted { .. }))
                if a.errno() == libc::EPERM && b.errno() == libc::EPERM =>
            {
                Ok(())
            }
            other => Err(format!("{other:?}")),
        }
    });
    in_child(
        "permission is checked once: a descriptor from before goes on",
        || {
            let process = RemoteProcess::open(pid).map_err(|error| error.to_string())?;
            become_nobody()?;
            match process.read_value::<u64>(number) {
                Ok(0x1122_3344_5566_7788) => Ok(()),
                other => Err(format!("{other:?}")),
            }
        },
    );
    in_child("and in capability mode", || {
        let process = RemoteProcess::open(pid).map_err(|error| error.to_string())?;
        enter_capability_mode()?;
        match process.read_value::<u64>(number) {
            Ok(0x1122_3344_5566_7788) => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
    set_permissions(DEVICE, Permissions::from_mode(0o600))?;

    fails(
        RemoteProcess::open(99_999),
        |error| {
            matches!(error, Error::NoSuchProcess { pid: 99_999 }) && error.errno() == libc::ESRCH
        },
        "no such process",
    );
    fails(
        Mappings::of(99_999),
        |error| matches!(error, Error::NoSuchProcess { .. }),
        "no such process: its mappings",
    );
    for pid in [0, 1] {
        fails(
            RemoteProcess::open(pid),
            |error| matches!(error, Error::SystemProcess { .. }) && error.errno() == libc::EINVAL,
            &format!("system process {pid}"),
        );
    }
    fails(RemoteProcess::open(-1), |_| true, "process -1");

    let info = Info::query()?;
    is(
        info.abi_version,
        rwmem::abi::ABI_VERSION,
        "info: ABI version",
    );
    is(
        (info.max_segs, info.page_size),
        (rwmem::abi::MAX_SEGS, 4096),
        "info: limits",
    );
    ok(
        info.features
            .contains(Features::XFER | Features::BATCH | Features::ATTACH),
        "info: features",
    );
    is(
        info.version.split('.').count(),
        3,
        "info: the module's version",
    );

    let before = Counters::query()?;
    let process = RemoteProcess::open_writable(pid)?;
    let attached = Counters::query()?.attached;
    process.read_value::<u64>(number)?;
    process.write_value(number, &1u32)?;
    let _ = process.read_value::<u8>(0);
    drop(process);
    let after = Counters::query()?;
    is(after.reads - before.reads, 2, "counters: reads");
    is(after.writes - before.writes, 1, "counters: writes");
    is(
        (
            after.bytes_read - before.bytes_read,
            after.bytes_written - before.bytes_written,
        ),
        (8, 4),
        "counters: bytes",
    );
    is(after.faults - before.faults, 1, "counters: faults");
    is(
        (attached, after.attached),
        (before.attached + 1, before.attached),
        "counters: attached, until it is dropped",
    );
    Ok(())
}

fn own_pid() -> i32 {
    std::process::id() as i32
}

fn become_nobody() -> Result<(), String> {
    // SAFETY: changes this process's own credentials.
    match unsafe { (libc::setgid(65534), libc::setuid(65534)) } {
        (0, 0) => Ok(()),
        _ => Err(format!("setuid: {}", std::io::Error::last_os_error())),
    }
}

#[cfg(target_os = "freebsd")]
fn enter_capability_mode() -> Result<(), String> {
    // SAFETY: takes nothing.
    match unsafe { libc::cap_enter() } {
        0 => Ok(()),
        _ => Err(format!("cap_enter: {}", std::io::Error::last_os_error())),
    }
}

#[cfg(not(target_os = "freebsd"))]
fn enter_capability_mode() -> Result<(), String> {
    Err("there is no capability mode".into())
}

/// The module, as kldload(8) and kldunload(8) handle it.
mod kld {
    use std::process::Command;

    pub fn unload() -> Result<(), String> {
        run("kldunload", "rwmem")
    }

    pub fn load() -> Result<(), String> {
        run("kldload", "/rwmem.ko")
    }

    fn run(command: &str, argument: &str) -> Result<(), String> {
        match Command::new(command).arg(argument).status() {
            Ok(status) if status.success() => Ok(()),
            other => Err(format!("{command} {argument}: {other:?}")),
        }
    }
}
