// SPDX-License-Identifier: BSD-2-Clause
//! QEMU as the virtual machine.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::acceleration::Acceleration;
use super::machine::{Backend, Machine, Size};
use crate::error::Error;
use crate::process::{self, Process};

/// The QEMU program and how to run it.
#[derive(Debug)]
pub struct Qemu {
    pub program: PathBuf,
    pub machine: Model,
    pub acceleration: Acceleration,
}

/// The machine that is emulated.
#[derive(Clone, Debug)]
pub enum Model {
    /// A PC with its BIOS.
    Pc,
    /// An ARM board that exists in QEMU only, with the EFI firmware in this file.
    Virt(PathBuf),
}

impl Model {
    fn cpu(&self, acceleration: Acceleration) -> &'static str {
        match (self, acceleration) {
            (_, Acceleration::Kvm) => "host",
            // With SMAP and SMEP, a module that touches a program's memory past copyin is caught at once.
            (Model::Pc, Acceleration::Tcg) => "qemu64,+smap,+smep,+rdrand",
            // The method by which the design's numbers were measured.
            (Model::Pc, Acceleration::Count) => "qemu64",
            (Model::Virt(_), Acceleration::Tcg | Acceleration::Count) => "cortex-a57",
        }
    }
}

impl Qemu {
    /// Devices are left out unless the tests need them: each one that is there is one that the kernel probes.
    fn command(&self, disc: &Path, size: Size) -> Command {
        let accelerator = match self.acceleration {
            Acceleration::Kvm => "kvm",
            Acceleration::Tcg | Acceleration::Count => "tcg",
        };
        let cpu = self.machine.cpu(self.acceleration);
        let Size { cpus, memory } = size;
        let mut command = Command::new(&self.program);
        match &self.machine {
            Model::Pc => command.args(["-vga", "none"]),
            Model::Virt(firmware) => command.args(["-M", "virt", "-bios"]).arg(firmware),
        };
        command.args(["-accel", accelerator, "-cpu", cpu]);
        command.args(["-smp", &cpus.to_string(), "-m", &memory.to_string()]);
        if self.acceleration == Acceleration::Count {
            // While the guest is idle, its clock need not wait for real time.
            command.args(["-icount", "shift=0,sleep=off"]);
        }
        command.args([
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-no-reboot",
        ]);
        // The console is the process's input and output; QEMU keeps its hands off signals and the terminal.
        command.args([
            "-chardev",
            "stdio,id=console,signal=off",
            "-serial",
            "chardev:console",
        ]);
        // Not an IDE drive: the loader and the kernel read these twice as fast when emulated. A kernel with KMSAN does not
        // learn what virtio has written to its memory, and the firmware of Virt does not boot from AHCI.
        let [controller, drive] = match &self.machine {
            Model::Pc => ["ich9-ahci,id=controller", "ide-cd,bus=controller.0"],
            Model::Virt(_) => ["virtio-scsi-pci", "scsi-cd"],
        };
        let drive = format!("{drive},drive=disc,bootindex=0");
        command.args(["-device", controller, "-device", &drive]);
        // In QEMU's option syntax, a comma within a value is doubled.
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

    fn boot(&self, disc: &Path, size: Size, complaints: File) -> Result<Machine, Error> {
        let mut command = self.command(disc, size);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::from(complaints));
        let program = self.program.display().to_string();
        let process = Process::start(command, Stdio::piped())
            .map_err(|source| Error::Start { program, source })?;
        Ok(Machine {
            process,
            how_it_failed: process::how_it_failed,
            _remains: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(acceleration: Acceleration, disc: &str) -> Vec<String> {
        arguments_of(Model::Pc, acceleration, disc)
    }

    fn arguments_of(machine: Model, acceleration: Acceleration, disc: &str) -> Vec<String> {
        let qemu = Qemu {
            program: "qemu".into(),
            machine,
            acceleration,
        };
        let size = Size {
            cpus: 3,
            memory: 700,
        };
        let command = qemu.command(Path::new(disc), size);
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
    fn instructions_are_counted_on_a_plain_processor() {
        let arguments = arguments(Acceleration::Count, "/t/d.iso").join(" ");
        assert!(arguments.contains("-accel tcg -cpu qemu64 -smp 3 -m 700 "));
        assert!(arguments.contains("-icount shift=0,sleep=off"));
    }

    #[test]
    fn an_arm_board_has_its_firmware() {
        let model = Model::Virt("/f.fd".into());
        let arguments = arguments_of(model, Acceleration::Tcg, "/t/d.iso").join(" ");
        assert!(arguments.starts_with("-M virt -bios /f.fd -accel tcg -cpu cortex-a57 "));
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
