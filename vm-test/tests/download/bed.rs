// SPDX-License-Identifier: BSD-2-Clause
//! A person without a FreeBSD: an empty cache, and a mirror to ask.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::mirror::{Mirror, Reply};
use crate::sets::{Files, VERSION};

pub struct Bed {
    dir: TempDir,
}

impl Bed {
    pub fn new() -> Self {
        Bed {
            dir: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The folder that vm-test is to make, or something beside it.
    pub fn cache(&self, end: &str) -> PathBuf {
        self.path(&format!("cache/rwmem/freebsd-{VERSION}-amd64{end}"))
    }

    /// `vm-test root` with nothing of the caller's own settings, asking this mirror.
    pub fn command(&self, mirror: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vm-test"));
        command.arg("root").env_clear().current_dir(self.dir.path());
        command
            .env("XDG_CACHE_HOME", self.path("cache"))
            .env("HOME", self.path("home"));
        command
            .env("FREEBSD_VERSION", VERSION)
            .env("FREEBSD_MIRROR", mirror);
        command.env("FREEBSD_MIRROR_TIMEOUT", "10");
        command
    }

    /// The same with little patience, for mirrors that will try it.
    pub fn impatient(&self, mirror: &str) -> Command {
        let mut command = self.command(mirror);
        command.env("FREEBSD_MIRROR_TIMEOUT", "0.3");
        command
    }

    pub fn run(&self, mirror: &str) -> Finished {
        Finished::of(&mut self.command(mirror))
    }

    /// Lets vm-test fetch this, all of whose sums are right, and checks that it refuses.
    #[track_caller]
    pub fn refuses(&self, files: Files, words: &[&str]) {
        let mirror = Mirror::of(files.under(""));
        self.run(&mirror.url()).expect(65, words);
        self.expect_nothing();
    }

    /// Lets vm-test fetch this; the root made of it.
    #[track_caller]
    pub fn accepts(&self, files: Files) -> PathBuf {
        let mirror = Mirror::of(files.under(""));
        let finished = self.run(&mirror.url());
        finished.expect(0, &[]);
        assert_eq!(Path::new(finished.out.trim_end()), self.cache(""));
        self.cache("")
    }

    /// Nothing is there that looks complete.
    #[track_caller]
    pub fn expect_nothing(&self) {
        assert!(!self.cache("").exists());
    }

    /// Every file and link beneath the bed.
    pub fn everything(&self) -> Vec<PathBuf> {
        let mut all = Vec::new();
        let mut folders = vec![self.dir.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let entry = entry.expect("readable");
                if entry.file_type().expect("readable").is_dir() {
                    folders.push(entry.path());
                } else {
                    all.push(entry.path());
                }
            }
        }
        all
    }
}

/// A mirror that has all of it under /, but answers with this where it is not None.
pub fn mirror_with(
    files: Files,
    but: impl Fn(&str, usize) -> Option<Reply> + Send + Sync + 'static,
) -> Mirror {
    Mirror::new(move |target, before| {
        let usual = || {
            files
                .get(target)
                .map_or(Reply::Status(404), |file| Reply::File(file.clone()))
        };
        but(target, before).unwrap_or_else(usual)
    })
}

pub fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).expect("there").mode() & 0o7777
}

/// A vm-test that has ended.
#[derive(Debug)]
pub struct Finished {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Finished {
    pub fn of(command: &mut Command) -> Self {
        Self::from(command.output().expect("vm-test starts"))
    }

    /// Checks the exit code and that the output says each of these.
    #[track_caller]
    pub fn expect(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:#?}");
        for word in words {
            assert!(self.err.contains(word), "no {word:?} in {self:#?}");
        }
    }
}

impl From<Output> for Finished {
    fn from(output: Output) -> Self {
        Finished {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
