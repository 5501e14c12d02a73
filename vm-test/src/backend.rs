// SPDX-License-Identifier: BSD-2-Clause
//! What the rest of this program knows about virtual machines: one can be started from a disc, and then it
//! is a process whose standard input and output, pipes, are the serial console, and which ends when the
//! machine is off.

mod acceleration;
mod bhyve;
mod qemu;

use std::fs::File;
use std::path::Path;
use std::process::ExitStatus;

use clap::ValueEnum;
use rwmem_vm_protocol::Task;

pub use acceleration::Acceleration;
use bhyve::Bhyve;
use qemu::{Model, Qemu};

use crate::arch::{Arch, Firmware};
use crate::args::MachineArguments;
use crate::error::Error;
use crate::process::Process;
use crate::program;
use crate::setting;
use crate::task;

/// A program that runs virtual machines.
pub trait Backend: Sync {
    /// What it is, in a few words, for the person.
    fn describe(&self) -> String;

    /// Starts a machine from the disc. A reboot must end it as a power-off does. What the program itself
    /// has to say goes to `complaints`.
    fn boot(&self, disc: &Path, size: Size, complaints: File) -> Result<Machine, Error>;
}

/// A machine that runs. Dropped, it is gone, with all that its program keeps of it.
pub struct Machine {
    pub process: Process,
    /// What is wrong with an end, in words; nothing where the machine just went off.
    pub how_it_failed: fn(ExitStatus) -> Option<String>,
    /// What is left to put away when the process has ended. Dropped after it, by its place here.
    _remains: Option<Box<dyn Send>>,
}

/// The programs that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// QEMU, on any system
    Qemu,
    /// FreeBSD's own, as root, with vmm(4) loaded
    Bhyve,
}

/// How much of a machine there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub cpus: u32,
    /// In MiB.
    pub memory: u32,
}

/// What the tests were made for: two processors, because some are about what happens at the same time.
const CPUS: u32 = 2;

/// What was chosen, and what it counts in.
pub struct Choice {
    pub backend: Box<dyn Backend>,
    /// The guest's clock counts instructions.
    pub counts: bool,
    pub size: Size,
}

/// The option, the environment variable or what works here, for each of program, acceleration and size.
pub fn choose(arguments: &MachineArguments, task: Task, arch: Arch) -> Result<Choice, Error> {
    let kind = setting::named(arguments.backend, "VM_BACKEND")?;
    let accel = setting::named(arguments.accel, "VM_ACCEL")?;
    let size = Size {
        cpus: setting::number(arguments.cpus, "VM_CPUS")?.unwrap_or(CPUS),
        memory: setting::number(arguments.memory, "VM_MEMORY")?.unwrap_or(arch.memory()),
    };
    // Only QEMU counts instructions, only QEMU can be told how to accelerate, and only QEMU plays foreign processors.
    let qemu_wanted = task::measures(task)
        || accel.is_some()
        || arguments.qemu.is_some()
        || arch.firmware() != Firmware::Bios;
    let bhyve = match kind {
        Some(Kind::Bhyve) => Some(Bhyve::find()?),
        None if !qemu_wanted => Bhyve::find().ok().filter(Bhyve::works),
        Some(Kind::Qemu) | None => None,
    };
    if let Some(bhyve) = bhyve {
        bhyve.destroy_leftovers();
        return Ok(Choice {
            backend: Box::new(bhyve),
            counts: false,
            size,
        });
    }
    let program = program::find(arch.qemu(), arguments.qemu.as_deref())?;
    let acceleration = match (accel, task) {
        // Its processors run at the same time, which those that count do not.
        (Some(Acceleration::Count), Task::Company) => Acceleration::Tcg,
        (Some(accel), _) => accel,
        (None, Task::Transfers) => Acceleration::Count,
        (None, _) => Acceleration::probe(&program, arch)?,
    };
    let counts = acceleration == Acceleration::Count;
    // The method by which the design's numbers were measured.
    let size = match counts {
        true => Size {
            cpus: 1,
            memory: arch.memory(),
        },
        false => size,
    };
    let machine = match arch.firmware() {
        Firmware::Bios => Model::Pc,
        Firmware::Efi => Model::Virt(program::efi_arm64()?),
    };
    Ok(Choice {
        backend: Box::new(Qemu {
            program,
            machine,
            acceleration,
        }),
        counts,
        size,
    })
}
