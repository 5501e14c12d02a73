// SPDX-License-Identifier: BSD-2-Clause
//! QEMU as the virtual machine.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::ValueEnum;

use crate::backend::Backend;
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

impl Acceleration {
    /// The best that works here. /dev/kvm may be there and useless, so the processor is asked too.
    pub fn probe() -> Self {
        let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let capable = processor
            .lines()
            .filter(|line| line.starts_with("flags"))
            .any(|line| {
                line.split_whitespace()
                    .any(|flag| flag == "vmx" || flag == "svm")
            });
        let usable = || {
            OpenOptions::new()
                .read(true)
                .write(true)
                .open("/dev/kvm")
                .is_ok()
        };
        if capable && usable() {
            Acceleration::Kvm
        } else {
            Acceleration::Tcg
        }
    }
}

/// The QEMU program and how to run it.
#[derive(Debug)]
pub struct Qemu {
    pub program: PathBuf,
    pub acceleration: Acceleration,
}

impl Qemu {
    /// Devices are left out unless the tests need them: each one that is there is one that the kernel probes.
    fn command(&self, disc: &Path) -> Command {
        let (accelerator, cpu, cpus) = match self.acceleration {
            Acceleration::Kvm => ("kvm", "host", "2"),
            // With SMAP and SMEP, a module that touches a program's memory past copyin is caught at once.
            Acceleration::Tcg => ("tcg", "qemu64,+smap,+smep,+rdrand", "2"),
            // The method by which the design's numbers were measured.
            Acceleration::Count => ("tcg", "qemu64", "1"),
        };
        let mut command = Command::new(&self.program);
        command.args(["-accel", accelerator, "-cpu", cpu, "-smp", cpus]);
        command.args(["-m", "512"]);
        if self.acceleration == Acceleration::Count {
            // Asleep, the clock need not wait for the world's.
            command.args(["-icount", "shift=0,sleep=off"]);
        }
        command.args([
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-vga",
            "none",
            "-no-reboot",
        ]);
        // The console is the process's output; QEMU keeps its hands off signals and the terminal.
        command.args([
            "-chardev",
            "stdio,id=console,signal=off",
            "-serial",
            "chardev:console",
        ]);
        // Not an IDE drive: the loader and the kernel read this one twice as fast when emulated.
        command.args([
            "-device",
            "virtio-scsi-pci",
            "-device",
            "scsi-cd,drive=disc,bootindex=0",
        ]);
        // QEMU's option syntax doubles a comma that is meant.
        let image = disc.to_string_lossy().replace(',', ",,");
        command.arg("-drive");
        command.arg(format!(
            "file={image},if=none,id=disc,media=cdrom,format=raw,readonly=on"
        ));
        command
    }
}

impl Backend for Qemu {
    fn describe(&self) -> String {
        match self.acceleration {
            Acceleration::Kvm => "QEMU with KVM".into(),
            Acceleration::Tcg => "QEMU, emulating".into(),
            Acceleration::Count => "QEMU, counting instructions".into(),
        }
    }

    fn boot(&self, disc: &Path, complaints: File) -> Result<Process, Error> {
        let mut command = self.command(disc);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::from(complaints));
        let program = self.program.display().to_string();
        Process::start(command).map_err(|source| Error::Start { program, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(acceleration: Acceleration, disc: &str) -> Vec<String> {
        let qemu = Qemu {
            program: "qemu".into(),
            acceleration,
        };
        let command = qemu.command(Path::new(disc));
        command
            .get_args()
            .map(|argument| argument.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn a_reboot_ends_the_machine_and_the_console_is_the_output() {
        let arguments = arguments(Acceleration::Tcg, "/t/d.iso");
        assert!(arguments.contains(&"-no-reboot".into()));
        assert!(arguments.contains(&"chardev:console".into()));
    }

    #[test]
    fn instructions_are_counted_on_one_plain_processor() {
        let arguments = arguments(Acceleration::Count, "/t/d.iso").join(" ");
        assert!(arguments.contains("-accel tcg -cpu qemu64 -smp 1 "));
        assert!(arguments.contains("-icount shift=0,sleep=off"));
    }

    #[test]
    fn a_comma_in_the_discs_name_is_doubled() {
        let arguments = arguments(Acceleration::Kvm, "/a,b/d.iso");
        assert!(
            arguments
                .last()
                .expect("a drive")
                .starts_with("file=/a,,b/d.iso,if=none")
        );
    }
}
