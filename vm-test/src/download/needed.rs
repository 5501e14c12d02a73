// SPDX-License-Identifier: BSD-2-Clause
//! What of a release goes into the cache: what a disc is made of, some 150 of 700 MB.

use std::path::Path;

/// Folders that are taken whole.
const WHOLE: &[&str] = &[
    "bin",
    "sbin",
    "lib",
    "libexec",
    "etc",
    "usr/bin",
    "usr/sbin",
    "usr/lib",
    "usr/libexec",
    "boot/defaults",
    "boot/lua",
    "boot/loader.conf.d",
    // For programs that print in UTF-8, edit lines, or ask for the time.
    "usr/share/locale/C.UTF-8",
    "usr/share/misc/termcap",
    "usr/share/misc/termcap.db",
    "usr/share/zoneinfo/UTC",
    "boot/cdboot",
    "boot/device.hints",
    "boot/kernel/kernel",
    "boot/kernel/linker.hints",
];

/// And what of them is not: what no program on the disc opens. Certificates are links into a folder that is
/// not taken.
const EXCEPT: &[&str] = &[
    "usr/lib/clang",
    "usr/lib/debug",
    "usr/lib/include",
    "etc/ssl",
];

/// Nobody compiles on the disc, and these are most of /usr/bin. Many are one file under several names, of which any
/// may be the one that the set has the content of.
const COMPILERS: &[&str] = &[
    "CC",
    "addr2line",
    "ar",
    "as",
    "c++",
    "c++filt",
    "c89",
    "c99",
    "cc",
    "cpp",
    "gcov",
    "ld",
    "nm",
    "objcopy",
    "objdump",
    "ranlib",
    "readelf",
    "size",
    "strings",
    "strip",
];
const COMPILERS_BEGIN: &[&str] = &["clang", "ld.", "lld", "llvm-"];

/// Modules beside GENERIC, which has tmpfs, procfs and cd9660 in it: for /dev/fd, null mounts, and dtrace(1).
pub const MODULES: &[&str] = &[
    "dtaudit",
    "dtmalloc",
    "dtnfscl",
    "dtrace",
    "dtraceall",
    "fasttrap",
    "fbt",
    "fdescfs",
    "kinst",
    "ksyms",
    "mac_bsdextended",
    "mac_partition",
    "mac_seeotheruids",
    "nullfs",
    "opensolaris",
    "profile",
    "sdt",
    "systrace",
    "systrace_freebsd32",
];

/// Whether this file, link or folder is wanted; the path is within the root, without a slash at its beginning.
pub fn needed(path: &Path) -> bool {
    // The few names that are no UTF-8 are documentation's.
    let Some(name) = path.to_str() else {
        return false;
    };
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let beneath = |list: &[&str]| list.iter().any(|top| path.starts_with(top));
    match folder {
        // The loader is one of several, linked to its name.
        "boot" if file.starts_with("loader") => true,
        "boot/kernel"
            if file
                .strip_suffix(".ko")
                .is_some_and(|module| MODULES.contains(&module)) =>
        {
            true
        }
        "usr/bin" if COMPILERS.contains(&file) => false,
        "usr/bin" if COMPILERS_BEGIN.iter().any(|begin| file.starts_with(begin)) => false,
        _ if folder.starts_with("usr/lib") && (file.ends_with(".a") || file.ends_with(".o")) => {
            false
        }
        _ => beneath(WHOLE) && !beneath(EXCEPT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boot_files_the_kernel_and_the_userland_are_needed() {
        for name in [
            "boot/cdboot",
            "boot/loader",
            "boot/loader_lua",
            "boot/loader.efi",
            "boot/lua/loader.lua",
            "boot/defaults/loader.conf",
            "boot/device.hints",
            "boot/kernel/kernel",
            "boot/kernel/dtraceall.ko",
            "boot/kernel/fdescfs.ko",
            "bin/sh",
            "sbin/kldload",
            "lib/libc.so.7",
            "libexec/ld-elf.so.1",
            "usr/bin/awk",
            "usr/bin/ldd",
            "usr/sbin/dtrace",
            "usr/lib/libarchive.so.7",
            "usr/lib/dtrace/psinfo.d",
            "etc/master.passwd",
            "etc",
            "usr/share/misc/termcap.db",
            "usr/share/locale/C.UTF-8/LC_CTYPE",
        ] {
            assert!(needed(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn compilers_archives_documentation_and_other_modules_are_not() {
        for name in [
            "usr/bin/cc",
            "usr/bin/clang-19",
            "usr/bin/ld.lld",
            "usr/bin/llvm-nm",
            "usr/lib/libc.a",
            "usr/lib/crt1.o",
            "usr/lib/clang/19/include/x.h",
            "usr/lib/debug/bin/sh.debug",
            "usr/share/man/man1/sh.1.gz",
            "rescue/sh",
            "boot/kernel/zfs.ko",
            "boot/efi/x",
            "etc/ssl/certs/a.0",
            "usr/src/Makefile",
            "var/db/x",
            "binary",
            "boot",
            "usr",
        ] {
            assert!(!needed(Path::new(name)), "{name}");
        }
    }
}
