// SPDX-License-Identifier: BSD-2-Clause
//! Whether other releases' headers say what the vendored bindings say: a module for a major is loaded into all of that
//! major's releases.
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use freebsd_kernels::{Difference, Kernel};

use crate::bind;
use crate::facts::facts;
use crate::kernel::Source;

/// The one thing that is meant to be another in each release.
const OWN_VERSION: &str = "constant kpi_version_KPI_FREEBSD_VERSION";

/// What `folder` has the headers of: a source tree (sys/) those of each architecture, a root file system (usr/include)
/// those of its own. None, if it holds no kernel headers.
pub fn sources(folder: &Path, scratch: &Path) -> Result<Vec<Source>> {
    // The scratch folder gets links.
    let folder = &folder
        .canonicalize()
        .with_context(|| format!("cannot find {}", folder.display()))?;
    let (sys, include) = (folder.join("sys"), folder.join("usr/include"));
    if sys.join("sys/param.h").is_file() {
        let version = version(&sys.join("sys/param.h"))?;
        let mut sources = Vec::new();
        for kernel in of_major(version) {
            if sys.join(kernel.arch_name).join("include").is_dir() {
                let links = scratch.join(format!("{version}-{}", kernel.arch_name));
                let include = source_tree(&sys, kernel, &links)?;
                sources.push(Source {
                    kernel,
                    version,
                    include,
                });
            }
        }
        return Ok(sources);
    }
    // Without vm/ they are no kernel's headers.
    if include.join("vm/vm_map.h").is_file() {
        let version = version(&include.join("sys/param.h"))?;
        let arch = defined(&include.join("machine/param.h"), "MACHINE")?;
        let arch = arch.trim_matches('"');
        let kernels = of_major(version).filter(|kernel| kernel.arch_name == arch);
        return Ok(kernels
            .map(|kernel| Source {
                kernel,
                version,
                include: vec![include.clone()],
            })
            .collect());
    }
    Ok(Vec::new())
}

fn of_major(version: i32) -> impl Iterator<Item = Kernel> {
    Kernel::all()
        .filter(move |kernel| (kernel.major.version..=kernel.last_version()).contains(&version))
}

/// In a source tree, machine/ and x86/ are what the kernel's own build makes links for.
fn source_tree(sys: &Path, kernel: Kernel, links: &Path) -> Result<Vec<PathBuf>> {
    let made = || {
        if links.exists() {
            fs::remove_dir_all(links)?;
        }
        fs::create_dir_all(links)?;
        symlink(
            sys.join(kernel.arch_name).join("include"),
            links.join("machine"),
        )?;
        symlink(sys.join("x86/include"), links.join("x86"))
    };
    made().with_context(|| format!("cannot make links in {}", links.display()))?;
    Ok(vec![
        links.into(),
        sys.into(),
        sys.join("contrib/ck/include"),
    ])
}

fn version(param: &Path) -> Result<i32> {
    let text = defined(param, "__FreeBSD_version")?;
    text.parse()
        .with_context(|| format!("the __FreeBSD_version of {} is '{text}'", param.display()))
}

fn defined(header: &Path, name: &str) -> Result<String> {
    let text =
        fs::read_to_string(header).with_context(|| format!("cannot read {}", header.display()))?;
    let mut lines = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    let found = lines.find(|words| matches!(words[..], ["#define", word, _, ..] if word == name));
    let words = found.with_context(|| format!("{} does not define {name}", header.display()))?;
    Ok(words[2].to_owned())
}

/// What a release has otherwise than the headers that the bindings are made from, of what the module and its shim use. What
/// kernels.toml deals with is said, and no failure.
pub fn compare(source: &Source, first: &Source, bindings: &Path) -> Result<String> {
    let kernel = source.kernel;
    let path = bindings.join("shim-symbols.txt");
    let shim =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let allowlist = bind::allowlist(kernel, bindings)?
        .with_shim(&shim, kernel)
        .with_context(|| format!("in {}", path.display()))?;
    let of = |source| -> Result<Facts> {
        let (file, _) = bind::read(source, bindings, &allowlist)?;
        Ok(facts(&file))
    };
    let ours = of(first)?;
    let Found { dealt_with, others } = differences(&ours, &of(source)?, Difference::all());
    if others.is_empty() {
        return Ok(format!(" ({} facts){dealt_with}", ours.len()));
    }
    bail!("{others}kernels.toml must say how the module deals with what differs ([[differs]]).")
}

