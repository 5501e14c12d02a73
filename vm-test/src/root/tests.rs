// SPDX-License-Identifier: BSD-2-Clause
use std::fs;

use super::*;

fn release() -> Release {
    Release {
        major: 14,
        arch: "amd64".into(),
    }
}

fn around(variable: Option<&str>, home: Option<&str>, on_freebsd: bool) -> Surroundings {
    Surroundings {
        variable: variable.map(Into::into),
        home: home.map(Into::into),
        on_freebsd,
        ..Surroundings::default()
    }
}

fn chosen(option: Option<&str>, around: &Surroundings) -> PathBuf {
    Root::choose(option.map(Into::into), around, &release())
        .expect("a root is named")
        .dir
}

fn fill(dir: &Path, names: &[&str]) {
    for name in names {
        let file = dir.join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder can be made");
        fs::write(file, name).expect("a file can be written");
    }
}

fn all() -> Vec<&'static str> {
    NEEDED
        .iter()
        .map(|(name, _)| *name)
        .chain(KERNELS.iter().copied())
        .collect()
}

fn given(dir: &Path) -> Root {
    Root::choose(Some(dir.into()), &Surroundings::default(), &release()).expect("a root is named")
}

#[test]
fn the_option_wins_then_the_variable_then_this_machine_then_the_cache() {
    let everything = around(Some("/variable"), Some("/home"), true);
    assert_eq!(chosen(Some("/option"), &everything), Path::new("/option"));
    assert_eq!(chosen(None, &everything), Path::new("/variable"));
    assert_eq!(
        chosen(None, &around(None, Some("/home"), true)),
        Path::new("/")
    );
    let cache = chosen(None, &around(None, Some("/home"), false));
    assert_eq!(cache, Path::new("/home/.cache/rwmem/freebsd-14-amd64"));
}

#[test]
fn without_home_there_is_no_root() {
    let error =
        Root::choose(None, &Surroundings::default(), &release()).expect_err("nothing to choose");
    assert_eq!(error.exit_code(), 77);
}

#[test]
fn an_absent_default_is_no_root_but_an_absent_choice_is_a_bad_one() {
    let empty = tempfile::tempdir().expect("a folder");
    let home = around(None, empty.path().to_str(), false);
    let root = Root::choose(None, &home, &release()).expect("named");
    assert_eq!(
        root.check(None).expect_err("nothing is there").exit_code(),
        77
    );
    assert_eq!(
        given(empty.path())
            .check(None)
            .expect_err("nothing is there")
            .exit_code(),
        2
    );
}

#[test]
fn an_incomplete_default_is_a_bad_root() {
    let home = tempfile::tempdir().expect("a folder");
    fill(
        &home.path().join(".cache/rwmem/freebsd-14-amd64"),
        &["boot/loader"],
    );
    let root =
        Root::choose(None, &around(None, home.path().to_str(), false), &release()).expect("named");
    assert_eq!(root.check(None).expect_err("incomplete").exit_code(), 2);
}

#[test]
fn each_missing_file_is_named() {
    for (gone, _) in NEEDED.iter().chain([&(KERNELS[0], "")]) {
        let dir = tempfile::tempdir().expect("a folder");
        let rest: Vec<_> = all().into_iter().filter(|name| name != gone).collect();
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
fn a_folder_in_a_files_place_is_missing() {
    let dir = tempfile::tempdir().expect("a folder");
    fill(dir.path(), &all());
    fs::remove_file(dir.path().join("boot/loader")).expect("removed");
    fs::create_dir(dir.path().join("boot/loader")).expect("made");
    assert!(given(dir.path()).check(None).is_err());
}

#[test]
fn both_kernels_are_found_the_ordinary_one_first() {
    let dir = tempfile::tempdir().expect("a folder");
    fill(dir.path(), &all());
    let labels = |root: BootRoot| {
        root.kernels
            .into_iter()
            .map(|kernel| kernel.label)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        labels(given(dir.path()).check(None).expect("complete")),
        ["kernel", "kernel.debug"]
    );
    fs::remove_file(dir.path().join(KERNELS[1])).expect("removed");
    assert_eq!(
        labels(given(dir.path()).check(None).expect("complete")),
        ["kernel"]
    );
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
    let root = given(dir.path()).check(Some(&file)).expect("complete");
    assert_eq!(
        root.kernels,
        [Kernel {
            label: "GENERIC-NODEBUG".into(),
            file
        }]
    );
    let error = given(dir.path())
        .check(Some(&dir.path().join("none")))
        .expect_err("no such kernel");
    assert!(error.to_string().contains("no kernel at"), "{error}");
    assert_eq!(error.exit_code(), 2);
}
