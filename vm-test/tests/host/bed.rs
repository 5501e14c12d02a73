// SPDX-License-Identifier: BSD-2-Clause
//! A test bed: a folder with a FreeBSD root of empty files, files to test, and a machine to play.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// What a root must hold.
pub const ROOT: &[&str] = &[
    "boot/cdboot",
    "boot/loader",
    "boot/lua/loader.lua",
    "boot/defaults/loader.conf",
    "boot/device.hints",
    "boot/kernel/kernel",
];
/// The same for a machine with EFI.
pub const EFI_ROOT: &[&str] = &[
    "boot/loader.efi",
    "boot/lua/loader.lua",
    "boot/defaults/loader.conf",
    "boot/kernel/kernel",
];
pub const DEBUG_KERNEL: &str = "boot/kernel.debug/kernel";
/// The head of a console that got as far as the guest.
pub const BOOT: &str = "echo '---<<BOOT>>---'; echo 'FreeBSD 14.2-RELEASE GENERIC amd64'\n";
/// A machine on which two tests pass.
pub const GOOD: &str =
    "printf '1..2\\r\\nok 1 - reads\\r\\nok 2 - writes\\r\\n# guest: done\\r\\n'\n";

pub struct Bed {
    dir: TempDir,
}

impl Bed {
    /// With one kernel in the root.
    pub fn new() -> Self {
        let bed = Bed {
            dir: tempfile::tempdir().expect("a temporary folder"),
        };
        for name in ROOT {
            bed.write(&format!("root/{name}"), name);
        }
        for name in [
            "rwmem.ko",
            "target/ko/14-amd64/tally.ko",
            "guest",
            "tmp/.keep",
        ] {
            bed.write(name, name);
        }
        bed
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let file = self.path(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder can be made");
        fs::write(&file, text).expect("a file can be written");
        file
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect(name)
    }

    /// Where the programs are that play others.
    pub fn fake() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fake")
    }

    /// vm-test with nothing of the caller's own settings.
    pub fn vm_test(&self) -> Command {
        let fake = Bed::fake();
        let mut command = Command::new(env!("CARGO_BIN_EXE_vm-test"));
        command
            .current_dir(self.dir.path())
            .env_remove("FREEBSD_ROOT")
            .env_remove("FREEBSD_KERNEL")
            .env_remove("FREEBSD_VERSION")
            .env_remove("XDG_CACHE_HOME")
            .env_remove("CARGO_TARGET_DIR")
            .env("FREEBSD_DOWNLOAD", "no");
        for variable in [
            "VM_BACKEND",
            "VM_ACCEL",
            "VM_CPUS",
            "VM_MEMORY",
            "VM_MATRIX",
            "FAKE_KVM",
        ] {
            command.env_remove(variable);
        }
        command
            .env("TMPDIR", self.path("tmp"))
            .env("HOME", self.path("home"));
        command
            .env("VM_TEST_QEMU", fake.join("qemu"))
            .env("VM_TEST_XORRISO", fake.join("xorriso"));
        command
            .env("FAKE_QEMU", self.path("machine.sh"))
            .env_remove("FAKE_XORRISO");
        command
    }

    /// `vm-test run` on this bed, with a machine that does what the script says.
    pub fn command(&self, machine: &str, arguments: &[&str]) -> Command {
        self.write("machine.sh", machine);
        let mut command = self.vm_test();
        command.args([
            "run", "--root", "root", "--ko", "rwmem.ko", "--guest", "guest", "--logs", "logs",
        ]);
        command.args(arguments);
        command
    }

    pub fn run(&self, machine: &str, arguments: &[&str]) -> Finished {
        Finished::of(
            self.command(machine, arguments)
                .output()
                .expect("vm-test starts"),
        )
    }

    /// What vm-test forgot to put away.
    pub fn left_behind(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path("tmp")).expect("the temporary folder");
        let files = entries.map(|entry| entry.expect("readable").path());
        files.filter(|file| !file.ends_with(".keep")).collect()
    }
}

/// A vm-test that has ended.
#[derive(Debug)]
pub struct Finished {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Finished {
    pub fn of(output: Output) -> Self {
        Finished {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub fn last_line(&self) -> &str {
        self.out.lines().last().unwrap_or_default()
    }

    /// Checks the exit code and that the output says each of these.
    #[track_caller]
    pub fn expect(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:#?}");
        for word in words {
            assert!(
                self.out.contains(word) || self.err.contains(word),
                "no {word:?} in {self:#?}"
            );
        }
    }
}
