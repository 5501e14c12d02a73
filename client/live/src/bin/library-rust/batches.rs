// SPDX-License-Identifier: BSD-2-Clause
//! Many transfers at once.
use rwmem::{Counters, Error, RemoteProcess};
use rwmem_live::{Target, fails, is, ok};

use crate::Outcome;

pub fn run(target: &Target) -> Outcome {
    let process = RemoteProcess::open_writable(target.pid())?;
    let (pattern, _) = target.thing("pattern");
    let (hole, _) = target.thing("hole");

    let (mut first, mut second, mut third, mut none) = ([0; 16], [0; 200], [0; 4], []);
    let mut batch = process.read_batch();
    batch
        .read(pattern, &mut first)
        .read(hole + 4000, &mut second)
        .read(pattern + 16, &mut third)
        .read(0, &mut none);
    let report = batch.run()?;
    let elements: Vec<_> = report
        .elements()
        .iter()
        .map(|it| (it.len(), it.done(), it.errno()))
        .collect();
    is(
        elements,
        vec![(16, 16, 0), (200, 96, libc::EFAULT), (4, 4, 0), (0, 0, 0)],
        "each element of a batch says what became of it",
    );
    is(report.done(), 116, "a batch's sum");
    is(report.failed().count(), 1, "those that failed");
    fails(
        report.all_whole(),
        |error| error.address() == Some(hole + 4096) && error.done() == 96,
        "the first error, where, and how far",
    );
    let bytes: Vec<u8> = (0..20usize).map(|i| (i * 7 + 3) as u8).collect();
    ok(
        first[..] == bytes[..16]
            && third[..] == bytes[16..]
            && second[..96] == [0x5a; 96]
            && second[96] == 0,
        "what they read",
    );

    // More than a request takes, with bad ones near its borders.
    let before = Counters::query()?;
    let mut many = vec![[0u8; 2]; 3000];
    let bad = |index: usize| [0, 1023, 1024, 2999].contains(&index);
    let mut batch = process.read_batch();
    for (index, bytes) in many.iter_mut().enumerate() {
        batch.read(
            if bad(index) {
                8
            } else {
                pattern + index as u64
            },
            bytes,
        );
    }
    let report = batch.run()?;
    let after = Counters::query()?;
    is(report.elements().len(), 3000, "a batch of 3,000");
    ok(
        report
            .elements()
            .iter()
            .enumerate()
            .all(|(index, element)| {
                if bad(index) {
                    element.errno() == libc::EFAULT && element.done() == 0 && element.address() == 8
                } else {
                    element.is_whole()
                        && element.done() == 2
                        && element.address() == pattern + index as u64
                }
            }),
        "each one's result",
    );
    ok(
        many.iter().enumerate().all(|(i, bytes)| {
            let byte = |i: usize| (i * 7 + i / 256 * 13 + 3) as u8;
            bad(i) || *bytes == [byte(i), byte(i + 1)]
        }),
        "what each one read",
    );
    is(after.reads - before.reads, 3, "in three requests");
    is(
        process.read_batch().run()?.elements().len(),
        0,
        "a batch of none",
    );

    let number = target.thing("number").0;
    let mut batch = process.write_batch();
    batch
        .write(number, &[1, 2, 3, 4])
        .write(target.thing("none").0, &[9])
        .write(number + 4, &[5, 6, 7, 8]);
    let report = batch.run()?;
    is(
        (report.done(), report.failed().count()),
        (8, 1),
        "a batch of writes",
    );
    is(
        process.read_value::<[u8; 8]>(number)?,
        [1, 2, 3, 4, 5, 6, 7, 8],
        "what it wrote",
    );

    let reading = RemoteProcess::open(target.pid())?;
    let mut batch = reading.write_batch();
    batch.write(number, &[0]);
    fails(
        batch.run(),
        |error| matches!(error, Error::Request { .. }) && error.errno() == libc::EBADF,
        "opened for reading, no batch of writes",
    );
    Ok(())
}
