// SPDX-License-Identifier: BSD-2-Clause
//! What a FreeBSD kernel prints when something is wrong with it.

use super::fault::Kind;

/// Words of the kernel and what they mean, the gravest first. Looked for anywhere in a line, because a kernel
/// message may come after a part of a guest's line that it interrupted.
const SIGNS: &[(&str, Kind)] = &[
    ("panic: ", Kind::Panic),
    ("Fatal trap", Kind::Trap),
    ("Fatal double fault", Kind::Trap),
    ("fatal kernel trap", Kind::Trap),
    ("KASSERT failed", Kind::Panic),
    ("lock order reversal", Kind::LockOrder),
    ("acquiring duplicate lock of same type", Kind::LockOrder),
    ("locks held", Kind::LocksHeld),
    ("owns a non-sleepable lock", Kind::LocksHeld),
    ("spin lock held too long", Kind::LocksHeld),
    ("emory modified after free", Kind::UseAfterFree),
    ("leaked memory on destroy", Kind::Leak),
    (") was not empty", Kind::Leak), // "Freed UMA keg (x) was not empty (N items)"
    ("KDB: stack backtrace", Kind::Backtrace),
    ("KDB: enter:", Kind::Backtrace),
];

/// A warning that every kernel with WITNESS or DIAGNOSTIC prints while it boots.
const HARMLESS_WARNING: &str = "expect reduced performance";

/// What is wrong according to this line. `guest_runs`: the guest has begun, so from here on any warning is
/// one that the tests caused; before that, only one about this module or a leak is.
pub fn sign(line: &str, guest_runs: bool) -> Option<Kind> {
    if let Some((_, kind)) = SIGNS.iter().find(|(words, _)| line.contains(words)) {
        return Some(*kind);
    }
    if let Some((_, race)) = line.split_once("CSan: Racy Access") {
        // KCSAN names both functions; the kernel has such accesses of its own.
        let ours = ["rwmem", "freebsd_kpi"].iter().any(|it| race.contains(it));
        return ours.then_some(Kind::Race);
    }
    let warns = ["WARNING", "Warning: "]
        .iter()
        .any(|word| line.contains(word));
    let ours = line.contains("rwmem") || line.contains("leak");
    (warns && (ours || guest_runs) && !line.contains(HARMLESS_WARNING)).then_some(Kind::Warning)
}

/// The kernel's own name for itself, in its first lines: release, config and architecture.
pub fn banner(line: &str) -> Option<&str> {
    let release = line.strip_prefix("FreeBSD ")?;
    release
        .starts_with(|c: char| c.is_ascii_digit())
        .then_some(line.trim_end())
}

/// The number of a test that is reported in the middle of a line: after a kernel message that did not end
/// its own line, or one that came in between.
pub fn glued(line: &str) -> Option<u64> {
    let at = line.find("ok ")?;
    let rest = &line[at + 3..];
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = rest.split_at(digits);
    rest.starts_with(" - ").then(|| number.parse().ok())?
}
