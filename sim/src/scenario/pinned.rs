// SPDX-License-Identifier: BSD-2-Clause
//! Descriptors that are attached, and the fast path through page tables.
use super::*;

pub fn attachment() -> Vec<Scenario> {
    let both = |name, steps: Vec<Step>| scenario(name, DIRECT, attached(steps));
    let gather = |write| Step::Io {
        slot: 0,
        write,
        offset: THERE + 4 * P - 9,
        buffers: vec![
            (HERE, 0),
            (HERE + 1, 10),
            (HERE + 30 * P, 3 * P),
            (HERE + 70, 1),
            (0, 5),
            (HERE, 9),
        ],
    };
    vec![
        both(
            "attach",
            vec![
                Step::detach(0),
                Step::detach(0),
                Step::pread(0, THERE, HERE, 8),
            ],
        ),
        both(
            "attach_again",
            vec![
                Step::attach(0, CALLER),
                Step::pread(0, HERE, HERE + 9 * P, 8),
                Step::attach(0, NOBODY),
            ],
        ),
        both("pread", vec![Step::pread(0, THERE + 3, HERE + 5, 6 * P)]),
        both("pwrite", vec![Step::pwrite(0, THERE + 3, HERE + 5, 6 * P)]),
        both("preadv", vec![gather(false)]),
        both("pwritev", vec![gather(true)]),
        both(
            "preadv_long",
            vec![Step::Io {
                slot: 0,
                write: false,
                offset: THERE + 14 * P,
                buffers: (0..5).map(|i| (HERE + i * 9 * P, 9 * P)).collect(),
            }],
        ),
        both(
            "pread_high",
            vec![
                Step::pread(0, u64::MAX - 4, HERE, 8),
                Step::pread(0, 1 << 63, HERE, 8),
            ],
        ),
        both(
            "attached_read",
            vec![
                Step::read(0, -1, THERE + 9, HERE, 70),
                Step::write(0, -1, THERE + 9, HERE, 70),
            ],
        ),
        both(
            "outlives_exec",
            vec![
                Step::Happen(Event::Exec),
                Step::pread(0, THERE, HERE, P),
                Step::batch(0, true, -1, ARRAY, &[(THERE, HERE, 8)]),
                Step::read(0, TARGET, THERE, HERE + 8 * P, P),
            ],
        ),
        both(
            "outlives_exit",
            vec![
                Step::Happen(Event::Exit),
                Step::pread(0, THERE, HERE, P),
                Step::read(0, TARGET, THERE, HERE, P),
            ],
        ),
        both(
            "unmapped",
            vec![
                Step::Happen(Event::Unmap),
                Step::pread(0, THERE, HERE, 20 * P),
            ],
        ),
        both(
            "traced",
            vec![
                Step::Happen(Event::Trace),
                Step::read(0, TARGET, THERE + 9, HERE, 70),
                Step::write(0, TARGET, TEXT.start, HERE, 9),
                Step::batch(0, true, TARGET, ARRAY, &[(THERE, HERE, 8)]),
                Step::attach(0, TARGET),
                // It cannot: it is stopped.
                Step::Happen(Event::Exec),
                Step::pread(0, THERE, HERE, P),
                Step::Happen(Event::Untrace),
                Step::pread(0, THERE, HERE, P),
                Step::read(0, TARGET, THERE, HERE + 8 * P, P),
            ],
        ),
        scenario(
            "max_attached",
            DIRECT,
            vec![
                OPEN,
                Step::Open {
                    slot: 1,
                    flags: READ_WRITE,
                },
                Step::SetMaxAttached(1),
                Step::attach(0, TARGET),
                Step::attach(1, TARGET),
                Step::pread(1, THERE, HERE, 8),
                // It has its place already.
                Step::attach(0, CALLER),
                Step::detach(0),
                Step::attach(1, TARGET),
                Step::SetMaxAttached(0),
                Step::attach(1, TARGET),
                Step::attach(0, TARGET),
                Step::pread(1, THERE, HERE, 8),
                Step::Close { slot: 1 },
                Step::attach(0, TARGET),
                Step::SetMaxAttached(2),
                Step::attach(0, TARGET),
            ],
        ),
        scenario(
            "probed",
            PROBED,
            attached(vec![
                Step::read(0, TARGET, THERE + 9, HERE, 70),
                Step::read(0, TARGET, EDGE - 4, HERE, 70),
                Step::write(0, -1, THERE + 9, HERE, 70),
                Step::pread(0, THERE, HERE, 3 * P),
                Step::batch(
                    0,
                    false,
                    TARGET,
                    ARRAY,
                    &[(THERE, HERE, 9), (EDGE - 4, HERE, 8), (u64::MAX, HERE, 8)],
                ),
                Step::batch(0, true, -1, ARRAY, &[(THERE, HERE, 9)]),
                Step::read(0, DENIED, THERE, HERE, 8),
            ]),
        ),
        scenario(
            "never_attached",
            DIRECT,
            opened(vec![
                Step::pread(0, THERE, HERE, 8),
                Step::read(0, -1, THERE, HERE, 8),
            ]),
        ),
    ]
}