/// A line for each difference.
#[derive(Default)]
struct Found {
    dealt_with: String,
    others: String,
}

type Facts = BTreeMap<String, String>;

fn differences(ours: &Facts, theirs: &Facts, known: &[Difference]) -> Found {
    let mut found = Found::default();
    for (what, ours_is) in ours {
        let is = theirs.get(what).map_or("missing", |is| is);
        // The fields of a type that is missing are not told one by one.
        let of_missing = what
            .split_once('.')
            .is_some_and(|(of, _)| !theirs.contains_key(of));
        if is == ours_is || of_missing || what == OWN_VERSION {
            continue;
        }
        match known.iter().find(|one| one.what == *what && one.is == is) {
            Some(one) => found.dealt_with += &format!("\n#   {what} is {is}: {}", one.dealt_with),
            None => found.others += &format!("    {what} is {is}, not {ours_is}\n"),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts_of(pairs: &[(&str, &str)]) -> Facts {
        let owned = |(what, is): &(&str, &str)| ((*what).to_owned(), (*is).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn only_what_is_known_exactly_so_is_dealt_with() {
        let ours = facts_of(&[
            ("fn lookup", "(p, uio)"),
            ("proc", "8 bytes"),
            ("proc.p_pid", "c_int at 0"),
            ("gone", "8 bytes"),
            ("gone.field", "u8 at 0"),
            (OWN_VERSION, "1"),
        ]);
        let with_flags = facts_of(&[
            ("fn lookup", "(p, uio, flags)"),
            ("proc", "8 bytes"),
            ("proc.p_pid", "c_int at 4"),
            (OWN_VERSION, "2"),
        ]);
        let known = [Difference {
            what: "fn lookup".into(),
            is: "(p, uio, flags)".into(),
            dealt_with: "why".into(),
            private: false,
        }];
        let found = differences(&ours, &with_flags, &known);
        assert_eq!(found.dealt_with, "\n#   fn lookup is (p, uio, flags): why");
        assert_eq!(
            found.others,
            "    gone is missing, not 8 bytes\n    proc.p_pid is c_int at 4, not c_int at 0\n"
        );
        let otherwise = facts_of(&[("fn lookup", "(p, flags)")]);
        let found = differences(&ours, &otherwise, &known);
        assert!(found.others.contains("fn lookup"), "{}", found.others);
    }

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }

    #[test]
    fn headers_are_found_in_a_source_tree_and_in_a_root() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (root, scratch) = (folder.path().join("it"), folder.path().join("scratch"));
        let names = || -> Vec<(String, i32)> {
            let sources = sources(&root, &scratch).expect("they are read");
            let named = sources.iter().map(|one| (one.kernel.name(), one.version));
            named.collect()
        };
        fs::create_dir(&root).expect("it can be made");
        assert_eq!(names(), []);

        let param = "#undef __FreeBSD_version\n#define __FreeBSD_version 1501000\n";
        write(&root.join("usr/include/sys/param.h"), param);
        write(
            &root.join("usr/include/machine/param.h"),
            "#define\tMACHINE\t\t\"arm64\"\n",
        );
        assert_eq!(names(), [], "a root without the kernel's headers");
        write(&root.join("usr/include/vm/vm_map.h"), "");
        assert_eq!(names(), [("15-arm64".to_owned(), 1_501_000)]);

        write(
            &root.join("sys/sys/param.h"),
            "#define __FreeBSD_version 1402000\n",
        );
        write(&root.join("sys/amd64/include/param.h"), "");
        assert_eq!(names(), [("14-amd64".to_owned(), 1_402_000)]);
        assert!(scratch.join("1402000-amd64/machine/param.h").is_file());
    }
}
