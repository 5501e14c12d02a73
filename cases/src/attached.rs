// SPDX-License-Identifier: BSD-2-Clause
//! Descriptors that are attached, and how long that lasts.
use crate::Answer::{Moved, Refused};
use crate::Place::{At, Memory, Ours};
use crate::Who::{Attached, Gone, Own, Target};
use crate::errno::{EFAULT, EINVAL, ENXIO, ESRCH, ESTALE, NONE};
use crate::{Answer, Case, Event, MEMORY_END, PAGE, Place, READ, Step, WRITE, case, transfer};

const fn io(write: bool, remote: Place, buffers: &'static [(Place, u64)], answer: Answer) -> Step {
    Step::Io {
        write,
        remote,
        buffers,
        answer,
    }
}

const ATTACH: Step = Step::Attach(Target, NONE);

const fn current(errno: i32) -> Step {
    Step::Raw(rwmem_abi::RWMEM_CURRENT, errno)
}

pub const CASES: &[Case] = &[
    case(
        "CURRENT until the target runs another program, and of that until it is gone",
        &[
            current(ENXIO),
            ATTACH,
            current(NONE),
            Step::Happen(Event::Exec),
            current(ESTALE),
            ATTACH,
            current(NONE),
            Step::Happen(Event::Exit),
            current(ESRCH),
            Step::Detach(NONE),
            current(ENXIO),
        ],
    ),
    case(
        "preadv fills several buffers",
        &[
            ATTACH,
            io(
                READ,
                Memory(4 * PAGE - 9),
                &[(Ours(1), 10), (Ours(30 * PAGE), 3 * PAGE), (Ours(70), 1)],
                Moved(3 * PAGE + 11, NONE),
            ),
        ],
    ),
    case(
        "pwritev empties several buffers",
        &[
            ATTACH,
            io(
                WRITE,
                Memory(4 * PAGE - 9),
                &[(Ours(1), 10), (Ours(30 * PAGE), 3 * PAGE), (Ours(70), 1)],
                Moved(3 * PAGE + 11, NONE),
            ),
        ],
    ),
    case(
        "preadv stops at a hole, and says why only if nothing moved",
        &[
            ATTACH,
            io(
                READ,
                Memory(MEMORY_END - 15),
                &[(Ours(0), 10), (Ours(100), 10), (Ours(200), 10)],
                Moved(15, NONE),
            ),
            io(
                READ,
                Memory(MEMORY_END),
                &[(Ours(0), 10), (Ours(100), 10)],
                Refused(EFAULT),
            ),
            io(
                READ,
                Memory(0),
                &[(At(0), 10), (Ours(100), 10)],
                Refused(EFAULT),
            ),
            io(
                READ,
                Memory(0),
                &[(Ours(0), 10), (At(0), 10)],
                Moved(10, NONE),
            ),
        ],
    ),
    case(
        "pread at the last addresses",
        &[
            ATTACH,
            io(
                READ,
                At(0x7fff_ffff_ffff_ff00),
                &[(Ours(0), 8)],
                Refused(EFAULT),
            ),
            io(READ, At(u64::MAX - 4), &[(Ours(0), 8)], Refused(EINVAL)),
        ],
    ),
    case(
        "pread of what is not attached",
        &[
            io(READ, Memory(0), &[(Ours(0), 8)], Refused(ENXIO)),
            io(WRITE, Memory(0), &[(Ours(0), 8)], Refused(ENXIO)),
        ],
    ),
    case(
        "DETACH lets go",
        &[
            Step::Detach(ENXIO),
            ATTACH,
            Step::Detach(NONE),
            io(READ, Memory(0), &[(Ours(0), 8)], Refused(ENXIO)),
            Step::Single(
                transfer(READ, Attached, Memory(0), Ours(0), 8),
                [0, 0],
                Refused(ENXIO),
            ),
            Step::Detach(ENXIO),
        ],
    ),
    case(
        "a second ATTACH replaces the first",
        &[
            ATTACH,
            Step::Attach(Own, NONE),
            Step::Single(
                transfer(READ, Attached, Ours(0), Ours(PAGE), 10),
                [0, 0],
                Moved(10, NONE),
            ),
            ATTACH,
            Step::Single(
                transfer(READ, Attached, Memory(0), Ours(0), 10),
                [0, 0],
                Moved(10, NONE),
            ),
            Step::Detach(NONE),
            Step::Detach(ENXIO),
        ],
    ),
    case(
        "an ATTACH that fails keeps the attachment",
        &[
            ATTACH,
            Step::Attach(Gone, ESRCH),
            io(READ, Memory(77), &[(Ours(0), 1)], Moved(1, NONE)),
        ],
    ),
    case(
        "after the target's exit its memory is still read",
        &[
            ATTACH,
            Step::Happen(Event::Exit),
            io(
                READ,
                Memory(3),
                &[(Ours(0), 3 * PAGE)],
                Moved(3 * PAGE, NONE),
            ),
            Step::Single(
                transfer(READ, Attached, Memory(0), Ours(0), 10),
                [0, 0],
                Moved(10, NONE),
            ),
            Step::Single(
                transfer(READ, Target, Memory(0), Ours(0), 10),
                [0, 0],
                Refused(ESRCH),
            ),
            Step::Attach(Target, ESRCH),
            io(READ, Memory(MEMORY_END), &[(Ours(0), 1)], Refused(EFAULT)),
        ],
    ),
    case(
        "after the target's execve the old image is still read",
        &[
            ATTACH,
            Step::Happen(Event::Exec),
            io(
                READ,
                Memory(PAGE - 7),
                &[(Ours(0), 2 * PAGE)],
                Moved(2 * PAGE, NONE),
            ),
            Step::Single(
                transfer(READ, Attached, Memory(0), Ours(0), 10),
                [0, 0],
                Moved(10, NONE),
            ),
        ],
    ),
    case(
        "what the target unmaps is a hole in what is attached",
        &[
            ATTACH,
            Step::Happen(Event::Unmap),
            io(
                READ,
                Memory(16 * PAGE - 10),
                &[(Ours(0), 20)],
                Moved(10, NONE),
            ),
            io(READ, Memory(16 * PAGE), &[(Ours(0), 20)], Refused(EFAULT)),
        ],
    ),
    case(
        "a stopped process is attached, and its memory had when it goes on",
        &[
            Step::Happen(Event::Trace),
            ATTACH,
            io(READ, Memory(0), &[(Ours(0), PAGE)], Moved(PAGE, NONE)),
            Step::Happen(Event::Untrace),
            io(READ, Memory(0), &[(Ours(0), PAGE)], Moved(PAGE, NONE)),
            Step::Detach(NONE),
        ],
    ),
];
