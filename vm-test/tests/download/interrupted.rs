// SPDX-License-Identifier: BSD-2-Clause
//! Downloads and runs that are cut off, go on, or meet each other.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::bed::{Bed, Finished, mirror_with};
use crate::mirror::{Mirror, Reply};
use crate::sets::Files;

/// Where the mirrors of these tests stop.
const HALF: usize = 200_000;

fn base(target: &str) -> bool {
    target.ends_with("base.txz")
}

#[test]
fn what_came_before_the_line_broke_is_not_asked_for_again() {
    for stall in [false, true] {
        let (bed, files) = (Bed::new(), Files::long());
        let file = files.base.clone();
        let mirror = mirror_with(files, move |target, before| {
            let reply = if stall {
                Reply::Stalled(file.clone(), HALF)
            } else {
                Reply::Cut(file.clone(), HALF)
            };
            (base(target) && before == 0).then_some(reply)
        });
        let mut command = bed.command(&mirror.url());
        let finished = Finished::of(command.env("FREEBSD_MIRROR_TIMEOUT", "2"));
        finished.expect(0, &["base.txz: ", "again in 1 s"]);
        let asked: Vec<_> = mirror
            .asked_for("base.txz")
            .iter()
            .map(|request| request.from)
            .collect();
        assert_eq!(asked, [None, Some(HALF)]);
    }
}

#[test]
fn a_mirror_that_knows_no_ranges_is_asked_for_the_whole() {
    let (bed, files) = (Bed::new(), Files::long());
    let file = files.base.clone();
    let mirror = mirror_with(files, move |target, before| {
        let whole = Reply::WithoutRanges(file.clone());
        base(target).then(|| {
            if before == 0 {
                Reply::Cut(file.clone(), HALF)
            } else {
                whole
            }
        })
    });
    bed.run(&mirror.url()).expect(0, &[]);
    assert_eq!(mirror.asked_for("base.txz").len(), 2);
}

#[test]
fn a_line_that_breaks_again_and_again_gets_there() {
    let (bed, files) = (Bed::new(), Files::long());
    let file = files.base.clone();
    // More often than tries that bring nothing are allowed.
    let mirror = mirror_with(files, move |target, _| {
        base(target).then(|| Reply::Cut(file.clone(), 100_000))
    });
    Finished::of(&mut bed.impatient(&mirror.url())).expect(0, &[]);
    assert!(mirror.asked_for("base.txz").len() > 4);
}

#[test]
fn a_set_that_never_comes_is_given_up() {
    let (bed, files) = (Bed::new(), Files::long());
    let file = files.base.clone();
    let mirror = mirror_with(files, move |target, _| {
        base(target).then(|| Reply::Stalled(file.clone(), 0))
    });
    Finished::of(&mut bed.impatient(&mirror.url()))
        .expect(69, &["nothing came in time", "base.txz", "4 tries"]);
    assert_eq!(mirror.asked_for("base.txz").len(), 4);
    bed.expect_nothing();
}

#[test]
fn a_part_that_is_not_the_files_beginning_is_fetched_anew() {
    let files = Files::long();
    // Another file's beginning, a whole other file, and a longer one.
    for length in [HALF, files.base.len(), files.base.len() + 1] {
        let bed = Bed::new();
        fs::create_dir_all(bed.cache(".part")).expect("made");
        fs::write(bed.cache(".part/base.txz"), vec![7; length]).expect("written");
        bed.accepts(files.clone());
    }
}

#[test]
fn a_set_that_is_there_already_is_not_asked_for() {
    let (bed, files) = (Bed::new(), Files::good());
    fs::create_dir_all(bed.cache(".part")).expect("made");
    fs::write(bed.cache(".part/base.txz"), &files.base).expect("written");
    let mirror = Mirror::of(files.under(""));
    bed.run(&mirror.url()).expect(0, &["fetched before"]);
    assert_eq!(mirror.asked_for("base.txz"), []);
}

