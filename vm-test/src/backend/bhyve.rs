// SPDX-License-Identifier: BSD-2-Clause
//! bhyve, FreeBSD's own, as the virtual machine: bhyveload(8) reads the loader and the kernel from the disc,
//! bhyve(8) runs them, and bhyvectl(8) destroys what the kernel keeps of a machine after its end.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use nix::sys::signal::kill;
use nix::unistd::Pid;

use super::machine::{Backend, Machine, Size};
use crate::error::Error;
use crate::process::{self, Process};
use crate::program::{self, Needed};
use crate::say;

const BHYVE: Needed = Needed {
    name: "bhyve",
    what: "the virtual machine",
    variable: "VM_TEST_BHYVE",
};
const BHYVELOAD: Needed = Needed {
    name: "bhyveload",
    what: "which loads a kernel for bhyve",
    variable: "VM_TEST_BHYVELOAD",
};
const BHYVECTL: Needed = Needed {
    name: "bhyvectl",
    what: "which puts bhyve's machines away",
    variable: "VM_TEST_BHYVECTL",
};

/// Machines of this program are named so; its pid and a number follow.
const NAME: &str = "rwmem-test-";
/// Where the kernel keeps a file for each machine.
const MACHINES: &str = "/dev/vmm";
/// The exit status of the command below when bhyveload failed; none of bhyve's own.
const NOT_LOADED: i32 = 90;

/// The programs, and the machines to make.
#[derive(Debug)]
pub struct Bhyve {
    run: PathBuf,
    load: PathBuf,
    control: Control,
}

/// bhyvectl, and where the machines are that it destroys.
#[derive(Clone, Debug)]
struct Control {
    program: PathBuf,
    machines: PathBuf,
}

impl Bhyve {
    pub fn find() -> Result<Self, Error> {
        Ok(Bhyve {
            run: program::find(&BHYVE, None)?,
            load: program::find(&BHYVELOAD, None)?,
            control: Control {
                program: program::find(&BHYVECTL, None)?,
                machines: MACHINES.into(),
            },
        })
    }

    /// Whether a machine can be made: this needs root, vmm(4) and a processor that it can use.
    pub fn works(&self) -> bool {
        let name = name();
        let made = self.control.run("--create", &name);
        made && self.control.run("--destroy", &name)
    }

    /// Destroys the machines of earlier runs that were killed before they could.
    pub fn destroy_leftovers(&self) {
        for entry in fs::read_dir(&self.control.machines)
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let owner = name.strip_prefix(NAME).and_then(|rest| {
                let (pid, _) = rest.split_once('-')?;
                pid.parse().ok().map(Pid::from_raw)
            });
            if owner.is_some_and(|pid| kill(pid, None) == Err(nix::errno::Errno::ESRCH)) {
                self.control.destroy(&name);
            }
        }
    }

    fn command(&self, name: &str, disc: &Path, size: Size) -> Command {
        let memory = format!("{}M", size.memory);
        let cpus = size.cpus.to_string();
        let disc = disc.to_string_lossy();
        let drive = format!("2,ahci-cd,{disc}");
        let load = words(
            &self.load,
            &["-m", &memory, "-c", "stdio", "-d", &disc, name],
        );
        // -A: ACPI tables. -H, -P: an idle guest gives the processor away. -u: the clock is UTC.
        // -w: an unknown MSR reads as 0, as the kernel expects of a machine that it does not know.
        let mut run = vec!["-A", "-H", "-P", "-u", "-w", "-c", &cpus, "-m", &memory];
        run.extend(["-s", "0,hostbridge", "-s", "1,lpc", "-s", &drive]);
        run.extend(["-l", "com1,stdio", name]);
        let run = words(&self.run, &run);
        // One process group and one console for the two.
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("{load} || exit {NOT_LOADED}; exec {run}")]);
        command
    }
}

impl Backend for Bhyve {
    fn describe(&self) -> String {
        "bhyve".into()
    }

    fn boot(&self, disc: &Path, size: Size, complaints: File) -> Result<Machine, Error> {
        let name = name();
        let mut command = self.command(&name, disc, size);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::from(complaints));
        // From here on, also if bhyve cannot be started.
        let remains = Remains {
            control: self.control.clone(),
            name,
        };
        let process = Process::start(command, Stdio::piped()).map_err(|source| Error::Start {
            program: self.run.display().to_string(),
            source,
        })?;
        Ok(Machine {
            process,
            how_it_failed,
            _remains: Some(Box::new(remains)),
        })
    }
}

/// What the kernel keeps of a machine, until this is dropped.
struct Remains {
    control: Control,
    name: String,
}

impl Drop for Remains {
    fn drop(&mut self) {
        self.control.destroy(&self.name);
    }
}

impl Control {
    fn run(&self, what: &str, name: &str) -> bool {
        let mut command = Command::new(&self.program);
        command.arg(what).arg(format!("--vm={name}"));
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// Destroys a machine, if it came to be.
    fn destroy(&self, name: &str) {
        let done = self.run("--destroy", name);
        if !done && self.machines.join(name).exists() {
            let program = self.program.display();
            say::aside(&format!(
                "vm-test: the virtual machine {name} could not be destroyed: try {program} --destroy --vm={name}"
            ));
        }
    }
}

/// A name that no other machine has.
fn name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{NAME}{}-{number}", std::process::id())
}

/// bhyve(8), EXIT STATUS: a machine that is rebooted, powered off or halted has ended as it should.
fn how_it_failed(status: ExitStatus) -> Option<String> {
    match status.code() {
        Some(0..=2) => None,
        Some(3) => Some("a triple fault".into()),
        Some(NOT_LOADED) => Some("bhyveload could not load the kernel from the disc".into()),
        _ => process::how_it_failed(status),
    }
}

/// A program and its arguments for the shell.
fn words(program: &Path, arguments: &[&str]) -> String {
    let program = program.to_string_lossy();
    let quoted = |word: &str| format!("'{}'", word.replace('\'', r"'\''"));
    let words = std::iter::once(&*program).chain(arguments.iter().copied());
    words.map(quoted).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn words_of_any_kind_reach_the_program_as_they_are() {
        let line = words(Path::new("/bin/echo"), &["a b", "it's", "$HOME", "x;y"]);
        let output = Command::new("/bin/sh").args(["-c", &line]).output();
        let output = output.expect("/bin/sh starts").stdout;
        assert_eq!(String::from_utf8_lossy(&output), "a b it's $HOME x;y\n");
    }

    #[test]
    fn what_a_killed_run_left_is_destroyed_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let machines = folder.path().join("vmm");
        fs::create_dir(&machines).expect("made");
        // No process has the largest number that there is.
        let dead = format!("{NAME}{}-0", i32::MAX);
        let ours = format!("{NAME}{}-0", std::process::id());
        for name in [dead.as_str(), &ours, "somebody's"] {
            fs::write(machines.join(name), "").expect("written");
        }
        let program = folder.path().join("bhyvectl");
        let script = format!("#!/bin/sh\nrm '{}'/\"${{2#--vm=}}\"\n", machines.display());
        fs::write(&program, script).expect("written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("allowed");
        let bhyve = Bhyve {
            run: "bhyve".into(),
            load: "bhyveload".into(),
            control: Control {
                program,
                machines: machines.clone(),
            },
        };
        bhyve.destroy_leftovers();
        assert!(!machines.join(dead).exists());
        assert!(machines.join(ours).exists());
        assert!(machines.join("somebody's").exists());
    }
}
