// SPDX-License-Identifier: BSD-2-Clause
//! What is measured, and the records of it: behind `bench: `, one JSON object a line.
//!
//! The task `transfers` owes a [`Record::Transfer`] for each of [`ROWS`] in each of its [`Row::ways`]; the task `company`
//! owes, [`ROUNDS`] times each, one [`Record::Alone`], a [`Record::Company`] for each direction, each of [`WAYS`] and of
//! [`SIZES`], a [`Record::Readers`] for each of [`WAYS`] and of [`LARGE`], a [`Record::Copy`] for each of [`COPIES`], of
//! [`COPIED`] and of [`Pages`], and a [`Record::Dump`] for each of [`DUMPS`].

use core::fmt;

words! {
    /// How bytes are moved.
    Way {
        /// READV or WRITEV for a pid; a single transfer is a batch of one.
        Pid = "pid",
        /// pread or pwrite on an attached descriptor; a batch is READV for RWMEM_PID_ATTACHED.
        Attached = "attached",
        /// READ for a pid, one element after the other.
        Checked = "checked",
        /// `ptrace(PT_IO)`, one element after the other; the target is stopped.
        PtIo = "pt_io",
        /// pread on /proc/PID/mem, one element after the other.
        Procfs = "procfs",
        /// Not at all: a system call that does next to nothing.
        Kernel = "kernel",
        /// Copied with the whole address space by SNAPSHOT.
        Snapshot = "snapshot",
        /// The same by fork(2), which the target calls itself.
        Fork = "fork",
    }
}

words! {
    Direction {
        Read = "read",
        Write = "write",
    }
}

words! {
    /// What a target's memory is mapped in, as far as it has touched it.
    Pages {
        Small = "4 KiB pages",
        Super = "superpages",
    }
}

impl Way {
    /// Those that move bytes: the table's columns. Each is at the index that it is as a number.
    pub const COLUMNS: [Way; 5] = [
        Way::Pid,
        Way::Attached,
        Way::Checked,
        Way::PtIo,
        Way::Procfs,
    ];

    /// Not all kernels have procfs, so nothing is owed of it.
    pub fn is_owed(self) -> bool {
        self != Way::Procfs
    }
}

/// A row of the table of transfers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub name: &'static str,
    /// Of one element.
    pub bytes: u64,
    /// Of one operation.
    pub elements: u64,
    pub operation: Operation,
}

/// What an operation of a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A system call that does next to nothing: no module can go below.
    Floor,
    Move(Direction, Spread),
    /// A whole program, from its start to its end, that reads so much.
    Search,
    /// A copy of an address space of which so much is touched.
    Copy(Pages),
}

/// Where elements are in the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// So many bytes from one to the next.
    Stride(u64),
    /// Pseudo-randomly over the whole region.
    Scattered,
}

impl Row {
    /// All that it is measured in.
    pub fn ways(&self) -> &'static [Way] {
        match self.operation {
            Operation::Floor => &[Way::Kernel],
            Operation::Move(Direction::Read, _) => &Way::COLUMNS,
            Operation::Move(Direction::Write, _) => &[Way::Pid, Way::Attached, Way::PtIo],
            Operation::Search => &[Way::Attached, Way::PtIo],
            Operation::Copy(_) => &COPIES,
        }
    }

    pub fn from_name(name: &str) -> Option<Row> {
        ROWS.iter().copied().find(|row| row.name == name)
    }
}

const fn floor(name: &'static str) -> Row {
    Row {
        name,
        bytes: 0,
        elements: 1,
        operation: Operation::Floor,
    }
}

const fn single(direction: Direction, name: &'static str, bytes: u64, stride: u64) -> Row {
    Row {
        name,
        bytes,
        elements: 1,
        operation: Operation::Move(direction, Spread::Stride(stride)),
    }
}

const fn batch(name: &'static str, elements: u64, spread: Spread) -> Row {
    Row {
        name,
        bytes: 8,
        elements,
        operation: Operation::Move(Direction::Read, spread),
    }
}

const fn copy(name: &'static str, bytes: u64, pages: Pages) -> Row {
    Row {
        name,
        bytes,
        elements: 1,
        operation: Operation::Copy(pages),
    }
}

