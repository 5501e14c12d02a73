// SPDX-License-Identifier: BSD-2-Clause
//! Sets whose sums are right, and which are not what they should be.

use std::fs;

use tar::EntryType;

use crate::bed::Bed;
use crate::sets::{Files, Set, xz};

fn with_base(base: Vec<u8>) -> Files {
    Files::of(base, Set::kernel().xz())
}

#[test]
fn sets_without_a_kernel_or_without_a_loader_are_no_freebsd() {
    let no_kernel = Set::new().file("./boot/kernel/zfs.ko", "x").xz();
    Bed::new().refuses(
        Files::of(Set::base().xz(), no_kernel),
        &["boot/kernel/kernel", "missing"],
    );
    let no_base = Set::new().file("./bin/sh", "x").xz();
    Bed::new().refuses(
        Files::of(no_base, Set::kernel().xz()),
        &["boot/cdboot", "boot/loader"],
    );
    // A folder in the kernel's place, and a link to a kernel that is not there.
    let folder = Set::new().folder("./boot/kernel/kernel/").xz();
    Bed::new().refuses(Files::of(Set::base().xz(), folder), &["boot/kernel/kernel"]);
    let link = Set::new()
        .link("./boot/kernel/kernel", "/boot/kernel.old/kernel")
        .xz();
    Bed::new().refuses(Files::of(Set::base().xz(), link), &["boot/kernel/kernel"]);
}

#[test]
fn a_set_that_is_cut_off_is_refused_wherever_that_is() {
    let whole = Set::base().xz();
    for length in [0, 5, 40, whole.len() / 2, whole.len() - 20, whole.len() - 1] {
        Bed::new().refuses(
            with_base(whole[..length].to_vec()),
            &["base.txz cannot be unpacked"],
        );
    }
    let tar = Set::base().tar();
    // In an entry's data, behind an entry, and with half of the end.
    for length in [tar.len() - 1500, tar.len() - 1024, tar.len() - 512] {
        Bed::new().refuses(
            with_base(xz(&tar[..length])),
            &["base.txz cannot be unpacked"],
        );
    }
}

#[test]
fn a_set_that_goes_on_after_its_end_is_refused() {
    let mut garbage = Set::base().xz();
    garbage.extend(b"and more, long enough to be seen");
    Bed::new().refuses(with_base(garbage), &["base.txz cannot be unpacked"]);
    let mut tar = Set::base().tar();
    tar.extend(Set::new().file("./bin/more", "x").tar());
    Bed::new().refuses(with_base(xz(&tar)), &["goes on after its end"]);
    // Zeros are how archives are filled up.
    let mut tar = Set::base().tar();
    tar.extend([0; 10_240]);
    Bed::new().accepts(with_base(xz(&tar)));
    // xz(1) with several threads or files makes several streams.
    let tar = Set::base().tar();
    let (one, other) = tar.split_at(tar.len() / 2);
    Bed::new().accepts(with_base([xz(one), xz(other)].concat()));
}

#[test]
fn a_set_that_is_no_archive_is_refused() {
    for bytes in [
        b"<html>not found</html>".to_vec(),
        xz(b"no archive, but longer than nothing"),
        xz(&[0x55; 4096]),
    ] {
        Bed::new().refuses(with_base(bytes), &["base.txz cannot be unpacked"]);
    }
    let mut damaged = Set::base().file("./etc/x", &"some text ".repeat(100)).xz();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x10;
    Bed::new().refuses(with_base(damaged), &["base.txz cannot be unpacked"]);
}

#[test]
fn the_last_of_several_entries_takes_the_name() {
    let set = Set::base()
        .file("./etc/x", "first")
        .hard_link("./etc/y", "./etc/x")
        .file("./etc/x", "second")
        .folder("./etc")
        .folder("./etc");
    let bed = Bed::new();
    let root = bed.accepts(with_base(set.xz()));
    let read = |name: &str| fs::read_to_string(root.join(name)).expect("there");
    // The other name keeps what it was given.
    assert_eq!(
        (read("etc/x").as_str(), read("etc/y").as_str()),
        ("second", "first")
    );
}

#[test]
fn a_file_and_a_folder_of_one_name_are_refused() {
    let set = Set::base()
        .file("./etc/x", "file")
        .file("./etc/x/y", "in it");
    Bed::new().refuses(with_base(set.xz()), &["\"etc/x\"", "as a folder"]);
    let set = Set::base()
        .file("./etc/x/y", "in it")
        .file("./etc/x", "file");
    Bed::new().refuses(
        with_base(set.xz()),
        &["in the place of the folder \"etc/x\""],
    );
}

