// SPDX-License-Identifier: BSD-2-Clause
//! Mirrors that have it, have it elsewhere, do not have it, or are not well.

use std::collections::HashMap;
use std::fs;
use std::net::TcpListener;

use crate::bed::{Bed, Finished, mirror_with, mode};
use crate::mirror::{Mirror, Reply, Request};
use crate::sets::{Files, VERSION, sum};

/// An address of this machine where nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    format!("http://{}", listener.local_addr().expect("bound"))
}

#[test]
fn a_release_becomes_a_root_that_vm_test_accepts_and_the_second_run_asks_nobody() {
    let bed = Bed::new();
    let mirror = Mirror::of(Files::good().under(""));
    let finished = bed.run(&mirror.url());
    finished.expect(0, &["fetched base.txz", "unpacked kernel.txz", "genuine"]);
    let root = bed.cache("");
    assert_eq!(finished.out.trim_end(), root.to_str().unwrap());
    assert_eq!(
        fs::read_to_string(root.join("boot/kernel/kernel")).expect("there"),
        "kernel"
    );
    assert_eq!(
        fs::read_to_string(root.join("boot/loader")).expect("there"),
        "loader"
    );
    assert_eq!(
        (mode(&root.join("bin/sh")), mode(&root.join("boot/cdboot"))),
        (0o755, 0o644)
    );
    assert!(root.join("MANIFEST").is_file());
    for not_needed in ["usr/share/man", "boot/kernel/zfs.ko"] {
        assert!(!root.join(not_needed).exists(), "{not_needed}");
    }
    assert!(!bed.cache(".part").exists(), "the sets are put away");

    let asked = mirror.requests().len();
    assert_eq!(asked, 3);
    let again = bed.run(&mirror.url());
    again.expect(0, &[]);
    assert_eq!(
        (again.out, again.err.as_str(), mirror.requests().len()),
        (finished.out, "", asked)
    );
}

#[test]
fn a_release_that_moved_is_found_in_the_next_place() {
    let bed = Bed::new();
    let archive = Mirror::of(Files::good().under("/old-releases"));
    let main = Mirror::of(HashMap::new());
    bed.run(&format!(
        "{}/releases {}/old-releases/",
        main.url(),
        archive.url()
    ))
    .expect(0, &[]);
    assert_eq!(main.requests().len(), 1);
    assert_eq!(archive.requests().len(), 3);
}

#[test]
fn a_release_that_nobody_has_is_said_with_every_place() {
    let bed = Bed::new();
    let (one, other) = (Mirror::of(HashMap::new()), Mirror::of(HashMap::new()));
    let finished = bed.run(&format!("{} {}", one.url(), other.url()));
    let places = [&one, &other].map(|mirror| format!("{}/amd64/{VERSION}/MANIFEST", mirror.url()));
    finished.expect(66, &[&places[0], &places[1], "404", "FREEBSD_VERSION"]);
    bed.expect_nothing();
}

#[test]
fn a_set_that_is_named_but_absent_is_not_had() {
    let bed = Bed::new();
    let mirror = mirror_with(Files::good(), |target, _| {
        target.ends_with("kernel.txz").then_some(Reply::Status(404))
    });
    bed.run(&mirror.url()).expect(66, &["kernel.txz", "404"]);
    bed.expect_nothing();
}

#[test]
fn an_error_that_passes_is_waited_for() {
    let bed = Bed::new();
    let mirror = mirror_with(Files::good(), |_, before| {
        (before == 0).then_some(Reply::Status(503))
    });
    Finished::of(&mut bed.impatient(&mirror.url())).expect(0, &["503", "again in 0.3 s"]);
    assert_eq!(mirror.requests().len(), 6);
}

#[test]
fn an_error_that_stays_is_given_up_and_one_that_says_no_at_once() {
    for (status, asked) in [(500, 3), (403, 1)] {
        let bed = Bed::new();
        let mirror = Mirror::new(move |_, _| Reply::Status(status));
        Finished::of(&mut bed.impatient(&mirror.url()))
            .expect(69, &[&status.to_string(), "FREEBSD_MIRROR"]);
        assert_eq!(mirror.requests().len(), asked);
        bed.expect_nothing();
    }
}

#[test]
fn offline_is_said_as_such() {
    for (mirror, why) in [
        (nobody(), "refused"),
        ("http://no.such.host.invalid".into(), "MANIFEST: "),
    ] {
        let bed = Bed::new();
        Finished::of(&mut bed.impatient(&mirror)).expect(69, &[&mirror, why, "FREEBSD_ROOT"]);
        bed.expect_nothing();
    }
}

