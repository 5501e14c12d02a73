// SPDX-License-Identifier: BSD-2-Clause
//! The disc that the real xorriso makes.

use std::process::{Command, Output};

use crate::bed::{BOOT, Bed, GOOD};

fn xorriso(arguments: &[&str]) -> Option<Output> {
    Command::new("xorriso").args(arguments).output().ok()
}

#[test]
fn everything_that_the_guest_needs_is_on_a_bootable_disc() {
    if xorriso(&["-version"]).is_none() {
        eprintln!("not tested: there is no xorriso on PATH");
        return;
    }
    let bed = Bed::new();
    // The machine keeps the disc: the last argument is the drive.
    let machine =
        format!("for a; do :; done; a=${{a#file=}}; cp \"${{a%%,*}}\" kept.iso\n{BOOT}{GOOD}");
    let mut command = bed.command(&machine, &["--xorriso", "xorriso"]);
    assert!(command.status().expect("vm-test starts").success());

    let image = bed.path("kept.iso");
    let image = image.to_str().expect("plain");
    let find = xorriso(&["-indev", image, "-find", "/", "-exec", "lsdl"]).expect("xorriso starts");
    let listing = String::from_utf8_lossy(&find.stdout).into_owned();
    for name in [
        "/boot/cdboot",
        "/boot/loader",
        "/boot/lua/loader.lua",
        "/boot/defaults/loader.conf",
        "/boot/device.hints",
        "/boot/loader.conf",
        "/boot/entropy",
        "/boot/kernel/kernel",
        "/sbin/init",
        "/rwmem.ko",
        "/tally.ko",
        "/boot/modules/rwmem.ko",
        "/etc/rwmem-guest.conf",
        "/dev",
        "/tmp",
    ] {
        assert!(
            listing.contains(&format!("'{name}'")),
            "no {name} in\n{listing}"
        );
    }
    let owners: Vec<_> = listing
        .lines()
        .map(|line| line.split_whitespace().nth(2))
        .collect();
    assert!(owners.iter().all(|owner| *owner == Some("0")), "{listing}");
    let boot = xorriso(&["-indev", image, "-report_el_torito", "plain"]).expect("xorriso starts");
    let boot = String::from_utf8_lossy(&boot.stdout).into_owned();
    assert!(
        boot.contains("/boot/cdboot") && boot.contains("BIOS"),
        "{boot}"
    );
}
