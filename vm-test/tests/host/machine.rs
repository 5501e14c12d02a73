// SPDX-License-Identifier: BSD-2-Clause
//! Which machine QEMU is told to be.

use crate::bed::{BOOT, Bed, Finished, GOOD};

/// The machine notes how it was started.
fn machine() -> String {
    format!("echo \"$*\" >arguments; {BOOT}{GOOD}")
}

fn started(arguments: &[&str], environment: &[(&str, &str)]) -> (Finished, String) {
    let bed = Bed::new();
    let mut command = bed.command(&machine(), arguments);
    command.envs(environment.iter().copied());
    let run = Finished::of(command.output().expect("vm-test starts"));
    assert_eq!(run.code, Some(0), "{run:#?}");
    (run, bed.read("arguments"))
}

#[test]
fn kvm_is_used_where_a_machine_really_runs_with_it() {
    let (run, arguments) = started(&[], &[("FAKE_KVM", "works")]);
    run.expect(0, &["booting (QEMU with KVM)"]);
    assert!(arguments.contains("-accel kvm -cpu host "), "{arguments}");
    let (run, arguments) = started(&[], &[]);
    run.expect(0, &["booting (QEMU, emulating)"]);
    assert!(arguments.contains("-accel tcg "), "{arguments}");
}

#[test]
fn a_person_can_choose() {
    let works = ("FAKE_KVM", "works");
    let (_, arguments) = started(&[], &[works, ("VM_ACCEL", "tcg")]);
    assert!(arguments.contains("-accel tcg "), "{arguments}");
    let (_, arguments) = started(&["--accel", "kvm"], &[("VM_ACCEL", "tcg")]);
    assert!(arguments.contains("-accel kvm "), "{arguments}");
    let (_, arguments) = started(&[], &[("VM_CPUS", "4"), ("VM_MEMORY", "768")]);
    assert!(arguments.contains("-smp 4 -m 768 "), "{arguments}");
    let (_, arguments) = started(&["--cpus", "1"], &[("VM_CPUS", "4"), ("VM_MEMORY", "")]);
    assert!(arguments.contains("-smp 1 -m 1024 "), "{arguments}");
}

#[test]
fn instructions_are_counted_for_the_benchmark_only_and_always_by_the_same_method() {
    let (_, arguments) = started(&[], &[]);
    assert!(!arguments.contains("-icount"), "{arguments}");
    let bed = Bed::new();
    let mut command = bed.command(&machine(), &["--mode", "transfers"]);
    command.env("VM_CPUS", "4").env("FAKE_KVM", "works");
    command.output().expect("vm-test starts");
    let arguments = bed.read("arguments");
    assert!(
        arguments.contains("-accel tcg -cpu qemu64 -smp 1 -m 2560 -icount"),
        "{arguments}"
    );
    let options = ["--mode", "company", "--accel", "count"];
    let mut command = bed.command(&machine(), &options);
    command.output().expect("vm-test starts");
    let arguments = bed.read("arguments");
    assert!(arguments.contains("-accel tcg "), "{arguments}");
    assert!(arguments.contains("-smp 2 "), "{arguments}");
    assert!(!arguments.contains("-icount"), "{arguments}");
}

#[test]
fn a_setting_that_means_nothing_is_refused() {
    for (variable, value, words) in [
        ("VM_BACKEND", "vmware", "qemu or bhyve"),
        ("VM_ACCEL", "warp", "kvm or tcg or count"),
        ("VM_CPUS", "0", "a whole number"),
        ("VM_MEMORY", "512M", "a whole number"),
    ] {
        let bed = Bed::new();
        let output = bed.command(GOOD, &[]).env(variable, value).output();
        let run = Finished::of(output.expect("vm-test starts"));
        run.expect(2, &[variable, value, words]);
    }
}