#[test]
fn a_killed_download_leaves_nothing_complete_and_the_next_run_goes_on() {
    let (bed, files) = (Bed::new(), Files::long());
    let file = files.base.clone();
    let mirror = mirror_with(files, move |target, before| {
        (base(target) && before == 0).then(|| Reply::Stalled(file.clone(), HALF))
    });
    let mut patient = bed.command(&mirror.url());
    let mut child = patient
        .env("FREEBSD_MIRROR_TIMEOUT", "600")
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let part = bed.cache(".part/base.txz");
    wait_until(|| fs::metadata(&part).is_ok_and(|part| part.len() == HALF as u64));
    child.kill().expect("it runs");
    child.wait().expect("it ran");
    bed.expect_nothing();
    bed.run(&mirror.url()).expect(0, &[]);
    assert_eq!(mirror.asked_for("base.txz")[1].from, Some(HALF));
}

#[test]
fn what_a_killed_unpacking_left_is_gone() {
    let bed = Bed::new();
    for name in ["boot/kernel/kernel", "bin/left-over"] {
        let file = bed.cache(".part/root").join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(file, "half").expect("written");
    }
    let root = bed.accepts(Files::good());
    assert!(!root.join("bin/left-over").exists());
    assert_eq!(
        fs::read_to_string(root.join("boot/kernel/kernel")).expect("there"),
        "kernel"
    );
}

#[test]
fn two_at_once_fetch_it_once() {
    let (bed, files) = (Bed::new(), Files::long());
    let file = files.base.clone();
    let mirror = mirror_with(files, move |target, _| {
        base(target).then(|| Reply::Slow(file.clone(), 5_000))
    });
    let start = || {
        let mut command = bed.command(&mirror.url());
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts")
    };
    let children = [start(), start(), start()];
    let ends = children.map(|child| Finished::from(child.wait_with_output().expect("it ran")));
    for end in &ends {
        end.expect(0, &[]);
        assert_eq!(end.out.trim_end(), bed.cache("").to_str().unwrap());
    }
    // One of them may have come when all was done.
    let waited = ends.iter().any(|end| end.err.contains("waiting for it"));
    assert!(waited, "{ends:#?}");
    assert_eq!(mirror.requests().len(), 3);
}

#[test]
fn a_cache_that_cannot_be_written_is_told_from_a_mirror_that_fails() {
    let (bed, mirror) = (Bed::new(), Mirror::of(Files::good().under("")));
    fs::write(bed.path("cache"), "in the way").expect("written");
    bed.run(&mirror.url())
        .expect(73, &["make the folder", "cache/rwmem"]);
    assert_eq!(mirror.requests(), []);
}

#[test]
fn a_disk_that_is_full_is_said_and_what_came_is_kept() {
    let (bed, files) = (Bed::new(), Files::long());
    let mirror = Mirror::of(files.under(""));
    // The nearest to a full disk that anybody can have: files may have 256 blocks of 512 bytes.
    let mut limited = Command::new("/bin/sh");
    let vm_test = bed.command(&mirror.url());
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 256; exec \"$0\" root"])
        .arg(env!("CARGO_BIN_EXE_vm-test"));
    limited.env_clear().envs(
        vm_test
            .get_envs()
            .filter_map(|(key, value)| Some((key, value?))),
    );
    Finished::of(&mut limited).expect(
        73,
        &["cannot write", "base.txz", "make room", "XDG_CACHE_HOME"],
    );
    bed.expect_nothing();
    bed.run(&mirror.url()).expect(0, &[]);
    assert_eq!(mirror.asked_for("base.txz")[1].from, Some(256 * 512));
}

fn wait_until(is: impl Fn() -> bool) {
    let start = Instant::now();
    while !is() {
        assert!(start.elapsed() < Duration::from_secs(30), "it did not come");
        thread::sleep(Duration::from_millis(10));
    }
}
