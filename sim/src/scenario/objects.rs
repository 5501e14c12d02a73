// SPDX-License-Identifier: BSD-2-Clause
//! Every kind of memory, read and written: what is resident, swapped out, busy, shadowed, a file's, a device's.
use super::*;

pub fn reads_and_writes() -> Vec<Scenario> {
    let one = |name, setting, step| scenario(name, setting, attached(vec![step]));
    let read = |name, setting, at, len| one(name, setting, Step::pread(0, at, HERE + 3, len));
    let write = |name, setting, at, len| one(name, setting, Step::pwrite(0, at, HERE + 3, len));
    let all = |write| {
        let regions = [SHADOWED, FORKED, FILE, SHARED, DEVICE, NOTHING];
        let parts = regions.iter().enumerate();
        let parts: Vec<_> = parts
            .map(|(i, region)| {
                (
                    region.start + 9,
                    HERE + i as u64 * 9 * P,
                    region.len.min(4 * P) - 18,
                )
            })
            .collect();
        Step::batch(0, write, -1, ARRAY, &parts)
    };
    vec![
        read("mixed_read", PLAIN, THERE + 9, 20 * P),
        write("mixed_write", PLAIN, THERE + 9, 20 * P),
        read("mixed_read_transient", TRANSIENT, THERE + 9, 14 * P),
        write("mixed_write_transient", TRANSIENT, THERE + 9, 14 * P),
        write("mixed_write_waiters", WAITERS, THERE + 9, 14 * P),
        read("long_read", PLAIN, THERE + 20 * P + 9, 43 * P),
        read("read_edge_attached", PLAIN, EDGE - 2 * P - 9, 4 * P),
        one(
            "read_our_edge_attached",
            PLAIN,
            Step::pread(0, THERE + 25 * P, OUR_EDGE - P - 3, 4 * P),
        ),
        one(
            "write_our_edge_attached",
            PLAIN,
            Step::pwrite(0, THERE + 25 * P, OUR_EDGE - P - 3, 4 * P),
        ),
        read("nothing_read", PLAIN, NOTHING.start + 9, 18 * P),
        write("nothing_write", PLAIN, NOTHING.start + 9, 3 * P),
        read("shadowed_read", PLAIN, SHADOWED.start + 9, 8 * P - 9),
        write("shadowed_write", PLAIN, SHADOWED.start + 9, 8 * P - 9),
        read("deep_read", PLAIN, DEEP.start + 9, 4 * P - 9),
        write("deep_write", PLAIN, DEEP.start + 9, 4 * P - 9),
        read("forked_read", PLAIN, FORKED.start + 9, 4 * P - 9),
        write("forked_write", PLAIN, FORKED.start + 9, 4 * P - 9),
        read("text_read", PLAIN, TEXT.start + 9, 4 * P - 9),
        write("text_write", PLAIN, TEXT.start, 2 * P),
        read("constants_read", PLAIN, CONSTANTS.start + 9, 4 * P - 9),
        write("constants_write", PLAIN, CONSTANTS.start + 9, 4 * P - 9),
        read("file_read", PLAIN, FILE.start + 9, 4 * P - 9),
        write("file_write", PLAIN, FILE.start + 9, 4 * P - 9),
        read("only_readable_read", PLAIN, ONLY_READABLE.start + 9, 2 * P),
        write("only_readable_write", PLAIN, ONLY_READABLE.start + 9, 2 * P),
        read("shared_read", PLAIN, SHARED.start + 9, 2 * P - 9),
        write("shared_write", PLAIN, SHARED.start + 9, 2 * P - 9),
        read("device_read", PLAIN, DEVICE.start + 9, 3 * P),
        write("device_write", PLAIN, DEVICE.start + 9, 3 * P),
        write("device_write_transient", TRANSIENT, DEVICE.start + 9, 3 * P),
        one("every_read", PLAIN, all(false)),
        one("every_write", WAITERS, all(true)),
        scenario(
            "every_read_by_pid",
            PLAIN,
            opened(vec![
                Step::read(0, TARGET, THERE + 9, HERE, 14 * P),
                Step::read(0, TARGET, SHADOWED.start + 9, HERE, 8 * P - 9),
                Step::read(0, TARGET, FILE.start + 9, HERE, 4 * P - 9),
                Step::read(0, TARGET, DEVICE.start + 9, HERE, 3 * P),
            ]),
        ),
        scenario(
            "forks_on",
            PLAIN,
            attached(vec![
                Step::pwrite(0, THERE + 9, HERE, 2 * P),
                Step::Happen(Event::Fork),
                Step::pwrite(0, THERE + 9, HERE + P, 2 * P),
                Step::Happen(Event::PageOut),
                Step::Happen(Event::Fork),
                Step::pread(0, THERE, HERE + 20 * P, 4 * P),
                Step::pwrite(0, THERE + P + 9, HERE, 2 * P),
                Step::pread(0, THERE, HERE + 20 * P, 4 * P),
            ]),
        ),
        one(
            "own_overlap",
            PLAIN,
            Step::batch(
                0,
                false,
                CALLER,
                ARRAY,
                &[(HERE, HERE + 100, 3 * P), (HERE, HERE, 50)],
            ),
        ),
        one(
            "own_write",
            PLAIN,
            Step::batch(0, true, CALLER, ARRAY, &[(HERE + 9 * P, HERE, 3 * P)]),
        ),
    ]
}
