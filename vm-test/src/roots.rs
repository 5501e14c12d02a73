// SPDX-License-Identifier: BSD-2-Clause
//! Which roots there are: the one that a person named, this machine's own, those in the cache folder, and where there
//! is none, or another is asked for, a release that is fetched.

use std::cmp::Reverse;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use freebsd_kernels::Kernel as Known;

use crate::arch::Arch;
use crate::args::RootArguments;
use crate::download::{self, Order, Version};
use crate::error::Error;
use crate::release::Release;
use crate::root::{Candidate, Kernel, Root, remedy};
use crate::say;
use crate::variable::set;
use crate::words::Words;

/// What the choice depends on beside the command line.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// `FREEBSD_ROOT`
    pub variable: Option<OsString>,
    /// `FREEBSD_VERSION`
    pub version: Option<String>,
    /// `HOME`
    pub home: Option<OsString>,
    /// `XDG_CACHE_HOME`
    pub cache: Option<OsString>,
    /// Whether `/` is FreeBSD's.
    pub on_freebsd: bool,
}

impl Surroundings {
    pub fn look() -> Self {
        Surroundings {
            variable: set("FREEBSD_ROOT"),
            version: set("FREEBSD_VERSION").map(|text| text.to_string_lossy().into_owned()),
            home: set("HOME"),
            cache: set("XDG_CACHE_HOME"),
            on_freebsd: cfg!(target_os = "freebsd"),
        }
    }

    /// Where roots are kept from run to run.
    pub fn cache(&self) -> Option<PathBuf> {
        // By its standard, a relative one is to be ignored.
        let named = self.cache.as_ref().map(PathBuf::from);
        let of_home = |home| Path::new(home).join(".cache");
        let caches = named.filter(|caches| caches.is_absolute());
        let caches = caches.or_else(|| self.home.as_ref().map(of_home));
        caches.map(|caches| caches.join("rwmem"))
    }
}

/// All roots to be used, each with the kernels to be booted; at least one. To be called before signals are caught: a
/// download may be ended at any point.
pub fn find(arguments: &RootArguments) -> Result<Vec<Root>, Error> {
    let around = Surroundings::look();
    let text = arguments.matrix.clone();
    let text = text.or_else(|| set("VM_MATRIX").map(|text| text.to_string_lossy().into_owned()));
    let mut words = Words::read(&text.unwrap_or_default())?;
    let own = arguments
        .kernel
        .clone()
        .or_else(|| set("FREEBSD_KERNEL").map(PathBuf::from));
    let own = own.map(|file| Kernel::of_file(&file)).transpose()?;
    let mut candidates = candidates(arguments.root.clone(), &around, &mut words)?;
    if own.is_none() {
        candidates = with_kernels(candidates);
    }
    if own.is_some() {
        // It is of one root; which, the words have to say.
        candidates.truncate(1);
    }
    let mut roots = Vec::new();
    for candidate in candidates {
        roots.push(candidate.check(own.as_ref())?);
    }
    let kernels = roots.iter().flat_map(|root| &root.kernels);
    let labels: Vec<&str> = kernels.map(|kernel| kernel.label.as_str()).collect();
    words.check_kernels(&labels)?;
    for root in &mut roots {
        root.kernels = words.choose_kernels(std::mem::take(&mut root.kernels));
    }
    roots.retain(|root| !root.kernels.is_empty());
    Ok(roots)
}

/// Without those that somebody only began to make, unless there are no others.
fn with_kernels(candidates: Vec<Candidate>) -> Vec<Candidate> {
    // What was asked for and is not there at all is not one of them.
    let keeps = |one: &Candidate| one.has_kernel() || !one.is_there();
    let (complete, begun): (Vec<_>, Vec<_>) = candidates.into_iter().partition(keeps);
    if complete.is_empty() {
        return begun;
    }
    for one in begun {
        let dir = one.dir.display();
        say::aside(&format!("vm-test: {dir} is left out: it has no kernel"));
    }
    complete
}

