// SPDX-License-Identifier: BSD-2-Clause
//! READV and WRITEV.
use rwmem_abi as abi;

use crate::Place::{At, Broken, Memory, Ours, OursReadOnly, Text};
use crate::Who::{Attached, Gone, Own, Target};
use crate::errno::{ECANCELED, EFAULT, EINVAL, ENXIO, ESRCH, NONE};
use crate::{
    BREAK, Batch, Case, MEMORY_END, OURS_END, PAGE, Place, READ, Segment, Step, WRITE, case,
};

const fn seg(remote: Place, local: Place, len: u64, done: u64, error: i32) -> Segment {
    Segment {
        remote,
        local,
        len,
        reserved: 0,
        done,
        error,
    }
}

/// A segment that goes through.
const fn good(remote: Place, local: Place, len: u64) -> Segment {
    seg(remote, local, len, len, NONE)
}

const fn batch(write: bool, segments: &'static [Segment]) -> Batch {
    Batch {
        write,
        who: Target,
        flags: 0,
        reserved: 0,
        address: None,
        number: None,
        segments,
        errno: NONE,
    }
}

const ONE: &[Segment] = &[good(Memory(0), Ours(0), 10)];
/// A batch of one, which is never run.
const REFUSED: Batch = Batch {
    errno: EINVAL,
    ..batch(READ, ONE)
};

/// READV and WRITEV with these flags and this reserved field.
const fn unused(flags: u32, reserved: u32) -> [Step; 2] {
    let read = Batch {
        flags,
        reserved,
        ..REFUSED
    };
    [
        Step::Batch(read),
        Step::Batch(Batch {
            write: true,
            ..read
        }),
    ]
}

const BITS: usize = 32;
/// READV and WRITEV with each flag, and with each bit of the reserved field.
static EACH_BIT: [[[Step; 2]; BITS]; 2] = {
    let mut steps = [[unused(0, 0); BITS]; 2];
    let mut bit = 0;
    while bit < BITS {
        let flags = match 1 << bit {
            // Known, but not together with one that is not.
            abi::BATCH_STOP => abi::BATCH_STOP | 2,
            flag => flag,
        };
        steps[0][bit] = unused(flags, 0);
        steps[1][bit] = unused(0, 1 << bit);
        bit += 1;
    }
    steps
};

const NOWHERE: Batch = Batch {
    errno: EFAULT,
    ..batch(READ, ONE)
};

const fn stops(write: bool, segments: &'static [Segment]) -> Batch {
    Batch {
        flags: abi::BATCH_STOP,
        ..batch(write, segments)
    }
}

/// A segment that is not tried.
const fn cancelled(remote: Place, local: Place, len: u64) -> Segment {
    seg(remote, local, len, 0, ECANCELED)
}

/// A part of the second arrives; what comes after would go through, is malformed, or would be nothing.
const STOPPED: &[Segment] = &[
    good(Memory(0), Ours(0), 100),
    seg(Memory(MEMORY_END - 50), Ours(100), 200, 50, EFAULT),
    cancelled(Memory(200), Ours(300), 10),
    cancelled(At(u64::MAX), Ours(300), 10),
    cancelled(Memory(300), Ours(400), 0),
    Segment {
        reserved: 1,
        ..cancelled(Memory(0), Ours(300), 10)
    },
];
const MALFORMED: &[Segment] = &[
    good(Memory(0), Ours(0), 8),
    good(Memory(8), Ours(8), 8),
    Segment {
        reserved: 1,
        ..seg(Memory(0), Ours(16), 8, 0, EINVAL)
    },
    cancelled(Memory(16), Ours(24), 8),
];
/// Short ones, which are read together.
const NOWHERE_OF_OURS: &[Segment] = &[
    good(Memory(0), Ours(0), 8),
    good(Memory(8), Ours(8), 8),
    seg(Memory(16), At(0), 8, 0, EFAULT),
    cancelled(Memory(24), Ours(24), 8),
    cancelled(Memory(32), Ours(32), 8),
    cancelled(Memory(40), At(0), 8),
    cancelled(Memory(48), Ours(48), 8),
    cancelled(Memory(56), Ours(56), 8),
    cancelled(Memory(64), Ours(64), 8),
    cancelled(Memory(72), Ours(72), 5000),
];
const LAST: &[Segment] = &[
    good(Memory(0), Ours(0), 8),
    seg(Memory(MEMORY_END), Ours(8), 8, 0, EFAULT),
];

