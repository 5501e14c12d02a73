// SPDX-License-Identifier: BSD-2-Clause
//! Sets whose sums are right, and which want to write or read outside of the root.

use std::fs;
use std::path::Path;

use tar::EntryType;

use crate::bed::{Bed, mode};
use crate::sets::{Files, Set};

fn with(base: Set) -> Files {
    Files::of(base.xz(), Set::kernel().xz())
}

/// Refused, and nothing by the name of `evil` was made anywhere but in the folder that is thrown away.
#[track_caller]
fn refused(bed: &Bed, base: Set, words: &[&str]) {
    bed.refuses(with(base), words);
    let evil: Vec<_> = bed
        .everything()
        .into_iter()
        .filter(|path| path.ends_with("evil"))
        .collect();
    let outside = |path: &&std::path::PathBuf| !path.starts_with(bed.cache(".part/root"));
    assert_eq!(evil.iter().find(outside), None);
    // And it stands in nobody's way.
    bed.accepts(Files::good());
}

#[test]
fn a_name_that_leaves_the_root_is_refused_even_if_nobody_needs_it() {
    for name in [
        "../evil",
        "../../../evil",
        "./bin/../../evil",
        "bin/../../../evil",
        "usr/share/man/../../../../evil",
    ] {
        refused(
            &Bed::new(),
            Set::base().file(name, "x"),
            &["leaves the root", name],
        );
    }
}

#[test]
fn an_absolute_name_is_refused() {
    let bed = Bed::new();
    let name = bed.path("evil");
    refused(
        &bed,
        Set::base().file(name.to_str().unwrap(), "x"),
        &["an absolute path"],
    );
}

#[test]
fn nothing_is_written_through_a_link() {
    let bed = Bed::new();
    let outside = bed.path("outside");
    fs::create_dir(&outside).expect("made");
    for target in [
        outside.to_str().unwrap(),
        "../../../../../outside",
        "/",
        "usr",
    ] {
        let set = Set::base()
            .link("./etc/way", target)
            .file("./etc/way/evil", "x");
        refused(&bed, set, &["etc/way", "a file or a link, as a folder"]);
        fs::remove_dir_all(bed.cache("")).expect("for the next");
    }
    // A folder that becomes a link, and a link that would become a folder.
    let set = Set::base()
        .folder("./etc/way/")
        .link("./etc/way", outside.to_str().unwrap());
    refused(
        &bed,
        set.file("./etc/way/evil", "x"),
        &["in the place of the folder \"etc/way\""],
    );
    fs::remove_dir_all(bed.cache("")).expect("for the next");
    let set = Set::base()
        .link("./etc/way", outside.to_str().unwrap())
        .folder("./etc/way/");
    refused(
        &bed,
        set.file("./etc/way/evil", "x"),
        &["a file or a link, as a folder"],
    );
    assert_eq!(fs::read_dir(&outside).expect("there").count(), 0);
}

#[test]
fn a_file_in_a_links_place_replaces_the_link_and_not_what_it_points_to() {
    let bed = Bed::new();
    let victim = bed.path("victim");
    fs::write(&victim, "mine").expect("written");
    let set = Set::base()
        .link("./etc/x", victim.to_str().unwrap())
        .file("./etc/x", "theirs");
    let root = bed.accepts(with(set));
    assert_eq!(fs::read_to_string(&victim).expect("there"), "mine");
    assert_eq!(
        fs::read_to_string(root.join("etc/x")).expect("there"),
        "theirs"
    );
}

#[test]
fn a_link_that_leaves_the_root_is_refused() {
    for links in [
        &[("bin/x", "../../x")][..],
        &[("usr/lib/x", "../../../etc/passwd")],
        // Each for itself stays within the root; one after the other they do not.
        &[("usr/lib/up", "../.."), ("usr/lib/x", "up/../etc/passwd")],
        &[("usr/lib/x", "up/../etc/passwd"), ("usr/lib/up", "/")],
    ] {
        let set = links.iter().fold(Set::base(), |set, (name, target)| {
            set.folder("usr/lib").link(name, target)
        });
        refused(&Bed::new(), set, &["leaves the root"]);
    }
}

