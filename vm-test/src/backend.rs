// SPDX-License-Identifier: BSD-2-Clause
//! Chooses a virtual machine: by the options, by environment variables, or what works here.

mod acceleration;
mod bhyve;
mod machine;
mod qemu;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rwmem_vm_protocol::Task;

use acceleration::Acceleration;
use bhyve::Bhyve;
use machine::Backend;
pub use machine::{Machine, Size};
use qemu::{Model, Qemu};

use crate::arch::{Arch, Firmware};
use crate::error::Error;
use crate::program;
use crate::setting;
use crate::task;

/// The programs that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// QEMU, on any system
    Qemu,
    /// FreeBSD's own, as root, with vmm(4) loaded
    Bhyve,
}

/// What the virtual machine is.
#[derive(Args, Debug)]
pub struct MachineArguments {
    /// The program that runs it [default: $VM_BACKEND; else bhyve where it works; else qemu]
    #[arg(long, value_enum)]
    pub backend: Option<Kind>,

    /// How QEMU runs the guest's instructions [default: $VM_ACCEL; else kvm where it works; to measure transfers, count];
    /// company is never measured with count
    #[arg(long, value_enum)]
    pub accel: Option<Acceleration>,

    /// How many processors it has; with count, always 1 [default: $VM_CPUS; else 2; for stress,
    /// first 2 and then 4, for half of the time each]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub cpus: Option<u32>,

    /// How much memory it has, in MiB; with count, always the default [default: $VM_MEMORY, else 1024; to measure, 2560]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(1..))]
    pub memory: Option<u32>,

    /// The QEMU program [default: $VM_TEST_QEMU, else qemu-system-x86_64; for arm64, $VM_TEST_QEMU_ARM64, else
    /// qemu-system-aarch64]
    #[arg(long, value_name = "FILE")]
    pub qemu: Option<PathBuf>,
}

/// What the tests were made for: two processors, because some are about what happens at the same time.
const CPUS: u32 = 2;
/// Their memory, in MiB: for a target of 256 MiB, what that writes while it is dumped, and the core.
const MEMORY: u32 = 1024;
/// That of machines that measure: for a target of 1 GiB whose address space is copied, and written to.
const MEMORY_TO_MEASURE: u32 = 2560;

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
    let usual = match task::measures(task) {
        true => MEMORY_TO_MEASURE,
        false => MEMORY,
    };
    let size = Size {
        cpus: setting::number(arguments.cpus, "VM_CPUS")?.unwrap_or(CPUS),
        memory: setting::number(arguments.memory, "VM_MEMORY")?.unwrap_or(usual),
    };
    // Only QEMU counts instructions, only QEMU can be told how to accelerate, and only QEMU emulates other processors.
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
    let qemu = match arch {
        Arch::Amd64 => &program::QEMU_X86_64,
        Arch::Arm64 => &program::QEMU_AARCH64,
    };
    let program = program::find(qemu, arguments.qemu.as_deref())?;
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
            memory: usual,
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
