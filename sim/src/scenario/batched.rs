// SPDX-License-Identifier: BSD-2-Clause
//! Many segments in one request.
use super::*;

pub fn batches() -> Vec<Scenario> {
    let many: Vec<_> = (0..30)
        .map(|i| (THERE + i * 777, HERE + i * 1003, 8 + i * 20))
        .collect();
    let mixed = [
        (THERE, HERE, 10),
        (EDGE - 4, HERE + 100, 8),
        (u64::MAX, HERE, 8),
        (THERE, OUR_EDGE - 4, 8),
        (THERE + P, HERE + P, P),
        (0, HERE, 1),
        (THERE, HERE, 0),
    ];
    let raw = |batch: abi::Batch, segs: Vec<abi::Seg>| {
        let segments = Segments {
            at: batch.segs,
            segs,
        };
        Step::of_batch(0, false, &batch, Some(segments))
    };
    let plain = abi::Batch {
        pid: TARGET,
        segs: ARRAY,
        nsegs: 1,
        ..abi::Batch::default()
    };
    let seg = abi::Seg {
        remote: THERE,
        local: HERE,
        len: 8,
        ..abi::Seg::default()
    };
    let one = |name, setting, step| scenario(name, setting, opened(vec![step]));
    let stops = |write| {
        let seg = |(remote, local, len)| abi::Seg {
            remote,
            local,
            len,
            ..abi::Seg::default()
        };
        let segs: Vec<_> = mixed.into_iter().map(seg).collect();
        let batch = abi::Batch {
            flags: abi::BATCH_STOP,
            nsegs: segs.len() as u32,
            ..plain
        };
        let segments = Segments { at: ARRAY, segs };
        Step::of_batch(0, write, &batch, Some(segments))
    };
    vec![
        one(
            "batch_read",
            PLAIN,
            Step::batch(0, false, TARGET, ARRAY, &mixed),
        ),
        one(
            "batch_write",
            PLAIN,
            Step::batch(0, true, TARGET, ARRAY, &mixed),
        ),
        one("batch_read_stops", PLAIN, stops(false)),
        one("batch_write_stops", PLAIN, stops(true)),
        one(
            "batch_read_many",
            PLAIN,
            Step::batch(0, false, TARGET, ARRAY + 2 * P - 99, &many),
        ),
        one(
            "batch_write_many",
            PLAIN,
            Step::batch(0, true, TARGET, ARRAY + 2 * P - 99, &many),
        ),
        scenario(
            "batch_malformed",
            PLAIN,
            opened(vec![
                raw(abi::Batch { flags: 2, ..plain }, vec![seg]),
                raw(
                    abi::Batch {
                        reserved: 1,
                        ..plain
                    },
                    vec![seg],
                ),
                raw(
                    abi::Batch {
                        nsegs: abi::MAX_SEGS + 1,
                        ..plain
                    },
                    vec![seg],
                ),
                raw(
                    abi::Batch {
                        nsegs: 0,
                        segs: 0,
                        ..plain
                    },
                    vec![],
                ),
                raw(
                    abi::Batch {
                        segs: u64::MAX - 3,
                        ..plain
                    },
                    vec![seg],
                ),
                raw(
                    abi::Batch {
                        segs: ONLY_READ.start,
                        ..plain
                    },
                    vec![],
                ),
                raw(
                    abi::Batch {
                        segs: 0x1000,
                        ..plain
                    },
                    vec![],
                ),
                raw(plain, vec![abi::Seg { reserved: 9, ..seg }]),
            ]),
        ),
        one(
            "batch_text",
            PLAIN,
            Step::batch(
                0,
                true,
                TARGET,
                ARRAY,
                &[(TEXT.start + 5, HERE, 6000), (CONSTANTS.start, HERE, 9)],
            ),
        ),
    ]
}
