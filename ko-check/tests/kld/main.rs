// SPDX-License-Identifier: BSD-2-Clause
//! Each check goes red when, and only when, its rule is broken: every test breaks one rule in a small kld.

mod code;
mod command;
mod fixture;
mod links;
mod metadata;
mod probes;
mod shape;

use fixture::both;
use freebsd_kernels::Kernel;

#[test]
fn a_proper_kld_passes_every_check() {
    for fixture in both() {
        let report = fixture.check();
        assert_eq!(report.failed(), 0, "{:?}:\n{report}", fixture.built_for);
        assert!(report.passed() >= 15, "{:?}:\n{report}", fixture.built_for);
        // The two that need a kernel file.
        assert_eq!(report.skipped(), 2, "{report}");
    }
}

#[test]
fn a_proper_kld_for_15_passes_every_check() {
    for mut fixture in both() {
        fixture.built_for = Kernel::find(15, fixture.built_for.arch_name).expect("it is listed");
        let report = fixture
            .with("FIFTEEN")
            .with("MIN=1500068")
            .with("MAX=1599999")
            .check();
        assert_eq!(report.failed(), 0, "{report}");
    }
}

#[test]
fn the_last_line_counts_the_checks() {
    let report = fixture::amd64().with("VERSION=2").check();
    let text = report.to_string();
    let counts = format!("{} passed, 1 failed, 2 skipped", report.checks.len() - 3);
    assert_eq!(text.lines().last(), Some(counts.as_str()), "{text}");
    assert!(text.contains("\nnot ok - MDT_VERSION is 1 of rwmem: version 2, not 1\n"));
    assert!(text.contains(" # SKIP no kernel file (--kernel)\n"));
}
