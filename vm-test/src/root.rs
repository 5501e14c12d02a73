// SPDX-License-Identifier: BSD-2-Clause
//! The FreeBSD root: where it is, and whether it holds what a disc needs. Where there is none, a release is fetched.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::download::{self, Order};
use crate::error::Error;

/// What a root must hold beside a kernel, what it is, and the release set that it is in.
const NEEDED: &[(&str, &str)] = &[
    ("boot/cdboot", "the boot block for CDs, in base.txz"),
    ("boot/loader", "the boot loader, in base.txz"),
    (
        "boot/lua/loader.lua",
        "the boot loader's scripts, in base.txz",
    ),
    (
        "boot/defaults/loader.conf",
        "the boot loader's defaults, in base.txz",
    ),
    ("boot/device.hints", "where the serial port is, in base.txz"),
];

/// The root's kernels, the ordinary one first.
const KERNELS: &[&str] = &["boot/kernel/kernel", "boot/kernel.debug/kernel"];

/// The FreeBSD that is tested.
#[derive(Clone, Debug)]
pub struct Release {
    pub major: u32,
    pub arch: String,
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FreeBSD {} {}", self.major, self.arch)
    }
}

/// What the choice of a root depends on beside the command line.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// `FREEBSD_ROOT`
    pub variable: Option<OsString>,
    /// `HOME`
    pub home: Option<OsString>,
    /// `XDG_CACHE_HOME`
    pub cache: Option<OsString>,
    /// Whether `FREEBSD_VERSION` names a release, so that no other will do.
    pub release_named: bool,
    /// Whether `/` is FreeBSD's.
    pub on_freebsd: bool,
}

impl Surroundings {
    pub fn look() -> Self {
        Surroundings {
            variable: set("FREEBSD_ROOT"),
            home: set("HOME"),
            cache: set("XDG_CACHE_HOME"),
            release_named: Order::named(),
            on_freebsd: cfg!(target_os = "freebsd"),
        }
    }

    /// The same, but only that release will do.
    pub fn for_release(self) -> Self {
        Surroundings {
            variable: None,
            release_named: true,
            ..self
        }
    }
}

/// An environment variable that is set to more than nothing: `VARIABLE= make` means the default.
pub fn set(variable: &str) -> Option<OsString> {
    std::env::var_os(variable).filter(|value| !value.is_empty())
}

/// A folder that somebody or something named as the root; not looked into yet.
#[derive(Debug)]
pub struct Root {
    pub dir: PathBuf,
    origin: &'static str,
    /// Chosen by a person, so that its absence is a mistake and no reason to skip the tests.
    explicit: bool,
    remedy: String,
    /// Where a release may be fetched to if this root is not there, and whether only that release will do.
    fetch: Option<(PathBuf, bool)>,
}

/// A kernel to boot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kernel {
    /// Its short name in the output and in the names of logs.
    pub label: String,
    pub file: PathBuf,
}

/// A root that was found to hold what a disc needs.
#[derive(Debug)]
pub struct BootRoot {
    pub dir: PathBuf,
    pub kernels: Vec<Kernel>,
}

impl Root {
    /// The option, the variable, this machine (unless a release is named) or the cache folder: the first that says
    /// something.
    pub fn choose(
        option: Option<PathBuf>,
        around: &Surroundings,
        release: &Release,
    ) -> Result<Self, Error> {
        let folder = format!("freebsd-{}-{}", release.major, release.arch);
        let of_home = |home| Path::new(home).join(".cache");
        // By its standard, a relative one is to be ignored.
        let caches = around.cache.as_ref().map(PathBuf::from);
        let caches = caches.filter(|caches| caches.is_absolute());
        let caches = caches.or_else(|| around.home.as_ref().map(of_home));
        let caches = caches.map(|caches| caches.join("rwmem"));
        let cache = caches.as_ref().map(|caches| caches.join(folder));
        let remedy = remedy(release, cache.as_deref());
        let root = |dir, origin, explicit| Root {
            dir,
            origin,
            explicit,
            remedy: remedy.clone(),
            fetch: None,
        };
        if let Some(dir) = option {
            return Ok(root(dir, "--root", true));
        }
        if let Some(dir) = &around.variable {
            return Ok(root(dir.into(), "FREEBSD_ROOT", true));
        }
        if around.on_freebsd && !around.release_named {
            return Ok(root("/".into(), "this machine", false));
        }
        match cache {
            Some(dir) => Ok(Root {
                fetch: caches.map(|caches| (caches, around.release_named)),
                ..root(dir, "the cache folder", false)
            }),
            None => Err(Error::NoRoot {
                looked: "the cache folder under HOME cannot be looked for, as HOME is not set; it"
                    .into(),
                remedy,
            }),
        }
    }

