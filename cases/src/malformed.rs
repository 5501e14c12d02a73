// SPDX-License-Identifier: BSD-2-Clause
//! Requests that are wrong in themselves.
use rwmem_abi as abi;

use crate::Answer::{Moved, Refused};
use crate::Place::{At, Memory, Ours};
use crate::Who::{Attached, Gone, Target};
use crate::errno::{EBADF, EFAULT, EINVAL, ENOTTY, ENXIO, NONE};
use crate::{Case, PAGE, READ, Step, WRITE, case, refused, transfer};

const LAST: u64 = u64::MAX;
const LONG: u64 = abi::MAX_LEN;
const GOOD_READ: crate::Transfer = transfer(READ, Target, Memory(0), Ours(0), 10);
const GOOD_WRITE: crate::Transfer = transfer(WRITE, Target, Memory(0), Ours(0), 10);

const BITS: usize = 32;
/// READ and WRITE with each flag, and with each bit of the reserved field.
static EACH_BIT: [[[Step; 2]; BITS]; 2] = {
    let mut steps = [[unused(0, 0); BITS]; 2];
    let mut bit = 0;
    while bit < BITS {
        steps[0][bit] = unused(1 << bit, 0);
        steps[1][bit] = unused(0, 1 << bit);
        bit += 1;
    }
    steps
};

/// READ and WRITE with these flags and this reserved field.
const fn unused(flags: u32, reserved: u32) -> [Step; 2] {
    [
        Step::Single(GOOD_READ, [flags, reserved], Refused(EINVAL)),
        Step::Single(GOOD_WRITE, [flags, reserved], Refused(EINVAL)),
    ]
}

const fn wraps(remote: crate::Place, local: crate::Place, len: u64) -> [Step; 2] {
    [
        refused(READ, Target, remote, local, len, EINVAL),
        refused(WRITE, Target, remote, local, len, EINVAL),
    ]
}

const READ_OF_47_BYTES: u64 = 0xc02f_5201;
const READ_OF_40_BYTES: u64 = 0xc028_5201;
const INFO_AS_INPUT: u64 = 0x8040_5200;
const READ_IN_GROUP_S: u64 = 0xc030_5301;

pub const CASES: &[Case] = &[
    case("any flag is refused", EACH_BIT[0].as_flattened()),
    case("every flag at once is refused", &unused(u32::MAX, 0)),
    case(
        "any bit of the reserved field is refused",
        EACH_BIT[1].as_flattened(),
    ),
    case(
        "flags of a process that is gone are refused first",
        &[Step::Single(
            transfer(READ, Gone, Memory(0), Ours(0), 10),
            [1, 0],
            Refused(EINVAL),
        )],
    ),
    case(
        "the last address and one byte wrap around",
        &wraps(At(LAST), Ours(0), 1),
    ),
    case(
        "a remote range that ends at 2^64 wraps around",
        &wraps(At(LAST - 99), Ours(0), 100),
    ),
    case(
        "our last address and one byte wrap around",
        &wraps(Memory(0), At(LAST), 1),
    ),
    case(
        "a local range that ends at 2^64 wraps around",
        &wraps(Memory(0), At(LAST - 99), 100),
    ),
    case("both ranges wrap around", &wraps(At(LAST), At(LAST), LONG)),
    case(
        "the largest length and a high address wrap around",
        &wraps(At(LAST - PAGE), Ours(0), LONG),
    ),
    case(
        "a range up to the last address does not wrap around",
        &[crate::stops(READ, At(LAST - 100), Ours(0), 100, 0)],
    ),
    case(
        "a length beyond the largest is refused",
        &wraps(Memory(0), Ours(0), LONG + 1),
    ),
    case(
        "a length of 2^64 - 1 is refused",
        &wraps(Memory(0), Ours(0), LAST),
    ),
    case(
        "the largest length stops at the first hole",
        &[Step::Single(
            transfer(
                READ,
                Target,
                Memory(crate::MEMORY_END - PAGE),
                Ours(0),
                LONG,
            ),
            [0, 0],
            Moved(PAGE, EFAULT),
        )],
    ),
    case(
        "without attachment, its pid is refused",
        &[
            refused(READ, Attached, Memory(0), Ours(0), 1, ENXIO),
            refused(WRITE, Attached, Memory(0), Ours(0), 1, ENXIO),
            Step::Single(
                transfer(READ, Attached, Memory(0), Ours(0), 0),
                [0, 0],
                Refused(ENXIO),
            ),
            Step::Detach(ENXIO),
        ],
    ),
    case(
        "free numbers are refused",
        &[
            Step::Raw(0x2000_5209, ENOTTY),
            Step::Raw(0x8004_5207, ENOTTY),
            Step::Raw(0xc030_5208, ENOTTY),
            Step::Raw(0x2000_52ff, ENOTTY),
        ],
    ),
    case(
        "known numbers of other sizes, directions and groups are refused",
        &[
            Step::Raw(READ_OF_47_BYTES, ENOTTY),
            Step::Raw(READ_OF_40_BYTES, ENOTTY),
            Step::Raw(INFO_AS_INPUT, ENOTTY),
            Step::Raw(READ_IN_GROUP_S, ENOTTY),
        ],
    ),
    Case {
        name: "a write needs a descriptor open for writing",
        only_root: true,
        steps: &[
            Step::Reopen { write: false },
            Step::Single(GOOD_READ, [0, 0], Moved(10, NONE)),
            Step::Single(GOOD_WRITE, [0, 0], Refused(EBADF)),
            Step::Attach(Target, NONE),
            Step::Io {
                write: false,
                remote: Memory(0),
                buffers: &[(Ours(0), 10)],
                answer: Moved(10, NONE),
            },
            Step::Io {
                write: true,
                remote: Memory(0),
                buffers: &[(Ours(0), 10)],
                answer: Refused(EBADF),
            },
        ],
    },
    Case {
        name: "a read needs a descriptor open for reading",
        only_root: true,
        steps: &[
            Step::Reopen { write: true },
            Step::Single(GOOD_WRITE, [0, 0], Moved(10, NONE)),
            Step::Single(GOOD_READ, [0, 0], Refused(EBADF)),
        ],
    },
];
