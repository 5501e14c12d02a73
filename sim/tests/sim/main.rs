// SPDX-License-Identifier: BSD-2-Clause
//! Everything that the simulated kernel tries on rwmem.ko. Each test is a run of the command `rwmem-sim`, so that a
//! crash or a deadlock of the module is one failed test, and its last line is how to see it again.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod loader;

use std::path::{Path, PathBuf};
use std::process::Command;

/// Longer than anything takes on a busy machine.
const LIMIT: &str = "--limit=170";

/// Runs the command, which must succeed. Returns what it said.
fn sim(arguments: &[&str]) -> String {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/ko/14-amd64/rwmem.ko");
    let ko = std::env::var_os("RWMEM_KO").map_or(built, PathBuf::from);
    assert!(
        ko.exists(),
        "{} is missing: `make KERNEL=14 ARCH=amd64` builds it",
        ko.display()
    );
    let output = Command::new(env!("CARGO_BIN_EXE_rwmem-sim"))
        .arg(LIMIT)
        .arg("--ko")
        .arg(&ko)
        .args(arguments)
        .output()
        .expect("rwmem-sim runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "rwmem-sim {}: {}\n{errors}\n{said}",
        arguments.join(" "),
        output.status
    );
    said
}

macro_rules! scenarios {
    ($($name:ident)*) => {
        /// One test for each, with every failure and event at each of its kernel calls.
        mod scenario {
            $(#[test] fn $name() {
                println!("{}", super::sim(&["scenario", stringify!($name)]));
            })*
        }

        #[test]
        fn every_scenario_is_a_test() {
            let listed = sim(&["list"]);
            assert_eq!(listed.split_whitespace().collect::<Vec<_>>(), [$(stringify!($name)),*]);
        }
    };
}

scenarios! {
    load open reload revoked unload_busy open_modes moved_td_proc moved_td_proc_other moved_p_pid moved_p_mtx
    moved_td_ucred moved_p_vmspace moved_vm_refcnt moved_vm_map_pmap moved_vm_map_entry moved_protection
    moved_submap moved_entry_object moved_eflags moved_vm_fault moved_object_flags moved_object_type
    moved_page_object moved_page_pindex moved_page_valid moved_page_phys_addr moved_page_ref_count moved_pmap moved_uio moved_direct_map read_small
    read_pages read_chunks read_own read_edge read_our_edge read_to_read_only read_forbidden
    read_nothing write_small write_chunks write_edge write_our_edge write_text refused_read
    refused_write refused_batch refused_attach malformed fcntl capability_mode attach attach_again pread
    pwrite preadv pwritev preadv_long pread_high attached_read outlives_exec outlives_exit current
    current_reused current_capability snapshot snapshot_again snapshot_outlives snapshot_refused seek_data
    seek_hole seek_beyond seek_write_only unmapped traced max_attached probed never_attached shares_of_users
    shares_of_jails shares_passed_on shares_of_snapshots batch_read
    batch_write batch_read_stops batch_write_stops batch_read_many batch_write_many batch_malformed
    batch_text mixed_read mixed_write mixed_read_transient mixed_write_transient mixed_write_waiters long_read
    read_edge_attached read_our_edge_attached write_our_edge_attached nothing_read nothing_write shadowed_read
    shadowed_write deep_read deep_write forked_read forked_write text_read text_write constants_read
    constants_write file_read file_write only_readable_read only_readable_write shared_read shared_write
    device_read device_write device_write_transient every_read every_write every_read_by_pid forks_on
    own_overlap own_write
}

/// The VM test asks the same of the module in FreeBSD.
#[test]
fn cases_shared_with_freebsd() {
    println!("{}", sim(&["cases"]));
}

#[test]
fn threads_on_shared_descriptors() {
    println!("{}", sim(&["threads", "--seed=1", "--rounds=300"]));
}

/// What libFuzzer has found to cover the module (`make fuzz`), and for a few seconds variations of it.
fn fuzz(target: &str) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let corpus = corpus.display().to_string();
    let said = sim(&["fuzz", target, &corpus, "--seconds=4"]);
    println!("{said}");
    assert!(!said.contains(" 0 inputs"), "{corpus} is empty");
}

#[test]
fn made_up_requests() {
    fuzz("requests");
}

#[test]
fn made_up_sequences() {
    fuzz("sequences");
}

#[test]
fn demo_reads_and_changes_a_live_process() {
    let said = sim(&["demo"]);
    assert!(
        said.contains("SIMULATED") && said.contains("these words came from outside"),
        "{said}"
    );
}