#[test]
fn links_of_freebsds_own_kinds_stay_and_never_lead_to_this_machine() {
    let bed = Bed::new();
    let set = Set::base()
        .folder("usr/lib")
        .file("lib/libc.so.7", "c")
        .link("usr/lib/libc.so", "../../lib/libc.so.7")
        .link("usr/lib/libd.so", "/lib/libc.so.7")
        .link("etc/localtime", "/usr/share/zoneinfo/UTC")
        .link("lib/top", "/")
        .link("bin/loop", "loop")
        .link("etc/os-release", "../var/run/os-release");
    let root = bed.accepts(with(set));
    let target = |name| fs::read_link(root.join(name)).expect("a link");
    assert_eq!(target("usr/lib/libc.so"), Path::new("../../lib/libc.so.7"));
    for name in ["usr/lib/libc.so", "usr/lib/libd.so"] {
        assert_eq!(fs::read_to_string(root.join(name)).expect("followed"), "c");
    }
    // /usr/share/zoneinfo/UTC may well be a file of this machine.
    assert!(target("etc/localtime").is_relative());
    assert!(!root.join("etc/localtime").exists());
    assert_eq!(
        root.join("lib/top").canonicalize().expect("followed"),
        root.canonicalize().expect("there")
    );
}

#[test]
fn a_hard_link_to_something_else_is_refused() {
    let bed = Bed::new();
    let secret = bed.path("secret");
    fs::write(&secret, "mine").expect("written");
    for (of, word) in [
        (secret.to_str().unwrap(), "an absolute path"),
        ("../../../../secret", "leaves the root"),
        ("bin/none", "which is not there"),
        ("boot", "the folder \"boot\""),
        ("./", "gives the root"),
    ] {
        refused(&Bed::new(), Set::base().hard_link("bin/evil", of), &[word]);
    }
}

#[test]
fn a_hard_link_to_a_link_or_to_what_nobody_needs_is_none_to_this_machine() {
    let bed = Bed::new();
    let set = Set::base()
        .link("etc/x", "../bin/sh")
        .folder("usr/bin")
        .hard_link("usr/bin/y", "etc/x")
        .file("usr/bin/clang", "long")
        .hard_link("usr/bin/z", "usr/bin/clang");
    let root = bed.accepts(with(set));
    assert_eq!(
        fs::read_to_string(root.join("usr/bin/y")).expect("followed"),
        "shell"
    );
    assert!(fs::symlink_metadata(root.join("usr/bin/z")).is_err());
}

#[test]
fn devices_and_pipes_are_refused() {
    for kind in [
        EntryType::Char,
        EntryType::Block,
        EntryType::Fifo,
        EntryType::new(b'Z'),
    ] {
        let set = Set::base().entry(kind, b"bin/evil", b"", 0o666, b"");
        refused(
            &Bed::new(),
            set,
            &["neither a file nor a folder nor a link"],
        );
    }
}

#[test]
fn no_file_is_set_uid_or_for_its_owner_only() {
    let bed = Bed::new();
    let set = Set::base()
        .entry(EntryType::Regular, b"bin/su", b"", 0o6755, b"su")
        .entry(EntryType::Regular, b"bin/locked", b"", 0o111, b"x")
        .entry(
            EntryType::Regular,
            b"etc/master.passwd",
            b"",
            0o600,
            b"toor",
        )
        .entry(EntryType::Directory, b"etc/closed", b"", 0o000, b"")
        .file("etc/closed/in", "x");
    let root = bed.accepts(with(set));
    assert_eq!(
        (mode(&root.join("bin/su")), mode(&root.join("bin/locked"))),
        (0o755, 0o755)
    );
    assert_eq!(mode(&root.join("etc/master.passwd")), 0o644);
    assert!(root.join("etc/closed/in").is_file());
}