pub fn direct_path() -> Vec<Scenario> {
    let one = |name, setting, step| scenario(name, setting, attached(vec![step]));
    let large = LARGE.start + 77;
    vec![
        one(
            "direct_read",
            DIRECT,
            Step::pread(0, THERE + 9, HERE + 3, 20 * P),
        ),
        one(
            "direct_write",
            DIRECT,
            Step::pwrite(0, THERE + 9, HERE + 3, 20 * P),
        ),
        one(
            "direct_read_stretches",
            DIRECT,
            Step::pread(0, THERE + 20 * P + 9, HERE + 3, 43 * P),
        ),
        one(
            "direct_read_edge",
            DIRECT,
            Step::pread(0, EDGE - 2 * P - 9, HERE + 3, 4 * P),
        ),
        one(
            "direct_read_our_edge",
            DIRECT,
            Step::pread(0, THERE + 20 * P, OUR_EDGE - P - 3, 4 * P),
        ),
        one(
            "direct_write_our_edge",
            DIRECT,
            Step::pwrite(0, THERE + 20 * P, OUR_EDGE - P - 3, 4 * P),
        ),
        one(
            "direct_absent",
            ABSENT,
            Step::pread(0, THERE + 20 * P + 7, HERE + 100, 8 * P),
        ),
        one(
            "direct_absent_write",
            ABSENT,
            Step::pwrite(0, THERE + 8 * P + 7, HERE + 100, 8 * P),
        ),
        one(
            "direct_absent_large",
            ABSENT,
            Step::pwrite(0, large, HERE + 100, 4 * P),
        ),
        one(
            "slow_read",
            SLOW,
            Step::pread(0, THERE + 9, HERE + 3, 12 * P),
        ),
        one(
            "slow_batch",
            SLOW,
            Step::batch(
                0,
                true,
                -1,
                ARRAY,
                &[(THERE, HERE, 9), (THERE + 7 * P, HERE, 3 * P)],
            ),
        ),
        one(
            "direct_large_read",
            DIRECT,
            Step::pread(0, large, HERE, 50 * P),
        ),
        one(
            "direct_large_write",
            DIRECT,
            Step::pwrite(0, large, HERE, 50 * P),
        ),
        one(
            "direct_batch",
            DIRECT,
            Step::batch(
                0,
                true,
                -1,
                ARRAY,
                &[
                    (THERE, HERE, 9),
                    (THERE + 7 * P, HERE, P),
                    (large, HERE, 30),
                ],
            ),
        ),
        one(
            "direct_own",
            DIRECT,
            Step::batch(0, false, CALLER, ARRAY, &[(HERE, HERE + 9 * P, 100)]),
        ),
        one(
            "direct_large_edge",
            DIRECT,
            Step::pread(0, LARGE_REST.start - P - 9, HERE, 3 * P),
        ),
        one(
            "direct_large_edge_small",
            DIRECT,
            Step::batch(0, true, -1, ARRAY, &[(LARGE_REST.start - 9, HERE, 30)]),
        ),
        one(
            "page_read",
            PLAIN,
            Step::pread(0, THERE + 9, HERE + 3, 5 * P),
        ),
        one(
            "page_write",
            PLAIN,
            Step::pwrite(0, THERE + 9, HERE + 3, 5 * P),
        ),
        one(
            "page_text",
            PLAIN,
            Step::pwrite(0, TEXT.start, HERE + 3, 2 * P),
        ),
    ]
}
