// SPDX-License-Identifier: BSD-2-Clause
use std::fs;

use super::*;
use crate::arch::Arch;

fn fill(dir: &Path, names: &[&str]) {
    for name in names {
        let file = dir.join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder can be made");
        fs::write(file, name).expect("a file can be written");
    }
}

const AMD64: Release = Release {
    major: 14,
    arch: Arch::Amd64,
};
const KERNELS: [&str; 2] = ["boot/kernel/kernel", "boot/kernel.debug/kernel"];

fn needed() -> Vec<&'static str> {
    let needs = AMD64.arch.firmware().needs();
    needs.iter().map(|(name, _)| *name).collect()
}

fn all() -> Vec<&'static str> {
    needed().into_iter().chain(KERNELS).collect()
}

fn candidate(dir: &Path, explicit: bool) -> Candidate {
    Candidate {
        dir: dir.into(),
        origin: "a test",
        explicit,
        release: AMD64,
        version: None,
    }
}

fn given(dir: &Path) -> Candidate {
    candidate(dir, true)
}

#[test]
fn an_absent_default_is_no_root_but_an_absent_choice_is_a_bad_one() {
    let empty = tempfile::tempdir().expect("a folder");
    for (explicit, code) in [(false, 77), (true, 2)] {
        let error = candidate(empty.path(), explicit).check(None);
        assert_eq!(error.expect_err("nothing is there").exit().code(), code);
    }
}

#[test]
fn an_incomplete_default_is_a_bad_root() {
    let dir = tempfile::tempdir().expect("a folder");
    fill(dir.path(), &["boot/loader"]);
    let error = candidate(dir.path(), false).check(None);
    assert_eq!(error.expect_err("incomplete").exit().code(), 2);
}

#[test]
fn each_missing_file_is_named() {
    for gone in needed() {
        let dir = tempfile::tempdir().expect("a folder");
        let rest: Vec<_> = all().into_iter().filter(|name| *name != gone).collect();
        fill(dir.path(), &rest);
        let text = given(dir.path()).check(None).expect_err(gone).to_string();
        let missing: Vec<_> = text
            .lines()
            .filter(|line| line.starts_with("  boot/"))
            .collect();
        assert_eq!(missing.len(), 1, "{text}");
        assert!(missing[0].contains(gone), "{text}");
    }
}

#[test]
fn a_root_without_any_kernel_is_none() {
    let dir = tempfile::tempdir().expect("a folder");
    fill(dir.path(), &needed());
    let text = given(dir.path()).check(None).expect_err("none").to_string();
    assert!(text.contains("  boot/kernel/kernel  ("), "{text}");
    fill(dir.path(), &[KERNELS[1]]);
    assert!(given(dir.path()).check(None).is_ok());
}

#[test]
fn a_folder_in_a_files_place_is_missing() {
    let dir = tempfile::tempdir().expect("a folder");
    fill(dir.path(), &all());
    fs::remove_file(dir.path().join("boot/loader")).expect("removed");
    fs::create_dir(dir.path().join("boot/loader")).expect("made");
    assert!(given(dir.path()).check(None).is_err());
}

#[test]
fn all_kernels_are_found_the_ordinary_one_first() {
    let dir = tempfile::tempdir().expect("a folder");
    fill(dir.path(), &all());
    let more = [
        "boot/kernel.NODEBUG/kernel",
        "boot/kernels/kernel",
        "boot/kernel.empty/x",
    ];
    fill(dir.path(), &more);
    let root = given(dir.path()).check(None).expect("complete");
    let labels: Vec<_> = root
        .kernels
        .into_iter()
        .map(|kernel| kernel.label)
        .collect();
    assert_eq!(labels, ["generic", "debug", "NODEBUG"]);
    assert_eq!(root.name, "14-amd64");
}

#[test]
fn a_kernel_of_ones_own_replaces_the_roots() {
    let dir = tempfile::tempdir().expect("a folder");
    let rest: Vec<_> = all()
        .into_iter()
        .filter(|name| !KERNELS.contains(name))
        .collect();
    fill(dir.path(), &rest);
    fill(dir.path(), &["mine/GENERIC-NODEBUG"]);
    let file = dir.path().join("mine/GENERIC-NODEBUG");
    let own = Kernel::of_file(&file).expect("there");
    let root = given(dir.path()).check(Some(&own)).expect("complete");
    assert_eq!(
        root.kernels,
        [Kernel {
            label: "GENERIC-NODEBUG".into(),
            file
        }]
    );
    let error = Kernel::of_file(&dir.path().join("none")).expect_err("no such kernel");
    assert!(error.to_string().contains("no kernel at"), "{error}");
    assert_eq!(error.exit().code(), 2);
}
