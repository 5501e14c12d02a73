// SPDX-License-Identifier: BSD-2-Clause
//! Descriptors that are attached.
use super::*;
use crate::layout::MAXUSER;

/// Searches from the beginning, from where each kind of memory begins, and within it.
fn everywhere(data: bool) -> Vec<Step> {
    let regions = LAYOUT
        .iter()
        .flat_map(|region| [0, P + 9].map(|by| region.start + by));
    let main = (0..MAIN.len / P)
        .step_by(5)
        .map(|page| MAIN.start + page * P);
    let from = [0].into_iter().chain(regions).chain(main);
    from.map(|from| Step::seek(0, data, from)).collect()
}

pub fn attachment() -> Vec<Scenario> {
    let both = |name, steps: Vec<Step>| scenario(name, PLAIN, attached(steps));
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
            "current",
            vec![
                Step::current(0),
                Step::Happen(Event::Exec),
                Step::current(0),
                Step::attach(0, TARGET),
                Step::current(0),
                Step::detach(0),
                Step::current(0),
            ],
        ),
        both(
            "current_reused",
            vec![
                Step::Happen(Event::Exit),
                Step::current(0),
                Step::Happen(Event::Reuse),
                // Another process, whatever its pid.
                Step::current(0),
                Step::attach(0, TARGET),
                Step::current(0),
            ],
        ),
        both(
            "current_capability",
            vec![Step::Happen(Event::Capability), Step::current(0)],
        ),
        scenario(
            "snapshot",
            PLAIN,
            opened(vec![
                Step::snapshot(0, TARGET),
                Step::write(0, TARGET, THERE, HERE + 9, 2 * P),
                Step::pread(0, THERE, HERE + 20 * P, 3 * P),
                Step::pwrite(0, THERE, HERE, 8),
                Step::write(0, -1, THERE, HERE, 8),
                Step::batch(0, true, -1, ARRAY, &[(THERE, HERE, 8)]),
                Step::batch(
                    0,
                    false,
                    -1,
                    ARRAY,
                    &[(THERE, HERE, 8), (EDGE - 4, HERE, 8)],
                ),
                Step::current(0),
                Step::seek(0, true, THERE),
                Step::detach(0),
                Step::pread(0, THERE, HERE, 8),
            ]),
        ),
        scenario(
            "snapshot_again",
            PLAIN,
            opened(vec![
                Step::snapshot(0, TARGET),
                Step::write(0, TARGET, THERE, HERE + 9, P),
                Step::snapshot(0, TARGET),
                Step::pread(0, THERE, HERE + 20 * P, 9),
                Step::attach(0, TARGET),
                Step::pwrite(0, THERE, HERE, 8),
                Step::current(0),
                Step::snapshot(0, CALLER),
                Step::pread(0, HERE, HERE + 9 * P, 8),
            ]),
        ),
        scenario(
            "snapshot_outlives",
            PLAIN,
            opened(vec![
                Step::snapshot(0, TARGET),
                Step::Happen(Event::Exec),
                Step::pread(0, THERE, HERE, P),
                Step::Happen(Event::Exit),
                Step::pread(0, THERE + 9, HERE, P),
                Step::snapshot(0, TARGET),
            ]),
        ),
        scenario(
            "snapshot_refused",
            PLAIN,
            vec![
                OPEN,
                Step::Open {
                    slot: 1,
                    flags: READ_WRITE,
                },
                Step::snapshot(0, DENIED),
                Step::snapshot(0, NOBODY),
                Step::snapshot(0, EXITING),
                Step::snapshot(0, EXECING),
                Step::snapshot(0, SYSTEM),
                Step::SetMaxAttached(1),
                Step::snapshot(0, TARGET),
                Step::snapshot(1, TARGET),
                Step::SetMaxAttached(2),
                Step::Happen(Event::Capability),
                Step::snapshot(1, TARGET),
                Step::snapshot(1, CALLER),
            ],
        ),
        both("seek_data", everywhere(true)),
        both("seek_hole", everywhere(false)),
        both(
            "seek_beyond",
            vec![
                Step::seek(0, true, MAXUSER - 1),
                Step::seek(0, false, MAXUSER - 1),
                Step::seek(0, true, MAXUSER),
                Step::seek(0, false, MAXUSER),
                Step::seek(0, true, u64::MAX),
                Step::seek(0, false, 1 << 63),
                Step::Happen(Event::Unmap),
                Step::seek(0, false, UNMAPPED.0),
                Step::seek(0, true, UNMAPPED.0 + 5),
                Step::detach(0),
                Step::seek(0, true, 0),
                Step::seek(0, false, 0),
            ],
        ),
        scenario(
            "seek_write_only",
            PLAIN,
            vec![
                Step::Open {
                    slot: 0,
                    flags: FWRITE,
                },
                Step::attach(0, TARGET),
                Step::seek(0, true, 0),
                Step::seek(0, false, 0),
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
            PLAIN,
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
            PLAIN,
            opened(vec![
                Step::pread(0, THERE, HERE, 8),
                Step::read(0, -1, THERE, HERE, 8),
            ]),
        ),
    ]
}
