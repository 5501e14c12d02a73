// SPDX-License-Identifier: BSD-2-Clause
//! The part of a root's userland that goes on the disc: a shell, the usual commands, and the libraries that
//! programs need to run. Not what takes much room and no test needs: compilers, what one links or debugs with,
//! documents.

use std::path::Path;

use walkdir::WalkDir;

use super::grafts::Grafts;

/// Without it there is no userland to speak of.
const SHELL: &str = "bin/sh";

/// Folders of programs and libraries.
const FOLDERS: &[&str] = &[
    "bin",
    "sbin",
    "lib",
    "libexec",
    "usr/bin",
    "usr/sbin",
    "usr/lib",
    "usr/libexec",
    // make(1) does nothing without its rules.
    "usr/share/mk",
];
/// Of /etc, what names users, services and terminals; nothing that is a machine's own.
const ETC: &[&str] = &[
    "etc/group",
    "etc/login.conf",
    "etc/login.conf.db",
    "etc/nsswitch.conf",
    "etc/pam.d",
    "etc/passwd",
    "etc/profile",
    "etc/protocols",
    "etc/pwd.db",
    "etc/services",
    "etc/shells",
    "etc/termcap",
    "usr/share/misc/termcap",
    "usr/share/misc/termcap.db",
];
/// Passwords: of a release, where there are none, but never those of the running system.
const PASSWORDS: &[&str] = &["etc/master.passwd", "etc/spwd.db"];

/// A larger file is a compiler or a debugger.
const LARGEST: u64 = 8 << 20;
/// What is linked with, not run.
const LINKED_WITH: &[&str] = &["a", "o"];

/// Whether a root has one.
pub fn has_userland(root: &Path) -> bool {
    root.join(SHELL).is_file()
}

/// What of the root goes on the disc; nothing where it has no userland. Links are kept as links.
pub fn of_root(root: &Path) -> Grafts {
    if !has_userland(root) {
        return Grafts::new();
    }
    let passwords = match root == Path::new("/") {
        true => &[],
        false => PASSWORDS,
    };
    let mut grafts = Grafts::new();
    for name in FOLDERS.iter().chain(ETC).chain(passwords) {
        for entry in WalkDir::new(root.join(name)) {
            // What is not there, or may not be read by this user, no test can need.
            let Ok(entry) = entry else { continue };
            if entry.file_type().is_dir() || !wanted(&entry) {
                continue;
            }
            if let Ok(place) = entry.path().strip_prefix(root)
                && let Some(place) = place.to_str()
            {
                grafts.insert(place.to_owned(), entry.path().to_owned());
            }
        }
    }
    grafts
}

/// All that is in a folder of tests and what they need.
pub fn of_tests(folder: &Path) -> Grafts {
    WalkDir::new(folder)
        .into_iter()
        .flatten()
        .filter(|entry| !entry.file_type().is_dir())
        .filter_map(|entry| {
            let place = entry.path().strip_prefix(folder).ok()?.to_str()?;
            Some((format!("userland/{place}"), entry.path().to_owned()))
        })
        .collect()
}

fn wanted(entry: &walkdir::DirEntry) -> bool {
    let linked_with = entry
        .path()
        .extension()
        .is_some_and(|extension| LINKED_WITH.iter().any(|one| extension == *one));
    let small = || {
        entry.file_type().is_symlink() || entry.metadata().is_ok_and(|about| about.len() <= LARGEST)
    };
    let readable = || entry.file_type().is_symlink() || std::fs::File::open(entry.path()).is_ok();
    !linked_with && small() && readable()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn root(files: &[(&str, u64)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a folder");
        for (name, len) in files {
            let file = root.path().join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("made");
            let file = fs::File::create(file).expect("made");
            file.set_len(*len).expect("sized");
        }
        root
    }

    fn places(root: &tempfile::TempDir) -> Vec<String> {
        let grafts = of_root(root.path());
        grafts.into_keys().collect()
    }

    #[test]
    fn without_a_shell_there_is_no_userland() {
        let root = root(&[("sbin/kldload", 1), ("lib/libc.so.7", 1)]);
        assert!(places(&root).is_empty());
    }

    #[test]
    fn programs_and_libraries_are_taken_but_no_compilers_archives_or_documents() {
        let root = root(&[
            ("bin/sh", 1),
            ("usr/bin/awk", LARGEST),
            ("usr/bin/clang", LARGEST + 1),
            ("usr/lib/libutil.so.9", 1),
            ("usr/lib/libutil.a", 1),
            ("usr/lib/crt1.o", 1),
            ("usr/share/man/man1/sh.1", 1),
            ("etc/passwd", 1),
            ("etc/master.passwd", 1),
            ("etc/ssh/ssh_host_rsa_key", 1),
        ]);
        std::os::unix::fs::symlink("/nowhere", root.path().join("bin/link")).expect("linked");
        assert_eq!(
            places(&root),
            [
                "bin/link",
                "bin/sh",
                "etc/master.passwd",
                "etc/passwd",
                "usr/bin/awk",
                "usr/lib/libutil.so.9",
            ]
        );
    }
}