const PAGE: u64 = 4 << 10;
const KIB_64: u64 = 64 << 10;
const MIB_16: u64 = 16 << 20;
const MIB_256: u64 = 256 << 20;
const GIB: u64 = 1 << 30;

pub const GETPID: Row = floor("getpid");
pub const FAILING_IOCTL: Row = floor("ioctl that fails with ENOTTY");
pub const READ_8: Row = single(Direction::Read, "read 8 bytes", 8, 64);
pub const READ_16M: Row = single(Direction::Read, "read 16 MiB", MIB_16, MIB_16);
pub const READ_100: Row = batch("read 100 x 8 bytes, scattered", 100, Spread::Scattered);
pub const SEARCH: Row = Row {
    name: "search 256 MiB",
    bytes: MIB_256,
    elements: 1,
    operation: Operation::Search,
};

/// All of them, in the order in which they are measured.
pub const ROWS: &[Row] = &[
    GETPID,
    FAILING_IOCTL,
    READ_8,
    single(Direction::Read, "read 64 bytes", 64, 64),
    single(Direction::Read, "read a page", PAGE, PAGE),
    single(Direction::Read, "read 64 KiB", KIB_64, KIB_64),
    READ_16M,
    READ_100,
    batch("read 1000 x 8 bytes, scattered", 1000, Spread::Scattered),
    batch("read 100 x 8 bytes, stride 64", 100, Spread::Stride(64)),
    batch("read 1000 x 8 bytes, stride 64", 1000, Spread::Stride(64)),
    single(Direction::Write, "write 8 bytes", 8, 64),
    single(Direction::Write, "write a page", PAGE, PAGE),
    single(Direction::Write, "write 16 MiB", MIB_16, MIB_16),
    SEARCH,
    copy("16 MiB in 4 KiB pages", MIB_16, Pages::Small),
    copy("16 MiB in superpages", MIB_16, Pages::Super),
    copy("256 MiB in 4 KiB pages", MIB_256, Pages::Small),
    copy("256 MiB in superpages", MIB_256, Pages::Super),
    copy("1 GiB in 4 KiB pages", GIB, Pages::Small),
    copy("1 GiB in superpages", GIB, Pages::Super),
];

/// What is measured in company is measured so often.
pub const ROUNDS: usize = 3;
/// The pieces that a companion moves.
pub const SIZES: [u64; 4] = [8, PAGE, KIB_64, 1 << 20];
/// The pieces that two readers read.
pub const LARGE: [u64; 2] = [KIB_64, 1 << 20];
/// How they are moved.
pub const WAYS: [Way; 2] = [Way::Attached, Way::Pid];
/// How much the targets have touched whose address spaces are copied.
pub const COPIED: [u64; 3] = [MIB_16, MIB_256, GIB];
/// Who copies them.
pub const COPIES: [Way; 2] = [Way::Snapshot, Way::Fork];
/// How much of a target that writes to it all the time is read from its beginning to its end.
pub const DUMPED: u64 = MIB_256;
/// From what: a snapshot; the running target; the target stopped by `ptrace(PT_ATTACH)`.
pub const DUMPS: [Way; 3] = [Way::Snapshot, Way::Attached, Way::PtIo];

/// A record's fields are its JSON object's members, and its word is the member `kind`.
macro_rules! records {
    ($(#[$meta:meta])* $name:ident { $(
        $(#[$doc:meta])* $kind:ident = $word:literal { $($(#[$about:meta])* $field:ident: $type:ty,)* }
    )* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(tag = "kind"))]
        pub enum $name<'a> { $(
            $(#[$doc])* #[cfg_attr(feature = "serde", serde(rename = $word))]
            $kind { $($(#[$about])* $field: $type,)* },
        )* }

        impl fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(
                    $name::$kind { $($field,)* } => {
                        write!(f, "{{\"kind\":\"{}\"", $word)?;
                        $(
                            write!(f, ",\"{}\":", stringify!($field))?;
                            $field.member(f)?;
                        )*
                        f.write_str("}")
                    }
                )* }
            }
        }
    };
}