#[test]
fn what_is_too_large_is_refused_before_it_is_written() {
    // A length that nothing stands behind.
    let mut tar = Set::base()
        .entry(EntryType::Regular, b"bin/large", b"", 0o644, b"")
        .tar();
    let header = tar.len() - 1024 - 512;
    tar[header + 124..header + 136].copy_from_slice(b"20000000000\0");
    let sum: u32 = tar[header..header + 512]
        .iter()
        .enumerate()
        .map(|(at, byte)| {
            if (148..156).contains(&at) {
                u32::from(b' ')
            } else {
                u32::from(*byte)
            }
        })
        .sum();
    tar[header + 148..header + 156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Bed::new().refuses(with_base(xz(&tar)), &["bin/large", "2147483648 bytes"]);
    // A name that would fill the memory.
    let name = vec![b'a'; 2 << 20];
    let set = Set::base()
        .entry(EntryType::GNULongName, b"././@LongLink", b"", 0o644, &name)
        .file("./bin/x", "x");
    Bed::new().refuses(with_base(set.xz()), &["header is too long"]);
    // One that would not, but that nobody can have.
    for name in ["n/".repeat(2000), "n".repeat(300)] {
        let name = format!("bin/{name}");
        let set = Set::base().entry(
            EntryType::GNULongName,
            b"././@LongLink",
            b"",
            0o644,
            name.as_bytes(),
        );
        Bed::new().refuses(
            with_base(set.file("./bin/x", "x").xz()),
            &["which is too long"],
        );
    }
}

#[test]
fn long_names_and_extended_headers_are_read() {
    let bed = Bed::new();
    let long = format!("etc/{}/{}", "a".repeat(120), "b".repeat(120));
    let set = Set::base()
        .pax(&[("path", &long)])
        .file("./etc/short", "pax")
        .entry(
            EntryType::GNULongName,
            b"././@LongLink",
            b"",
            0o644,
            format!("{long}.gnu\0").as_bytes(),
        )
        .file("./etc/short", "gnu");
    let root = bed.accepts(with_base(set.xz()));
    assert_eq!(fs::read_to_string(root.join(&long)).expect("there"), "pax");
    assert_eq!(
        fs::read_to_string(root.join(format!("{long}.gnu"))).expect("there"),
        "gnu"
    );
}

/// A file of 3000 bytes with `AAAA` at 1000, as bsdtar writes it.
fn sparse(map: &str, data: &str, fields: &[(&str, &str)]) -> Files {
    let data = format!("{map}{}{data}", "\0".repeat(512 - map.len()));
    let set = Set::base()
        .pax(fields)
        .program("./etc/GNUSparseFile.0/x.db", &data);
    with_base(set.xz())
}

const SPARSE: &[(&str, &str)] = &[
    ("GNU.sparse.major", "1"),
    ("GNU.sparse.minor", "0"),
    ("GNU.sparse.name", "./etc/x.db"),
    ("GNU.sparse.realsize", "3000"),
];

#[test]
fn a_file_with_holes_has_its_own_name_length_and_content() {
    let bed = Bed::new();
    let root = bed.accepts(sparse("2\n1000\n4\n3000\n0\n", "AAAA", SPARSE));
    let mut whole = vec![0; 3000];
    whole[1000..1004].copy_from_slice(b"AAAA");
    assert_eq!(fs::read(root.join("etc/x.db")).expect("there"), whole);
    assert!(!root.join("etc/GNUSparseFile.0").exists());
}

#[test]
fn a_map_of_holes_that_lies_is_refused() {
    for map in [
        "1\n2999\n4\n",
        "2\n1000\n4\n900\n4\n",
        "1\n18446744073709551615\n2\n",
        "x\n",
        "1\n1000",
        "",
        "9999999\n",
        "1\n1000\n400\n",
        "-1\n",
    ] {
        Bed::new().refuses(sparse(map, "AAAA", SPARSE), &["the map of a sparse file"]);
    }
    Bed::new().refuses(sparse("0\n", "", &SPARSE[..3]), &["unknown kind"]);
    let huge = [
        SPARSE[0],
        SPARSE[1],
        SPARSE[2],
        ("GNU.sparse.realsize", "1099511627776"),
    ];
    Bed::new().refuses(sparse("0\n", "", &huge), &["1099511627776 bytes"]);
    let away = [
        SPARSE[0],
        SPARSE[1],
        ("GNU.sparse.name", "../../evil"),
        SPARSE[3],
    ];
    Bed::new().refuses(sparse("0\n", "", &away), &["leaves the root"]);
}