/// Bad ones between good ones.
const MIXED: &[Segment] = &[
    good(Memory(0), Ours(0), 100),
    seg(Memory(MEMORY_END - 50), Ours(100), 200, 50, EFAULT),
    seg(At(u64::MAX), Ours(300), 10, 0, EINVAL),
    seg(Memory(MEMORY_END), Ours(300), 10, 0, EFAULT),
    Segment {
        reserved: 1,
        ..seg(Memory(0), Ours(300), 10, 0, EINVAL)
    },
    seg(Memory(200), At(0), 10, 0, EFAULT),
    good(Memory(0), Ours(300), 0),
    seg(Memory(300), Ours(0), abi::MAX_LEN + 1, 0, EINVAL),
    seg(Broken(BREAK - 1), Ours(3000), 2, 1, EFAULT),
    good(Memory(5 * PAGE), Ours(4000), 3000),
];

/// As many as are kept on the stack, and one more.
const EIGHT: &[Segment] = &[
    good(Memory(0), Ours(0), 8),
    good(Memory(PAGE), Ours(10), 8),
    good(Memory(2 * PAGE - 4), Ours(20), 8),
    good(Memory(3 * PAGE), Ours(PAGE - 4), 8),
    good(Memory(9 * PAGE), Ours(40), 1),
    good(Memory(4 * PAGE), Ours(50), 8),
    good(Text(0), Ours(60), 8),
    good(Memory(6 * PAGE), Ours(70), 8),
];
const NINE: &[Segment] = &[
    EIGHT[0],
    EIGHT[1],
    EIGHT[2],
    EIGHT[3],
    EIGHT[4],
    EIGHT[5],
    EIGHT[6],
    EIGHT[7],
    good(Memory(7 * PAGE), Ours(80), 8),
];

