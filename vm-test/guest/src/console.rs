// SPDX-License-Identifier: BSD-2-Clause
//! Lines for the host, which judges the run. Each goes out with one `write(2)`, so that the kernel's messages come
//! between lines and not into them.

use crate::sys::file::{self, Fd};
use crate::text::Text;
use core::ffi::c_ulong;
use core::fmt;
use core::mem::ManuallyDrop;
use rwmem_vm_protocol::{Line, Outcome};

/// Writes a line to standard output: `say!("{name:<32}")`. For tables that a person reads; all else is a [`Line`].
macro_rules! say {
    ($($argument:tt)*) => {
        $crate::console::line(format_args!($($argument)*))
    };
}

/// Tells something about the test that was reported last, or about the run.
macro_rules! remark {
    ($($argument:tt)*) => {
        $crate::console::tell(rwmem_vm_protocol::Line::Remark(format_args!($($argument)*)))
    };
}

/// Tells something to the person who watches.
macro_rules! show {
    ($($argument:tt)*) => {
        $crate::console::tell(rwmem_vm_protocol::Line::Show(format_args!($($argument)*)))
    };
}

/// Says why the run ends early.
macro_rules! bail_out {
    ($($argument:tt)*) => {
        $crate::console::tell(rwmem_vm_protocol::Line::BailOut(format_args!($($argument)*)))
    };
}
pub(crate) use {bail_out, remark, say, show};

pub fn tell(told: Line<fmt::Arguments<'_>>) {
    line(format_args!("{told}"));
}

pub fn tell_test<T: fmt::Display>(number: usize, name: T, outcome: Outcome<T>) {
    let told = Line::Test {
        number: Some(number as u64),
        name,
        outcome,
    };
    line(format_args!("{told}"));
}

pub fn line(text: fmt::Arguments<'_>) {
    // What is too long is cut, but never its end: the next line would be part of it.
    let text = Text::<999>::of(text);
    let line = Text::<1000>::of(format_args!("{}\n", text.as_str()));
    let output = standard_output();
    // Nobody could be told of an error.
    let _ = output.write(line.as_bytes());
    // A terminal prints later, and kernel messages would come between; on anything else this fails, which does no harm.
    let _ = output.ioctl_at(TIOCDRAIN, 0);
}

/// `_IO('t', 94)`: waits until all output is out.
const TIOCDRAIN: c_ulong = 0x2000_745e;

fn standard_output() -> ManuallyDrop<Fd> {
    ManuallyDrop::new(Fd::from_number(1))
}

/// Makes the console descriptors 0, 1 and 2: the kernel starts pid 1 with none.
pub fn open() {
    if let Ok(console) = file::open(c"/dev/console", file::READ_WRITE) {
        for number in 0..3 {
            if console.number() != number {
                let _ = console.duplicate_to(number);
            }
        }
        if console.number() < 3 {
            core::mem::forget(console);
        }
    }
}