#[test]
fn a_mirror_that_cannot_be_reached_does_not_hide_the_next_one() {
    let bed = Bed::new();
    let mirror = Mirror::of(Files::good().under(""));
    Finished::of(&mut bed.impatient(&format!("{} {}", nobody(), mirror.url())))
        .expect(0, &["refused"]);
}

#[test]
fn a_mirror_that_says_nothing_is_given_up() {
    let bed = Bed::new();
    let mirror = Mirror::new(|_, _| Reply::Silent);
    Finished::of(&mut bed.impatient(&mirror.url()))
        .expect(69, &["nothing came in time", "3 tries"]);
    assert_eq!(mirror.requests_at_last(3).len(), 3);
}

#[test]
fn redirects_are_followed() {
    let bed = Bed::new();
    let mirror = mirror_with(Files::good(), |target, _| {
        (!target.starts_with("/else")).then(|| Reply::Redirect(format!("/else{target}")))
    });
    bed.run(&mirror.url()).expect(0, &[]);
}

#[test]
fn a_proxy_is_asked_instead_and_named_when_it_fails() {
    let bed = Bed::new();
    let proxy = Mirror::of(Files::good().under(""));
    let mut command = bed.command("http://freebsd.invalid");
    Finished::of(command.env("HTTP_PROXY", proxy.url())).expect(0, &[]);
    let connections = |request: &Request| request.target.starts_with("CONNECT freebsd.invalid:80 ");
    assert_eq!(
        proxy
            .requests()
            .into_iter()
            .filter(|request| connections(request))
            .count(),
        3
    );

    let bed = Bed::new();
    let nobody = nobody();
    let mut command = bed.impatient("http://freebsd.invalid");
    let host = nobody.strip_prefix("http://").expect("made so");
    Finished::of(command.env("ALL_PROXY", &nobody)).expect(69, &["through the proxy", host]);

    let mirror = Mirror::of(Files::good().under(""));
    let mut command = bed.command(&mirror.url());
    Finished::of(command.env("HTTPS_PROXY", "gopher://x")).expect(69, &["HTTPS_PROXY"]);
    assert_eq!(mirror.requests(), []);
}

#[test]
fn something_else_in_the_manifests_place_is_refused() {
    let other = |sum: &str| format!("base.txz\t{sum}\t1\tbase\t\"x\"\ton\n").into_bytes();
    for (manifest, word) in [
        (b"<html>log in</html>".to_vec(), "<html>"),
        (Vec::new(), "no line"),
        (vec![0xff; 100], "not a text"),
        (b"base.txz\t0\n".repeat(20_000), "too long"),
        (other(&sum(b"x")), "kernel.txz 0 times"),
        (other(&sum(b"x")).repeat(2), "base.txz 2 times"),
    ] {
        Bed::new().refuses(
            Files {
                manifest,
                ..Files::good()
            },
            &[word, "MANIFEST"],
        );
    }
}

#[test]
fn a_manifest_without_end_is_not_waited_for() {
    let bed = Bed::new();
    let mirror = Mirror::new(|_, _| Reply::Endless(b"base.txz\t0\n".repeat(1000)));
    bed.run(&mirror.url()).expect(65, &["too long"]);
}

#[test]
fn a_set_whose_sum_is_wrong_is_not_unpacked_and_not_kept() {
    let bed = Bed::new();
    let mut files = Files::good();
    let middle = files.base.len() / 2;
    files.base[middle] ^= 1;
    let (right, wrong) = (sum(&Files::good().base), sum(&files.base));
    bed.refuses(files, &["base.txz", &right, &wrong]);
    assert_eq!(
        fs::metadata(bed.cache(".part/base.txz"))
            .expect("emptied")
            .len(),
        0
    );
    assert!(!bed.cache(".part/root").exists());
    // Once the mirror is well again, so is everything.
    bed.accepts(Files::good());
}

#[test]
fn a_manifest_that_is_known_is_checked_by_its_sum() {
    let mirror = Mirror::of(Files::good().under(""));
    let pinned = |sum: &str| {
        let bed = Bed::new();
        Finished::of(
            bed.command(&mirror.url())
                .env("FREEBSD_MANIFEST_SHA256", sum),
        )
    };
    let right = sum(&Files::good().manifest);
    let finished = pinned(&right);
    finished.expect(0, &[]);
    assert!(!finished.err.contains("genuine"), "{finished:#?}");
    let wrong = sum(b"another one");
    pinned(&wrong).expect(65, &[&right, &wrong, "FREEBSD_MANIFEST_SHA256"]);
    let only_manifest = |request: &Request| request.target.ends_with("MANIFEST");
    assert!(
        mirror.requests().last().is_some_and(only_manifest),
        "no set was asked for"
    );
}
