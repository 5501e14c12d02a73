// SPDX-License-Identifier: BSD-2-Clause
//! A FreeBSD root: whether it holds what a disc needs, and what it is.

use std::fs;
use std::path::{Path, PathBuf};

use crate::download::Version;
use crate::error::Error;
use crate::release::Release;

/// Where a root has its kernels: `boot/kernel/kernel`, and `boot/kernel.NAME/kernel`.
const BOOT: &str = "boot";
const KERNEL: &str = "kernel";
/// What `boot/kernel` is called here, and the name of the one with INVARIANTS and WITNESS, which comes second.
const GENERIC: &str = "generic";
const DEBUG: &str = "debug";

/// A folder that somebody or something named as a root; not looked into yet.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub dir: PathBuf,
    pub origin: &'static str,
    /// Chosen by a person, so that its absence is a mistake and no reason to skip the tests.
    pub explicit: bool,
    pub release: Release,
    /// Where it is known.
    pub version: Option<Version>,
}

/// A kernel to boot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kernel {
    /// Its short name in the output and in the names of logs.
    pub label: String,
    pub file: PathBuf,
}

impl Kernel {
    #[cfg(test)]
    pub fn nowhere(label: &str) -> Kernel {
        Kernel {
            label: label.into(),
            file: PathBuf::new(),
        }
    }

    /// One that a person named: by its folder, where the file has everybody's name, else by the file.
    pub fn of_file(file: &Path) -> Result<Kernel, Error> {
        if !file.is_file() {
            return Err(Error::NoInput {
                what: "kernel",
                path: file.to_owned(),
                remedy: "name a FreeBSD kernel with --kernel or FREEBSD_KERNEL, or leave both out"
                    .into(),
            });
        }
        let name = |path: &Path| {
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned())
        };
        let own = name(file).unwrap_or_default();
        let folder = file.parent().and_then(name);
        let folder = folder.filter(|folder| !folder.is_empty());
        Ok(Kernel {
            label: folder.filter(|_| own == KERNEL).unwrap_or(own),
            file: file.to_owned(),
        })
    }
}

/// A root that was found to hold what a disc needs.
#[derive(Debug)]
pub struct Root {
    pub dir: PathBuf,
    pub release: Release,
    /// Its short name: that of its release, or of its major and processor.
    pub name: String,
    pub kernels: Vec<Kernel>,
}

impl Candidate {
    /// A folder that may be of any release: its kernel says of which.
    pub fn of_folder(dir: PathBuf, origin: &'static str, explicit: bool) -> Self {
        let kernel = kernels(&dir).into_iter().next();
        let said = kernel.and_then(|kernel| Release::of_kernel(&kernel.file));
        let default = Release::default();
        let release = said.map_or(default, |(major, arch)| Release {
            major: major.unwrap_or(default.major),
            arch,
        });
        Candidate {
            dir,
            origin,
            explicit,
            release,
            version: None,
        }
    }

    /// `15-amd64`, `14.5-RELEASE-amd64`
    pub fn name(&self) -> String {
        match &self.version {
            Some(version) => format!("{version}-{}", self.release.arch.name()),
            None => self.release.name(),
        }
    }

    /// Whether there is anything at all.
    pub fn is_there(&self) -> bool {
        self.dir.join(BOOT).exists()
    }

    /// Whether there is anything to boot.
    pub fn has_kernel(&self) -> bool {
        !kernels(&self.dir).is_empty()
    }

    /// What is needed and not there.
    pub fn missing(&self) -> Vec<String> {
        self.missing_beside(&kernels(&self.dir))
    }

    fn missing_beside(&self, kernels: &[Kernel]) -> Vec<String> {
        let needed = self.release.arch.firmware().needs();
        let mut missing: Vec<String> = needed
            .iter()
            .filter(|(name, _)| !self.dir.join(name).is_file())
            .map(|(name, what)| format!("{name}  ({what})"))
            .collect();
        if kernels.is_empty() {
            missing.push("boot/kernel/kernel  (the kernel, in kernel.txz)".into());
        }
        missing
    }

    /// Looks for each file that is needed. With a kernel of one's own, the root's are not.
    pub fn check(self, own: Option<&Kernel>) -> Result<Root, Error> {
        let kernels = match own {
            Some(kernel) => vec![kernel.clone()],
            None => kernels(&self.dir),
        };
        let missing = self.missing_beside(&kernels);
        let name = self.name();
        if missing.is_empty() {
            return Ok(Root {
                dir: self.dir,
                release: self.release,
                name,
                kernels,
            });
        }
        // Nobody said that a FreeBSD must be there, and none is: not an error, but nothing to test with.
        if !self.explicit && !self.is_there() {
            return Err(Error::NoRoot {
                looked: format!("{} ({})", self.dir.display(), self.origin),
                remedy: remedy(self.release, Some(&self.dir)),
            });
        }
        Err(Error::BadRoot {
            remedy: remedy(self.release, Some(&self.dir)),
            root: self.dir,
            origin: self.origin,
            missing,
        })
    }
}

/// A root's kernels: generic first, then debug.
fn kernels(root: &Path) -> Vec<Kernel> {
    let folder = root.join(BOOT);
    let mut kernels: Vec<Kernel> = fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let folder = entry.file_name().into_string().ok()?;
            let rest = folder.strip_prefix(KERNEL)?;
            let label = match rest {
                "" => GENERIC,
                rest => rest.strip_prefix('.')?,
            };
            let file = entry.path().join(KERNEL);
            let label = label.to_owned();
            file.is_file().then_some(Kernel { label, file })
        })
        .collect();
    let place = |label: &str| (label != GENERIC, label != DEBUG);
    kernels.sort_by(|a, b| (place(&a.label), &a.label).cmp(&(place(&b.label), &b.label)));
    kernels
}

/// How to get a root by hand.
pub fn remedy(release: Release, dir: Option<&Path>) -> String {
    let dir = dir.map_or("DIR".into(), |dir| dir.to_string_lossy());
    let Release { major, arch } = release;
    let folder = arch.mirror_folder();
    format!(
        "What to do: set FREEBSD_ROOT to a folder with the boot files and kernel of a {release}, or make \
         one\nfrom a release's sets (on any FreeBSD mirror, releases/{folder}/{major}.*-RELEASE/):\n  \
         mkdir -p {dir}\n  \
         tar -C {dir} -xf base.txz ./boot ./lib ./libexec/ld-elf.so.1\n  \
         tar -C {dir} -xf kernel.txz ./boot/kernel/kernel"
    )
}

#[cfg(test)]
mod tests;