records! {
    /// A measurement. Times are in nanoseconds of the guest's clock, which may be instructions.
    Record {
        /// So many operations of a row took so long.
        Transfer = "transfer" {
            name: &'a str,
            path: Way,
            ops: u64,
            ns_total: u64,
        }
        /// The laps of the target with nobody, and beside the control.
        Alone = "alone" {
            round: u64,
            laps: u64,
            ns: u64,
            control_laps: u64,
            control_ns: u64,
        }
        /// The laps of the target beside somebody who moves its memory, and beside the control.
        Company = "company" {
            direction: Direction,
            path: Way,
            bytes: u64,
            round: u64,
            laps: u64,
            ns: u64,
            /// So many were moved meanwhile.
            pieces: u64,
            control_laps: u64,
            control_ns: u64,
        }
        /// The pieces of two readers of one target, and of two of a target each.
        Readers = "readers" {
            path: Way,
            bytes: u64,
            round: u64,
            together: u64,
            together_ns: u64,
            apart: u64,
            apart_ns: u64,
        }
        /// The laps of a target that writes to its memory, a page a lap, from the moment on at which it is copied, and
        /// beside the control; and how long it took at most from the end of one lap to that of the next.
        Copy = "copy" {
            path: Way,
            bytes: u64,
            pages: Pages,
            round: u64,
            pause_ns: u64,
            laps: u64,
            ns: u64,
            control_pause_ns: u64,
            control_laps: u64,
            control_ns: u64,
        }
        /// The same while all of it is read, and how long that took.
        Dump = "dump" {
            path: Way,
            bytes: u64,
            round: u64,
            took_ns: u64,
            pause_ns: u64,
            laps: u64,
            ns: u64,
            control_pause_ns: u64,
            control_laps: u64,
            control_ns: u64,
        }
    }
}

/// What a member of a record can be.
trait Member {
    fn member(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

impl Member for u64 {
    fn member(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A name of ours: nothing in it needs an escape.
impl Member for &str {
    fn member(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl Member for Way {
    fn member(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.word().member(f)
    }
}

impl Member for Pages {
    fn member(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.word().member(f)
    }
}

impl Member for Direction {
    fn member(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.word().member(f)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::ToString;

    #[test]
    fn what_is_printed_is_what_is_read() {
        let mut records = std::vec![
            Record::Alone {
                round: 1,
                laps: 2,
                ns: 3,
                control_laps: 4,
                control_ns: u64::MAX,
            },
            Record::Company {
                direction: Direction::Write,
                path: Way::Attached,
                bytes: 8,
                round: 1,
                laps: 2,
                ns: 3,
                pieces: 4,
                control_laps: 5,
                control_ns: 6,
            },
            Record::Readers {
                path: Way::Pid,
                bytes: 1,
                round: 2,
                together: 3,
                together_ns: 4,
                apart: 5,
                apart_ns: 6,
            },
            Record::Copy {
                path: Way::Fork,
                bytes: 1,
                pages: Pages::Super,
                round: 2,
                pause_ns: 3,
                laps: 4,
                ns: 5,
                control_pause_ns: 6,
                control_laps: 7,
                control_ns: 8,
            },
            Record::Dump {
                path: Way::PtIo,
                bytes: 1,
                round: 2,
                took_ns: 3,
                pause_ns: 4,
                laps: 5,
                ns: 6,
                control_pause_ns: 7,
                control_laps: 8,
                control_ns: 9,
            },
        ];
        for row in ROWS {
            assert_eq!(Row::from_name(row.name), Some(*row));
            records.extend(row.ways().iter().map(|&path| Record::Transfer {
                name: row.name,
                path,
                ops: 2,
                ns_total: 3,
            }));
        }
        for record in records {
            let text = record.to_string();
            let read: Record<'_> = serde_json::from_str(&text).expect(&text);
            assert_eq!(read, record);
        }
    }

    #[test]
    fn columns_are_in_the_order_of_the_ways() {
        for (index, way) in Way::COLUMNS.into_iter().enumerate() {
            assert_eq!(way as usize, index);
        }
    }
}
