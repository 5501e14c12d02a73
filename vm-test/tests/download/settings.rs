// SPDX-License-Identifier: BSD-2-Clause
//! What the variables say, and which FreeBSD that means.

use std::fs;

use crate::bed::{Bed, Finished};
use crate::mirror::Mirror;
use crate::sets::Files;

const HAND_MADE: &str = "cache/rwmem/freebsd-14-amd64";

/// A root that somebody unpacked by hand.
fn unpack_by_hand(bed: &Bed) {
    for name in [
        "boot/cdboot",
        "boot/loader",
        "boot/lua/loader.lua",
        "boot/defaults/loader.conf",
        "boot/device.hints",
        "boot/kernel/kernel",
    ] {
        let file = bed.path(HAND_MADE).join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(file, name).expect("written");
    }
}

#[test]
fn a_root_at_hand_is_used_unless_a_release_is_named() {
    let (bed, mirror) = (Bed::new(), Mirror::of(Files::good().under("")));
    unpack_by_hand(&bed);
    let finished = Finished::of(bed.command(&mirror.url()).env_remove("FREEBSD_VERSION"));
    finished.expect(0, &[]);
    assert_eq!(
        finished.out.trim_end(),
        bed.path(HAND_MADE).to_str().unwrap()
    );
    assert_eq!(mirror.requests(), []);

    let finished = bed.run(&mirror.url());
    finished.expect(0, &[]);
    assert_eq!(finished.out.trim_end(), bed.cache("").to_str().unwrap());
}

#[test]
fn without_xdg_the_cache_is_in_home() {
    let (bed, mirror) = (Bed::new(), Mirror::of(Files::good().under("")));
    let finished = Finished::of(bed.command(&mirror.url()).env_remove("XDG_CACHE_HOME"));
    finished.expect(0, &[]);
    let root = bed.path("home/.cache/rwmem/freebsd-14.4-RELEASE-amd64");
    assert_eq!(finished.out.trim_end(), root.to_str().unwrap());
    // Relative to what?
    let finished = Finished::of(bed.command(&mirror.url()).env("XDG_CACHE_HOME", "cache"));
    finished.expect(0, &[]);
    assert_eq!(finished.out.trim_end(), root.to_str().unwrap());
}

#[test]
fn nothing_is_fetched_where_that_is_forbidden() {
    let (bed, mirror) = (Bed::new(), Mirror::of(Files::good().under("")));
    let forbidden = |named: bool| {
        let mut command = bed.command(&mirror.url());
        if !named {
            command.env_remove("FREEBSD_VERSION");
        }
        Finished::of(command.env("FREEBSD_DOWNLOAD", "no"))
    };
    forbidden(false).expect(77, &["no FreeBSD at hand"]);
    forbidden(true).expect(77, &["freebsd-14.4-RELEASE-amd64"]);
    // Another FreeBSD is not the one that was named.
    unpack_by_hand(&bed);
    forbidden(true).expect(77, &["freebsd-14.4-RELEASE-amd64"]);
    assert_eq!(mirror.requests(), []);
    // But what was fetched before may be used.
    bed.run(&mirror.url()).expect(0, &[]);
    forbidden(true).expect(0, &[]);
}

#[test]
fn a_setting_that_means_nothing_is_named_before_anybody_is_asked() {
    let (bed, mirror) = (Bed::new(), Mirror::of(Files::good().under("")));
    for (variable, value) in [
        ("FREEBSD_VERSION", "14.4-STABLE"),
        ("FREEBSD_VERSION", "13.0-RELEASE"),
        ("FREEBSD_MIRROR", "ftp://ftp.example"),
        ("FREEBSD_MANIFEST_SHA256", "1234"),
        ("FREEBSD_MIRROR_TIMEOUT", "never"),
    ] {
        let finished = Finished::of(bed.command(&mirror.url()).env(variable, value));
        finished.expect(2, &[&format!("{variable}={value}")]);
    }
    assert_eq!(mirror.requests(), []);
}
