// SPDX-License-Identifier: BSD-2-Clause
//! How QEMU runs the guest's instructions, and what of that works on this machine.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use clap::ValueEnum;

use crate::arch::Arch;
use crate::error::Error;
use crate::process::Process;

/// How the guest's instructions are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Acceleration {
    /// The processor's own virtualisation, through Linux.
    Kvm,
    /// Emulation.
    Tcg,
    /// Emulation in which the guest's clock advances by a nanosecond with each instruction.
    Count,
}

/// A machine with this for a BIOS writes [`WORD`] to the port of a device that makes QEMU end. On the way it does what
/// FreeBSD's boot blocks do and what not every KVM can: it goes to protected mode, and by iret to a user's privilege.
#[rustfmt::skip]
const PROBE: [u8; 110] = [
    0x2e, 0x66, 0x0f, 0x01, 0x16, 0x68, 0x00, // lgdtl cs:[0x68]
    0x0f, 0x20, 0xc0, // mov eax, cr0
    0x0c, 0x01, // or al, 1
    0x0f, 0x22, 0xc0, // mov cr0, eax
    0x66, 0xea, 0x17, 0x00, 0xff, 0xff, 0x08, 0x00, // jmp 0x08:0xffff0017
    // From here on 32 bits.
    0x66, 0xb8, 0x10, 0x00, // mov ax, 0x10
    0x8e, 0xd0, // mov ss, ax
    0xbc, 0x00, 0x80, 0x00, 0x00, // mov esp, 0x8000
    0x6a, 0x23, // push 0x23, the user's stack segment
    0x68, 0x00, 0x80, 0x00, 0x00, // push 0x8000
    0x68, 0x02, 0x30, 0x00, 0x00, // push 0x3002: the user may use ports
    0x6a, 0x1b, // push 0x1b, the user's code segment
    0x68, 0x36, 0x00, 0xff, 0xff, // push 0xffff0036, the next but one instruction
    0xcf, // iret
    0xb0, WORD, // mov al, WORD
    0xe6, PORT, // out PORT, al
    0xeb, 0xfe, // jmp here
    0x00, 0x00, 0x00, 0x00,
    // The segments at 0x40: none; of the kernel code and data, of the user code and data, each of 4 GiB.
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0xff, 0xff, 0x00, 0x00, 0x00, 0x9b, 0xcf, 0x00,
    0xff, 0xff, 0x00, 0x00, 0x00, 0x93, 0xcf, 0x00,
    0xff, 0xff, 0x00, 0x00, 0x00, 0xfb, 0xcf, 0x00,
    0xff, 0xff, 0x00, 0x00, 0x00, 0xf3, 0xcf, 0x00,
    // At 0x68: how long that table is, and where.
    0x27, 0x00, 0x40, 0x00, 0xff, 0xff,
];
/// What the processor begins with: jmp to the start of the BIOS.
const FIRST: [u8; 3] = [0xe9, 0x0d, 0x00];
const WORD: u8 = 0x21;
const PORT: u8 = 0xf4;
/// With isa-debug-exit, QEMU ends with this exit status when that word is written.
const ANSWER: i32 = (WORD as i32) << 1 | 1;
/// The smallest BIOS that QEMU takes, and where in it the processor begins.
const BIOS: usize = 64 << 10;
const RESET: usize = BIOS - 16;
/// A virtual machine that works needs a small part of this.
const PATIENCE: Duration = Duration::from_secs(10);

impl Acceleration {
    /// The best that works here. That /dev/kvm is there and can be opened proves nothing (a container without
    /// the right, a virtual machine that offers what it cannot do), so a machine of some instructions is run.
    /// Foreign processors are emulated.
    pub fn probe(qemu: &Path, arch: Arch) -> Result<Self, Error> {
        if arch != Arch::Amd64 || !cfg!(target_arch = "x86_64") {
            return Ok(Acceleration::Tcg);
        }
        Ok(match runs(qemu, "kvm", "host")? {
            true => Acceleration::Kvm,
            false => Acceleration::Tcg,
        })
    }
}

/// Whether a machine with this accelerator executes instructions.
fn runs(qemu: &Path, accelerator: &str, cpu: &str) -> Result<bool, Error> {
    let temporary = std::env::temp_dir();
    let folder = tempfile::Builder::new()
        .prefix("rwmem-probe-")
        .tempdir()
        .map_err(Error::file("make a folder in", &temporary))?;
    let bios = folder.path().join("bios");
    let mut code = vec![0; BIOS];
    code[..PROBE.len()].copy_from_slice(&PROBE);
    code[RESET..RESET + FIRST.len()].copy_from_slice(&FIRST);
    fs::write(&bios, code).map_err(Error::file("write", &bios))?;

    let mut command = Command::new(qemu);
    command.args(["-accel", accelerator, "-cpu", cpu, "-m", "16"]);
    command.args(["-nodefaults", "-no-user-config", "-display", "none"]);
    command.arg("-device");
    command.arg(format!("isa-debug-exit,iobase={PORT:#x},iosize=1"));
    command.arg("-bios").arg(&bios);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut process = Process::start(command, Stdio::null()).map_err(|source| Error::Start {
        program: qemu.display().to_string(),
        source,
    })?;
    let ended = process.wait(PATIENCE);
    let status = process.stop().map_err(Error::file("wait for", qemu))?;
    Ok(ended && status.code() == Some(ANSWER))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With emulation, which works everywhere, so that the probe itself is known to work.
    #[test]
    fn a_machine_that_works_answers_and_one_that_cannot_be_does_not() {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders = std::env::split_paths(&path);
        let Some(qemu) = folders.find_map(|folder| {
            let file = folder.join("qemu-system-x86_64");
            file.is_file().then_some(file)
        }) else {
            eprintln!("not tested: there is no qemu-system-x86_64 on PATH");
            return;
        };
        assert!(runs(&qemu, "tcg", "qemu64").expect("QEMU starts"));
        assert!(!runs(&qemu, "no-such-accelerator", "qemu64").expect("QEMU starts"));
        assert!(!runs(&qemu, "tcg", "no-such-processor").expect("QEMU starts"));
    }
}