    /// Where there is no such root, or a release is named: the release, fetched unless it was before or nothing may be.
    pub fn or_fetched(self, release: &Release, version: Option<&str>) -> Result<Self, Error> {
        let Some((cache, only)) = &self.fetch else {
            return Ok(self);
        };
        if !only && self.dir.join("boot").exists() {
            return Ok(self);
        }
        let order = Order::new(release, version)?;
        let dir = cache.join(order.folder());
        if !Order::forbidden() {
            download::fetch(&order, cache)?;
        } else if !only && !dir.exists() {
            return Ok(self);
        }
        Ok(Root { dir, ..self })
    }

    /// Looks for each file that is needed. With a kernel of one's own, the root's is not.
    pub fn check(self, kernel: Option<&Path>) -> Result<BootRoot, Error> {
        let is_file = |name: &str| self.dir.join(name).is_file();
        let mut missing: Vec<String> = NEEDED
            .iter()
            .filter(|(name, _)| !is_file(name))
            .map(|(name, what)| format!("{name}  ({what})"))
            .collect();
        let kernels = match kernel {
            Some(file) if !file.is_file() => {
                let remedy =
                    "name a FreeBSD kernel with --kernel or FREEBSD_KERNEL, or leave both out"
                        .into();
                return Err(Error::NoInput {
                    what: "kernel",
                    path: file.to_owned(),
                    remedy,
                });
            }
            Some(file) => vec![Kernel {
                label: label(file),
                file: file.to_owned(),
            }],
            None => {
                if !is_file(KERNELS[0]) {
                    missing.push(format!("{}  (the kernel, in kernel.txz)", KERNELS[0]));
                }
                KERNELS
                    .iter()
                    .filter(|name| is_file(name))
                    .map(|name| self.dir.join(name))
                    .map(|file| Kernel {
                        label: label(&file),
                        file,
                    })
                    .collect()
            }
        };
        if missing.is_empty() {
            return Ok(BootRoot {
                dir: self.dir,
                kernels,
            });
        }
        // Nobody said that a FreeBSD must be there, and none is: not an error, but nothing to test with.
        if !self.explicit && !self.dir.join("boot").exists() {
            let looked = format!("{} ({})", self.dir.display(), self.origin);
            return Err(Error::NoRoot {
                looked,
                remedy: self.remedy,
            });
        }
        Err(Error::BadRoot {
            root: self.dir,
            origin: self.origin,
            missing,
            remedy: self.remedy,
        })
    }
}

/// `kernel`, `kernel.debug`: the folder where the file has everybody's name, else the file.
fn label(file: &Path) -> String {
    let name = |path: &Path| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    let own = name(file).unwrap_or_default();
    let folder = file
        .parent()
        .and_then(name)
        .filter(|folder| !folder.is_empty());
    folder.filter(|_| own == "kernel").unwrap_or(own)
}

fn remedy(release: &Release, cache: Option<&Path>) -> String {
    let dir = cache.map_or("DIR".into(), |dir| dir.to_string_lossy());
    let Release { major, arch } = release;
    format!(
        "What to do: set FREEBSD_ROOT to a folder with the boot files and kernel of a {release}, or make \
         one\nfrom a release's sets (on any FreeBSD mirror, releases/{arch}/{major}.*-RELEASE/):\n  \
         mkdir -p {dir}\n  \
         tar -C {dir} -xf base.txz ./boot ./lib ./libexec/ld-elf.so.1\n  \
         tar -C {dir} -xf kernel.txz ./boot/kernel/kernel"
    )
}

#[cfg(test)]
mod tests;