pub const CASES: &[Case] = &[
    case(
        "a batch of one segment",
        &[
            Step::Batch(batch(READ, &[good(Memory(7), Ours(9), 100)])),
            Step::Batch(batch(WRITE, &[good(Memory(PAGE + 7), Ours(PAGE + 9), 100)])),
        ],
    ),
    case(
        "a batch's read segments fail alone",
        &[Step::Batch(batch(READ, MIXED))],
    ),
    case(
        "a batch's write segments fail alone",
        &[Step::Batch(batch(WRITE, MIXED))],
    ),
    case(
        "a batch of eight segments",
        &[
            Step::Batch(batch(READ, EIGHT)),
            Step::Batch(batch(WRITE, EIGHT)),
        ],
    ),
    case(
        "a batch of nine segments",
        &[
            Step::Batch(batch(READ, NINE)),
            Step::Batch(batch(WRITE, NINE)),
        ],
    ),
    case(
        "a batch's segments go on beyond 64 KiB",
        &[Step::Batch(batch(
            READ,
            &[
                good(Memory(1), Ours(0), 15 * PAGE),
                good(Memory(20 * PAGE), Ours(16 * PAGE), 15 * PAGE),
                good(Memory(40 * PAGE), Ours(32 * PAGE), 20 * PAGE),
            ],
        ))],
    ),
    case(
        "a batch without segments, its array anywhere",
        &[
            Step::Batch(batch(READ, &[])),
            Step::Batch(Batch {
                address: Some(At(0)),
                ..batch(WRITE, &[])
            }),
        ],
    ),
    case(
        "a batch of more segments than there may be is refused",
        &[
            Step::Batch(Batch {
                number: Some(abi::MAX_SEGS + 1),
                ..REFUSED
            }),
            Step::Batch(Batch {
                number: Some(u32::MAX),
                write: true,
                ..REFUSED
            }),
        ],
    ),
    case(
        "a batch with a flag that nobody knows is refused",
        EACH_BIT[0].as_flattened(),
    ),
    case(
        "a batch that stops ends with the first segment that stops early",
        &[
            Step::Batch(stops(READ, STOPPED)),
            Step::Batch(stops(WRITE, STOPPED)),
        ],
    ),
    case(
        "a batch that stops ends with a malformed segment, too",
        &[
            Step::Batch(stops(READ, MALFORMED)),
            Step::Batch(stops(WRITE, MALFORMED)),
        ],
    ),
    case(
        "a batch that stops ends where the caller's memory does",
        &[
            Step::Batch(stops(READ, NOWHERE_OF_OURS)),
            Step::Batch(stops(WRITE, NOWHERE_OF_OURS)),
        ],
    ),
    case(
        "a batch that stops where its last segment does has cancelled nothing",
        &[
            Step::Batch(stops(READ, LAST)),
            Step::Batch(stops(WRITE, LAST)),
        ],
    ),
    case(
        "a batch that could stop runs to its end",
        &[
            Step::Batch(stops(READ, NINE)),
            Step::Batch(stops(WRITE, NINE)),
            Step::Batch(stops(READ, &[])),
        ],
    ),
    case(
        "a batch that stops, for the attached process",
        &[
            Step::Attach(Target, NONE),
            Step::Batch(Batch {
                who: Attached,
                ..stops(READ, STOPPED)
            }),
            Step::Batch(Batch {
                who: Attached,
                ..stops(WRITE, STOPPED)
            }),
        ],
    ),
    case(
        "a batch with a reserved field is refused",
        EACH_BIT[1].as_flattened(),
    ),
    case(
        "an array that wraps around is refused",
        &[Step::Batch(Batch {
            address: Some(At(u64::MAX - 3)),
            ..REFUSED
        })],
    ),
    case(
        "an array at no address is refused",
        &[
            Step::Batch(Batch {
                address: Some(At(0)),
                ..NOWHERE
            }),
            Step::Batch(Batch {
                address: Some(Ours(OURS_END)),
                write: true,
                ..NOWHERE
            }),
            Step::Batch(Batch {
                address: Some(At(0xffff_ffff_8020_0000)),
                ..NOWHERE
            }),
        ],
    ),
    case(
        "an array where its results cannot be written is refused",
        &[Step::Batch(Batch {
            address: Some(OursReadOnly(0)),
            write: true,
            ..NOWHERE
        })],
    ),
    case(
        "a batch for a process that is gone",
        &[
            Step::Batch(Batch {
                who: Gone,
                errno: ESRCH,
                ..batch(READ, ONE)
            }),
            Step::Batch(Batch {
                who: Gone,
                errno: ESRCH,
                ..batch(WRITE, &[])
            }),
        ],
    ),
    case(
        "a batch for the attached process",
        &[
            Step::Batch(Batch {
                who: Attached,
                errno: ENXIO,
                ..batch(READ, ONE)
            }),
            Step::Attach(Target, NONE),
            Step::Batch(Batch {
                who: Attached,
                ..batch(READ, MIXED)
            }),
        ],
    ),
    case(
        "a batch for oneself",
        &[Step::Batch(Batch {
            who: Own,
            ..batch(
                READ,
                &[
                    good(Ours(0), Ours(20 * PAGE), 100),
                    seg(Ours(OURS_END - 1), Ours(30 * PAGE), 10, 1, EFAULT),
                ],
            )
        })],
    ),
];