/// Those that the words choose, newest major first; what is not at hand is fetched.
fn candidates(
    option: Option<PathBuf>,
    around: &Surroundings,
    words: &mut Words,
) -> Result<Vec<Candidate>, Error> {
    let named = option.map(|dir| (dir, "--root"));
    let named = named.or_else(|| Some((around.variable.clone()?.into(), "FREEBSD_ROOT")));
    if let Some((dir, origin)) = named {
        let candidate = Candidate::of_folder(dir, origin, true);
        return known(candidate, words).map(|one| vec![one]);
    }
    if let Some(text) = &around.version {
        // The order says what is wrong with it.
        let version = Order::named(text)?;
        words.releases.push((version, None));
    }
    if around.on_freebsd && words.releases.is_empty() && words.pairs.is_empty() {
        let candidate = Candidate::of_folder("/".into(), "this machine", false);
        return known(candidate, words).map(|one| vec![one]);
    }
    let Some(cache) = around.cache() else {
        return Err(Error::NoRoot {
            looked: "the cache folder under HOME cannot be looked for, as HOME is not set; it"
                .into(),
            remedy: remedy(Release::default(), None),
        });
    };
    let mut chosen = in_cache(&cache);
    chosen.retain(|one| words.choose(one.release, one.version.as_ref()));
    for (release, version) in wanted(words, &chosen) {
        chosen.push(fetched(release, version, &cache)?);
    }
    chosen.sort_by_key(|one| (one.release.arch, Reverse(one.release.major), one.name()));
    Ok(chosen)
}

/// A root of which there is no module, or which the words leave out, is no root.
fn known(candidate: Candidate, words: &Words) -> Result<Candidate, Error> {
    let Release { major, arch } = candidate.release;
    if Known::find(major, arch.name()).is_none() {
        return Err(Error::NoModule {
            root: candidate.dir,
            release: candidate.release,
        });
    }
    if !words.choose(candidate.release, candidate.version.as_ref()) {
        return Err(Error::LeftOut {
            name: candidate.name(),
            root: candidate.dir,
            origin: candidate.origin,
        });
    }
    Ok(candidate)
}

/// The roots in the cache folder that there is a module for.
fn in_cache(cache: &Path) -> Vec<Candidate> {
    let mut found = Vec::new();
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str().and_then(|name| name.strip_prefix("freebsd-")) else {
            continue;
        };
        let Some((front, arch)) = name.rsplit_once('-') else {
            continue;
        };
        // What a download has not completed yet is named otherwise.
        let Some(arch) = Arch::named(arch) else {
            continue;
        };
        let version = front.parse::<Version>().ok();
        let major = version.as_ref().map(|version| version.major);
        let Some(major) = major.or_else(|| front.parse().ok()) else {
            continue;
        };
        if Known::find(major, arch.name()).is_none() {
            let dir = entry.path();
            let dir = dir.display();
            say::aside(&format!(
                "vm-test: {dir} is left out: there is no module for FreeBSD {major} {}",
                arch.name()
            ));
            continue;
        }
        found.push(Candidate {
            dir: entry.path(),
            origin: "the cache folder",
            explicit: false,
            release: Release { major, arch },
            version,
        });
    }
    found
}

/// What the words ask for and is not there: releases, pairs, and where nothing is, the default.
fn wanted(words: &Words, there: &[Candidate]) -> Vec<(Release, Option<Version>)> {
    let default = Release::default().arch;
    let mut wanted = Vec::new();
    for (version, arch) in &words.releases {
        let archs = match (arch, words.archs.as_slice()) {
            (Some(arch), _) => vec![*arch],
            (None, []) => vec![default],
            (None, archs) => archs.to_vec(),
        };
        for arch in archs {
            let release = Release {
                major: version.major,
                arch,
            };
            let is_there =
                |one: &Candidate| one.version.as_ref() == Some(version) && one.release == release;
            if !there.iter().any(is_there) {
                wanted.push((release, Some(version.clone())));
            }
        }
    }
    for pair in &words.pairs {
        if !there.iter().any(|one| one.release == *pair) {
            wanted.push((*pair, None));
        }
    }
    if there.is_empty() && wanted.is_empty() {
        wanted.extend(words.defaults().into_iter().map(|pair| (pair, None)));
    }
    wanted
}

/// A release, or the default one of a pair, fetched unless that is forbidden.
fn fetched(release: Release, version: Option<Version>, cache: &Path) -> Result<Candidate, Error> {
    let any = version.is_none();
    let candidate = |dir, version| Candidate {
        dir,
        origin: "the cache folder",
        explicit: false,
        release,
        version,
    };
    let order = Order::new(release, version)?;
    let mut dir = cache.join(order.folder());
    if !Order::forbidden() {
        let missing = |tree: &Path| candidate(tree.to_owned(), None).missing();
        download::fetch(&order, cache, missing)?;
    } else if any {
        // What a person would make by hand, of whatever release.
        dir = cache.join(format!("freebsd-{}", release.name()));
    }
    Ok(candidate(dir, Some(order.version().clone())))
}

#[cfg(test)]
mod tests;
