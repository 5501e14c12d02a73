// SPDX-License-Identifier: BSD-2-Clause
//! Transfers that go through, and those that an address stops.
use crate::Place::{At, Broken, Constants, Memory, Ours, OursReadOnly, Text};
use crate::{
    BREAK, Case, Event, MEMORY_END, OURS_END, PAGE, READ, Step, UNMAPPED, WRITE, all, case, stops,
};

/// Page zero, beyond the last user address, not canonical, the kernel's map, its text, the last page.
const FAR: [u64; 6] = [
    0,
    0x0000_8000_0000_0000,
    0x1234_5678_0000_0000,
    0xffff_8000_0000_0000,
    0xffff_ffff_8020_0000,
    0xffff_ffff_ffff_f000,
];

pub const CASES: &[Case] = &[
    case(
        "one byte",
        &[
            all(READ, Memory(0), Ours(0), 1),
            all(WRITE, Memory(1), Ours(1), 1),
        ],
    ),
    case(
        "eight bytes over the end of a page on both sides",
        &[
            all(READ, Memory(PAGE - 3), Ours(2 * PAGE - 5), 8),
            all(WRITE, Memory(3 * PAGE - 3), Ours(4 * PAGE - 5), 8),
        ],
    ),
    case(
        "three pages, aligned on neither side",
        &[
            all(READ, Memory(77), Ours(9), 3 * PAGE),
            all(WRITE, Memory(10 * PAGE + 7), Ours(20 * PAGE + 3), 3 * PAGE),
        ],
    ),
    case(
        "more than 64 KiB",
        &[
            all(READ, Memory(5), Ours(8), 20 * PAGE + 11),
            all(
                WRITE,
                Memory(30 * PAGE + 1),
                Ours(40 * PAGE),
                20 * PAGE + 11,
            ),
        ],
    ),
    case(
        "exactly 64 KiB",
        &[
            all(READ, Memory(0), Ours(0), 16 * PAGE),
            all(WRITE, Memory(16 * PAGE), Ours(16 * PAGE), 16 * PAGE),
        ],
    ),
    case(
        "no bytes, whatever the addresses",
        &[
            all(READ, Memory(0), Ours(0), 0),
            all(READ, At(0), At(0), 0),
            all(WRITE, At(u64::MAX), Ours(0), 0),
            all(WRITE, Memory(0), At(u64::MAX), 0),
        ],
    ),
    case(
        "the last bytes before a hole",
        &[
            all(READ, Memory(MEMORY_END - 1), Ours(0), 1),
            all(WRITE, Memory(MEMORY_END - 9), Ours(5), 8),
        ],
    ),
    case(
        "a read into a hole stops before it",
        &[
            stops(READ, Memory(MEMORY_END - 1), Ours(0), 2, 1),
            stops(
                READ,
                Memory(MEMORY_END - 2 * PAGE - 100),
                Ours(7),
                4 * PAGE,
                2 * PAGE + 100,
            ),
        ],
    ),
    case(
        "a write into a hole stops before it",
        &[
            stops(WRITE, Memory(MEMORY_END - 1), Ours(0), 2, 1),
            stops(
                WRITE,
                Memory(MEMORY_END - 2 * PAGE - 100),
                Ours(7),
                4 * PAGE,
                2 * PAGE + 100,
            ),
        ],
    ),
    case(
        "nothing moves when the first byte is in a hole",
        &[
            stops(READ, Memory(MEMORY_END), Ours(0), 1, 0),
            stops(READ, Memory(MEMORY_END + PAGE - 1), Ours(0), PAGE, 0),
            stops(WRITE, Memory(MEMORY_END + 77), Ours(0), 3, 0),
        ],
    ),
    case(
        "a large length stops at the end of the mapping",
        &[
            stops(
                READ,
                Memory(MEMORY_END - 3 * PAGE),
                Ours(0),
                1 << 30,
                3 * PAGE,
            ),
            stops(WRITE, Memory(MEMORY_END - PAGE), Ours(0), 1 << 30, PAGE),
        ],
    ),
    case(
        "a page that may not be accessed stops a read",
        &[
            stops(READ, Broken(100), Ours(0), 4 * PAGE - 100, BREAK - 100),
            stops(READ, Broken(BREAK), Ours(0), 1, 0),
            all(READ, Broken(BREAK + PAGE), Ours(0), PAGE),
        ],
    ),
    case(
        "a page that may not be accessed stops a write",
        &[
            stops(WRITE, Broken(100), Ours(0), 4 * PAGE - 100, BREAK - 100),
            stops(WRITE, Broken(BREAK), Ours(0), 1, 0),
            all(WRITE, Broken(BREAK + PAGE), Ours(0), PAGE),
        ],
    ),
    case(
        "text is read and, as for a debugger, written",
        &[
            all(READ, Text(5), Ours(0), 2 * PAGE),
            all(WRITE, Text(2 * PAGE + 9), Ours(0), PAGE),
        ],
    ),
    case(
        "constants are read and, as for a debugger, written",
        &[
            all(READ, Constants(PAGE - 1), Ours(0), 2),
            all(WRITE, Constants(2 * PAGE - 1), Ours(0), 2),
        ],
    ),
    case(
        "a write stops at the end of text",
        &[stops(WRITE, Text(4 * PAGE - 10), Ours(0), 20, 10)],
    ),
    case(
        "far addresses are holes to read from",
        &[
            stops(READ, At(FAR[0]), Ours(0), 1, 0),
            stops(READ, At(FAR[1]), Ours(0), PAGE, 0),
            stops(READ, At(FAR[2]), Ours(0), 1, 0),
            stops(READ, At(FAR[3]), Ours(0), PAGE, 0),
            stops(READ, At(FAR[4]), Ours(0), 8, 0),
            stops(READ, At(FAR[5]), Ours(0), PAGE - 1, 0),
        ],
    ),
    case(
        "far addresses are holes to write to",
        &[
            stops(WRITE, At(FAR[0]), Ours(0), 1, 0),
            stops(WRITE, At(FAR[1]), Ours(0), PAGE, 0),
            stops(WRITE, At(FAR[2]), Ours(0), 1, 0),
            stops(WRITE, At(FAR[3]), Ours(0), PAGE, 0),
            stops(WRITE, At(FAR[4]), Ours(0), 8, 0),
            stops(WRITE, At(FAR[5]), Ours(0), PAGE - 1, 0),
        ],
    ),
    case(
        "a read stops where our memory ends",
        &[
            stops(READ, Memory(0), Ours(OURS_END - 100), 200, 100),
            stops(
                READ,
                Memory(0),
                Ours(OURS_END - PAGE - 100),
                4 * PAGE,
                PAGE + 100,
            ),
        ],
    ),
    case(
        "a write stops where our memory ends",
        &[
            stops(WRITE, Memory(0), Ours(OURS_END - 100), 200, 100),
            stops(
                WRITE,
                Memory(PAGE),
                Ours(OURS_END - PAGE - 100),
                4 * PAGE,
                PAGE + 100,
            ),
        ],
    ),
    case(
        "nothing is read to what we may only read",
        &[
            stops(READ, Memory(0), OursReadOnly(0), 10, 0),
            stops(READ, Memory(0), OursReadOnly(PAGE - 1), 2, 0),
        ],
    ),
    case(
        "what we may only read is written from",
        &[all(WRITE, Memory(0), OursReadOnly(10), PAGE)],
    ),
    case(
        "far addresses of ours are holes",
        &[
            stops(READ, Memory(0), At(FAR[0]), 1, 0),
            stops(WRITE, Memory(0), At(FAR[1]), 8, 0),
            stops(READ, Memory(0), At(FAR[3]), 8, 0),
            stops(WRITE, Memory(0), At(FAR[4]), PAGE, 0),
        ],
    ),
    case(
        "what the target unmaps is a hole from then on",
        &[
            all(READ, Memory(UNMAPPED.start * PAGE - 10), Ours(0), 20),
            Step::Happen(Event::Unmap),
            stops(READ, Memory(UNMAPPED.start * PAGE - 10), Ours(0), 20, 10),
            stops(WRITE, Memory(UNMAPPED.start * PAGE - 10), Ours(0), 20, 10),
            all(READ, Memory(UNMAPPED.end * PAGE), Ours(0), 20),
        ],
    ),
    case(
        "a process that a debugger has stopped is read and written",
        &[
            Step::Happen(Event::Trace),
            all(READ, Memory(9), Ours(0), 2 * PAGE),
            all(WRITE, Memory(5 * PAGE), Ours(0), PAGE + 1),
            all(WRITE, Text(9), Ours(0), 10),
            stops(READ, Memory(MEMORY_END - 1), Ours(0), 2, 1),
            Step::Happen(Event::Untrace),
            all(READ, Memory(9), Ours(0), 10),
        ],
    ),
];
