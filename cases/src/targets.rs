// SPDX-License-Identifier: BSD-2-Clause
//! Whose memory: pids, good and bad, and oneself.
use crate::Answer::{Moved, Refused};
use crate::Place::{At, Memory, Ours, OursReadOnly};
use crate::Who::{Attached, Gone, Own, Pid, System, Target, Zombie};
use crate::errno::{ECAPMODE, EFAULT, EINVAL, ESRCH, NONE};
use crate::{Case, Event, OURS_END, PAGE, READ, Step, WRITE, Who, case, refused, transfer};

/// Both directions, also without a byte, and ATTACH.
const fn none(who: Who, errno: i32) -> [Step; 4] {
    [
        refused(READ, who, Memory(0), Ours(0), 8, errno),
        refused(WRITE, who, Memory(0), Ours(0), 8, errno),
        refused(READ, who, At(0), At(0), 0, errno),
        Step::Attach(who, errno),
    ]
}

const fn own(write: bool, remote: u64, local: u64, len: u64) -> Step {
    Step::Transfer(
        transfer(write, Own, Ours(remote), Ours(local), len),
        Moved(len, NONE),
    )
}

pub const CASES: &[Case] = &[
    case("a process that is gone", &none(Gone, ESRCH)),
    case("a zombie", &none(Zombie, ESRCH)),
    case("pid -2", &none(Pid(-2), ESRCH)),
    case("the lowest pid there could be", &none(Pid(i32::MIN), ESRCH)),
    case(
        "the highest pid there could be",
        &none(Pid(i32::MAX), ESRCH),
    ),
    case(
        "a thread's number, if it was one",
        &none(Pid(100_001), ESRCH),
    ),
    Case {
        name: "a system process",
        only_root: true,
        steps: &none(System, EINVAL),
    },
    case(
        "ATTACH to what a descriptor is attached to",
        &[
            Step::Attach(Target, NONE),
            Step::Attach(Attached, ESRCH),
            Step::Single(
                transfer(READ, Attached, Memory(0), Ours(0), 10),
                [0, 0],
                Moved(10, NONE),
            ),
        ],
    ),
    case(
        "oneself, by one's own pid",
        &[
            own(READ, 5, 40 * PAGE + 7, 33 * PAGE + 7),
            own(WRITE, 10 * PAGE, 50 * PAGE + 1, 100),
        ],
    ),
    case(
        "a hole in oneself is a hole",
        &[Step::Transfer(
            transfer(READ, Own, Ours(OURS_END - 10), Ours(0), 20),
            Moved(10, EFAULT),
        )],
    ),
    case(
        "what one may only read oneself is written, as for a debugger",
        &[Step::Transfer(
            transfer(WRITE, Own, OursReadOnly(7), Ours(0), 20),
            Moved(20, NONE),
        )],
    ),
    case(
        "in capability mode nobody but oneself, without attachment",
        &[
            Step::Happen(Event::Capability),
            Step::Single(
                transfer(READ, Target, Memory(0), Ours(0), 10),
                [0, 0],
                Refused(ECAPMODE),
            ),
            Step::Single(
                transfer(WRITE, Target, Memory(0), Ours(0), 0),
                [0, 0],
                Refused(ECAPMODE),
            ),
            Step::Attach(Target, ECAPMODE),
            Step::Single(
                transfer(READ, Pid(-2), Memory(0), Ours(0), 10),
                [0, 0],
                Refused(ECAPMODE),
            ),
            Step::Single(
                transfer(READ, Own, Ours(0), Ours(PAGE), 10),
                [0, 0],
                Moved(10, NONE),
            ),
        ],
    ),
    case(
        "in capability mode whom it was attached to before",
        &[
            Step::Attach(Target, NONE),
            Step::Happen(Event::Capability),
            Step::Single(
                transfer(READ, Attached, Memory(7), Ours(0), 10),
                [0, 0],
                Moved(10, NONE),
            ),
            Step::Single(
                transfer(READ, Target, Memory(7), Ours(0), 10),
                [0, 0],
                Refused(ECAPMODE),
            ),
            Step::Io {
                write: true,
                remote: Memory(100),
                buffers: &[(Ours(0), 10)],
                answer: Moved(10, NONE),
            },
        ],
    ),
];
